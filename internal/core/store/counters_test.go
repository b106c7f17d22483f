package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/store"
)

// Whatever happens to assignments, records, reviews and jobs, each counter is what
// counting gives.
func TestCountersFollowWhatHappens(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		w := newUnreadWorld(t)
		w.r = rand.New(rand.NewPCG(seed, 7))
		acts := []func() error{w.add, w.add, w.review, w.unreview, w.error, w.restore, w.move, w.assign, w.assign, w.delete,
			w.bring, w.submit, w.submit, w.submit, w.claim, w.claim, w.finish, w.cancel}
		for step := range 250 {
			err := acts[w.r.IntN(len(acts))]()
			if code := core.CodeOf(err); err != nil && code != core.CodeConflict && code != core.CodeNotFound {
				t.Fatalf("step %d: %v", step, err)
			}
			if step%5 == 0 {
				w.recount(step)
			}
		}
		w.recount(-1)
		if len(w.jobs) < 20 {
			t.Errorf("only %d jobs: this tests little", len(w.jobs))
		}
	}
}

// bring imports patients whose names sound like those of others.
func (w *unreadWorld) bring() error {
	names := []string{"Smith", "Smyth", "O'Brien-Jørgensen", "van der Berg", "Schmidt", "Schmitt", "Doe1", "Jones"}
	list := make([]core.ImportPatient, 1+w.r.IntN(3))
	for i := range list {
		list[i].LastName, list[i].FirstName = names[w.r.IntN(len(names))], "Pat"
	}
	to := w.r.IntN(2)
	ids, err := w.db.ImportPatients(w.t.Context(), w.clinicians[to].ID, list, w.event())
	for _, id := range ids {
		w.patients, w.mine[id] = append(w.patients, id), to
	}
	return err
}

func (w *unreadWorld) submit() error {
	rec, err := w.db.Record(w.t.Context(), w.record())
	if err != nil {
		return err
	}
	id := fmt.Sprintf("j%03d", len(w.jobs))
	w.jobs = append(w.jobs, id)
	_, err = w.db.CreateJob(w.t.Context(), core.Job{ID: id, RecordID: rec.ID, PatientID: rec.PatientID, UserID: w.user(), Status: core.JobPending,
		Language: "eng", CreatedAt: time.UnixMicro(int64(w.r.IntN(50)))}, w.event())
	return err
}

func (w *unreadWorld) claim() error {
	c, j, found, err := w.db.ClaimJob(w.t.Context(), "node", time.UnixMicro(100), time.UnixMicro(int64(50+w.r.IntN(100))))
	if found {
		w.claims[c] = j
	}
	return err
}

func (w *unreadWorld) finish() error {
	for c, j := range w.claims {
		delete(w.claims, c)
		j.Status = []core.JobStatus{core.JobCompleted, core.JobFailed, core.JobFailed}[w.r.IntN(3)]
		at := time.UnixMicro(200)
		j.CompletedAt = &at
		return w.db.FinishJob(w.t.Context(), c, j, nil, w.event())
	}
	return nil
}

func (w *unreadWorld) cancel() error {
	if len(w.jobs) == 0 {
		return nil
	}
	_, err := w.db.CancelJob(w.t.Context(), w.jobs[w.r.IntN(len(w.jobs))], time.UnixMicro(300), w.event())
	return err
}

// drifts are statements that list what is kept and is not so, or is so and is not kept.
var drifts = map[string]string{
	"patients of a clinician": `SELECT id FROM clinicians c
		WHERE patient_count <> (SELECT COUNT(*) FROM patient_assignments a WHERE a.assigned_clinician_id = c.id)`,
	"unread of a clinician": `SELECT id FROM clinicians c WHERE unread_count <> (SELECT COUNT(*) FROM unread_records_now u WHERE u.clinician_id = c.id)`,
	"unread of a patient": `SELECT patient_id FROM patient_assignments a
		WHERE unread_count <> (SELECT COUNT(*) FROM unread_records_now u WHERE u.patient_id = a.patient_id)`,
	"unread records too few":  same("unread_records_now", "unread_records", "clinician_id, uploaded_at, record_id, patient_id"),
	"unread records too many": same("unread_records", "unread_records_now", "clinician_id, uploaded_at, record_id, patient_id"),
	"running jobs":            `SELECT id FROM clinicians c WHERE running_jobs <> (SELECT COUNT(*) FROM open_jobs_now o WHERE o.clinician_id = c.id AND NOT o.failed)`,
	"failed jobs":             `SELECT id FROM clinicians c WHERE failed_jobs <> (SELECT COUNT(*) FROM open_jobs_now o WHERE o.clinician_id = c.id AND o.failed)`,
	"open jobs too few":       same("open_jobs_now", "open_jobs", "clinician_id, failed, created_at, job_id, record_id, patient_id"),
	"open jobs too many":      same("open_jobs", "open_jobs_now", "clinician_id, failed, created_at, job_id, record_id, patient_id"),
	"alikes too few":          same("name_alikes_now", "name_alikes", "clinician_id, sound_key, first_id, second_id, more"),
	"parts of names too few":  same("name_parts_now", "name_parts", "patient_id, part, clinician_id"),
	"parts of names too many": same("name_parts", "name_parts_now", "patient_id, part, clinician_id"),
	"alikes too many":         same("name_alikes", "name_alikes_now", "clinician_id, sound_key, first_id, second_id, more"),
}

