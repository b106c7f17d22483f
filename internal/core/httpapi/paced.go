package httpapi

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"clinician/internal/core/app"
)

// sendBuffer is the size of a connection's buffer in the kernel, which Linux
// doubles: so much may be on the way to a reader who is slow. It is thrown away when
// the right to the answer ends. Smaller ones cost a wake-up for each piece.
const sendBuffer = 1 << 20

// tcpConn is a net.TCPConn, or one with something around it.
type tcpConn interface {
	net.Conn
	SetWriteBuffer(bytes int) error
	SetLinger(sec int) error
}

// connKey finds the connection of a request; see KeepConn.
type connKey struct{}

// KeepConn is for http.Server.ConnContext: answers whose right to be given out ends
// are cut off at their connection.
//
// It also bounds what lies in buffers on the way: a connection that the kernel sizes
// by itself lets a slow reader's machine fill with tens of megabytes, which nobody can
// take back.
func KeepConn(ctx context.Context, c net.Conn) context.Context {
	t := c
	if s, ok := c.(*tls.Conn); ok {
		t = s.NetConn()
	}
	if t, ok := t.(tcpConn); ok {
		_ = t.SetWriteBuffer(sendBuffer) // a kernel that refuses keeps its own size
	}
	return context.WithValue(ctx, connKey{}, c)
}

// pacedWriter gives out an answer that takes its time. Each write has its own
// deadline, so that a reader who stopped does not hold decrypted bytes and a
// connection for ever; and when the right to the answer ends, so does a write that
// waits. finish must follow the last write.
type pacedWriter struct {
	http.ResponseWriter
	rc    *http.ResponseController
	conn  net.Conn // nil: several answers share one (HTTP/2), or it is not known
	stall time.Duration
	st    *app.Stream

	unhook func() bool   // takes interrupt back; false when it has begun
	hooked chan struct{} // closed when interrupt is done
}

// newPacedWriter writes the answer to r as long as st has not ended.
func (a *API) newPacedWriter(w http.ResponseWriter, r *http.Request, st *app.Stream) *pacedWriter {
	p := &pacedWriter{ResponseWriter: w, rc: http.NewResponseController(w), stall: a.Limits.WriteStall, st: st, hooked: make(chan struct{})}
	if r.ProtoMajor == 1 {
		p.conn, _ = r.Context().Value(connKey{}).(net.Conn)
	}
	p.unhook = context.AfterFunc(st.Context(), p.interrupt)
	return p
}

// interrupt ends the write that waits. A connection is reset: closed in good
// order it would go on to deliver what the kernel holds of the answer, megabytes
// for a slow reader. Where only the deadline can be set, the order of a write
// matters: deadline, look at the stream, write; so it sees the end, or has this
// deadline.
func (w *pacedWriter) interrupt() {
	defer close(w.hooked)
	if w.st.Err() == nil {
		return // the caller left
	}
	conn := w.conn
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn() // tls.Conn.Close would wait to say farewell
	}
	if t, ok := conn.(tcpConn); ok {
		_ = t.SetLinger(0)
		_ = t.Close() // nothing more is owed
		return
	}
	_ = w.rc.SetWriteDeadline(time.Unix(1, 0))
}

func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *pacedWriter) Write(p []byte) (int, error) {
	_ = w.rc.SetWriteDeadline(time.Now().Add(w.stall)) // not supported under test recorders
	if err := w.st.Context().Err(); err != nil {
		return 0, err
	}
	return w.ResponseWriter.Write(p)
}

// pieces lends what ReadFrom reads into: as much as one segment of sealed content.
var pieces = sync.Pool{New: func() any { b := make([]byte, 64<<10); return &b }}

// ReadFrom writes src in large pieces: each costs a deadline and a system call.
func (w *pacedWriter) ReadFrom(src io.Reader) (n int64, err error) {
	buf := pieces.Get().(*[]byte)
	defer func() {
		clear(*buf)
		pieces.Put(buf)
	}()
	return io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{src}, *buf)
}

// finish ends the writing. When the right to the answer ended first, it breaks
// the answer off, whatever the handler would do.
func (w *pacedWriter) finish() {
	if !w.unhook() {
		<-w.hooked
	}
	if w.st.Err() != nil {
		panic(http.ErrAbortHandler)
	}
	_ = w.rc.SetWriteDeadline(time.Time{})
}
