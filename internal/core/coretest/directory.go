package coretest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clinician/internal/core"
)

// Directory is everything about people in one place, as our own store has it.
type Directory interface {
	core.People
	core.Registration
	core.Assignments
	core.Assigner
	core.RecentCharts
	core.Catalogues
	core.Calendar
	core.Inbox
}

// PeopleFixture is where people are made, and the ports that are asked about them.
// Both are the same for a store; a port that only reads is filled through Seed.
type PeopleFixture struct {
	Seed        Directory // empty, catalogues aside
	People      core.People
	Assignments core.Assignments
}

// People checks a core.People, and the core.Registration of its Seed.
func People(t *testing.T, open func(t *testing.T) PeopleFixture) {
	run(t, open, map[string]func(*testing.T, Directory){
		"users":              users,
		"clinicians":         clinicians,
		"profile":            profile,
		"patients":           patients,
		"patient conflicts":  patientConflicts,
		"context that ended": endedContext,
	})
}

// Assignments checks a core.Assignments, and the core.Assigner of its Seed.
func Assignments(t *testing.T, open func(t *testing.T) PeopleFixture) {
	run(t, open, map[string]func(*testing.T, Directory){
		"assignment":      assignment,
		"list order":      listOrder,
		"list paging":     listPaging,
		"search":          search,
		"search paging":   searchPaging,
		"bad pages":       badPages,
		"recent patients": recentPatients,
	})
}

// Catalogues, Calendar and Notifications check what our own store keeps itself.
func Catalogues(t *testing.T, open func(t *testing.T) PeopleFixture) {
	run(t, open, map[string]func(*testing.T, Directory){"catalogues": catalogues})
}

// Calendar checks a core.Calendar.
func Calendar(t *testing.T, open func(t *testing.T) PeopleFixture) {
	run(t, open, map[string]func(*testing.T, Directory){"appointments": appointments})
}

// Notifications checks a core.Inbox.
func Notifications(t *testing.T, open func(t *testing.T) PeopleFixture) {
	run(t, open, map[string]func(*testing.T, Directory){"notifications": notifications, "counted": notificationsCounted})
}

func run(t *testing.T, open func(t *testing.T) PeopleFixture, tests map[string]func(*testing.T, Directory)) {
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := open(t)
			test(t, through{f.Seed, f})
		})
	}
}

// through makes people where they are kept and asks about them through the ports.
type through struct {
	Directory
	f PeopleFixture
}

func (d through) User(ctx context.Context, id int64) (core.User, error) {
	return d.f.People.User(ctx, id)
}

func (d through) Credential(ctx context.Context, email string) (core.Credential, error) {
	return d.f.People.Credential(ctx, email)
}

func (d through) ClinicianByUser(ctx context.Context, userID int64) (core.Clinician, error) {
	return d.f.People.ClinicianByUser(ctx, userID)
}

func (d through) Patient(ctx context.Context, id int64) (core.Patient, error) {
	return d.f.People.Patient(ctx, id)
}

func (d through) Ping(ctx context.Context) error { return d.f.People.Ping(ctx) }

func (d through) Patients(ctx context.Context, clinicianID int64, q core.PatientQuery) (core.PatientPage, error) {
	return d.f.Assignments.Patients(ctx, clinicianID, q)
}

func (d through) IsAssigned(ctx context.Context, clinicianID, patientID int64) (bool, error) {
	return d.f.Assignments.IsAssigned(ctx, clinicianID, patientID)
}

// at is the moment at which the suites' things happen.
var at = time.Date(2026, 11, 23, 9, 30, 0, 123456000, time.UTC)

func event(typ string) core.AuditEvent {
	return core.AuditEvent{Type: typ, Action: core.ActionCreate, Outcome: core.OutcomeSuccess, At: at}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantCode(t *testing.T, err error, code core.Code) *core.Error {
	t.Helper()
	if got := core.CodeOf(err); got != code {
		t.Fatalf("error is %v (%q), want code %q", err, got, code)
	}
	e, ok := err.(*core.Error)
	if !ok && err != nil {
		t.Fatalf("%T is not a *core.Error", err)
	}
	return e
}

func wantSame(t *testing.T, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("not as expected (-want +got):\n%s", d)
	}
}

