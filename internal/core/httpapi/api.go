// Package httpapi is the transport of core/app: HTTP and WebSocket in the
// conventions of the service this one replaces. Every handler parses a
// request, calls one use case and encodes its answer; what may be done by
// whom is decided in app, never here.
//
// All routes stand in one table in routes.go; one function writes errors.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/rs/cors"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/wire"
)

// Config is what an API needs; App is required.
type Config struct {
	App *app.Service
	Log *slog.Logger // default: nothing is logged

	// AllowedHosts are the names this server answers to: exact, ".example.org"
	// for a domain and its subdomains, or "*". Empty means loopback names only;
	// Debug adds those to any list.
	AllowedHosts []string
	// CORSOrigins are the web origins ("https://host:port") whose pages may call
	// the API with credentials and open its WebSockets. See CheckOrigin.
	CORSOrigins []string
	Debug       bool
	// Development says why this server is no real one, for /health/ and limits; "" when it is.
	Development string
	// BehindProxy trusts the last X-Forwarded-For entry, X-Forwarded-Proto and
	// X-Request-Id. Set it only when every request comes through our own proxy.
	BehindProxy bool
	// TLS says that callers reach this server by https only; adds HSTS.
	TLS   bool
	Clock core.Clock
	// Cookies are the names under which pages keep their tokens; default
	// wire.CookieNames(false).
	Cookies wire.Cookies
	// Observe is told of each request that was answered: the pattern of its path, never
	// the path; nil: nobody is.
	Observe func(route, method string, status int, bytes int64, took time.Duration)
	// APIDocs opens the description of this API and the pages that show it.
	APIDocs bool

	// Patience with slow clients; zero values take the defaults.
	Limits Limits
}

// Limits bound what one client can hold on to.
type Limits struct {
	BodyStall   time.Duration // without a byte of the body; default 30 s
	BodyGrace   time.Duration // before MinRate counts; default 10 s
	MinRate     int64         // bytes a second a body must come in with; default 16 KiB
	WriteStall  time.Duration // without progress of a download; default 60 s
	SocketAuth  time.Duration // until a WebSocket must have authenticated; default 30 s
	SocketCheck time.Duration // between pings; default 25 s
}

func (l Limits) orDefaults() Limits {
	if l.BodyStall == 0 {
		l.BodyStall = 30 * time.Second
	}
	if l.BodyGrace == 0 {
		l.BodyGrace = 10 * time.Second
	}
	if l.MinRate == 0 {
		l.MinRate = 16 << 10
	}
	if l.WriteStall == 0 {
		l.WriteStall = time.Minute
	}
	if l.SocketAuth == 0 {
		l.SocketAuth = 30 * time.Second
	}
	if l.SocketCheck == 0 {
		l.SocketCheck = 25 * time.Second
	}
	return l
}

// API answers HTTP requests. It starts no goroutines of its own but those of
// open WebSockets, which end with Shutdown.
type API struct {
	Config
	hosts   hostList
	origins map[string]bool
	mux     *http.ServeMux
	handler http.Handler
	pages   http.Handler // nil: none; see Mount

	jsonUploads chan struct{} // places for uploads that arrive inside JSON and so sit in memory

	closing context.Context // ends when Shutdown begins
	close   context.CancelFunc
	mu      sync.Mutex // guards the step from "not closing" to "one more socket"
	sockets sync.WaitGroup
}

// New makes an API. An origin that CheckOrigin refuses is left out and logged.
func New(c Config) *API {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Clock == nil {
		c.Clock = core.SystemClock
	}
	if c.Cookies == (wire.Cookies{}) {
		c.Cookies = wire.CookieNames(false)
	}
	c.Limits = c.Limits.orDefaults()
	a := &API{Config: c, hosts: newHostList(c.AllowedHosts, c.Debug), origins: map[string]bool{},
		jsonUploads: make(chan struct{}, 4)}
	a.closing, a.close = context.WithCancel(context.Background())

	crossOrigin := http.NewCrossOriginProtection()
	for _, o := range c.CORSOrigins {
		if err := CheckOrigin(o); err != nil {
			c.Log.Error("CORS origin left out", "origin", o, "err", err)
			continue
		}
		a.origins[o] = true
		_ = crossOrigin.AddTrustedOrigin(o) // CheckOrigin asked the same
	}
	crossOrigin.SetDenyHandler(http.HandlerFunc(a.refuseCrossOrigin))

	a.mux = a.newMux()
	// Outermost last: the log sees everything, the mux only what passed.
	h := a.slashes(a.mux)
	h = crossOrigin.Handler(h)
	h = a.cors().Handler(h)
	h = a.split(h)
	h = a.headers(h)
	h = a.checkHost(h)
	a.handler = a.observe(h)
	return a
}

// CheckOrigin reports what is wrong with a CORS origin: it must be scheme and
// host with an optional port, nothing else.
func CheckOrigin(origin string) error {
	return http.NewCrossOriginProtection().AddTrustedOrigin(origin)
}

// Handler answers everything under /api/, /health/, /media/ and /ws/, and with Mount
// all else. The
// http.Server around it sets ConnContext to KeepConn, ReadHeaderTimeout,
// IdleTimeout and MaxHeaderBytes, and no ReadTimeout or WriteTimeout: bodies have deadlines
// that move with their progress.
func (a *API) Handler() http.Handler { return a.handler }

// Shutdown closes all WebSockets with "going away" and waits for them until
// ctx ends. http.Server.Shutdown does not know them: call both, this first.
func (a *API) Shutdown(ctx context.Context) error {
	a.mu.Lock()
	a.close()
	a.mu.Unlock()
	done := make(chan struct{})
	go func() {
		a.sockets.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// enter counts one more WebSocket; false when the server is stopping.
func (a *API) enter() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closing.Err() != nil {
		return false
	}
	a.sockets.Add(1)
	return true
}

// cors lets pages of the listed origins, and no others, call with credentials.
func (a *API) cors() *cors.Cors {
	return cors.New(cors.Options{
		AllowOriginFunc:  func(origin string) bool { return a.origins[origin] },
		AllowCredentials: true,
		AllowedMethods:   []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"},
		AllowedHeaders: []string{"Accept", "Authorization", "Content-Type", "If-Match", "Range", "Upload-Complete", "Upload-Offset",
			"X-CSRFToken", "X-Requested-With"},
		ExposedHeaders: []string{"Accept-Ranges", "Content-Disposition", "Content-Range", "ETag", "Location", "Retry-After",
			"Upload-Complete", "Upload-Length", "Upload-Limit", "Upload-Offset",
			"X-Content-SHA256", "X-Record-Status", "X-Request-Id"},
		MaxAge:               600,
		OptionsSuccessStatus: http.StatusOK,
	})
}
