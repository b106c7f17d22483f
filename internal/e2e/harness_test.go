// Package e2e drives the real programs from outside: the server over HTTP and
// WebSocket, the command line, the workstation in a terminal.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

var serverBin, tuiBin string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "clinician-e2e-")
	if err != nil {
		panic(err)
	}
	serverBin, tuiBin = filepath.Join(dir, "server"), filepath.Join(dir, "clinician-tui")
	build := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "clinician/cmd/server", "clinician/cmd/clinician-tui")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build the programs:", err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// server is a running server process and the data it keeps across restarts.
type server struct {
	t    testing.TB
	data string
	addr string // where clients find it: that of front
	back string // where the process listens
	env  []string
	cmd  *exec.Cmd
	log  *lockedBuffer

	front *front
}

// newServer starts a server on a data directory of its own.
func newServer(t testing.TB, env ...string) *server {
	t.Helper()
	s := unstarted(t, env...)
	s.start()
	t.Cleanup(func() { s.stop(syscall.SIGTERM) })
	return s
}

// unstarted is a server that is not running yet; its admin commands work.
func unstarted(t testing.TB, env ...string) *server {
	t.Helper()
	s := &server{t: t, data: filepath.Join(t.TempDir(), "data"), addr: freeAddr(t), env: env, log: &lockedBuffer{}}
	if s.back = s.addr; !s.measured() {
		s.back = freeAddr(t)
	}
	return s
}

// measured reports whether what the server costs is what is asked: then nothing stands
// between.
func (s *server) measured() bool {
	_, is := s.t.(*testing.B)
	return is
}

func (s *server) environ() []string {
	home := filepath.Join(filepath.Dir(s.data), "home")
	cache, _ := os.UserCacheDir() // the compiled PDFium is shared: it takes seconds to make
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_CACHE_HOME=" + cache, "TZ=Europe/London",
		"CLINICIAN_DATA_DIR=" + s.data, "CLINICIAN_ADDR=" + s.back,
		"CLINICIAN_READ_ON_ARRIVAL=off"} // stories ask for what they count; those of arrival turn it on
	return append(env, s.env...)
}

