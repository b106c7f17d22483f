package coretest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
)

// SessionsFixture is what the session suite needs: sessions, the directory with the
// users they belong to, and the log their events go to (nil: not checked).
type SessionsFixture struct {
	Sessions  core.Sessions
	Directory Directory
	Audit     core.AuditLog
}

// Sessions checks a core.Sessions. open gives an empty one that lives until
// the test ends.
func Sessions(t *testing.T, open func(t *testing.T) SessionsFixture) {
	for name, test := range map[string]func(*testing.T, SessionsFixture){
		"open":            openSession,
		"rotate":          rotate,
		"replay in grace": replay,
		"reuse":           reuse,
		"expiry and idle": expiry,
		"revoke":          revoke,
		"disabled user":   disabledUser,
		"one successor":   oneSuccessor,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

const (
	idle  = 2 * time.Hour
	grace = 10 * time.Second
)

func token(n byte) core.TokenHash { return core.TokenHash{n, 1, 2, 3} }

// login opens session id with the token numbered n.
func login(t *testing.T, p SessionsFixture, userID int64, id string, n byte) core.Session {
	t.Helper()
	return must[core.Session](t)(p.Sessions.Open(t.Context(), core.NewSession{
		ID: id, UserID: userID, Token: token(n), At: at, ExpiresAt: at.Add(24 * time.Hour),
	}, event(core.EventLogin)))
}

// exchange presents token from for token to, after the given time.
func exchange(t *testing.T, p SessionsFixture, from, to byte, after time.Duration) (core.Rotated, error) {
	t.Helper()
	ev := event(core.EventTokenRefreshed)
	ev.At = at.Add(after)
	return p.Sessions.Rotate(t.Context(), core.Rotation{
		Presented: token(from), Successor: token(to), Sealed: []byte{'s', to},
		At: at.Add(after), Idle: idle, Grace: grace,
	}, ev)
}

func wantRefused(t *testing.T, err error, message string) {
	t.Helper()
	if e := wantCode(t, err, core.CodeUnauthenticated); e.Message != message {
		t.Errorf("message is %q, want %q", e.Message, message)
	}
}

// wantEvents checks the types of a user's events, newest first.
func wantEvents(t *testing.T, p SessionsFixture, userID int64, want ...string) {
	t.Helper()
	if p.Audit == nil {
		return
	}
	var got []string
	for _, ev := range must[[]core.AuditEvent](t)(p.Audit.Query(t.Context(), core.AuditQuery{UserID: userID, Limit: len(want)})) {
		got = append(got, ev.Type)
	}
	wantSame(t, got, want)
}

func openSession(t *testing.T, p SessionsFixture) {
	c := Clinician(t, p.Directory, "mary@example.com")
	s := login(t, p, c.User.ID, "one", 1)
	wantSame(t, s, core.Session{ID: "one", UserID: c.User.ID, CreatedAt: at, LastUsedAt: at, ExpiresAt: at.Add(24 * time.Hour)})
	got, user, err := p.Sessions.Active(t.Context(), "one", at.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, got, s)
	wantSame(t, user, must[core.User](t)(p.Directory.User(t.Context(), c.User.ID)))
	same, caller, clinicianID, err := p.Sessions.Caller(t.Context(), "one", at.Add(time.Minute))
	if err != nil || clinicianID != c.ID {
		t.Errorf("the caller is clinician %d, %v; want %d", clinicianID, err, c.ID)
	}
	wantSame(t, same, s)
	wantSame(t, caller, user)
	if user.LastLogin == nil || !user.LastLogin.Equal(at) {
		t.Errorf("last login is %v", user.LastLogin)
	}
	wantSame(t, must[core.Session](t)(p.Sessions.ByToken(t.Context(), token(1))), s)
	wantEvents(t, p, c.User.ID, core.EventLogin)

	_, err = p.Sessions.ByToken(t.Context(), token(9))
	wantCode(t, err, core.CodeNotFound)
	_, _, err = p.Sessions.Active(t.Context(), "two", at)
	wantCode(t, err, core.CodeUnauthenticated)
	_, err = p.Sessions.Open(t.Context(), core.NewSession{ID: "x", UserID: 99999, Token: token(8), At: at, ExpiresAt: at.Add(time.Hour)}, event(core.EventLogin))
	wantCode(t, err, core.CodeNotFound)
}

func rotate(t *testing.T, p SessionsFixture) {
	c := Clinician(t, p.Directory, "mary@example.com")
	login(t, p, c.User.ID, "one", 1)
	out, err := exchange(t, p, 1, 2, time.Hour)
	if err != nil || out.Replayed != nil || out.Session.ID != "one" || !out.Session.LastUsedAt.Equal(at.Add(time.Hour)) {
		t.Fatalf("rotated to %+v, %v", out, err)
	}
	if _, err := exchange(t, p, 2, 3, 2*time.Hour); err != nil {
		t.Fatal(err)
	}
	for n := byte(1); n <= 3; n++ { // spent or not, they lead to their family
		if s := must[core.Session](t)(p.Sessions.ByToken(t.Context(), token(n))); s.ID != "one" {
			t.Errorf("token %d belongs to %q", n, s.ID)
		}
	}
	_, err = exchange(t, p, 9, 4, time.Hour)
	wantRefused(t, err, "Invalid refresh token")
	wantEvents(t, p, c.User.ID, core.EventTokenRefreshed, core.EventTokenRefreshed, core.EventLogin)
}

func replay(t *testing.T, p SessionsFixture) {
	c := Clinician(t, p.Directory, "mary@example.com")
	login(t, p, c.User.ID, "one", 1)
	if _, err := exchange(t, p, 1, 2, time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, after := range []time.Duration{0, time.Second, grace} {
		out, err := exchange(t, p, 1, 7, time.Hour+after)
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, out.Replayed, []byte{'s', 2})
	}
	_, err := exchange(t, p, 7, 8, time.Hour+grace) // never became a token
	wantRefused(t, err, "Invalid refresh token")
	if _, err := exchange(t, p, 2, 3, time.Hour+grace); err != nil {
		t.Errorf("the successor does not work: %v", err)
	}
}

func reuse(t *testing.T, p SessionsFixture) {
	c := Clinician(t, p.Directory, "mary@example.com")
	login(t, p, c.User.ID, "one", 1)
	login(t, p, c.User.ID, "two", 11)
	for n := byte(1); n <= 2; n++ {
		if _, err := exchange(t, p, n, n+1, time.Duration(n)*time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	_, err := exchange(t, p, 1, 7, time.Hour+grace+time.Microsecond)
	wantRefused(t, err, "Invalid refresh token")
	wantEvents(t, p, c.User.ID, core.EventTokenReuse)
	_, _, err = p.Sessions.Active(t.Context(), "one", at.Add(2*time.Hour))
	wantCode(t, err, core.CodeUnauthenticated)
	_, err = exchange(t, p, 3, 4, 2*time.Hour)
	wantRefused(t, err, "Invalid refresh token")
	if s := must[core.Session](t)(p.Sessions.ByToken(t.Context(), token(3))); s.RevokedAt == nil {
		t.Error("the family is not revoked")
	}
	if _, _, err := p.Sessions.Active(t.Context(), "two", at.Add(2*time.Hour)); err != nil {
		t.Errorf("another family ended too: %v", err)
	}
}

func expiry(t *testing.T, p SessionsFixture) {
	c := Clinician(t, p.Directory, "mary@example.com")
	login(t, p, c.User.ID, "one", 1)
	_, err := exchange(t, p, 1, 2, idle+time.Microsecond)
	wantRefused(t, err, "Refresh token expired")
	if _, err := exchange(t, p, 1, 2, idle); err != nil {
		t.Errorf("just in time: %v", err)
	}
	login(t, p, c.User.ID, "two", 11)
	_, err = p.Sessions.Rotate(t.Context(), core.Rotation{Presented: token(11), Successor: token(12), At: at.Add(24 * time.Hour)}, event(core.EventTokenRefreshed))
	wantRefused(t, err, "Refresh token expired")
	if _, _, err := p.Sessions.Active(t.Context(), "two", at.Add(24*time.Hour-time.Microsecond)); err != nil {
		t.Errorf("just before its end: %v", err)
	}
	_, _, err = p.Sessions.Active(t.Context(), "two", at.Add(24*time.Hour))
	wantCode(t, err, core.CodeUnauthenticated)
}

func revoke(t *testing.T, p SessionsFixture) {
	ctx := t.Context()
	c, other := Clinician(t, p.Directory, "mary@example.com"), Clinician(t, p.Directory, "other@example.com")
	for i, id := range []string{"one", "two", "three"} {
		login(t, p, c.User.ID, id, byte(i))
	}
	login(t, p, other.User.ID, "theirs", 50)
	for range 2 {
		if err := p.Sessions.Revoke(ctx, "one", event(core.EventLogout)); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := p.Sessions.Active(ctx, "one", at)
	wantCode(t, err, core.CodeUnauthenticated)
	_, err = exchange(t, p, 0, 9, time.Minute)
	wantRefused(t, err, "Invalid refresh token")

	ended := must[[]string](t)(p.Sessions.RevokeUser(ctx, c.User.ID, event(core.EventLogout)))
	slices.Sort(ended)
	wantSame(t, ended, []string{"three", "two"})
	if again := must[[]string](t)(p.Sessions.RevokeUser(ctx, c.User.ID, event(core.EventLogout))); len(again) != 0 {
		t.Errorf("ended again: %v", again)
	}
	if _, _, err := p.Sessions.Active(ctx, "theirs", at); err != nil {
		t.Errorf("somebody else's session ended too: %v", err)
	}
}

func disabledUser(t *testing.T, p SessionsFixture) {
	ctx := t.Context()
	c := Clinician(t, p.Directory, "mary@example.com")
	login(t, p, c.User.ID, "one", 1)
	if err := p.Directory.SetActive(ctx, c.User.ID, false, event(core.EventUserDisabled)); err != nil {
		t.Fatal(err)
	}
	_, _, err := p.Sessions.Active(ctx, "one", at)
	wantCode(t, err, core.CodeUnauthenticated)
	_, err = exchange(t, p, 1, 2, time.Minute)
	wantRefused(t, err, "Invalid refresh token")
	if err := p.Directory.SetActive(ctx, c.User.ID, true, event(core.EventUserDisabled)); err != nil {
		t.Fatal(err)
	}
	_, _, err = p.Sessions.Active(ctx, "one", at)
	wantCode(t, err, core.CodeUnauthenticated) // ended is ended
}

// oneSuccessor: of many exchanges at once, one makes the successor and all
// others get the same.
func oneSuccessor(t *testing.T, p SessionsFixture) {
	c := Clinician(t, p.Directory, "mary@example.com")
	login(t, p, c.User.ID, "one", 1)
	const clients = 8
	var wg sync.WaitGroup
	results := make([]core.Rotated, clients)
	for i := range clients {
		wg.Go(func() {
			var err error
			if results[i], err = exchange(t, p, 1, byte(100+i), time.Minute); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	made, sealed := 0, map[string]bool{}
	for i, r := range results {
		if r.Replayed == nil {
			made++
			sealed[string([]byte{'s', byte(100 + i)})] = true
		} else {
			sealed[string(r.Replayed)] = true
		}
	}
	if made != 1 || len(sealed) != 1 {
		t.Errorf("%d made a successor, %d different ones were given", made, len(sealed))
	}
}
