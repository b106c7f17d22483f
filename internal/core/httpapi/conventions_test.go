package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

type sample struct {
	Status int             `json:"status"`
	JSON   json.RawMessage `json:"json"`
}

// contract gives an answer that was recorded from the services this one replaces.
func contract(t testing.TB, name string) sample {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "contract.json"))
	must(t, err)
	var all map[string]sample
	must(t, json.Unmarshal(raw, &all))
	s, ok := all[name]
	if !ok {
		t.Fatalf("no sample %q", name)
	}
	return s
}

// same wants status and body of a recorded answer exactly.
func (a answer) same(name string) answer {
	a.t.Helper()
	s := contract(a.t, name)
	return a.want(s.Status).json(string(s.JSON))
}

// shaped wants the recorded status and every key of the recorded body, with
// values of the same kind. Keys we add are fine.
func (a answer) shaped(name string) answer {
	a.t.Helper()
	s := contract(a.t, name)
	a.want(s.Status)
	var got, want any
	a.into(&got)
	must(a.t, json.Unmarshal(s.JSON, &want))
	compareShape(a.t, name, got, want)
	return a
}

func compareShape(t testing.TB, at string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s is %T, want an object", at, got)
			return
		}
		for k, v := range want {
			if _, ok := g[k]; !ok {
				t.Errorf("%s.%s is missing", at, k)
				continue
			}
			compareShape(t, at+"."+k, g[k], v)
		}
	case []any:
		if _, ok := got.([]any); !ok {
			t.Errorf("%s is %T, want a list", at, got)
		}
	case nil:
	default:
		if got != nil && strings.TrimLeft(typeName(got), "*") != typeName(want) {
			t.Errorf("%s is %T, want %T", at, got, want)
		}
	}
}

func typeName(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "bool"
	}
	return "other"
}

