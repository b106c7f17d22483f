package httpapi

import (
	"context"
	"net/http"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/wire"
)

// analyze sends a record to OCR. The body may name a language and a priority,
// and ask for OCR of pages that have text of their own.
func (a *API) analyze(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	return a.submit(w, r, s.Analyze)
}

// retryJob tries a job that has ended again, with other settings if the body
// has some.
func (a *API) retryJob(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	return a.submit(w, r, s.RetryJob)
}

func (a *API) submit(w http.ResponseWriter, r *http.Request,
	how func(ctx context.Context, id string, o core.AnalyzeOptions) (core.Submission, error)) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	o := core.AnalyzeOptions{Language: f.optionalText("language"), Priority: core.Priority(f.optionalText("priority")),
		ForceOCR: f.changedBoolean("force_ocr")}
	if err := f.err(); err != nil {
		return err
	}
	sub, err := how(r.Context(), r.PathValue("id"), o)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusOK, wire.NewSubmitted(sub))
}

// jobs lists the jobs on the caller's patients; query: record_id (or
// file_id, as jobs call it), state (running or failed) and limit.
func (a *API) jobs(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	f := query(r)
	record, limit := f.optionalText("record_id"), f.count("limit", 1)
	if record == "" {
		record = f.optionalText("file_id")
	}
	state := f.choice("state", "running", "failed")
	if err := f.err(); err != nil {
		return err
	}
	jobs, err := s.Jobs(r.Context(), core.JobFilter{RecordID: record, State: state, Limit: limit})
	if err != nil {
		return err
	}
	if jobs == nil {
		jobs = []core.Job{}
	}
	return writeJSON(w, http.StatusOK, wire.Jobs{Success: true, Jobs: jobs, Count: len(jobs)})
}

func (a *API) job(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	j, err := s.Job(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, wire.JobStatus{Success: true, Job: wire.NewJob(j)})
}

func (a *API) jobResult(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	result, err := s.JobResult(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, result)
}

func (a *API) jobPage(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	n, err := number(r, "page")
	if err != nil || n > core.MaxPages {
		return errNoSuchPath
	}
	page, err := s.JobPage(r.Context(), r.PathValue("id"), int(n))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, wire.PageAnswer{Success: true, Page: page})
}

func (a *API) cancelJob(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	if err := s.CancelJob(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, wire.Done{Success: true, Message: "Job cancelled successfully"})
}
