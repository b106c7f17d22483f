package app

import (
	"context"

	"clinician/internal/core"
)

// Analyze sends a record to OCR. language is "" for the default.
func (s *Session) Analyze(ctx context.Context, recordID, language string) (core.Job, error) {
	ev := s.event(core.EventJobSubmitted, core.ActionExecute)
	r, err := s.allowRecord(ctx, recordID, ev)
	if err != nil {
		return core.Job{}, err
	}
	if !r.CanAnalyze {
		return core.Job{}, core.Errorf(core.CodeInvalid,
			"This kind of file (%s) cannot be read. PDF, JPEG, PNG, TIFF, BMP, TXT and RTF can.", r.MIME)
	}
	ev.PatientID, ev.RecordID = r.PatientID, r.ID
	j, err := s.Recognizer.Submit(ctx, core.JobRequest{Record: r, UserID: s.who.UserID, Language: language}, ev)
	if err != nil {
		return core.Job{}, err
	}
	if err := s.Bus.Remember(ctx, j); err != nil {
		s.log.WarnContext(ctx, "job not noted on the bus", "job_id", j.ID, "err", err)
	}
	return j, nil
}

// Jobs lists OCR jobs on the caller's patients, newest first; recordID "" means any.
func (s *Session) Jobs(ctx context.Context, recordID string, limit int) ([]core.Job, error) {
	c, err := s.clinician(ctx)
	if err != nil {
		return nil, err
	}
	jobs, err := s.Recognizer.Jobs(ctx, core.JobQuery{ClinicianID: c.ID, RecordID: recordID, Limit: limit})
	if err != nil {
		return nil, err
	}
	ev := s.event(core.EventJobRead, core.ActionRead)
	ev.RecordID, ev.Detail = recordID, map[string]any{"job_count": len(jobs)}
	return orEmpty(jobs), s.record(ctx, ev)
}

// Job gives the state of a job.
func (s *Session) Job(ctx context.Context, id string) (core.Job, error) {
	return s.readJob(ctx, id, core.EventJobRead)
}

func (s *Session) readJob(ctx context.Context, id, event string) (core.Job, error) {
	ev := s.event(event, core.ActionRead)
	j, err := s.allowJob(ctx, id, ev)
	if err != nil {
		return core.Job{}, err
	}
	ev.PatientID, ev.RecordID, ev.JobID = j.PatientID, j.RecordID, j.ID
	return j, s.record(ctx, ev)
}

// JobResult gives the text of a completed job.
func (s *Session) JobResult(ctx context.Context, id string) (core.Result, error) {
	if _, err := s.readJob(ctx, id, core.EventResultRead); err != nil {
		return core.Result{}, err
	}
	return s.Recognizer.Result(ctx, id)
}

// JobPage gives one finished page with its words, also while the job runs.
func (s *Session) JobPage(ctx context.Context, id string, page int) (core.Page, error) {
	if _, err := s.readJob(ctx, id, core.EventResultRead); err != nil {
		return core.Page{}, err
	}
	return s.Recognizer.Page(ctx, id, page)
}

// CancelJob ends a job that has not ended.
func (s *Session) CancelJob(ctx context.Context, id string) (core.Job, error) {
	ev := s.event(core.EventJobCancelled, core.ActionUpdate)
	j, err := s.allowJob(ctx, id, ev)
	if err != nil {
		return core.Job{}, err
	}
	ev.PatientID, ev.RecordID, ev.JobID = j.PatientID, j.RecordID, j.ID
	return s.Recognizer.Cancel(ctx, id, ev)
}

// WatchJob follows a job. The stream ends with CodeUnauthenticated when the
// caller's session ends, and with "Job not found" when the patient is given
// to somebody else meanwhile.
func (s *Session) WatchJob(ctx context.Context, id string) (core.JobWatch, error) {
	j, err := s.readJob(ctx, id, core.EventJobWatched)
	if err != nil {
		return nil, err
	}
	w, err := s.Recognizer.Watch(ctx, id)
	if err != nil {
		return nil, err
	}
	return &guardedWatch{JobWatch: w, s: s, patientID: j.PatientID}, nil
}

// guardedWatch checks before each event that the watcher still may see it.
type guardedWatch struct {
	core.JobWatch
	s         *Session
	patientID int64
}

func (w *guardedWatch) Next(ctx context.Context) (core.JobEvent, error) {
	ev, err := w.JobWatch.Next(ctx)
	if err != nil {
		return ev, err
	}
	if _, _, err := w.s.Sessions.Active(ctx, w.s.who.SessionID, w.s.now()); err != nil {
		return core.JobEvent{}, err
	}
	if _, err := w.s.allowPatient(ctx, w.patientID, w.s.event(core.EventJobWatched, core.ActionRead), errJobNotFound); err != nil {
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