func TestConventions(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	cases := []struct {
		name, method, path, token string
		body                      any
		headers                   []string
		status                    int
		want                      string
	}{
		{"unknown path, nobody", "GET", "/api/clinician/nothing/", "", nil, nil, 401, `{"error":"Authorization header missing or invalid"}`},
		{"unknown path, somebody", "GET", "/api/clinician/nothing/", ann, nil, nil, 404, `{"detail":"Not found."}`},
		{"outside the API", "GET", "/nothing/", "", nil, nil, 404, `{"detail":"Not found."}`},
		{"lower-case bearer", "GET", wire.PathProfile, "", nil, []string{"Authorization", "bearer " + ann}, 401, `{"error":"Authorization header missing or invalid"}`},
		{"double space", "GET", wire.PathProfile, "", nil, []string{"Authorization", "Bearer  " + ann}, 401, `{"error":"Invalid or expired token"}`},
		{"cookie is not enough", "GET", wire.PathProfile, "", nil, []string{"Cookie", "access_token=" + ann}, 401, `{"error":"Authorization header missing or invalid"}`},
		{"identity before method", "PATCH", wire.PathProfile, "", nil, nil, 401, `{"error":"Authorization header missing or invalid"}`},
		{"wrong method", "GET", wire.PathRecordAct("x", "analyze"), ann, nil, nil, 405, `{"detail":"Method \"GET\" not allowed."}`},
		{"wrong method, public", "GET", wire.PathLogin, "", nil, nil, 405, `{"detail":"Method \"GET\" not allowed."}`},
		{"media type", "POST", wire.PathLogin, "", "hello", []string{"Content-Type", "text/plain"}, 415, `{"detail":"Unsupported media type \"text/plain\" in request."}`},
		{"no media type", "POST", wire.PathLogin, "", "hello", []string{"Content-Type", ""}, 415, `{"detail":"Unsupported media type \"\" in request."}`},
		{"malformed", "POST", wire.PathLogin, "", `{"email": `, nil, 400, `{"detail":"JSON parse error - Expecting value: line 1 column 11 (char 10)"}`},
		{"trailing", "POST", wire.PathLogin, "", `{} {}`, nil, 400, `{"detail":"JSON parse error - Extra data: line 1 column 4 (char 3)"}`},
		{"second line", "POST", wire.PathLogin, "", "{\n \"é\" 1}", nil, 400, `{"detail":"JSON parse error - invalid character '1' after object key: line 2 column 6 (char 7)"}`},
		{"list", "POST", wire.PathLogout, ann, `[]`, nil, 400, `{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}`},
		{"string", "POST", wire.PathLogin, "", `"x"`, nil, 400, `{"non_field_errors":["Invalid data. Expected a dictionary, but got str."]}`},
		{"null fields", "POST", wire.PathLogin, "", `{"email":null,"password":{}}`, nil, 400, `{"email":["This field may not be null."],"password":["Not a valid string."]}`},
		{"no body", "POST", wire.PathLogin, "", nil, nil, 400, `{"email":["This field is required."],"password":["This field is required."]}`},
		{"form", "POST", wire.PathLogin, "", "email=nobody%40example.org&password=x", []string{"Content-Type", "application/x-www-form-urlencoded"}, 401, `{"error":"Invalid credentials"}`},
		{"text for a patient", "GET", wire.PathPatients + "abc/", ann, nil, nil, 404, `{"detail":"Not found."}`},
		{"negative patient", "GET", wire.PathPatients + "-5/", ann, nil, nil, 404, `{"detail":"Not found."}`},
		{"huge patient", "GET", wire.PathPatients + strings.Repeat("9", 40) + "/", ann, nil, nil, 404, `{"detail":"Not found."}`},
		{"unknown patient", "GET", wire.PathPatient(999), ann, nil, nil, 403, `{"error":"Access denied. You are not assigned to this patient."}`},
		{"unknown record", "GET", wire.PathRecord("x"), ann, nil, nil, 404, `{"error":"Medical record not found"}`},
		{"unknown file", "GET", wire.PathRecordAct("x", "download"), ann, nil, nil, 404, `{"success":false,"error":"File not found","message":"Medical record not found"}`},
		{"file without identity", "GET", wire.PathRecordAct("x", "download"), "", nil, nil, 401, `{"success":false,"error":"Authorization header missing or invalid","message":"Authentication failed"}`},
		{"no temp id", "POST", wire.PathTempCleanup, ann, `{}`, nil, 400, `{"success":false,"error":"No temporary file ID provided","message":"Send the temp_id that view answered."}`},
		{"bad limit", "GET", wire.PathPatients + "?limit=x", ann, nil, nil, 400, `{"limit":["A valid integer is required."]}`},
		{"limit too high", "GET", wire.PathPatients + "?limit=5000", ann, nil, nil, 400, `{"limit":["Ensure this value is less than or equal to 1000."]}`},
		{"root", "GET", "/api/", ann, nil, nil, 200, `{}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := w.in(t)
			w.call(c.method, c.path, c.token, c.body, c.headers...).want(c.status).json(c.want)
		})
	}
}

func TestRecordedErrors(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	w.call("PUT", wire.PathProfile, ann, `{"phone_number": "111111111111111111111", "specialization_id": "abc", "is_available": "maybe"}`).same("clin_profile_put_invalid_400")
	w.call("PUT", wire.PathProfile, ann, `{"a":`).same("clin_profile_put_malformed_json_400")
	a := w.call("PATCH", wire.PathProfile, ann, `{}`).same("clin_profile_patch_405")
	if got := a.header.Get("Allow"); got != "GET, HEAD, OPTIONS, PUT" {
		t.Errorf("Allow = %q", got)
	}
	w.call("GET", wire.PathProfile, "nonsense", nil).same("clin_profile_get_bad_token_401")
	w.call("GET", wire.PathProfile, "", nil, "Authorization", "Token x").same("clin_profile_get_wrong_scheme_401")
	w.call("POST", wire.PathRefresh, "", `{}`).same("clin_auth_refresh_missing_400")
	w.call("POST", wire.PathLogin, "", `{}`).same("auth_login_missing_fields_400")
	w.call("GET", "/api/ocr/job/x/result/", ann, nil).same("ocr_result_404")
	w.send(wire.PathUpload, ann, "patient_id", itoa(w.annPatient.ID)).same2("file_medical_record_upload_missing_params_400", "fields")
	w.send(wire.PathUpload, ann, "patient_id", itoa(w.annPatient.ID), "medical_record_type_id", "3").same2("file_medical_record_upload_no_file_400", "fields")
}

// same2 is same without one key that we add.
func (a answer) same2(name, added string) answer {
	a.t.Helper()
	var m map[string]any
	a.into(&m)
	delete(m, added)
	a.body = []byte(mustJSON(m))
	return a.same(name)
}

func TestSlashes(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]string{
		"/api/clinician/dashboard":                  "/api/clinician/dashboard/",
		"/api/clinician/patients?limit=3&q=a%20b":   "/api/clinician/patients/?limit=3&q=a%20b",
		"/api/files/medical-records/x%2Fy/download": "/api/files/medical-records/x%2Fy/download/",
		"/api/clinician/patients/7/records":         "/api/clinician/patients/7/records/",
		"/api/clinician/auth/refresh-if-active":     "/api/clinician/auth/refresh-if-active/",
	} {
		a := w.call("GET", path, "", nil).want(301) // before authentication
		if got := a.header.Get("Location"); got != want {
			t.Errorf("GET %s goes to %q, want %q", path, got, want)
		}
	}
	for _, path := range []string{"//evil.example/api/clinician/dashboard", "/api//clinician/dashboard", "/nowhere", "/api/clinician/nowhere"} {
		if a := w.call("GET", path, "", nil); a.status == 301 || strings.HasPrefix(a.header.Get("Location"), "//") {
			t.Errorf("GET %s = %d to %q", path, a.status, a.header.Get("Location"))
		}
	}
	a := w.call("POST", strings.TrimSuffix(wire.PathLogin, "/"), "", `{}`).want(404)
	if !strings.Contains(string(a.body), "slash") {
		t.Errorf("POST without slash: %s", a.body)
	}
}

func TestHeadAndOptions(t *testing.T) {
	w := newWorld(t)
	a := w.call("HEAD", wire.PathProfile, w.ann.Tokens.Access, nil).want(200)
	if len(a.body) != 0 || a.header.Get("Content-Length") == "" {
		t.Errorf("HEAD: %d bytes, Content-Length %q", len(a.body), a.header.Get("Content-Length"))
	}
	w.call("OPTIONS", wire.PathProfile, "", nil).want(401)
	if a := w.call("OPTIONS", wire.PathProfile, w.ann.Tokens.Access, nil).want(200); a.header.Get("Allow") == "" {
		t.Error("OPTIONS without Allow")
	}
}

// TestEveryRouteNeedsIdentity walks the table itself, so that a new route is
// covered by being there.
func TestEveryRouteNeedsIdentity(t *testing.T) {
	w := newWorld(t)
	open := 0
	for _, rt := range w.api.routes() {
		path := strings.NewReplacer("{patient}", itoa(w.annPatient.ID), "{id}", "x", "{page}", "1").Replace(rt.path)
		if rt.action.access == anybody {
			open++
			continue
		}
		for name, headers := range map[string][]string{
			"none": nil, "bad": {"Authorization", "Bearer bad"}, "basic": {"Authorization", "Basic x"},
			"refresh token": {"Authorization", "Bearer " + w.ann.Tokens.Refresh},
		} {
			a := w.call(rt.method, path, "", nil, headers...)
			if a.status != 401 {
				t.Errorf("%s %s with %s: %d", rt.method, path, name, a.status)
			}
			if got := a.header.Get("Content-Type"); got != "application/json" {
				t.Errorf("%s %s: Content-Type %q", rt.method, path, got)
			}
		}
	}
	if open != 21 {
		t.Errorf("%d routes are open to anybody; when you add one, think and change this number", open)
	}
}

func TestHosts(t *testing.T) {
	cases := []struct {
		allowed []string
		debug   bool
		host    string
		want    bool
	}{
		{nil, false, "localhost:8003", true}, {nil, false, "[::1]:8003", true}, {nil, false, "127.0.0.1", true},
		{nil, false, "evil.example", false}, {[]string{"*"}, false, "anything", true},
		{[]string{"a.example"}, false, "A.example.:80", true}, {[]string{"a.example"}, false, "b.a.example", false},
		{[]string{".a.example"}, false, "b.a.example", true}, {[]string{".a.example"}, false, "a.example", true},
		{[]string{".a.example"}, false, "evila.example", false}, {[]string{"a.example"}, false, "localhost", false},
		{[]string{"a.example"}, true, "localhost", true}, {[]string{"a.example"}, false, "", false},
	}
	for _, c := range cases {
		if got := newHostList(c.allowed, c.debug).allows(c.host); got != c.want {
			t.Errorf("%v debug=%v allows %q = %v", c.allowed, c.debug, c.host, got)
		}
	}
	w := newWorld(t)
	w.call("GET", wire.PathHealth, "", nil, "Host", "evil.example").want(400)
}

func TestHeaders(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.TLS = true })
	for _, path := range []string{wire.PathHealth, wire.PathProfile, "/nothing/"} {
		h := w.call("GET", path, w.ann.Tokens.Access, nil).header
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN",
			"Referrer-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000"} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s = %q", path, name, got)
			}
		}
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	if got := w.call("GET", wire.PathProfile, w.ann.Tokens.Access, nil).header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control = %q", got)
	}
}

func TestOrigins(t *testing.T) {
	const good, evil = "https://portal.example", "https://evil.example"
	w := newWorld(t, func(c *Config) { c.CORSOrigins = []string{good, "not an origin", good + "/path"} })
	if !strings.Contains(w.log.String(), "CORS origin left out") || len(w.api.origins) != 1 {
		t.Errorf("origins: %v", w.api.origins)
	}
	preflight := func(origin string) http.Header {
		return w.call("OPTIONS", wire.PathProfile, "", nil, "Origin", origin, "Access-Control-Request-Method", "PUT",
			"Access-Control-Request-Headers", "authorization,content-type").want(200).header
	}
	if h := preflight(good); h.Get("Access-Control-Allow-Origin") != good || h.Get("Access-Control-Allow-Credentials") != "true" {
		t.Errorf("preflight of the listed origin: %v", h)
	}
	for _, o := range []string{evil, "null", "https://portal.example.evil.example", "http://portal.example"} {
		if h := preflight(o); h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("preflight of %s: %v", o, h)
		}
		w.call("POST", wire.PathLogin, "", `{}`, "Origin", o, "Sec-Fetch-Site", "cross-site").want(403).
			json(`{"error":"Requests from this web origin are not allowed."}`)
	}
	w.call("POST", wire.PathLogin, "", `{}`, "Origin", good, "Sec-Fetch-Site", "cross-site").want(400)
	w.call("POST", wire.PathLogin, "", `{}`).want(400) // a program
}

func TestPanicSaysNothing(t *testing.T) {
	w := newWorld(t)
	h := w.api.observe(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("SECRET of patient 7") }))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/x?name=Quillfeather", nil))
	if rec.Code != 500 || strings.Contains(rec.Body.String(), "SECRET") || !strings.Contains(rec.Body.String(), `"code":"internal"`) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if log := w.log.String(); strings.Contains(log, "SECRET") || strings.Contains(log, "Quillfeather") || !strings.Contains(log, `"panic"`) {
		t.Errorf("log: %s", log)
	}
}

func TestErrorsByFamily(t *testing.T) {
	secret := core.Errorf(core.CodeUnavailable, "Try again.").WithCause(os.ErrPermission)
	invalid := core.Errorf(core.CodeInvalid, "m")
	invalid.Fields = map[string][]string{"b": {"wrong."}, "a": {"bad."}}
	limited := core.Errorf(core.CodeRateLimited, "Slow down.")
	limited.RetryAfter = 7
	cases := []struct {
		fam    family
		err    error
		status int
		want   string
	}{
		{clinical, secret, 503, `{"error":"Try again.","code":"unavailable"}`},
		{files, secret, 503, `{"success":false,"error":"Service unavailable","message":"Try again.","code":"unavailable"}`},
		{ocr, secret, 503, `{"success":false,"message":"Try again.","code":"unavailable"}`},
		{clinical, os.ErrPermission, 500, `{"error":"` + core.MessageOf(nil) + `","code":"internal"}`},
		{clinical, invalid, 400, `{"a":["bad."],"b":["wrong."]}`},
		{files, invalid, 400, `{"success":false,"error":"Invalid request","message":"a: bad. b: wrong.","code":"invalid","fields":{"a":["bad."],"b":["wrong."]}}`},
		{ocr, core.Errorf(core.CodeConflict, "Ended."), 400, `{"success":false,"message":"Ended.","code":"conflict"}`},
		{clinical, limited, 429, `{"error":"Slow down.","code":"rate_limited"}`},
		{files, &http.MaxBytesError{Limit: 5}, 413, `{"success":false,"error":"File too large","message":"The request is larger than the 5 bytes allowed here.","code":"too_large"}`},
		{clinical, context.Canceled, 499, `{"error":"The request was stopped before it was done.","code":"canceled"}`},
	}
	a := New(Config{})
	for _, c := range cases {
		rec := httptest.NewRecorder()
		a.fail(rec, httptest.NewRequest("GET", "/", nil), c.fam, c.err)
		if rec.Code != c.status || rec.Body.String() != c.want {
			t.Errorf("%v in family %d:\n got %d %s\nwant %d %s", c.err, c.fam, rec.Code, rec.Body, c.status, c.want)
		}
		if c.status == 429 && rec.Header().Get("Retry-After") != "7" {
			t.Errorf("Retry-After = %q", rec.Header().Get("Retry-After"))
		}
	}
}

func TestClientAddress(t *testing.T) {
	cases := []struct {
		remote, forwarded string
		proxy             bool
		want              string
	}{
		{"192.0.2.1:5", "203.0.113.9", false, "192.0.2.1"},
		{"10.0.0.1:5", "1.1.1.1, 203.0.113.9", true, "203.0.113.9"},
		{"10.0.0.1:5", "", true, "10.0.0.1"},
		{"10.0.0.1:5", "x\r\ny", true, ""},
		{"[::ffff:192.0.2.1]:5", "", false, "192.0.2.1"},
		{"[fe80::1%eth0]:5", "", false, "fe80::1"},
	}
	for _, c := range cases {
		a := New(Config{BehindProxy: c.proxy})
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header["X-Forwarded-For"] = []string{c.forwarded}
		}
		if got := a.client(r).Address; got != c.want {
			t.Errorf("%+v = %q", c, got)
		}
	}
}
