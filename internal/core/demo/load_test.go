package demo

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"clinician/internal/core"
)

// hospital in memory: what Load needs of a server, and what it was told.
type memory struct {
	mu            sync.Mutex
	users         map[string]core.User
	clinicians    map[int64]core.Clinician
	patients      map[string]core.Patient
	assigned      map[int64]int64
	subtypes      map[int64]int64
	appointments  []core.Appointment
	notifications []core.Notification
	records       []core.Record
	read          []core.JobRequest
	failAfter     int // records; 0: never
}

func newMemory() *memory {
	return &memory{users: map[string]core.User{}, clinicians: map[int64]core.Clinician{}, patients: map[string]core.Patient{}, assigned: map[int64]int64{}, subtypes: map[int64]int64{}}
}

func notThere() error { return core.Errorf(core.CodeNotFound, "not there") }

func (m *memory) Specializations(context.Context) ([]core.Specialization, error) {
	var out []core.Specialization
	for i, n := range []string{"Breast Cancer", "Prostate Cancer", "Leukaemia", "Lung Cancer", "Lymphoma", "Ovarian Cancer", "Colorectal Cancer", "Thyroid Cancer", "Bladder Cancer", "Skin Cancer"} {
		out = append(out, core.Specialization{ID: int64(i + 1), CancerType: n})
	}
	return out, nil
}

func (m *memory) Subtypes(_ context.Context, typeID int64) ([]core.Specialization, error) {
	if typeID == 1 {
		return []core.Specialization{{ID: 100, CancerType: "Ductal"}, {ID: 101, CancerType: "HER2-positive"}}, nil
	}
	return nil, nil
}

func (m *memory) RecordTypes(context.Context) ([]core.RecordType, error) {
	var out []core.RecordType
	for i, n := range []string{"Laboratory Results", "Imaging Reports", "Pathology Reports", "Consultation Notes", "Procedure Reports", "Medication History", "Treatment Plans", "Diagnostic Tests", "Surgical Reports", "Radiology Reports", "Biopsy Reports", "Chemotherapy Records", "Radiation Therapy Records", "Progress Notes", "Discharge Summaries", "Admission Records", "Physical Examination", "Immunization Records", "Allergy Documentation", "Clinical Assessments"} {
		out = append(out, core.RecordType{ID: int64(i + 1), TypeName: n})
	}
	return out, nil
}

func (m *memory) Credential(_ context.Context, email string) (core.Credential, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if u, ok := m.users[email]; ok {
		return core.Credential{User: u}, nil
	}
	return core.Credential{}, notThere()
}

func (m *memory) CreateUser(_ context.Context, u core.NewUser, _ core.AuditEvent) (core.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if u.PasswordHash != "hash of "+Password {
		return core.User{}, errors.New("password is not hashed")
	}
	made := core.User{ID: int64(len(m.users) + 1), Email: u.Email, RoleName: u.Role}
	m.users[u.Email] = made
	return made, nil
}

func (m *memory) RegisterClinician(ctx context.Context, c core.NewClinician, ev core.AuditEvent) (core.Clinician, error) {
	u, err := m.CreateUser(ctx, c.User, ev)
	made := core.Clinician{ID: 500 + u.ID, User: u, Specialization: c.SpecializationID}
	m.clinicians[u.ID] = made
	return made, err
}

func (m *memory) ClinicianByUser(_ context.Context, userID int64) (core.Clinician, error) {
	return m.clinicians[userID], nil
}

func (m *memory) CreatePatient(_ context.Context, p core.NewPatient, ev core.AuditEvent) (core.Patient, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ev.Type != core.EventPatientCreated {
		return core.Patient{}, errors.New("no audit event")
	}
	if _, ok := m.patients[p.Email]; ok {
		return core.Patient{}, core.Errorf(core.CodeConflict, "taken")
	}
	made := core.Patient{ID: int64(1000 + len(m.patients)), Demographics: p.Demographics}
	m.patients[p.Email] = made
	return made, nil
}

func (m *memory) PatientByEmail(_ context.Context, email string) (core.Patient, error) {
	p, ok := m.patients[email]
	if !ok {
		return p, notThere()
	}
	if c, ok := m.assigned[p.ID]; ok {
		p.Assignment = &core.Assignment{AssignedClinician: &c}
	}
	return p, nil
}

func (m *memory) Assign(_ context.Context, patientID, clinicianID int64, subtype *int64, notes string, _ core.AuditEvent) (core.Assignment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, twice := m.assigned[patientID]; twice || notes == "" {
		return core.Assignment{}, errors.New("assigned twice, or without a diagnosis")
	}
	m.assigned[patientID] = clinicianID
	if subtype != nil {
		m.subtypes[patientID] = *subtype
	}
	return core.Assignment{}, nil
}

func (m *memory) CountAppointments(context.Context, core.AppointmentQuery) (int, error) {
	return len(m.appointments), nil
}

func (m *memory) CreateAppointment(_ context.Context, a core.Appointment) (core.Appointment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.appointments = append(m.appointments, a)
	return a, nil
}

func (m *memory) Notifications(context.Context, int64, int) ([]core.Notification, int, error) {
	return m.notifications, 0, nil
}

