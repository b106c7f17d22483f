package boot

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image"
	"image/png"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/keyring"
	"clinician/internal/clients/pages"
	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/core/demo/paper"
	"clinician/internal/core/ocr/read"
)

// TestClinic drives the use cases, once as they are and once through the client,
// HTTP and the WebSocket, on the same server with everything real but the engine
// that reads pictures.
func TestClinic(t *testing.T) {
	w := newClinicServer(t)
	t.Cleanup(func() { w.actsWereChecked(t) })
	direct := func(t *testing.T, in core.SignedIn) core.Clinic { return w.direct(t, in) }
	remote := func(t *testing.T, in core.SignedIn) core.Clinic { return w.remote(t, in) }
	t.Run("use cases", func(t *testing.T) {
		t.Parallel()
		coretest.Clinic(t, func(t *testing.T) coretest.ClinicFixture { return w.fixture(t, direct, remote) })
	})
	t.Run("client", func(t *testing.T) {
		t.Parallel()
		coretest.Clinic(t, func(t *testing.T) coretest.ClinicFixture { return w.fixture(t, remote, direct) })
	})
}

// clinicServer is a server that many tests use at once, each with clinicians of
// its own.
type clinicServer struct {
	*Server
	checked *coretest.Checked
	url     string
	people  atomic.Int64
	picture []byte
	bundle  []byte
	locked  []byte // a PDF that opens with filePassword
}

func newClinicServer(t *testing.T) *clinicServer {
	t.Helper()
	c, err := Load([]string{"CLINICIAN_DATA_DIR=" + t.TempDir() + "/data", "CLINICIAN_ADDR=127.0.0.1:0", "CLINICIAN_TIME_ZONE=UTC", "CLINICIAN_READ_ON_ARRIVAL=off", "CLINICIAN_OCR_JOBS=32"})
	ok(t, err)
	opener, err := pages.New(pages.Options{CacheDir: pageCache(c)})
	ok(t, err)
	s, err := Open(t.Context(), c, Options{Reader: read.Reader{Pages: opener, Engine: patientEngine{}}})
	ok(t, err)
	ok(t, s.ocr.Start(context.WithoutCancel(t.Context())))
	w := &clinicServer{Server: s}
	// Content is kept as another service would: it looks at the token of who acts.
	w.checked = coretest.NewChecked(s.Records, func(token core.Token) (core.Principal, error) { return s.App.Tokens.Verify(token.Reveal()) })
	s.App.Records, s.App.Contents, s.App.Uploads = w.checked, w.checked, w.checked
	srv := httptest.NewServer(s.api.Handler())
	w.url = srv.URL
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		ok(t, s.api.Shutdown(ctx))
		srv.Close()
		ok(t, s.ocr.Stop(ctx))
		ok(t, s.Close())
	})
	page := image.NewGray(image.Rect(0, 0, 300, 200))
	for i := range page.Pix {
		page.Pix[i] = 255
	}
	var picture bytes.Buffer
	ok(t, png.Encode(&picture, page))
	w.picture = picture.Bytes()
	w.bundle, err = paper.TIFF([]paper.Image{{Gray: page, DPI: 100}, {Gray: page, DPI: 100}})
	ok(t, err)
	w.locked, err = paper.TextPDF([]*paper.Sheet{paper.NewSheet()}, paper.PDFOptions{Created: time.Unix(0, 0), Password: filePassword})
	ok(t, err)
	return w
}

