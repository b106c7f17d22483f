// Package ocrservice reads documents with the portal's ocr-service, under our own
// queue of readings.
//
// Start at Reader.ReadDocument (reader.go). The service takes files and gives their
// text without saying which page it stood on, so it is given one picture of a page at a
// time: our queue keeps what is finished, and a value still has its page. What the
// service does is survived in engine.go: it reads the newest job first, tells progress
// late, forgets jobs after an hour, and goes on with jobs that were cancelled.
//
// It gives no boxes and, of its lines, only what it keeps: words have no confidences.
package ocrservice

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"clinician/internal/clients/sibling"
	"clinician/internal/core"
)

// Name is what people and logs are told.
const Name = "ocr-service"

// Options say where the service is.
type Options struct {
	URL   string            // without "/api"
	HTTP  http.RoundTripper // nil: a pool of its own
	Stall time.Duration     // how long the service may take to take a page in, or to say how one is; 0: 20 s

	Clock core.Clock                                 // nil: core.SystemClock
	Wait  func(context.Context, time.Duration) error // between questions; nil: sleeps
}

// Client asks ocr-service. Safe for many goroutines.
type Client struct {
	door *sibling.Client
	now  core.Clock
	wait func(context.Context, time.Duration) error

	mu    sync.Mutex
	asked time.Time // when Info last had an answer
	err   error     // which one
}

// New makes a Client; it asks nothing yet.
func New(o Options) (*Client, error) {
	o.Stall = cmp.Or(o.Stall, 20*time.Second)
	door, err := sibling.New(sibling.Options{Name: Name, URL: o.URL, HTTP: o.HTTP, Stall: o.Stall, Timeout: o.Stall})
	if err != nil {
		return nil, err
	}
	c := &Client{door: door, now: o.Clock, wait: o.Wait}
	if c.now == nil {
		c.now = core.SystemClock
	}
	if c.wait == nil {
		c.wait = sleep
	}
	return c, nil
}

// Close drops idle connections.
func (c *Client) Close() error { return c.door.Close() }

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Ping asks whether the service answers and says that it works.
func (c *Client) Ping(ctx context.Context) error {
	a, err := c.door.Call(ctx, sibling.Request{Path: "/health/", Timeout: 2 * time.Second})
	if err != nil {
		return err
	}
	var v struct {
		Status string `json:"status"`
	}
	if a.Status != http.StatusOK {
		return a.Unexpected()
	}
	if err := a.JSON(&v); err != nil {
		return err
	}
	if v.Status != "healthy" {
		return core.Errorf(core.CodeUnavailable, "%s says that it is not healthy.", Name)
	}
	return nil
}

// infoAge is how long an answer of Info is good.
const infoAge = 15 * time.Second

// Info asks whether the service works, at most every 15 seconds. CodeEngineMissing
// when it does not. It lists no languages: the service says nothing of them.
func (c *Client) Info(ctx context.Context) (core.EngineInfo, error) {
	c.mu.Lock()
	age := c.now().Sub(c.asked)
	fresh, err := !c.asked.IsZero() && age >= 0 && age <= infoAge, c.err
	c.mu.Unlock()
	if !fresh {
		err = c.Ping(ctx)
		if ctx.Err() != nil {
			return core.EngineInfo{}, ctx.Err()
		}
		c.mu.Lock()
		c.asked, c.err = c.now(), err
		c.mu.Unlock()
	}
	if err != nil {
		return core.EngineInfo{}, errAway.WithCause(err)
	}
	return info, nil
}

var info = core.EngineInfo{Name: Name}

var (
	errAway = core.Errorf(core.CodeEngineMissing, "%s does not answer, so pages without text of their own cannot be read. "+
		"Read the document again when it is back; your administrator can start it.", Name)
	errTokens = core.Errorf(core.CodeEngineMissing, "%s does not accept this server. Tell your administrator: "+
		"JWT_SECRET_KEY must be the same for both.", Name)
)

// refusal is how the service words an error.
type refusal struct {
	Error   string `json:"error"` // the name of a class: "ValidationError"
	Message string `json:"message"`
}

