package ocr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"clinician/internal/core"
)

// run is one attempt at one job. It is the core.PageSink of its document.
type run struct {
	s     *Service
	log   *slog.Logger
	claim Claim
	began time.Time
	asked core.Job // as claimed: what does not change

	mu        sync.Mutex // guards what follows and keeps events in order
	job       core.Job
	read      int    // pages finished in this attempt, for the estimate
	whyFirst  string // why the first failed page failed
	preempted bool   // a more urgent job waits: no further page is begun
}

// guarded is pages with panics turned into errors: one document must not end
// the server.
func (r *run) guarded(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return r.pages(ctx)
}

// pages opens the document and reads all pages that are not done. An error ends
// the job as failed, unless ctx ended.
func (r *run) pages(ctx context.Context) error {
	if err := r.progress(ctx, "opening", func(j *core.Job) {
		j.Message, j.Progress = "Opening the document", max(j.Progress, 1)
	}); err != nil {
		return err
	}
	rec, err := r.s.o.Records.Record(ctx, r.asked.RecordID)
	if err != nil {
		return err
	}
	doc := core.Document{RecordID: rec.ID, MIME: rec.MIME, By: r.by, Open: func(ctx context.Context) (io.ReadCloser, error) {
		by, err := r.by(ctx)
		if err != nil {
			return nil, err
		}
		return r.s.o.Records.Open(ctx, by, rec.ID, 0)
	}}
	err = r.reader().ReadDocument(ctx, doc, core.ReadingRequest{Language: r.asked.Language, ForceOCR: r.asked.ForceOCR}, r)
	if err == nil && r.preempted {
		return errPreempted
	}
	return err
}

// reader is what reads this job.
func (r *run) reader() core.DocumentReader {
	if r.asked.Priority.Unasked() && r.s.o.Background != nil {
		return r.s.o.Background
	}
	return r.s.o.Reader
}

// by gives the person who asked for the job, on whose behalf the document is read.
func (r *run) by(ctx context.Context) (core.Acting, error) {
	if r.s.o.Delegation == nil {
		return core.Acting{Principal: core.Principal{UserID: r.asked.UserID}}, nil
	}
	return r.s.o.Delegation.OnBehalf(ctx, r.asked.UserID, r.asked.PatientID)
}

// errPreempted is why a run ends before all pages are read: a more urgent job
// waits. The job goes on after it, where it was.
var errPreempted = errors.New("ocr: a more urgent job waits")

// More reports whether a further page may be begun: it may not when a more urgent
// job waits. Nobody waits for the sixty pages of another document.
func (r *run) More(ctx context.Context) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.preempted {
		return false
	}
	waits, err := r.s.o.Store.MoreUrgentWaits(ctx, r.claim.JobID)
	if err != nil {
		r.log.WarnContext(ctx, "ocr queue cannot be looked at", "err", err)
	}
	r.preempted = waits && err == nil
	return !r.preempted
}

// Opened gives the pages still to do and takes over what an earlier attempt did.
func (r *run) Opened(ctx context.Context, count int) ([]int, error) {
	done, err := r.s.o.Store.DonePages(ctx, r.claim.JobID)
	if err != nil {
		return nil, err
	}
	finished := make(map[int]bool, len(done))
	failed, partial := 0, 0
	for _, p := range done {
		finished[p.Page] = true
		if p.Failed {
			failed++
		}
		if p.Partial {
			partial++
		}
	}
	var todo []int
	for n := 1; n <= count; n++ {
		if !finished[n] {
			todo = append(todo, n)
		}
	}
	return todo, r.progress(ctx, "rendering", func(j *core.Job) {
		j.Pages, j.Page, j.FailedPages, j.PartialPages = count, len(done), failed, partial
		j.Message, j.Progress = working(*j), percent(*j)
	})
}

// Page stores a finished page together with the progress it makes.
func (r *run) Page(ctx context.Context, p core.Page, why error) error {
	if why != nil {
		r.log.WarnContext(ctx, "page not read", "page", p.Number, "code", string(core.CodeOf(why)), "err", why)
	}
	if p.Steps == nil {
		p.Steps = []string{}
	}
	sealed, err := r.s.seal(ctx, r.asked, p)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	j := r.job
	j.Seq++
	j.Page++
	if sealed.Failed {
		j.FailedPages++
		if r.whyFirst == "" {
			r.whyFirst = p.Error
		}
	}
	if sealed.Partial {
		j.PartialPages++
	}
	j.ETASeconds = r.estimate(j)
	j.Message, j.Progress = working(j), percent(j)
	j.Model = betterModel(j.Model, p)
	if err := r.s.o.Store.SavePage(ctx, r.claim, j, sealed); err != nil {
		return err
	}
	r.job = j
	r.read++
	if r.s.o.Read != nil {
		r.s.o.Read(p)
	}
	r.s.publish(ctx, j, "page", p.Number)
	return nil
}

