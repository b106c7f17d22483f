package wire

import (
	"net/http"

	"clinician/internal/core"
)

// Cookies are the names under which a browser keeps what pages need.
type Cookies struct {
	Access  string // the access token
	Refresh string // the refresh token
	CSRF    string // what a form repeats, for browsers that do not say where a form comes from
}

// CookieNames gives the names. With host they are bound to this very host and to
// https by the browser itself (RFC 6265bis, the __Host- prefix); without, they are
// the ones that the service this one replaces used.
func CookieNames(host bool) Cookies {
	prefix := ""
	if host {
		prefix = "__Host-"
	}
	return Cookies{prefix + "access_token", prefix + "refresh_token", prefix + "csrftoken"}
}

// Tokens makes the cookies that keep a session's tokens until the browser is closed:
// how long they are good for is the server's to say. Empty tokens remove the cookies.
func (c Cookies) Tokens(t core.Tokens, secure bool) []*http.Cookie {
	list := []*http.Cookie{{Name: c.Access, Value: t.Access}, {Name: c.Refresh, Value: t.Refresh}}
	for _, k := range list {
		k.Path, k.HttpOnly, k.Secure, k.SameSite = "/", true, secure, http.SameSiteLaxMode
		if k.Value == "" {
			k.MaxAge = -1
		}
	}
	return list
}
