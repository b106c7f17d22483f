package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/app"
)

// guest is a request of somebody who need not be known.
type guest struct {
	site  *Site
	w     http.ResponseWriter
	r     *http.Request
	token string     // of forms on this page; see formToken
	form  url.Values // of a POST, once it was read
}

// visit is a request of somebody who is signed in, with what they can do.
type visit struct {
	*guest
	*app.Session
}

// visit binds the use cases to somebody whom this token has proved.
func (g *guest) visit(p core.Principal, token string) *visit {
	return &visit{g, g.site.App.As(core.Acting{Principal: p, Token: core.NewToken(token)})}
}

// errNobody is for a request without any cookie of ours.
var errNobody = core.Errorf(core.CodeUnauthenticated, "Sign in first.")

// identify proves who asks by the cookies alone. An access token that has ended, or is
// about to, is renewed with the refresh token, so that nobody who works is thrown out.
func (s *Site) identify(g *guest) (*visit, error) {
	access, refresh := g.cookie(s.Cookies.Access), g.cookie(s.Cookies.Refresh)
	if access == "" && refresh == "" {
		return nil, errNobody
	}
	ctx, from := g.r.Context(), s.API.Client(g.r)
	p, err := s.App.Authenticate(ctx, access, from)
	ends := core.CodeOf(err) == core.CodeUnauthenticated || err == nil && p.ExpiresAt.Sub(s.Clock()) < renewBefore
	if !ends || refresh == "" {
		if err != nil {
			return nil, err
		}
		return g.visit(p, access), nil
	}
	tokens, failed := s.App.Refresh(ctx, refresh, from)
	if failed != nil {
		if err == nil { // it is still good for this time
			return g.visit(p, access), nil
		}
		return nil, failed
	}
	if p, err = s.App.Authenticate(ctx, tokens.Access, from); err != nil {
		return nil, err
	}
	g.keep(tokens)
	return g.visit(p, tokens.Access), nil
}

// renewBefore is how long before its end an access token is renewed, so that what the
// page links to opens too.
const renewBefore = 2 * time.Minute

func (g *guest) cookie(name string) string {
	c, err := g.r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// keep stores a session's tokens in the browser; empty ones remove them.
func (g *guest) keep(t core.Tokens) {
	for _, c := range g.site.Cookies.Tokens(t, g.site.API.Secure(g.r)) {
		http.SetCookie(g.w, c)
	}
}

// turnAway sends somebody who is not signed in to the page where they can, as the
// service this one replaces did; other failures get a page of their own.
func (s *Site) turnAway(g *guest, err error) {
	switch {
	case err == errNobody:
		next := g.r.URL.RequestURI()
		if g.r.Method != http.MethodGet && g.r.Method != http.MethodHead {
			next = pathDashboard // what was sent is lost
		}
		g.redirect(pathLogin + "?next=" + queryPath(next))
	case core.CodeOf(err) == core.CodeUnauthenticated:
		g.keep(core.Tokens{})
		g.redirect(pathLogin + "?error=session_expired")
	case core.CodeOf(err) == core.CodeForbidden:
		g.keep(core.Tokens{})
		g.redirect(pathLogin + "?error=unauthorized")
	default:
		s.fail(g, nil, err)
	}
}

// redirect goes on to a path of this server, by GET.
func (g *guest) redirect(to string) {
	status := http.StatusFound
	if g.r.Method == http.MethodPost {
		status = http.StatusSeeOther
	}
	h := g.w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Location", to)
	g.w.WriteHeader(status)
}

// queryPath writes a path into a query: everything that could end or change it is
// encoded, its slashes stay readable.
func queryPath(path string) string {
	return strings.ReplaceAll(url.QueryEscape(path), "%2F", "/")
}
