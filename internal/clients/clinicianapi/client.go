// Package clinicianapi is the client of the clinician service's HTTP API: the
// server as the screens and the command line see it.
//
// A Client holds at most one session. It sends the access token with every
// call, renews it when it is about to end or was refused, and keeps the
// refresh token in a core.TokenVault. Errors are *core.Error whose message is
// a sentence for the person at the screen; CodeUnauthenticated means the
// session is over, CodeUnavailable that the server cannot be reached.
//
// All methods may be called from many goroutines at once.
package clinicianapi

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"clinician/internal/core"
)

// Options says which server to speak to and how. Address and Vault are needed;
// zero values of the others take the defaults named.
type Options struct {
	// Address is "https://host[:port]", or "http://…" for this machine only.
	// Without a scheme, https is taken, and http for loopback addresses.
	Address string
	// AllowPlainHTTP permits http to other machines, where anybody on the way
	// can read and change everything.
	AllowPlainHTTP bool
	// ReadOnly refuses every call that would change something but the session.
	ReadOnly bool
	// Vault keeps the refresh token.
	Vault core.TokenVault
	// Tokens is a session from elsewhere, such as the environment. It is taken
	// up as it is and never read from or looked for in the vault first.
	Tokens core.Tokens

	Log       *slog.Logger // nothing is logged
	Clock     core.Clock   // core.SystemClock
	UserAgent string       // "clinician-tui"

	// Roots are the authorities that may sign the server's certificate; nil: the
	// system's. With a Key the server must have that one, and nobody has to have signed it.
	Roots *x509.CertPool
	Key   Key

	ConnectTimeout time.Duration // 5 s
	HeaderTimeout  time.Duration // 30 s, from the end of the request to the head of the answer
	IdleTimeout    time.Duration // 30 s without a byte moving in a body
	PingEvery      time.Duration // 20 s; a WebSocket silent for 2.5 times this is lost

	// Backoff gives the wait before reconnection attempt n, from 1: by default
	// 0.25 s doubling up to 15 s, of which a random half is taken off.
	Backoff func(attempt int) time.Duration
	// Sleep waits for d or until ctx ends; tests replace it.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Client speaks to one server. Close it when done.
type Client struct {
	opt  Options
	base *url.URL
	http *http.Client // answers and files
	ws   *http.Client // WebSocket handshakes, HTTP/1.1 only

	maxJSON int64 // bytes of an answer; tests lower it

	life context.Context // ends with Close; renewals outlive the call that began them
	end  context.CancelFunc
	wg   sync.WaitGroup

	vaultMu  sync.Mutex // held over "is it still this session? then store"
	mu       sync.Mutex // guards what follows
	session  session
	flight   *flight
	vaultErr bool // the vault refused the newest token
}

// New checks the options; it does not speak to the server yet.
func New(opt Options) (*Client, error) {
	if opt.Vault == nil {
		return nil, errors.New("clinicianapi: Options.Vault is needed")
	}
	base, err := parseAddress(opt.Address, opt.AllowPlainHTTP)
	if err != nil {
		return nil, err
	}
	setDefaults(&opt)
	c := &Client{opt: opt, base: base, maxJSON: maxJSON}
	c.life, c.end = context.WithCancel(context.Background())
	c.http, c.ws = newHTTPClients(base, opt)
	if opt.Tokens != (core.Tokens{}) {
		c.session = session{gen: 1, given: true}
		c.session.take(opt.Tokens, opt.Clock(), false)
	}
	return c, nil
}

func setDefaults(o *Options) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = core.SystemClock
	}
	if o.UserAgent == "" {
		o.UserAgent = "clinician-tui"
	}
	if o.Backoff == nil {
		o.Backoff = backoff
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	for _, d := range []struct {
		value *time.Duration
		std   time.Duration
	}{
		{&o.ConnectTimeout, 5 * time.Second},
		{&o.HeaderTimeout, 30 * time.Second},
		{&o.IdleTimeout, 30 * time.Second},
		{&o.PingEvery, 20 * time.Second},
	} {
		if *d.value <= 0 {
			*d.value = d.std
		}
	}
}

// Address is the server's address for display.
func (c *Client) Address() string { return c.base.String() }

// Keyring says where the refresh token is kept, "keyring" or "memory", and why.
func (c *Client) Keyring() (place, reason string) {
	c.mu.Lock()
	refused := c.vaultErr
	c.mu.Unlock()
	place, reason = c.opt.Vault.Place()
	if refused && place != "memory" {
		return "memory", "the keyring did not take the newest token: it is kept in memory only and is gone when you quit"
	}
	return place, reason
}

// Close ends renewals under way and idle connections. Calls after it fail.
func (c *Client) Close() error {
	c.end()
	c.wg.Wait()
	c.http.CloseIdleConnections()
	c.ws.CloseIdleConnections()
	return nil
}

var _ core.Clinic = (*Client)(nil)
