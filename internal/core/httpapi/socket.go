package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/wire"
)

const (
	maxFrame      = 8 << 10          // of a message from a client
	frameTimeout  = 10 * time.Second // to get one message out
	maxStrayTries = 16               // messages before authentication
)

// progress is the WebSocket of a job: identity first, then a snapshot, then
// what happens, then a certain ending. The handshake may bring the token in its
// Authorization header, or from a page of ours in the cookie; other browsers' pages
// send it as the first message.
func (a *API) progress(w http.ResponseWriter, r *http.Request) error {
	if !a.socketOrigin(r) {
		return errOrigin
	}
	if !a.enter() {
		return core.Errorf(core.CodeUnavailable, "The server is stopping. Try again in a moment.")
	}
	defer a.sockets.Done()
	token, ok := bearerToken(r)
	if c, err := r.Cookie(a.Cookies.Access); !ok && err == nil && ownOrigin(r) {
		token = c.Value
	}
	from := a.client(r)
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // socketOrigin has looked
	if err != nil {
		return nil // Accept has answered
	}
	defer conn.CloseNow()
	conn.SetReadLimit(maxFrame)

	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	s := &socket{api: a, conn: conn, jobID: r.PathValue("id"), from: from, note: noteOf(r)}
	defer s.unwatch()
	code, reason := s.run(ctx, token)
	_ = conn.Close(code, reason) // waits for the client's answer, five seconds at most
	return nil
}

// socketOrigin allows programs, our own pages and the listed origins.
func (a *API) socketOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin == "" || a.origins[origin] || ownOrigin(r)
}