func same(a, b, columns string) string {
	return "SELECT 1 FROM (SELECT " + columns + " FROM " + a + " EXCEPT SELECT " + columns + " FROM " + b + ")"
}

func recount(t *testing.T, db *store.DB, when string) {
	t.Helper()
	err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for what, text := range drifts {
			var n int
			if err := store.Ask(ctx, tx, "SELECT COUNT(*) FROM ("+text+")", &n); err != nil {
				return fmt.Errorf("%s: %w", what, err)
			}
			if n != 0 {
				t.Errorf("%s: %s: %d are not so", when, what, n)
			}
		}
		return nil
	})
	if err != nil || t.Failed() {
		t.Fatal(when, err)
	}
}

func (w *unreadWorld) recount(step int) {
	w.t.Helper()
	recount(w.t, w.db, fmt.Sprint("step ", step))
}

// A database of an older program gets its counters when it is opened.
func TestCountersOfAnOlderDatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clinician.db")
	w := newUnreadWorldIn(t, path)
	for range 40 {
		for _, act := range []func() error{w.add, w.review, w.bring, w.submit, w.claim, w.finish} {
			if err := act(); err != nil && core.CodeOf(err) != core.CodeConflict && core.CodeOf(err) != core.CodeNotFound {
				t.Fatal(err)
			}
		}
	}
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	attack(t, path, undoCounters...)
	db := open(t, path)
	recount(t, db, "carried over")
	n, err := db.UnreadOf(t.Context(), w.clinicians[1].ID)
	if err != nil || n == 0 {
		t.Errorf("%d unread, %v", n, err)
	}
}

// undoCounters takes a database back to before there were counters.
var undoCounters = []string{
	"DROP TRIGGER unread_records_counted", "DROP TRIGGER unread_records_discounted",
	"DROP TRIGGER unread_record_added", "DROP TRIGGER unread_record_changed", "DROP TRIGGER unread_record_reviewed", "DROP TRIGGER unread_record_review_undone",
	"DROP TRIGGER open_job_added", "DROP TRIGGER open_job_changed", "DROP TRIGGER open_job_removed", "DROP TRIGGER open_jobs_of_record",
	"DROP TRIGGER open_jobs_counted", "DROP TRIGGER open_jobs_discounted",
	"DROP VIEW open_jobs_now", "DROP TABLE open_jobs", "DROP VIEW name_alikes_now", "DROP TABLE name_alikes",
	"ALTER TABLE clinicians DROP COLUMN unread_count", "ALTER TABLE clinicians DROP COLUMN running_jobs", "ALTER TABLE clinicians DROP COLUMN failed_jobs",
	"ALTER TABLE patient_assignments DROP COLUMN unread_count", "ALTER TABLE unread_records DROP COLUMN patient_id",
	"CREATE TRIGGER unread_record_added AFTER INSERT ON records BEGIN SELECT 1; END",
	"CREATE TRIGGER unread_record_changed AFTER UPDATE OF status ON records BEGIN SELECT 1; END",
	"CREATE TRIGGER unread_record_reviewed AFTER INSERT ON record_reviews BEGIN SELECT 1; END",
	"CREATE TRIGGER unread_record_review_undone AFTER DELETE ON record_reviews BEGIN SELECT 1; END",
	"DELETE FROM goose_db_version WHERE version_id = 21",
}
