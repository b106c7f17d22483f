package sibling

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"clinician/internal/core"
)

// Options say which service, and its limits; zero values take the defaults.
type Options struct {
	Name    string      // "database-service": what people and logs are told
	URL     string      // "http://database-service:8004"; a path in it goes before every path
	Headers http.Header // sent with every request

	Timeout  time.Duration     // of one try of a Call, its answer read; default 5 s
	Stall    time.Duration     // how long a Stream may stand still; default 15 s
	MaxBytes int64             // of the answer to a Call; default 4 MiB
	HTTP     http.RoundTripper // default: a pool of its own
}

// Client asks one service.
type Client struct {
	Options
	base    *url.URL
	http    *http.Client
	breaker circuitbreaker.CircuitBreaker[any]
	retry   retrypolicy.RetryPolicy[*http.Response]
}

// How often and how long; see the package comment.
const (
	repeats     = 2
	firstPause  = 50 * time.Millisecond
	longPause   = 500 * time.Millisecond
	failures    = 5
	openFor     = 2 * time.Second
	retryAfter  = 5 // seconds, as told to callers of ours
	maxIdle     = 16
	idleTimeout = 60 * time.Second
)

// CheckURL says what is wrong with the address of a service, in words that follow
// the name of the variable.
func CheckURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("must look like http://host:8004")
	}
	return nil
}

// Pool makes connections of the kind that a Client has when it is given none.
func Pool() *http.Transport {
	return &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 3 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: 3 * time.Second, IdleConnTimeout: idleTimeout, MaxIdleConnsPerHost: maxIdle,
		MaxResponseHeaderBytes: 64 << 10, DisableCompression: true,
	}
}

// New makes a Client; it asks nothing yet.
func New(o Options) (*Client, error) {
	if err := CheckURL(o.URL); err != nil {
		return nil, fmt.Errorf("the address of %s %w", o.Name, err)
	}
	base, err := url.Parse(strings.TrimRight(o.URL, "/"))
	if err != nil {
		return nil, err
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	if o.Stall <= 0 {
		o.Stall = 15 * time.Second
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 4 << 20
	}
	if o.HTTP == nil {
		o.HTTP = Pool()
	}
	c := &Client{Options: o, base: base, http: &http.Client{Transport: o.HTTP,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	c.breaker = circuitbreaker.NewBuilder[any]().WithFailureThreshold(failures).WithSuccessThreshold(1).WithDelay(openFor).Build()
	c.retry = retrypolicy.NewBuilder[*http.Response]().WithMaxRetries(repeats).WithBackoff(firstPause, longPause).
		WithJitterFactor(0.25).HandleIf(func(_ *http.Response, err error) bool { return repeatable(err) }).ReturnLastFailure().Build()
	return c, nil
}

// Close drops the idle connections.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// Open reports whether the circuit is open: nothing is asked for the moment.
func (c *Client) Open() bool { return c.breaker.IsOpen() }

// Path fills a path in, each value escaped as one segment of it: values come from
// outside, and a "?" or "/" in one must not lead elsewhere.
func Path(format string, values ...any) string {
	escaped := make([]any, len(values))
	for i, v := range values {
		s := url.PathEscape(fmt.Sprint(v))
		if s == "." || s == ".." {
			s = strings.ReplaceAll(s, ".", "%2E")
		}
		escaped[i] = s
	}
	return fmt.Sprintf(format, escaped...)
}

// The failures, as people are told them.

func (c *Client) down(cause error) *core.Error {
	e := core.Errorf(core.CodeUnavailable, "%s does not answer. Try again in a moment.", c.Name)
	e.RetryAfter = retryAfter
	return e.WithCause(cause)
}

func (c *Client) slow(cause error) *core.Error {
	return core.Errorf(core.CodeGatewayTimeout, "%s took too long to answer. Try again in a moment.", c.Name).WithCause(cause)
}

func (c *Client) nonsense(cause error) *core.Error {
	return core.Errorf(core.CodeBadGateway, "%s gave no usable answer. Try again; if it stays, tell your administrator.", c.Name).WithCause(cause)
}

// failed words what went wrong with one try. ctx is the caller's: when that ended,
// its error is given as it is.
func (c *Client) failed(ctx, try context.Context, where string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var u *url.Error
	if errors.As(err, &u) { // it quotes the whole address
		err = u.Err
	}
	cause := fmt.Errorf("%s %s: %w", c.Name, where, err)
	var n net.Error
	if try.Err() != nil || errors.As(err, &n) && n.Timeout() {
		return c.slow(cause)
	}
	return c.down(cause)
}

// repeatable: the other side was not reached, says itself that it is not ready, or
// was cut off while it answered.
func repeatable(err error) bool {
	return core.CodeOf(err) == core.CodeUnavailable && !errors.Is(err, circuitbreaker.ErrOpen) || errors.Is(err, errBrokeOff)
}

// errBrokeOff marks an answer that ended before its end.
var errBrokeOff = errors.New("the answer broke off")
