package sibling

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"clinician/internal/core"
)

// Request is one question to a service.
type Request struct {
	Method string // default GET
	Path   string // escaped, from the service's root: see Path
	Query  url.Values
	Header http.Header // beside the Client's

	JSON any // the body of a Call, as JSON; nil: none

	// Body is the body of a Stream, read once; Length its bytes, which are sent as
	// Content-Length: these services read no chunked bodies.
	Body   io.Reader
	Length int64

	Repeat   bool          // it may be sent twice though it is neither GET nor HEAD
	Timeout  time.Duration // instead of the Client's
	MaxBytes int64         // instead of the Client's
	Answers  []int         // statuses of 500 and above that are answers all the same
}

func (r Request) method() string {
	if r.Method == "" {
		return http.MethodGet
	}
	return r.Method
}

// where names the request in a log: its query is left out.
func (r Request) where() string { return r.method() + " " + r.Path }

func (r Request) repeats() bool {
	return r.Body == nil && (r.Repeat || r.method() == http.MethodGet || r.method() == http.MethodHead)
}

// Answer is what a service said, read to its end.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	c      *Client
	where  string
}

// JSON reads the body into v; CodeBadGateway when it is something else.
func (a *Answer) JSON(v any) error {
	if err := json.Unmarshal(a.Body, v); err != nil {
		a.c.breaker.RecordFailure()
		return a.c.nonsense(fmt.Errorf("%s %s: status %d, %d bytes that are not the expected JSON: %w", a.c.Name, a.where, a.Status, len(a.Body), err))
	}
	return nil
}

// Unexpected is the error for a status that the caller has no use for; its cause is an
// ErrStatus.
func (a *Answer) Unexpected() error {
	return a.c.nonsense(fmt.Errorf("%s %s: unexpected %w", a.c.Name, a.where, ErrStatus(a.Status)))
}

// ErrStatus is the status of an answer, within errors for the log.
type ErrStatus int

func (e ErrStatus) Error() string { return "status " + strconv.Itoa(int(e)) }

