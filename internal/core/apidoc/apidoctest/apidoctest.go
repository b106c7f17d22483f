// Package apidoctest holds what a server answers in tests against the description of its
// API.
package apidoctest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	verrors "github.com/pb33f/libopenapi-validator/errors"

	"clinician/internal/core/apidoc"
)

// maxBody is how much of a body is held against its schema; larger ones are files.
const maxBody = 4 << 20

// Checker tells what of an exchange the description does not say. It is made once for
// each test program: reading the description takes a while.
type Checker struct {
	v   validator.Validator
	mux *http.ServeMux // knows what is described
	mu  sync.Mutex     // the validator fills caches
}

// NewChecker reads the embedded description.
var NewChecker = sync.OnceValues(func() (*Checker, error) {
	f, _ := apidoc.Open(apidoc.YAML)
	doc, err := libopenapi.NewDocument(f.Data)
	if err != nil {
		return nil, err
	}
	model, err := doc.BuildV3Model()
	if err != nil {
		return nil, err
	}
	c := &Checker{mux: http.NewServeMux()}
	for path, item := range model.Model.Paths.PathItems.FromOldest() {
		if strings.HasSuffix(path, "/") {
			path += "{$}"
		}
		for method := range item.GetOperations().KeysFromOldest() {
			c.mux.HandleFunc(strings.ToUpper(method)+" "+path, func(http.ResponseWriter, *http.Request) {})
		}
	}
	c.v = validator.NewValidatorFromV3Model(&model.Model, config.WithoutSecurityValidation(), config.WithStrictMode(),
		config.WithStrictIgnorePaths("$.headers.*", "$.cookies.*", "$.query.*"))
	return c, nil
})

// Exchange is a request and its answer, read to the end. A body of nil was not kept.
type Exchange struct {
	Request      *http.Request
	RequestBody  []byte
	Status       int
	Header       http.Header
	ResponseBody []byte
}

// Check gives what is wrong with an exchange; nil when it is as described.
func (c *Checker) Check(e Exchange) []string {
	r := e.Request
	_, pattern := c.mux.Handler(&http.Request{Method: r.Method, URL: r.URL, Host: r.Host})
	switch {
	case r.Method == http.MethodHead, r.Method == http.MethodOptions, e.Status == http.StatusSwitchingProtocols,
		e.Status >= 300 && e.Status < 400 && e.Status != http.StatusNotModified:
		return nil
	case pattern == "" && e.Status < 300 && !page(r.URL.Path):
		return []string{"this is not described"}
	case pattern == "":
		return nil
	}
	return slices.Concat(c.request(e), c.response(e))
}

// page reports whether a path is a browser page's and no part of the API.
func page(path string) bool {
	return !slices.ContainsFunc([]string{"/api/", "/health", "/media/", "/ws/", "/swagger", "/redoc"}, func(begin string) bool {
		return strings.HasPrefix(path, begin)
	})
}

// request looks at requests that were taken: those that were refused are wrong on purpose.
func (c *Checker) request(e Exchange) []string {
	if e.Status >= 300 {
		return nil
	}
	r := e.Request.Clone(e.Request.Context())
	r.Body = io.NopCloser(bytes.NewReader(e.RequestBody))
	c.mu.Lock()
	defer c.mu.Unlock()
	ok, errs := c.v.ValidateHttpRequestSync(r)
	looked := isJSON(r.Header) && e.RequestBody != nil
	if ok {
		return nil
	}
	return told("request", errs, func(v *verrors.ValidationError) bool {
		return v.ValidationType == "requestBody" && !looked || strings.Contains(v.Message, "is not declared") // the server ignores them
	})
}

func (c *Checker) response(e Exchange) []string {
	if e.ResponseBody == nil && isJSON(e.Header) || e.Header.Get("Content-Encoding") != "" {
		return nil // longer than what is kept, or packed
	}
	resp := &http.Response{StatusCode: e.Status, Header: e.Header, Body: io.NopCloser(bytes.NewReader(e.ResponseBody)), Request: e.Request}
	c.mu.Lock()
	defer c.mu.Unlock()
	ok, errs := c.v.ValidateHttpResponse(e.Request, resp)
	if ok {
		return nil
	}
	return told("answer", errs, func(*verrors.ValidationError) bool { return false })
}

// told puts what is wrong in words, but for what skip knows to be right.
func told(what string, errs []*verrors.ValidationError, skip func(*verrors.ValidationError) bool) []string {
	var list []string
	for _, v := range errs {
		// A schema without properties leaves its names open; strict mode overlooks that.
		if skip(v) || strings.HasSuffix(v.Reason, "Declared properties: []") {
			continue
		}
		text := fmt.Sprintf("%s: %s: %s", what, v.Message, v.Reason)
		for _, s := range v.SchemaValidationErrors {
			text += fmt.Sprintf("\n\t%s: %s", s.FieldPath, s.Reason)
		}
		list = append(list, text)
	}
	return list
}

// Handler lets next answer and holds each exchange against the description; what is
// wrong fails t, at the latest when it ends. Answers that are streamed stay streamed.
func Handler(t testing.TB, next http.Handler) http.Handler {
	t.Helper()
	c, err := NewChecker()
	if err != nil {
		t.Fatal(err)
	}
	var wrong sync.Map
	t.Cleanup(func() {
		wrong.Range(func(text, _ any) bool {
			t.Errorf("not as described in apidoc/openapi.yaml: %s", text)
			return true
		})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keep := &keeper{ResponseWriter: w}
		var sent *tee
		if r.Body != nil {
			sent = &tee{ReadCloser: r.Body, kept: limited{over: !isJSON(r.Header)}} // files are not kept
			r.Body = sent
		}
		asked := r.Clone(r.Context()) // handlers change what they are given
		next.ServeHTTP(keep, r)
		if keep.status == 0 {
			return // hijacked, or nothing was answered
		}
		e := Exchange{Request: asked, Status: keep.status, Header: w.Header(), ResponseBody: keep.body.bytes()}
		if sent != nil {
			e.RequestBody = sent.kept.bytes()
		}
		for _, text := range c.Check(e) {
			wrong.Store(fmt.Sprintf("%s %s = %d: %s", r.Method, r.URL.Path, keep.status, text), true)
		}
	})
}

func isJSON(h http.Header) bool {
	return strings.HasPrefix(h.Get("Content-Type"), "application/json")
}

// limited keeps bytes up to maxBody.
type limited struct {
	b    bytes.Buffer
	over bool
}

func (l *limited) add(p []byte) {
	if l.over = l.over || l.b.Len()+len(p) > maxBody; !l.over {
		l.b.Write(p)
	}
}

func (l *limited) bytes() []byte {
	if l.over {
		return nil
	}
	return append([]byte{}, l.b.Bytes()...)
}

type tee struct {
	io.ReadCloser
	kept limited
}

func (t *tee) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.kept.add(p[:n])
	return n, err
}

// keeper notes what is answered. Unwrap keeps deadlines and hijacking working.
type keeper struct {
	http.ResponseWriter
	status int
	body   limited
}

func (k *keeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }

func (k *keeper) WriteHeader(status int) {
	if k.status == 0 && status >= 200 {
		k.status = status
	}
	k.ResponseWriter.WriteHeader(status)
}

func (k *keeper) Write(b []byte) (int, error) {
	if k.status == 0 {
		k.status = http.StatusOK
	}
	k.body.over = k.body.over || !isJSON(k.Header())
	k.body.add(b)
	return k.ResponseWriter.Write(b)
}
