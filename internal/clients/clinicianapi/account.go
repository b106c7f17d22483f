package clinicianapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// Login begins a session and stores its refresh token.
// CodeUnauthenticated for a wrong e-mail or password.
func (c *Client) Login(ctx context.Context, email, password string) (core.SignedIn, error) {
	return c.enter(ctx, wire.PathLogin, wire.Login{Email: email, Password: password})
}

// Unlock checks a password against the server, for somebody who is logged in
// already. Their session stays, and the one the check began is ended; when theirs
// is over, the new one takes its place. CodeUnauthenticated for a wrong password.
func (c *Client) Unlock(ctx context.Context, email, password string) (core.SignedIn, error) {
	var in core.SignedIn
	login := wire.Login{Email: email, Password: password}
	if err := c.json(ctx, call{method: http.MethodPost, path: wire.PathLogin, body: login, public: true}, &in); err != nil {
		return core.SignedIn{}, err
	}
	c.mu.Lock()
	same := c.session.exists() && c.session.user == userKey(in.User.Email)
	c.mu.Unlock()
	if same {
		_, err := c.Profile(ctx)
		same = core.CodeOf(err) != core.CodeUnauthenticated
	}
	if !same {
		return in, c.adopt(ctx, in)
	}
	c.disown(ctx, in.Tokens)
	return in, nil
}

// disown tells the server that a session that was never used is not wanted. If
// it cannot be told, the session ends by itself.
func (c *Client) disown(ctx context.Context, t core.Tokens) {
	payload, err := json.Marshal(wire.Logout{Refresh: t.Refresh})
	if err != nil {
		return
	}
	req, err := c.request(ctx, call{method: http.MethodPost, path: wire.PathLogout}, t.Access)
	if err != nil {
		return
	}
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(payload)), int64(len(payload))
	req.Header.Set("Content-Type", "application/json")
	if a, err := c.roundTrip(req); err == nil {
		_ = a.Body.Close() // nothing depends on the answer
	} else {
		c.opt.Log.Warn("the session of an unlocking was not ended", "error", err)
	}
}

// Signup makes a clinician's account and begins a session like Login.
func (c *Client) Signup(ctx context.Context, s core.Signup) (core.SignedIn, error) {
	return c.enter(ctx, wire.PathSignup, s)
}

func (c *Client) enter(ctx context.Context, path string, body any) (core.SignedIn, error) {
	var in core.SignedIn
	if err := c.json(ctx, call{method: http.MethodPost, path: path, body: body, public: true}, &in); err != nil {
		return core.SignedIn{}, err
	}
	if err := c.adopt(ctx, in); err != nil {
		return core.SignedIn{}, err
	}
	return in, nil
}

// Resume takes up the session this client has, or else the one whose refresh
// token the vault keeps for the server's last user; CodeUnauthenticated when
// there is none or it is over.
func (c *Client) Resume(ctx context.Context) (core.Profile, error) {
	if err := c.Restore(ctx); err != nil {
		return core.Profile{}, err
	}
	return c.Profile(ctx)
}

// Restore is Resume without asking the server who the user is: programs that
// make one call and end save a round trip.
func (c *Client) Restore(ctx context.Context) error {
	c.mu.Lock()
	exists := c.session.exists()
	c.mu.Unlock()
	if exists {
		return nil
	}
	return c.resumeFromVault(ctx)
}

// KeepAlive renews the access token when it ends within five minutes, or when
// half of its life is over if that is shorter.
func (c *Client) KeepAlive(ctx context.Context) error {
	_, err := c.token(ctx, keepAliveAhead)
	return err
}

// Logout ends the session on the server and forgets it here, in that order;
// with everywhere, all of the user's sessions. It is forgotten here even when
// the server does not answer; the error then says so.
func (c *Client) Logout(ctx context.Context, everywhere bool) error {
	g, err := c.token(ctx, renewAhead)
	if core.CodeOf(err) == core.CodeUnauthenticated {
		return nil // it is over already
	}
	c.mu.Lock()
	s := c.session
	c.mu.Unlock()
	if err == nil && s.gen == g.gen {
		body := wire.Logout{Refresh: s.refresh, Everywhere: everywhere}
		err = c.json(ctx, call{method: http.MethodPost, path: wire.PathLogout, body: body}, nil)
	}
	c.drop(context.WithoutCancel(ctx), s)
	if err != nil && core.CodeOf(err) != core.CodeUnauthenticated {
		return core.Errorf(core.CodeOf(err),
			"You are logged out on this machine, but the server could not be told; there the session ends by itself.").WithCause(err)
	}
	return nil
}

// drop forgets session s here and in the vault.
func (c *Client) drop(ctx context.Context, s session) {
	c.vaultMu.Lock()
	defer c.vaultMu.Unlock()
	c.mu.Lock()
	if c.session.gen == s.gen {
		c.session = session{gen: s.gen + 1}
	}
	c.mu.Unlock()
	if s.given || s.user == "" {
		return
	}
	if err := c.opt.Vault.Delete(ctx, c.Address(), s.user); err != nil {
		c.opt.Log.Warn("the token vault did not forget the refresh token", "error", err)
	}
}

// Tokens gives the session's tokens for use by another program, which must be
// trusted like the user; zero when there is no session.
func (c *Client) Tokens() core.Tokens {
	c.mu.Lock()
	defer c.mu.Unlock()
	return core.Tokens{Access: c.session.access, Refresh: c.session.refresh}
}

// Profile is the logged-in clinician's own profile.
func (c *Client) Profile(ctx context.Context) (core.Profile, error) {
	var p core.Profile
	err := c.json(ctx, call{path: wire.PathProfile}, &p)
	return p, err
}

// UpdateProfile changes the fields that are not nil.
func (c *Client) UpdateProfile(ctx context.Context, change core.ProfileChange) (core.Profile, error) {
	var p core.Profile
	err := standing[core.Profile](c.json(ctx, call{method: http.MethodPut, path: wire.PathProfile, body: change, seen: change.Version}, &p))
	return p, err
}
