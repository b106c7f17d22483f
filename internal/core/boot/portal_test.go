package boot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"clinician/internal/clients/siblingtest"
	"clinician/internal/core"
	"clinician/internal/core/portal"
	"clinician/internal/core/present"
)

// portalServer is a whole server with people kept by a fake database-service, and by
// wish signed in by a fake auth-service, on a clock of its own.
type portalServer struct {
	*Server
	t     *testing.T
	url   string
	db    *siblingtest.Database
	auth  *siblingtest.Auth
	clock *handClock
	mary  int64 // the user; clinician 1, with patients 1 and 2
	otto  int64 // clinician 2, with patient 3
}

// handClock stands still until it is moved.
type handClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *handClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *handClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newPortal(t *testing.T, withAuth bool, more ...string) *portalServer {
	t.Helper()
	p := &portalServer{t: t, db: siblingtest.StartDatabase(t), clock: &handClock{at: time.Now().Truncate(time.Second)}}
	p.mary, _ = p.db.AddClinician("dr.main@example.com", "Mary", "Main")
	p.otto, _ = p.db.AddClinician("dr.other@example.com", "Otto", "Other")
	p.db.AddPatient(1, "Bryan", "Breitenberg", "1964-08-30")
	p.db.AddPatient(1, "Ann", "Ray", "1970-01-01")
	p.db.AddPatient(2, "Cleo", "Stone", "1980-02-02")
	env := []string{"CLINICIAN_DATA_DIR=" + t.TempDir() + "/data", "CLINICIAN_ADDR=127.0.0.1:0", "CLINICIAN_TIME_ZONE=UTC",
		"DATABASE_SERVICE_URL=" + p.db.URL, "DATABASE_SERVICE_TOKEN=" + siblingtest.ServiceToken}
	if withAuth {
		p.auth = siblingtest.StartAuth(t, p.db)
		env = append(env, "AUTH_SERVICE_URL="+p.auth.URL, "JWT_SECRET_KEY="+siblingtest.JWTKey)
	}
	c, err := Load(append(env, more...))
	ok(t, err)
	s, err := Open(t.Context(), c, Options{Clock: p.clock.now})
	ok(t, err)
	p.Server = s
	srv := httptest.NewServer(s.api.Handler())
	p.url = srv.URL
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		ok(t, s.api.Shutdown(ctx))
		srv.Close()
		ok(t, s.Close())
	})
	return p
}

// reply is an answer of the server.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	return r
}

func (r reply) json(v any) {
	r.t.Helper()
	if err := json.Unmarshal([]byte(r.body), v); err != nil {
		r.t.Fatalf("%v in %s", err, r.body)
	}
}

func (p *portalServer) call(method, path, token string, body any) reply {
	p.t.Helper()
	var b io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		ok(p.t, err)
		b = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, b)
	ok(p.t, err)
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	ok(p.t, err)
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	ok(p.t, err)
	return reply{p.t, resp.StatusCode, resp.Header, string(all)}
}

type signedIn struct {
	User      core.User
	Clinician *core.Clinician
	Tokens    core.Tokens
}

func (p *portalServer) login(email string) (in signedIn) {
	p.t.Helper()
	p.call("POST", "/api/clinician/auth/login/", "", map[string]string{"email": email, "password": siblingtest.Password}).want(200).json(&in)
	return in
}

