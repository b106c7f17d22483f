package clinicianapi_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/clinicianapi/apitest"
	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// follow pulls a job to its end and notes what came: frame types, and
// "lost" for CodeUnavailable.
func follow(t *testing.T, c *clinicianapi.Client, jobID string) (seen []string, end error) {
	t.Helper()
	w, err := c.WatchFrames(t.Context(), jobID)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for {
		f, err := w.Next(ctx)
		switch {
		case core.CodeOf(err) == core.CodeUnavailable && ctx.Err() == nil:
			seen = append(seen, "lost")
			if errors.Is(err, io.EOF) {
				t.Errorf("a lost connection looks like the end of the job: %v", err)
			}
		case err != nil:
			return seen, err
		default:
			seen = append(seen, strings.TrimSpace(f.Type+" "+f.Status))
		}
	}
}

func TestWatch(t *testing.T) {
	const status, progress, done = "status_update processing", "progress_update", "job_complete completed"
	for _, k := range []struct {
		name, job string
		set       func(*apitest.Server)
		want      []string
		end       core.Code // "" is io.EOF
		dials     int
	}{
		{"to its end", "j-1", nil, []string{status, progress, done}, "", 1},
		{"a failure", "j-new-r-2", nil, []string{status, progress, "job_error failed"}, "", 1},
		{"one that has ended", "j-done", nil, []string{"status_update completed", done}, "", 1},
		{"one that has ended, on a server of few words", "j-late", nil, []string{"status_update completed"}, "", 1},
		{"a job that is gone", "j-gone", nil, nil, core.CodeNotFound, 1},
		{"one that was cancelled", "j-cancelled", nil, []string{"status_update cancelled"}, "", 1},
		{"a lost connection", "j-1", func(s *apitest.Server) { s.DropWatch = 1 },
			[]string{status, progress, "lost", status, done}, "", 2},
		{"two lost connections", "j-1", func(s *apitest.Server) { s.DropWatch = 2 },
			[]string{status, progress, "lost", status, "lost", status, done}, "", 3},
		{"a token that is refused once", "j-1", func(s *apitest.Server) { s.Refuse = 1 }, []string{status, progress, done}, "", 2},
		{"a job nobody knows", "j-none", nil, nil, core.CodeNotFound, 1},
		{"a session that is over", "j-1", func(s *apitest.Server) { s.Ended(); s.Revoked = true }, nil, core.CodeUnauthenticated, 1},
		{"refused before the upgrade", "j-1", func(s *apitest.Server) {
			s.Override["GET "+wire.PathJobProgress("j-1")] = func(w http.ResponseWriter, _ *http.Request) {
				apitest.Answer(w, 403, map[string]any{"success": false, "message": "Access denied"})
			}
		}, nil, core.CodeForbidden, 1},
		{"a server that is not ready at first", "j-1", func(s *apitest.Server) {
			n := 0
			s.Override["GET "+wire.PathJobProgress("j-1")] = func(w http.ResponseWriter, r *http.Request) {
				s.Lock()
				if n++; n == 3 {
					delete(s.Override, "GET "+wire.PathJobProgress("j-1"))
				}
				s.Unlock()
				w.WriteHeader(503)
			}
		}, []string{"lost", status, progress, done}, "", 4},
	} {
		t.Run(k.name, func(t *testing.T) {
			s := apitest.Start(t)
			c := loggedIn(t, s, nil)
			if k.set != nil {
				k.set(s)
			}
			seen, end := follow(t, c, k.job)
			if !slices.Equal(seen, k.want) {
				t.Errorf("saw %q\nwant %q", seen, k.want)
			}
			if k.end == "" && end != io.EOF || k.end != "" && core.CodeOf(end) != k.end {
				t.Errorf("ended with %v", end)
			}
			if n := s.Count("GET " + wire.PathJobProgress(k.job)); n != k.dials {
				t.Errorf("%d connections, want %d", n, k.dials)
			}
		})
	}
}

