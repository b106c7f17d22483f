package app

import (
	"cmp"
	"context"
	"io"
	"sync/atomic"

	"clinician/internal/core"
)

// Analyze sends a record to OCR. o.Language is "" for the default. It gives the
// job that reads the record in that way already, if there is one.
func (s *Session) Analyze(ctx context.Context, recordID string, o core.AnalyzeOptions) (core.Submission, error) {
	return s.analyze(ctx, recordID, core.JobRequest{Language: o.Language, Priority: o.Priority, ForceOCR: o.ForceOCR != nil && *o.ForceOCR})
}

// RetryJob tries a job that has ended again; what o leaves open stays as it was.
func (s *Session) RetryJob(ctx context.Context, id string, o core.AnalyzeOptions) (core.Submission, error) {
	ev := s.event(core.EventJobSubmitted, core.ActionExecute)
	old, err := s.allowJob(ctx, id, &ev)
	if err != nil {
		return core.Submission{}, err
	}
	if !old.Status.Final() {
		return core.Submission{}, core.Errorf(core.CodeConflict, "The job has not ended. Cancel it first, or wait for it.")
	}
	if old.Priority.Unasked() {
		old.Priority = ""
	}
	force := old.ForceOCR
	if o.ForceOCR != nil {
		force = *o.ForceOCR
	}
	return s.analyze(ctx, old.RecordID, core.JobRequest{RetryOf: old.ID, ForceOCR: force,
		Language: cmp.Or(o.Language, old.Language), Priority: cmp.Or(o.Priority, old.Priority)})
}

func (s *Session) analyze(ctx context.Context, recordID string, req core.JobRequest) (core.Submission, error) {
	ev := s.event(core.EventJobSubmitted, core.ActionExecute)
	r, err := s.allowWork(ctx, recordID, &ev)
	if err != nil {
		return core.Submission{}, err
	}
	if !r.CanAnalyze {
		return core.Submission{}, core.Errorf(core.CodeInvalid,
			"This kind of file (%s) cannot be read. Save it as PDF or DOCX in the program it comes from and upload that. PDF, JPEG, PNG, TIFF, BMP, GIF, WebP, TXT, RTF and DOCX can be read.", r.MIME)
	}
	asked := s.now()
	req.Record, req.UserID = r, s.who.UserID
	if req.RetryOf != "" {
		ev.Detail = map[string]any{"retry_of": req.RetryOf}
	}
	j, err := s.Recognizer.Submit(ctx, req, ev)
	if err != nil {
		return core.Submission{}, s.meanwhile(ctx, ev, err)
	}
	if err := s.Bus.Remember(ctx, j); err != nil {
		s.log.WarnContext(ctx, "job not noted on the bus", "job_id", j.ID, "err", err)
	}
	return core.Submission{Job: j, Existing: j.CreatedAt.Before(asked)}, nil
}

// Jobs lists OCR jobs on the caller's patients, newest first.
func (s *Session) Jobs(ctx context.Context, f core.JobFilter) ([]core.Job, error) {
	wrong := fields{}
	wrong.choice("state", f.State, "running", "failed")
	if wrong.between("limit", f.Limit, 1, 100); wrong.err() != nil {
		return nil, wrong.err()
	}
	clinicianID, err := s.panel(ctx)
	if err != nil {
		return nil, err
	}
	jobs, err := s.Recognizer.Jobs(ctx, core.JobQuery{ClinicianID: clinicianID, RecordID: f.RecordID, State: f.State, Limit: f.Limit})
	if err != nil {
		return nil, err
	}
	ev := s.event(core.EventJobRead, core.ActionRead)
	ev.RecordID, ev.Detail = f.RecordID, map[string]any{"job_count": len(jobs)}
	return orEmpty(jobs), s.recordOnce(ctx, "list of "+f.RecordID+" "+s.pollKey(jobs...), ev)
}

// recordOnce is record for what is asked for again and again: the first time it is shown to
// the session.
func (s *Session) recordOnce(ctx context.Context, key string, ev core.AuditEvent) error {
	if s.polled.again(key) {
		return nil
	}
	err := s.record(ctx, ev)
	if err == nil {
		s.polled.note(key)
	}
	return err
}

// Job gives the state of a job.
func (s *Session) Job(ctx context.Context, id string) (core.Job, error) {
	ev := s.event(core.EventJobRead, core.ActionRead)
	j, err := s.allowJob(ctx, id, &ev)
	if err != nil {
		return core.Job{}, err
	}
	ev.PatientID, ev.RecordID, ev.JobID = j.PatientID, j.RecordID, j.ID
	return j, s.recordOnce(ctx, s.pollKey(j), ev)
}

func (s *Session) readJob(ctx context.Context, id, event string) (core.Job, error) {
	ev := s.event(event, core.ActionRead)
	j, err := s.allowJob(ctx, id, &ev)
	if err != nil {
		return core.Job{}, err
	}
	ev.PatientID, ev.RecordID, ev.JobID = j.PatientID, j.RecordID, j.ID
	return j, s.record(ctx, ev)
}

