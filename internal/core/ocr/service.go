package ocr

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"clinician/internal/core"
)

// Options are the parts a Service works with. Store, Records, Vault, Reader and
// Bus are needed.
type Options struct {
	Store   Store
	Records core.Records
	Vault   Sealer
	Reader  core.DocumentReader
	Bus     core.Bus

	// Delegation proves for whom a job reads, where Records or Reader belong to another
	// service; nil: both are on this machine, and nobody is asked once more.
	Delegation core.Delegation

	// Background reads what nobody asked for (see core.Priority.Unasked), in a way that
	// leaves the machine to others; nil: Reader does.
	Background core.DocumentReader

	Jobs int    // jobs at once; 0: 1
	Node string // names this process among those that share the store; "" is "local"

	Clock  core.Clock                                     // nil: core.SystemClock
	NewID  func() string                                  // nil: 26 characters, 130 random bits
	Notify func(context.Context, core.Notification) error // tells the submitter of the ending; nil: nobody
	// Analyze finds and seals what the pages of a job say, in order and with
	// their words; nil: nothing is looked for. Its failure never fails a job.
	Analyze func(ctx context.Context, j core.Job, pages []core.Page) (core.Analysis, error)
	Logger  *slog.Logger // nil: none

	// Read is told of each page that was stored, read or failed; nil: nobody is.
	Read func(core.Page)
}

// Times of the queue. The lease is several renewals long, so that a slow disk
// does not cost a job.
const (
	leaseTime   = 45 * time.Second
	renewEvery  = 10 * time.Second
	lookEvery   = 2 * time.Second // for jobs of other nodes; our own wake us
	maxAttempts = 3
)

// Service implements core.Recognizer. It answers from New on; jobs run between
// Start and Stop.
type Service struct {
	o     Options
	log   *slog.Logger
	woken chan struct{}
	slots chan struct{}

	stop context.CancelFunc
	done chan struct{} // closed when nothing of Start runs any more

	mu      sync.Mutex
	running map[string]context.CancelCauseFunc
}

var _ core.Recognizer = (*Service)(nil)

// New checks o and gives a service.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Records == nil || o.Vault == nil || o.Reader == nil || o.Bus == nil {
		return nil, errors.New("ocr: a part is missing")
	}
	if o.Jobs <= 0 {
		o.Jobs = 1
	}
	if o.Node == "" {
		o.Node = "local"
	}
	if o.Clock == nil {
		o.Clock = core.SystemClock
	}
	if o.NewID == nil {
		o.NewID = func() string { return strings.ToLower(rand.Text()) }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{
		o: o, log: o.Logger, woken: make(chan struct{}, 1), slots: make(chan struct{}, o.Jobs),
		running: make(map[string]context.CancelCauseFunc),
	}, nil
}

// Submit stores a job. CodeInvalid when the language is not installed; a
// missing engine is no reason to refuse, for a text layer needs none.
func (s *Service) Submit(ctx context.Context, r core.JobRequest, ev core.AuditEvent) (core.Job, error) {
	if err := core.CheckLanguage(ctx, s.o.Reader, cmp.Or(r.Language, core.DefaultLanguage)); err != nil {
		return core.Job{}, err
	}
	if err := checkPriority(r.Priority); err != nil {
		return core.Job{}, err
	}
	j := NewJob(s.o.NewID(), r, s.o.Clock())
	ev.PatientID, ev.RecordID = j.PatientID, j.RecordID
	stored, err := s.o.Store.CreateJob(ctx, j, ev)
	if err != nil {
		return core.Job{}, err
	}
	s.log.InfoContext(ctx, "ocr job queued", "job_id", stored.ID, "new", stored.ID == j.ID)
	s.wake()
	s.explain(ctx, &stored)
	if stored.ID == j.ID {
		s.publish(ctx, stored, "queued", 0)
	}
	return stored, nil
}

// NewJob is what Submit queues: a job that waits.
func NewJob(id string, r core.JobRequest, now time.Time) core.Job {
	return core.Job{
		ID: id, RecordID: r.Record.ID, PatientID: r.Record.PatientID, UserID: r.UserID,
		FileName: r.Record.Filename, FileType: fileType(r.Record.MIME), FileSize: r.Record.Size, Language: cmp.Or(r.Language, core.DefaultLanguage), ForceOCR: r.ForceOCR,
		Priority: priorityOf(r), RetryOf: r.RetryOf,
		Status: core.JobPending, Message: "Waiting", Seq: 1, CreatedAt: now,
	}
}

func priorityOf(r core.JobRequest) core.Priority {
	if r.Arrival {
		return core.PriorityArrival
	}
	return cmp.Or(r.Priority, core.PriorityNormal)
}