func TestWatchWaitsLongerEachTime(t *testing.T) {
	s := apitest.New()
	var mu sync.Mutex
	var waits []int
	ctx, cancel := context.WithCancel(t.Context())
	c := loggedIn(t, s, func(o *clinicianapi.Options) {
		o.Backoff = func(n int) time.Duration { mu.Lock(); waits = append(waits, n); mu.Unlock(); return 0 }
		o.Sleep = func(sc context.Context, _ time.Duration) error {
			mu.Lock()
			defer mu.Unlock()
			if len(waits) == 4 {
				cancel()
				return sc.Err()
			}
			return nil
		}
	})
	s.Close()
	w, err := c.WatchFrames(ctx, "j-1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	_, err = w.Next(ctx)
	wantCode(t, err, core.CodeUnavailable, "does not answer")
	_, err = w.Next(ctx) // says nothing more about the same outage
	wantCode(t, err, core.CodeCanceled, "Stopped")
	if !slices.Equal(waits, []int{1, 2, 3, 4}) {
		t.Errorf("waits %v", waits)
	}
}

// silent accepts and authenticates, then does what then says.
func silent(t *testing.T, s *apitest.Server, id string, then func(ctx context.Context, conn *websocket.Conn)) {
	s.Lock()
	defer s.Unlock()
	s.Override["GET "+wire.PathJobProgress(id)] = func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.CloseNow()
		if _, _, err := conn.Read(r.Context()); err != nil {
			return
		}
		if conn.Write(r.Context(), websocket.MessageText, []byte(`{"type":"auth_success"}`)) == nil {
			then(r.Context(), conn)
		}
	}
}

func TestWatchNoticesSilence(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, func(o *clinicianapi.Options) { o.PingEvery = 20 * time.Millisecond })
	pings := make(chan []byte, 100)
	silent(t, s, "j-1", func(ctx context.Context, conn *websocket.Conn) {
		for {
			_, b, err := conn.Read(ctx)
			if err != nil {
				return
			}
			pings <- b
		}
	})
	w, err := c.WatchFrames(t.Context(), "j-1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	_, err = w.Next(t.Context())
	wantCode(t, err, core.CodeUnavailable, "was lost")
	if b := <-pings; !strings.Contains(string(b), `"type":"ping"`) {
		t.Errorf("heartbeat %s", b)
	}
}

func TestWatchHostileFrames(t *testing.T) {
	for _, k := range []struct {
		name, frame string
		code        core.Code
	}{
		{"not JSON", "{", core.CodeInternal},
		{"too large", `{"type":"` + strings.Repeat("a", 2<<20) + `"}`, core.CodeUnavailable},
		{"a failure to report", `{"type":"error","message":"Failed to retrieve job status"}`, core.CodeUnavailable},
	} {
		t.Run(k.name, func(t *testing.T) {
			s := apitest.Start(t)
			c := loggedIn(t, s, nil)
			silent(t, s, "j-1", func(ctx context.Context, conn *websocket.Conn) {
				_ = conn.Write(ctx, websocket.MessageText, []byte(k.frame))
			})
			w, err := c.WatchFrames(t.Context(), "j-1")
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			if _, err = w.Next(t.Context()); core.CodeOf(err) != k.code {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestCloseEndsNext(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	ready := make(chan struct{})
	silent(t, s, "j-1", func(ctx context.Context, conn *websocket.Conn) {
		close(ready)
		conn.Read(ctx)
	})
	w, err := c.WatchFrames(t.Context(), "j-1")
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan error, 1)
	go func() { _, err := w.Next(t.Context()); got <- err }()
	<-ready
	w.Close()
	if err := <-got; !errors.Is(err, io.EOF) {
		t.Errorf("Next = %v", err)
	}
	if _, err := w.Next(t.Context()); err != io.EOF {
		t.Errorf("again: %v", err)
	}
	w.Close()
}

// A Next that is given up is not the end of the stream.
func TestNextThatIsGivenUp(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	silent(t, s, "j-1", func(ctx context.Context, conn *websocket.Conn) { conn.Read(ctx) })
	w, err := c.WatchFrames(t.Context(), "j-1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := w.Next(ctx); err == nil || err == io.EOF {
		t.Errorf("Next = %v", err)
	}
	s.Lock()
	delete(s.Override, "GET "+wire.PathJobProgress("j-1"))
	s.Unlock()
	if f, err := w.Next(t.Context()); err != nil || f.Type != wire.FrameStatus {
		t.Errorf("Next = %+v, %v", f, err)
	}
}
