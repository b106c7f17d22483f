package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"clinician/internal/clients/clinicianapi/apitest"
	"clinician/internal/core"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"clinician-tui": main})
}

// TestStories runs testdata/script/*.txtar, each against a fake service of its
// own on a machine without a keyring. Beside testscript's commands they have
//
//	session [access|both]    puts a session into the environment (default access)
//	ended                    makes the server refuse that session's access token
//	stopped                  stops the server
//	encrypted [anew]         puts it behind TLS that nobody knows, as $CLINICIAN_SERVER with
//	                         $CA and $FINGERPRINT; anew: behind another key at the same address
//	exits STATUS COMMAND...  runs the command and wants this exit status
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			s := apitest.New()
			env.Defer(s.Close)
			env.Values["server"], env.Values["secured"] = s, &secured{}
			env.Setenv("CLINICIAN_SERVER", s.URL)
			env.Setenv("PASSWORD", apitest.Password)
			env.Setenv("EMAIL", apitest.Email)
			env.Setenv("TZ", "UTC")
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else each command of a race build takes a second
			env.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
			env.Setenv("XDG_RUNTIME_DIR", env.WorkDir)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"session": session, "exits": exits, "encrypted": encrypted,
			"colleague": func(ts *testscript.TestScript, _ bool, args []string) {
				fake(ts).SayAs(args[0], core.Review{Status: core.ReviewStatus(args[1]), Reason: args[2]})
			},
			"ended":   func(ts *testscript.TestScript, _ bool, _ []string) { fake(ts).Ended() },
			"stopped": func(ts *testscript.TestScript, _ bool, _ []string) { fake(ts).Close() },
		},
		RequireExplicitExec: true,
	})
}

func fake(ts *testscript.TestScript) *apitest.Server { return ts.Value("server").(*apitest.Server) }

func session(ts *testscript.TestScript, _ bool, args []string) {
	t := fake(ts).Tokens()
	ts.Setenv("CLINICIAN_TOKEN", t.Access)
	if len(args) == 1 && args[0] == "both" {
		ts.Setenv("CLINICIAN_REFRESH_TOKEN", t.Refresh)
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// A session that is kept: login, use and logout with a real Secret Service.
func TestKeyringStory(t *testing.T) {
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed; a Secret Service cannot be started", program)
		}
	}
	s := apitest.Start(t)
	s.Grace = 0 // a spent token would end the session at once
	home := t.TempDir()
	script := `set -e
printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null
echo "$PASSWORD" | clinician-tui login "$EMAIL" --password-stdin
clinician-tui whoami
clinician-tui --json patients --limit 1
pids=
for i in 1 2 3 4 5 6; do clinician-tui limits >/dev/null & pids="$pids $!"; clinician-tui patients >/dev/null & pids="$pids $!"; done
for p in $pids; do wait $p; done
clinician-tui logout
! clinician-tui whoami
`
	cmd := exec.Command("dbus-run-session", "--", "sh", "-c", script)
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_DATA_HOME="+home+"/share", "XDG_CACHE_HOME="+home+"/cache", "XDG_RUNTIME_DIR="+home, "DBUS_SESSION_BUS_ADDRESS=",
		"GORACE=atexit_sleep_ms=0", "CLINICIAN_SERVER="+s.URL, "PASSWORD="+apitest.Password, "EMAIL="+apitest.Email)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"Logged in at " + s.URL + " as LEE, Ann.", "tokens are kept in this machine's keyring",
		`"results":[{"id":7,`, "Logged out.", "You are not logged in."} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	if !s.Revoked {
		t.Error("the server was not told of the logout")
	}
}

// A keyring that is locked is not "not logged in": commands say so, with status 5.
func TestLockedKeyring(t *testing.T) {
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon", "pgrep"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed; a Secret Service cannot be locked", program)
		}
	}
	s := apitest.Start(t)
	home := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	// The keyring is made by a daemon that has its password, and then served by one that
	// has not, where nobody can be asked.
	script := `printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null
echo "$PASSWORD" | clinician-tui login "$EMAIL" --password-stdin
for pid in $(pgrep -x gnome-keyring-d); do
	grep -qz "^HOME=$HOME$" /proc/$pid/environ && kill $pid
done
gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1
for command in whoami patients "records list 7" "jobs list" notifications logout; do
	clinician-tui $command; echo "$command: $?"
done
`
	cmd := exec.CommandContext(ctx, "dbus-run-session", "--", "sh", "-c", script)
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_DATA_HOME="+home+"/share", "XDG_CACHE_HOME="+home+"/cache", "XDG_RUNTIME_DIR="+home, "DBUS_SESSION_BUS_ADDRESS=", "DISPLAY=",
		"GORACE=atexit_sleep_ms=0", "CLINICIAN_SERVER="+s.URL, "PASSWORD="+apitest.Password, "EMAIL="+apitest.Email)
	cmd.WaitDelay = 5 * time.Second // a daemon may keep the output open
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, command := range []string{"whoami", "patients", "records list 7", "jobs list", "notifications", "logout"} {
		if !strings.Contains(string(out), "\n"+command+": 5\n") {
			t.Errorf("%s did not end with status 5 in:\n%s", command, out)
		}
	}
	if !strings.Contains(string(out), "The keyring does not answer") || strings.Contains(string(out), "You are not logged in") {
		t.Errorf("it says:\n%s", out)
	}
}
