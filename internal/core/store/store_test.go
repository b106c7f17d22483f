package store_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/store"
	"clinician/internal/core/store/storetest"
)

var auditKey = []byte("0123456789abcdef0123456789abcdef")

// open opens the database at path, a new one when path is "", and closes it
// when the test ends.
func open(t testing.TB, path string) *store.DB {
	t.Helper()
	if path == "" {
		path = filepath.Join(t.TempDir(), "clinician.db")
	}
	db, err := storetest.Open(t, store.Options{Path: path, AuditKey: auditKey, Journal: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

func register(t testing.TB, db *store.DB, email string) core.Clinician {
	t.Helper()
	c, err := db.RegisterClinician(context.Background(), core.NewClinician{
		User: core.NewUser{Email: email, FirstName: "Mary", LastName: "Main", PasswordHash: "x"},
	}, core.AuditEvent{Type: core.EventRegistered})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var (
	families = []string{"Smith", "Jones", "Cummings", "Cantú", "O'Brien", "van der Berg", "Nguyen", "Müller", "Smithson", "Adams", "Baker", "Clark", "Davis", "Evans", "Foster", "Green", "Harris", "Ito", "Khan", "Lopez"}
	givens   = []string{"Barrett", "Catalina", "John", "Mary", "Al", "Bea", "Cara", "Dan", "Eve", "Fay", "Gus", "Hal", "Ina", "Jo", "Kim", "Lee"}
)

// crowd makes n patients with names that vary.
func crowd(n int) []core.ImportPatient {
	list := make([]core.ImportPatient, n)
	for i := range list {
		list[i].LastName = families[i%len(families)] + suffix(i/len(families)%26)
		list[i].FirstName = givens[i/7%len(givens)] + suffix(i/3%26)
		list[i].DateOfBirth = core.DateOf(time.Date(1930, 1, 1+i%28000, 0, 0, 0, 0, time.UTC))
		list[i].Gender = core.GenderFemale
	}
	return list
}

func suffix(i int) string { return string(rune('a' + i)) }

func BenchmarkImport(b *testing.B) {
	db := open(b, "")
	c := register(b, db, "a@example.com")
	list := crowd(20000)
	for b.Loop() {
		if _, err := db.ImportPatients(b.Context(), c.ID, list, core.AuditEvent{Type: core.EventDemoData}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(list))/b.Elapsed().Seconds(), "patients/s")
}
