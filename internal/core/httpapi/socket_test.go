package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(int) { http.DefaultTransport.(*http.Transport).CloseIdleConnections() }))
}

// line is a client's end of a progress socket.
type line struct {
	t    testing.TB
	ctx  context.Context
	conn *websocket.Conn
}

func (w *world) dial(jobID string, headers ...string) *line {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 2*time.Minute)
	w.t.Cleanup(cancel)
	h := http.Header{}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(w.url, "http")+wire.PathJobProgress(jobID), &websocket.DialOptions{HTTPHeader: h})
	must(w.t, err)
	w.t.Cleanup(func() { conn.CloseNow() })
	return &line{w.t, ctx, conn}
}

func (l *line) say(text string) {
	l.t.Helper()
	must(l.t, l.conn.Write(l.ctx, websocket.MessageText, []byte(text)))
}

func (l *line) authenticate(token string) {
	l.t.Helper()
	l.say(`{"type":"authenticate","token":"` + token + `"}`)
}

// hear wants a message of this type and gives it with its raw keys.
func (l *line) hear(kind string) (wire.Frame, map[string]any) {
	l.t.Helper()
	_, data, err := l.conn.Read(l.ctx)
	if err != nil {
		l.t.Fatalf("waiting for %s: %v", kind, err)
	}
	var f wire.Frame
	var raw map[string]any
	must(l.t, json.Unmarshal(data, &f))
	must(l.t, json.Unmarshal(data, &raw))
	if f.Type != kind {
		l.t.Fatalf("heard %s, want %s", data, kind)
	}
	return f, raw
}

// end wants the connection to be closed with this code and nothing before.
func (l *line) end(code websocket.StatusCode) {
	l.t.Helper()
	_, data, err := l.conn.Read(l.ctx)
	if got := websocket.CloseStatus(err); got != code {
		l.t.Fatalf("closed with %v (%v, %s), want %v", got, err, data, code)
	}
}

func (w *world) job() string {
	w.t.Helper()
	var s wire.Submitted
	rec := w.upload("x")
	w.call("POST", wire.PathRecordAct(rec.ID, "analyze"), w.ann.Tokens.Access, nil).want(200).into(&s)
	return s.JobID
}

func TestSocketFromStartToEnd(t *testing.T) {
	w := newWorld(t)
	id := w.job()
	l := w.dial(id)
	l.hear(wire.FrameAuthRequired)
	l.say(`{"type":"get_status"}`)
	if f, _ := l.hear(wire.FrameProtocol); f.Message != "Authentication required" {
		t.Errorf("message %q", f.Message)
	}
	l.say(`not JSON`)
	if f, _ := l.hear(wire.FrameProtocol); f.Message != "Invalid JSON format" {
		t.Errorf("message %q", f.Message)
	}
	l.authenticate("") // stays open
	l.hear(wire.FrameAuthFailed)
	l.authenticate(w.ann.Tokens.Access)
	if f, _ := l.hear(wire.FrameAuthSuccess); f.JobID != id || f.UserID != w.ann.User.ID {
		t.Errorf("auth_success: %+v", f)
	}
	f, raw := l.hear(wire.FrameStatus)
	if f.Status != "pending" || f.JobID != id {
		t.Errorf("snapshot: %+v", f)
	}
	for _, key := range []string{"job_id", "status", "progress", "message", "created_at", "started_at", "completed_at"} {
		if _, ok := raw[key]; !ok {
			t.Errorf("status_update has no %s: %v", key, raw)
		}
	}
	l.say(`{"type":"ping","timestamp":{"any":[1]}}`)
	if _, raw := l.hear(wire.FramePong); mustJSON(raw["timestamp"]) != `{"any":[1]}` {
		t.Errorf("pong: %v", raw)
	}
	l.say(`{"type":"sing"}`) // ignored
	l.say(`{"type":"get_status"}`)
	l.hear(wire.FrameStatus)
	l.authenticate(w.ann.Tokens.Access) // again, as our own client does
	l.hear(wire.FrameAuthSuccess)
	l.hear(wire.FrameStatus)

	for page := 1; page <= 3; page++ {
		w.reads.move(id, "page", page, func(j *core.Job) {
			eta := 30 - 10*page
			j.Status, j.Page, j.Pages, j.Progress, j.ETASeconds = core.JobProcessing, page, 3, page*30, &eta
		})
		f, raw := l.hear(wire.FrameProgress)
		want := "Processing page " + string(rune('0'+page)) + "/3"
		if f.Message != want || *f.Progress != page*30 || f.Page != page || f.Pages != 3 || f.Stage != "page" || *f.ETASeconds != 30-10*page || f.Seq != int64(page) {
			t.Errorf("progress: %+v", f)
		}
		if at, ok := raw["timestamp"].(float64); !ok || time.Since(time.UnixMicro(int64(at*1e6))).Abs() > time.Minute {
			t.Errorf("timestamp: %v", raw["timestamp"])
		}
	}
	w.reads.complete(id, strings.Repeat("é", 600))
	f, raw = l.hear(wire.FrameComplete)
	if len([]rune(f.Preview)) != 500 || f.PageCount != 3 || *f.Confidence != 0.9 || f.ProcessingTime != 1.5 || f.Status != "completed" || f.Message != "OCR processing completed" {
		t.Errorf("job_complete: %v", raw)
	}
	l.end(websocket.StatusNormalClosure)
	if n := len(w.audited(core.EventJobWatched)); n != 1 {
		t.Errorf("%d watches in the audit log", n)
	}
}