func ptr[T any](v T) *T { return &v }

// Clinician registers a clinician with the given e-mail.
func Clinician(t *testing.T, d Directory, email string) core.Clinician {
	t.Helper()
	return must[core.Clinician](t)(d.RegisterClinician(t.Context(), core.NewClinician{
		User:        core.NewUser{Email: email, FirstName: "Mary", LastName: "Main", Role: core.RoleClinician, PasswordHash: "hash of " + email},
		PhoneNumber: "555-0100",
	}, event(core.EventRegistered)))
}

// Patient creates a patient and assigns it to the clinician, unless that is 0.
func Patient(t *testing.T, d Directory, clinicianID int64, last, first, mrn string, born core.Date) core.Patient {
	t.Helper()
	p := must[core.Patient](t)(d.CreatePatient(t.Context(), core.NewPatient{
		FirstName: first, LastName: last,
		Demographics: core.Demographics{MRN: mrn, DateOfBirth: born, Gender: core.GenderFemale},
	}, event(core.EventPatientCreated)))
	if clinicianID != 0 {
		must[core.Assignment](t)(d.Assign(t.Context(), p.ID, clinicianID, nil, "", event(core.EventPatientAssigned)))
	}
	return p
}

func catalogues(t *testing.T, d Directory) {
	ctx := t.Context()
	roles := must[[]core.RoleDetail](t)(d.Roles(ctx))
	for i, want := range []core.Role{core.RolePatient, core.RoleClinician, core.RoleAdmin} {
		if roles[i].ID != int64(i+1) || roles[i].Name != want || roles[i].DisplayName == "" {
			t.Errorf("role %d is %+v, want %s", i+1, roles[i], want)
		}
	}
	types := must[[]core.RecordType](t)(d.RecordTypes(ctx))
	if len(types) != 20 || types[0].TypeName != "Laboratory Results" || types[19].TypeName != "Clinical Assessments" || !types[4].IsActive {
		t.Errorf("record types are %+v", types)
	}
	for i, r := range types {
		if r.ID != int64(i+1) {
			t.Errorf("record type %q has id %d, want %d", r.TypeName, r.ID, i+1)
		}
	}
	var codes []string
	for _, l := range must[[]core.Language](t)(d.Languages(ctx)) {
		codes = append(codes, l.Code)
	}
	wantSame(t, codes, []string{"en", "ar", "zh", "fr", "hi", "es"})
	special := must[[]core.Specialization](t)(d.Specializations(ctx))
	if len(special) < 15 {
		t.Errorf("there are %d specializations", len(special))
	}
	for _, s := range special {
		if s.CancerType == "" || s.Description == "" {
			t.Errorf("specialization %+v says too little", s)
		}
	}
	if err := d.Ping(ctx); err != nil {
		t.Error(err)
	}
}

func users(t *testing.T, d Directory) {
	ctx := t.Context()
	made := must[core.User](t)(d.CreateUser(ctx, core.NewUser{
		Email: "Ada@Example.com", FirstName: "Ada", LastName: "Admin", Role: core.RoleAdmin, PasswordHash: "secret hash",
	}, event(core.EventUserCreated)))
	if made.ID == 0 || made.RoleName != core.RoleAdmin || made.Role != made.RoleDetail.ID || !made.IsActive || made.LastLogin != nil {
		t.Errorf("made %+v", made)
	}
	wantSame(t, must[core.User](t)(d.User(ctx, made.ID)), made)

	cred := must[core.Credential](t)(d.Credential(ctx, "ADA@example.COM"))
	wantSame(t, cred, core.Credential{User: made, PasswordHash: "secret hash"})
	_, err := d.CreateUser(ctx, core.NewUser{Email: "ada@example.com", FirstName: "A", LastName: "B", Role: core.RoleClerk}, event(core.EventUserCreated))
	wantCode(t, err, core.CodeConflict)
	for _, role := range []core.Role{core.RoleClinician, core.RolePatient, "GOD"} {
		_, err := d.CreateUser(ctx, core.NewUser{Email: "x@example.com", FirstName: "A", LastName: "B", Role: role}, event(core.EventUserCreated))
		wantCode(t, err, core.CodeInvalid)
	}

	if err := d.SetPassword(ctx, made.ID, "another"); err != nil {
		t.Fatal(err)
	}
	if got := must[core.Credential](t)(d.Credential(ctx, "ada@example.com")); got.PasswordHash != "another" {
		t.Errorf("password hash is %q", got.PasswordHash)
	}
	if err := d.SetActive(ctx, made.ID, false, event(core.EventUserDisabled)); err != nil {
		t.Fatal(err)
	}
	if must[core.User](t)(d.User(ctx, made.ID)).IsActive {
		t.Error("the user is still active")
	}
	_, err = d.User(ctx, 99999)
	wantCode(t, err, core.CodeNotFound)
	_, err = d.Credential(ctx, "nobody@example.com")
	wantCode(t, err, core.CodeNotFound)
	wantCode(t, d.SetPassword(ctx, 99999, "x"), core.CodeNotFound)
	wantCode(t, d.SetActive(ctx, 99999, false, event(core.EventUserDisabled)), core.CodeNotFound)
}

