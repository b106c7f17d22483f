package boot

import (
	"context"
	"reflect"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/demo"
)

// elsewhere makes changes in another system, which stores no events of ours.
type elsewhere struct {
	core.Registration
	core.Assigner
	core.Calendar
	core.Inbox
	core.RecordLifecycle
	events []core.AuditEvent // what it was handed
	err    error             // what it answers
}

func (e *elsewhere) take(ev core.AuditEvent) error {
	e.events = append(e.events, ev)
	return e.err
}

func (e *elsewhere) CreatePatient(_ context.Context, n core.NewPatient, ev core.AuditEvent) (core.Patient, error) {
	return core.Patient{ID: 77, Demographics: n.Demographics}, e.take(ev)
}

func (e *elsewhere) CreateUser(_ context.Context, _ core.NewUser, ev core.AuditEvent) (core.User, error) {
	return core.User{ID: 78}, e.take(ev)
}

func (e *elsewhere) RegisterClinician(_ context.Context, _ core.NewClinician, ev core.AuditEvent) (core.Clinician, error) {
	return core.Clinician{User: core.User{ID: 79}}, e.take(ev)
}

func (e *elsewhere) SetActive(_ context.Context, _ int64, _ bool, ev core.AuditEvent) error {
	return e.take(ev)
}

func (e *elsewhere) Assign(_ context.Context, _, _ int64, _ *int64, _ string, ev core.AuditEvent) (core.Assignment, error) {
	return core.Assignment{}, e.take(ev)
}

func (e *elsewhere) BookAppointment(_ context.Context, a core.Appointment, ev core.AuditEvent) (core.Appointment, error) {
	a.ID = 80
	return a, e.take(ev)
}

func (e *elsewhere) NotifyWith(_ context.Context, n core.Notification, ev core.AuditEvent) (core.Notification, error) {
	n.ID = 81
	return n, e.take(ev)
}

func (e *elsewhere) HoldRecord(_ context.Context, id, _ string, ev core.AuditEvent) (core.Record, error) {
	return core.Record{ID: id, PatientID: 82}, e.take(ev)
}

func (e *elsewhere) ReleaseRecord(_ context.Context, id, _ string, ev core.AuditEvent) (core.Record, error) {
	return core.Record{ID: id, PatientID: 82}, e.take(ev)
}

func (e *elsewhere) ImportPatients(_ context.Context, _ int64, _ []core.ImportPatient, ev core.AuditEvent) ([]int64, error) {
	return nil, e.take(ev)
}

// What the shell changes in another system is accounted for in our own log: that it
// was about to be done, and how it ended.
func TestShellAccountsForOtherSystems(t *testing.T) {
	a, patient := clinic(t)
	if _, err := a.CreateUser(t.Context(), core.NewUser{Email: demo.Clinician, Role: core.RoleClinician}, "correct horse battery", ""); err != nil {
		t.Fatal(err)
	}
	other := &elsewhere{}
	a.Registration, a.Assigner, a.Import, a.Calendar, a.Inbox, a.Lifecycle = other, other, other, other, other, other
	ctx := t.Context()
	for _, act := range []struct {
		event   string
		do      func() error
		patient int64
		detail  string // that only comes into being with the change
	}{
		{core.EventPatientCreated, func() error {
			_, err := a.CreatePatient(ctx, core.NewPatient{LastName: "Doe", Demographics: core.Demographics{Gender: "female", DateOfBirth: core.Date{Year: 1940, Month: 5, Day: 8}}})
			return err
		}, 77, ""},
		{core.EventUserCreated, func() error {
			_, err := a.CreateUser(ctx, core.NewUser{Email: "cat@example.org", Role: core.RoleNurse}, "correct horse battery", "")
			return err
		}, 0, "new_user_id"},
		{core.EventUserCreated, func() error {
			_, err := a.CreateUser(ctx, core.NewUser{Email: "dan@example.org", Role: core.RoleClinician}, "correct horse battery", "")
			return err
		}, 0, "new_user_id"},
		{core.EventUserDisabled, func() error { return a.SetActive(ctx, "ann@example.org", false) }, 0, ""},
		{core.EventPatientAssigned, func() error {
			_, err := a.Assign(ctx, patient, "ben@example.org", nil, "")
			return err
		}, patient, ""},
		{core.EventAppointmentMade, func() error {
			_, err := a.CreateAppointment(ctx, NewAppointment{PatientID: patient, Clinician: "ann@example.org", Start: time.Date(2026, 11, 24, 9, 20, 0, 0, time.UTC)})
			return err
		}, patient, "appointment_id"},
		{core.EventNotification, func() error {
			_, err := a.CreateNotification(ctx, NewNotification{To: "ann@example.org", Text: "Call the laboratory", PatientID: &patient})
			return err
		}, patient, "notification_id"},
		{core.EventRecordHeld, func() error { _, err := a.Hold(ctx, "r1", "claim 17"); return err }, 82, ""},
		{core.EventRecordReleased, func() error { _, err := a.Release(ctx, "r1", "claim 17"); return err }, 82, ""},
		{core.EventDemoData, func() error { return a.crowd(ctx, DemoOptions{Patients: 1}) }, 0, ""},
	} {
		for _, c := range []struct {
			answer error
			want   core.Outcome
		}{{nil, core.OutcomeSuccess}, {core.Errorf(core.CodeConflict, "No."), core.OutcomeFailure}, {core.Errorf(core.CodeUnavailable, "No answer."), core.OutcomeUnknown}} {
			other.err, other.events = c.answer, nil
			if err := act.do(); core.CodeOf(err) != core.CodeOf(c.answer) {
				t.Fatalf("%s: %v, want %v", act.event, err, c.answer)
			}
			if len(other.events) != 1 || !reflect.DeepEqual(other.events[0], core.AuditEvent{}) {
				t.Errorf("%s: the other system was handed %+v", act.event, other.events)
			}
			evs, err := a.Audit.Query(ctx, core.AuditQuery{Type: act.event, Limit: 2})
			if err != nil || len(evs) != 2 || evs[0].Outcome != c.want || evs[1].Outcome != core.OutcomeIntended || evs[0].Service != "clinician-admin" {
				t.Fatalf("%s ended with %v: %+v, %v", act.event, c.answer, evs, err)
			}
			if c.answer != nil {
				continue
			}
			if evs[0].PatientID != act.patient || act.detail != "" && evs[0].Detail[act.detail] == nil {
				t.Errorf("%s: ended as %+v", act.event, evs[0])
			}
		}
	}
	if open, err := a.Audit.OpenIntents(ctx); err != nil || len(open) != 0 {
		t.Errorf("left open: %+v, %v", open, err)
	}
}
