package httpapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// streamSize is more than all buffers between a server and a reader who stopped.
const streamSize = 12 << 20

// patience is within what the specification of streams allows; endings are
// expected at once.
const patience = 5 * time.Second

// streamer reads one thing slowly, in a session and of a patient of its own.
type streamer struct {
	*world
	in      core.SignedIn
	patient core.Patient
	record  core.Record
}

func (w *world) streamer(t *testing.T) *streamer {
	s := &streamer{world: w.in(t)}
	s.in = s.login("ann@example.org")
	s.patient = s.world.patient("Stream", "Reader", w.ann.Clinician.ID)
	var up wire.Uploaded
	s.send(wire.PathPatientRecords(s.patient.ID), s.in.Tokens.Access, "medical_record_type_id", "1",
		"file:note.txt", strings.Repeat("0123456789abcde\n", streamSize/16)).want(201).into(&up)
	s.record = up.Record
	return s
}

func (w *world) login(email string) (in core.SignedIn) {
	w.t.Helper()
	w.call("POST", wire.PathLogin, "", map[string]any{"email": email, "password": password}).want(200).into(&in)
	return in
}

// open is a stream that has begun; ended waits for its end and gives the code
// that a socket was closed with.
type open struct {
	ended func() websocket.StatusCode
}

// slow begins to read an answer, and stops.
func (s *streamer) slow(path string) open {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	must(s.t, err)
	s.t.Cleanup(func() { conn.Close() })
	must(s.t, conn.SetDeadline(time.Now().Add(4*patience)))
	id := "stream-" + s.record.ID
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: %s\r\nAuthorization: Bearer %s\r\n\r\n", path, id, s.in.Tokens.Access)
	must(s.t, err)
	resp, err := http.ReadResponse(bufio.NewReaderSize(conn, 16), nil)
	must(s.t, err)
	if resp.StatusCode != 200 || resp.ContentLength < streamSize {
		s.t.Fatalf("%s: %s, %d bytes", path, resp.Status, resp.ContentLength)
	}
	_, err = io.ReadFull(resp.Body, make([]byte, 100))
	must(s.t, err)
	return open{func() websocket.StatusCode {
		s.t.Helper()
		end := time.Now().Add(patience)
		for !strings.Contains(s.log.String(), `"request","request_id":"`+id+`"`) { // written when the answer has ended
			if time.Now().After(end) {
				s.t.Fatalf("%s goes on", path)
			}
			time.Sleep(5 * time.Millisecond)
		}
		must(s.t, conn.SetDeadline(end))
		n, err := io.Copy(io.Discard, resp.Body)
		switch {
		case err == nil || n > streamSize-200:
			s.t.Errorf("%s was given out whole", path)
		case errors.Is(err, os.ErrDeadlineExceeded):
			s.t.Errorf("%s goes on after %d bytes", path, n)
		case n > streamSize/4:
			s.t.Errorf("%s: %d bytes were given out after the end", path, n)
		}
		return 0
	}}
}

var streamKinds = map[string]func(s *streamer) open{
	"download": func(s *streamer) open { return s.slow(wire.PathRecordAct(s.record.ID, "download")) },
	"page image": func(s *streamer) open {
		return s.slow(wire.PathRecord(s.record.ID) + "pages/1/image/")
	},
	"temporary view": func(s *streamer) open {
		var v wire.TempView
		s.call("POST", wire.PathRecordAct(s.record.ID, "view"), s.in.Tokens.Access, nil).want(200).into(&v)
		return s.slow(v.TempURL)
	},
	"socket": func(s *streamer) open {
		var job wire.Submitted
		s.call("POST", wire.PathRecordAct(s.record.ID, "analyze"), s.in.Tokens.Access, nil).want(200).into(&job)
		l := s.dial(job.JobID, "Authorization", "Bearer "+s.in.Tokens.Access)
		l.hear(wire.FrameAuthSuccess)
		l.hear(wire.FrameStatus)
		return open{func() websocket.StatusCode {
			s.t.Helper()
			ctx, cancel := context.WithTimeout(l.ctx, patience)
			defer cancel()
			for {
				_, _, err := l.conn.Read(ctx)
				if code := websocket.CloseStatus(err); code != -1 {
					return code
				}
				if err != nil {
					s.t.Fatalf("the socket: %v", err)
				}
			}
		}}
	},
}

// ending takes the right to a stream away.
type streamEnding struct {
	end func(s *streamer)
	// here: by an act in this process, which is enough. Otherwise somebody else did
	// it, and the check that comes every few seconds finds it.
	here bool
	// told: a job's socket hears how the job ended, and is closed for that.
	told bool
}

func (s *streamer) act(name string, body map[string]any) {
	s.call("POST", wire.PathRecordLifecycle(s.record.ID, name), s.in.Tokens.Access, body).want(200)
}

func did(kind string) core.AuditEvent {
	return core.AuditEvent{Type: kind, Action: core.ActionUpdate, Outcome: core.OutcomeSuccess}
}

