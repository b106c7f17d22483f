package clinicianapi

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// Analyze asks for a record to be read; language "" is the server's default.
// CodeEngineMissing, with what to install, when the server cannot read.
func (c *Client) Analyze(ctx context.Context, recordID, language string) (wire.Submitted, error) {
	if err := checkID("record", recordID); err != nil {
		return wire.Submitted{}, err
	}
	var s wire.Submitted
	err := c.json(ctx, call{method: http.MethodPost, path: wire.PathRecordAct(recordID, "analyze"), body: core.AnalyzeOptions{Language: language}}, &s)
	return s, err
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

// Jobs lists jobs, newest first; of one record unless recordID is "".
func (c *Client) Jobs(ctx context.Context, recordID string) ([]core.Job, error) {
	v := url.Values{"limit": {"100"}}
	if recordID != "" {
		if err := checkID("record", recordID); err != nil {
			return nil, err
		}
		v.Set("record_id", recordID)
	}
	var jobs wire.Jobs
	if err := c.json(ctx, call{path: wire.PathJobs, query: v}, &jobs); err != nil {
		return nil, err
	}
	if recordID != "" { // a server that ignores the parameter must not mix records up
		jobs.Jobs = slices.DeleteFunc(jobs.Jobs, func(j core.Job) bool { return j.RecordID != recordID })
	}
	if jobs.Jobs == nil {
		jobs.Jobs = []core.Job{}
	}
	return jobs.Jobs, nil
}

// Result is the outcome of a completed job; CodeConflict or CodeInvalid while
// it is not completed.
func (c *Client) Result(ctx context.Context, jobID string) (core.Result, error) {
	if err := checkID("job", jobID); err != nil {
		return core.Result{}, err
	}
	var r core.Result
	err := c.json(ctx, call{path: wire.PathJobResult(jobID)}, &r)
	return r, err
}

// Page is one finished page with its words; CodeNotFound while it is not finished.
func (c *Client) Page(ctx context.Context, jobID string, number int) (core.Page, error) {
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
