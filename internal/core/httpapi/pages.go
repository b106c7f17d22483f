package httpapi

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"clinician/internal/core"
)

// Mount gives to pages every request that is not for a path of the API: after the
// host was checked, with a request id, a line in the log and the general headers.
// Call it before Handler is used.
func (a *API) Mount(pages http.Handler) { a.pages = pages }

// split sends a request to the API or to the pages.
func (a *API) split(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.pages == nil || !a.isPage(r) {
			api.ServeHTTP(w, r)
			return
		}
		a.pages.ServeHTTP(w, r)
	})
}

// isPage reports whether no path of the API is meant, with or without its final slash.
func (a *API) isPage(r *http.Request) bool {
	for _, prefix := range []string{"/api/", "/media/", "/ws/"} {
		if strings.HasPrefix(r.URL.Path+"/", prefix) {
			return false
		}
	}
	slashed := *r
	u := *r.URL
	u.Path, u.RawPath = u.Path+"/", ""
	slashed.URL = &u
	return !a.known(r) && !a.known(&slashed)
}

// Client says where a request comes from.
func (a *API) Client(r *http.Request) core.Client { return a.client(r) }

// Secure reports whether the caller reached this server by https.
func (a *API) Secure(r *http.Request) bool { return strings.HasPrefix(a.baseURL(r), "https:") }

// ByHTTP reports whether our proxy says that the caller came by plain http.
func (a *API) ByHTTP(r *http.Request) bool {
	return a.BehindProxy && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "http")
}

// Note completes the request's line in the log: which page it was, and who asked
// (0: nobody that is known).
func (a *API) Note(r *http.Request, pattern string, userID int64) {
	n := noteOf(r)
	n.pattern, n.userID = pattern, userID
}

// RequestID is what the log calls this request.
func (a *API) RequestID(r *http.Request) string { return noteOf(r).id }

// FormBody is the body of a form with a limit of its size and deadlines that move
// with its progress.
type FormBody struct{ b *body }

// FormBody opens the body of a form of at most max bytes. Done must follow the last Read.
func (a *API) FormBody(w http.ResponseWriter, r *http.Request, max int64) FormBody {
	return FormBody{a.open(w, r, max)}
}

func (f FormBody) Read(p []byte) (int, error) { return f.b.Read(p) }

// Done lifts the deadline of reading.
func (f FormBody) Done() { f.b.done() }

// Why gives the reason why reading failed as an error for people; err is what the
// reader above it made of it.
func (f FormBody) Why(err error) error {
	err = f.b.why(err)
	var bad *fault
	switch {
	case errors.As(err, &bad):
		return core.Errorf(bad.code, "%s", bad.detail)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return core.Errorf(core.CodeInvalid, "%s", errCutOff.Error())
	}
	return asError(err)
}
