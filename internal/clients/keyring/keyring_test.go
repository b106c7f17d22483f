package keyring_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"clinician/internal/clients/keyring"
	"clinician/internal/core"
)

// insideBus is set in the copy of this test binary that runs with a Secret Service.
const insideBus = "CLINICIAN_TEST_SECRET_SERVICE"

func TestMemoryVault(t *testing.T) {
	v := keyring.Memory("because")
	conform(t, v)
	if place, reason := v.Place(); place != "memory" || reason != "because" {
		t.Errorf("Place() = %q, %q", place, reason)
	}
}

func TestSystemVault(t *testing.T) {
	if os.Getenv(insideBus) == "" {
		underSecretService(t, "^TestSystemVault$")
		return
	}
	v := keyring.Open(t.Context())
	if place, reason := v.Place(); place != "keyring" {
		t.Fatalf("Open chose %q: %s", place, reason)
	}
	conform(t, v)

	// What one process stores, the next one finds.
	if err := v.Store(t.Context(), "https://one", "a@example.org", "kept"); err != nil {
		t.Fatal(err)
	}
	again := keyring.Open(t.Context())
	if got, err := again.Load(t.Context(), "https://one", "a@example.org"); err != nil || got != "kept" {
		t.Errorf("Load through a second vault = %q, %v", got, err)
	}
}

func TestOpenFallsBackToMemory(t *testing.T) {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		t.Skip("the keyring of this system needs no session bus")
	}
	t.Run("without a bus", func(t *testing.T) {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
		t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
		wantMemory(t, "no keyring service")
	})
	t.Run("with a bus that is gone", func(t *testing.T) {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+t.TempDir()+"/bus")
		wantMemory(t, "no keyring that works")
	})
}

func wantMemory(t *testing.T, why string) {
	t.Helper()
	begin := time.Now()
	v := keyring.Open(t.Context())
	place, reason := v.Place()
	if place != "memory" || !strings.Contains(reason, why) || !strings.Contains(reason, "gone when you quit") {
		t.Errorf("Place() = %q, %q", place, reason)
	}
	if d := time.Since(begin); d > 5*time.Second {
		t.Errorf("the decision took %v", d)
	}
	conform(t, v)
}

// underSecretService runs the named test again inside a session bus of its own
// with an unlocked GNOME keyring in an empty home directory.
func underSecretService(t *testing.T, run string) {
	t.Helper()
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed; a Secret Service cannot be started", program)
		}
	}
	home := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	script := `printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" -test.run "$1" -test.v`
	cmd := exec.CommandContext(ctx, "dbus-run-session", "--", "sh", "-c", script, os.Args[0], run)
	cmd.Env = append(os.Environ(), insideBus+"=1", "HOME="+home, "XDG_DATA_HOME="+home+"/share", "XDG_CACHE_HOME="+home+"/cache",
		"XDG_RUNTIME_DIR="+home, "DBUS_SESSION_BUS_ADDRESS=")
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestSystemVault") {
		t.Fatalf("inside the bus: %v\n%s", err, out)
	}
	t.Logf("inside the bus:\n%s", out)
}

// conform is what every vault must do.
func conform(t *testing.T, v core.TokenVault) {
	t.Helper()
	ctx := t.Context()
	const one, two, ann, bob = "https://one", "https://two:8443", "ann@example.org", "bob@example.org"

	wantNone := func(server, user string) {
		t.Helper()
		if got, err := v.Load(ctx, server, user); !core.IsNotFound(err) {
			t.Errorf("Load(%s, %s) = %q, %v; want not found", server, user, got, err)
		}
	}
	want := func(server, user, token string) {
		t.Helper()
		if got, err := v.Load(ctx, server, user); err != nil || got != token {
			t.Errorf("Load(%s, %s) = %q, %v; want %q", server, user, got, err, token)
		}
	}
	wantLast := func(server, user string) {
		t.Helper()
		got, err := v.LastUser(ctx, server)
		if user == "" && !core.IsNotFound(err) || user != "" && (err != nil || got != user) {
			t.Errorf("LastUser(%s) = %q, %v; want %q", server, got, err, user)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}

	wantNone(one, ann)
	wantLast(one, "")
	must(v.Delete(ctx, one, ann)) // nothing there is no error

	must(v.Store(ctx, one, ann, "a1"))
	must(v.Store(ctx, one, bob, "b1"))
	must(v.Store(ctx, two, ann, "a2"))
	want(one, ann, "a1")
	want(one, bob, "b1")
	want(two, ann, "a2")
	wantLast(one, bob)
	wantLast(two, ann)

	must(v.Store(ctx, one, ann, "a1'")) // replaces, and ann is last again
	want(one, ann, "a1'")
	wantLast(one, ann)

	must(v.Delete(ctx, one, bob)) // not the last user
	wantNone(one, bob)
	wantLast(one, ann)
	must(v.Delete(ctx, one, ann))
	wantNone(one, ann)
	wantLast(one, "")
	want(two, ann, "a2")

	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			user := fmt.Sprintf("u%d@example.org", i)
			if err := v.Store(ctx, one, user, user); err != nil {
				t.Error(err)
			}
			if got, err := v.Load(ctx, one, user); err != nil || got != user {
				t.Errorf("Load(%s) = %q, %v", user, got, err)
			}
			if err := v.Delete(ctx, one, user); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	must(v.Delete(ctx, two, ann))
	conformLock(t, v)
}

// conformLock: one at a time, for one account, until it is let go.
func conformLock(t *testing.T, v core.TokenVault) {
	t.Helper()
	inside, most, rounds := 0, 0, 0
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				unlock, err := v.Lock(t.Context(), "https://one", "ann@example.org")
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				inside++
				most, rounds = max(most, inside), rounds+1
				mu.Unlock()
				mu.Lock()
				inside--
				mu.Unlock()
				unlock()
			}
		})
	}
	wg.Wait()
	if most != 1 || rounds != 40 {
		t.Errorf("%d at once, %d rounds", most, rounds)
	}

	unlock, err := v.Lock(t.Context(), "https://one", "ann@example.org")
	if err != nil {
		t.Fatal(err)
	}
	if other, err := v.Lock(t.Context(), "https://one", "bob@example.org"); err != nil {
		t.Errorf("another account: %v", err)
	} else {
		other()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := v.Lock(ctx, "https://one", "ann@example.org"); err == nil {
		t.Error("locked twice")
	}
	unlock()
	again, err := v.Lock(t.Context(), "https://one", "ann@example.org")
	if err != nil {
		t.Fatalf("after a wait that was given up: %v", err)
	}
	again()
}
