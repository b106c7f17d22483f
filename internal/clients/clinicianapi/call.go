package clinicianapi

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

const (
	maxJSON  = 64 << 20 // of an answer
	maxError = 1 << 20  // of an error answer
	maxPages = 1000     // of a list that comes in pages
)

// call is one request with a body that can be sent again.
type call struct {
	method string // "" is GET
	path   string
	query  url.Values
	body   any    // sent as JSON; nil: no body
	accept string // "" is application/json
	public bool   // goes out without a token
	seen   string // the version of what is changed, as the caller saw it; "" not given
}

// answer is the 2xx response to a call. The caller closes Body.
type answer struct {
	*http.Response
	ctx context.Context
}

// json makes the call and decodes its answer into out, which may be nil.
func (c *Client) json(ctx context.Context, k call, out any) error {
	a, err := c.send(ctx, k)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	return c.decode(a, out)
}

func (c *Client) decode(a answer, out any) error {
	if out == nil {
		return nil
	}
	if t, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type")); t != "application/json" {
		return c.notOurs(nil)
	}
	body, err := io.ReadAll(io.LimitReader(a.Body, c.maxJSON+1))
	if err != nil {
		return c.failed(a.ctx, err)
	}
	if int64(len(body)) > c.maxJSON {
		return core.Errorf(core.CodeTooLarge, "The server's answer is larger than this program takes. Narrow your search and try again.")
	}
	if err := json.Unmarshal(body, out); err != nil {
		return core.Errorf(core.CodeInternal, "The server's answer could not be read. Check that server and client have matching versions.").WithCause(err)
	}
	return nil
}

// send makes the call with the session's token, and once more with a new one
// when the first was refused. Answers other than 2xx come back as errors.
func (c *Client) send(ctx context.Context, k call) (answer, error) {
	if err := c.permitted(k.method, k.path); err != nil {
		return answer{}, err
	}
	var payload []byte
	if k.body != nil {
		var err error
		if payload, err = json.Marshal(k.body); err != nil {
			return answer{}, core.Errorf(core.CodeInternal, "The request could not be written.").WithCause(err)
		}
	}
	try := func(access string) (answer, error) {
		req, err := c.request(ctx, k, access)
		if err != nil {
			return answer{}, err
		}
		if payload != nil {
			req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(payload)), int64(len(payload))
			req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(payload)), nil }
			req.Header.Set("Content-Type", "application/json")
		}
		return c.roundTrip(req)
	}
	if k.public {
		return try("")
	}
	g, err := c.token(ctx, renewAhead)
	if err != nil {
		return answer{}, err
	}
	a, err := try(g.access)
	if core.CodeOf(err) != core.CodeUnauthenticated {
		return a, err
	}
	if g, err = c.renewed(ctx, g); err != nil {
		return answer{}, err
	}
	return try(g.access)
}

// renewed gives the successor of a token the server refused.
func (c *Client) renewed(ctx context.Context, refused grant) (grant, error) {
	if err := c.renew(ctx, refused); err != nil {
		return grant{}, err
	}
	return c.current(refused.gen)
}

// permitted refuses what a read-only client must not do.
func (c *Client) permitted(method, path string) error {
	if !c.opt.ReadOnly || method == "" || method == http.MethodGet {
		return nil
	}
	switch path {
	case wire.PathLogin, wire.PathLogout, wire.PathRefresh:
		return nil
	}
	return core.Errorf(core.CodeForbidden, "This program was started read-only, so nothing can be changed. Start it without --read-only to do this.")
}

func (c *Client) request(ctx context.Context, k call, access string) (*http.Request, error) {
	u := *c.base
	u.Path, u.RawQuery = k.path, k.query.Encode()
	method := k.method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), nil)
	if err != nil {
		return nil, core.Errorf(core.CodeInternal, "The request could not be written.").WithCause(err)
	}
	accept := k.accept
	if accept == "" {
		accept = "application/json"
	}
	req.Header.Set("Accept", accept)
	req.Header.Set("User-Agent", c.opt.UserAgent)
	if k.seen != "" {
		req.Header.Set("If-Match", `"`+k.seen+`"`)
	}
	if access != "" {
		req.Header.Set("Authorization", "Bearer "+access)
	}
	return req, nil
}

// roundTrip sends req and turns everything but a 2xx answer into an error. The
// body of the answer is watched for standstill and must be closed.
func (c *Client) roundTrip(req *http.Request) (answer, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	resp, err := c.http.Do(req.WithContext(ctx))
	if err != nil {
		err = c.failed(ctx, err)
		cancel(nil)
		return answer{}, err
	}
	resp.Body = watchBody(ctx, cancel, resp.Body, c.opt.IdleTimeout)
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return answer{resp, ctx}, nil
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxError)) // half a body may still tell what is wrong
	return answer{}, c.decodeError(resp.StatusCode, resp.Header, body)
}

