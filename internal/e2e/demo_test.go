package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
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

// In its first minute the demo has results, marks, papers that may be somebody else's,
// documents that could not be read and some that nobody has had read: of all of them it
// shows something true, and says which engine read it.
func TestDemoIsAliveInItsFirstMinute(t *testing.T) {
	t.Parallel()
	s := unstarted(t)
	cmd := exec.Command(serverBin, "demo", "--json", "--data", s.data)
	cmd.Env = s.environ()
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		input.Close()
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	})
	lines := json.NewDecoder(out)
	var at struct{ URL, Email, Password string }
	var made struct{ Documents, Of int }
	if err := lines.Decode(&at); err != nil {
		t.Fatal(err)
	}
	for made.Of == 0 || made.Documents < made.Of {
		if err := lines.Decode(&made); err != nil {
			t.Fatal(err)
		}
	}
	s.addr = strings.TrimPrefix(at.URL, "http://")
	_, o := s.call("POST", "/api/clinician/auth/login/", "", object{"email": at.Email, "password": at.Password})
	aria := &person{s: s, email: at.Email, access: o.sub("tokens").str("access")}
	var page struct{ Results []struct{ ID int64 } }
	s.eventually("the readings of the demo", func() bool {
		var read, checks, failed, unread int
		decode(t, aria.raw("/api/clinician/patients/?limit=100"), &page)
		for _, p := range page.Results {
			var list struct {
				Results []struct {
					PatientCheck string                   `json:"patient_check"`
					LastJob      *struct{ Status string } `json:"last_job"`
				}
			}
			decode(t, aria.raw(fmt.Sprintf("/api/clinician/patients/%d/records/", p.ID)), &list)
			for _, r := range list.Results {
				switch {
				case r.LastJob == nil:
					unread++
				case r.LastJob.Status == "failed":
					failed++
				case r.LastJob.Status == "completed":
					read++
				}
				if r.PatientCheck == "check" {
					checks++
				}
			}
		}
		return read > 150 && checks > 0 && failed > 1 && unread > 5
	})
	if text := string(aria.raw("/api/clinician/dashboard/")); !strings.Contains(text, `"ocr_failed"`) && !strings.Contains(text, "failed") {
		t.Errorf("the day says nothing of what failed: %.500s", text)
	}
	if text := string(aria.raw("/api/clinician/search/?q=haemoglobin")); !strings.Contains(text, `"results":[{`) {
		t.Errorf("nothing is found: %.500s", text)
	}
}
