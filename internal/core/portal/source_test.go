package portal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/core/portal"
	"clinician/internal/core/store"
	"clinician/internal/core/store/storetest"
)

// storeSource is a source that reads from a database of ours, so that the suites of
// the ports can make people there and ask about them through the mirror.
type storeSource struct {
	core.PeopleSource // what no suite reaches
	db                *store.DB
}

func (s storeSource) Ping(ctx context.Context) error { return s.db.Ping(ctx) }

func (s storeSource) SourceUser(ctx context.Context, id int64) (core.User, error) {
	return s.db.User(ctx, id)
}

func (s storeSource) SourceCredential(ctx context.Context, email string) (core.Credential, error) {
	return s.db.Credential(ctx, email)
}

func (s storeSource) SourceClinician(ctx context.Context, userID int64) (core.Clinician, error) {
	return s.db.ClinicianByUser(ctx, userID)
}

func (s storeSource) SourcePatient(ctx context.Context, id int64) (core.SourcePatient, error) {
	p, err := s.db.Patient(ctx, id)
	if err != nil {
		return core.SourcePatient{}, err
	}
	b, err := json.Marshal(p)
	return core.SourcePatient{Patient: p, Mark: sha256.Sum256(b)}, err
}

func (s storeSource) SourcePanel(ctx context.Context, clinicianID int64, known core.Mark) (core.SourcePanel, error) {
	page, err := s.db.Patients(ctx, clinicianID, core.PatientQuery{})
	if err != nil {
		return core.SourcePanel{}, err
	}
	var out core.SourcePanel
	var marks []byte
	for _, row := range page.Patients {
		p, err := s.SourcePatient(ctx, row.ID)
		if err != nil {
			return out, err
		}
		out.Patients = append(out.Patients, p)
		marks = append(marks, p.Mark[:]...)
	}
	out.Mark = sha256.Sum256(marks)
	out.Same = out.Mark == known
	return out, nil
}

func (s storeSource) SourceAssigned(ctx context.Context, patientID, clinicianUserID int64) (bool, error) {
	c, err := s.db.ClinicianByUser(ctx, clinicianUserID)
	if core.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return s.db.IsAssigned(ctx, c.ID, patientID)
}

func (s storeSource) SourceClinicians(ctx context.Context) ([]core.Clinician, error) {
	return s.db.Clinicians(ctx)
}

func (s storeSource) SourceCatalogue(ctx context.Context) (out core.SourceCatalogue, err error) {
	types, err1 := s.db.Specializations(ctx)
	var err2 error
	for _, t := range types {
		out.CancerTypes = append(out.CancerTypes, core.SourceCancerType{Specialization: t})
		subtypes, err := s.db.Subtypes(ctx, t.ID)
		err2 = errors.Join(err2, err)
		for _, u := range subtypes {
			out.CancerTypes = append(out.CancerTypes, core.SourceCancerType{Specialization: u, ParentID: &t.ID})
		}
	}
	var err3, err4, err5 error
	out.Roles, err3 = s.db.Roles(ctx)
	out.Languages, err4 = s.db.Languages(ctx)
	out.RecordTypes, err5 = s.db.RecordTypes(ctx)
	return out, errors.Join(err1, err2, err3, err4, err5)
}

// hurried is a clock by which everything that was fetched is old.
func hurried() core.Clock {
	at := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	ticks := make(chan time.Time, 1)
	ticks <- at
	return func() time.Time {
		at := (<-ticks).Add(2 * portal.MaxAge)
		ticks <- at
		return at
	}
}

func openStore(t testing.TB) *store.DB {
	t.Helper()
	db, err := storetest.Open(t, store.Options{Path: filepath.Join(t.TempDir(), "clinician.db"), AuditKey: bytes.Repeat([]byte("k"), 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func mirror(t *testing.T) coretest.PeopleFixture {
	t.Helper()
	seed, own := openStore(t), openStore(t)
	if err := own.BecomeMirror(t.Context()); err != nil {
		t.Fatal(err)
	}
	people := portal.New(portal.Options{Store: own, Source: storeSource{db: seed}, Clock: hurried()})
	return coretest.PeopleFixture{Seed: seed, People: people, Assignments: mirrored{people, storeSource{db: seed}, own}}
}

// mirrored knows the clinicians, as a server does that asked for the list of all.
type mirrored struct {
	*portal.People
	source storeSource
	own    *store.DB
}

func (m mirrored) know(ctx context.Context) error {
	list, err := m.source.SourceClinicians(ctx)
	if err != nil {
		return err
	}
	return m.own.MirrorClinicians(ctx, list...)
}

func (m mirrored) Patients(ctx context.Context, clinicianID int64, q core.PatientQuery) (core.PatientPage, error) {
	if err := m.know(ctx); err != nil {
		return core.PatientPage{}, err
	}
	return m.People.Patients(ctx, clinicianID, q)
}

func (m mirrored) IsAssigned(ctx context.Context, clinicianID, patientID int64) (bool, error) {
	if err := m.know(ctx); err != nil {
		return false, err
	}
	return m.People.IsAssigned(ctx, clinicianID, patientID)
}

func TestPeopleOfAMirror(t *testing.T)      { coretest.People(t, mirror) }
func TestAssignmentsOfAMirror(t *testing.T) { coretest.Assignments(t, mirror) }
