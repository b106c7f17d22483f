package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"unicode/utf8"

	"clinician/internal/core"
)

// The names under which a form's token comes, as in the service this one replaces.
const (
	tokenField  = "csrfmiddlewaretoken"
	tokenHeader = "X-CSRFToken"
)

var errForeign = core.Errorf(core.CodeForbidden,
	"This form was not sent by a page of this server, so nothing was done. Open the page again and send it from there.")

// guard refuses what changes something and was not sent from a page of ours. A browser
// that says where a form comes from is believed; of one that does not, the form must
// bring the token that its page got. A handler that streams the body asks for that
// token itself, unless the header has it.
func (s *Site) guard(g *guest, streams bool) error {
	if g.r.Method == http.MethodGet || g.r.Method == http.MethodHead {
		return nil
	}
	if err := s.origin.Check(g.r); err != nil {
		return errForeign.WithCause(err)
	}
	if streams {
		return nil
	}
	if err := g.readForm(); err != nil {
		return err
	}
	if !g.vouched() && !g.proves(g.form.Get(tokenField)) {
		return errForeign
	}
	return nil
}

// vouched reports whether browser or header show that a page of ours sent the request.
func (g *guest) vouched() bool {
	h := g.r.Header
	return h.Get("Origin") != "" || h.Get("Sec-Fetch-Site") != "" || g.proves(h.Get(tokenHeader))
}

// proves reports whether a token is the one that our cookie holds.
func (g *guest) proves(token string) bool {
	kept := g.cookie(g.site.Cookies.CSRF)
	return len(kept) == tokenLength && subtle.ConstantTimeCompare([]byte(kept), []byte(token)) == 1
}

const tokenLength = 43 // of 32 bytes in base64url

// formToken is what the forms of the page carry; the cookie that it is compared with is
// set when there is none.
func (g *guest) formToken() string {
	if g.token == "" {
		if g.token = g.cookie(g.site.Cookies.CSRF); len(g.token) != tokenLength {
			g.newFormToken()
		}
	}
	return g.token
}

// newFormToken replaces it: who signs in gets one that nobody knew before.
func (g *guest) newFormToken() {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	g.token = base64.RawURLEncoding.EncodeToString(b[:])
	http.SetCookie(g.w, &http.Cookie{Name: g.site.Cookies.CSRF, Value: g.token, Path: "/", MaxAge: 365 * 24 * 3600,
		Secure: g.site.API.Secure(g.r), SameSite: http.SameSiteLaxMode}) // old clients' scripts read it
}

// Sizes of what a form may bring along.
const (
	maxForm   = 1 << 20
	maxField  = 256 << 10 // of one field
	maxFields = 100
)

// readForm reads the fields of a form in either notation that browsers have; files in
// it are passed over.
func (g *guest) readForm() error {
	if g.form != nil {
		return nil
	}
	g.form = url.Values{}
	if g.r.Body == nil || g.r.Body == http.NoBody {
		return nil
	}
	b := g.site.API.FormBody(g.w, g.r, maxForm)
	defer b.Done()
	kind, params, _ := mime.ParseMediaType(g.r.Header.Get("Content-Type"))
	switch kind {
	case "multipart/form-data":
		err := eachPart(b, params["boundary"], func(part *multipart.Part) error {
			if part.FileName() != "" {
				return nil
			}
			text, err := fieldText(part)
			g.form.Add(part.FormName(), text)
			return err
		})
		if err != nil {
			return b.Why(err)
		}
	case "application/x-www-form-urlencoded", "":
		raw, err := io.ReadAll(b)
		if err != nil {
			return b.Why(err)
		}
		form, err := url.ParseQuery(string(raw))
		if err != nil || !utf8.Valid(raw) {
			return errBrokenForm
		}
		g.form = form
	default:
		return core.Errorf(core.CodeUnsupported, "A form of this kind cannot be read here.")
	}
	return nil
}

var errBrokenForm = core.Errorf(core.CodeInvalid, "The form came in broken or was cut off. Send it again.")

// eachPart calls f for each part of a multipart form, in the order in which they come.
func eachPart(body io.Reader, boundary string, f func(*multipart.Part) error) error {
	if boundary == "" {
		return errBrokenForm
	}
	parts := multipart.NewReader(body, boundary)
	for range maxFields {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return errBrokenForm.WithCause(err)
		}
		if err := f(part); err != nil {
			return err
		}
	}
	return errBrokenForm
}

func fieldText(part io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(part, maxField+1))
	if err != nil || len(text) > maxField || !utf8.Valid(text) {
		return "", errBrokenForm.WithCause(err)
	}
	return string(text), nil
}
