package web

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/httpapi"
	"clinician/internal/core/wire"
)

// Config is what a Site needs; App and API are required.
type Config struct {
	App *app.Service
	API *httpapi.API // the transport it stands beside: log lines, addresses, bodies
	Log *slog.Logger // default: nothing is logged

	Cookies  wire.Cookies   // default wire.CookieNames(false)
	Location *time.Location // the clinic's time zone; default local
	Clock    core.Clock
	// ToHTTPS sends whoever comes by http to the same address by https.
	ToHTTPS bool
	// Notice stands on top of every page, for example that this is no real server; "" none.
	Notice string
	// Idle is how long nobody may use a page that is open, before it signs out by
	// itself; default 30 minutes.
	Idle time.Duration
	// NoSignup takes the page away on which clinicians make accounts of their own.
	NoSignup bool
}

// Site answers requests for pages. It keeps nothing of a request.
type Site struct {
	Config
	mux    *http.ServeMux
	origin *http.CrossOriginProtection
	views  views
	static map[string]asset
}

// New makes a Site; hand it to httpapi.API.Mount.
func New(c Config) *Site {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Clock == nil {
		c.Clock = core.SystemClock
	}
	if c.Location == nil {
		c.Location = time.Local
	}
	if c.Idle == 0 {
		c.Idle = 30 * time.Minute
	}
	if c.Cookies == (wire.Cookies{}) {
		c.Cookies = wire.CookieNames(false)
	}
	s := &Site{Config: c, origin: http.NewCrossOriginProtection(), static: readAssets()}
	s.views = parseViews(s.staticPath)
	s.mux = s.newMux()
	return s
}

// policy lets a page load what comes from this server, and nothing else run.
const policy = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Vary", "Cookie")
	if s.ToHTTPS && s.API.ByHTTP(r) {
		http.Redirect(w, r, "https://"+r.Host+r.URL.RequestURI(), http.StatusPermanentRedirect)
		return
	}
	if to := s.slashed(r); to != "" {
		h.Set("Location", to)
		w.WriteHeader(http.StatusMovedPermanently)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// now is the time in the clinic's zone.
func (s *Site) now() time.Time { return s.Clock().In(s.Location) }

// logFailure notes what is ours to mend.
func (s *Site) logFailure(ctx context.Context, r *http.Request, userID int64, err error) {
	if code := core.CodeOf(err); code == core.CodeInternal || code == core.CodeUnavailable {
		s.Log.ErrorContext(ctx, "page failed", "request_id", s.API.RequestID(r), "user_id", userID, "code", code, "err", err)
	}
}

// ownPath reports whether a path to go on to is one of this server: nothing that a
// browser could take for another's address.
func ownPath(next string) bool {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") {
		return false
	}
	return !strings.ContainsFunc(next, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f })
}
