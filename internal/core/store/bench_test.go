package store_test

import (
	"context"
	"fmt"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/store"
)

// BenchmarkPatients shows that neither a page nor a search grows with the
// number of patients.
func BenchmarkPatients(b *testing.B) {
	for _, n := range []int{100, 100_000} {
		db := open(b, "")
		c := register(b, db, "a@example.com")
		if _, err := db.ImportPatients(b.Context(), c.ID, crowd(n), core.AuditEvent{Type: core.EventDemoData}); err != nil {
			b.Fatal(err)
		}
		first, err := db.Patients(b.Context(), c.ID, core.PatientQuery{Limit: n/2 - n/2/1000*1000 + min(n/2, 500)})
		if err != nil {
			b.Fatal(err)
		}
		for _, q := range []struct {
			name string
			core.PatientQuery
		}{
			{"first page", core.PatientQuery{Limit: 50}},
			{"next page", core.PatientQuery{Limit: 50, Cursor: first.Next}},
			{"s", core.PatientQuery{Text: "s", Limit: 50}},
			{"smith", core.PatientQuery{Text: "smith", Limit: 50}},
			{"smith jo", core.PatientQuery{Text: "smith jo", Limit: 50}},
			{"cb", core.PatientQuery{Text: "cb", Limit: 50}},
			{"mary", core.PatientQuery{Text: "mary", Limit: 50}},
			{"mrn", core.PatientQuery{Text: "0001", Limit: 50}},
			{"born", core.PatientQuery{Text: "8/1/30", Limit: 50}},
			{"nobody", core.PatientQuery{Text: "xylophone", Limit: 50}},
		} {
			b.Run(fmt.Sprintf("%s/%d", q.name, n), func(b *testing.B) {
				var hits int
				for b.Loop() {
					p, err := db.Patients(b.Context(), c.ID, q.PatientQuery)
					if err != nil {
						b.Fatal(err)
					}
					hits = len(p.Patients)
				}
				b.ReportMetric(float64(hits), "hits")
			})
		}
	}
}

func BenchmarkAuditAppend(b *testing.B) {
	ev := core.AuditEvent{Type: core.EventPatientViewed, Action: core.ActionRead, Outcome: core.OutcomeSuccess, UserID: 1, PatientID: 2}
	b.Run("alone", func(b *testing.B) {
		db := open(b, "")
		for b.Loop() {
			if err := db.Append(b.Context(), ev); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("16 at once", func(b *testing.B) {
		db := open(b, "")
		b.SetParallelism(8) // times GOMAXPROCS, which is 2 where this was measured
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := db.Append(b.Context(), ev); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

func BenchmarkVerify(b *testing.B) {
	const events = 100_000
	db := open(b, "")
	for done := 0; done < events; done += 1000 {
		err := db.Write(b.Context(), func(ctx context.Context, tx *store.Tx) error {
			for range 1000 {
				if err := db.AppendWithin(ctx, tx, core.AuditEvent{Type: core.EventPatientViewed, UserID: 1, PatientID: 2,
					Detail: map[string]any{"clinician_id": 1}}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if n, err := db.Verify(b.Context()); n != events || err != nil {
			b.Fatal(n, err)
		}
	}
}

// BenchmarkUnread lists what a clinician has not reviewed of 100,000 patients
// with one document each: the worst case, nothing was ever reviewed.
func BenchmarkUnread(b *testing.B) {
	const n = 100_000
	db := open(b, "")
	c := register(b, db, "a@example.com")
	if _, err := db.ImportPatients(b.Context(), c.ID, crowd(n), core.AuditEvent{Type: core.EventDemoData}); err != nil {
		b.Fatal(err)
	}
	err := db.Write(b.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO records (id, patient_id, type_id, title, filename, mime, size, sha256, document_date, uploaded_at, uploaded_by, duplicate_of, wrapped_key)
			SELECT printf('r%d', p.id), p.id, 1, 't', 'f', 'application/pdf', 1, '', '', p.id, ?, '', x'00' FROM patients p`, c.User.ID)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	first, err := db.UnreadRecords(b.Context(), core.UnreadQuery{ClinicianID: c.ID})
	if err != nil || first.Count != n || len(first.Records) != 50 {
		b.Fatalf("%d of %d, %v", len(first.Records), first.Count, err)
	}
	for name, cursor := range map[string]string{"first page": "", "next page": first.Next} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := db.UnreadRecords(b.Context(), core.UnreadQuery{ClinicianID: c.ID, Cursor: cursor}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
