package records_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/ocr"
	"clinician/internal/core/records"
	"clinician/internal/core/store"
	"clinician/internal/core/vault"
)

// After a move only the new patient's key opens the content and what was read
// from it, and what is stored of the old wrapping is gone.
func TestMoveWrapsKeysAnew(t *testing.T) {
	h := build(t, 0)
	ctx := t.Context()
	rec := h.commit(t, h.stage(t, strings.NewReader("%PDF-1.7 letter")))
	from, to := h.Patients[0], h.Patients[1]
	before, err := h.db.RecordLocation(ctx, rec.ID)
	if err != nil {
		t.Fatal(err)
	}

	// A job is in the middle of the record when it is moved.
	_, err = h.db.CreateJob(ctx, core.Job{ID: "j1", RecordID: rec.ID, PatientID: from, UserID: h.UserID, Status: core.JobPending, CreatedAt: time.Now()}, core.AuditEvent{Type: core.EventJobSubmitted})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	claim, _, ok, err := h.db.ClaimJob(ctx, "node", now, now.Add(time.Minute))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	page := func(n int) []byte {
		sealed, err := h.vault.SealBytes(ctx, from, ocr.PageSubject("j1", n), []byte("what page says"))
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	if err := h.db.SavePage(ctx, claim, core.Job{ID: "j1", Page: 1, Pages: 2}, ocr.SealedPage{Page: 1, Sealed: page(1)}); err != nil {
		t.Fatal(err)
	}

	if _, err := h.records.MoveRecord(ctx, core.Acting{}, rec.ID, core.RecordMove{PatientID: to, Reason: "wrong chart"}, core.AuditEvent{Type: core.EventRecordMoved, UserID: h.UserID}); err != nil {
		t.Fatal(err)
	}
	after, err := h.db.RecordLocation(ctx, rec.ID)
	if err != nil || after.PatientID != to || string(after.Wrapped) == string(before.Wrapped) {
		t.Fatalf("location %+v, %v", after, err)
	}
	subject := "records/" + rec.ID
	for _, r := range []vault.Ref{
		{Subject: subject, PatientID: from, Wrapped: after.Wrapped},
		{Subject: subject, PatientID: to, Wrapped: before.Wrapped},
	} {
		if err := h.vault.Unwraps(ctx, r); !errors.Is(err, vault.ErrDamaged) {
			t.Errorf("patient %d opens it: %v", r.PatientID, err)
		}
	}
	if err := h.vault.Unwraps(ctx, vault.Ref{Subject: subject, PatientID: to, Wrapped: after.Wrapped}); err != nil {
		t.Errorf("the new patient does not: %v", err)
	}
	pages, err := h.db.SealedPages(ctx, "j1", 0)
	if err != nil || len(pages) != 1 {
		t.Fatal(pages, err)
	}
	if clear, err := h.vault.OpenBytes(ctx, to, ocr.PageSubject("j1", 1), pages[0].Sealed); err != nil || string(clear) != "what page says" {
		t.Errorf("the page under the new key: %q, %v", clear, err)
	}
	if _, err := h.vault.OpenBytes(ctx, from, ocr.PageSubject("j1", 1), pages[0].Sealed); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("the page under the old key: %v", err)
	}

	// The run that was under way cannot store anything any more, and the job goes on.
	if err := h.db.SavePage(ctx, claim, core.Job{ID: "j1", Page: 2, Pages: 2}, ocr.SealedPage{Page: 2, Sealed: page(2)}); core.CodeOf(err) != core.CodeConflict {
		t.Errorf("a page under the old key was stored: %v", err)
	}
	again, job, ok, err := h.db.ClaimJob(ctx, "node", now, now.Add(time.Minute))
	if err != nil || !ok || job.PatientID != to || again == claim {
		t.Errorf("goes on as %+v %+v, %v %v", again, job, ok, err)
	}
}