func TestPortalStory(t *testing.T) {
	t.Parallel()
	p := newPortal(t, false)
	in := p.login("dr.main@example.com")
	if in.User.ID != p.mary || in.Clinician == nil || in.Clinician.SpecializationDetail.CancerType != "Breast Cancer" || !p.db.TokenActive(in.Tokens.Refresh) {
		t.Fatalf("logged in as %+v", in)
	}
	token := in.Tokens.Access
	var list core.PatientPage
	p.call("GET", "/api/clinician/patients/", token, nil).want(200).json(&list)
	if list.Count != 2 || list.Patients[0].User.LastName != "Breitenberg" || list.Patients[0].MRN != "" ||
		list.Patients[0].Assignment.CancerSubtypeName != "Serous carcinoma" || list.Patients[0].DateOfBirth.String() != "1964-08-30" {
		t.Errorf("patients are %+v", list)
	}
	p.call("GET", "/api/clinician/patients/?q=brei&limit=10", token, nil).want(200).json(&list)
	if list.Count != 1 {
		t.Errorf("found %+v", list)
	}
	var detail core.PatientDetail
	p.call("GET", "/api/clinician/patients/1/", token, nil).want(200).json(&detail)
	if detail.Patient.User.Email == "" || detail.Patient.Assignment.CancerTypeName != "Uterine Cancer" || *detail.Patient.Assignment.AssignedClinician != 1 {
		t.Errorf("patient is %+v", detail.Patient)
	}
	for _, other := range []string{"3", "999"} { // another clinician's, and nobody's
		p.call("GET", "/api/clinician/patients/"+other+"/", token, nil).want(403)
	}

	var profile core.Profile
	p.call("PUT", "/api/clinician/auth/profile/", token, map[string]any{"first_name": "Maria", "specialization_id": 9, "phone_number": "555-0199"}).want(200).json(&profile)
	if profile.User.FirstName != "Maria" || *profile.Specialization != 9 || profile.PhoneNumber != "555-0199" || p.db.Name(p.mary) != "Maria Main" {
		t.Errorf("profile is %+v, there %s", profile, p.db.Name(p.mary))
	}
	if a := p.call("PUT", "/api/clinician/auth/profile/", token, map[string]any{"specialization_id": 999}).want(400); !strings.Contains(a.body, "specialization_id") {
		t.Error(a.body)
	}

	var tokens core.Tokens
	p.call("POST", "/api/clinician/auth/refresh/", "", map[string]string{"refresh": in.Tokens.Refresh}).want(200).json(&tokens)
	if p.db.TokenActive(in.Tokens.Refresh) || !p.db.TokenActive(tokens.Refresh) {
		t.Error("the spent token is valid there, or its successor is not")
	}
	p.call("POST", "/api/clinician/auth/logout/", tokens.Access, nil).want(200)
	if p.db.TokenActive(tokens.Refresh) {
		t.Error("the refresh token is valid there after the log-out")
	}
	p.call("GET", "/api/clinician/patients/", tokens.Access, nil).want(401)

	in = p.login("DR.main@example.com") // the exact spelling first, then lower case
	p.call("POST", "/api/clinician/auth/logout/", in.Tokens.Access, map[string]bool{"everywhere": true}).want(200)
	if p.db.TokenActive(in.Tokens.Refresh) {
		t.Error("logged out everywhere, and the token is valid there")
	}
}