// actsWereChecked fails when an act on content did not come with who acts. It says
// nothing when only some of the tests ran.
func (w *clinicServer) actsWereChecked(t *testing.T) {
	if run := flag.Lookup("test.run"); t.Failed() || run != nil && strings.Contains(run.Value.String(), "/") {
		return
	}
	acts := w.checked.Acts()
	for _, act := range []string{"stage", "commit", "finish", "open", "delete", "move", "split", "verify"} {
		if acts[act] == 0 {
			t.Errorf("nobody did %q; done were %v", act, acts)
		}
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// filePassword opens clinicServer.locked.
const filePassword = "Straße 12"

// patientEngine is no engine: it finds no words on any page, and in the language
// "slow" it never comes to an end.
type patientEngine struct{}

func (patientEngine) Info(context.Context) (core.EngineInfo, error) {
	return core.EngineInfo{Name: "fake", Version: "1", Languages: []string{"eng", "slow"}}, nil
}

func (patientEngine) ReadPage(ctx context.Context, _ core.PageImage, r core.ReadRequest) ([]core.Word, error) {
	if r.Language == "slow" {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return nil, nil
}

func (w *clinicServer) direct(t *testing.T, in core.SignedIn) core.Clinic {
	t.Helper()
	p, err := w.App.Authenticate(t.Context(), in.Tokens.Access, core.Client{Address: "127.0.0.1"})
	ok(t, err)
	return w.App.As(core.Acting{Principal: p, Token: core.NewToken(in.Tokens.Access)})
}

func (w *clinicServer) remote(t *testing.T, in core.SignedIn) core.Clinic {
	t.Helper()
	c, err := clinicianapi.New(clinicianapi.Options{Address: w.url, Vault: keyring.Memory("test"), Tokens: in.Tokens})
	ok(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

// fixture makes two clinicians, each with a patient.
func (w *clinicServer) fixture(t *testing.T, way, mirror func(*testing.T, core.SignedIn) core.Clinic) coretest.ClinicFixture {
	t.Helper()
	ann, ben := w.clinician(t, "Ann", "Abbott"), w.clinician(t, "Ben", "Baker")
	return coretest.ClinicFixture{
		Ann: way(t, ann), Mirror: mirror(t, ann), Ben: way(t, ben), AnnUser: ann.User, BenUser: ben.User,
		AnnPatient: w.patient(t, ann, "Catalina", "Quillfeather"), BenPatient: w.patient(t, ben, "Dimitri", "Zorngarten"),
		AddPatient: func(t *testing.T, given, family string) core.Patient { return w.patient(t, ann, given, family) },
		Appoint: func(t *testing.T, a core.Appointment) core.Appointment {
			t.Helper()
			a.ClinicianID = ann.Clinician.ID
			made, err := w.Store.CreateAppointment(t.Context(), a)
			ok(t, err)
			return made
		},
		Notify: func(t *testing.T, n core.Notification) core.Notification {
			t.Helper()
			n.UserID = ann.User.ID
			made, err := w.Store.Notify(t.Context(), n)
			ok(t, err)
			return made
		},
		Hand: func(t *testing.T, patient int64, to core.User) {
			t.Helper()
			of := map[int64]int64{ann.User.ID: ann.Clinician.ID, ben.User.ID: ben.Clinician.ID}[to.ID]
			_, err := w.Store.Assign(t.Context(), patient, of, nil, "", core.AuditEvent{Type: core.EventPatientAssigned,
				Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, PatientID: patient})
			ok(t, err)
		},
		Picture: w.picture, Bundle: w.bundle, Locked: w.locked, Password: filePassword, Slow: "slow", Now: core.SystemClock,
	}
}

func (w *clinicServer) clinician(t *testing.T, first, last string) core.SignedIn {
	t.Helper()
	const password = "correct-horse-battery"
	in, err := w.App.Signup(t.Context(), core.Signup{Email: fmt.Sprintf("%s%d@example.org", first, w.people.Add(1)), Password: password, PasswordConfirm: password,
		FirstName: first, LastName: last, SpecializationID: 1, PhoneNumber: "555-0100"}, core.Client{Address: "127.0.0.1"})
	ok(t, err)
	return in
}

func (w *clinicServer) patient(t *testing.T, of core.SignedIn, given, family string) core.Patient {
	t.Helper()
	p, err := w.Store.CreatePatient(t.Context(), core.NewPatient{FirstName: given, LastName: family,
		Demographics: core.Demographics{DateOfBirth: core.Date{Year: 1960, Month: 5, Day: 4}, Gender: core.GenderFemale}},
		core.AuditEvent{Type: core.EventPatientCreated, Action: core.ActionCreate, Outcome: core.OutcomeSuccess})
	ok(t, err)
	_, err = w.Store.Assign(t.Context(), p.ID, of.Clinician.ID, nil, "", core.AuditEvent{Type: core.EventPatientAssigned,
		Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, PatientID: p.ID})
	ok(t, err)
	p, err = w.Store.Patient(t.Context(), p.ID)
	ok(t, err)
	return p
}