// Call asks and reads the answer to its end. Answers of 500 and above are errors,
// unless the request lists them.
func (c *Client) Call(ctx context.Context, r Request) (*Answer, error) {
	var body []byte
	if r.JSON != nil {
		var err error
		if body, err = json.Marshal(r.JSON); err != nil {
			return nil, core.Errorf(core.CodeInternal, "The request to %s could not be written.", c.Name).WithCause(err)
		}
	}
	timeout, most := c.Timeout, c.MaxBytes
	if r.Timeout > 0 {
		timeout = r.Timeout
	}
	if r.MaxBytes > 0 {
		most = r.MaxBytes
	}
	var a *Answer
	_, err := c.repeat(ctx, r, func() (*http.Response, error) {
		try, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		var again io.Reader
		if r.JSON != nil {
			again = bytes.NewReader(body)
		}
		resp, err := c.send(ctx, try, r, again, int64(len(body)))
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		b, err := readAll(resp, most)
		switch {
		case err != nil && try.Err() != nil:
			return nil, c.failed(ctx, try, r.where(), err)
		case err != nil:
			return nil, c.nonsense(fmt.Errorf("%s %s: %w after %d bytes: %w", c.Name, r.where(), errBrokeOff, len(b), err))
		case int64(len(b)) > most:
			return nil, c.nonsense(fmt.Errorf("%s %s: the answer is longer than %d bytes", c.Name, r.where(), most))
		}
		a = &Answer{Status: resp.StatusCode, Header: resp.Header, Body: b, c: c, where: r.where()}
		return resp, nil
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// readAll reads a body, one byte more than most at the longest.
func readAll(resp *http.Response, most int64) ([]byte, error) {
	var b bytes.Buffer
	if n := resp.ContentLength; n > 0 && n <= most {
		b.Grow(int(n) + bytes.MinRead) // a panel is megabytes: growing step by step copies them again and again
	}
	_, err := b.ReadFrom(io.LimitReader(resp.Body, most+1))
	return b.Bytes(), err
}

// healthTime is how long a service may take to say that it is well.
const healthTime = 2 * time.Second

// Ping asks a service for its health at a path: "/health/" with most of them.
func (c *Client) Ping(ctx context.Context, path string) error {
	a, err := c.Call(ctx, Request{Path: path, Timeout: healthTime})
	if err != nil {
		return err
	}
	var v struct {
		Status *string `json:"status"`
	}
	if a.Status != http.StatusOK {
		return a.Unexpected()
	}
	if err := a.JSON(&v); err != nil {
		return err
	}
	if v.Status == nil {
		return a.Unexpected()
	}
	return nil
}

// Stream is an answer of which the body is still to be read. Reading fails with the
// errors of a Client once it stands still.
type Stream struct {
	Status int
	Header http.Header
	Length int64 // of the body; -1: not said
	body   io.Reader
	close  func() error
}

func (s *Stream) Read(p []byte) (int, error) { return s.body.Read(p) }

// Close ends the stream, also when it was not read to its end.
func (s *Stream) Close() error { return s.close() }

// Stream asks and gives the answer as soon as its header is there. It ends when
// nothing moved for the Client's Stall, in either direction. The caller closes it.
func (c *Client) Stream(ctx context.Context, r Request) (*Stream, error) {
	var s *Stream
	_, err := c.repeat(ctx, r, func() (*http.Response, error) {
		try, cancel := context.WithCancel(ctx)
		var finished atomic.Bool
		watch := time.AfterFunc(c.Stall, func() {
			if !finished.Load() {
				cancel()
			}
		})
		stop := func() { finished.Store(true); watch.Stop(); cancel() }
		moved := func() { watch.Reset(c.Stall) }
		var body io.Reader
		if r.Body != nil {
			body = movingReader{r.Body, moved}
		}
		resp, err := c.send(ctx, try, r, body, r.Length)
		if err != nil {
			stop()
			return nil, err
		}
		moved()
		s = &Stream{Status: resp.StatusCode, Header: resp.Header, Length: resp.ContentLength,
			body:  streamReader{c: c, ctx: ctx, try: try, where: r.where(), from: resp.Body, moved: moved},
			close: func() error { stop(); return resp.Body.Close() }}
		return resp, nil
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

type movingReader struct {
	io.Reader
	moved func()
}

func (m movingReader) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.moved()
	return n, err
}

type streamReader struct {
	c        *Client
	ctx, try context.Context
	where    string
	from     io.Reader
	moved    func()
}

func (s streamReader) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	s.moved()
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return n, err
	case s.try.Err() != nil:
		return n, s.c.failed(s.ctx, s.try, s.where, err)
	}
	return n, s.c.nonsense(fmt.Errorf("%s %s: %w: %w", s.c.Name, s.where, errBrokeOff, err))
}

// repeat runs one try, or several where the request allows it.
func (c *Client) repeat(ctx context.Context, r Request, try func() (*http.Response, error)) (*http.Response, error) {
	counted := func() (*http.Response, error) {
		if !c.breaker.TryAcquirePermit() {
			return nil, c.down(circuitbreaker.ErrOpen)
		}
		resp, err := try()
		c.count(ctx, err)
		return resp, err
	}
	if !r.repeats() {
		return counted()
	}
	resp, err := failsafe.With[*http.Response](c.retry).WithContext(ctx).Get(counted)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return resp, err
}

// count tells the circuit how a try ended. A caller who left, or had nothing to send,
// says nothing of the service, but must give the permit of a half-open circuit back.
func (c *Client) count(ctx context.Context, err error) {
	switch {
	case err == nil:
		c.breaker.RecordSuccess()
	case ctx.Err() != nil, errors.Is(err, errSource):
		if c.breaker.IsHalfOpen() {
			c.breaker.RecordFailure()
		}
	case errors.Is(err, errStatus500):
		c.breaker.RecordSuccess()
	default:
		c.breaker.RecordFailure()
	}
}

// errStatus500 marks the failure of one request, not of the service.
var errStatus500 = errors.New("status 500")

// send sends one try and judges the status.
func (c *Client) send(ctx, try context.Context, r Request, body io.Reader, length int64) (*http.Response, error) {
	u := *c.base
	u.RawQuery = r.Query.Encode()
	req, err := http.NewRequestWithContext(try, r.method(), c.base.String()+r.Path, body)
	if err != nil {
		return nil, core.Errorf(core.CodeInternal, "The request to %s could not be written.", c.Name).WithCause(err)
	}
	req.URL.RawQuery = u.RawQuery
	for _, h := range []http.Header{c.Headers, r.Header} {
		for k, v := range h {
			req.Header[http.CanonicalHeaderKey(k)] = slices.Clone(v)
		}
	}
	if body != nil {
		req.ContentLength = length
		if r.JSON != nil {
			req.Header.Set("Content-Type", "application/json")
		}
	}
	if req.Header.Get("Accept") == "" {
		req.Header.Set("Accept", "application/json")
	}
	if id := core.RequestID(ctx); id != "" {
		req.Header.Set("X-Request-Id", id)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.failed(ctx, try, r.where(), err)
	}
	if resp.StatusCode < 500 || slices.Contains(r.Answers, resp.StatusCode) {
		return resp, nil
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10) // so that the connection can be used again
	cause := fmt.Errorf("%s %s: status %d", c.Name, r.where(), resp.StatusCode)
	switch resp.StatusCode {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return nil, c.down(cause)
	}
	return nil, c.nonsense(fmt.Errorf("%w (%w)", cause, errStatus500))
}
