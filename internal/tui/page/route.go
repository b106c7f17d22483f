package page

import (
	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// Kind names a screen: one constructor of the shell's table (routes.go) is behind it.
type Kind string

// Route says where to go: plain data, ids and what is known of them already, so that
// nothing flickers while the rest is fetched. The shell makes the screen of it. A
// screen keeps the route it was made of.
type Route interface {
	// Kind is the same for all routes of one type.
	Kind() Kind
	// Title is one or two words without PHI; the trail at the top is made of them.
	Title() string
}

// Spot is a place in a document. Without words it is a page.
type Spot struct {
	Page  int // from 1; 0 nowhere
	Word  int // index in Page.Words
	Words int // how many; 0: only the page, or what find finds
	Boxes []core.Box
	Find  string
}

type (
	// Login asks who is there. As a gate the screens of before wait below it.
	Login struct {
		Sentence string // why it came up
		Gate     bool
	}
	// Signup makes an account.
	Signup struct{}
	// Profile is the user's own.
	Profile struct{}

	// Today is the day, the first screen behind the login.
	Today struct{}
	// Appointments are those of the clinic's day, or those to come.
	Appointments struct{ Today bool }
	// Notifications are those of a level, "" all.
	Notifications struct{ Level string }
	// Note defers a notification or hands it to a colleague.
	Note struct {
		Note    core.Notification
		Forward bool
	}
	// Unread lists the documents the user has not reviewed.
	Unread struct{}
	// Tasks are what the user is to do, and what they sent.
	Tasks struct{}
	// EndTask says that a task is done, with an answer.
	EndTask struct{ Task core.Task }
	// Jobs are the documents that are "running" or "failed".
	Jobs struct{ State string }

	// Patients is the panel; Filtering begins with the filter.
	Patients struct{ Filtering bool }
	// Picker lets the user find somebody, beginning with the hits of Query. The screen
	// below is told who it is: see Chooser.
	Picker struct{ Question, Query string }

	// Chart is a patient's chart. The banner holds what is known beforehand; its ID counts.
	Chart struct {
		Patient ui.Banner
		Record  string // a document to open when the chart is here; "" none
		At      *Spot  // where in it; nil its beginning
		Unread  bool   // exactly the documents the user has not reviewed
	}
	// Charts are those that are open.
	Charts struct{}
	// Search finds words in documents: of a patient, or of the panel where there is none.
	Search struct {
		Patient ui.Banner
		Records []core.Record // of the chart, to open hits with all that is known of them
	}
	// Trend follows one result over time.
	Trend struct {
		Patient ui.Banner
		Records []core.Record // of the chart
		Name    string
	}
)

// Routes of documents.
type (
	// Viewer shows a document.
	Viewer struct {
		Patient ui.Banner
		Record  core.Record
		Among   []core.Record // as the chart lists them, for the next and the one before
		At      *Spot         // nil its beginning
		Image   bool          // the image is wanted where there is no room for text as well
	}
	// Reading watches a machine read a document.
	Reading struct {
		Patient ui.Banner
		Record  core.Record
		Job     string
	}
	// Result is what a reading ended with.
	Result struct {
		Patient ui.Banner
		Record  core.Record
		Job     string
	}
	// Readings are all of a document.
	Readings struct {
		Patient ui.Banner
		Record  core.Record
	}
	// ReadAgain has a document read with other settings.
	ReadAgain struct {
		Patient ui.Banner
		Record  core.Record
		Before  *core.Job // the reading before; nil: there was none
	}
	// Upload puts a file into a chart.
	Upload struct{ Patient ui.Banner }
	// Download saves a document to a file.
	Download struct {
		Patient ui.Banner
		Record  core.Record
	}
	// Details shows and changes the description of a document.
	Details struct {
		Patient ui.Banner
		Record  core.Record
		Suggest *core.RecordValues // what the text says; nil nothing
	}
	// FileCheck has the server read the file again.
	FileCheck struct {
		Patient ui.Banner
		Record  core.Record
	}
	// Unlock opens a protected document with its password.
	Unlock struct {
		Patient ui.Banner
		Record  core.Record
		Left    int // screens to leave when it is done
	}
	// Notes shows what people wrote about a document.
	Notes struct {
		Patient ui.Banner
		Record  core.Record
	}
	// WriteNote signs a note on a document, or says that one of those there is wrong.
	WriteNote struct {
		Patient ui.Banner
		Record  core.Record
		There   []core.Note
		Wrong   bool
	}
	// SendTask asks a colleague to do something about a document, or a value in it.
	SendTask struct {
		Patient ui.Banner
		Record  core.Record
		Value   *core.Value // nil: the document as a whole
	}
	// Act does a deed to a document, for a reason.
	Act struct {
		Deed    Deed
		Patient ui.Banner
		Record  core.Record
		Left    int // screens to leave when it is done
	}
	// Delete removes a document for good.
	Delete struct {
		Patient ui.Banner
		Record  core.Record
	}
	// Move gives a document to the patient it belongs to.
	Move struct {
		Patient ui.Banner
		Record  core.Record
		Target  core.PatientSummary
		Left    int // screens to leave when it is done
	}
	// Split takes a bundle apart.
	Split struct {
		Patient ui.Banner
		Record  core.Record
		Left    int // screens to leave when it is done
	}

	// Values lists what was found in a document.
	Values struct {
		Patient ui.Banner
		Record  core.Record
		Value   string // to select; "" the first
	}
	// Critical lists the values marked HH and LL in a patient's unread documents.
	Critical struct{ Patient ui.Banner }
	// Check lays what the pages say beside the chart.
	Check struct {
		Patient ui.Banner
		Record  core.Record
		Above   int // screens between it and the chart
	}
	// Correct puts a person's text over the machine's.
	Correct struct {
		Patient ui.Banner
		Record  core.Record
		Page    core.Page // with its words
	}
)

// Deed is what can happen to a document for a reason.
type Deed string

const (
	EnterInError Deed = "Entered in error"
	Restore      Deed = "Restore"
	PlaceHold    Deed = "Legal hold"
	ReleaseHold  Deed = "Release hold"
)

func (Login) Kind() Kind         { return "login" }
func (Signup) Kind() Kind        { return "signup" }
func (Profile) Kind() Kind       { return "profile" }
func (Today) Kind() Kind         { return "today" }
func (Appointments) Kind() Kind  { return "appointments" }
func (Notifications) Kind() Kind { return "notifications" }
func (Note) Kind() Kind          { return "note" }
func (Unread) Kind() Kind        { return "unread" }
func (Tasks) Kind() Kind         { return "tasks" }
func (EndTask) Kind() Kind       { return "end task" }
func (SendTask) Kind() Kind      { return "send task" }
func (Jobs) Kind() Kind          { return "jobs" }
func (Patients) Kind() Kind      { return "patients" }
func (Picker) Kind() Kind        { return "picker" }
func (Chart) Kind() Kind         { return "chart" }
func (Charts) Kind() Kind        { return "charts" }
func (Search) Kind() Kind        { return "search" }
func (Trend) Kind() Kind         { return "trend" }
func (Viewer) Kind() Kind        { return "viewer" }
func (Reading) Kind() Kind       { return "reading" }
func (Result) Kind() Kind        { return "result" }
func (Readings) Kind() Kind      { return "readings" }
func (ReadAgain) Kind() Kind     { return "read again" }
func (Upload) Kind() Kind        { return "upload" }
func (Download) Kind() Kind      { return "download" }
func (Details) Kind() Kind       { return "details" }
func (FileCheck) Kind() Kind     { return "file check" }
func (Unlock) Kind() Kind        { return "unlock" }
func (Notes) Kind() Kind         { return "notes" }
func (WriteNote) Kind() Kind     { return "write note" }
func (Act) Kind() Kind           { return "act" }
func (Delete) Kind() Kind        { return "delete" }
func (Move) Kind() Kind          { return "move" }
func (Split) Kind() Kind         { return "split" }
func (Values) Kind() Kind        { return "values" }
func (Critical) Kind() Kind      { return "critical" }
func (Check) Kind() Kind         { return "check" }
func (Correct) Kind() Kind       { return "correct" }

func (Login) Title() string         { return "Sign in" }
func (Signup) Title() string        { return "Create an account" }
func (Profile) Title() string       { return "My profile" }
func (Today) Title() string         { return "Today" }
func (Appointments) Title() string  { return "Appointments" }
func (Notifications) Title() string { return "Notifications" }
func (Unread) Title() string        { return "Unread" }
func (Tasks) Title() string         { return "Tasks" }
func (EndTask) Title() string       { return "Task done" }
func (SendTask) Title() string      { return "Send a task" }
func (Jobs) Title() string          { return "Reading" }
func (Patients) Title() string      { return "Patients" }
func (Picker) Title() string        { return "Patients" }
func (Chart) Title() string         { return "Patient" }
func (Charts) Title() string        { return "Open charts" }
func (Search) Title() string        { return "Search" }
func (Trend) Title() string         { return "Trend" }
func (Viewer) Title() string        { return "Document" }
func (Reading) Title() string       { return "Reading" }
func (Result) Title() string        { return "Text" }
func (Readings) Title() string      { return "Readings" }
func (ReadAgain) Title() string     { return "Read again" }
func (Upload) Title() string        { return "Upload" }
func (Download) Title() string      { return "Download" }
func (Details) Title() string       { return "Details" }
func (FileCheck) Title() string     { return "File check" }
func (Unlock) Title() string        { return "Open with a password" }
func (Notes) Title() string         { return "Notes" }
func (a Act) Title() string         { return string(a.Deed) }
func (Delete) Title() string        { return "Delete" }
func (Move) Title() string          { return "Move" }
func (Split) Title() string         { return "Split" }
func (Values) Title() string        { return "Values" }
func (Critical) Title() string      { return "Critical" }
func (Check) Title() string         { return "Check patient" }
func (Correct) Title() string       { return "Correct text" }

func (w WriteNote) Title() string {
	if w.Wrong {
		return "Note in error"
	}
	return "Write a note"
}

func (n Note) Title() string {
	if n.Forward {
		return "Forward"
	}
	return "Defer"
}