// JobResult gives the text of a completed job, with what people corrected and
// what was found in it.
func (s *Session) JobResult(ctx context.Context, id string) (core.Result, error) {
	j, err := s.readReading(ctx, id)
	if err != nil {
		return core.Result{}, err
	}
	r, err := s.Recognizer.Result(ctx, id)
	if err != nil {
		return core.Result{}, err
	}
	history, err := s.Values.Corrections(ctx, j.RecordID, 0)
	if err != nil {
		return core.Result{}, err
	}
	for i := range r.Pages {
		putCorrections(&r.Pages[i], history)
	}
	d, err := s.Values.Findings(ctx, id)
	if core.IsNotFound(err) {
		return r, nil
	}
	r.Findings = &d.Findings
	return r, err
}

// readReading allows and records reading what a job read. The text of a record
// entered in error is out of use.
func (s *Session) readReading(ctx context.Context, id string) (core.Job, error) {
	ev := s.event(core.EventResultRead, core.ActionRead)
	j, err := s.allowJob(ctx, id, &ev)
	if err != nil {
		return core.Job{}, err
	}
	switch r, err := s.Records.Record(ctx, j.RecordID); {
	case core.IsNotFound(err):
		return core.Job{}, errJobNotFound
	case err != nil:
		return core.Job{}, err
	case r.Status == core.RecordEnteredInError:
		return core.Job{}, errErrored
	}
	return s.readJob(ctx, id, core.EventResultRead)
}

// JobPage gives one finished page with its words, also while the job runs.
func (s *Session) JobPage(ctx context.Context, id string, page int) (core.Page, error) {
	j, err := s.readReading(ctx, id)
	if err != nil {
		return core.Page{}, err
	}
	p, err := s.Recognizer.Page(ctx, id, page)
	if err != nil {
		return core.Page{}, err
	}
	history, err := s.Values.Corrections(ctx, j.RecordID, page)
	putCorrections(&p, history)
	return p, err
}

// CancelJob ends a job that has not ended.
func (s *Session) CancelJob(ctx context.Context, id string) error {
	ev := s.event(core.EventJobCancelled, core.ActionUpdate)
	j, err := s.allowJob(ctx, id, &ev)
	if err != nil {
		return err
	}
	ev.PatientID, ev.RecordID, ev.JobID = j.PatientID, j.RecordID, j.ID
	_, err = s.Recognizer.Cancel(ctx, id, ev)
	return s.meanwhile(ctx, ev, err)
}

// WatchJob follows a job. It ends within seconds, whether something happens to
// the job or not, with CodeUnauthenticated when the caller's session ends, and with
// CodeForbidden when the patient is given to somebody else or the record removed;
// with "Job not found" when that shows at an event.
func (s *Session) WatchJob(ctx context.Context, id string) (core.JobWatch, error) {
	j, err := s.readJob(ctx, id, core.EventJobWatched)
	if err != nil {
		return nil, err
	}
	s.lookedAt(ctx, j.RecordID)
	w, err := s.Recognizer.Watch(ctx, id)
	if err != nil {
		return nil, err
	}
	st := s.stream(ctx, j.RecordID, func(ctx context.Context) error {
		ev := s.event(core.EventJobWatched, core.ActionRead)
		_, err := s.allowJob(ctx, id, &ev)
		if core.IsNotFound(err) {
			return errWatchOver.WithCause(err)
		}
		return err
	})
	return &guardedWatch{JobWatch: w, st: st, s: s}, nil
}

var errWatchOver = core.Errorf(core.CodeForbidden, "This job is not yours to watch any more.")

// guardedWatch ends with its stream, and checks before each event that the
// watcher still may see it.
type guardedWatch struct {
	core.JobWatch
	st     *Stream
	s      *Session
	closed atomic.Bool
}

// Close ends the watch.
func (w *guardedWatch) Close() error {
	w.closed.Store(true)
	w.st.Close()
	return w.JobWatch.Close()
}

func (w *guardedWatch) Next(ctx context.Context) (core.JobEvent, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(w.st.Context(), stop)()
	ev, err := w.JobWatch.Next(ctx)
	if err != nil && w.closed.Load() {
		return core.JobEvent{}, io.EOF
	}
	if ended := w.st.Err(); ended != nil {
		return core.JobEvent{}, ended
	}
	if err != nil {
		return ev, err
	}
	if _, _, err := w.s.Sessions.Active(ctx, w.s.who.SessionID, w.s.now()); err != nil {
		return core.JobEvent{}, err
	}
	watched := w.s.event(core.EventJobWatched, core.ActionRead)
	if _, err := w.s.allowPatient(ctx, ev.Job.PatientID, &watched, errJobNotFound); err != nil {
		return core.JobEvent{}, err
	}
	return ev, nil
}

// Preview gives the beginning of a completed job's text, at most n characters.
func (s *Session) Preview(ctx context.Context, id string, n int) (core.Result, string, error) {
	r, err := s.Recognizer.Result(ctx, id)
	if err != nil {
		return r, "", err
	}
	text := []rune(r.ExtractedText)
	return r, string(text[:min(n, len(text))]), nil
}