// TestPortalFillersAreNoFacts: what the other service puts into a row before anybody has
// said anything is "not known" here, wherever it would be shown, searched or believed.
func TestPortalFillersAreNoFacts(t *testing.T) {
	t.Parallel()
	p := newPortal(t, false)
	p.db.Fill(1, map[string]any{"date_of_birth": "1900-01-01", "gender": "OTHER", "phone_number": "N/A", "address": " - ", "emergency_contact_name": "Unknown",
		"emergency_contact_phone": "not provided"})
	p.db.Fill(2, map[string]any{"date_of_birth": "1970-01-01", "gender": "OTHER", "phone_number": "555-0142", "emergency_contact_name": "None"})
	token := p.login("dr.main@example.com").Tokens.Access
	var list core.PatientPage
	p.call("GET", "/api/clinician/patients/", token, nil).want(200).json(&list)
	row, chosen := list.Patients[0], list.Patients[1]
	if !row.DateOfBirth.IsZero() || row.Gender != "" || row.PhoneNumber+row.Address+row.EmergencyContactName+row.EmergencyContactPhone != "" {
		t.Errorf("an untouched row is %+v", row)
	}
	if chosen.DateOfBirth.String() != "1970-01-01" || chosen.Gender != core.GenderOther || chosen.PhoneNumber != "555-0142" || chosen.EmergencyContactName != "None" {
		t.Errorf("what was said is %+v", chosen)
	}
	var detail core.PatientDetail
	p.call("GET", "/api/clinician/patients/1/", token, nil).want(200).json(&detail)
	who := present.PersonOf(detail.Patient, p.clock.now())
	if who.BornWords() != "Not known" || who.Gender != "Not known" || detail.Patient.PhoneNumber != "" {
		t.Errorf("the chart says %+v", who)
	}
	for _, q := range []string{"1900-01-01", "01-Jan-1900", "1/1/1900"} {
		p.call("GET", "/api/clinician/patients/?limit=10&q="+url.QueryEscape(q), token, nil).want(200).json(&list)
		if list.Count != 0 {
			t.Errorf("%s finds %+v", q, list.Patients)
		}
	}
	var types struct{ Results []core.RecordType }
	p.call("GET", "/api/clinician/record-types/", "", nil).want(200).json(&types)
	var up struct {
		FileID string `json:"file_id"`
	}
	p.call("POST", "/api/clinician/patients/1/records/", token, map[string]any{"filename": "a.txt", "content_base64": "eA==", "record_type": types.Results[0].TypeName}).want(201).json(&up)
	for _, typed := range []map[string]any{{"family_name": "Breitenberg", "birth_year": 1900}, {"family_name": "Breitenberg", "mrn_ending": "0001"}} {
		a := p.call("DELETE", "/api/files/medical-records/"+up.FileID+"/delete/", token, typed).want(409)
		if !strings.Contains(a.body, "Neither birth date nor MRN of this patient is recorded") {
			t.Errorf("%v is answered %s", typed, a.body)
		}
	}
}

// TestPortalAuthority: what is said at the other service holds here within seconds.
func TestPortalAuthority(t *testing.T) {
	t.Parallel()
	p := newPortal(t, false)
	mary, otto := p.login("dr.main@example.com").Tokens.Access, p.login("dr.other@example.com").Tokens.Access
	p.call("GET", "/api/clinician/patients/1/", mary, nil).want(200)
	p.call("GET", "/api/clinician/patients/1/", otto, nil).want(403)
	p.db.Assign(1, 2)
	p.clock.move(portal.MaxAge + time.Second)
	p.call("GET", "/api/clinician/patients/1/", mary, nil).want(403)
	p.call("GET", "/api/clinician/patients/1/", otto, nil).want(200)
	var list core.PatientPage
	p.call("GET", "/api/clinician/patients/", mary, nil).want(200).json(&list)
	if list.Count != 1 || list.Patients[0].ID != 2 {
		t.Errorf("still listed: %+v", list)
	}
	p.call("GET", "/api/clinician/patients/", otto, nil).want(200).json(&list)
	if list.Count != 2 {
		t.Errorf("not listed: %+v", list)
	}
	p.db.SetActive(p.mary, false)
	p.clock.move(portal.MaxAge + time.Second)
	p.call("GET", "/api/clinician/patients/2/", mary, nil).want(401)
	if got := p.call("POST", "/api/clinician/auth/login/", "", map[string]string{"email": "dr.main@example.com", "password": siblingtest.Password}); got.status != 401 {
		t.Errorf("a disabled user logged in: %s", got.body)
	}
}

