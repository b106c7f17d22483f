// Package databaseservice is the client of the portal's database-service, which keeps
// people, assignments, catalogues, refresh tokens and the event log. It is a
// core.PeopleSource; the shapes are those of the service, whose objects are nearly
// ours.
package databaseservice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"clinician/internal/clients/sibling"
	"clinician/internal/core"
)

// Name is what people and logs are told.
const Name = "database-service"

// Options say where the service is.
type Options struct {
	URL   string // without "/api"
	Token string // DATABASE_SERVICE_TOKEN: what this server proves itself with
	HTTP  http.RoundTripper
}

// Client asks database-service. Safe for many goroutines.
type Client struct{ door *sibling.Client }

var _ core.PeopleSource = (*Client)(nil)

// The panel of a clinician comes in one answer, for which the service asks its
// database once for each patient.
const (
	panelTime  = 60 * time.Second
	panelBytes = 64 << 20
	maxPages   = 1000
	smallBody  = 64 << 10
)

// New makes a Client; it asks nothing yet.
func New(o Options) (*Client, error) {
	door, err := sibling.New(sibling.Options{Name: Name, URL: o.URL, HTTP: o.HTTP, Headers: http.Header{"X-Service-Token": {o.Token}}})
	if err != nil {
		return nil, err
	}
	return &Client{door}, nil
}

// Close drops idle connections.
func (c *Client) Close() error { return c.door.Close() }

// Sibling is the way to the service, for other things that are asked of it: its
// circuit and connections are shared.
func (c *Client) Sibling() *sibling.Client { return c.door }

// call asks and judges the status: one of want, else an error. "Not there" is said in
// notFound; "" where the service has no use for 404.
func (c *Client) call(ctx context.Context, r sibling.Request, notFound string, want ...int) (*sibling.Answer, error) {
	a, err := c.door.Call(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, w := range want {
		if a.Status != w {
			continue
		}
		if a.Status != http.StatusNoContent && len(a.Body) < smallBody { // others are read by who asked
			var any json.RawMessage
			err = a.JSON(&any) // a page of something else is no yes
		}
		return a, err
	}
	switch {
	case a.Status == http.StatusNotFound && notFound != "" && said(a):
		return nil, core.Errorf(core.CodeNotFound, "%s", notFound)
	case a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden:
		return nil, core.Errorf(core.CodeBadGateway, "%s does not accept this server. Tell your administrator.", Name).
			WithCause(fmt.Errorf("%s: status %d: is DATABASE_SERVICE_TOKEN the one of that service?", Name, a.Status))
	}
	return nil, a.Unexpected()
}

// said reports whether a 404 is about the thing and not about a page that a proxy or
// another program does not have: the service always says so in JSON.
func said(a *sibling.Answer) bool {
	var v map[string]any
	return a.JSON(&v) == nil
}

// get asks for one object.
func get[T any](ctx context.Context, c *Client, path string, query url.Values, notFound string) (T, error) {
	var v T
	a, err := c.call(ctx, sibling.Request{Path: path, Query: query}, notFound, http.StatusOK)
	if err != nil {
		return v, err
	}
	return v, a.JSON(&v)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// Ping asks whether the service and its own database answer, and take this server's
// token: that is why it is not the path that anybody may ask.
func (c *Client) Ping(ctx context.Context) error {
	err := c.door.Ping(ctx, "/api/health/")
	if errors.Is(err, sibling.ErrStatus(http.StatusNotFound)) { // one that is older than that path
		err = c.door.Ping(ctx, "/health/")
	}
	return err
}

// pages follows a paginated list to its end. The service names the next page by a
// whole address, of which only the number is taken: it may know itself by a name
// that leads nowhere from here.
func pages[T any](ctx context.Context, c *Client, path string, query url.Values) ([]T, error) {
	type page struct {
		Count   int     `json:"count"`
		Next    *string `json:"next"`
		Results *[]T    `json:"results"`
	}
	var all []T
	q := url.Values{}
	for k, v := range query {
		q[k] = v
	}
	for n := 1; n <= maxPages; n++ {
		a, err := c.call(ctx, sibling.Request{Path: path, Query: q, MaxBytes: panelBytes}, "", http.StatusOK)
		if err != nil {
			return nil, err
		}
		var p page
		if err := a.JSON(&p); err != nil {
			return nil, err
		}
		if p.Results == nil {
			return nil, a.Unexpected()
		}
		all = append(all, *p.Results...)
		if p.Next == nil || *p.Next == "" {
			return all, nil
		}
		q.Set("page", strconv.Itoa(n+1))
	}
	return nil, core.Errorf(core.CodeBadGateway, "%s gave a list without an end. Tell your administrator.", Name)
}