func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.Command(serverBin)
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = s.environ(), s.log, s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	if !s.measured() {
		s.front = openFront(s.t, s.addr, s.back)
	}
	s.eventually("the server to be ready", func() bool {
		resp, err := http.Get(s.url("/health/ready"))
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// stop ends the process with sig and waits for it.
func (s *server) stop(sig syscall.Signal) {
	if s.cmd.Process == nil || s.cmd.ProcessState != nil {
		return
	}
	_ = s.cmd.Process.Signal(sig) // it may have ended by itself
	_ = s.cmd.Wait()
	s.front.close()
	if s.t.Failed() {
		s.t.Logf("server log:\n%s", s.log)
	}
}

func (s *server) url(path string) string { return "http://" + s.addr + path }

// admin runs a subcommand of the server program and gives its output.
func (s *server) admin(stdin string, args ...string) []byte {
	s.t.Helper()
	cmd := exec.Command(serverBin, args...)
	cmd.Env, cmd.Stdin = s.environ(), strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		s.t.Fatalf("server %v: %v\n%s", args, err, &errs)
	}
	return out.Bytes()
}

// patience is how long anything is waited for. Waiting ends when it has come, so
// that only a failure takes that long, and a busy machine has its time.
const patience = 5 * time.Minute

func (s *server) eventually(what string, ok func() bool) {
	s.t.Helper()
	s.asking(20*time.Millisecond, patience, what, ok)
}

// asking is eventually with its own pace, for where asking must not cost much.
func (s *server) asking(every, d time.Duration, what string, ok func() bool) {
	s.t.Helper()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for deadline := time.Now().Add(d); time.Now().Before(deadline); <-tick.C {
		if ok() {
			return
		}
	}
	s.t.Fatalf("waited %s for %s\nserver log:\n%s", d, what, s.log)
}

// demoData is a data directory full of demo data, to be copied.
func demoData(t testing.TB) string {
	t.Helper()
	return prepared(t, "demo-data", func() *server {
		s := unstarted(t)
		s.admin("", "demo-data")
		return s
	})
}

// prepared keeps what make has put into a server's data directory, for tests to
// copy; it is made by whoever needs it first, and the others wait.
func prepared(t testing.TB, name string, make func() *server) string {
	t.Helper()
	lock, _ := preparing.LoadOrStore(name, new(sync.Mutex))
	lock.(*sync.Mutex).Lock()
	defer lock.(*sync.Mutex).Unlock()
	dir := filepath.Join(filepath.Dir(serverBin), name)
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	copyDir(t, make().data, dir)
	return dir
}

var preparing sync.Map // name of a prepared directory -> *sync.Mutex

// copyDir copies a directory as it is: who may read what matters to the server.
func copyDir(t testing.TB, from, to string) {
	t.Helper()
	if out, err := exec.Command("cp", "-a", from, to).CombinedOutput(); err != nil {
		t.Fatalf("copy %s: %v\n%s", from, err, out)
	}
}

// object is a JSON object as a script sees it.
type object map[string]any

func (o object) id() int64           { return int64(o["id"].(float64)) }
func (o object) str(k string) string { v, _ := o[k].(string); return v }
func (o object) sub(k string) object { v, _ := o[k].(map[string]any); return v }

// person is somebody with a session.
type person struct {
	s               *server
	email           string
	access, refresh string
	userID          int64
}

const password = "correct horse battery staple"

// signup registers a clinician over the API.
func (s *server) signup(email string) *person {
	s.t.Helper()
	status, body := s.call("POST", "/api/clinician/auth/signup/", "", object{"email": email, "password": password,
		"password_confirm": password, "first_name": "Ann", "last_name": "Lee", "specialization_id": 1, "phone_number": "555-0100"})
	if status != http.StatusCreated {
		s.t.Fatalf("signup: %d %v", status, body)
	}
	return &person{s, email, body.sub("tokens").str("access"), body.sub("tokens").str("refresh"), body.sub("user").id()}
}

// patient creates a patient in the shell and assigns it.
func (s *server) patient(clinician, family, given string) int64 {
	s.t.Helper()
	var made object
	out := s.admin(fmt.Sprintf(`{"first_name":%q,"last_name":%q,"date_of_birth":"1940-05-08","gender":"FEMALE"}`, given, family), "patient", "create", "--json")
	if err := json.Unmarshal(out, &made); err != nil {
		s.t.Fatalf("%v in %s", err, out)
	}
	s.admin("", "assign", "--patient", fmt.Sprint(made.id()), "--clinician", clinician)
	return made.id()
}

// call sends one JSON request and decodes the answer.
func (s *server) call(method, path, token string, body any) (int, object) {
	s.t.Helper()
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, s.url(path), r)
	if err != nil {
		s.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return s.do(req, token)
}

func (s *server) do(req *http.Request, token string) (int, object) {
	s.t.Helper()
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatalf("%s %s: %v", req.Method, req.URL.Path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	var o object
	if json.Unmarshal(b, &o) != nil {
		o = object{"raw": string(b)}
	}
	return resp.StatusCode, o
}

func (p *person) get(path string) (int, object) {
	p.s.t.Helper()
	return p.s.call("GET", path, p.access, nil)
}

func (p *person) post(path string, body any) (int, object) {
	p.s.t.Helper()
	return p.s.call("POST", path, p.access, body)
}

// mustGet fails the test unless the answer is 200.
func (p *person) mustGet(path string) object {
	p.s.t.Helper()
	status, o := p.get(path)
	if status != http.StatusOK {
		p.s.t.Fatalf("GET %s: %d %v", path, status, o)
	}
	return o
}

// upload sends a file and fails the test unless it is taken.
func (p *person) upload(patientID int64, name string, content []byte) string {
	p.s.t.Helper()
	status, o, err := p.tryUpload(patientID, name, bytes.NewReader(content))
	if err != nil || status != http.StatusCreated {
		p.s.t.Fatalf("upload: %d %v %v", status, o, err)
	}
	return o.str("file_id")
}

// tryUpload streams a file in the file service's form.
func (p *person) tryUpload(patientID int64, name string, content io.Reader) (int, object, error) {
	r, w := io.Pipe()
	form := multipart.NewWriter(w)
	go func() {
		err := errors.Join(form.WriteField("patient_id", fmt.Sprint(patientID)), form.WriteField("medical_record_type_id", "1"))
		part, err2 := form.CreateFormFile("file", name)
		if err = errors.Join(err, err2); err == nil {
			if _, err = io.Copy(part, content); err == nil {
				err = form.Close()
			}
		}
		w.CloseWithError(err)
	}()
	req, err := http.NewRequestWithContext(context.Background(), "POST", p.s.url("/api/files/upload/medical-record"), r)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+p.access)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	var o object
	err = json.NewDecoder(resp.Body).Decode(&o)
	return resp.StatusCode, o, err
}

// uploadWith sends a small file with one more field.
func (p *person) uploadWith(patientID int64, name string, content []byte, field, value string) (int, object) {
	p.s.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	fields := map[string]string{"patient_id": fmt.Sprint(patientID), "medical_record_type": "Progress Notes", field: value}
	for k, v := range fields {
		if err := form.WriteField(k, v); err != nil {
			p.s.t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		p.s.t.Fatal(err)
	}
	req, err := http.NewRequest("POST", p.s.url("/api/files/upload/medical-record"), &b)
	if err != nil {
		p.s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	return p.s.do(req, p.access)
}

// download gives the bytes of a record.
func (p *person) download(id string) []byte {
	p.s.t.Helper()
	return p.raw("/api/files/medical-records/" + id + "/download/")
}

// raw gives an answer as it came.
func (p *person) raw(path string) []byte {
	p.s.t.Helper()
	req, err := http.NewRequest("GET", p.s.url(path), nil)
	if err != nil {
		p.s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.access)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		p.s.t.Fatalf("%s: %d %v", path, resp.StatusCode, err)
	}
	return b
}

// freeAddr gives an address that no other test gets. It stays free while a server
// is down: it is below the ports that connections take for themselves (32768 and up).
func freeAddr(t testing.TB) string {
	t.Helper()
	for range 1000 {
		addr := fmt.Sprintf("127.0.0.1:%d", 20000+(uint32(os.Getpid())*64+lastPort.Add(1))%12000)
		if l, err := net.Listen("tcp", addr); err == nil {
			l.Close()
			return addr
		}
	}
	t.Fatal("there is no free port")
	return ""
}

var lastPort atomic.Uint32

// needs skips the test, with the reason, when a program is missing.
func needs(t testing.TB, program, pkg string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("%s is not installed; apt-get install %s", program, pkg)
	}
}

// lockedBuffer collects what a process writes.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func decode(t testing.TB, b []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
}
