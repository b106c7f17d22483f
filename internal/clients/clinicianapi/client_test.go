package clinicianapi_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/clinicianapi/apitest"
	"clinician/internal/core"
	"clinician/internal/core/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// vault is a token vault in memory that can refuse to store.
type vault struct {
	mu     sync.Mutex
	tokens map[string]string
	last   string
	refuse bool
	lock   chan struct{}
	log    []string // what was stored and deleted, in order
}

func newVault() *vault { return &vault{tokens: map[string]string{}, lock: make(chan struct{}, 1)} }

func (v *vault) Lock(ctx context.Context, _, _ string) (func(), error) {
	select {
	case v.lock <- struct{}{}:
		return func() { <-v.lock }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (v *vault) Place() (string, string) { return "keyring", "test" }

func (v *vault) Load(_ context.Context, _, user string) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if t, ok := v.tokens[user]; ok {
		return t, nil
	}
	return "", core.Errorf(core.CodeNotFound, "none")
}

func (v *vault) LastUser(context.Context, string) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.last == "" {
		return "", core.Errorf(core.CodeNotFound, "none")
	}
	return v.last, nil
}

func (v *vault) Store(_ context.Context, _, user, token string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.refuse {
		return core.Errorf(core.CodeUnavailable, "locked")
	}
	v.tokens[user], v.last, v.log = token, user, append(v.log, "store "+token)
	return nil
}

func (v *vault) Delete(_ context.Context, _, user string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.log = append(v.log, "delete "+v.tokens[user])
	delete(v.tokens, user)
	v.last = ""
	return nil
}