// TestPortalFailsClosed: however the other service fails, nothing is shown, and the
// answer says which service it was and nothing else of it.
func TestPortalFailsClosed(t *testing.T) {
	t.Parallel()
	for _, withAuth := range []bool{false, true} {
		for _, fault := range siblingtest.Faults {
			t.Run(fmt.Sprintf("%s with auth %v", fault, withAuth), func(t *testing.T) {
				t.Parallel()
				p := newPortal(t, withAuth)
				token := p.login("dr.main@example.com").Tokens.Access
				p.call("GET", "/api/clinician/patients/", token, nil).want(200)
				name, hidden := "database-service", p.db.URL
				if withAuth {
					name, hidden = "auth-service", p.auth.URL
					p.auth.Fail(fault)
				} else {
					p.db.Fail(fault)
				}
				p.clock.move(portal.MaxAge + time.Second)
				paths := []string{"/api/clinician/patients/", "/api/clinician/patients/1/", "/api/clinician/auth/profile/", "/api/clinician/dashboard/"}
				if fault == siblingtest.Slow {
					paths = paths[:1] // it takes its time
				}
				for _, path := range paths {
					a := p.call("GET", path, token, nil)
					if withAuth && fault == siblingtest.WrongToken {
						a.want(401) // it says that nobody is let in
						continue
					}
					if a.status < 502 || a.status > 504 || !strings.Contains(a.body, name) {
						t.Fatalf("%s: %d %s", path, a.status, a.body)
					}
					if a.status == 503 && a.header.Get("Retry-After") == "" {
						t.Error("no Retry-After")
					}
					for _, h := range []string{"Breitenberg", "secret", "127.0.0.1", hidden} {
						if strings.Contains(a.body, h) {
							t.Errorf("the answer gives %q away: %s", h, a.body)
						}
					}
				}
				if a := p.call("GET", "/health/ready", "", nil).want(503); !strings.Contains(a.body, `"`+name+`":"unhealthy"`) {
					t.Error(a.body)
				}
			})
		}
	}
}

// TestPortalTwoDown: both are away, one comes back, then the other.
func TestPortalTwoDown(t *testing.T) {
	t.Parallel()
	p := newPortal(t, true)
	token := p.login("dr.main@example.com").Tokens.Access
	get := func() reply { t.Helper(); return p.call("GET", "/api/clinician/patients/1/", token, nil) }
	get().want(200)
	p.db.Fail(siblingtest.Killed)
	p.auth.Fail(siblingtest.Killed)
	p.clock.move(portal.MaxAge + time.Second)
	get().want(503)
	if a := p.call("GET", "/health/", "", nil).want(200); !strings.Contains(a.body, `"auth-service":"unhealthy","database-service":"unhealthy"`) ||
		!strings.Contains(a.body, `"database_connection":"unhealthy"`) {
		t.Error(a.body)
	}
	p.call("POST", "/api/clinician/auth/login/", "", map[string]string{"email": "dr.main@example.com", "password": siblingtest.Password}).want(503)
	// The circuits close on a clock of their own.
	until := func(what string, come func(reply) bool) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); !come(get()); {
			if time.Now().After(deadline) {
				t.Fatal(what)
			}
		}
	}
	p.auth.Fail(siblingtest.Well)
	until("database-service is not named", func(a reply) bool { return a.status == 503 && strings.Contains(a.body, "database-service") })
	p.db.Fail(siblingtest.Well)
	until("nothing comes back", func(a reply) bool { return a.status == 200 })
}

