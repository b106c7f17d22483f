package clinicianapi

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"
)

var (
	errStalled  = errors.New("no byte moved within the idle timeout")
	errRedirect = errors.New("redirect refused")
	errNotLocal = errors.New("plain http to an address that is not on this machine")
)

func newHTTPClients(base *url.URL, opt Options) (api, ws *http.Client) {
	dialer := &net.Dialer{Timeout: opt.ConnectTimeout, KeepAlive: 30 * time.Second}
	if base.Scheme == "http" && !opt.AllowPlainHTTP {
		// "localhost" is only a name: what counts is the address it led to.
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			if !loopbackOnly(address) {
				return errNotLocal
			}
			return nil
		}
	}
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		TLSClientConfig:       tlsConfig(base.Hostname(), opt),
		TLSHandshakeTimeout:   opt.ConnectTimeout,
		ResponseHeaderTimeout: opt.HeaderTimeout,
		ExpectContinueTimeout: 2 * time.Second,
		MaxIdleConns:          16,
		MaxIdleConnsPerHost:   8,
		IdleConnTimeout:       90 * time.Second,
		ForceAttemptHTTP2:     true,
	}
	t1 := t.Clone()
	t1.ForceAttemptHTTP2 = false
	t1.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	t1.TLSClientConfig.NextProtos = nil

	policy := redirectPolicy(base)
	return &http.Client{Transport: t, CheckRedirect: policy}, &http.Client{Transport: t1, CheckRedirect: policy}
}

// redirectPolicy follows redirects within the server only, so that the token
// reaches nobody else, and never lets one turn a POST into a GET.
func redirectPolicy(base *url.URL) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		if len(via) >= 5 || req.Method != via[0].Method || req.URL.Scheme != base.Scheme || req.URL.Host != base.Host {
			return errRedirect
		}
		return nil
	}
}

// watchedBody ends the request when no byte arrives for idle while somebody
// waits for one.
type watchedBody struct {
	io.ReadCloser
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	idle   time.Duration
}

func watchBody(ctx context.Context, cancel context.CancelCauseFunc, body io.ReadCloser, idle time.Duration) *watchedBody {
	timer := time.AfterFunc(idle, func() { cancel(errStalled) })
	timer.Stop()
	return &watchedBody{ReadCloser: body, ctx: ctx, cancel: cancel, timer: timer, idle: idle}
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.timer.Reset(b.idle)
	n, err := b.ReadCloser.Read(p)
	b.timer.Stop()
	if err != nil && err != io.EOF {
		err = causeOf(b.ctx, err)
	}
	return n, err
}

func (b *watchedBody) Close() error {
	b.timer.Stop()
	b.cancel(nil)
	return b.ReadCloser.Close()
}

// causeOf prefers our own reason for ending a request over what net/http makes of it.
func causeOf(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), errStalled) {
		return errStalled
	}
	return err
}

func backoff(attempt int) time.Duration {
	d := 250 * time.Millisecond << min(max(attempt-1, 0), 6)
	d = min(d, 15*time.Second)
	return d/2 + rand.N(d/2+1)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