var streamEndings = map[string]streamEnding{
	"logout": {here: true, end: func(s *streamer) { s.call("POST", wire.PathLogout, s.in.Tokens.Access, nil).want(200) }},
	"logout everywhere": {here: true, end: func(s *streamer) {
		other := s.login("ann@example.org")
		s.call("POST", wire.PathLogout, other.Tokens.Access, map[string]any{"everywhere": true}).want(200)
	}},
	"moved": {here: true, end: func(s *streamer) {
		s.act(wire.ActMove, map[string]any{"patient_id": s.benPatient.ID, "family_name": "Zorngarten", "birth_year": 1960, "reason": "misfiled"})
	}},
	"entered in error": {here: true, told: true, end: func(s *streamer) { s.act(wire.ActEnteredInError, map[string]any{"reason": "scanned twice"}) }},
	"deleted": {here: true, told: true, end: func(s *streamer) {
		s.call("DELETE", wire.PathRecordAct(s.record.ID, "delete"), s.in.Tokens.Access, nil).want(200)
	}},
	"session ended elsewhere": {end: func(s *streamer) {
		_, err := s.store.RevokeUser(s.t.Context(), s.in.User.ID, did(core.EventLogout))
		must(s.t, err)
	}},
	"locked out": {end: func(s *streamer) {
		must(s.t, s.store.SetActive(s.t.Context(), s.in.User.ID, false, did(core.EventUserDisabled)))
		s.t.Cleanup(func() {
			must(s.t, s.store.SetActive(context.Background(), s.in.User.ID, true, did(core.EventUserDisabled)))
		})
	}},
	"reassigned": {end: func(s *streamer) {
		ev := did(core.EventPatientAssigned)
		ev.PatientID = s.patient.ID
		_, err := s.store.Assign(s.t.Context(), s.patient.ID, s.ben.Clinician.ID, nil, "", ev)
		must(s.t, err)
	}},
	"moved elsewhere": {end: func(s *streamer) {
		ev := did(core.EventRecordMoved)
		ev.UserID, ev.PatientID = s.in.User.ID, s.patient.ID
		_, err := s.api.App.Contents.MoveRecord(s.t.Context(), core.Acting{}, s.record.ID, core.RecordMove{PatientID: s.benPatient.ID, Reason: "misfiled"}, ev)
		must(s.t, err)
	}},
	"deleted elsewhere": {end: func(s *streamer) {
		must(s.t, s.api.App.Records.Delete(s.t.Context(), core.Acting{}, s.record.ID, did(core.EventRecordDeleted)))
	}},
}

// Whatever takes time to give out ends with the right to it, whoever ended that;
// and what nobody may see any more is not delivered from buffers either.
func TestStreamsEndWithTheRightToThem(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.BehindProxy = true }) // takes our request ids
	w.api.App.Pages = fakePages{more: streamSize}
	ticks := make(chan time.Time)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.api.App.FollowStreams(ctx, ticks)
	}()
	defer func() {
		cancel()
		<-done
	}()
	for what, ending := range streamEndings {
		for kind, begin := range streamKinds {
			t.Run(kind+", "+what, func(t *testing.T) {
				s := w.streamer(t)
				o := begin(s)
				ending.end(s)
				if !ending.here {
					ticks <- time.Time{}
				}
				code := o.ended()
				if kind == "socket" && code != wire.CloseUnauthenticated && !(ending.told && code == websocket.StatusNormalClosure) {
					t.Errorf("closed with %d", code)
				}
			})
		}
	}
	denied := 0
	for _, ev := range w.audited(core.EventRecordDownloaded) {
		if ev.Outcome == core.OutcomeDenied {
			denied++
		}
	}
	if denied != 1 { // reassigned; the others are no denials
		t.Errorf("%d denials of downloads were recorded", denied)
	}
}

// Who still has the right is not disturbed: not by what happens to others and
// their records, not by a store that does not answer.
func TestStreamsGoOnWithTheRightToThem(t *testing.T) {
	w := newWorld(t)
	s, other := w.streamer(t), w.streamer(t)
	s.act(wire.ActEnteredInError, map[string]any{"reason": "but wanted all the same"})
	conn, err := http.NewRequestWithContext(t.Context(), "GET", w.url+wire.PathRecordAct(s.record.ID, "download")+"?include=all", nil)
	must(t, err)
	conn.Header.Set("Authorization", "Bearer "+s.in.Tokens.Access)
	resp, err := http.DefaultClient.Do(conn)
	must(t, err)
	defer resp.Body.Close()

	w.call("DELETE", wire.PathRecordAct(other.record.ID, "delete"), other.in.Tokens.Access, nil).want(200)
	w.call("POST", wire.PathLogout, other.in.Tokens.Access, nil).want(200)
	w.api.App.CheckStreams(t.Context())
	up := w.api.App.Sessions
	w.api.App.Sessions = silentSessions{up}
	w.api.App.CheckStreams(t.Context())
	w.api.App.Sessions = up
	n, err := io.Copy(io.Discard, resp.Body)
	if err != nil || n != streamSize {
		t.Errorf("%d bytes, %v", n, err)
	}
	w.api.App.CheckStreams(t.Context())
	w.call("GET", wire.PathRecord(s.record.ID), s.in.Tokens.Access, nil).want(200)
}

// silentSessions does not answer.
type silentSessions struct{ core.Sessions }

func (silentSessions) Active(context.Context, string, time.Time) (core.Session, core.User, error) {
	return core.Session{}, core.User{}, core.Errorf(core.CodeUnavailable, "The database does not answer.")
}
