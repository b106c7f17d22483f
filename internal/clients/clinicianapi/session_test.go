package clinicianapi_test

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/clinicianapi/apitest"
	"clinician/internal/core"
	"clinician/internal/core/wire"
)

func TestLoginAndResume(t *testing.T) {
	s := apitest.Start(t)
	v := newVault()
	with := func(o *clinicianapi.Options) { o.Vault = v }
	c := client(t, s.URL, with)
	_, err := c.Resume(t.Context())
	wantCode(t, err, core.CodeUnauthenticated, "not logged in")
	_, err = c.Login(t.Context(), apitest.Email, "wrong")
	wantCode(t, err, core.CodeUnauthenticated, "Invalid credentials")
	if _, err := c.Login(t.Context(), apitest.Email, apitest.Password); err != nil {
		t.Fatal(err)
	}

	// The next program finds the session, renews it and stores the successor.
	next := client(t, s.URL, with)
	p, err := next.Resume(t.Context())
	if err != nil || p.User.Email != apitest.Email {
		t.Fatalf("Resume = %+v, %v", p, err)
	}
	if want := []string{"store refresh-1", "store refresh-2"}; !slices.Equal(v.log, want) {
		t.Errorf("the vault saw %v, want %v", v.log, want)
	}

	// The first program holds a spent token, but looks into the vault first.
	s.Ended()
	if _, err := c.Profile(t.Context()); err != nil {
		t.Errorf("the first program: %v", err)
	}
	if s.Revoked {
		t.Error("two programs that share a vault ended each other's session")
	}

	if err := c.Logout(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if _, err := v.LastUser(t.Context(), ""); !core.IsNotFound(err) {
		t.Errorf("after logout the vault still knows: %v", err)
	}
	_, err = c.Profile(t.Context())
	wantCode(t, err, core.CodeUnauthenticated, "not logged in")
}

// Programs that share a vault and renew all at once must not present each
// other's spent tokens, even to a server that gives no grace.
func TestManyProgramsShareAVault(t *testing.T) {
	s := apitest.Start(t)
	s.Grace = 0
	v := newVault()
	loggedIn(t, s, func(o *clinicianapi.Options) { o.Vault = v })
	var wg sync.WaitGroup
	for range 10 {
		c := client(t, s.URL, func(o *clinicianapi.Options) { o.Vault = v })
		wg.Go(func() {
			if _, err := c.Resume(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if s.Revoked || s.Renewals != 10 || v.tokens[apitest.Email] != "refresh-11" {
		t.Errorf("revoked %v, %d renewals, kept %v", s.Revoked, s.Renewals, v.tokens)
	}
}

func TestSignup(t *testing.T) {
	s := apitest.Start(t)
	c := client(t, s.URL, nil)
	_, err := c.Signup(t.Context(), core.Signup{Email: apitest.Email, Password: "a", PasswordConfirm: "a"})
	wantCode(t, err, core.CodeInvalid, "already exists")
	if _, err := c.Signup(t.Context(), core.Signup{Email: "new@example.org", Password: "a", PasswordConfirm: "a"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Profile(t.Context()); err != nil {
		t.Errorf("after signup: %v", err)
	}
}

func TestManyRefusedCallsShareOneRenewal(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	s.Ended()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := c.Dashboard(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if s.Renewals != 1 {
		t.Errorf("%d renewals", s.Renewals)
	}
}

func TestRenewalBeforeTheEnd(t *testing.T) {
	s := apitest.Start(t)
	now := time.Now()
	var mu sync.Mutex
	c := loggedIn(t, s, func(o *clinicianapi.Options) {
		// The local clock is a day behind; only lifetimes count.
		o.Clock = func() time.Time { mu.Lock(); defer mu.Unlock(); return now.Add(-24 * time.Hour) }
	})
	pass := func(d time.Duration) { mu.Lock(); now = now.Add(d); mu.Unlock() }
	step := func(d time.Duration, call func(context.Context) error, renewals int) {
		t.Helper()
		pass(d)
		if err := call(t.Context()); err != nil {
			t.Error(err)
		}
		if s.Renewals != renewals {
			t.Errorf("%d renewals, want %d", s.Renewals, renewals)
		}
	}
	get := func(ctx context.Context) error { _, err := c.Profile(ctx); return err }
	step(0, get, 0)
	step(9*time.Minute, c.KeepAlive, 0)
	step(2*time.Minute, get, 0)  // 4 minutes left are enough for a call
	step(0, c.KeepAlive, 1)      // but a reason to renew for somebody who is active
	step(14*time.Minute, get, 1) // one minute left
	step(45*time.Second, get, 2) // 15 seconds are not enough
	if n := s.Count("GET " + wire.PathProfile); n != 4 {
		t.Errorf("%d calls: some were refused first", n)
	}
}

func TestLostAnswerToARenewalIsAskedForAgain(t *testing.T) {
	s := apitest.Start(t)
	v := newVault()
	c := loggedIn(t, s, func(o *clinicianapi.Options) { o.Vault = v })
	s.Ended()
	s.LoseNext = 2
	if _, err := c.Dashboard(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.Renewals != 1 || s.Revoked {
		t.Errorf("%d renewals, revoked %v", s.Renewals, s.Revoked)
	}
	if v.tokens[apitest.Email] != "refresh-2" {
		t.Errorf("the vault holds %q", v.tokens[apitest.Email])
	}
}

func TestServerGoneDuringRenewalKeepsTheSession(t *testing.T) {
	s := apitest.Start(t)
	v := newVault()
	c := loggedIn(t, s, func(o *clinicianapi.Options) { o.Vault = v })
	s.Ended()
	s.Override["POST "+wire.PathRefresh] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }
	_, err := c.Dashboard(t.Context())
	wantCode(t, err, core.CodeUnavailable, "not ready")
	s.Lock()
	delete(s.Override, "POST "+wire.PathRefresh)
	s.Unlock()
	if _, err := c.Dashboard(t.Context()); err != nil {
		t.Errorf("when it is back: %v", err)
	}
}

func TestRefusedRenewalEndsTheSession(t *testing.T) {
	s := apitest.Start(t)
	v := newVault()
	c := loggedIn(t, s, func(o *clinicianapi.Options) { o.Vault = v })
	s.Ended()
	s.Lock()
	s.Revoked = true
	s.Unlock()
	_, err := c.Dashboard(t.Context())
	wantCode(t, err, core.CodeUnauthenticated, "session is over")
	if _, err := v.Load(t.Context(), "", apitest.Email); !core.IsNotFound(err) {
		t.Error("the dead token stays in the vault")
	}
	_, err = c.Dashboard(t.Context())
	wantCode(t, err, core.CodeUnauthenticated, "not logged in")
	if n := s.Count("POST " + wire.PathRefresh); n != 1 {
		t.Errorf("the dead token was presented %d times", n)
	}
}

func TestOneRetryOnly(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	s.Refuse = 2
	_, err := c.Dashboard(t.Context())
	wantCode(t, err, core.CodeUnauthenticated, "Invalid or expired token")
	if n := s.Count("GET " + wire.PathDashboard); n != 2 {
		t.Errorf("%d tries", n)
	}
}

func TestCallerThatGivesUpDoesNotStopTheRenewal(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	s.Ended()
	arrived, release := make(chan struct{}), make(chan struct{})
	inner := s.Config.Handler
	s.Override["POST "+wire.PathRefresh] = func(w http.ResponseWriter, r *http.Request) {
		s.Lock()
		delete(s.Override, "POST "+wire.PathRefresh)
		s.Unlock()
		close(arrived)
		<-release
		inner.ServeHTTP(w, r)
	}
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() { _, err := c.Dashboard(ctx); first <- err }()
	<-arrived
	cancel()
	wantCode(t, <-first, core.CodeCanceled, "Stopped")
	second := make(chan error, 1)
	go func() { _, err := c.Profile(t.Context()); second <- err }()
	close(release)
	if err := <-second; err != nil {
		t.Error(err)
	}
	if s.Renewals != 1 {
		t.Errorf("%d renewals", s.Renewals)
	}
}

func TestVaultThatRefuses(t *testing.T) {
	s := apitest.Start(t)
	v := newVault()
	c := loggedIn(t, s, func(o *clinicianapi.Options) { o.Vault = v })
	v.mu.Lock()
	v.refuse = true // it keeps refresh-1, which will be spent
	v.mu.Unlock()
	for range 2 {
		s.Ended()
		if _, err := c.Dashboard(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if place, _ := c.Keyring(); place != "memory" {
		t.Errorf("tokens are said to be in the %s", place)
	}
	v.mu.Lock()
	v.refuse = false
	v.mu.Unlock()
	s.Ended()
	if _, err := c.Dashboard(t.Context()); err != nil || s.Revoked {
		t.Fatalf("%v, revoked %v", err, s.Revoked)
	}
	if place, _ := c.Keyring(); place != "keyring" || v.tokens[apitest.Email] != "refresh-4" {
		t.Errorf("in the end: %s, %v", place, v.tokens)
	}
}

func TestTokensFromOutside(t *testing.T) {
	s := apitest.Start(t)
	v := newVault()
	given := s.Tokens()
	c := client(t, s.URL, func(o *clinicianapi.Options) { o.Vault, o.Tokens = v, given })
	if _, err := c.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Ended()
	if _, err := c.Profile(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(v.log) != 0 {
		t.Errorf("the vault saw %v", v.log)
	}
	if got := c.Tokens(); got.Refresh == given.Refresh || got.Refresh == "" {
		t.Errorf("Tokens = %v", got)
	}
	only := client(t, s.URL, func(o *clinicianapi.Options) { o.Tokens = core.Tokens{Access: "nonsense"} })
	_, err := only.Profile(t.Context())
	wantCode(t, err, core.CodeUnauthenticated, "session is over")
}

func TestLogoutWithoutServer(t *testing.T) {
	s := apitest.New()
	v := newVault()
	c := loggedIn(t, s, func(o *clinicianapi.Options) { o.Vault = v })
	s.Close()
	wantCode(t, c.Logout(t.Context(), false), core.CodeUnavailable, "logged out on this machine")
	if len(v.tokens) != 0 || c.Tokens() != (core.Tokens{}) {
		t.Error("the tokens are still here")
	}
	if err := c.Logout(t.Context(), false); err != nil {
		t.Errorf("again: %v", err)
	}
}

// A second login while a call of the first is under way: that call must not
// go on as the second person.
func TestCallDoesNotOutliveItsSession(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	s.Override["GET "+wire.PathDashboard] = func(w http.ResponseWriter, _ *http.Request) {
		if _, err := c.Login(t.Context(), apitest.Email, apitest.Password); err != nil {
			t.Error(err)
		}
		apitest.Fail(w, core.CodeUnauthenticated, "Invalid or expired token")
	}
	_, err := c.Dashboard(t.Context())
	wantCode(t, err, core.CodeUnauthenticated, "session is over")
	if n := s.Count("GET " + wire.PathDashboard); n != 1 {
		t.Errorf("%d tries", n)
	}
	if _, err := c.Profile(t.Context()); err != nil {
		t.Errorf("the new session: %v", err)
	}
}

// Unlocking checks the password and keeps the session it found; only when that
// is over does the new one take its place.
func TestUnlock(t *testing.T) {
	s := apitest.Start(t)
	v := newVault()
	c := loggedIn(t, s, func(o *clinicianapi.Options) { o.Vault = v })
	before := c.Tokens()
	_, err := c.Unlock(t.Context(), apitest.Email, "wrong")
	wantCode(t, err, core.CodeUnauthenticated, "Invalid credentials")
	if c.Tokens() != before {
		t.Error("a wrong password changed the session")
	}
	in, err := c.Unlock(t.Context(), apitest.Email, apitest.Password)
	if err != nil || in.User.Email != apitest.Email {
		t.Fatalf("Unlock = %+v, %v", in.User, err)
	}
	if err := c.Logout(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Unlock(t.Context(), apitest.Email, apitest.Password); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Profile(t.Context()); err != nil {
		t.Errorf("after a session that was over: %v", err)
	}
}