// TestPortalAdmin: the shell's administration goes to database-service, is accounted
// for here, and makes up nothing of its own.
func TestPortalAdmin(t *testing.T) {
	t.Parallel()
	p := newPortal(t, false)
	ctx := t.Context()
	c, err := Load([]string{"CLINICIAN_DATA_DIR=" + t.TempDir() + "/data", "DATABASE_SERVICE_URL=" + p.db.URL})
	ok(t, err)
	a, err := OpenAdmin(ctx, c)
	ok(t, err)
	defer func() { ok(t, a.Close()) }()
	u, err := a.CreateUser(ctx, core.NewUser{Email: "zoe.new@example.com", Role: core.RoleClinician}, "a long Passphrase 7", "555")
	ok(t, err)
	if p.db.Name(u.ID) != "Zoe New" || !strings.HasPrefix(p.db.PasswordOf("zoe.new@example.com"), "pbkdf2_sha256$") {
		t.Errorf("made %+v", u)
	}
	done, err := a.Assign(ctx, 1, "zoe.new@example.com", nil, "moved")
	ok(t, err)
	if p.db.IsAssigned(p.mary, 1) || !p.db.IsAssigned(u.ID, 1) || done.CancerSubtype == nil || *done.CancerSubtype != 27 {
		t.Errorf("assigned %+v", done)
	}
	made, err := a.CreatePatient(ctx, core.NewPatient{FirstName: "Dan", LastName: "Doe", Demographics: core.Demographics{DateOfBirth: core.Date{Year: 1990, Month: 1, Day: 2}, Gender: "male"}})
	ok(t, err)
	if p.db.Name(made.UserID) != "Dan Doe" || made.MRN != "" {
		t.Errorf("made %+v", made)
	}
	_, err = a.CreatePatient(ctx, core.NewPatient{FirstName: "Dan", LastName: "Doe", Demographics: core.Demographics{MRN: "123", DateOfBirth: core.Date{Year: 1990, Month: 1, Day: 2}, Gender: "male"}})
	says(t, "a record number", err, core.CodeInvalid, "no fields for")
	ok(t, a.SetActive(ctx, "dr.other@example.com", false))
	p.call("POST", "/api/clinician/auth/login/", "", map[string]string{"email": "dr.other@example.com", "password": siblingtest.Password}).want(401)
	if _, err := a.LoadDemo(ctx, DemoOptions{}); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("demo data: %v", err)
	}
	_, err = a.Import.ImportPatients(ctx, 1, []core.ImportPatient{{}}, core.AuditEvent{})
	says(t, "an import", err, core.CodeInvalid, "database-service")

	events, err := a.Audit.Query(ctx, core.AuditQuery{Type: core.EventPatientAssigned})
	ok(t, err)
	if len(events) != 2 || events[1].Outcome != core.OutcomeIntended || events[0].Outcome != core.OutcomeSuccess {
		t.Errorf("accounted as %+v", events)
	}
	if _, err := a.Audit.Verify(ctx); err != nil {
		t.Error(err)
	}
	p.db.Fail(siblingtest.Killed)
	err = a.SetActive(ctx, "dr.other@example.com", true)
	says(t, "while it is away", err, core.CodeUnavailable, "database-service")
}

// TestOwnPeopleShareTransactions: without a portal the parts keep their capabilities.
func TestOwnPeopleShareTransactions(t *testing.T) {
	t.Parallel()
	c, err := Load([]string{"CLINICIAN_DATA_DIR=" + t.TempDir() + "/data", "CLINICIAN_ADDR=127.0.0.1:0"})
	ok(t, err)
	s, err := Open(t.Context(), c, Options{})
	ok(t, err)
	defer func() { ok(t, s.Close()) }()
	for name, port := range map[string]any{"assignments": s.App.Assignments, "registration": s.App.Registration} {
		if tr, is := port.(core.Transactional); !is || !tr.StoresEvents(s.Audit) {
			t.Errorf("%s lost the log's transactions", name)
		}
	}
}