func TestSocketEndings(t *testing.T) {
	cases := []struct {
		name string
		end  func(w *world, id string)
		kind string
	}{
		{"failed", func(w *world, id string) {
			w.reads.move(id, "failed", 0, func(j *core.Job) { j.Status, j.Error = core.JobFailed, "No page could be read." })
		}, wire.FrameError},
		{"cancelled", func(w *world, id string) {
			w.call("POST", wire.PathJobCancel(id), w.ann.Tokens.Access, nil).want(200)
		}, wire.FrameStatus},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			id := w.job()
			l := w.dial(id, "Authorization", "Bearer "+w.ann.Tokens.Access)
			l.hear(wire.FrameAuthSuccess)
			l.hear(wire.FrameStatus)
			c.end(w, id)
			f, _ := l.hear(c.kind)
			if f.Status != c.name {
				t.Errorf("%+v", f)
			}
			if c.kind == wire.FrameError && (f.Message != "OCR processing failed" || f.Error != "No page could be read.") {
				t.Errorf("%+v", f)
			}
			l.end(websocket.StatusNormalClosure)

			late := w.dial(id, "Authorization", "Bearer "+w.ann.Tokens.Access)
			late.hear(wire.FrameAuthSuccess)
			late.hear(wire.FrameStatus)
			if c.kind == wire.FrameError {
				late.hear(wire.FrameError)
			}
			late.end(websocket.StatusNormalClosure)
		})
	}
}

func TestSocketOfFinishedJob(t *testing.T) {
	w := newWorld(t)
	id := w.job()
	w.reads.complete(id, "text")
	l := w.dial(id, "Authorization", "Bearer "+w.ann.Tokens.Access)
	l.hear(wire.FrameAuthSuccess)
	if f, _ := l.hear(wire.FrameStatus); f.Status != "completed" {
		t.Errorf("%+v", f)
	}
	if f, _ := l.hear(wire.FrameComplete); f.Preview != "text" {
		t.Errorf("%+v", f)
	}
	l.end(websocket.StatusNormalClosure)
}

