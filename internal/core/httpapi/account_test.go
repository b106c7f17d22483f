package httpapi

import (
	"strconv"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func TestSignupSaysWhatIsWrong(t *testing.T) {
	w := newWorld(t)
	w.call("POST", wire.PathSignup, "", `{"email":"x","password":"short","first_name":"","last_name":null,"specialization_id":1.5,"phone_number":true}`).
		want(400).json(`{"email":["Enter a valid email address."],"password":["Ensure this field has at least 8 characters."],
			"password_confirm":["This field is required."],"first_name":["This field may not be blank."],
			"last_name":["This field may not be null."],"specialization_id":["A valid integer is required."],"phone_number":["Not a valid string."]}`)
	good := core.Signup{Email: "new@example.org", Password: password, PasswordConfirm: password + "x", FirstName: "N", LastName: "N",
		SpecializationID: 1, PhoneNumber: "1"}
	w.call("POST", wire.PathSignup, "", good).want(400).json(`{"non_field_errors":["Passwords do not match"]}`)
	good.PasswordConfirm = password
	good.SpecializationID = 999999
	a := w.call("POST", wire.PathSignup, "", good).want(400)
	if !strings.Contains(string(a.body), `"specialization_id":[`) {
		t.Errorf("unknown specialization: %s", a.body)
	}
	good.SpecializationID, good.Email = 1, "ANN@example.org"
	w.call("POST", wire.PathSignup, "", good).want(400).json(`{"error":"User with this email already exists"}`)
}

func TestSessionFromLoginToLogout(t *testing.T) {
	w := newWorld(t)
	w.call("POST", wire.PathLogin, "", wire.Login{Email: "ann@example.org", Password: "wrong"}).want(401).json(`{"error":"Invalid credentials"}`)
	var in core.SignedIn
	a := w.call("POST", wire.PathLogin, "", wire.Login{Email: "Ann@Example.org", Password: password}).want(200).into(&in)
	if a.header.Get("Cache-Control") != "no-store" || in.Clinician == nil || in.User.RoleName != core.RoleClinician {
		t.Errorf("login: %v %s", a.header, a.body)
	}
	w.call("GET", wire.PathProfile, in.Tokens.Access, nil).shaped("clin_profile_get_200")
	for _, path := range []string{wire.PathRefreshIfActive, "/api/clinician/auth/refresh_if_active/"} {
		w.call("POST", path, in.Tokens.Access, `{}`).same("clin_auth_refresh_if_active_200")
		w.call("POST", path, "", nil).want(200).json(`{"active":false}`)
	}
	var next core.Tokens
	w.call("POST", wire.PathRefresh, "", wire.Refresh{Refresh: in.Tokens.Refresh}).want(200).into(&next)
	if next.Refresh == in.Tokens.Refresh || next.Access == "" {
		t.Error("the refresh token was not rotated")
	}
	w.call("POST", wire.PathRefresh, "", wire.Refresh{Refresh: "nonsense"}).want(401).json(`{"error":"Invalid refresh token"}`)
	w.call("POST", wire.PathLogout, next.Access, wire.Logout{Refresh: next.Refresh}).same("clin_auth_logout_200")
	w.call("GET", wire.PathProfile, next.Access, nil).want(401)
	w.call("POST", wire.PathRefresh, "", wire.Refresh{Refresh: next.Refresh}).want(401)
	w.call("GET", wire.PathProfile, w.ann.Tokens.Access, nil).want(200) // the other session lives
	w.call("POST", wire.PathLogout, w.ann.Tokens.Access, wire.Logout{Everywhere: true}).want(200)
	w.call("GET", wire.PathProfile, w.ann.Tokens.Access, nil).want(401)
}

func TestLoginIsThrottled(t *testing.T) {
	w := newWorld(t)
	for range 30 {
		a := w.call("POST", wire.PathLogin, "", wire.Login{Email: "ann@example.org", Password: "wrong"})
		if a.status == 429 {
			if n, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || n < 1 {
				t.Errorf("Retry-After = %q", a.header.Get("Retry-After"))
			}
			return
		}
	}
	t.Error("thirty wrong passwords and no 429")
}

func TestProfileChanges(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	var p core.Profile
	w.call("PUT", wire.PathProfile, ann, `{"first_name":" Anne ","is_available":"no","specialization_id":"1"}`).want(200).into(&p)
	if p.User.FirstName != "Anne" || p.IsAvailable || p.PhoneNumber != "555-0100" {
		t.Errorf("profile: %+v", p)
	}
	body, kind := multipartBody("phone_number", "555-2", "is_available", "1")
	w.call("PUT", wire.PathProfile, ann, body, "Content-Type", kind).want(200).into(&p)
	if p.PhoneNumber != "555-2" || !p.IsAvailable {
		t.Errorf("by form: %+v", p)
	}
	w.call("PUT", wire.PathProfile, ann, `{}`).want(200)
	w.call("PUT", wire.PathProfile, ann, `{"first_name":""}`).want(400).json(`{"first_name":["This field may not be blank."]}`)
	w.call("PUT", wire.PathProfile, ann, `{"first_name":"`+strings.Repeat("é", 151)+`"}`).want(400).
		json(`{"first_name":["Ensure this field has no more than 150 characters."]}`)
	w.call("PUT", wire.PathProfile, ann, `{"first_name":"a\u0000b"}`).want(400).json(`{"first_name":["Null characters are not allowed."]}`)
	w.call("PUT", wire.PathProfile, ann, `{"x":"`+strings.Repeat("a", maxBody)+`"}`).want(413)
}

func TestCharts(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	rec := w.upload("hello")
	w.call("GET", wire.PathDashboard, ann, nil).shaped("clin_dashboard_200")
	w.call("GET", wire.PathPatient(w.annPatient.ID), ann, nil).shaped("clin_patient_detail_200")
	var d core.PatientDashboard
	w.call("GET", wire.PathPatientDashboard(w.annPatient.ID), ann, nil).want(200).into(&d)
	if d.RecordCount != 1 || d.Clinician.ID != w.ann.Clinician.ID || d.Patient.ID != w.annPatient.ID {
		t.Errorf("patient dashboard: %+v", d)
	}
	var page core.PatientPage
	w.call("GET", wire.PathPatients, ann, nil).want(200).into(&page)
	if page.Count != 1 || len(page.Patients) != 1 || page.Patients[0].ID != w.annPatient.ID {
		t.Errorf("patients: %+v", page)
	}
	if a := w.call("GET", wire.PathPatients+"?q=nobody&limit=5", ann, nil).want(200); !strings.Contains(string(a.body), `"results":[]`) {
		t.Errorf("no hits: %s", a.body)
	}
	var list wire.List[core.Record]
	w.call("GET", wire.PathPatientRecords(w.annPatient.ID), ann, nil).want(200).into(&list)
	if list.Count != 1 || list.Results[0].ID != rec.ID {
		t.Errorf("records: %+v", list)
	}
	for _, path := range []string{wire.PathSpecializations, wire.PathRecordTypes, wire.PathLanguages} {
		var l wire.List[map[string]any]
		w.call("GET", path, "", nil).want(200).into(&l)
		if l.Count == 0 || l.Count != len(l.Results) {
			t.Errorf("%s: %d", path, l.Count)
		}
	}
	var lim core.Limits
	w.call("GET", wire.PathLimits, "", nil).want(200).into(&lim)
	if lim.MaxFileBytes != core.MaxFileBytes || lim.OCREngine != "fake 1" {
		t.Errorf("limits: %+v", lim)
	}
}

func TestHealth(t *testing.T) {
	w := newWorld(t)
	w.call("GET", wire.PathHealth, "", nil).shaped("clin_health_200")
	for _, path := range []string{"/health", "/health/live", "/health/live/", "/health/ready", "/health/ready/"} {
		w.call("GET", path, "", nil).want(200)
	}
	w.reads.down = core.Errorf(core.CodeEngineMissing, "Install it.")
	if a := w.call("GET", "/health/ready", "", nil).want(200); !strings.Contains(string(a.body), `"ocr_engine":"missing"`) {
		t.Errorf("ready: %s", a.body)
	}
	must(t, w.store.Close())
	if a := w.call("GET", wire.PathHealth, "", nil).want(200); !strings.Contains(string(a.body), `"database_connection":"unhealthy"`) {
		t.Errorf("health: %s", a.body)
	}
	w.call("GET", "/health/ready", "", nil).want(503)
	w.call("GET", "/health/live", "", nil).want(200)
}