// submit sends a picture in and gives the id of its job.
func (c *Client) submit(ctx context.Context, by core.Acting, picture sibling.File) (string, error) {
	a, err := c.door.Upload(ctx, sibling.Request{Path: "/api/ocr/submit/", Header: bearer(by)}, nil, picture)
	if err != nil {
		return "", err
	}
	switch a.Status {
	case http.StatusAccepted, http.StatusOK:
		var v struct {
			JobID string `json:"job_id"`
		}
		if err := a.JSON(&v); err != nil {
			return "", err
		}
		if v.JobID == "" {
			return "", a.Unexpected()
		}
		return v.JobID, nil
	case http.StatusUnauthorized, http.StatusForbidden:
		return "", errTokens.WithCause(fmt.Errorf("submit: status %d", a.Status))
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge:
		return "", errRefused.WithCause(fmt.Errorf("submit: status %d", a.Status))
	}
	return "", a.Unexpected()
}

// job is how the service says that one stands.
type job struct {
	Status   string  `json:"status"`
	Position int     `json:"position"`
	Model    string  `json:"model_used"`
	Result   *result `json:"result"`
}

// result is what a job gave.
type result struct {
	Text  string `json:"extracted_text"`
	Model string `json:"model_used"`
	GPU   bool   `json:"gpu_used"`
}

// status asks how a job stands; CodeNotFound when the service knows none (any more).
func (c *Client) status(ctx context.Context, by core.Acting, id string) (job, error) {
	var v struct {
		Job *job `json:"job"`
	}
	a, err := c.ask(ctx, by, sibling.Path("/api/ocr/job/%v/status/", id))
	if err != nil {
		return job{}, err
	}
	if err := a.JSON(&v); err != nil {
		return job{}, err
	}
	if v.Job == nil || v.Job.Status == "" {
		return job{}, a.Unexpected()
	}
	return *v.Job, nil
}

// result asks what a job gave, where its status did not say.
func (c *Client) result(ctx context.Context, by core.Acting, id string) (result, error) {
	var v struct {
		Success bool    `json:"success"`
		Text    *string `json:"extracted_text"`
		result
	}
	a, err := c.ask(ctx, by, sibling.Path("/api/ocr/job/%v/result/", id))
	if err != nil {
		return result{}, err
	}
	if err := a.JSON(&v); err != nil {
		return result{}, err
	}
	if !v.Success || v.Text == nil {
		return result{}, a.Unexpected()
	}
	v.result.Text = *v.Text
	return v.result, nil
}

func (c *Client) ask(ctx context.Context, by core.Acting, path string) (*sibling.Answer, error) {
	a, err := c.door.Call(ctx, sibling.Request{Path: path, Header: bearer(by)})
	if err != nil {
		return nil, err
	}
	switch a.Status {
	case http.StatusOK:
		return a, nil
	case http.StatusNotFound:
		var v refusal
		if json.Unmarshal(a.Body, &v) != nil { // a page of a proxy: says nothing of the job
			return nil, a.Unexpected()
		}
		return nil, errForgotten
	case http.StatusUnauthorized:
		return nil, errTokens.WithCause(errors.New("status 401"))
	}
	return nil, a.Unexpected()
}

var errForgotten = core.Errorf(core.CodeNotFound, "%s does not know this job any more.", Name)

// cancel tells the service that nobody waits for a job any more. It may run on: what
// it gives is never asked for.
func (c *Client) cancel(ctx context.Context, by core.Acting, id string) error {
	_, err := c.door.Call(ctx, sibling.Request{Method: http.MethodPost, Path: sibling.Path("/api/ocr/job/%v/cancel/", id),
		Header: bearer(by), JSON: struct{}{}, Timeout: 3 * time.Second})
	return err
}

// bearer is the header that proves who acts.
func bearer(by core.Acting) http.Header {
	if by.Token.IsZero() {
		return nil
	}
	return http.Header{"Authorization": {"Bearer " + by.Token.Reveal()}}
}
