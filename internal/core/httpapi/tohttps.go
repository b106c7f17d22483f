package httpapi

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"time"
)

// ToHTTPS gives a listener for a server that talks TLS on l, which tells those who come
// by plain http to come by https. TLS itself is not touched.
func ToHTTPS(l net.Listener) net.Listener { return plainListener{l} }

type plainListener struct{ net.Listener }

func (l plainListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if t, ok := c.(*net.TCPConn); ok && err == nil {
		return &firstByte{TCPConn: t}, nil
	}
	return c, err
}

// firstByte is a connection of which the first byte decides what it is. Reading it is
// left to whoever serves the connection: accepting must not wait for a caller.
type firstByte struct {
	*net.TCPConn
	looked bool
}

// recordHandshake begins every TLS connection (RFC 8446 section 5.1).
const recordHandshake = 0x16

func (c *firstByte) Read(p []byte) (int, error) {
	if c.looked || len(p) == 0 {
		return c.TCPConn.Read(p)
	}
	n, err := c.TCPConn.Read(p[:1])
	if n == 0 {
		return n, err
	}
	c.looked = true
	if p[0] != recordHandshake {
		c.sendAway(p[0])
		return 0, io.EOF
	}
	return n, err
}

// maxPlain is how much is read of a request that is sent away.
const maxPlain = 16 << 10

// sendAway answers a plain request with the same address by https.
func (c *firstByte) sendAway(first byte) {
	_ = c.SetDeadline(time.Now().Add(5 * time.Second)) // of a connection that ends with this
	r, err := http.ReadRequest(bufio.NewReader(io.LimitReader(io.MultiReader(bytes.NewReader([]byte{first}), c.TCPConn), maxPlain)))
	if err != nil || r.Host == "" {
		return // no HTTP either
	}
	answer := http.Response{StatusCode: http.StatusPermanentRedirect, ProtoMajor: 1, ProtoMinor: 1, Close: true,
		Header: http.Header{"Location": {"https://" + r.Host + r.URL.RequestURI()}}}
	_ = answer.Write(c.TCPConn) // the caller may be gone
}