// list is an envelope of results, or a bare array as older services send.
type list[T any] struct{ wire.List[T] }

func (l *list[T]) UnmarshalJSON(b []byte) error {
	if s := bytes.TrimLeft(b, " \t\r\n"); len(s) > 0 && s[0] == '[' {
		l.List = wire.List[T]{}
		err := json.Unmarshal(b, &l.Results)
		l.Count = len(l.Results)
		return err
	}
	return json.Unmarshal(b, &l.List)
}

// everyPage gives every element of a list, page by page when the server cuts it.
func everyPage[T any](ctx context.Context, c *Client, path string, query url.Values) ([]T, error) {
	out := []T{}
	for range maxPages {
		var l list[T]
		if err := c.json(ctx, call{path: path, query: query}, &l); err != nil {
			return nil, err
		}
		out = append(out, l.Results...)
		if l.Next == "" || len(l.Results) == 0 {
			return out, nil
		}
		if query == nil {
			query = url.Values{}
		}
		query.Set("cursor", l.Next)
	}
	return nil, core.Errorf(core.CodeTooLarge, "The server's list does not end. Check that server and client have matching versions.")
}

// checkID keeps ids that would lead to another path from being sent.
func checkID(what, id string) error {
	if !idForm(id) {
		return core.Errorf(core.CodeNotFound, "There is no %s with this id. Check the id and try again.", what)
	}
	return nil
}

// idForm reports whether id is 1 to 100 letters, digits, - and _, of which the
// first is a letter or digit.
func idForm(id string) bool {
	for i, c := range []byte(id) {
		alphanumeric := c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		if !alphanumeric && (i == 0 || c != '-' && c != '_') {
			return false
		}
	}
	return id != "" && len(id) <= 100
}

// failed makes a *core.Error of an error of transport. ctx is the request's.
func (c *Client) failed(ctx context.Context, err error) error {
	var e *core.Error
	if errors.As(err, &e) {
		return e
	}
	err = causeOf(ctx, err)
	unavailable := func(format string, args ...any) error {
		return core.Errorf(core.CodeUnavailable, format, args...).WithCause(err)
	}
	switch {
	case errors.Is(err, errStalled):
		return unavailable("The server at %s stopped sending. Check the network, then try again.", c.base.Host)
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return core.Errorf(core.CodeCanceled, "Stopped.").WithCause(err)
	case errors.Is(err, errRedirect):
		return unavailable("The server at %s points to another address, which is not followed. Check the address you gave.", c.base.Host)
	case errors.Is(err, errNotLocal):
		return unavailable("The name of the server at %s does not lead to this machine. Use an address that starts with https://.", c.base.Host)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return unavailable("The connection to the server at %s was lost in the middle of an answer. Try again.", c.base.Host)
	}
	if err := c.unproven(err); err != nil {
		return err
	}
	if isLoopback(c.base.Hostname()) {
		return unavailable("The server at %s does not answer. Start it on this computer (the program server), give another address with --server, "+
			"or look around with made-up patients: clinician-tui demo.", c.base.Host)
	}
	return unavailable("The server at %s does not answer. Check that it runs and that the address is right, then try again.", c.base.Host)
}

// notOurs says that something else than the clinician service answered.
func (c *Client) notOurs(cause error) error {
	return core.Errorf(core.CodeUnavailable, "What answers at %s is not the clinician service. Check the address.", c.base.Host).WithCause(cause)
}

// unproven words what kept the two from a connection that is encrypted as it should
// be; nil when err is about something else.
func (c *Client) unproven(err error) error {
	if e := c.mistrust(err); e != nil {
		return e
	}
	var header tls.RecordHeaderError
	text := err.Error()
	switch {
	case strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return core.Errorf(core.CodeUnavailable, "What answers at %s speaks plain http, without encryption. Check the address; "+
			"only a server on this machine may be given as http://.", c.base.Host).WithCause(err)
	case strings.Contains(text, `malformed HTTP response "\x15\x03`):
		return c.encrypted(err)
	case errors.As(err, &header):
		return c.notOurs(err)
	case strings.Contains(text, "tls: "):
		return core.Errorf(core.CodeUnavailable, "No encrypted connection with the server at %s came about: it does not offer TLS 1.2 or later. "+
			"Tell your administrator.", c.base.Host).WithCause(err)
	}
	return nil
}

// encrypted says that the server takes no connection without encryption.
func (c *Client) encrypted(cause error) *core.Error {
	return core.Errorf(core.CodeUnavailable, "The server at %s wants encryption. Use the address https://%s.", c.base.Host, c.base.Host).WithCause(cause)
}
