package boot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/auth"
	"clinician/internal/core/demo"
	"clinician/internal/core/demo/readings"
	"clinician/internal/core/ocr"
	"clinician/internal/core/store"
)

// DemoOptions say which demo data to load.
type DemoOptions struct {
	Seed     uint64
	Patients int // this many more patients of the demo clinician, without documents
	// PeopleOnly leaves out the documents, and so the jobs that read them.
	PeopleOnly bool
	// Readings has documents read that were read when the demo was made (package
	// readings), by a server that was opened with DemoReadings. The documents are those
	// of that day.
	Readings bool
	Progress func(done, total int) // of documents; may be nil
}

// Login is an account of the demo data.
type Login struct {
	Email    string    `json:"email"`
	Password string    `json:"password"`
	Role     core.Role `json:"role"`
	Name     string    `json:"name"`
}

// DemoLogins are the accounts of the demo data. They share one password.
type DemoLogins struct {
	Password string  `json:"password"`
	Logins   []Login `json:"logins"`
}

// LoadDemo stores the demo data, what of it is not there yet, and gives the logins.
func (a *Admin) LoadDemo(ctx context.Context, o DemoOptions) (DemoLogins, error) {
	logins, documents, err := a.data.loadDemo(ctx, o)
	if err != nil {
		return DemoLogins{}, err
	}
	if !o.PeopleOnly {
		if err := documents(ctx); err != nil {
			return DemoLogins{}, err
		}
	}
	if o.Patients > 0 {
		if err := a.crowd(ctx, o); err != nil {
			return DemoLogins{}, err
		}
	}
	return logins, nil
}

// LoadDemo stores the people of the demo data and gives the login of its
// clinician, and the function that loads the documents: that takes longer and
// can go on while somebody works.
func (s *Server) LoadDemo(ctx context.Context, o DemoOptions) (Login, func(context.Context) error, error) {
	logins, documents, err := s.data.loadDemo(ctx, o)
	if err != nil {
		return Login{}, nil, err
	}
	for _, l := range logins.Logins {
		if l.Email == demo.Clinician {
			return l, documents, nil
		}
	}
	return Login{}, nil, fmt.Errorf("the demo data has no %s", demo.Clinician)
}

func (d *data) loadDemo(ctx context.Context, o DemoOptions) (DemoLogins, func(context.Context) error, error) {
	if mirror, err := d.Store.IsMirror(ctx); err != nil || mirror {
		return DemoLogins{}, nil, errors.Join(err, errDemoInPortal)
	}
	today := d.clock().In(d.location)
	panel := demo.Generate(o.Seed, today)
	var known func([]byte) bool
	if o.Readings {
		set, err := readings.Load()
		if err != nil {
			return DemoLogins{}, nil, err
		}
		panel, known = demo.GenerateFrom(readings.Seed, readings.Day(), today), set.Has
	}
	passwords := auth.NewPasswords(0)
	loader, err := demo.LoadPeople(ctx, demoTarget{d.Store, d}, panel, demo.Options{
		HashPassword: func(p string) (string, error) { return passwords.Hash(ctx, p) },
		Progress:     o.Progress,
		Known:        known,
	})
	if err != nil {
		return DemoLogins{}, nil, err
	}
	logins := DemoLogins{Password: demo.Password}
	for _, u := range panel.Users {
		logins.Logins = append(logins.Logins, Login{u.Email, demo.Password, u.Role, core.DisplayName(u.Last, u.First, "")})
	}
	return logins, loader.Documents, nil
}

// crowd adds many patients of the demo clinician.
func (a *Admin) crowd(ctx context.Context, o DemoOptions) error {
	c, err := a.clinician(ctx, demo.Clinician)
	if err != nil {
		return err
	}
	list := make([]core.ImportPatient, 0, o.Patients)
	for p := range demo.Scale(o.Seed, o.Patients) {
		list = append(list, core.ImportPatient{NewPatient: p})
	}
	ev := shellEvent(core.EventDemoData, core.ActionCreate)
	return core.Accounted(ctx, a.Audit, a.Import, &ev, func(stored core.AuditEvent) error {
		_, err := a.Import.ImportPatients(ctx, c.ID, list, stored)
		return err
	})
}

// demoTarget stores demo data through the real store and vault.
type demoTarget struct {
	*store.DB
	d *data
}

// ByPatient lists what is in a chart already, also what was entered in error: it
// must not come back.
func (t demoTarget) ByPatient(ctx context.Context, patientID int64) ([]core.Record, error) {
	return t.d.Store.ListRecords(ctx, core.RecordQuery{PatientID: patientID, All: true})
}

// StoreRecord stores a document as if it had been uploaded at another time.
func (t demoTarget) StoreRecord(ctx context.Context, r core.NewRecord, content []byte, uploaded time.Time, ev core.AuditEvent) (core.Record, error) {
	records := t.d.recordsAt(func() time.Time { return uploaded })
	staged, err := records.Stage(ctx, core.Acting{}, r.Filename, bytes.NewReader(content))
	if err != nil {
		return core.Record{}, err
	}
	rec, err := records.Commit(ctx, core.Acting{}, staged, r, ev)
	if err != nil || !uploaded.Before(midnight(t.d.clock(), t.d.location)) {
		return rec, err
	}
	clinician, err := t.ClinicianUser(ctx, r.PatientID)
	if err != nil || clinician == 0 {
		return rec, err
	}
	read := uploaded.Add(4 * time.Hour)
	return rec, t.SetReviewed(ctx, clinician, rec.ID, &read, core.AuditEvent{Type: core.EventDemoData, Action: core.ActionUpdate, Outcome: core.OutcomeSuccess})
}

// ReadRecord queues a job for the server that runs, or the next to start.
func (t demoTarget) ReadRecord(ctx context.Context, r core.JobRequest, ev core.AuditEvent) error {
	ev.PatientID, ev.RecordID = r.Record.PatientID, r.Record.ID
	_, err := t.CreateJob(ctx, ocr.NewJob(auth.NewID(), r, t.d.clock()), ev)
	return err
}

// midnight begins the day of now. What came in since was not read by anybody.
func midnight(now time.Time, location *time.Location) time.Time {
	y, m, d := now.In(location).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, location)
}