// What fails in the middle of a move leaves everything as it was.
func TestMoveIsAllOrNothing(t *testing.T) {
	h := build(t, 0)
	ctx := t.Context()
	rec := h.commit(t, h.stage(t, strings.NewReader("%PDF-1.7 letter")))
	if _, err := h.db.CreateJob(ctx, core.Job{ID: "j1", RecordID: rec.ID, PatientID: h.Patients[0], UserID: h.UserID, Status: core.JobPending, CreatedAt: time.Now()}, core.AuditEvent{}); err != nil {
		t.Fatal(err)
	}
	err := h.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { // a page nobody can open
		_, err := tx.Exec(ctx, "INSERT INTO ocr_pages (job_id, page, failed, sealed) VALUES ('j1', 1, FALSE, 'not sealed by us at all, but long enough to be taken for a key')")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.records.MoveRecord(ctx, core.Acting{}, rec.ID, core.RecordMove{PatientID: h.Patients[1], Reason: "wrong chart"}, core.AuditEvent{Type: core.EventRecordMoved, UserID: h.UserID})
	if !errors.Is(err, vault.ErrDamaged) {
		t.Fatalf("moved: %v", err)
	}
	got, err := h.records.Record(ctx, rec.ID)
	if err != nil || got.PatientID != h.Patients[0] {
		t.Errorf("record: %+v, %v", got, err)
	}
	r, err := h.records.Open(ctx, core.Acting{}, rec.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if b, err := io.ReadAll(r); err != nil || string(b) != "%PDF-1.7 letter" {
		t.Errorf("content %q, %v", b, err)
	}
	if all, err := h.db.ListRecords(ctx, core.RecordQuery{PatientID: h.Patients[0], All: true}); err != nil || len(all) != 1 {
		t.Errorf("a tombstone of what was not moved: %+v, %v", all, err)
	}
	if evs, err := h.db.Query(ctx, core.AuditQuery{Type: core.EventRecordMoved}); err != nil || len(evs) != 0 {
		t.Errorf("audited: %+v, %v", evs, err)
	}
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	h := build(t, 0)
	ctx := t.Context()
	fine := h.commit(t, h.stage(t, strings.NewReader("%PDF-1.7 fine")))
	missing := h.commit(t, h.stage(t, strings.NewReader("%PDF-1.7 missing")))
	damaged := h.commit(t, h.stage(t, strings.NewReader("%PDF-1.7 damaged")))
	key := h.commit(t, h.stage(t, strings.NewReader("%PDF-1.7 key")))
	staged := h.stage(t, strings.NewReader("%PDF-1.7 on its way"))
	path := func(id string) string { return filepath.Join(h.dir, "blobs", "records", id) }
	raw, err := os.ReadFile(path(damaged.ID))
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-1] ^= 1
	if err := errors.Join(os.WriteFile(path(damaged.ID), raw, 0o600), os.Remove(path(missing.ID))); err != nil {
		t.Fatal(err)
	}
	err = h.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE records SET wrapped_key = (SELECT wrapped_key FROM records WHERE id = ?) WHERE id = ?", fine.ID, key.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	kinds := func(readData bool) (map[string]string, records.Report) {
		report, err := h.records.Check(ctx, readData)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, p := range report.Problems {
			found[p.RecordID] = p.Kind
		}
		return found, report
	}
	got, report := kinds(false)
	if len(got) != 2 || got[missing.ID] != "missing" || got[key.ID] != "key" || report.Records != 4 || report.Pending != 1 || report.Read != 0 {
		t.Errorf("without reading: %v %+v", got, report)
	}
	h.offset.Add(int64(time.Hour))
	got, report = kinds(true)
	if len(got) != 4 || got[damaged.ID] != "damaged" || got[staged.ID] != "orphan" || report.Read != 1 {
		t.Errorf("with reading: %v %+v", got, report)
	}
	for _, id := range []string{damaged.ID, staged.ID} {
		if _, err := os.Stat(path(id)); err != nil {
			t.Errorf("something was repaired: %v", err)
		}
	}
}