func TestSocketRefusals(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Limits.SocketAuth = 300 * time.Millisecond })
	id := w.job()
	t.Run("bad token", func(t *testing.T) {
		l := w.in(t).dial(id)
		l.hear(wire.FrameAuthRequired)
		l.authenticate("nonsense")
		l.hear(wire.FrameAuthFailed)
		l.end(wire.CloseUnauthenticated)
	})
	t.Run("bad token in the handshake", func(t *testing.T) {
		l := w.in(t).dial(id, "Authorization", "Bearer nonsense")
		l.hear(wire.FrameAuthFailed)
		l.end(wire.CloseUnauthenticated)
	})
	t.Run("another clinician", func(t *testing.T) {
		l := w.in(t).dial(id)
		l.hear(wire.FrameAuthRequired)
		l.authenticate(w.ben.Tokens.Access)
		l.hear(wire.FrameAuthSuccess)
		if f, _ := l.hear(wire.FrameProtocol); f.Message != "Job not found" {
			t.Errorf("%+v", f)
		}
		l.end(wire.CloseNotFound)
	})
	t.Run("unknown job", func(t *testing.T) {
		l := w.in(t).dial("nothing", "Authorization", "Bearer "+w.ann.Tokens.Access)
		l.hear(wire.FrameAuthSuccess)
		l.hear(wire.FrameProtocol)
		l.end(wire.CloseNotFound)
	})
	t.Run("too late", func(t *testing.T) {
		l := w.in(t).dial(id)
		l.hear(wire.FrameAuthRequired)
		l.hear(wire.FrameAuthFailed)
		l.end(wire.CloseUnauthenticated)
	})
	t.Run("somebody else takes over", func(t *testing.T) {
		l := w.in(t).dial(id, "Authorization", "Bearer "+w.ann.Tokens.Access)
		l.hear(wire.FrameAuthSuccess)
		l.hear(wire.FrameStatus)
		l.authenticate(w.ben.Tokens.Access)
		l.hear(wire.FrameAuthFailed)
		l.end(wire.CloseUnauthenticated)
	})
	t.Run("large message", func(t *testing.T) {
		l := w.in(t).dial(id)
		l.hear(wire.FrameAuthRequired)
		l.say(`{"type":"` + strings.Repeat("x", maxFrame) + `"}`)
		l.end(websocket.StatusMessageTooBig)
	})
	t.Run("chatter", func(t *testing.T) {
		l := w.in(t).dial(id)
		l.hear(wire.FrameAuthRequired)
		for range maxStrayTries {
			l.say(`{}`)
			l.hear(wire.FrameProtocol)
		}
		l.say(`{}`)
		l.end(websocket.StatusPolicyViolation)
	})
	for origin, ok := range map[string]bool{"https://evil.example": false, "null": false, w.url: true} {
		_, resp, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(w.url, "http")+wire.PathJobProgress(id),
			&websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
		if (err == nil) != ok {
			t.Errorf("origin %s: %v", origin, err)
		}
		if !ok && resp.StatusCode != 403 {
			t.Errorf("origin %s: %s", origin, resp.Status)
		}
	}
	w.call("GET", wire.PathJobProgress(id), "", nil).want(http.StatusUpgradeRequired)
}

// TestSocketEndsWithTheSession: a logout ends the stream although nothing
// happens to the job.
func TestSocketEndsWithTheSession(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Limits.SocketCheck = 20 * time.Millisecond })
	id := w.job()
	l := w.dial(id, "Authorization", "Bearer "+w.ann.Tokens.Access)
	l.hear(wire.FrameAuthSuccess)
	l.hear(wire.FrameStatus)
	w.call("POST", wire.PathLogout, w.ann.Tokens.Access, nil).want(200)
	l.hear(wire.FrameAuthFailed)
	l.end(wire.CloseUnauthenticated)
}

// TestSocketEndsWithTheAssignment: the next event goes to the new clinician only.
func TestSocketEndsWithTheAssignment(t *testing.T) {
	w := newWorld(t)
	id := w.job()
	l := w.dial(id, "Authorization", "Bearer "+w.ann.Tokens.Access)
	l.hear(wire.FrameAuthSuccess)
	l.hear(wire.FrameStatus)
	_, err := w.store.Assign(t.Context(), w.annPatient.ID, w.ben.Clinician.ID, nil, "", core.AuditEvent{
		Type: core.EventPatientAssigned, Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, PatientID: w.annPatient.ID})
	must(t, err)
	w.reads.complete(id, "secret")
	l.hear(wire.FrameProtocol)
	l.end(wire.CloseNotFound)
}

func TestShutdownEndsSockets(t *testing.T) {
	w := newWorld(t)
	id := w.job()
	l := w.dial(id, "Authorization", "Bearer "+w.ann.Tokens.Access)
	l.hear(wire.FrameAuthSuccess)
	l.hear(wire.FrameStatus)
	done := make(chan error, 1)
	go func() { done <- w.api.Shutdown(l.ctx) }()
	l.end(websocket.StatusGoingAway)
	must(t, <-done)
	_, resp, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(w.url, "http")+wire.PathJobProgress(id), nil)
	if err == nil || resp.StatusCode != 503 {
		t.Errorf("a socket after the end: %v", err)
	}
	w.call("GET", "/health/ready", "", nil).want(503)
}
