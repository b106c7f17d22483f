package clinicianapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

const (
	// renewAhead is how long before its end an access token is renewed.
	renewAhead = 30 * time.Second
	// keepAliveAhead is the same for KeepAlive and uploads; the service's own
	// pages renew in the last five minutes too.
	keepAliveAhead = 5 * time.Minute
	// renewTimeout bounds one attempt. Three attempts start within the ten
	// seconds in which the server repeats an answer that was lost.
	renewTimeout  = 4 * time.Second
	renewAttempts = 3
	// lockTimeout is more than the three attempts of another process can take.
	lockTimeout = 15 * time.Second
)

// session is the tokens of one login. gen tells sessions apart: what was begun
// under one must not go on under another person's.
type session struct {
	gen     int
	given   bool // tokens came from outside; the vault is not asked for newer ones
	user    string
	access  string
	refresh string
	expires time.Time // by the local clock; zero: not known
	from    time.Time
}

func (s *session) take(t core.Tokens, now time.Time, fresh bool) {
	cl := readClaims(t.Access)
	s.access, s.from, s.expires = t.Access, now, cl.expiry(now, fresh)
	if t.Refresh != "" {
		s.refresh = t.Refresh
	}
	if s.user == "" {
		s.user = userKey(cl.Email)
	}
}

func (s *session) exists() bool { return s.access != "" || s.refresh != "" }

// fresh reports whether the access token lives for ahead at least, or for half
// of its life when that is shorter.
func (s *session) fresh(now time.Time, ahead time.Duration) bool {
	if s.access == "" {
		return false
	}
	if s.expires.IsZero() {
		return true // cannot tell; a 401 will
	}
	return now.Before(s.expires.Add(-min(ahead, s.expires.Sub(s.from)/2)))
}

// grant is the proof a request goes out with.
type grant struct {
	gen    int
	access string
}

// flight is a renewal under way that others wait for.
type flight struct {
	gen  int
	done chan struct{}
	err  error // valid after done
}

func userKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func errNotLoggedIn() *core.Error {
	return core.Errorf(core.CodeUnauthenticated, "You are not logged in. Log in first.")
}

func errSessionOver() *core.Error {
	return core.Errorf(core.CodeUnauthenticated, "Your session is over. Log in again.")
}

// token gives an access token that lives a little longer, renewing it first if need be.
func (c *Client) token(ctx context.Context, ahead time.Duration) (grant, error) {
	c.mu.Lock()
	s, now := c.session, c.opt.Clock()
	c.mu.Unlock()
	if !s.exists() {
		return grant{}, errNotLoggedIn()
	}
	g := grant{s.gen, s.access}
	if s.fresh(now, ahead) {
		return g, nil
	}
	usable := s.access != "" && now.Before(s.expires)
	if s.refresh == "" {
		if usable {
			return g, nil
		}
		return grant{}, errSessionOver()
	}
	if err := c.renew(ctx, g); err != nil {
		if usable && core.CodeOf(err) != core.CodeUnauthenticated && ctx.Err() == nil {
			return g, nil // the old token still works, and the call itself will tell what is wrong
		}
		return grant{}, err
	}
	return c.current(g.gen)
}

// current gives the newest token of session gen.
func (c *Client) current(gen int) (grant, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session.gen != gen || c.session.access == "" {
		return grant{}, errSessionOver()
	}
	return grant{gen, c.session.access}, nil
}

// renew exchanges the refresh token unless somebody has done so since stale
// was given out. Many callers share one exchange, which goes on when the
// caller that began it gives up.
func (c *Client) renew(ctx context.Context, stale grant) error {
	c.mu.Lock()
	switch {
	case c.session.gen != stale.gen || c.life.Err() != nil:
		c.mu.Unlock()
		return errSessionOver()
	case c.session.access != stale.access:
		c.mu.Unlock()
		return nil
	case c.session.refresh == "":
		c.mu.Unlock()
		return errSessionOver()
	}
	f := c.flight
	if f == nil || f.gen != stale.gen {
		f = &flight{gen: stale.gen, done: make(chan struct{})}
		c.flight = f
		s := c.session
		c.wg.Go(func() {
			f.err = c.exchange(c.life, s)
			c.mu.Lock()
			if c.flight == f {
				c.flight = nil
			}
			c.mu.Unlock()
			close(f.done)
		})
	}
	c.mu.Unlock()
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return c.failed(ctx, ctx.Err())
	}
}

// exchange rotates the refresh token of session s and puts the new pair in place.
func (c *Client) exchange(ctx context.Context, s session) error {
	if !s.given && s.user != "" {
		unlock, err := c.lock(ctx, s.user)
		if err != nil {
			c.opt.Log.Warn("the session is renewed without a lock", "error", err)
		} else {
			defer unlock()
		}
	}
	presented := c.newestRefresh(ctx, s, s.refresh)
	tokens, err := c.postRefresh(ctx, presented)
	if core.CodeOf(err) == core.CodeUnauthenticated {
		// Without the lock, another process may have rotated since our look.
		if again := c.newestRefresh(ctx, s, presented); again != presented {
			presented = again
			tokens, err = c.postRefresh(ctx, presented)
		}
	}
	if core.CodeOf(err) == core.CodeUnauthenticated {
		c.forget(ctx, s, presented)
		return errSessionOver().WithCause(err)
	}
	if err != nil {
		return err
	}
	if tokens.Refresh == "" {
		tokens.Refresh = presented
	}
	return c.put(ctx, s, tokens)
}