// estimate says how long the remaining pages will take at the pace of this attempt.
func (r *run) estimate(j core.Job) *int {
	left := j.Pages - j.Page
	spent := r.s.o.Clock().Sub(r.began).Seconds()
	eta := int(spent/float64(r.read+1)*float64(left) + 0.5)
	return &eta
}

// progress stores a change of the job and tells those who watch.
func (r *run) progress(ctx context.Context, stage string, change func(*core.Job)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	j := r.job
	change(&j)
	j.Seq++
	if err := r.s.o.Store.SaveProgress(ctx, r.claim, j); err != nil {
		return err
	}
	r.job = j
	r.s.publish(ctx, j, stage, 0)
	return nil
}

func working(j core.Job) string {
	return fmt.Sprintf("Processing page %d/%d", min(j.Page+1, j.Pages), j.Pages)
}

// percent leaves the first points to opening and the last to the ending.
func percent(j core.Job) int { return max(j.Progress, 5+94*j.Page/max(1, j.Pages)) }

// betterModel names what read the document: the engine, if any page needed it.
func betterModel(model string, p core.Page) string {
	if p.Status == core.PageFailed || p.Engine == "" || model != "" && p.Source != core.SourceOCR && p.Source != core.SourceMixed {
		return model
	}
	return p.Engine
}

// finish stores how the job ended, tells those who watch and who asked for it.
func (r *run) finish(ctx context.Context, err error) {
	var found *core.Analysis
	if err == nil {
		found = r.analyze(ctx)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	j := r.job
	now := r.s.o.Clock()
	j.Seq++
	j.CompletedAt, j.ETASeconds, j.Status = &now, nil, core.JobCompleted
	switch {
	case err != nil:
		j.Status, j.Error = core.JobFailed, core.MessageOf(err)
		r.log.ErrorContext(ctx, "ocr job failed", "code", string(core.CodeOf(err)), "err", err)
	case j.Pages > 0 && j.FailedPages == j.Pages:
		j.Status, j.Error = core.JobFailed, "No page could be read. "+r.whyFirst
	default:
		j.Message = completed(j)
	}
	if j.Status == core.JobCompleted && r.s.o.Analyze != nil {
		if j.Analysis = core.AnalysisDone; found == nil {
			j.Analysis = core.AnalysisFailed
		}
	}
	outcome := core.OutcomeSuccess
	if j.Status == core.JobFailed {
		j.Message, outcome = j.Error, core.OutcomeFailure
	} else {
		j.Progress = 100
	}
	stored := r.s.o.Store.FinishJob(ctx, r.claim, j, found, core.AuditEvent{
		Type: core.EventJobEnded, Action: core.ActionExecute, Outcome: outcome,
		PatientID: j.PatientID, RecordID: j.RecordID, JobID: j.ID,
		Detail: map[string]any{"status": string(j.Status), "pages": j.Pages, "failed_pages": j.FailedPages, "attempt": r.claim.Attempt},
	})
	if stored != nil {
		// Cancelled at the last moment, or the database is down: then the lease
		// runs out and the next attempt only has to write the ending.
		r.log.WarnContext(ctx, "ocr job's ending not stored", "err", stored)
		return
	}
	r.log.InfoContext(ctx, "ocr job ended", "status", string(j.Status), "pages", j.Pages,
		"failed_pages", j.FailedPages, "seconds", now.Sub(r.began).Seconds())
	r.notify(ctx, j) // first, so that who sees the ending finds the notification
	r.s.publish(ctx, j, string(j.Status), 0)
}

// completed says of a job that ended well what is missing all the same.
func completed(j core.Job) string {
	message := "Completed"
	if j.FailedPages > 0 {
		message += fmt.Sprintf("; %d of %d pages could not be read", j.FailedPages, j.Pages)
	}
	if j.PartialPages > 0 {
		message += fmt.Sprintf("; %d of %d pages were read in part", j.PartialPages, j.Pages)
	}
	return message
}

func (r *run) notify(ctx context.Context, j core.Job) {
	missing := j.Status == core.JobFailed || j.FailedPages > 0 || j.PartialPages > 0
	switch {
	case r.s.o.Notify == nil,
		r.asked.Priority == core.PriorityBacklog, // what could not be read is among what is to do
		r.asked.Priority.Unasked() && !missing:   // nobody waits for it
		return
	}
	n := core.Notification{UserID: j.UserID, Kind: "ocr_done", Level: "info", Text: "A document was read.",
		PatientID: &j.PatientID, RecordID: &j.RecordID, JobID: &j.ID, CreatedAt: *j.CompletedAt}
	switch {
	case j.Status == core.JobFailed:
		n.Kind, n.Level, n.Text = "ocr_failed", "action", "A document could not be read."
	case j.FailedPages > 0:
		n.Kind, n.Level, n.Text = "ocr_partial", "action", "A document was read, but not all of its pages."
	case j.PartialPages > 0:
		n.Kind, n.Level, n.Text = "ocr_partial", "action", "A document was read, but not all that it holds."
	}
	if err := r.s.o.Notify(ctx, n); err != nil {
		r.log.WarnContext(ctx, "submitter not notified", "err", err)
	}
}
