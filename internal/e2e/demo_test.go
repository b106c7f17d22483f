package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The demo runs the server that is beside the workstation, ends it and leaves
// nothing; a workstation without a server says what it needs.
func TestDemoRunsTheServerBesideIt(t *testing.T) {
	t.Parallel()
	temp := t.TempDir()
	demo := func(program string) (string, error) {
		cmd := exec.Command(program, "demo", "--plain")
		cmd.Env = []string{"TMPDIR=" + temp, "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
		cmd.Stdin = strings.NewReader("find cantu\nquit\nyes\n")
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		err := cmd.Run()
		return out.String(), err
	}
	out, err := demo(tuiBin)
	if err != nil || !strings.Contains(out, "CANTÚ, Catalina") {
		t.Errorf("%v\n%s", err, out)
	}
	if left, _ := os.ReadDir(temp); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	alone := filepath.Join(t.TempDir(), "clinician-tui")
	if err := os.Link(tuiBin, alone); err != nil {
		t.Skip("no links here")
	}
	if out, err := demo(alone); err == nil || !strings.Contains(out, "install both in one directory") {
		t.Errorf("%v\n%s", err, out)
	}
}
