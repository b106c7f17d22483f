// Package authservice is the client of the portal's auth-service, which signs people
// in. It is asked for one thing: whether the holder of an access token is let in now.
package authservice

import (
	"context"
	"net/http"

	"clinician/internal/clients/sibling"
	"clinician/internal/core"
)

// Name is what people and logs are told.
const Name = "auth-service"

// Options say where the service is.
type Options struct {
	URL  string // without "/api"
	HTTP http.RoundTripper
}

// Client asks auth-service. Safe for many goroutines.
type Client struct{ door *sibling.Client }

var _ core.TokenVerifier = (*Client)(nil)

// New makes a Client; it asks nothing yet.
func New(o Options) (*Client, error) {
	door, err := sibling.New(sibling.Options{Name: Name, URL: o.URL, HTTP: o.HTTP})
	if err != nil {
		return nil, err
	}
	return &Client{door}, nil
}

// Close drops idle connections.
func (c *Client) Close() error { return c.door.Close() }

// Ping asks whether the service answers.
func (c *Client) Ping(ctx context.Context) error {
	return c.door.Ping(ctx, "/health/")
}

// VerifyToken asks who holds a token. The service says 403 where others say 401, and
// 404 for somebody who is no longer there.
func (c *Client) VerifyToken(ctx context.Context, access string) (core.UserSummary, error) {
	a, err := c.door.Call(ctx, sibling.Request{Path: "/api/auth/verify/", Header: http.Header{"Authorization": {"Bearer " + access}}})
	if err != nil {
		return core.UserSummary{}, err
	}
	var v struct {
		Valid bool              `json:"valid"`
		User  *core.UserSummary `json:"user"`
	}
	switch a.Status {
	case http.StatusOK, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		if err := a.JSON(&v); err != nil { // whatever answers there, it is not auth-service
			return core.UserSummary{}, err
		}
	default:
		return core.UserSummary{}, a.Unexpected()
	}
	if a.Status != http.StatusOK || !v.Valid {
		return core.UserSummary{}, core.Errorf(core.CodeUnauthenticated, "Invalid or expired token")
	}
	if v.User == nil || v.User.ID == 0 || v.User.RoleName == "" {
		return core.UserSummary{}, a.Unexpected()
	}
	if !v.User.IsActive {
		return core.UserSummary{}, core.Errorf(core.CodeUnauthenticated, "Invalid or expired token")
	}
	return *v.User, nil
}