// TestPortalAuthTokens: tokens of auth-service and ours are taken side by side.
func TestPortalAuthTokens(t *testing.T) {
	t.Parallel()
	p := newPortal(t, true)
	theirs := siblingtest.AccessToken(p.mary, "dr.main@example.com", "CLINICIAN", p.clock.now(), 15*time.Minute)
	var list core.PatientPage
	p.call("GET", "/api/clinician/patients/", theirs, nil).want(200).json(&list)
	if list.Count != 2 {
		t.Errorf("patients are %+v", list)
	}
	if n := siblingtest.Count(p.auth.Asked(), "GET /api/auth/verify/"); n != 1 {
		t.Errorf("asked %d times", n)
	}
	p.call("GET", "/api/clinician/patients/1/", theirs, nil).want(200)
	if n := siblingtest.Count(p.auth.Asked(), "GET /api/auth/verify/"); n != 0 {
		t.Errorf("asked %d times more within %s", n, portal.MaxAge)
	}
	ours := p.login("dr.main@example.com").Tokens.Access
	p.call("GET", "/api/clinician/patients/1/", ours, nil).want(200)

	patient := siblingtest.AccessToken(3, "patient3@example.com", "CLINICIAN", p.clock.now(), time.Minute) // the claim lies
	p.call("GET", "/api/clinician/patients/", patient, nil).want(403)
	p.call("GET", "/api/clinician/patients/", siblingtest.AccessToken(p.mary, "x", "CLINICIAN", p.clock.now().Add(-time.Hour), time.Minute), nil).want(401)
	p.call("GET", "/api/clinician/patients/", siblingtest.AccessToken(4711, "x", "CLINICIAN", p.clock.now(), time.Minute), nil).want(401)

	// Its opaque refresh tokens are exchanged, and stay as they are.
	p.db.AddToken(p.mary, "tB536iB_FPjnpc1VTg-YJZOKnd3Lmqjo6WKk5JWBfWM", p.clock.now().Add(24*time.Hour))
	for range 2 {
		var tokens core.Tokens
		p.call("POST", "/api/clinician/auth/refresh/", "", map[string]string{"refresh": "tB536iB_FPjnpc1VTg-YJZOKnd3Lmqjo6WKk5JWBfWM"}).want(200).json(&tokens)
		p.call("GET", "/api/clinician/patients/1/", tokens.Access, nil).want(200)
		if tokens.Refresh != "tB536iB_FPjnpc1VTg-YJZOKnd3Lmqjo6WKk5JWBfWM" {
			t.Errorf("refresh token is now %s", tokens.Refresh)
		}
	}
	var active core.ActiveSession
	p.clock.move(11 * time.Minute)
	p.call("POST", "/api/clinician/auth/refresh_if_active/", theirs, map[string]string{"refresh": "tB536iB_FPjnpc1VTg-YJZOKnd3Lmqjo6WKk5JWBfWM"}).want(200).json(&active)
	if !active.Active || active.Access == "" {
		t.Errorf("active is %+v", active)
	}
	p.call("POST", "/api/clinician/auth/refresh/", "", map[string]string{"refresh": "never heard of"}).want(401)

	// A log-out here ends a token of theirs here, and the refresh token that comes along
	// for the whole portal; not somebody else's.
	p.db.AddToken(p.mary, "another login of hers", p.clock.now().Add(24*time.Hour))
	p.db.AddToken(p.otto, "not hers", p.clock.now().Add(24*time.Hour))
	second := siblingtest.AccessToken(p.mary, "dr.main@example.com", "CLINICIAN", p.clock.now().Add(-time.Second), 15*time.Minute)
	p.call("POST", "/api/clinician/auth/logout/", second, map[string]string{"refresh": "not hers"}).want(200)
	p.call("POST", "/api/clinician/auth/logout/", theirs, map[string]string{"refresh": "another login of hers"}).want(200)
	if p.db.TokenActive("another login of hers") || !p.db.TokenActive("not hers") {
		t.Error("the wrong refresh token was ended")
	}
	p.call("GET", "/api/clinician/patients/1/", theirs, nil).want(401)

	p.db.SetActive(p.mary, false)
	p.clock.move(portal.MaxAge + time.Second)
	p.call("GET", "/api/clinician/patients/1/", ours, nil).want(401)
}

// TestPortalEvents: the original's events arrive under its names with its data, and
// none is lost while the other side is away.
func TestPortalEvents(t *testing.T) {
	t.Parallel()
	p := newPortal(t, false)
	box := portal.NewOutbox(portal.Options{Store: p.Store, Source: p.people.source, Log: p.log})
	in := p.login("dr.main@example.com")
	p.call("GET", "/api/clinician/patients/", in.Tokens.Access, nil).want(200)
	p.db.Fail(siblingtest.Killed)
	if _, err := box.Tell(t.Context()); err == nil || len(p.db.Events()) > 0 {
		t.Fatalf("told to nobody: %v", err)
	}
	p.db.Fail(siblingtest.Well)
	p.call("GET", "/api/clinician/patients/1/", in.Tokens.Access, nil).want(200)
	p.call("GET", "/api/clinician/patients/3/", in.Tokens.Access, nil).want(403)
	p.call("PUT", "/api/clinician/auth/profile/", in.Tokens.Access, map[string]any{}).want(200)
	p.call("POST", "/api/clinician/auth/logout/", in.Tokens.Access, nil).want(200)
	for {
		n, err := box.Tell(t.Context())
		ok(t, err)
		if n == 0 {
			break
		}
	}
	got, err := json.Marshal(p.db.Events())
	ok(t, err)
	want := `[{"data":{"user_id":1},"event_type":"clinician_login","service":"clinician-service"},` +
		`{"data":{"clinician_id":1,"patient_count":2,"user_id":1},"event_type":"clinician_viewed_patients","service":"clinician-service"},` +
		`{"data":{"clinician_id":1,"patient_id":1,"user_id":1},"event_type":"clinician_viewed_patient_detail","service":"clinician-service"},` +
		`{"data":{"outcome":"denied","patient_id":3,"user_id":1},"event_type":"clinician_viewed_patient_detail_denied","service":"clinician-service"},` +
		`{"data":{"clinician_id":1,"user_id":1},"event_type":"clinician_profile_updated","service":"clinician-service"},` +
		`{"data":{"user_id":1},"event_type":"clinician_logout","service":"clinician-service"}]`
	if string(got) != want {
		t.Errorf("events are\n%s\nwant\n%s", got, want)
	}
}

