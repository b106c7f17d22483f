// Package redis keeps in Redis what replicas share: the index of temporary
// views and job events. It speaks the key names and JSON of the service this one
// replaces, so that programs which look there keep working:
//
//	temp_files:user:<user>:<id>   a temporary view, until it expires
//	ocr_job:<job>                 a submitted job, for an hour
//
// and adds its own:
//
//	temp_files_alive:<id>         exists as long as the view does
//	temp_files_of:<user>          sorted set of a user's view ids by expiry
//	ocr_job_<job>                 channel of job events
//	ocr_job_ending:<job>          the final event, for some minutes
//	clinician_throttle:<hash>     failed guesses of an account or an address
package redis

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"

	"clinician/internal/core"
)

// Client implements core.TempIndex and core.Bus. Safe for many goroutines.
type Client struct {
	db  *redis.Client
	now core.Clock
}

var (
	_ core.TempIndex = (*Client)(nil)
	_ core.Bus       = (*Client)(nil)
)

// New makes a client for a URL such as redis://user:password@host:6379/0; it
// does not connect yet. The caller closes it.
func New(url string) (*Client, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL: %w", err)
	}
	// The library writes to stderr, with addresses; callers of ours get the errors.
	logging.Disable()
	o.DialTimeout = 2 * time.Second
	o.ReadTimeout = 2 * time.Second
	o.WriteTimeout = 2 * time.Second
	o.MaxRetries = 1
	o.DialerRetries = 1
	o.ContextTimeoutEnabled = true
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &Client{db: redis.NewClient(o), now: core.SystemClock}, nil
}

// Close ends all connections.
func (c *Client) Close() error { return c.db.Close() }

// Ping reports whether Redis answers.
func (c *Client) Ping(ctx context.Context) error {
	return unavailable(ctx, c.db.Ping(ctx).Err())
}

// unavailable turns a failure of Redis into CodeUnavailable; the end of ctx
// stays what it is.
func unavailable(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return core.Errorf(core.CodeUnavailable, "The server cannot reach a part it needs (Redis). Try again in a moment.").WithCause(err)
}
