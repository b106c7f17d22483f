package store_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/ocr"
	"clinician/internal/core/records"
	"clinician/internal/core/store"
)

// Whatever happens to records, reviews and assignments, the list of unread
// records holds what asking chart by chart finds.
func TestUnreadFollowsWhatHappens(t *testing.T) {
	w := newUnreadWorld(t)
	acts := []func() error{w.add, w.add, w.review, w.review, w.unreview, w.error, w.restore, w.move, w.assign, w.delete}
	for step := range 150 {
		err := acts[w.r.IntN(len(acts))]()
		if code := core.CodeOf(err); err != nil && code != core.CodeConflict && code != core.CodeNotFound {
			t.Fatalf("step %d: %v", step, err)
		}
		if step%5 == 0 {
			w.compare(step)
		}
	}
}

type unreadWorld struct {
	t          *testing.T
	db         *store.DB
	r          *rand.Rand
	clinicians []core.Clinician
	patients   []int64
	mine       map[int64]int // which clinician's a patient is
	records    []string
	jobs       []string
	claims     map[ocr.Claim]core.Job
}

func newUnreadWorld(t *testing.T) *unreadWorld { return newUnreadWorldIn(t, "") }

func newUnreadWorldIn(t *testing.T, path string) *unreadWorld {
	w := &unreadWorld{t: t, db: open(t, path), r: rand.New(rand.NewPCG(1, 2)), mine: map[int64]int{}, claims: map[ocr.Claim]core.Job{}}
	for _, email := range []string{"ann@example.com", "ben@example.com"} {
		w.clinicians = append(w.clinicians, register(t, w.db, email))
	}
	for i := range 5 { // the first is nobody's until it is assigned
		p, err := w.db.CreatePatient(t.Context(), core.NewPatient{FirstName: "Pat", LastName: fmt.Sprint("Doe", i)}, core.AuditEvent{Type: core.EventPatientCreated})
		if err != nil {
			t.Fatal(err)
		}
		w.patients = append(w.patients, p.ID)
		if i > 0 {
			w.give(p.ID, i%2)
		}
	}
	return w
}

func (w *unreadWorld) event() core.AuditEvent {
	return core.AuditEvent{Type: core.EventRecordUpdated, UserID: w.clinicians[0].User.ID}
}

func (w *unreadWorld) patient() int64 { return w.patients[w.r.IntN(len(w.patients))] }
func (w *unreadWorld) user() int64    { return w.clinicians[w.r.IntN(2)].User.ID }
func (w *unreadWorld) record() string {
	if len(w.records) == 0 {
		return "none"
	}
	return w.records[w.r.IntN(len(w.records))]
}

func (w *unreadWorld) add() error {
	id := fmt.Sprintf("r%03d", len(w.records))
	_, err := w.db.InsertRecord(w.t.Context(), records.NewRow{
		NewRecord: core.NewRecord{PatientID: w.patient(), TypeID: 1, Filename: "a.pdf", UploadedBy: w.user()},
		ID:        id, SHA256: id, MIME: core.MIMEPDF, Wrapped: []byte("key"), UploadedAt: time.UnixMicro(int64(w.r.IntN(20))),
	}, w.event())
	w.records = append(w.records, id)
	return err
}

func (w *unreadWorld) review() error {
	at := time.UnixMicro(1)
	return w.db.SetReviewed(w.t.Context(), w.user(), w.record(), &at, w.event())
}

func (w *unreadWorld) unreview() error {
	return w.db.SetReviewed(w.t.Context(), w.user(), w.record(), nil, w.event())
}

func (w *unreadWorld) error() error {
	_, err := w.db.EnterInError(w.t.Context(), w.record(), "wrong", w.event())
	return err
}

func (w *unreadWorld) restore() error {
	_, err := w.db.RestoreRecord(w.t.Context(), w.record(), "right", w.event())
	return err
}

func (w *unreadWorld) delete() error { return w.db.DeleteRecord(w.t.Context(), w.record(), w.event()) }

func (w *unreadWorld) move() error {
	same := func(_ context.Context, _ int64, wrapped []byte) ([]byte, error) { return wrapped, nil }
	_, err := w.db.MoveRecord(w.t.Context(), w.record(), records.Move{
		RecordMove: core.RecordMove{PatientID: w.patient(), Reason: "wrong chart"}, TombstoneID: fmt.Sprint("t", w.r.Uint64()), RewrapKey: same,
		RewrapBytes: func(_ context.Context, _ int64, _ string, sealed []byte) ([]byte, error) { return sealed, nil },
	}, w.event())
	return err
}

func (w *unreadWorld) assign() error {
	w.give(w.patient(), w.r.IntN(2))
	return nil
}

func (w *unreadWorld) give(patient int64, to int) {
	w.t.Helper()
	if _, err := w.db.Assign(w.t.Context(), patient, w.clinicians[to].ID, nil, "", w.event()); err != nil {
		w.t.Fatal(err)
	}
	w.mine[patient] = to
}

// compare asks each chart what is unread in it, and reads the list by pages.
func (w *unreadWorld) compare(step int) {
	w.t.Helper()
	for i, c := range w.clinicians {
		var want, got []string
		for patient, to := range w.mine {
			if to != i {
				continue
			}
			list, err := w.db.ListRecords(w.t.Context(), core.RecordQuery{PatientID: patient, UserID: c.User.ID})
			if err != nil {
				w.t.Fatal(err)
			}
			for _, r := range list {
				if r.Reviewed == nil {
					want = append(want, r.ID)
				}
			}
		}
		q := core.UnreadQuery{ClinicianID: c.ID, Limit: 3}
		for {
			page, err := w.db.UnreadRecords(w.t.Context(), q)
			if err != nil || page.Count != len(want) {
				w.t.Fatalf("step %d: %d unread, %v; the charts hold %d", step, page.Count, err, len(want))
			}
			for _, u := range page.Records {
				got = append(got, u.Record.ID)
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				break
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			w.t.Fatalf("step %d: listed %v, the charts hold %v", step, got, want)
		}
		byPatient, err := w.db.UnreadIDs(w.t.Context(), c.ID, w.patients) // others' patients too
		if err != nil {
			w.t.Fatal(err)
		}
		got = slices.Concat(slices.Collect(maps.Values(byPatient))...)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			w.t.Fatalf("step %d: by patient %v, the charts hold %v", step, got, want)
		}
	}
}
