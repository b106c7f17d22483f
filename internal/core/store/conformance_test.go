package store_test

import (
	"path/filepath"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/core/store"
	"clinician/internal/core/store/storetest"
)

func TestPeople(t *testing.T)        { coretest.People(t, itself) }
func TestAssignments(t *testing.T)   { coretest.Assignments(t, itself) }
func TestCatalogues(t *testing.T)    { coretest.Catalogues(t, itself) }
func TestCalendar(t *testing.T)      { coretest.Calendar(t, itself) }
func TestNotifications(t *testing.T) { coretest.Notifications(t, itself) }

func itself(t *testing.T) coretest.PeopleFixture {
	db := open(t, "")
	return coretest.PeopleFixture{Seed: db, People: db, Assignments: db}
}

// Another service can be asked for people and assignments: one that speaks HTTP,
// only reads, and shares no transaction with us passes the same suites.
func TestPeopleOfASibling(t *testing.T)      { coretest.People(t, sibling) }
func TestAssignmentsOfASibling(t *testing.T) { coretest.Assignments(t, sibling) }

func sibling(t *testing.T) coretest.PeopleFixture {
	db := open(t, "")
	s := startSibling(t, db)
	return coretest.PeopleFixture{Seed: db, People: s, Assignments: s}
}

func TestSessions(t *testing.T) {
	coretest.Sessions(t, func(t *testing.T) coretest.SessionsFixture {
		db := open(t, "")
		return coretest.SessionsFixture{Sessions: db, Directory: db, Audit: db}
	})
}

func TestAuditLog(t *testing.T) {
	coretest.AuditLog(t, func(t *testing.T) core.AuditLog { return open(t, "") })
}

// The shell's, and a server's on a system that cannot lock files.
func TestAuditLogWithoutJournal(t *testing.T) {
	coretest.AuditLog(t, func(t *testing.T) core.AuditLog {
		db, err := storetest.Open(t, store.Options{Path: filepath.Join(t.TempDir(), "clinician.db"), AuditKey: auditKey})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	})
}