// client gives a client of the fake whose waits take no time.
func client(t *testing.T, url string, change func(*clinicianapi.Options)) *clinicianapi.Client {
	t.Helper()
	o := clinicianapi.Options{Address: url, Vault: newVault(), Backoff: func(int) time.Duration { return time.Millisecond }}
	if change != nil {
		change(&o)
	}
	c, err := clinicianapi.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func loggedIn(t *testing.T, s *apitest.Server, change func(*clinicianapi.Options)) *clinicianapi.Client {
	t.Helper()
	c := client(t, s.URL, change)
	if _, err := c.Login(t.Context(), apitest.Email, apitest.Password); err != nil {
		t.Fatal(err)
	}
	return c
}

func wantCode(t *testing.T, err error, code core.Code, sentence string) {
	t.Helper()
	if core.CodeOf(err) != code || !strings.Contains(core.MessageOf(err), sentence) {
		t.Errorf("error = %v; want %s with %q", err, code, sentence)
	}
}

func TestEveryCallReachesItsEndpoint(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	ctx := t.Context()
	calls := []struct {
		want string
		call func() error
	}{
		{"GET " + wire.PathProfile, func() error { _, err := c.Profile(ctx); return err }},
		{"PUT " + wire.PathProfile, func() error { _, err := c.UpdateProfile(ctx, core.ProfileChange{}); return err }},
		{"GET " + wire.PathDashboard, func() error { _, err := c.Dashboard(ctx); return err }},
		{"GET " + wire.PathLimits, func() error { _, err := c.Limits(ctx); return err }},
		{"GET " + wire.PathHealth, func() error { _, err := c.Health(ctx); return err }},
		{"GET " + wire.PathPatients, func() error { _, err := c.Patients(ctx, core.PatientQuery{Text: "c", Limit: 5}); return err }},
		{"GET " + wire.PathPatient(7), func() error { _, err := c.Patient(ctx, 7); return err }},
		{"GET " + wire.PathPatientRecords(7), func() error { _, err := c.PatientRecords(ctx, 7, false); return err }},
		{"GET " + wire.PathRecord("r-1"), func() error { _, err := c.Record(ctx, "r-1"); return err }},
		{"GET " + wire.PathRecordTypes, func() error { _, err := c.RecordTypes(ctx); return err }},
		{"GET " + wire.PathSpecializations, func() error { _, err := c.Specializations(ctx); return err }},
		{"GET " + wire.PathRecordImage("r-1", 2), func() error { _, err := c.PageImage(ctx, "r-1", 2, 80, false); return err }},
		{"POST " + wire.PathRecordAct("r-1", "analyze"), func() error { _, err := c.Analyze(ctx, "r-1", core.AnalyzeOptions{}); return err }},
		{"GET " + wire.PathJobs, func() error { _, err := c.Jobs(ctx, core.JobFilter{RecordID: "r-1", Limit: 100}); return err }},
		{"GET " + wire.PathJob("j-done"), func() error { _, err := c.Job(ctx, "j-done"); return err }},
		{"GET " + wire.PathJobResult("j-done"), func() error { _, err := c.JobResult(ctx, "j-done"); return err }},
		{"GET " + wire.PathJobPage("j-done", 1), func() error { _, err := c.JobPage(ctx, "j-done", 1); return err }},
		{"POST " + wire.PathJobCancel("j-run"), func() error { return c.CancelJob(ctx, "j-run") }},
		{"DELETE " + wire.PathRecordAct("r-1", "delete"), func() error { return c.DeleteRecord(ctx, "r-1", "", core.Identifiers{}) }},
		{"GET " + wire.PathUnread, func() error { _, err := c.UnreadRecords(ctx, core.UnreadQuery{Limit: 5, Cursor: ""}); return err }},
		{"GET " + wire.PathPatientAccess(7), func() error { _, err := c.AccessHistory(ctx, 7, 5, ""); return err }},
		{"GET " + wire.PathUploads, func() error { _, err := c.UnfinishedUploads(ctx); return err }},
		{"POST " + wire.PathLogout, func() error { return c.Logout(ctx, false) }},
	}
	for _, k := range calls {
		if err := k.call(); err != nil {
			t.Errorf("%s: %v", k.want, err)
		}
		if s.Count(k.want) != 1 {
			t.Errorf("%s was requested %d times", k.want, s.Count(k.want))
		}
	}
}

func TestAddress(t *testing.T) {
	for _, k := range []struct{ in, want string }{
		{"127.0.0.1:8003", "http://127.0.0.1:8003"},
		{"localhost:8003/", "http://localhost:8003"},
		{"[::1]:8003", "http://[::1]:8003"},
		{"Clinic.Example.org", "https://clinic.example.org"},
		{"https://clinic.example.org:443", "https://clinic.example.org"},
		{"http://clinic.example.org", ""},
		{"http://127.0.0.1.example.org", ""},
		{"https://user:pw@clinic.example.org", ""},
		{"https://clinic.example.org/path", ""},
		{"ftp://clinic.example.org", ""},
		{"", ""},
	} {
		c, err := clinicianapi.New(clinicianapi.Options{Address: k.in, Vault: newVault()})
		got := ""
		if err == nil {
			got = c.Address()
			c.Close()
		} else if core.CodeOf(err) != core.CodeInvalid {
			t.Errorf("%q: %v", k.in, err)
		}
		if got != k.want {
			t.Errorf("%q gives %q, want %q", k.in, got, k.want)
		}
	}
	c, err := clinicianapi.New(clinicianapi.Options{Address: "http://clinic.example.org", Vault: newVault(), AllowPlainHTTP: true})
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}

func TestRedirects(t *testing.T) {
	s, other := apitest.Start(t), apitest.Start(t)
	c := loggedIn(t, s, nil)
	redirect := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusMovedPermanently) }
	}
	s.Override["GET "+wire.PathPatients] = redirect(other.URL + wire.PathPatients)
	_, err := c.Patients(t.Context(), core.PatientQuery{})
	wantCode(t, err, core.CodeUnavailable, "another address")
	if other.Count("GET "+wire.PathPatients) != 0 {
		t.Error("the token went to another server")
	}
	s.Override["GET "+wire.PathDashboard] = redirect(wire.PathProfile)
	if _, err := c.Dashboard(t.Context()); err != nil {
		t.Errorf("within the server: %v", err)
	}
	s.Override["POST "+wire.PathJobCancel("j-run")] = redirect(wire.PathProfile)
	wantCode(t, c.CancelJob(t.Context(), "j-run"), core.CodeUnavailable, "not followed")
}

func TestUnreachable(t *testing.T) {
	s := apitest.New()
	c := loggedIn(t, s, nil)
	s.Close()
	_, err := c.Dashboard(t.Context())
	wantCode(t, err, core.CodeUnavailable, "The server at 127.0.0.1:")
	wantCode(t, err, core.CodeUnavailable, "does not answer. Start it on this computer")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Dashboard(ctx)
	wantCode(t, err, core.CodeCanceled, "Stopped")
}