func fileType(mime string) string {
	switch mime {
	case core.MIMEPDF:
		return "pdf"
	case core.MIMEText, core.MIMERTF, core.MIMEDOCX:
		return "text"
	}
	return "image"
}

// Hasten makes the jobs that wait for a record urgent: somebody looks at it.
func (s *Service) Hasten(ctx context.Context, recordID string) error {
	hastened, err := s.o.Store.HastenJobs(ctx, recordID)
	if hastened {
		s.wake()
	}
	return err
}

// Job gives a job.
func (s *Service) Job(ctx context.Context, id string) (core.Job, error) {
	j, err := s.o.Store.Job(ctx, id)
	s.explain(ctx, &j)
	return j, err
}

// Jobs lists jobs.
func (s *Service) Jobs(ctx context.Context, q core.JobQuery) ([]core.Job, error) {
	jobs, err := s.o.Store.Jobs(ctx, q)
	for i := range jobs {
		s.explain(ctx, &jobs[i])
	}
	return jobs, err
}

// Engine says what reads.
func (s *Service) Engine(ctx context.Context) (core.EngineInfo, error) { return s.o.Reader.Info(ctx) }

// errCancelled is why a run ends when somebody cancels its job.
var errCancelled = errors.New("ocr: job cancelled")

// Cancel ends a job; what it has running is killed at once.
func (s *Service) Cancel(ctx context.Context, id string, ev core.AuditEvent) (core.Job, error) {
	j, err := s.o.Store.CancelJob(ctx, id, s.o.Clock(), ev)
	if err != nil {
		return j, err
	}
	s.mu.Lock()
	end := s.running[id]
	s.mu.Unlock()
	if end != nil {
		end(errCancelled)
	}
	s.log.InfoContext(ctx, "ocr job cancelled", "job_id", id)
	s.publish(context.WithoutCancel(ctx), j, "cancelled", 0)
	return j, nil
}

// Page opens one finished page.
func (s *Service) Page(ctx context.Context, id string, number int) (core.Page, error) {
	j, err := s.o.Store.Job(ctx, id)
	if err != nil {
		return core.Page{}, err
	}
	if number < 1 {
		return core.Page{}, core.Errorf(core.CodeNotFound, "Pages are numbered from 1.")
	}
	sealed, err := s.o.Store.SealedPages(ctx, id, number)
	if err != nil {
		return core.Page{}, err
	}
	return s.unseal(ctx, j, sealed[0])
}

// Result puts the pages of a completed job together.
func (s *Service) Result(ctx context.Context, id string) (core.Result, error) {
	j, err := s.o.Store.Job(ctx, id)
	if err != nil {
		return core.Result{}, err
	}
	if j.Status != core.JobCompleted {
		return core.Result{}, core.Errorf(core.CodeConflict, "Job not completed. Current status: %s", j.Status)
	}
	sealed, err := s.o.Store.SealedPages(ctx, id, 0)
	if err != nil {
		return core.Result{}, err
	}
	r := core.Result{
		Success: true, JobID: j.ID, FileName: j.FileName, PageCount: j.Pages, Model: j.Model,
		FileID: j.RecordID, PatientID: j.PatientID, FailedPages: j.FailedPages, PartialPages: j.PartialPages,
	}
	if j.StartedAt != nil && j.CompletedAt != nil {
		r.ProcessingTime = j.CompletedAt.Sub(*j.StartedAt).Seconds()
	}
	var texts []string
	var sum float64
	words := 0
	for _, sp := range sealed {
		p, err := s.unseal(ctx, j, sp)
		if err != nil {
			return core.Result{}, err
		}
		for _, w := range p.Words {
			if w.Confidence != nil {
				sum += *w.Confidence
				words++
			}
		}
		r.GPUUsed = r.GPUUsed || p.OnGPU()
		p.Words = nil
		r.Pages = append(r.Pages, p)
		if p.Text != "" {
			texts = append(texts, p.Text)
		}
	}
	r.ExtractedText = strings.Join(texts, "\n\n")
	if words > 0 {
		mean := sum / float64(words) / 100
		r.Confidence = &mean
	}
	return r, nil
}

// publish tells who watches; a bus that is down only delays them, for watchers
// look into the store as well.
func (s *Service) publish(ctx context.Context, j core.Job, stage string, page int) {
	err := s.o.Bus.Publish(ctx, j.ID, core.JobEvent{Job: j, Stage: stage, PageDone: page, At: s.o.Clock()})
	if err != nil {
		s.log.WarnContext(ctx, "ocr event not published", "job_id", j.ID, "stage", stage, "err", err)
	}
}

// PageSubject binds a sealed page to its place; who moves a record wraps its key
// anew for the same subject.
func PageSubject(jobID string, page int) string { return fmt.Sprintf("job/%s/page/%d", jobID, page) }
