package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The drill: a backup is made while documents come and go, restored elsewhere, and served
// there; everything that stood when it began and was not removed is there, byte for byte.
func TestBackupDrill(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	kept := map[string][]byte{}
	for n := range 5 {
		content := document(uint64(n), 100_000)
		kept[ann.upload(id, fmt.Sprintf("kept%d.txt", n), content)] = content
	}

	var load sync.WaitGroup
	stop := make(chan struct{})
	begun := make(chan struct{}, 8)
	for i := range 3 {
		load.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				status, o, err := ann.tryUpload(id, fmt.Sprintf("d%d-%d.txt", i, n), bytes.NewReader(document(uint64(100+i*1000+n), 200_000)))
				if err != nil || status != http.StatusCreated {
					t.Errorf("upload: %d, %v", status, err)
					return
				}
				if n%2 == 0 {
					s.call("DELETE", "/api/files/medical-records/"+o.str("file_id")+"/delete/", ann.access, nil)
				}
				select {
				case begun <- struct{}{}:
				default:
				}
			}
		})
	}
	for range 6 {
		<-begun
	}
	file, clear := filepath.Join(t.TempDir(), "b.tar.age"), filepath.Join(t.TempDir(), "b.tar")
	s.admin("correct horse\n", "backup", file, "--encrypt", "--passphrase-file", "-")
	s.admin("", "backup", clear)
	close(stop)
	load.Wait()
	var told object
	decode(t, s.admin("", "restore", clear, "--verify", "--json"), &told)
	if len(told["problems"].([]any))+len(told["not_checked"].([]any)) > 0 || told["read"] != told.sub("backup")["records"] {
		t.Errorf("%v", told)
	}

	there := unstarted(t)
	dir := filepath.Join(t.TempDir(), "restored")
	s.admin("correct horse\n", "restore", file, "--passphrase-file", "-", "--to", dir)
	key, err := os.ReadFile(filepath.Join(s.data, "root.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "root.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	s.stop(syscall.SIGTERM)
	there.data = dir
	there.start()
	t.Cleanup(func() { there.stop(syscall.SIGTERM) })
	ann.s = there
	if status, _ := ann.get("/api/clinician/profile/"); status != http.StatusUnauthorized {
		t.Errorf("a session from before the backup answers %d", status)
	}
	status, in := there.call("POST", "/api/clinician/auth/login/", "", object{"email": ann.email, "password": password})
	if status != http.StatusOK {
		t.Fatalf("sign in: %d %v", status, in)
	}
	ann.access = in.sub("tokens").str("access")
	listed := map[string]bool{}
	for _, r := range ann.mustGet(fmt.Sprintf("/api/clinician/patients/%d/records/", id))["results"].([]any) {
		record := object(r.(map[string]any))
		listed[record.str("file_id")] = true
		got := ann.download(record.str("file_id"))
		if want, ok := kept[record.str("file_id")]; ok && !bytes.Equal(got, want) {
			t.Errorf("%s came back changed", record.str("title"))
		}
	}
	for record := range kept {
		if !listed[record] {
			t.Errorf("%s is not there", record)
		}
	}
	there.sound()
}

// A backup or a restore that is killed leaves nothing that looks whole.
func TestKillDuringBackupAndRestore(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	for n := range 4 {
		ann.upload(id, fmt.Sprintf("%d.txt", n), document(uint64(n), 500_000))
	}

	// Whoever reads from the pipe stops, so that the program stands in the middle.
	cmd := exec.Command(serverBin, "backup", "-")
	cmd.Env = s.environ()
	pipe, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	half := make([]byte, 1_000_000)
	if _, err := io.ReadFull(pipe, half); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if out, err := s.try(bytes.NewReader(half), "restore", "-", "--verify"); err == nil || !strings.Contains(out, "cut off") {
		t.Errorf("half a backup: %v, %s", err, out)
	}

	// Into a file: killed as soon as there is any.
	dir := t.TempDir()
	file := exec.Command(serverBin, "backup", filepath.Join(dir, "b.tar"))
	file.Env = s.environ()
	if err := file.Start(); err != nil {
		t.Fatal(err)
	}
	s.asking(time.Millisecond, patience, "the file to be begun", func() bool {
		list, _ := os.ReadDir(dir)
		return len(list) > 0
	})
	_ = file.Process.Kill()
	_ = file.Wait()
	if b, err := os.ReadFile(filepath.Join(dir, "b.tar")); err == nil { // it was faster
		if out, err := s.try(bytes.NewReader(b), "restore", "-", "--verify"); err != nil {
			t.Errorf("what has the name is not whole: %s", out)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}

	// The next one goes on undisturbed, and removes what was left of the database's copies.
	whole := s.admin("", "backup", "-")
	if left, _ := filepath.Glob(filepath.Join(s.data, ".backup-*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}

	to := filepath.Join(t.TempDir(), "restored")
	restore := exec.Command(serverBin, "restore", "-", "--to", to)
	restore.Env = s.environ()
	in, err := restore.StdinPipe()
	if err == nil {
		err = restore.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write(whole[:len(whole)-500_000]); err != nil { // it waits for the rest
		t.Fatal(err)
	}
	_ = restore.Process.Kill()
	_ = restore.Wait()
	for _, args := range [][]string{{"serve", "--data", to}, {"audit", "verify", "--data", to}, {"restore", "-", "--to", to}} {
		if out, err := s.try(bytes.NewReader(whole), args...); err == nil || !strings.Contains(out, "Remove that directory and restore again") {
			t.Errorf("%v: %v, %s", args, err, out)
		}
	}
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	if out, err := s.try(bytes.NewReader(whole), "restore", "-", "--to", to); err != nil {
		t.Errorf("restored again: %s", out)
	}
}

// try runs a subcommand that may fail, and gives all it says.
func (s *server) try(in io.Reader, args ...string) (string, error) {
	cmd := exec.Command(serverBin, args...)
	cmd.Env, cmd.Stdin = s.environ(), in
	out, err := cmd.CombinedOutput()
	return string(out), err
}