// TestPortalSignup: the other service has no one step for user and profile.
func TestPortalSignup(t *testing.T) {
	t.Parallel()
	p := newPortal(t, false)
	form := map[string]any{"email": "new@example.com", "password": "a long Passphrase 7", "password_confirm": "a long Passphrase 7",
		"first_name": "Nina", "last_name": "New", "specialization_id": 9, "phone_number": "555"}
	var in signedIn
	p.call("POST", "/api/clinician/auth/signup/", "", form).want(201).json(&in)
	if in.User.RoleName != core.RoleClinician || in.Clinician == nil || p.db.Name(in.User.ID) != "Nina New" ||
		!strings.HasPrefix(p.db.PasswordOf("new@example.com"), "pbkdf2_sha256$1000000$") {
		t.Errorf("signed up as %+v", in)
	}
	_, err := portal.NewOutbox(portal.Options{Store: p.Store, Source: p.people.source, Log: p.log}).Tell(t.Context())
	ok(t, err)
	if events, err := json.Marshal(p.db.Events()); err != nil || !strings.Contains(string(events),
		fmt.Sprintf(`{"data":{"clinician_id":%d,"user_id":%d},"event_type":"clinician_registered","service":"clinician-service"}`, in.Clinician.ID, in.User.ID)) {
		t.Errorf("events are %s", events)
	}
	p.call("POST", "/api/clinician/auth/signup/", "", form).want(400)
	form["email"], form["specialization_id"] = "other@example.com", 22
	if a := p.call("POST", "/api/clinician/auth/signup/", "", form).want(400); p.db.PasswordOf("other@example.com") != "" || !strings.Contains(a.body, "specialization_id") {
		t.Errorf("a user stays behind: %s", a.body)
	}
}

// TestPortalAndStandaloneDoNotMix: numbers of one mean somebody else in the other.
func TestPortalAndStandaloneDoNotMix(t *testing.T) {
	t.Parallel()
	dir := "CLINICIAN_DATA_DIR=" + t.TempDir() + "/data"
	open := func(env ...string) error {
		c, err := Load(append([]string{dir, "CLINICIAN_ADDR=127.0.0.1:0"}, env...))
		ok(t, err)
		s, err := Open(t.Context(), c, Options{})
		if err == nil {
			err = s.Close()
		}
		return err
	}
	ok(t, open("DATABASE_SERVICE_URL=http://127.0.0.1:1"))
	if err := open(); err == nil || !strings.Contains(err.Error(), "DATABASE_SERVICE_URL") {
		t.Errorf("opened as our own: %v", err)
	}
	ok(t, open("DATABASE_SERVICE_URL=http://127.0.0.1:1"))

	dir = "CLINICIAN_DATA_DIR=" + t.TempDir() + "/data"
	c, err := Load([]string{dir})
	ok(t, err)
	a, err := OpenAdmin(t.Context(), c)
	ok(t, err)
	_, err = a.CreateUser(t.Context(), core.NewUser{Email: "a@example.com", Role: core.RoleClerk}, "a long Passphrase 7", "")
	ok(t, err)
	ok(t, a.Close())
	if err := open("DATABASE_SERVICE_URL=http://127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "CLINICIAN_DATA_DIR") {
		t.Errorf("opened as a mirror: %v", err)
	}
}
