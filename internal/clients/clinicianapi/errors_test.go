package clinicianapi

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"clinician/internal/core"
)

func decoder(now time.Time) *Client {
	return &Client{base: &url.URL{Scheme: "https", Host: "clinic.example.org"}, opt: Options{Clock: func() time.Time { return now }}}
}

func TestErrorFamilies(t *testing.T) {
	now := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	for _, k := range []struct {
		name   string
		status int
		header http.Header
		body   string
		want   core.Error
	}{
		{"clinician", 403, nil, `{"error":"Access denied. You are not assigned to this patient.","code":"forbidden"}`,
			core.Error{Code: core.CodeForbidden, Message: "Access denied. You are not assigned to this patient."}},
		{"clinician, code from status", 409, nil, `{"error":"Already ended"}`,
			core.Error{Code: core.CodeConflict, Message: "Already ended"}},
		{"code of the body beats the status", 400, nil, `{"success":false,"message":"Job not completed. Current status: processing","code":"conflict"}`,
			core.Error{Code: core.CodeConflict, Message: "Job not completed. Current status: processing"}},
		{"files", 403, nil, `{"success":false,"error":"Unauthorized","message":"You may not read this file"}`,
			core.Error{Code: core.CodeForbidden, Message: "You may not read this file"}},
		{"ocr", 404, nil, `{"success":false,"message":"Job not found"}`,
			core.Error{Code: core.CodeNotFound, Message: "Job not found"}},
		{"parse", 400, nil, `{"detail":"JSON parse error - Expecting value"}`,
			core.Error{Code: core.CodeInvalid, Message: "JSON parse error - Expecting value"}},
		{"fields", 400, nil, `{"phone_number":["This field may not be blank."],"email":["Enter a valid email address.","Too long."]}`,
			core.Error{Code: core.CodeInvalid, Message: "email: Enter a valid email address. Too long. phone number: This field may not be blank.",
				Fields: map[string][]string{"email": {"Enter a valid email address.", "Too long."}, "phone_number": {"This field may not be blank."}}}},
		{"non-field", 400, nil, `{"non_field_errors":["Passwords do not match"]}`,
			core.Error{Code: core.CodeInvalid, Message: "Passwords do not match", Fields: map[string][]string{"non_field_errors": {"Passwords do not match"}}}},
		{"a field called message", 400, nil, `{"message":["Required."]}`,
			core.Error{Code: core.CodeInvalid, Message: "message: Required.", Fields: map[string][]string{"message": {"Required."}}}},
		{"what was searched for has no name", 400, nil, `{"q":["Type a word to search for."]}`,
			core.Error{Code: core.CodeInvalid, Message: "Type a word to search for.", Fields: map[string][]string{"q": {"Type a word to search for."}}}},
		{"rate limit in seconds", 429, http.Header{"Retry-After": {"30"}}, `{"error":"Too many attempts"}`,
			core.Error{Code: core.CodeRateLimited, Message: "Too many attempts", RetryAfter: 30}},
		{"rate limit until a date", 429, http.Header{"Retry-After": {now.Add(90 * time.Second).Format(http.TimeFormat)}}, "",
			core.Error{Code: core.CodeRateLimited, Message: "Too many tries. Wait a little, then try again.", RetryAfter: 90}},
		{"absurd retry", 503, http.Header{"Retry-After": {"-4"}}, "",
			core.Error{Code: core.CodeUnavailable, Message: "The server at clinic.example.org is not ready. Try again in a moment; if it stays, tell your administrator."}},
		{"engine", 503, nil, `{"success":false,"message":"Install tesseract-ocr.","code":"engine_missing"}`,
			core.Error{Code: core.CodeEngineMissing, Message: "Install tesseract-ocr."}},
		{"a proxy's page", 502, nil, "<html>Bad gateway</html>",
			core.Error{Code: core.CodeUnavailable, Message: "The server at clinic.example.org is not ready. Try again in a moment; if it stays, tell your administrator."}},
		{"page for 500", 500, nil, "<h1>Server Error (500)</h1>",
			core.Error{Code: core.CodeInternal, Message: "Something went wrong on the server. Try again; if it stays, tell your administrator the time it happened."}},
		{"a code nobody knows", 418, nil, `{"code":"teapot"}`,
			core.Error{Code: core.CodeInvalid, Message: "The server refused the request (status 418)."}},
		{"escape sequences", 400, nil, `{"error":"a\u001b[31mb\u202ec\r\nd"}`,
			core.Error{Code: core.CodeInvalid, Message: "a[31mbc  d"}},
		{"types nobody expects", 401, nil, `{"error":{"a":1},"message":7,"detail":null}`,
			core.Error{Code: core.CodeUnauthenticated, Message: "Your session is over. Log in again."}},
	} {
		got := decoder(now).decodeError(k.status, k.header, []byte(k.body))
		if !reflect.DeepEqual(*got, k.want) {
			t.Errorf("%s:\n got %#v\nwant %#v", k.name, *got, k.want)
		}
	}
}

func FuzzDecodeError(f *testing.F) {
	f.Add(400, "1", []byte(`{"email":["bad"],"non_field_errors":["x"]}`))
	f.Add(503, "Tue, 03 Mar 2026 09:00:00 GMT", []byte(`{"success":false,"error":"E","message":"m","code":"engine_missing"}`))
	f.Add(302, "", []byte("<html>"))
	f.Fuzz(func(t *testing.T, status int, retry string, body []byte) {
		e := decoder(time.Unix(0, 0)).decodeError(status, http.Header{"Retry-After": {retry}}, body)
		if !knownCode(e.Code) {
			t.Errorf("code %q", e.Code)
		}
		if e.RetryAfter < 0 || e.RetryAfter > maxRetryAfter {
			t.Errorf("retry after %d", e.RetryAfter)
		}
		if e.Message == "" || !utf8.ValidString(e.Message) || utf8.RuneCountInString(e.Message) > maxSentence+1 ||
			strings.ContainsFunc(e.Message, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
			t.Errorf("message %q", e.Message)
		}
	})
}

func FuzzReadClaims(f *testing.F) {
	f.Add("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3OTU0MjgwNzYsImlhdCI6MTc5NTQyNzE3Nn0.c2ln")
	f.Add("a.e30.b")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		now := time.Unix(1_800_000_000, 0)
		for _, fresh := range []bool{true, false} {
			s := session{}
			s.take(core.Tokens{Access: token}, now, fresh)
			if s.fresh(now, time.Minute) && !s.expires.IsZero() && !now.Before(s.expires) {
				t.Errorf("fresh until %v", s.expires)
			}
		}
	})
}

func TestClaims(t *testing.T) {
	now := time.Unix(1000, 0)
	c := claims{ExpiresAt: 5900, IssuedAt: 5000} // by a server whose clock is ahead
	if got := c.expiry(now, true); !got.Equal(now.Add(15 * time.Minute)) {
		t.Errorf("issued just now: ends %v", got)
	}
	if got := c.expiry(now, false); !got.Equal(time.Unix(5900, 0)) {
		t.Errorf("issued some time: ends %v", got)
	}
	if got := (claims{}).expiry(now, true); !got.IsZero() {
		t.Errorf("without claims: ends %v", got)
	}
}
