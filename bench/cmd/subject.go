package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// subject is a server that is measured: a child process on loopback.
type subject struct {
	name     string
	patients int // of the one clinician
	base     string
	token    string // the Authorization header of its clinician
	works    map[string]request
	idle     float64 // MiB after its start, before the first work
	sent     atomic.Int64
	cmd      *exec.Cmd
}

func (s *subject) pid() int { return s.cmd.Process.Pid }

// prepare builds, seeds and starts all servers. Those that were started are
// given also with an error.
func prepare(ctx context.Context, o options, dir string) (started []*subject, err error) {
	note := func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	server := o.server
	if server == "" {
		server = filepath.Join(dir, "server")
		if err := build(ctx, ".", "./cmd/server", server); err != nil {
			return nil, err
		}
	}
	if err := build(ctx, ".", "./bench/floor", filepath.Join(dir, "floor")); err != nil {
		return nil, err
	}
	if o.pocketBase {
		if err := build(ctx, "bench/pocketbase", ".", filepath.Join(dir, "pocketbase")); err != nil {
			note("PocketBase is left out, because it could not be built: %v", err)
			o.pocketBase = false
		}
	}
	sizes := []int{o.patients}
	if o.growth > 0 {
		sizes = append(sizes, o.growth)
	}
	for _, n := range sizes {
		note("making %d patients for each server", n)
		all := []func() (*subject, error){
			func() (*subject, error) { return startOurs(ctx, "ours", server, dir, n) },
			func() (*subject, error) { return startFloor(ctx, "floor", dir, n) },
		}
		if o.audited && n == o.patients {
			all = append(all, func() (*subject, error) { return startFloor(ctx, "floor+audit", dir, n, "-audit") })
		}
		if o.before != "" {
			all = append(all, func() (*subject, error) { return startOurs(ctx, "before", o.before, dir, n) })
		}
		if o.pocketBase {
			all = append(all, func() (*subject, error) { return startPocketBase(ctx, dir, n) })
		}
		for _, start := range all {
			s, err := start()
			if s != nil {
				started = append(started, s)
			}
			if err != nil {
				return started, err
			}
		}
	}
	return started, nil
}

func build(ctx context.Context, dir, pkg, to string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", to, pkg)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w: %s", pkg, err, bytes.TrimSpace(out))
	}
	return nil
}

// freeAddr is an address of loopback that nobody listens on.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// start runs a server and waits until it answers path.
func start(ctx context.Context, name string, patients int, path string, command func(addr string) *exec.Cmd) (*subject, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	s := &subject{name: name, patients: patients, base: "http://" + addr, works: map[string]request{}, cmd: command(addr)}
	log := &tail{}
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		resp, err := http.Get(s.base + path)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				s.idle = usage(s.pid()).rss
				return s, nil
			}
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return s, fmt.Errorf("%s does not answer; it said: %s", name, log)
		}
	}
}

// stop ends the server and waits for it.
func (s *subject) stop() {
	if s.cmd.Process == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	kill := time.AfterFunc(15*time.Second, func() { _ = s.cmd.Process.Kill() })
	_ = s.cmd.Wait() // how it ended does not matter any more
	kill.Stop()
}

// tail takes a log and keeps its beginning, for when a server does not start.
type tail struct{ kept bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	if t.kept.Len() < 4<<10 {
		t.kept.Write(p)
	}
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(t.kept.String()) }

// get is a work that asks for a path.
func (s *subject) get(path string) request {
	return func(int64) (*http.Request, error) { return http.NewRequest(http.MethodGet, s.base+path, nil) }
}

// call sends JSON and reads the answer into out, for seeding.
func (s *subject) call(ctx context.Context, method, path string, body, out any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if body == nil {
		b = nil
	}
	r, err := http.NewRequestWithContext(ctx, method, s.base+path, bytes.NewReader(b))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", s.token)
	return s.do(r, out)
}

func (s *subject) do(r *http.Request, out any) error {
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s %s: %s %.300s", s.name, r.Method, r.URL.Path, resp.Status, b)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(b, out)
}

// fileBytes is the size of the document that is fetched and sent.
const fileBytes = 5 << 20

// document is readable text of fileBytes; each n gives another one.
func document(n int64) []byte {
	b := []byte(fmt.Sprintf("Letter %d of the bench\n", n))
	line := []byte("The patient was seen in clinic today and is doing well; no change was made.\n")
	return append(b, bytes.Repeat(line, fileBytes/len(line)+1)[:fileBytes-len(b)]...)
}

// sender is a work that uploads a document as a form.
func (s *subject) sender(path string, fields map[string]string) request {
	text := document(0)
	return func(n int64) (*http.Request, error) {
		r, err := s.form(path, fields, fmt.Sprintf("letter-%d.txt", n), append([]byte(fmt.Sprintf("%010d\n", n)), text[11:]...))
		return r, err
	}
}

// form makes an upload of one file.
func (s *subject) form(path string, fields map[string]string, filename string, content []byte) (*http.Request, error) {
	const boundary = "bench-boundary-5a1f0c"
	var head bytes.Buffer
	for name, value := range fields {
		fmt.Fprintf(&head, "--%s\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", boundary, name, value)
	}
	fmt.Fprintf(&head, "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=%q\r\nContent-Type: text/plain\r\n\r\n", boundary, filename)
	end := "\r\n--" + boundary + "--\r\n"
	size := int64(head.Len() + len(content) + len(end))
	r, err := http.NewRequest(http.MethodPost, s.base+path, io.MultiReader(&head, bytes.NewReader(content), strings.NewReader(end)))
	if err != nil {
		return nil, err
	}
	r.ContentLength = size
	r.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
	r.Header.Set("Authorization", s.token)
	return r, nil
}