// ownOrigin reports whether a page of this server opens the socket.
func ownOrigin(r *http.Request) bool {
	u, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// socket is one connection. Only run writes to it.
type socket struct {
	api   *API
	conn  *websocket.Conn
	jobID string
	from  core.Client
	note  *note

	session *app.Session // nil until authenticated
	events  chan watched
	watch   core.JobWatch
	stop    context.CancelFunc // of the goroutine that pulls watch
	last    core.Job           // as the client knows it
	tries   int
}

// watched is what one pull of a watch gave.
type watched struct {
	event core.JobEvent
	err   error
}

// received is one message of the client, or the end of them.
type received struct {
	Type      string `json:"type"`
	Token     string `json:"token"`
	Timestamp any    `json:"timestamp"`

	bad bool // not JSON, or of other types
	err error
}

// ending is the close code a connection ends with. The zero value goes on.
type ending struct {
	code   websocket.StatusCode
	reason string
}

// run serves the connection and says how to close it. ctx must outlive the
// closing: ending it cuts the connection off.
func (s *socket) run(ctx context.Context, token string) (websocket.StatusCode, string) {
	incoming := make(chan received)
	go s.receive(ctx, incoming)
	pings := make(chan error, 1)

	end := s.greet(ctx, token)
	deadline := time.NewTimer(s.api.Limits.SocketAuth)
	defer deadline.Stop()
	check := time.NewTicker(s.api.Limits.SocketCheck)
	defer check.Stop()
	for end.code == 0 {
		select {
		case <-s.api.closing.Done():
			end = ending{websocket.StatusGoingAway, "the server is stopping"}
		case in := <-incoming:
			end = s.handle(ctx, in)
		case ev := <-s.events:
			end = s.forward(ctx, ev)
		case <-deadline.C:
			if s.session == nil {
				s.send(ctx, wire.Frame{Type: wire.FrameAuthFailed, Message: "Authentication took too long"})
				end = ending{wire.CloseUnauthenticated, "not authenticated in time"}
			}
		case <-check.C:
			go s.ping(ctx, pings)
		case err := <-pings:
			if err != nil {
				end = ending{websocket.StatusPolicyViolation, "no answer to ping"}
			}
		}
	}
	return end.code, end.reason
}

// receive reads messages until the connection or ctx ends.
func (s *socket) receive(ctx context.Context, out chan<- received) {
	for {
		_, data, err := s.conn.Read(ctx)
		in := received{err: err}
		if err == nil {
			in.bad = json.Unmarshal(data, &in) != nil
		}
		select {
		case out <- in:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// ping fails when the client does not answer in time.
func (s *socket) ping(ctx context.Context, result chan<- error) {
	ctx, cancel := context.WithTimeout(ctx, frameTimeout)
	defer cancel()
	err := s.conn.Ping(ctx)
	select {
	case result <- err:
	default: // run has ended, or has not looked at the one before
	}
}

func (s *socket) greet(ctx context.Context, token string) ending {
	if token != "" {
		return s.authenticate(ctx, token)
	}
	return s.send(ctx, wire.Frame{Type: wire.FrameAuthRequired, Message: "Please authenticate with your JWT token"})
}

func (s *socket) handle(ctx context.Context, in received) ending {
	if in.err != nil {
		return ending{websocket.StatusNormalClosure, ""}
	}
	if s.session == nil {
		if s.tries++; s.tries > maxStrayTries {
			return ending{websocket.StatusPolicyViolation, "authenticate first"}
		}
	}
	switch {
	case in.bad:
		return s.complain(ctx, "Invalid JSON format")
	case in.Type == wire.FrameAuthenticate:
		return s.authenticate(ctx, in.Token)
	case s.session == nil:
		return s.complain(ctx, "Authentication required")
	case in.Type == wire.FramePing:
		return s.send(ctx, wire.Frame{Type: wire.FramePong, Timestamp: in.Timestamp})
	case in.Type == wire.FrameGetStatus:
		return s.status(ctx)
	}
	return ending{} // unknown kinds are for other versions
}

// authenticate proves the client and starts the stream, also for a client that
// does it again with a fresh token.
func (s *socket) authenticate(ctx context.Context, token string) ending {
	if token == "" {
		return s.send(ctx, wire.Frame{Type: wire.FrameAuthFailed, Message: "No token provided"})
	}
	p, err := s.api.App.Authenticate(ctx, token, s.from)
	if err != nil {
		return s.refused(ctx, err)
	}
	if s.session != nil && s.session.Principal().UserID != p.UserID {
		return s.refused(ctx, core.Errorf(core.CodeUnauthenticated, "This connection belongs to another user"))
	}
	again := s.watch != nil && s.session.Principal().SessionID == p.SessionID
	s.session, s.note.userID = s.api.App.As(core.Acting{Principal: p, Token: core.NewToken(token)}), p.UserID
	if end := s.send(ctx, wire.Frame{Type: wire.FrameAuthSuccess, Message: "Authentication successful",
		JobID: s.jobID, UserID: p.UserID}); end.code != 0 {
		return end
	}
	if again {
		return s.status(ctx)
	}
	s.unwatch()
	w, err := s.session.WatchJob(ctx, s.jobID)
	if err != nil {
		return s.refused(ctx, err)
	}
	var pull context.Context
	pull, s.stop = context.WithCancel(ctx)
	s.watch, s.events, s.last = w, make(chan watched), core.Job{}
	go follow(pull, w, s.events)
	return ending{}
}

// follow pulls events until the watch or ctx ends.
func follow(ctx context.Context, w core.JobWatch, out chan<- watched) {
	for {
		ev, err := w.Next(ctx)
		select {
		case out <- watched{ev, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

func (s *socket) unwatch() {
	if s.watch != nil {
		s.stop()
		_ = s.watch.Close()
		s.watch, s.events = nil, nil
	}
}

// refused tells the client why there is nothing (more) to see, and closes.
func (s *socket) refused(ctx context.Context, err error) ending {
	switch core.CodeOf(err) {
	case core.CodeUnauthenticated, core.CodeForbidden:
		s.send(ctx, wire.Frame{Type: wire.FrameAuthFailed, Message: core.MessageOf(err)})
		return ending{wire.CloseUnauthenticated, "not authenticated"}
	case core.CodeNotFound:
		s.complain(ctx, core.MessageOf(err))
		return ending{wire.CloseNotFound, "job not found"}
	}
	s.api.Log.ErrorContext(ctx, "progress broken off", "request_id", s.note.id, "job_id", s.jobID, "err", err)
	s.complain(ctx, "Failed to retrieve job status")
	return ending{websocket.StatusTryAgainLater, "try again"}
}

// forward tells the client of an event: the first as a snapshot, then
// progress, and the ending as what it is.
func (s *socket) forward(ctx context.Context, ev watched) ending {
	if errors.Is(ev.err, io.EOF) {
		return ending{websocket.StatusNormalClosure, "the job has ended"}
	}
	if ev.err != nil {
		return s.refused(ctx, ev.err)
	}
	first := s.last.ID == ""
	s.last = ev.event.Job
	if first {
		if end := s.send(ctx, statusFrame(s.last)); end.code != 0 {
			return end
		}
	}
	if ev.event.Final() {
		return s.finish(ctx, first)
	}
	if first {
		return ending{}
	}
	return s.send(ctx, progressFrame(ev.event))
}

// finish sends how the job ended.
func (s *socket) finish(ctx context.Context, statusSent bool) ending {
	end := ending{}
	switch s.last.Status {
	case core.JobCompleted:
		result, preview, err := s.session.Preview(ctx, s.jobID, maxPreview)
		if err != nil {
			return s.refused(ctx, err)
		}
		end = s.send(ctx, completeFrame(s.last, result, preview, s.api.Clock()))
	case core.JobFailed:
		end = s.send(ctx, failedFrame(s.last, s.api.Clock()))
	default:
		if !statusSent {
			end = s.send(ctx, statusFrame(s.last))
		}
	}
	if end.code == 0 {
		end = ending{websocket.StatusNormalClosure, "the job has ended"}
	}
	return end
}

// status answers get_status; before the snapshot has come that one will do.
func (s *socket) status(ctx context.Context) ending {
	if s.last.ID == "" {
		return ending{}
	}
	return s.send(ctx, statusFrame(s.last))
}

func (s *socket) complain(ctx context.Context, what string) ending {
	return s.send(ctx, wire.Frame{Type: wire.FrameProtocol, Message: what})
}

// send writes one message; a client that does not take it in time is gone.
func (s *socket) send(ctx context.Context, frame any) ending {
	data, err := json.Marshal(frame)
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, frameTimeout)
		defer cancel()
		err = s.conn.Write(ctx, websocket.MessageText, data)
	}
	if err != nil {
		return ending{websocket.StatusGoingAway, "cannot write"}
	}
	return ending{}
}
