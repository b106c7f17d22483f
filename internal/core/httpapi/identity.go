package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/app"
)

// errNoHeader is the original's text for a request without a usable header.
var errNoHeader = core.Errorf(core.CodeUnauthenticated, "Authorization header missing or invalid")

// identify proves who is asking and binds the use cases to them. For
// endpoints open to anybody it gives nil.
func (a *API) identify(r *http.Request, who access) (*app.Session, error) {
	if who == anybody {
		return nil, nil
	}
	token, ok := bearerToken(r)
	if !ok && who == viewer && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		if c, err := r.Cookie(a.Cookies.Access); err == nil {
			token, ok = c.Value, c.Value != ""
		}
	}
	if !ok {
		return nil, errNoHeader
	}
	p, err := a.App.Authenticate(r.Context(), token, a.client(r))
	if err != nil {
		return nil, err
	}
	noteOf(r).userID = p.UserID
	return a.App.As(core.Acting{Principal: p, Token: core.NewToken(token)}), nil
}

// bearerToken takes the token out of the header: "Bearer " in exactly this
// spelling, then what stands before the next space.
func bearerToken(r *http.Request) (string, bool) {
	rest, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return "", false
	}
	token, _, _ := strings.Cut(rest, " ")
	return token, true
}

// client says where a request comes from.
func (a *API) client(r *http.Request) core.Client {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if a.BehindProxy {
		// Only the last entry is our proxy's; those before it are the caller's claim.
		all := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if last := strings.TrimSpace(all[len(all)-1]); last != "" {
			host = last
		}
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		host = ip.Unmap().WithZone("").String()
	} else {
		host = ""
	}
	return core.Client{Address: host, UserAgent: cut(r.UserAgent(), 200)}
}

// baseURL is this server's address as the caller named it.
func (a *API) baseURL(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || a.TLS || a.BehindProxy && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

func cut(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "")
	}
	return s
}
