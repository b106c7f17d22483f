package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const secret = "a-secret-of-more-than-thirty-two-bytes-for-tests"

// TestBehindATLSProxy: cookies are bound to host and TLS, and who came by http is sent
// to https.
func TestBehindATLSProxy(t *testing.T) {
	t.Parallel()
	w, err := open(t.TempDir(), "CLINICIAN_BEHIND_PROXY=true", "DEBUG=False", "SECRET_KEY="+secret, "CLINICIAN_ROOT_KEY=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "ALLOWED_HOSTS=127.0.0.1,clinic.example")
	must(t, err)
	t.Cleanup(w.close)
	ann := w.clinician(t, "Ann", "Abbott")
	v := w.visitor(t)
	v.get("/clinician/patients/?q=a", "X-Forwarded-Proto", "http").want(308).to("https://" + strings.TrimPrefix(w.url, "http://") + "/clinician/patients/?q=a")
	v.get("/health/", "X-Forwarded-Proto", "http").want(200)
	a := v.get("/login/", "X-Forwarded-Proto", "https").want(200)
	if got := a.header.Get("Strict-Transport-Security"); got == "" {
		t.Error("a page by https does not ask for https from now on")
	}
	token := cookieOf(t, a, "__Host-csrftoken")
	a = v.do("POST", "/login/", strings.NewReader(url.Values{"email": {ann.User.Email}, "password": {password}, tokenName: {token.Value}}.Encode()),
		"X-Forwarded-Proto", "https", "Content-Type", "application/x-www-form-urlencoded", "Cookie", token.Name+"="+token.Value).want(303)
	access := cookieOf(t, a, "__Host-access_token")
	cookieOf(t, a, "__Host-refresh_token")
	v.get("/clinician/dashboard/", "Cookie", access.Name+"="+access.Value, "X-Forwarded-Proto", "https").want(200).says("Ann Abbott")
	w.visitor(t).get("/clinician/dashboard/", "Cookie", "access_token="+access.Value, "X-Forwarded-Proto", "https").want(302)
}

const tokenName = "csrfmiddlewaretoken"

// cookieOf gives a cookie that an answer sets, which must be bound to host and TLS.
func cookieOf(t *testing.T, a answer, name string) *http.Cookie {
	t.Helper()
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name != name {
			continue
		}
		if !c.Secure || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode || strings.HasSuffix(name, "_token") && !c.HttpOnly {
			t.Errorf("%s is %v", name, c)
		}
		return c
	}
	t.Fatalf("%s does not set %s: %q", a.what, name, a.header.Values("Set-Cookie"))
	return nil
}
