package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The demo scripts in scripts/demo are stories of whole tasks from the shell;
// they fail at the first command that does not do what it should.
func TestDemoScripts(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "tesseract-ocr")
	scripts, err := filepath.Glob("../../scripts/demo/*.sh")
	if err != nil || len(scripts) < 2 {
		t.Fatalf("scripts: %v %v", scripts, err)
	}
	for _, script := range scripts {
		if filepath.Base(script) == "lib.sh" {
			continue
		}
		t.Run(filepath.Base(script), func(t *testing.T) {
			t.Parallel()
			_, port, _ := strings.Cut(freeAddr(t), ":")
			cmd := exec.Command("bash", script)
			cache, _ := os.UserCacheDir() // as in environ
			cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+cache, "BIN="+filepath.Dir(serverBin), "PORT="+port, "DEMO_DATA="+demoData(t), "HOME="+t.TempDir(), "TZ=Europe/London")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// A new machine upgrades itself while somebody installs: setup waits for the lock
// and says so, and says what to do when it is held for too long.
func TestSetupWaitsForTheLock(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, held, limit, want string }{
		{"released", "2", "60", "waiting for it"},
		{"kept", "999", "1", "run this again when it is done"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			// Stands in for apt-get, and holds the lock for a number of calls.
			apt := "#!/bin/sh\ncd " + dir + "\necho \"$2\" >>calls\n[ $(wc -l <calls) -gt " + c.held +
				" ] || { echo 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (apt-get)'; exit 100; }\n"
			for name, text := range map[string]string{"apt-get": apt, "sudo": "#!/bin/sh\nexec \"$@\"\n", "go": "#!/bin/sh\n"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range []string{"sh", "env", "id", "wc", "grep", "tail", "mktemp", "sleep", "rm"} {
				path, err := exec.LookPath(name)
				if err == nil {
					err = os.Symlink(path, filepath.Join(dir, name))
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			cmd := exec.Command("bash", "../../scripts/setup", "demo")
			cmd.Env = []string{"PATH=" + dir, "TMPDIR=" + dir, "SETUP_LOCK_TIMEOUT=" + c.limit}
			out, err := cmd.CombinedOutput()
			if (err == nil) != (c.name == "released") || !strings.Contains(string(out), c.want) {
				t.Errorf("%v\n%s", err, out)
			}
			calls, _ := os.ReadFile(filepath.Join(dir, "calls"))
			if got := string(calls); c.name == "released" && got != "update\nupdate\nupdate\ninstall\n" {
				t.Errorf("apt-get was called for %q", got)
			}
		})
	}
}
