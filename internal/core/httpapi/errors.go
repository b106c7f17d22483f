package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// family is how a group of paths words its errors, for the callers of the
// three services they come from.
type family int

const (
	clinical family = iota // {"error": message}; field errors bare
	files                  // {"success": false, "error": short, "message": text}
	ocr                    // {"success": false, "message": text}
)

// fault is a failure of the request as such, answered as {"detail": …}
// whatever the family.
type fault struct {
	status int
	code   core.Code
	detail string
}

func (f *fault) Error() string { return f.detail }

var (
	errNoSuchPath = &fault{http.StatusNotFound, core.CodeNotFound, "Not found."}
	errSlash      = &fault{http.StatusNotFound, core.CodeNotFound,
		"Not found. Paths end with a slash here: send the request again with one."}
	errTooSlow = &fault{http.StatusRequestTimeout, core.CodeCanceled,
		"The request body came in too slowly. Check the connection and try again."}
)

func methodNotAllowed(method string) error {
	return &fault{http.StatusMethodNotAllowed, core.CodeInvalid, fmt.Sprintf("Method %q not allowed.", cut(method, 20))}
}

func unsupportedMedia(contentType string) error {
	return &fault{http.StatusUnsupportedMediaType, core.CodeUnsupported,
		fmt.Sprintf("Unsupported media type \"%s\" in request.", cut(contentType, 200))}
}

func parseError(what string) error {
	return &fault{http.StatusBadRequest, core.CodeInvalid, what}
}

// titled gives an error the short text that callers of the file service know.
type titled struct {
	title string
	error
}

func (t titled) Unwrap() error { return t.error }

// shortTexts are the file service's short texts where no better one is known.
var shortTexts = map[core.Code]string{
	core.CodeInvalid:        "Invalid request",
	core.CodeForbidden:      "Unauthorized",
	core.CodeNotFound:       "File not found",
	core.CodeConflict:       "Conflict",
	core.CodeTooLarge:       "File too large",
	core.CodeUnsupported:    "Unsupported file type",
	core.CodeRateLimited:    "Too many requests",
	core.CodeUnavailable:    "Service unavailable",
	core.CodeBadGateway:     "Service unavailable",
	core.CodeGatewayTimeout: "Service unavailable",
	core.CodeEngineMissing:  "OCR not available",
	core.CodeCanceled:       "Cancelled",
	core.CodeInternal:       "Internal error",
}

// fail writes err as its family words it, and logs what is ours to mend.
func (a *API) fail(w http.ResponseWriter, r *http.Request, fam family, err error) {
	note := noteOf(r)
	if note.status != 0 { // the answer has begun: all that is left is to break it off
		a.Log.ErrorContext(r.Context(), "answer broken off", "request_id", note.id, "route", note.pattern, "err", err)
		panic(http.ErrAbortHandler)
	}
	var f *fault
	if errors.As(err, &f) {
		body := wire.ErrorBody{Detail: f.detail, Code: f.code}
		if f.status == http.StatusRequestTimeout {
			w.Header().Set("Connection", "close")
		}
		_ = writeJSON(w, f.status, body)
		return
	}
	e := asError(err)
	if e.Code == core.CodeInternal || core.IsUnanswered(e) {
		a.Log.ErrorContext(r.Context(), "request failed", "request_id", note.id, "route", note.pattern,
			"user_id", note.userID, "code", e.Code, "err", err)
	}
	if e.Code == core.CodeRateLimited || e.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, e.RetryAfter)))
	}
	if e.Code == core.CodeUnauthenticated {
		w.Header().Set("WWW-Authenticate", `Bearer realm="api"`)
	}
	_ = writeJSON(w, statusIn(fam, e.Code), errorBody(fam, e, err))
}

// statusIn is wire.Status, but for the one status where the OCR service had
// another habit: a job in the wrong state is a bad request there.
func statusIn(fam family, c core.Code) int {
	if fam == ocr && c == core.CodeConflict {
		return http.StatusBadRequest
	}
	return wire.Status(c)
}

// asError finds the error that people are shown; anything not ours is internal.
func asError(err error) *core.Error {
	var e *core.Error
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return core.Errorf(core.CodeTooLarge, "The request is larger than the %d bytes allowed here.", tooLong.Limit)
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return core.Errorf(core.CodeCanceled, "The request was stopped before it was done.")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return core.Errorf(core.CodeCanceled, "%s", errTooSlow.detail)
	}
	return &core.Error{Code: core.CodeInternal, Message: core.MessageOf(err), Cause: err}
}

func errorBody(fam family, e *core.Error, err error) any {
	message := e.Message
	if message == "" {
		message = core.MessageOf(nil)
	}
	no := false
	switch {
	case fam == files:
		body := filesError{ErrorBody: wire.ErrorBody{Success: &no, Error: shortTexts[e.Code], Message: message, Code: e.Code, Current: e.Current},
			Fields: e.Fields}
		var t titled
		if errors.As(err, &t) {
			body.Error = t.title
		} else if len(e.Fields) > 0 {
			body.Message = inWords(e.Fields)
		}
		if e.Code == core.CodeUnauthenticated {
			body.Error, body.Message = message, "Authentication failed"
		}
		return body
	case fam == ocr:
		body := wire.ErrorBody{Success: &no, Message: message, Code: e.Code}
		if e.Code == core.CodeUnauthenticated || e.Code == core.CodeForbidden {
			body.Error = message // these came from the clinician service's gate
		}
		if len(e.Fields) > 0 {
			return filesError{body, e.Fields}
		}
		return body
	case len(e.Fields) > 0:
		return e.Fields
	}
	return wire.ErrorBody{Error: message, Code: e.Code, Current: e.Current}
}

type filesError struct {
	wire.ErrorBody
	Fields map[string][]string `json:"fields,omitempty"`
}

// inWords writes field errors as one sentence a line of text can hold.
func inWords(fields map[string][]string) string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = name + ": " + strings.Join(fields[name], " ")
	}
	return strings.Join(parts, " ")
}

// writeJSON writes v compactly. It encodes before it writes, so that a value
// that cannot be encoded becomes an error and not half an answer.
// The version of what has one is its ETag.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	if v, ok := v.(interface{ ETag() string }); ok && v.ETag() != "" {
		w.Header().Set("ETag", `"`+v.ETag()+`"`)
	}
	body, err := encode(v)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller may be gone; nothing is left to tell them
	return nil
}

// encode writes v as JSON, with < and > as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
