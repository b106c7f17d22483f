package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"clinician/internal/core"
)

// Target is where Load puts a panel. But for Subtypes, StoreRecord, ReadRecord
// and PatientByEmail its methods are those of core.Registration, core.Assigner and the ports beside them, and of core.Records.
type Target interface {
	Specializations(ctx context.Context) ([]core.Specialization, error)
	// Subtypes gives the cancer subtypes of a specialization.
	Subtypes(ctx context.Context, typeID int64) ([]core.Specialization, error)
	RecordTypes(ctx context.Context) ([]core.RecordType, error)

	Credential(ctx context.Context, email string) (core.Credential, error)
	CreateUser(ctx context.Context, u core.NewUser, ev core.AuditEvent) (core.User, error)
	RegisterClinician(ctx context.Context, c core.NewClinician, ev core.AuditEvent) (core.Clinician, error)
	ClinicianByUser(ctx context.Context, userID int64) (core.Clinician, error)

	CreatePatient(ctx context.Context, p core.NewPatient, ev core.AuditEvent) (core.Patient, error)
	// PatientByEmail finds a patient of an earlier, interrupted load; CodeNotFound when there is none.
	PatientByEmail(ctx context.Context, email string) (core.Patient, error)
	Assign(ctx context.Context, patientID, clinicianID int64, subtype *int64, notes string, ev core.AuditEvent) (core.Assignment, error)

	CountAppointments(ctx context.Context, q core.AppointmentQuery) (int, error)
	CreateAppointment(ctx context.Context, a core.Appointment) (core.Appointment, error)
	Notifications(ctx context.Context, userID int64, limit int) ([]core.Notification, int, error)
	Notify(ctx context.Context, n core.Notification) (core.Notification, error)

	ByPatient(ctx context.Context, patientID int64) ([]core.Record, error)
	// StoreRecord makes a record of content as if it had been uploaded then.
	StoreRecord(ctx context.Context, r core.NewRecord, content []byte, uploaded time.Time, ev core.AuditEvent) (core.Record, error)
	// ReadRecord has the record read, now or when the server starts.
	ReadRecord(ctx context.Context, r core.JobRequest, ev core.AuditEvent) error
}

// Options of a load.
type Options struct {
	// HashPassword turns Password into what credentials keep. Required.
	HashPassword func(password string) (string, error)
	// Workers render and store documents side by side. 0: 2.
	Workers int
	// Known reports whether a document was read when the demo was made: its reading is
	// queued, and so are those of what came in this morning. Nil: nothing is read but
	// what cannot be.
	Known func(content []byte) bool
	// Progress is told how many of all documents are there; one call at a time. May be nil.
	Progress func(done, total int)
}

// Loader stores a panel: people first, documents later.
type Loader struct {
	target     Target
	panel      *Panel
	options    Options
	users      []int64 // ids, in the order of the panel
	clinicians []int64 // by user index; 0: no clinician
	patients   []int64
	assigned   []bool // by an earlier load
	types      map[string]int64
}

// Load stores people and documents. What an earlier load of the same seed
// stored is left as it is, so an interrupted load can be run again.
func Load(ctx context.Context, t Target, p *Panel, o Options) error {
	l, err := LoadPeople(ctx, t, p, o)
	if err != nil {
		return err
	}
	return l.Documents(ctx)
}

// LoadPeople stores accounts, patients, assignments, appointments and those
// notifications that lead to no document: enough to log in and look around,
// in a second or two. Call Documents of the Loader for the rest.
func LoadPeople(ctx context.Context, t Target, p *Panel, o Options) (*Loader, error) {
	if o.HashPassword == nil {
		return nil, errors.New("load demo data: no HashPassword")
	}
	if o.Workers <= 0 {
		o.Workers = 2
	}
	l := &Loader{
		target: t, panel: p, options: o, types: map[string]int64{},
		users: make([]int64, len(p.Users)), clinicians: make([]int64, len(p.Users)),
		patients: make([]int64, len(p.Patients)), assigned: make([]bool, len(p.Patients)),
	}
	types, err := t.RecordTypes(ctx)
	if err != nil {
		return nil, fmt.Errorf("load demo data: %w", err)
	}
	for _, rt := range types {
		l.types[rt.TypeName] = rt.ID
	}
	for _, step := range []func(context.Context) error{l.loadUsers, l.loadPatients, l.assign, l.loadAppointments, l.notifyUsers} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("load demo data: %w", err)
		}
	}
	return l, nil
}

// event is the audit entry of a step of the load.
func event(kind string) core.AuditEvent {
	return core.AuditEvent{Type: kind, Action: core.ActionCreate, Outcome: core.OutcomeSuccess, Service: "clinician-admin", Detail: map[string]any{"demo": true}}
}

func (l *Loader) loadUsers(ctx context.Context) error {
	specializations, err := l.target.Specializations(ctx)
	if err != nil {
		return err
	}
	for i, u := range l.panel.Users {
		known, err := l.target.Credential(ctx, u.Email)
		switch {
		case err == nil:
			l.users[i] = known.User.ID
		case core.IsNotFound(err):
			if err := l.createUser(ctx, i, u, specializations); err != nil {
				return err
			}
			continue
		default:
			return err
		}
		if u.Role == core.RoleClinician {
			c, err := l.target.ClinicianByUser(ctx, known.User.ID)
			if err != nil {
				return err
			}
			l.clinicians[i] = c.ID
		}
	}
	return nil
}

