package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"clinician/internal/core"
)

// FuzzForm reads hostile bodies in every notation into every kind of field.
// What comes out is either values or an error a person can be shown.
func FuzzForm(f *testing.F) {
	for _, s := range []string{`{"a":"x","n":"7","b":"yes"}`, `{"a":null,"n":1.0,"b":1}`, `[]`, `{"a":`, "\xff", `{"n":1e400}`, `{"a":"\u0000"}`, `nul`, ``} {
		f.Add("application/json", []byte(s))
	}
	f.Add("application/x-www-form-urlencoded", []byte("a=1&a=2&n=%zz"))
	body, kind := multipartBody("a", "x", "n", "7", "file:f.txt", "content")
	f.Add(kind, body.Bytes())
	f.Add("multipart/form-data; boundary=b", []byte("--b\r\n\r\n"))
	a := New(Config{})
	f.Fuzz(func(t *testing.T, contentType string, raw []byte) {
		r := httptest.NewRequest("POST", "/", bytes.NewReader(raw))
		r.Header["Content-Type"] = []string{contentType}
		w := httptest.NewRecorder()
		form, err := a.form(w, r)
		if err == nil {
			text, n := form.text("a", 10), form.integer("n")
			_, _, _, _ = form.changedBoolean("b"), form.email("a"), form.optionalText("c"), form.between("n", 1, 1, 100)
			_, _ = form.secret("a", 10), form.changedInteger("n")
			if err = form.err(); err == nil && (text == "" || utf8.RuneCountInString(text) > 10 || strings.ContainsRune(text, 0) || n < 1 || n > 100) {
				t.Errorf("accepted text %q, number %d", text, n)
			}
		}
		if err == nil {
			return
		}
		a.fail(w, r, files, err)
		if w.Code < 400 || w.Code > 415 || !json.Valid(w.Body.Bytes()) || !utf8.Valid(w.Body.Bytes()) {
			t.Errorf("%v answers %d %q", err, w.Code, w.Body)
		}
	})
}

// FuzzPosition: wherever a JSON text breaks, the place named is inside it.
func FuzzPosition(f *testing.F) {
	f.Add([]byte("{\n\"é\": }"))
	f.Add([]byte(`{"a":1}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		values, err := jsonValues(raw)
		var fault *fault
		var invalid *core.Error
		switch {
		case err == nil:
			if !json.Valid(raw) || values == nil {
				t.Errorf("accepted %q", raw)
			}
		case errors.As(err, &fault):
			if fault.status != http.StatusBadRequest || !strings.HasPrefix(fault.detail, "JSON parse error - ") {
				t.Errorf("%q: %+v", raw, fault)
			}
		case !errors.As(err, &invalid) || len(invalid.Fields[nonField]) != 1:
			t.Errorf("%q: %v", raw, err)
		}
	})
}

// FuzzUpload sends hostile multipart bodies through the whole server; nothing
// it answers with an error may leave content behind.
func FuzzUpload(f *testing.F) {
	one := newWorld(f)
	body, kind := multipartBody("patient_id", itoa(one.annPatient.ID), "type", "1", "file:f.txt", "content", "title", "t")
	boundary := strings.TrimPrefix(kind, "multipart/form-data; boundary=")
	f.Add(bytes.ReplaceAll(body.Bytes(), []byte(boundary), []byte("b")))
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=file; filename=x\r\n\r\nabc"))
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"patient_id\"\r\n\r\n1\r\n--b--"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		w := one.in(t)
		before := w.blobs()
		r := httptest.NewRequest("POST", "/api/files/upload/medical-record", bytes.NewReader(raw))
		r.Host = "localhost"
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		r.Header.Set("Authorization", "Bearer "+w.ann.Tokens.Access)
		rec := httptest.NewRecorder()
		w.api.Handler().ServeHTTP(rec, r)
		if !json.Valid(rec.Body.Bytes()) || rec.Code >= 500 {
			t.Errorf("%d %s", rec.Code, rec.Body)
		}
		if rec.Code != http.StatusCreated && w.blobs() != before {
			t.Errorf("%d %s left content behind", rec.Code, rec.Body)
		}
	})
}
