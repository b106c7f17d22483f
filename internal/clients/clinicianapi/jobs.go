package clinicianapi

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// Analyze asks for a record to be read; see core.Readings. While a job with the
// same settings waits or runs for the record, that one is answered.
func (c *Client) Analyze(ctx context.Context, recordID string, o core.AnalyzeOptions) (core.Submission, error) {
	if err := checkID("record", recordID); err != nil {
		return core.Submission{}, err
	}
	return c.submit(ctx, wire.PathRecordAct(recordID, "analyze"), o)
}

// RetryJob tries an ended job again; what o leaves empty stays as it was.
func (c *Client) RetryJob(ctx context.Context, jobID string, o core.AnalyzeOptions) (core.Submission, error) {
	if err := checkID("job", jobID); err != nil {
		return core.Submission{}, err
	}
	return c.submit(ctx, wire.PathJobRetry(jobID), o)
}

func (c *Client) submit(ctx context.Context, path string, o core.AnalyzeOptions) (core.Submission, error) {
	var s wire.Submitted
	if err := c.json(ctx, call{method: http.MethodPost, path: path, body: o}, &s); err != nil {
		return core.Submission{}, err
	}
	if s.Job.ID == "" { // a server that names the job only
		s.Job = core.Job{ID: s.JobID, FileName: s.Filename, Status: core.JobPending, Position: s.Position, WaitingFor: s.WaitingFor}
	}
	return core.Submission{Job: s.Job, Existing: s.Existing}, nil
}

// Job is the state of a job.
func (c *Client) Job(ctx context.Context, jobID string) (core.Job, error) {
	if err := checkID("job", jobID); err != nil {
		return core.Job{}, err
	}
	var s wire.JobStatus
	err := c.json(ctx, call{path: wire.PathJob(jobID)}, &s)
	return s.Job.Job, err
}

// Jobs lists jobs on the caller's patients, newest first.
func (c *Client) Jobs(ctx context.Context, f core.JobFilter) ([]core.Job, error) {
	v := url.Values{}
	setNumber(v, "limit", int64(f.Limit))
	set(v, "state", f.State)
	if f.RecordID != "" {
		if err := checkID("record", f.RecordID); err != nil {
			return nil, err
		}
		v.Set("record_id", f.RecordID)
	}
	var jobs wire.Jobs
	if err := c.json(ctx, call{path: wire.PathJobs, query: v}, &jobs); err != nil {
		return nil, err
	}
	if f.RecordID != "" { // a server that ignores the parameter must not mix records up
		jobs.Jobs = slices.DeleteFunc(jobs.Jobs, func(j core.Job) bool { return j.RecordID != f.RecordID })
	}
	if jobs.Jobs == nil {
		jobs.Jobs = []core.Job{}
	}
	return jobs.Jobs, nil
}

// JobResult is the outcome of a completed job; CodeConflict or CodeInvalid while
// it is not completed.
func (c *Client) JobResult(ctx context.Context, jobID string) (core.Result, error) {
	if err := checkID("job", jobID); err != nil {
		return core.Result{}, err
	}
	var r core.Result
	err := c.json(ctx, call{path: wire.PathJobResult(jobID)}, &r)
	return r, err
}

// JobPage is one finished page with its words; CodeNotFound while it is not finished.
func (c *Client) JobPage(ctx context.Context, jobID string, number int) (core.Page, error) {
	if err := checkID("job", jobID); err != nil {
		return core.Page{}, err
	}
	var p wire.PageAnswer
	err := c.json(ctx, call{path: wire.PathJobPage(jobID, number)}, &p)
	return p.Page, err
}

// CancelJob ends a job that has not ended; CodeConflict when it has.
func (c *Client) CancelJob(ctx context.Context, jobID string) error {
	if err := checkID("job", jobID); err != nil {
		return err
	}
	return c.json(ctx, call{method: http.MethodPost, path: wire.PathJobCancel(jobID)}, nil)
}