func (l *Loader) createUser(ctx context.Context, i int, u User, specializations []core.Specialization) error {
	hash, err := l.options.HashPassword(Password)
	if err != nil {
		return err
	}
	person := core.NewUser{Email: u.Email, FirstName: u.First, LastName: u.Last, Role: u.Role, PasswordHash: hash}
	if u.Role != core.RoleClinician {
		made, err := l.target.CreateUser(ctx, person, event(core.EventUserCreated))
		l.users[i] = made.ID
		return err
	}
	c, err := l.target.RegisterClinician(ctx, core.NewClinician{User: person, SpecializationID: named(specializations, u.Specialty), PhoneNumber: u.Phone}, event(core.EventRegistered))
	l.users[i], l.clinicians[i] = c.User.ID, c.ID
	return err
}

// named finds a cancer type, nil when the catalogue has none of the name.
func named(list []core.Specialization, name string) *int64 {
	i := slices.IndexFunc(list, func(s core.Specialization) bool { return strings.EqualFold(s.CancerType, name) })
	if i < 0 {
		return nil
	}
	return &list[i].ID
}

// loadPatients goes one by one, so that ids follow the cast.
func (l *Loader) loadPatients(ctx context.Context) error {
	for i, p := range l.panel.Patients {
		made, err := l.target.CreatePatient(ctx, p.NewPatient, event(core.EventPatientCreated))
		if core.CodeOf(err) == core.CodeConflict {
			made, err = l.target.PatientByEmail(ctx, p.Email)
		}
		if err != nil {
			return err
		}
		l.patients[i] = made.ID
		l.assigned[i] = made.Assignment != nil && made.Assignment.AssignedClinician != nil
	}
	return nil
}

func (l *Loader) assign(ctx context.Context) error {
	specializations, err := l.target.Specializations(ctx)
	if err != nil {
		return err
	}
	subtypes := map[string][]core.Specialization{}
	for _, p := range l.panel.Patients {
		if id := named(specializations, p.Cancer); id != nil && subtypes[p.Cancer] == nil {
			if subtypes[p.Cancer], err = l.target.Subtypes(ctx, *id); err != nil {
				return err
			}
		}
	}
	return l.each(ctx, len(l.panel.Patients), func(ctx context.Context, i int) error {
		p := l.panel.Patients[i]
		if p.Clinician == nobody || l.assigned[i] {
			return nil
		}
		_, err := l.target.Assign(ctx, l.patients[i], l.clinicians[p.Clinician], named(subtypes[p.Cancer], p.Subtype), p.Diagnosis, event(core.EventPatientAssigned))
		return err
	})
}

func (l *Loader) loadAppointments(ctx context.Context) error {
	have, err := l.target.CountAppointments(ctx, core.AppointmentQuery{ClinicianID: l.clinicians[blake]})
	if err != nil || have > 0 {
		return err
	}
	return l.each(ctx, len(l.panel.Appointments), func(ctx context.Context, i int) error {
		a := l.panel.Appointments[i]
		_, err := l.target.CreateAppointment(ctx, core.Appointment{
			PatientID: l.patients[a.Patient], ClinicianID: l.clinicians[a.Clinician], Start: a.Start.UTC(), End: a.End.UTC(),
			Type: a.Type, Reason: a.Reason, Location: a.Location, Status: a.Status,
		})
		return err
	})
}

func (l *Loader) notifyUsers(ctx context.Context) error {
	have, _, err := l.target.Notifications(ctx, l.users[blake], 1)
	if err != nil || len(have) > 0 {
		return err
	}
	for _, n := range l.panel.Notifications {
		if n.Document < 0 {
			if err := l.notify(ctx, n, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *Loader) notify(ctx context.Context, n Notification, recordID string) error {
	out := core.Notification{UserID: l.users[n.User], Kind: n.Kind, Level: n.Level, Text: n.Text, CreatedAt: n.CreatedAt.UTC()}
	if n.Patient >= 0 {
		out.PatientID = &l.patients[n.Patient]
	}
	if recordID != "" {
		out.RecordID = &recordID
	}
	if n.Read {
		read := n.CreatedAt.UTC().Add(time.Hour)
		out.ReadAt = &read
	}
	_, err := l.target.Notify(ctx, out)
	return err
}

// each runs do for 0..n-1 side by side, so that a store which commits in
// groups can, and gives the first error.
func (l *Loader) each(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	return spread(ctx, 8, n, do)
}

func spread(ctx context.Context, workers, n int, do func(ctx context.Context, i int) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(workers, n) {
		wg.Go(func() {
			for i := range next {
				if err := do(ctx, i); err != nil {
					stop(err)
				}
			}
		})
	}
feed:
	for i := range n {
		select {
		case next <- i:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	return context.Cause(ctx)
}
