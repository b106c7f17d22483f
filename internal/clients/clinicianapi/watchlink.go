package clinicianapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// link is one live connection with its heartbeat.
type link struct {
	conn *websocket.Conn
	stop chan struct{}
	once sync.Once
	beat sync.WaitGroup
}

// connect opens a connection and proves who is asking, with a second token
// when the first was refused.
func (w *Frames) connect(ctx context.Context) (*link, error) {
	g, err := w.c.token(ctx, renewAhead)
	if err != nil {
		return nil, err
	}
	l, err := w.dial(ctx, g)
	if core.CodeOf(err) != core.CodeUnauthenticated {
		return l, err
	}
	if g, err = w.c.renewed(ctx, g); err != nil {
		return nil, err
	}
	return w.dial(ctx, g)
}

func (w *Frames) dial(ctx context.Context, g grant) (*link, error) {
	ctx, cancel := context.WithTimeout(ctx, watchTimeout)
	defer cancel()
	u := *w.c.base
	u.Scheme = "ws" + strings.TrimPrefix(u.Scheme, "http")
	u.Path = wire.PathJobProgress(w.jobID)
	// No Authorization header: the server would take it for a first
	// authentication, and the frame every server needs for a second.
	header := http.Header{"User-Agent": {w.c.opt.UserAgent}}
	conn, resp, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{HTTPClient: w.c.ws, HTTPHeader: header})
	if err != nil {
		if resp != nil && resp.StatusCode >= 300 {
			body, _ := io.ReadAll(io.LimitReader(resp.Body, maxError))
			return nil, w.c.decodeError(resp.StatusCode, resp.Header, body)
		}
		return nil, w.c.failed(ctx, err)
	}
	conn.SetReadLimit(maxFrame)
	l := &link{conn: conn, stop: make(chan struct{})}
	if err := w.authenticate(ctx, l, g.access); err != nil {
		l.close()
		return nil, err
	}
	l.beat.Go(func() { l.heartbeat(w.c.opt.PingEvery) })
	return l, nil
}

func (w *Frames) authenticate(ctx context.Context, l *link, token string) error {
	if err := l.write(ctx, wire.Frame{Type: wire.FrameAuthenticate, Token: token}); err != nil {
		return w.c.failed(ctx, err)
	}
	for {
		f, err := w.read(ctx, l, watchTimeout)
		if err != nil {
			return err
		}
		switch f.Type {
		case wire.FrameAuthSuccess:
			return nil
		case wire.FrameAuthFailed:
			return errSessionOver()
		case wire.FrameProtocol:
			return w.complaint(ctx, l, f.Message)
		}
	}
}

func (l *link) write(ctx context.Context, f wire.Frame) error {
	b, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return l.conn.Write(ctx, websocket.MessageText, b)
}

// heartbeat pings until the connection is closed, so that a dead one is noticed.
func (l *link) heartbeat(every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		var now time.Time
		select {
		case <-l.stop:
			return
		case now = <-t.C:
		}
		ctx, cancel := context.WithTimeout(context.Background(), every)
		err := l.write(ctx, wire.Frame{Type: wire.FramePing, Timestamp: now.Unix()})
		cancel()
		if err != nil {
			return // the reader learns of it by itself
		}
	}
}

func (l *link) close() {
	l.once.Do(func() {
		close(l.stop)
		l.conn.CloseNow()
		l.beat.Wait()
	})
}
