package web_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"clinician/internal/clients/pages"
	"clinician/internal/core"
	"clinician/internal/core/boot"
)

// shared is the server of all tests of the package: each has clinicians of its own on it.
var shared *world

func TestMain(m *testing.M) {
	if pages.IsWorker(os.Args) { // the server opens documents in copies of this program
		os.Exit(pages.WorkerMain())
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "clinician-web-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if shared, err = open(dir); err != nil {
		panic(err)
	}
	defer shared.close()
	defer closeBrowser()
	return m.Run()
}

const password = "correct-horse-battery"

// world is a whole server with everything real but what reads documents.
type world struct {
	*boot.Server
	url    string
	reader *reader
	people atomic.Int64
	close  func()
}

func open(dir string, env ...string) (*world, error) {
	c, err := boot.Load(append([]string{"CLINICIAN_DATA_DIR=" + dir + "/data", "CLINICIAN_ADDR=127.0.0.1:0", "CLINICIAN_TIME_ZONE=UTC",
		"CLINICIAN_READ_ON_ARRIVAL=off"}, env...))
	if err != nil {
		return nil, err
	}
	w := &world{reader: newReader()}
	if w.Server, err = boot.Open(context.Background(), c, boot.Options{Reader: w.reader}); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Serve(ctx) }()
	w.url = w.URL()
	w.close = func() {
		stop()
		if err := <-done; err != nil {
			fmt.Fprintln(os.Stderr, "Serve:", err)
		}
		if err := w.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "Close:", err)
		}
	}
	return w, nil
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// clinician makes an account.
func (w *world) clinician(t testing.TB, first, last string) core.SignedIn {
	t.Helper()
	in, err := w.App.Signup(t.Context(), core.Signup{Email: fmt.Sprintf("c%d@example.org", w.people.Add(1)), Password: password,
		PasswordConfirm: password, FirstName: first, LastName: last, SpecializationID: 1, PhoneNumber: "555-0100"}, core.Client{Address: "127.0.0.1"})
	must(t, err)
	return in
}

// patient makes a patient of a clinician.
func (w *world) patient(t testing.TB, of core.SignedIn, p core.NewPatient) core.Patient {
	t.Helper()
	made, err := w.Store.CreatePatient(t.Context(), p, core.AuditEvent{Type: core.EventPatientCreated, Action: core.ActionCreate, Outcome: core.OutcomeSuccess})
	must(t, err)
	_, err = w.Store.Assign(t.Context(), made.ID, of.Clinician.ID, nil, "", core.AuditEvent{Type: core.EventPatientAssigned,
		Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, PatientID: made.ID})
	must(t, err)
	made, err = w.Store.Patient(t.Context(), made.ID)
	must(t, err)
	return made
}

func catalina() core.NewPatient {
	return core.NewPatient{FirstName: "Catalina", LastName: "Quillfeather", Demographics: core.Demographics{Title: "Mrs",
		DateOfBirth: core.Date{Year: 1940, Month: 5, Day: 8}, Gender: core.GenderFemale, AllergyStatus: core.AllergiesKnown,
		Allergies: []core.Allergy{{Substance: "Penicillin", RecordedOn: core.Date{Year: 2020, Month: 9, Day: 30}}}}}
}

// session binds the use cases to somebody, around the pages.
func (w *world) session(t testing.TB, in core.SignedIn) core.Clinic {
	t.Helper()
	p, err := w.App.Authenticate(t.Context(), in.Tokens.Access, core.Client{Address: "127.0.0.1"})
	must(t, err)
	return w.App.As(core.Acting{Principal: p, Token: core.NewToken(in.Tokens.Access)})
}

// document puts a file into a chart.
func (w *world) document(t testing.TB, of core.SignedIn, patientID int64, filename, content string) core.Record {
	t.Helper()
	r, err := w.session(t, of).Upload(t.Context(), core.NewDocument{PatientID: patientID, TypeID: 1, Filename: filename, Size: int64(len(content)),
		Content: strings.NewReader(content)}, nil)
	must(t, err)
	return r
}

// visitor is a program that keeps cookies like a browser and follows no redirects.
type visitor struct {
	t    testing.TB
	base string
	http *http.Client
}

func (w *world) visitor(t testing.TB) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &visitor{t, w.url, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// signedIn is a visitor with a clinician's cookies.
func (w *world) signedIn(t testing.TB, in core.SignedIn) *visitor {
	t.Helper()
	v := w.visitor(t)
	v.get("/login/").want(200)
	v.post("/login/", url.Values{"email": {in.User.Email}, "password": {password}}).want(303)
	return v
}

// answer is a response read to its end.
type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   string
}

func (v *visitor) get(path string, headers ...string) answer {
	v.t.Helper()
	return v.do("GET", path, nil, headers...)
}

// post sends a form as old browsers do: its token and no word of where it comes from.
func (v *visitor) post(path string, form url.Values, headers ...string) answer {
	v.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	if form.Get("csrfmiddlewaretoken") == "" {
		form.Set("csrfmiddlewaretoken", v.cookie("csrftoken"))
	}
	return v.do("POST", path, strings.NewReader(form.Encode()), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

func (v *visitor) do(method, path string, body io.Reader, headers ...string) answer {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, body)
	must(v.t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := v.http.Do(req)
	must(v.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	must(v.t, err)
	return answer{v.t, method + " " + path, resp.StatusCode, resp.Header, string(text)}
}

func (v *visitor) cookie(name string) string {
	u, _ := url.Parse(v.base)
	for _, c := range v.http.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: status %d, want %d: %.600s", a.what, a.status, status, a.body)
	}
	return a
}

func (a answer) to(location string) answer {
	a.t.Helper()
	if got := a.header.Get("Location"); got != location {
		a.t.Errorf("%s goes to %q, want %q", a.what, got, location)
	}
	return a
}

func (a answer) says(texts ...string) answer {
	a.t.Helper()
	plain := words(a.body)
	for _, text := range texts {
		if !strings.Contains(plain, text) {
			a.t.Errorf("%s does not say %q; it says: %s", a.what, text, plain)
		}
	}
	return a
}

func (a answer) silent(texts ...string) answer {
	a.t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			a.t.Errorf("%s says %q", a.what, text)
		}
	}
	return a
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	blanks = regexp.MustCompile(`\s+`)
	marks  = strings.NewReplacer("&#39;", "'", "&amp;", "&", "&#34;", `"`, "&lt;", "<", "&gt;", ">", "&#43;", "+")
)

// words is the text of a page.
func words(html string) string {
	return marks.Replace(blanks.ReplaceAllString(tags.ReplaceAllString(html, " "), " "))
}

func chart(id int64) string { return fmt.Sprintf("/clinician/patients/%d/dashboard/", id) }