func TestHostileAnswers(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	write := func(contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			io.WriteString(w, body)
		}
	}
	c.SetMaxJSON(1 << 20)
	for _, k := range []struct {
		name     string
		answer   http.HandlerFunc
		code     core.Code
		sentence string
	}{
		{"a login page", write("text/html", "<html>"), core.CodeUnavailable, "is not the clinician service"},
		{"not JSON", write("application/json", "{"), core.CodeInternal, "could not be read"},
		{"another shape", write("application/json", `[{"a":1}]`), core.CodeInternal, "could not be read"},
		{"truncated", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "{")
		}, core.CodeUnavailable, "lost in the middle"},
		{"huge", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, strings.Repeat(" ", 1<<20)+"{}")
		}, core.CodeTooLarge, "larger than this program takes"},
	} {
		s.Lock()
		s.Override["GET "+wire.PathDashboard] = k.answer
		s.Unlock()
		_, err := c.Dashboard(t.Context())
		if core.CodeOf(err) != k.code || !strings.Contains(core.MessageOf(err), k.sentence) {
			t.Errorf("%s: %v", k.name, err)
		}
	}
}

func TestAnswerThatStandsStill(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, func(o *clinicianapi.Options) { o.IdleTimeout = 50 * time.Millisecond })
	s.Override["GET "+wire.PathDashboard] = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, "{")
		w.(http.Flusher).Flush()
		<-r.Context().Done() // the client gives up
	}
	_, err := c.Dashboard(t.Context())
	wantCode(t, err, core.CodeUnavailable, "stopped sending")
}

func TestAnotherPatientsDataIsRefused(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	s.Override["GET "+wire.PathPatient(8)] = func(w http.ResponseWriter, _ *http.Request) {
		apitest.Answer(w, 200, core.PatientDetail{Patient: core.Patient{ID: 7}})
	}
	_, err := c.Patient(t.Context(), 8)
	wantCode(t, err, core.CodeInternal, "another patient's chart")
	s.Override["GET "+wire.PathPatientRecords(8)] = func(w http.ResponseWriter, _ *http.Request) {
		apitest.Answer(w, 200, wire.List[core.Record]{Count: 1, Results: []core.Record{{ID: "r-1", PatientID: 7}}})
	}
	_, err = c.PatientRecords(t.Context(), 8, false)
	wantCode(t, err, core.CodeInternal, "another patient's records")
}

func TestIDsCannotLeadElsewhere(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	for _, id := range []string{"", "..", "a/b", "x?y=1", "x%2f", "é", strings.Repeat("a", 101)} {
		_, err := c.Record(t.Context(), id)
		wantCode(t, err, core.CodeNotFound, "no record with this id")
		_, err = c.WatchJob(t.Context(), id)
		wantCode(t, err, core.CodeNotFound, "no job with this id")
	}
}

func TestListsInPages(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	s.Override["GET "+wire.PathPatientRecords(7)] = func(w http.ResponseWriter, r *http.Request) {
		l := wire.List[core.Record]{Count: 2, Results: []core.Record{{ID: "a", PatientID: 7}}, Next: "c2"}
		if r.URL.Query().Get("cursor") == "c2" {
			l = wire.List[core.Record]{Count: 2, Results: []core.Record{{ID: "b", PatientID: 7}}}
		}
		apitest.Answer(w, 200, l)
	}
	got, err := c.PatientRecords(t.Context(), 7, false)
	if err != nil || len(got) != 2 || got[1].ID != "b" {
		t.Errorf("Records = %v, %v", got, err)
	}
}

func TestReadOnly(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, func(o *clinicianapi.Options) { o.ReadOnly = true })
	_, upErr := c.Upload(t.Context(), core.NewDocument{PatientID: 7, Content: strings.NewReader("x"), Size: 1}, nil)
	_, anErr := c.Analyze(t.Context(), "r-1", core.AnalyzeOptions{})
	for _, err := range []error{upErr, anErr, c.DeleteRecord(t.Context(), "r-1", "", core.Identifiers{}), c.CancelJob(t.Context(), "j-run")} {
		wantCode(t, err, core.CodeForbidden, "read-only")
	}
	if _, err := c.Dashboard(t.Context()); err != nil {
		t.Error(err)
	}
	if err := c.Logout(t.Context(), false); err != nil {
		t.Error(err)
	}
}
