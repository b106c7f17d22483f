package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// Sizes of what a request may bring along.
const (
	maxBody      = 1 << 20  // of a form in any notation
	maxJSONFile  = 12 << 20 // of an upload inside JSON
	maxParts     = 16       // of a multipart upload
	maxFormParts = 32       // of a multipart form without files
	maxField     = 4 << 10  // of one multipart field
)

var acceptedBodies = []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data"}

// body is a request body with a size limit and deadlines that move with its
// progress. It remembers why reading ended, because what reads from it wraps
// or swallows errors.
type body struct {
	r      io.Reader
	rc     *http.ResponseController
	limits Limits
	start  time.Time
	n      int64
	err    error
}

// open limits the request's body to max bytes and starts its clock.
func (a *API) open(w http.ResponseWriter, r *http.Request, max int64) *body {
	return &body{r: http.MaxBytesReader(w, r.Body, max), rc: http.NewResponseController(w),
		limits: a.Limits, start: time.Now()}
}

func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	now := time.Now()
	until := now.Add(b.limits.BodyStall)
	earned := time.Duration(float64(b.n) / float64(b.limits.MinRate) * float64(time.Second))
	if slowest := b.start.Add(b.limits.BodyGrace + earned); slowest.Before(until) {
		until = slowest
	}
	_ = b.rc.SetReadDeadline(until) // not supported under test recorders
	n, err := b.r.Read(p)
	b.n += int64(n)
	if err != nil {
		b.err = err
		b.done()
	}
	return n, err
}

// done lifts the deadline. It must run before anything slow follows: the
// server watches the connection meanwhile and takes a passed deadline for a
// caller who left.
func (b *body) done() { _ = b.rc.SetReadDeadline(time.Time{}) }

// why gives the reason why reading failed: the body's own, when it has one,
// and what the reader above it made of it otherwise.
func (b *body) why(err error) error {
	switch {
	case b.err == nil || b.err == io.EOF:
		return err
	case errors.Is(b.err, os.ErrDeadlineExceeded):
		return errTooSlow
	case errors.Is(b.err, io.ErrUnexpectedEOF):
		return errCutOff
	}
	return b.err
}

var (
	errCutOff    = parseError("The request body ended early.")
	errMultipart = parseError("Multipart form parse error - the form is broken or ended early.")
)

// values reads a body in any of the accepted notations into names and values:
// what JSON has, or strings. No body at all is no values.
func (a *API) values(w http.ResponseWriter, r *http.Request, max int64) (map[string]any, error) {
	if r.ContentLength == 0 || r.Body == nil || r.Body == http.NoBody {
		return map[string]any{}, nil
	}
	b := a.open(w, r, max)
	defer b.done()
	contentType := r.Header.Get("Content-Type")
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = ""
	}
	if kind == "multipart/form-data" {
		return formParts(b, params["boundary"])
	}
	raw, err := io.ReadAll(b)
	switch {
	case err != nil:
		return nil, b.why(err)
	case len(raw) == 0:
		return map[string]any{}, nil
	case kind == "application/json":
		return jsonValues(raw)
	case kind == "application/x-www-form-urlencoded":
		return urlValues(string(raw))
	}
	return nil, unsupportedMedia(contentType)
}

func urlValues(raw string) (map[string]any, error) {
	q, err := url.ParseQuery(raw)
	if err != nil {
		return nil, parseError("Form parse error - the form is not properly encoded.")
	}
	values := make(map[string]any, len(q))
	for name, list := range q {
		values[name] = list[len(list)-1]
	}
	return values, nil
}

func formParts(b *body, boundary string) (map[string]any, error) {
	if boundary == "" {
		return nil, errMultipart
	}
	values := map[string]any{}
	parts := multipart.NewReader(b, boundary)
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if err == io.EOF {
			return values, nil
		}
		if err != nil {
			return nil, b.why(errMultipart)
		}
		if n == maxFormParts {
			return nil, parseError("Multipart form parse error - too many fields.")
		}
		if part.FileName() != "" {
			continue // not asked for here
		}
		if values[part.FormName()], err = fieldText(b, part); err != nil {
			return nil, err
		}
	}
}

// fieldText reads one short field of a multipart form.
func fieldText(b *body, part io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(part, maxField+1))
	switch {
	case err != nil:
		return "", b.why(errMultipart)
	case len(text) > maxField:
		return "", parseError(fmt.Sprintf("Multipart form parse error - a field is longer than %d bytes.", maxField))
	case !utf8.Valid(text):
		return "", parseError("Multipart form parse error - a field is not UTF-8 text.")
	}
	return string(text), nil
}

// jsonValues reads a JSON object, and words what is wrong with anything else.
func jsonValues(raw []byte) (map[string]any, error) {
	if !utf8.Valid(raw) {
		return nil, parseError("JSON parse error - the text is not UTF-8.")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, jsonError(raw)
	}
	if rest := bytes.TrimLeft(raw[dec.InputOffset():], " \t\r\n"); len(rest) > 0 {
		return nil, parseError("JSON parse error - Extra data: " + position(raw, len(raw)-len(rest)))
	}
	switch v := v.(type) {
	case map[string]any:
		return v, nil
	case nil:
		return nil, fieldProblem(nonField, "No data provided")
	default:
		return nil, fieldProblem(nonField, "Invalid data. Expected a dictionary, but got "+pythonType(v)+".")
	}
}

// jsonError words a syntax error with its place, as callers have seen it.
func jsonError(raw []byte) error {
	var discard any
	err := json.Unmarshal(raw, &discard)
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return parseError("JSON parse error - the text cannot be read.")
	}
	// Offset counts the bytes read, with the offending one.
	at := int(syntax.Offset) - 1
	what := syntax.Error()
	if strings.HasPrefix(what, "unexpected end") {
		at, what = len(raw), "Expecting value"
	}
	return parseError("JSON parse error - " + what + ": " + position(raw, max(0, min(at, len(raw)))))
}

func position(raw []byte, at int) string {
	before := raw[:at]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("line %d column %d (char %d)", line, column, utf8.RuneCount(before))
}

func pythonType(v any) string {
	switch v := v.(type) {
	case []any:
		return "list"
	case string:
		return "str"
	case bool:
		return "bool"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "float"
		}
		return "int"
	}
	return "object"
}