// lock keeps other processes that share the vault from renewing at the same
// time. It is held for less than a second as a rule, so one that takes long is
// not worth waiting for: the server's grace helps out.
func (c *Client) lock(ctx context.Context, user string) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	return c.opt.Vault.Lock(ctx, c.Address(), user)
}

// newestRefresh gives the token in the vault, where another process may have
// put a newer one: presenting a spent token would end the whole session.
func (c *Client) newestRefresh(ctx context.Context, s session, fallback string) string {
	if s.given || s.user == "" {
		return fallback
	}
	if t, err := c.opt.Vault.Load(ctx, c.Address(), s.user); err == nil && t != "" {
		c.mu.Lock()
		stale := c.vaultErr
		c.mu.Unlock()
		if !stale {
			return t
		}
	}
	return fallback
}

// postRefresh repeats the exchange while its answer is lost: within ten
// seconds the server gives the same successor again.
func (c *Client) postRefresh(ctx context.Context, refresh string) (core.Tokens, error) {
	var t core.Tokens
	for attempt := 1; ; attempt++ {
		one, cancel := context.WithTimeout(ctx, renewTimeout)
		err := c.json(one, call{method: http.MethodPost, path: wire.PathRefresh, body: wire.Refresh{Refresh: refresh}, public: true}, &t)
		cancel()
		if err == nil && t.Access == "" {
			return t, core.Errorf(core.CodeInternal, "The server's answer to the renewal of your session could not be read. Log in again.")
		}
		switch core.CodeOf(err) {
		case core.CodeForbidden, core.CodeNotFound: // the account may no longer do this
			return t, errSessionOver().WithCause(err)
		case core.CodeUnavailable:
			if attempt < renewAttempts && ctx.Err() == nil && c.opt.Sleep(ctx, c.opt.Backoff(attempt)) == nil {
				continue
			}
		}
		return t, err
	}
}

// put stores the new refresh token first and only then replaces the old one in
// memory: whenever the process dies, one of the two is on record. It does
// nothing when s is no longer the client's session.
func (c *Client) put(ctx context.Context, s session, t core.Tokens) error {
	c.vaultMu.Lock()
	defer c.vaultMu.Unlock()
	if !c.isCurrent(s) {
		return errSessionOver()
	}
	var storeErr error
	if !s.given && s.user != "" && t.Refresh != "" {
		storeErr = c.opt.Vault.Store(ctx, c.Address(), s.user, t.Refresh)
	}
	if storeErr != nil {
		c.opt.Log.Warn("the token vault did not take the refresh token", "error", storeErr)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session.gen != s.gen {
		return errSessionOver()
	}
	c.vaultErr = storeErr != nil
	c.session.take(t, c.opt.Clock(), true)
	return nil
}

func (c *Client) isCurrent(s session) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.gen == s.gen
}

// forget drops session s after the server refused presented, here and in the
// vault, unless a newer login has taken its place there.
func (c *Client) forget(ctx context.Context, s session, presented string) {
	c.vaultMu.Lock()
	defer c.vaultMu.Unlock()
	c.mu.Lock()
	ours := c.session.gen == s.gen
	if ours {
		c.session = session{gen: s.gen + 1}
	}
	c.mu.Unlock()
	if !ours || s.given || s.user == "" {
		return
	}
	if t, err := c.opt.Vault.Load(ctx, c.Address(), s.user); err == nil && t == presented {
		if err := c.opt.Vault.Delete(ctx, c.Address(), s.user); err != nil {
			c.opt.Log.Warn("the token vault did not forget a dead refresh token", "error", err)
		}
	}
}

// adopt begins a session with tokens that were just issued.
func (c *Client) adopt(ctx context.Context, in core.SignedIn) error {
	if in.Tokens.Access == "" {
		return core.Errorf(core.CodeInternal, "The server's answer holds no token. Try to log in again.")
	}
	c.mu.Lock()
	c.session = session{gen: c.session.gen + 1, user: userKey(in.User.Email)}
	s := c.session
	c.mu.Unlock()
	// A renewal of the session before may hold the vault; put waits for it.
	return c.put(ctx, s, in.Tokens)
}

// resumeFromVault takes up the last user's session, without asking the server.
func (c *Client) resumeFromVault(ctx context.Context) error {
	user, err := c.opt.Vault.LastUser(ctx, c.Address())
	if err == nil {
		var token string
		if token, err = c.opt.Vault.Load(ctx, c.Address(), user); err == nil {
			c.mu.Lock()
			if !c.session.exists() {
				c.session = session{gen: c.session.gen + 1, user: user, refresh: token}
			}
			c.mu.Unlock()
			return nil
		}
	}
	if core.IsNotFound(err) {
		return errNotLoggedIn().WithCause(err)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return c.failed(ctx, err)
	}
	return core.Errorf(core.CodeUnauthenticated, "The keyring of this machine did not give your session back. Unlock it, or log in again.").WithCause(err)
}
