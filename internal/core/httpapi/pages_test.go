package httpapi

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"clinician/internal/core/wire"
)

// TestCookiesOfPages: the cookie opens what pages link to, on GET, and nothing else.
func TestCookiesOfPages(t *testing.T) {
	w := newWorld(t)
	r := w.upload("text of the record")
	cookie := []string{"Cookie", "access_token=" + w.ann.Tokens.Access}
	w.call("GET", wire.PathRecordAct(r.FileID, "download"), "", nil, cookie...).want(200)
	w.call("GET", wire.PathRecordAct(r.FileID, "download"), "", nil, "Cookie", "access_token="+w.ben.Tokens.Access).want(404)
	w.call("GET", wire.PathRecordImage(r.FileID, 1), "", nil, "Cookie", "access_token=nonsense").want(401)
	for _, c := range [][2]string{{"DELETE", wire.PathRecordAct(r.FileID, "delete")}, {"POST", wire.PathRecordAct(r.FileID, "view")},
		{"GET", wire.PathRecord(r.FileID)}, {"GET", wire.PathPatients}, {"POST", wire.PathTempCleanup}} {
		w.call(c[0], c[1], "", nil, cookie...).want(401)
	}
}

// TestTheSocketTakesTheCookieOfOwnPagesOnly: another origin's page has its person's
// cookie sent along, and must not be able to use it.
func TestTheSocketTakesTheCookieOfOwnPagesOnly(t *testing.T) {
	const listed = "http://portal.example"
	w := newWorld(t, func(c *Config) { c.CORSOrigins = []string{listed} })
	id, cookie := w.job(), "access_token="+w.ann.Tokens.Access
	own := w.dial(id, "Cookie", cookie, "Origin", w.url)
	own.hear(wire.FrameAuthSuccess)
	own.hear(wire.FrameStatus)
	w.dial(id, "Cookie", cookie, "Origin", listed).hear(wire.FrameAuthRequired)
	w.dial(id, "Cookie", cookie).hear(wire.FrameAuthRequired)
}

// TestPagesGetTheRest: what is not for the API goes to the pages, also what is not known.
func TestPagesGetTheRest(t *testing.T) {
	w := newWorld(t)
	api := New(w.api.Config)
	api.Mount(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		api.Note(r, "page", 0)
		_, _ = rw.Write([]byte("page for " + api.Client(r).Address))
	}))
	for path, page := range map[string]bool{"/": true, "/login/": true, "/clinician/patients/1/dashboard/": true, "/healthy": true,
		"/api/": false, "/api": false, "/api/nothing/": false, "/media/nothing": false, "/ws/nothing/": false, "/health/": false, "/health": false} {
		r, rec := httptest.NewRequest("GET", path, nil), httptest.NewRecorder()
		r.Host, r.RemoteAddr = "localhost", "192.0.2.7:1234"
		api.Handler().ServeHTTP(rec, r)
		if got := rec.Body.String() == "page for 192.0.2.7"; got != page {
			t.Errorf("%s goes to a page: %v", path, got)
		}
	}
}