func clinicians(t *testing.T, d Directory) {
	ctx := t.Context()
	special := must[[]core.Specialization](t)(d.Specializations(ctx))[0]
	made := must[core.Clinician](t)(d.RegisterClinician(ctx, core.NewClinician{
		User:             core.NewUser{Email: "mary@example.com", FirstName: "Mary", LastName: "Main", Role: core.RoleClinician, PasswordHash: "h"},
		SpecializationID: &special.ID, PhoneNumber: "555",
	}, event(core.EventRegistered)))
	wantSame(t, must[core.Clinician](t)(d.ClinicianByUser(ctx, made.User.ID)), made)
	wantSame(t, made.SpecializationDetail, &special)
	wantSame(t, made.Specialization, &special.ID)
	if made.User.RoleName != core.RoleClinician || !made.IsAvailable || made.PhoneNumber != "555" {
		t.Errorf("made %+v", made)
	}

	_, err := d.RegisterClinician(ctx, core.NewClinician{
		User: core.NewUser{Email: "MARY@example.com", FirstName: "M", LastName: "M", Role: core.RoleClinician}}, event(core.EventRegistered))
	wantCode(t, err, core.CodeConflict)
	_, err = d.RegisterClinician(ctx, core.NewClinician{
		User:             core.NewUser{Email: "new@example.com", FirstName: "M", LastName: "M", Role: core.RoleClinician},
		SpecializationID: ptr[int64](99999)}, event(core.EventRegistered))
	if e := wantCode(t, err, core.CodeInvalid); len(e.Fields["specialization_id"]) == 0 {
		t.Errorf("fields are %v", e.Fields)
	}
	_, err = d.Credential(ctx, "new@example.com")
	wantCode(t, err, core.CodeNotFound) // nothing of the refused one was kept
	_, err = d.ClinicianByUser(ctx, 99999)
	wantCode(t, err, core.CodeNotFound)
}

func profile(t *testing.T, d Directory) {
	ctx := t.Context()
	c := Clinician(t, d, "mary@example.com")
	special := must[[]core.Specialization](t)(d.Specializations(ctx))[1]
	got := must[core.Clinician](t)(d.UpdateProfile(ctx, c.User.ID, core.ProfileChange{
		FirstName: ptr("Maria"), SpecializationID: &special.ID, IsAvailable: ptr(false),
	}, event(core.EventProfileUpdated)))
	if got.User.FirstName != "Maria" || got.User.LastName != "Main" || got.IsAvailable || got.PhoneNumber != c.PhoneNumber {
		t.Errorf("changed to %+v", got)
	}
	wantSame(t, got.SpecializationDetail, &special)
	same := must[core.Clinician](t)(d.UpdateProfile(ctx, c.User.ID, core.ProfileChange{}, event(core.EventProfileUpdated)))
	same.UpdatedAt = got.UpdatedAt
	wantSame(t, same, got)
	_, err := d.UpdateProfile(ctx, c.User.ID, core.ProfileChange{FirstName: ptr("No"), SpecializationID: ptr[int64](99999)}, event(core.EventProfileUpdated))
	wantCode(t, err, core.CodeInvalid)
	if now := must[core.Clinician](t)(d.ClinicianByUser(ctx, c.User.ID)); now.User.FirstName != "Maria" {
		t.Error("a refused change was kept in part")
	}
	_, err = d.UpdateProfile(ctx, 99999, core.ProfileChange{}, event(core.EventProfileUpdated))
	wantCode(t, err, core.CodeNotFound)
}