func (m *memory) Notify(_ context.Context, n core.Notification) (core.Notification, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.notifications = append(m.notifications, n)
	return n, nil
}

func (m *memory) ByPatient(_ context.Context, patientID int64) ([]core.Record, error) {
	var out []core.Record
	for _, r := range m.records {
		if r.PatientID == patientID {
			out = append(out, r)
		}
	}
	return out, nil
}

func (m *memory) ReadRecord(_ context.Context, r core.JobRequest, ev core.AuditEvent) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.Record.ID == "" || r.UserID == 0 || ev.UserID != r.UserID || ev.Type != core.EventJobSubmitted {
		return errors.New("incomplete job")
	}
	m.read = append(m.read, r)
	return nil
}

func (m *memory) StoreRecord(_ context.Context, r core.NewRecord, content []byte, uploaded time.Time, ev core.AuditEvent) (core.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failAfter > 0 && len(m.records) >= m.failAfter {
		return core.Record{}, errors.New("disk full")
	}
	if len(content) == 0 || r.TypeID == 0 || r.UploadedBy == 0 || uploaded.IsZero() || ev.PatientID != r.PatientID {
		return core.Record{}, errors.New("incomplete record")
	}
	made := core.Record{ID: string(rune('A'+len(m.records)%26)) + r.Filename, PatientID: r.PatientID, Filename: r.Filename, DocumentDate: r.DocumentDate, UploadedAt: uploaded}
	m.records = append(m.records, made)
	return made, nil
}

// quick replaces the documents' content, which other tests look at.
func quick(p *Panel) *Panel {
	for i := range p.Documents {
		p.Documents[i].render = func() (rendered, error) { return rendered{content: []byte("x")}, nil }
	}
	return p
}

func hash(password string) (string, error) { return "hash of " + password, nil }

func TestLoad(t *testing.T) {
	m, p := newMemory(), quick(Generate(1, day()))
	var last int
	o := Options{HashPassword: hash, Progress: func(done, total int) {
		if done != last+1 || total != 400 {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	}}
	l, err := LoadPeople(t.Context(), m, p, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.users) != 7 || len(m.patients) != 42 || len(m.assigned) != 38 || len(m.appointments) != 94 || len(m.records) != 0 {
		t.Fatalf("people first: %d users, %d patients, %d assigned, %d appointments, %d records", len(m.users), len(m.patients), len(m.assigned), len(m.appointments), len(m.records))
	}
	if m.subtypes[1000] != 101 {
		t.Errorf("Catalina Cantú's subtype is %d", m.subtypes[1000])
	}
	if err := l.Documents(t.Context()); err != nil {
		t.Fatal(err)
	}
	if last != 400 || len(m.records) != 400 {
		t.Errorf("%d documents told, %d stored", last, len(m.records))
	}
	linked := 0
	for _, n := range m.notifications {
		if n.RecordID != nil {
			linked++
		}
	}
	if len(m.notifications) != 12 || linked < 5 {
		t.Errorf("%d notifications, %d lead to a document", len(m.notifications), linked)
	}
}

func TestLoadOrder(t *testing.T) {
	p := Generate(1, day())
	order := p.loadOrder()
	for _, at := range order[:6] {
		if d := p.Documents[at]; !slices.Contains(freshPatients(), d.Patient) || !d.Scanned || d.UploadedAt.Before(p.Today) {
			t.Errorf("%s comes early", d.Ref)
		}
	}
	if d := p.Documents[order[399]]; d.Purpose != "bundle" {
		t.Errorf("%s comes last", d.Ref)
	}
}

func TestInterruptedLoadGoesOn(t *testing.T) {
	m := newMemory()
	m.failAfter = 90
	o := Options{HashPassword: hash}
	err := Load(t.Context(), m, quick(Generate(1, day())), o)
	if err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Fatalf("the failure is lost: %v", err)
	}
	m.failAfter = 0
	for range 2 {
		if err := Load(t.Context(), m, quick(Generate(1, day())), o); err != nil {
			t.Fatal(err)
		}
	}
	if len(m.users) != 7 || len(m.patients) != 42 || len(m.appointments) != 94 || len(m.records) != 400 || len(m.read) != 3 || len(m.notifications) != 12 {
		t.Errorf("%d users, %d patients, %d appointments, %d records, %d notifications", len(m.users), len(m.patients), len(m.appointments), len(m.records), len(m.notifications))
	}
	// The next day the panel has moved, but what is complete stays as it is.
	if err := Load(t.Context(), m, quick(Generate(1, day().AddDate(0, 0, 1))), o); err != nil {
		t.Fatal(err)
	}
	if len(m.records) != 400 {
		t.Errorf("a day later there are %d records", len(m.records))
	}
}

func TestLoadStops(t *testing.T) {
	m := newMemory()
	ctx, cancel := context.WithCancel(t.Context())
	o := Options{HashPassword: hash, Progress: func(done, _ int) {
		if done == 5 {
			cancel()
		}
	}}
	err := Load(ctx, m, quick(Generate(1, day())), o)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if len(m.records) > 20 {
		t.Errorf("%d records were stored after the end", len(m.records))
	}
	if err := Load(t.Context(), m, nil, Options{}); err == nil {
		t.Error("a load without a way to hash passwords was taken")
	}
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
