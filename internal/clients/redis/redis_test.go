package redis

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/core/tempfile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is a real Redis on a port of its own, without persistence.
type server struct {
	port string
	cmd  *exec.Cmd
}

func startRedis(t *testing.T) *server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("redis-server is not installed (Debian package redis-server)")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	s := &server{port: port}
	s.start(t)
	t.Cleanup(s.kill)
	return s
}

func (s *server) start(t *testing.T) {
	t.Helper()
	s.cmd = exec.Command("redis-server", "--port", s.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, "redis-server answers", func() bool {
		c, err := net.DialTimeout("tcp", "127.0.0.1:"+s.port, time.Second)
		if err != nil {
			return false
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(time.Second))
		fmt.Fprint(c, "PING\r\n")
		answer := make([]byte, 7)
		n, _ := c.Read(answer)
		return string(answer[:n]) == "+PONG\r\n"
	})
}

func (s *server) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

func (s *server) client(t *testing.T) *Client {
	t.Helper()
	c, err := New("redis://127.0.0.1:" + s.port + "/0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// nobody is asked while Redis answers.
type nobody struct{ t *testing.T }

func (n nobody) Try(context.Context, string, string) error {
	n.t.Error("the process's own throttle was asked")
	return nil
}
func (n nobody) Succeeded(context.Context, string, string) {
	n.t.Error("the process's own throttle was told")
}
func (n nobody) Undo(context.Context, string, string) {
	n.t.Error("the process's own throttle was told")
}

// While Redis is away each process slows guessing down by itself.
func TestThrottleWithoutRedis(t *testing.T) {
	s := startRedis(t)
	c := s.client(t)
	s.kill()
	local := &counted{}
	th := c.NewThrottle(core.SystemClock, local, slog.New(slog.DiscardHandler))
	if err := th.Try(t.Context(), "ann", "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	th.Undo(t.Context(), "ann", "192.0.2.1")
	th.Succeeded(t.Context(), "ann", "")
	if *local != (counted{1, 1, 1}) {
		t.Errorf("the process's own was asked %+v", *local)
	}
}

type counted struct{ tries, undone, succeeded int }

func (c *counted) Try(context.Context, string, string) error { c.tries++; return nil }
func (c *counted) Succeeded(context.Context, string, string) { c.succeeded++ }
func (c *counted) Undo(context.Context, string, string)      { c.undone++ }

func TestContracts(t *testing.T) {
	s := startRedis(t)
	t.Run("bus", func(t *testing.T) {
		coretest.Bus(t, func(t *testing.T) (core.Bus, core.Bus) {
			c := s.client(t)
			if err := c.db.FlushDB(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
			return c, s.client(t)
		})
	})
	t.Run("throttle", func(t *testing.T) {
		coretest.Throttle(t, func(t *testing.T, clock core.Clock) core.Throttle {
			c := s.client(t)
			if err := c.db.FlushDB(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
			return c.NewThrottle(clock, nobody{t}, slog.New(slog.DiscardHandler))
		})
	})
	t.Run("temp index", func(t *testing.T) {
		coretest.TempIndex(t, func(t *testing.T) coretest.TempIndexFixture {
			c := s.client(t)
			if err := c.db.FlushDB(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
			return coretest.TempIndexFixture{
				Index: c, Now: core.SystemClock, Life: 2 * time.Second,
				Pass: func(t *testing.T, d time.Duration) {
					end := time.Now().Add(d)
					until(t, "time passes", func() bool { return time.Now().After(end) })
				},
			}
		})
	})
}

// What programs beside the replaced service read.
func TestKeysOfTheReplacedService(t *testing.T) {
	s := startRedis(t)
	c := s.client(t)
	at := time.Date(2026, 11, 23, 9, 41, 50, 807_203_000, time.UTC)
	c.now = func() time.Time { return at }
	e := core.TempEntry{ID: "abc.pdf", Path: "/media/abc.pdf", CreatedAt: at, ExpiresAt: at.Add(time.Hour), RecordID: "r1", UserID: 7, Key: []byte("k")}
	if err := c.Put(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	job := core.Job{ID: "j1", RecordID: "r1", FileName: "a.pdf", CreatedAt: at, Status: core.JobPending}
	if err := c.Remember(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]map[string]any{
		"temp_files:user:7:abc.pdf": {"path": "/media/abc.pdf", "created_at": "2026-11-23 09:41:50.807203", "file_id": "r1", "user_id": 7.0},
		"ocr_job:j1": {"job_id": "j1", "file_id": "r1", "filename": "a.pdf", "status": "submitted",
			"created_at": "2026-11-23T09:41:50.807203", "websocket_url": "/ws/ocr/progress/j1/"},
	} {
		raw, err := c.db.Get(t.Context(), key).Bytes()
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		var got map[string]any
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		for field, value := range want {
			if got[field] != value {
				t.Errorf("%s: %s = %v, want %v", key, field, got[field], value)
			}
		}
		if ttl := c.db.TTL(t.Context(), key).Val(); ttl < 59*time.Minute || ttl > time.Hour {
			t.Errorf("%s lives for %s", key, ttl)
		}
	}
	keys := c.db.Keys(t.Context(), "temp_files:user:*").Val()
	if !slices.Equal(keys, []string{"temp_files:user:7:abc.pdf"}) {
		t.Errorf("others would find %v", keys)
	}
	for _, key := range c.db.Keys(t.Context(), "*").Val() {
		if ttl := c.db.TTL(t.Context(), key).Val(); ttl <= 0 {
			t.Errorf("%s stays for ever", key)
		}
	}
}

func TestRedisDown(t *testing.T) {
	s := startRedis(t)
	c := s.client(t)
	dir := filepath.Join(t.TempDir(), "temp")
	views, err := tempfile.New(tempfile.Options{Dir: dir, Index: c})
	if err != nil {
		t.Fatal(err)
	}
	defer views.Close()
	create := func() (core.TempEntry, error) {
		return views.Create(t.Context(), core.TempEntry{UserID: 7, MIME: core.MIMEPDF, Size: 4}, strings.NewReader("view"))
	}
	e, err := create()
	if err != nil {
		t.Fatal(err)
	}
	s.kill()
	calls := map[string]func() error{
		"Ping":      func() error { return c.Ping(t.Context()) },
		"Put":       func() error { e := e; e.ID = "x"; return c.Put(t.Context(), e) },
		"Get":       func() error { _, err := c.Get(t.Context(), 7, e.ID); return err },
		"Delete":    func() error { _, err := c.Delete(t.Context(), 7, e.ID); return err },
		"ByUser":    func() error { _, err := c.ByUser(t.Context(), 7); return err },
		"Alive":     func() error { _, err := c.Alive(t.Context(), e.ID); return err },
		"Publish":   func() error { return c.Publish(t.Context(), "j", coretest.Event("j", 1, core.JobProcessing)) },
		"the end":   func() error { return c.Publish(t.Context(), "j", coretest.Event("j", 1, core.JobFailed)) },
		"Subscribe": func() error { _, err := c.Subscribe(t.Context(), "j"); return err },
		"Remember":  func() error { return c.Remember(t.Context(), core.Job{ID: "j"}) },
		"view":      func() error { _, err := create(); return err },
	}
	for name, call := range calls {
		if err := call(); core.CodeOf(err) != core.CodeUnavailable || strings.Contains(core.MessageOf(err), "127.0.0.1") {
			t.Errorf("%s = %v", name, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("files: %v, %v", left, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Get(ctx, 7, e.ID); err != context.Canceled {
		t.Errorf("with a cancelled context: %v", err)
	}
	// Redis comes back empty: the file of the lost entry is nobody's now.
	s.start(t)
	until(t, "the client is connected again", func() bool { return c.Ping(t.Context()) == nil })
	if n, err := views.Sweep(t.Context()); err != nil || n != 1 {
		t.Errorf("Sweep = %d, %v", n, err)
	}
}

// A watch outlives the death of Redis and gets the ending that is published
// after it is back.
func TestWatchSurvivesRedis(t *testing.T) {
	s := startRedis(t)
	here, there := s.client(t), s.client(t)
	w, err := there.Subscribe(t.Context(), "j")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := here.Publish(t.Context(), "j", coretest.Event("j", 1, core.JobProcessing)); err != nil {
		t.Fatal(err)
	}
	if got := coretest.Next(t, w); got.Job.Seq != 1 {
		t.Errorf("got %+v", got)
	}
	s.kill()
	s.start(t)
	// At once, before the watch has had time to connect again.
	until(t, "the ending is published", func() bool {
		return here.Publish(t.Context(), "j", coretest.Event("j", 2, core.JobCompleted)) == nil
	})
	if got := coretest.Next(t, w); !got.Final() || got.Job.Seq != 2 {
		t.Errorf("got %+v", got)
	}
}

func TestForeignMessagesAreIgnored(t *testing.T) {
	s := startRedis(t)
	c := s.client(t)
	w, err := c.Subscribe(t.Context(), "j")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, text := range []string{"", "hello", "{}", "[]", `{"job":{"job_id":"other","status":"completed"}}`} {
		if err := c.db.Publish(t.Context(), "ocr_job_j", text).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Publish(t.Context(), "j", coretest.Event("j", 3, core.JobCompleted)); err != nil {
		t.Fatal(err)
	}
	if got := coretest.Next(t, w); got.Job.Seq != 3 {
		t.Errorf("got %+v", got)
	}
}

func TestBadURL(t *testing.T) {
	for _, url := range []string{"", "http://host", "redis://host:port/x"} {
		if _, err := New(url); err == nil {
			t.Errorf("New(%q) was accepted", url)
		}
	}
}