func appointments(t *testing.T, d Directory) {
	ctx := t.Context()
	c := Clinician(t, d, "mary@example.com")
	other := Clinician(t, d, "other@example.com")
	p := must[core.Patient](t)(d.CreatePatient(ctx, core.NewPatient{FirstName: "Catalina", LastName: "Cantú",
		Demographics: core.Demographics{Title: "Mrs.", MRN: "4128870031", DateOfBirth: core.Date{Year: 1940, Month: 5, Day: 8}, Gender: core.GenderFemale},
	}, event(core.EventPatientCreated)))
	book := func(clinician int64, in time.Duration, status core.AppointmentStatus) core.Appointment {
		t.Helper()
		return must[core.Appointment](t)(d.BookAppointment(ctx, core.Appointment{
			PatientID: p.ID, ClinicianID: clinician, Start: at.Add(in), End: at.Add(in + 20*time.Minute),
			Type: "Follow-up", Reason: "Results", Location: "Room 4", Status: status,
		}, event(core.EventAppointmentMade)))
	}
	late := book(c.ID, 2*time.Hour, core.AppointmentBooked)
	early := book(c.ID, time.Hour, core.AppointmentPending)
	gone := book(c.ID, -time.Hour, core.AppointmentFulfilled)
	theirs := book(other.ID, time.Hour, core.AppointmentBooked)
	if early.PatientName != "CANTÚ, Catalina (Mrs)" || early.PatientMRN != "4128870031" || early.PatientBorn.Year != 1940 || early.ID == 0 {
		t.Errorf("booked %+v", early)
	}
	for _, test := range []struct {
		q    core.AppointmentQuery
		want []core.Appointment
	}{
		{core.AppointmentQuery{ClinicianID: c.ID}, []core.Appointment{gone, early, late}},
		{core.AppointmentQuery{ClinicianID: c.ID, Limit: 1}, []core.Appointment{gone}},
		{core.AppointmentQuery{ClinicianID: c.ID, From: early.Start, To: late.Start}, []core.Appointment{early}},
		{core.AppointmentQuery{PatientID: p.ID, From: at, Statuses: []core.AppointmentStatus{core.AppointmentBooked}}, []core.Appointment{theirs, late}},
		{core.AppointmentQuery{ClinicianID: 99999}, []core.Appointment{}},
	} {
		wantSame(t, must[[]core.Appointment](t)(d.Appointments(ctx, test.q)), test.want)
		if test.q.Limit == 0 {
			if n := must[int](t)(d.CountAppointments(ctx, test.q)); n != len(test.want) {
				t.Errorf("%+v counts %d, want %d", test.q, n, len(test.want))
			}
		}
	}
	_, err := d.BookAppointment(ctx, core.Appointment{PatientID: 99999, ClinicianID: c.ID, Start: at, End: at.Add(time.Hour)}, event(core.EventAppointmentMade))
	wantCode(t, err, core.CodeNotFound)
	_, err = d.BookAppointment(ctx, core.Appointment{PatientID: p.ID, ClinicianID: 99999, Start: at, End: at.Add(time.Hour)}, event(core.EventAppointmentMade))
	wantCode(t, err, core.CodeNotFound)
}

func endedContext(t *testing.T, d Directory) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.User(ctx, 1); core.IsNotFound(err) || err == nil {
		t.Errorf("read gives %v, want the context's error", err)
	}
	if _, err := d.CreatePatient(ctx, core.NewPatient{FirstName: "A", LastName: "B"}, event(core.EventPatientCreated)); err == nil {
		t.Error("write goes ahead")
	}
}
