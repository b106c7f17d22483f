package core

import (
	"regexp"
	"strings"
	"time"
)

// JobStatus is the state of an OCR job:
// pending -> processing -> completed | failed | cancelled.
type JobStatus string

const (
	JobPending    JobStatus = "pending"
	JobProcessing JobStatus = "processing"
	JobCompleted  JobStatus = "completed"
	JobFailed     JobStatus = "failed"
	JobCancelled  JobStatus = "cancelled"
)

// Final reports whether no further change can come.
func (s JobStatus) Final() bool {
	return s == JobCompleted || s == JobFailed || s == JobCancelled
}

// Job is one attempt to read one record.
type Job struct {
	ID           string     `json:"job_id"`
	RecordID     string     `json:"file_id"`
	PatientID    int64      `json:"patient_id"`
	PatientName  string     `json:"patient_name,omitempty"`         // DisplayName form; in lists of all of a clinician's patients only
	PatientBorn  Date       `json:"patient_date_of_birth,omitzero"` // likewise
	PatientMRN   string     `json:"patient_mrn,omitempty"`          // likewise
	UserID       int64      `json:"user_id"`                        // who asked for it
	FileName     string     `json:"file_name"`
	FileType     string     `json:"file_type"` // "pdf", "image" or "text"
	FileSize     int64      `json:"file_size"`
	Language     string     `json:"language"`  // engine language, "eng", "eng+deu"
	ForceOCR     bool       `json:"force_ocr"` // pages with text of their own are read by the engine as well
	Status       JobStatus  `json:"status"`
	Progress     int        `json:"progress"` // 0..100
	Message      string     `json:"message"`
	Position     int        `json:"position"` // jobs before it that wait; 0 when it runs or has ended
	Page         int        `json:"page"`     // pages done so far
	Pages        int        `json:"pages"`    // 0 until known
	FailedPages  int        `json:"failed_pages"`
	PartialPages int        `json:"partial_pages"` // pages of which something was not read; see Page.Unread
	ETASeconds   *int       `json:"eta_seconds"`   // nil: not known
	Error        string     `json:"error,omitempty"`
	Model        string     `json:"model_used,omitempty"`
	Priority     Priority   `json:"priority"`
	RetryOf      string     `json:"retry_of,omitempty"`    // the job this one tries again with other settings
	Attempts     int        `json:"attempts"`              // how often a node began to run it
	WaitingFor   string     `json:"waiting_for,omitempty"` // why it has not begun, for people
	Analysis     string     `json:"analysis,omitempty"`    // of a completed job: "done", or "failed" when no values were looked for
	Seq          int64      `json:"seq"`                   // of the last event; grows by one
	CreatedAt    time.Time  `json:"created_at"`
	StartedAt    *time.Time `json:"started_at"`
	CompletedAt  *time.Time `json:"completed_at"` // also of failed and cancelled jobs
}

// Priority orders the jobs that wait; within one, who comes first is read first. What
// somebody looks at becomes urgent by itself.
type Priority string

const (
	PriorityUrgent  Priority = "urgent"
	PriorityNormal  Priority = "normal"
	PriorityLow     Priority = "low"
	PriorityArrival Priority = "arrival" // nobody asked: the document came in
	PriorityBacklog Priority = "backlog" // nobody asked: it had been lying there
)

// Priorities lists those that can be asked for, the most urgent first.
func Priorities() []Priority { return []Priority{PriorityUrgent, PriorityNormal, PriorityLow} }

// Ranks lists all priorities, the most urgent first.
func Ranks() []Priority { return append(Priorities(), PriorityArrival, PriorityBacklog) }

// Unasked reports whether nobody waits for a reading of this priority: it is done while
// the machine has nothing better to do.
func (p Priority) Unasked() bool { return p == PriorityArrival || p == PriorityBacklog }

// Backlog counts the current documents of a kind that can be read.
type Backlog struct {
	Documents int `json:"documents"` // all of them
	NotRead   int `json:"not_read"`  // nobody has asked for
	Waiting   int `json:"waiting"`   // not read before, and waiting or being read
	Failed    int `json:"failed"`    // not read before, and the last try failed or was cancelled
}

// What Job.Analysis says.
const (
	AnalysisDone   = "done"
	AnalysisFailed = "failed"
)

// JobRequest asks for a record to be read.
type JobRequest struct {
	Record   Record
	UserID   int64
	Language string   // "" takes the default, English
	ForceOCR bool     // see Job
	Priority Priority // "" is normal
	RetryOf  string   // the job that is tried again; "" none
	Arrival  bool     // nobody asked: the record came in; Priority does not count
}

// JobQuery selects jobs, newest first.
type JobQuery struct {
	ClinicianID int64  // jobs on patients assigned to this clinician
	RecordID    string // "" any
	State       string // "" any, "running": waits or runs, "failed": failed and no newer job of its record
	Limit       int    // 0: 50
}

