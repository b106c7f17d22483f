package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// note collects what the access log says of a request. It is filled in on the
// way and never holds paths, queries, names or tokens.
type note struct {
	id      string
	pattern string
	userID  int64
	status  int
	bytes   int64
}

type noteKey struct{}

// noteOf gives the request's note; a spare one outside observe.
func noteOf(r *http.Request) *note {
	if n, ok := r.Context().Value(noteKey{}).(*note); ok {
		return n
	}
	return &note{}
}

// observe gives each request an id, writes one log line about it and turns a
// panic into a 500 that says nothing.
func (a *API) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		n := &note{id: a.requestID(r), pattern: "(none)"}
		r = r.WithContext(core.WithRequestID(context.WithValue(r.Context(), noteKey{}, n), n.id))
		w.Header().Set("X-Request-Id", n.id)
		rec := &recorder{ResponseWriter: w, note: n}
		defer func() {
			p := recover()
			if p != nil && p != http.ErrAbortHandler {
				// The value is left out: it may quote what was being worked on.
				a.Log.ErrorContext(r.Context(), "panic", "request_id", n.id, "route", n.pattern, "stack", string(debug.Stack()))
				if n.status == 0 {
					_ = writeJSON(rec, http.StatusInternalServerError,
						wire.ErrorBody{Error: core.MessageOf(nil), Code: core.CodeInternal})
					p = nil
				} else {
					p = http.ErrAbortHandler // cut the half answer off
				}
			}
			a.Log.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("request_id", n.id), slog.String("method", cut(r.Method, 10)), slog.String("route", n.pattern),
				slog.Int("status", n.status), slog.Int64("bytes", n.bytes),
				slog.Duration("duration", time.Since(start)), slog.Int64("user_id", n.userID))
			if a.Observe != nil {
				a.Observe(n.pattern, r.Method, n.status, n.bytes, time.Since(start))
			}
			if p != nil {
				panic(p)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// requestID takes over our proxy's id, or makes one.
func (a *API) requestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); a.BehindProxy && id != "" && len(id) <= 64 &&
		strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == "" {
		return id
	}
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// recorder notes status and size. Unwrap keeps deadlines and hijacking working.
type recorder struct {
	http.ResponseWriter
	note *note
}

func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

func (rec *recorder) WriteHeader(status int) {
	if rec.note.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		rec.note.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(b []byte) (int, error) {
	if rec.note.status == 0 {
		rec.note.status = http.StatusOK
	}
	n, err := rec.ResponseWriter.Write(b)
	rec.note.bytes += int64(n)
	return n, err
}

// headers sets what every answer carries; handlers that serve documents
// replace the content policy.
func (a *API) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if a.TLS {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// hostList is the set of names this server answers to.
type hostList struct {
	any      bool
	exact    map[string]bool
	suffixes []string // ".example.org"
}

func newHostList(names []string, debug bool) hostList {
	l := hostList{exact: map[string]bool{}}
	if len(names) == 0 || debug {
		names = append([]string{"localhost", ".localhost", "127.0.0.1", "::1"}, names...)
	}
	for _, n := range names {
		n = strings.Trim(strings.ToLower(strings.TrimSpace(n)), "[]")
		switch {
		case n == "":
		case n == "*":
			l.any = true
		case strings.HasPrefix(n, "."):
			l.suffixes = append(l.suffixes, n)
			l.exact[n[1:]] = true
		default:
			l.exact[n] = true
		}
	}
	return l
}

func (l hostList) allows(host string) bool {
	if l.any {
		return true
	}
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.Trim(strings.ToLower(host), "[]"), ".")
	if l.exact[host] {
		return true
	}
	for _, s := range l.suffixes {
		if strings.HasSuffix(host, s) {
			return true
		}
	}
	return false
}

func (a *API) checkHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.hosts.allows(r.Host) {
			a.fail(w, r, clinical, parseError("This server is not known by that name. Its administrator can add it to ALLOWED_HOSTS."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (a *API) refuseCrossOrigin(w http.ResponseWriter, r *http.Request) {
	a.fail(w, r, clinical, errOrigin)
}

var errOrigin = core.Errorf(core.CodeForbidden, "Requests from this web origin are not allowed.")