// Box is a rectangle on the page image, in pixels of that image, origin at the
// top left.
type Box struct {
	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`
}

// Word is one word as the engine read it. Confidence is 0..100 and nil where
// the source gives none (a text layer, a plain text file): never invented.
type Word struct {
	Text        string   `json:"text"`
	Confidence  *float64 `json:"confidence"`
	Unconfirmed bool     `json:"unconfirmed,omitempty"` // a number of an engine without confidences that no second engine read
	Doubt       string   `json:"doubt,omitempty"`       // why its form leaves open what it says: "it is struck out"; "" nothing
	// Second is what another engine read in its place, when one was asked and read
	// something: the second one, or the first where the second was surer of its digits.
	Second *SecondReading `json:"second,omitempty"`
	Box    Box            `json:"box"`
	Line   int            `json:"line"` // running number of the text line on the page
}

// TextMark says of a part of a page's text what plain letters cannot: where a page has
// no Words, it is what Word.Doubt is elsewhere.
type TextMark struct {
	Line  int    `json:"line"`            // of Page.Text, from 0
	From  int    `json:"from"`            // in characters of the line
	To    int    `json:"to"`              // behind the last
	Doubt string `json:"doubt,omitempty"` // why the words there are in doubt, as of Word.Doubt
	Note  bool   `json:"note,omitempty"`  // the reader wrote it, not the document: "struck out", the number of a footnote
}

// Numbers gives the numbers in text, each with the comparator in front of it:
// "(<0.01)" holds "<0.01", "120-150" holds "120" and "150".
func Numbers(text string) []string { return numbers.FindAllString(text, -1) }

var numbers = regexp.MustCompile(`[<>≤≥]?\p{Nd}+(?:[.,:]\p{Nd}+)*`)

// Page is the outcome of reading one page.
type Page struct {
	Number     int        `json:"page"`   // from 1
	Status     string     `json:"status"` // PageRead, PagePartial, PageEmpty or PageFailed
	Error      string     `json:"error,omitempty"`
	Source     string     `json:"source"` // SourceTextLayer, SourceOCR, SourceMixed or SourceTextFile
	Text       string     `json:"text"`
	Confidence *float64   `json:"confidence"` // mean of the words, 0..100; nil when the source gives none
	Words      []Word     `json:"words,omitempty"`
	Marks      []TextMark `json:"marks,omitempty"` // on Text, of a page that has no Words
	Width      int        `json:"width"`           // of the page image the boxes refer to
	Height     int        `json:"height"`
	Unread     []Unread   `json:"unread,omitempty"` // what the reading left out, with what to do
	Ink        []Box      `json:"-"`                // between an opener and a reader: where the page shows what may be text and Words say nothing of
	Scattered  bool       `json:"-"`                // likewise: the order of Words is not that in which a person reads them
	Steps      []string   `json:"steps"`            // what was done to the image: "deskew 1.2°", "rotate 90°"
	Engine     string     `json:"engine"`
	Model      string     `json:"model,omitempty"`  // of an engine that serves many
	Device     string     `json:"device,omitempty"` // what the engine ran on, where it says so
	Seconds    float64    `json:"seconds"`

	CorrectedText *string     `json:"corrected_text,omitempty"` // what a person put over Text; nil: nothing
	Correction    *Correction `json:"correction,omitempty"`     // who and when, without the texts
}

// What Page.Status says.
const (
	PageRead    = "read"
	PagePartial = "partial" // read as far as it goes; Unread says what is missing
	PageEmpty   = "empty"
	PageFailed  = "failed"
)

// What Page.Source says.
const (
	SourceTextLayer = "text-layer" // the document's own text
	SourceOCR       = "ocr"
	SourceMixed     = "mixed" // the document's own text, and OCR of what is drawn beside it: words without confidence are the document's
	SourceTextFile  = "text-file"
)

// OnGPU reports whether the engine said that it read the page on a GPU.
func (p Page) OnGPU() bool {
	d := strings.ToLower(p.Device)
	for _, name := range []string{"gpu", "cuda", "rocm", "hip", "mps", "xpu"} {
		if strings.HasPrefix(d, name) {
			return true
		}
	}
	return false
}

// Result is the outcome of a completed job. Confidence is 0..1 as in the
// service this replaces, nil when no page has one.
type Result struct {
	Success        bool     `json:"success"`
	JobID          string   `json:"job_id"`
	FileName       string   `json:"file_name"`
	ExtractedText  string   `json:"extracted_text"`
	Confidence     *float64 `json:"confidence_score"`
	PageCount      int      `json:"page_count"`
	ProcessingTime float64  `json:"processing_time"` // seconds
	Model          string   `json:"model_used"`
	GPUUsed        bool     `json:"gpu_used"`
	FileID         string   `json:"file_id"`
	PatientID      int64    `json:"patient_id"`
	FailedPages    int      `json:"failed_pages"`
	PartialPages   int      `json:"partial_pages"` // of which something was not read
	Pages          []Page   `json:"pages"`         // without Words; those are served page by page

	Findings *Findings `json:"findings,omitempty"` // with reviews; nil: none are kept
}

// JobEvent is one step in the life of a job, in order of Seq. Job is the state
// after it. PageDone is the page that was just finished, 0 if none.
type JobEvent struct {
	Job      Job       `json:"job"`
	Stage    string    `json:"stage"` // "queued", "opening", "rendering", "reading", "page", "completed", "failed", "cancelled"
	PageDone int       `json:"page_done"`
	At       time.Time `json:"at"`
}

// Final reports whether the stream ends with this event.
func (e JobEvent) Final() bool { return e.Job.Status.Final() }
