package coretest

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
)

func recordsEdit(t *testing.T, f RecordsFixture) {
	rec := f.add(t, f.Patients[0], pdf(50))
	if rec.Status != core.RecordCurrent || rec.ReceivedBy != "upload" || rec.Tags == nil || len(rec.Tags) != 0 || rec.LegalHold != nil {
		t.Errorf("new: %+v", rec)
	}
	title, source, way, tags, day := "Blood count", "City Lab", "fax", []string{"urgent", "ward 3"}, core.Date{}
	ev := f.event(core.EventRecordUpdated, core.ActionUpdate)
	got, err := f.Lifecycle.EditRecord(t.Context(), rec.ID, core.RecordEdit{Title: &title, Source: &source, ReceivedBy: &way, Tags: &tags, DocumentDate: &day}, ev)
	if err != nil || got.Title != title || got.Source != source || got.ReceivedBy != way || strings.Join(got.Tags, "|") != "urgent|ward 3" ||
		!got.DocumentDate.IsZero() || got.Type.ID != rec.Type.ID || got.SHA256 != rec.SHA256 {
		t.Errorf("edited: %+v, %v", got, err)
	}
	if stored, err := f.Records.Record(t.Context(), rec.ID); err != nil || stored.Title != title || len(stored.Tags) != 2 {
		t.Errorf("stored: %+v, %v", stored, err)
	}
	unknown := int64(99_999)
	if _, err := f.Lifecycle.EditRecord(t.Context(), rec.ID, core.RecordEdit{TypeID: &unknown, Title: &source}, ev); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("unknown type: %v", err)
	}
	if _, err := f.Lifecycle.EditRecord(t.Context(), rec.ID, core.RecordEdit{}, ev); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("nothing to change: %v", err)
	}
	if _, err := f.Lifecycle.EditRecord(t.Context(), "nope", core.RecordEdit{Title: &title}, ev); !core.IsNotFound(err) {
		t.Errorf("unknown record: %v", err)
	}
	if stored, err := f.Records.Record(t.Context(), rec.ID); err != nil || stored.Title != title {
		t.Errorf("a refused edit changed: %+v, %v", stored, err)
	}
	if evs := f.events(t, core.EventRecordUpdated); len(evs) != 1 || evs[0].RecordID != rec.ID || evs[0].PatientID != f.Patients[0] {
		t.Errorf("audit events %+v", evs)
	}
}

func (f RecordsFixture) list(t *testing.T, patient int64, all bool) []core.Record {
	t.Helper()
	list, err := f.Lifecycle.ListRecords(t.Context(), core.RecordQuery{PatientID: patient, UserID: f.UserID, All: all})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func wantConflict(t *testing.T, what string, err error) {
	t.Helper()
	if core.CodeOf(err) != core.CodeConflict {
		t.Errorf("%s: %v", what, err)
	}
}

// again is pdf(size) once more, where the same bytes are taken twice.
func (f RecordsFixture) again(size int) []byte {
	if f.Shared {
		size++
	}
	return pdf(size)
}

func recordsErrorAndBack(t *testing.T, f RecordsFixture) {
	rec := f.add(t, f.Patients[0], pdf(50))
	ev := f.event(core.EventRecordErrored, core.ActionUpdate)
	got, err := f.Lifecycle.EnterInError(t.Context(), rec.ID, "scanned twice", ev)
	if err != nil || got.Status != core.RecordEnteredInError || got.StatusReason != "scanned twice" || got.StatusBy != f.UserID ||
		got.StatusByName != "Ann Lee" || got.StatusAt == nil || got.CanAnalyze {
		t.Fatalf("entered in error: %+v, %v", got, err)
	}
	if list, err := f.Records.ByPatient(t.Context(), f.Patients[0]); err != nil || len(list) != 0 || len(f.list(t, f.Patients[0], true)) != 1 {
		t.Errorf("listed: %+v, %v", list, err)
	}
	if n, err := f.Lifecycle.Unread(t.Context(), f.UserID+1, f.Patients[:]); err != nil || len(n) != 0 {
		t.Errorf("counted as unread: %v, %v", n, err)
	}
	if second := f.add(t, f.Patients[0], f.again(50)); second.DuplicateOf != "" {
		t.Error("a duplicate of what is out of sight")
	}
	title := "other"
	_, err = f.Lifecycle.EditRecord(t.Context(), rec.ID, core.RecordEdit{Title: &title}, ev)
	wantConflict(t, "edited", err)
	_, err = f.Lifecycle.EnterInError(t.Context(), rec.ID, "again", ev)
	wantConflict(t, "entered in error again", err)
	_, err = f.Contents.MoveRecord(t.Context(), f.By, rec.ID, core.RecordMove{PatientID: f.Patients[1], Reason: "wrong"}, ev)
	wantConflict(t, "moved", err)
	if !bytes.Equal(f.read(t, rec.ID, 0), pdf(50)) {
		t.Error("the content is gone")
	}
	got, err = f.Lifecycle.RestoreRecord(t.Context(), rec.ID, "it was right", f.event(core.EventRecordRestored, core.ActionUpdate))
	if err != nil || got.Status != core.RecordCurrent || got.StatusReason != "" || !got.CanAnalyze || len(f.list(t, f.Patients[0], false)) != 2 {
		t.Errorf("restored: %+v, %v", got, err)
	}
	_, err = f.Lifecycle.RestoreRecord(t.Context(), rec.ID, "again", ev)
	wantConflict(t, "restored again", err)
}

func recordsHold(t *testing.T, f RecordsFixture) {
	rec := f.add(t, f.Patients[0], pdf(50))
	ev := f.event(core.EventRecordHeld, core.ActionUpdate)
	got, err := f.Lifecycle.HoldRecord(t.Context(), rec.ID, "claim 17", ev)
	if h := got.LegalHold; err != nil || h == nil || h.Reason != "claim 17" || h.By != f.UserID || h.ByName != "Ann Lee" || h.At.IsZero() {
		t.Fatalf("held: %+v, %v", got, err)
	}
	_, err = f.Lifecycle.HoldRecord(t.Context(), rec.ID, "again", ev)
	wantConflict(t, "held again", err)
	title := "other"
	part := f.stage(t, pdf(20))
	for what, act := range map[string]func() error{
		"edit": func() error {
			_, err := f.Lifecycle.EditRecord(t.Context(), rec.ID, core.RecordEdit{Title: &title}, ev)
			return err
		},
		"error":   func() error { _, err := f.Lifecycle.EnterInError(t.Context(), rec.ID, "oops", ev); return err },
		"restore": func() error { _, err := f.Lifecycle.RestoreRecord(t.Context(), rec.ID, "oops", ev); return err },
		"move": func() error {
			_, err := f.Contents.MoveRecord(t.Context(), f.By, rec.ID, core.RecordMove{PatientID: f.Patients[1], Reason: "wrong"}, ev)
			return err
		},
		"split": func() error {
			_, _, err := f.Contents.SplitRecord(t.Context(), f.By, rec.ID, "two", []core.RecordPart{{Staged: part, Record: f.newRecord(f.Patients[1])}}, ev)
			return err
		},
		"delete": func() error { return f.Records.Delete(t.Context(), f.By, rec.ID, ev) },
	} {
		err := act()
		wantConflict(t, what, err)
		if !strings.Contains(core.MessageOf(err), "Ann Lee") {
			t.Errorf("%s: does not say whom to ask: %s", what, core.MessageOf(err))
		}
	}
	if stored, err := f.Records.Record(t.Context(), rec.ID); err != nil || stored.Title != rec.Title || stored.PatientID != rec.PatientID || stored.Status != core.RecordCurrent {
		t.Errorf("something changed: %+v, %v", stored, err)
	}
	if evs := f.events(t, core.EventRecordHeld); len(evs) != 1 {
		t.Errorf("%d audit events; refusals are not the store's to record", len(evs))
	}
	got, err = f.Lifecycle.ReleaseRecord(t.Context(), rec.ID, "settled", ev)
	if err != nil || got.LegalHold != nil {
		t.Errorf("released: %+v, %v", got, err)
	}
	_, err = f.Lifecycle.ReleaseRecord(t.Context(), rec.ID, "again", ev)
	wantConflict(t, "released again", err)
	if err := f.Records.Delete(t.Context(), f.By, rec.ID, ev); err != nil {
		t.Errorf("deleted after release: %v", err)
	}
}

func recordsReviews(t *testing.T, f RecordsFixture) {
	rec := f.add(t, f.Patients[0], pdf(50))
	f.add(t, f.Patients[0], pdf(60))
	if at, err := f.Lifecycle.ReviewedAt(t.Context(), f.UserID, rec.ID); err != nil || at == nil {
		t.Errorf("the uploader has seen it: %v, %v", at, err)
	}
	ev := f.event(core.EventRecordReviewed, core.ActionUpdate)
	unread := func(want int) {
		t.Helper()
		n, err := f.Lifecycle.Unread(t.Context(), f.UserID, []int64{f.Patients[0], f.Patients[1], 99_999})
		if err != nil || n[f.Patients[0]] != want || len(n) > 1 {
			t.Errorf("unread: %v, %v; want %d", n, err, want)
		}
	}
	unread(0)
	if err := f.Lifecycle.SetReviewed(t.Context(), f.UserID, rec.ID, nil, ev); err != nil {
		t.Fatal(err)
	}
	unread(1)
	if list := f.list(t, f.Patients[0], false); list[1].Reviewed != nil || list[0].Reviewed == nil {
		t.Errorf("listed: %+v", list)
	}
	first, second := time.UnixMicro(1_000_000).UTC(), time.UnixMicro(2_000_000).UTC()
	for _, at := range []time.Time{first, second} {
		if err := f.Lifecycle.SetReviewed(t.Context(), f.UserID, rec.ID, &at, ev); err != nil {
			t.Fatal(err)
		}
	}
	if at, err := f.Lifecycle.ReviewedAt(t.Context(), f.UserID, rec.ID); err != nil || at == nil || !at.Equal(first) {
		t.Errorf("the first time counts: %v, %v", at, err)
	}
	unread(0)
	if err := f.Lifecycle.SetReviewed(t.Context(), f.UserID, "nope", &first, ev); !core.IsNotFound(err) {
		t.Errorf("unknown record: %v", err)
	}
	if n, err := f.Lifecycle.UnreadOf(t.Context(), 99_999); err != nil || n != 0 {
		t.Errorf("unknown clinician: %d, %v", n, err)
	}
}

func recordsUnread(t *testing.T, f RecordsFixture) {
	mary := Clinician(t, f.People, "mary@example.com")
	for _, p := range f.Patients {
		if _, err := f.People.Assign(t.Context(), p, mary.ID, nil, "", f.event(core.EventPatientAssigned, core.ActionUpdate)); err != nil {
			t.Fatal(err)
		}
	}
	stranger := Patient(t, f.People, 0, "Doe", "Jo", "77", core.Date{Year: 1950, Month: 1, Day: 2})
	f.add(t, stranger.ID, pdf(40))
	ids := make([]string, 5)
	for i := range ids {
		ids[len(ids)-1-i] = f.add(t, f.Patients[i%2], pdf(50+i)).ID // the newest comes first
	}
	wrong := f.add(t, f.Patients[0], pdf(90))
	if _, err := f.Lifecycle.EnterInError(t.Context(), wrong.ID, "wrong", f.event(core.EventRecordErrored, core.ActionUpdate)); err != nil {
		t.Fatal(err)
	}
	list := func(cursor string, want int, records ...string) core.UnreadPage {
		t.Helper()
		page, err := f.Lifecycle.UnreadRecords(t.Context(), core.UnreadQuery{ClinicianID: mary.ID, Limit: 2, Cursor: cursor})
		if err != nil || page.Count != want || len(page.Records) != len(records) || page.AsAt.IsZero() {
			t.Fatalf("%d listed of %d, %v; want %d of %d", len(page.Records), page.Count, err, len(records), want)
		}
		if n, err := f.Lifecycle.UnreadOf(t.Context(), mary.ID); err != nil || n != page.Count {
			t.Errorf("counted %d, %v; listed %d", n, err, page.Count)
		}
		for i, u := range page.Records {
			if u.Record.ID != records[i] || u.Patient.ID != u.Record.PatientID || u.Patient.User.LastName != "Doe-Łuczak" || u.Record.FileID != u.Record.ID || u.Record.Reviewed != nil {
				t.Errorf("%d is %+v, want record %s", i, u, records[i])
			}
		}
		return page
	}
	first := list("", 5, ids[0], ids[1])
	now := first.AsAt
	if err := f.Lifecycle.SetReviewed(t.Context(), mary.User.ID, ids[1], &now, f.event(core.EventRecordReviewed, core.ActionUpdate)); err != nil {
		t.Fatal(err)
	}
	second := list(first.Next, 4, ids[2], ids[3]) // the place was reviewed meanwhile
	if last := list(second.Next, 4, ids[4]); last.Next != "" {
		t.Errorf("after the last page: %q", last.Next)
	}
	for _, cursor := range []string{"x", "1", "1.", "a.b"} {
		_, err := f.Lifecycle.UnreadRecords(t.Context(), core.UnreadQuery{ClinicianID: mary.ID, Cursor: cursor})
		if core.CodeOf(err) != core.CodeInvalid {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
	page, err := f.Lifecycle.UnreadRecords(t.Context(), core.UnreadQuery{ClinicianID: 99_999})
	if err != nil || page.Count != 0 || page.Records == nil || len(page.Records) != 0 {
		t.Errorf("unknown clinician: %+v, %v", page, err)
	}
}

func recordsMove(t *testing.T, f RecordsFixture) {
	from, to := f.Patients[0], f.Patients[1]
	rec := f.add(t, from, pdf(70_000))
	same := f.add(t, to, pdf(70_000))
	other := f.add(t, from, pdf(70_000)) // repeats rec
	ev := f.event(core.EventRecordMoved, core.ActionUpdate)
	for _, c := range []struct {
		patient int64
		want    core.Code
	}{{99_999, core.CodeNotFound}, {from, core.CodeConflict}} {
		if _, err := f.Contents.MoveRecord(t.Context(), f.By, rec.ID, core.RecordMove{PatientID: c.patient, Reason: "wrong"}, ev); core.CodeOf(err) != c.want {
			t.Errorf("to %d: %v", c.patient, err)
		}
	}
	stone, err := f.Contents.MoveRecord(t.Context(), f.By, rec.ID, core.RecordMove{PatientID: to, Reason: "wrong chart"}, ev)
	if err != nil {
		t.Fatal(err)
	}
	if stone.Status != core.RecordMoved || stone.ID == rec.ID || stone.MovedTo != rec.ID || stone.PatientID != from || stone.StatusReason != "wrong chart" ||
		stone.StatusByName != "Ann Lee" || stone.Title+stone.Filename+stone.SHA256 != "" || stone.CanAnalyze || !stone.UploadedAt.Equal(rec.UploadedAt) {
		t.Errorf("tombstone %+v", stone)
	}
	if got, err := f.Records.Record(t.Context(), stone.ID); err != nil || got.Status != core.RecordMoved {
		t.Errorf("the tombstone as a record: %+v, %v", got, err)
	}
	if _, err := f.Records.Open(t.Context(), f.By, stone.ID, 0); !core.IsNotFound(err) {
		t.Errorf("the tombstone has content: %v", err)
	}
	got, err := f.Records.Record(t.Context(), rec.ID)
	if err != nil || got.PatientID != to || got.Title != rec.Title || got.DuplicateOf != same.ID || got.PatientCheck != core.CheckNone {
		t.Errorf("moved: %+v, %v", got, err)
	}
	if !bytes.Equal(f.read(t, rec.ID, 0), pdf(70_000)) {
		t.Error("the content does not open in the new chart")
	}
	if at, err := f.Lifecycle.ReviewedAt(t.Context(), f.UserID, rec.ID); err != nil || at != nil {
		t.Errorf("read before anybody read it there: %v, %v", at, err)
	}
	if left := f.list(t, from, false); len(left) != 1 || left[0].ID != other.ID || left[0].DuplicateOf != "" {
		t.Errorf("left: %+v", left)
	}
	if all := f.list(t, from, true); len(all) != 2 || all[0].ID != other.ID || all[1].ID != stone.ID {
		t.Errorf("with tombstones, by upload: %+v", all)
	}
	if evs := f.events(t, core.EventRecordMoved); len(evs) != 2 || evs[0].PatientID != to || evs[1].PatientID != from || evs[0].RecordID != rec.ID || evs[1].RecordID != rec.ID {
		t.Errorf("audit events %+v", evs)
	}
	for what, err := range map[string]error{
		"deleted":  f.Records.Delete(t.Context(), f.By, stone.ID, ev),
		"reviewed": f.Lifecycle.SetReviewed(t.Context(), f.UserID, stone.ID, &stone.UploadedAt, ev),
	} {
		if core.CodeOf(err) != core.CodeConflict {
			t.Errorf("a tombstone can be %s: %v", what, err)
		}
	}
	ev.PatientID = from // who was allowed to act in the old chart comes too late
	title := "other"
	_, edited := f.Lifecycle.EditRecord(t.Context(), rec.ID, core.RecordEdit{Title: &title}, ev)
	_, moved := f.Contents.MoveRecord(t.Context(), f.By, rec.ID, core.RecordMove{PatientID: from, Reason: "and back"}, ev)
	for what, err := range map[string]error{"edited": edited, "moved": moved, "deleted": f.Records.Delete(t.Context(), f.By, rec.ID, ev),
		"reviewed": f.Lifecycle.SetReviewed(t.Context(), f.UserID, rec.ID, &stone.UploadedAt, ev)} {
		if !core.IsNotFound(err) {
			t.Errorf("%s in the name of the old chart: %v", what, err)
		}
	}
	ev.PatientID = 0
	if _, err := f.Contents.MoveRecord(t.Context(), f.By, rec.ID, core.RecordMove{PatientID: from, Reason: "and back"}, ev); err != nil {
		t.Errorf("back: %v", err)
	}
	if !bytes.Equal(f.read(t, rec.ID, 0), pdf(70_000)) || len(f.list(t, from, false)) != 2 {
		t.Error("it did not come back")
	}
	if ok, err := f.Contents.VerifyRecord(t.Context(), f.By, rec.ID); err != nil || !ok.OK || ok.SHA256 != rec.SHA256 || ok.Size != rec.Size {
		t.Errorf("verify: %+v, %v", ok, err)
	}
}

func recordsSplit(t *testing.T, f RecordsFixture) {
	rec := f.add(t, f.Patients[0], pdf(100))
	ev := f.event(core.EventRecordSplit, core.ActionUpdate)
	bad := f.newRecord(99_999)
	parts := []core.RecordPart{{Staged: f.stage(t, pdf(30)), Record: f.newRecord(f.Patients[0])}, {Staged: f.stage(t, pdf(40)), Record: bad}}
	if _, _, err := f.Contents.SplitRecord(t.Context(), f.By, rec.ID, "two people", parts, ev); !core.IsNotFound(err) {
		t.Errorf("unknown patient: %v", err)
	}
	if list := f.list(t, f.Patients[0], true); len(list) != 1 || list[0].Status != core.RecordCurrent {
		t.Fatalf("half a split: %+v", list)
	}
	parts[1].Record.PatientID = f.Patients[1]
	original, made, err := f.Contents.SplitRecord(t.Context(), f.By, rec.ID, "two people", parts, ev)
	if err != nil || len(made) != 2 || original.Status != core.RecordEnteredInError || original.StatusReason != "two people" ||
		len(original.Parts) != 2 || original.Parts[0] != made[0].ID || original.Parts[1] != made[1].ID {
		t.Fatalf("split: %+v, %+v, %v", original, made, err)
	}
	for i, size := range []int{30, 40} {
		if made[i].PartOf != rec.ID || made[i].PatientID != f.Patients[i] || !bytes.Equal(f.read(t, made[i].ID, 0), pdf(size)) {
			t.Errorf("part %d: %+v", i, made[i])
		}
		if at, err := f.Lifecycle.ReviewedAt(t.Context(), f.UserID, made[i].ID); err != nil || at != nil {
			t.Errorf("part %d counts as read: %v, %v", i, at, err)
		}
	}
	if !bytes.Equal(f.read(t, rec.ID, 0), pdf(100)) {
		t.Error("the original is gone")
	}
	_, err = f.Lifecycle.RestoreRecord(t.Context(), rec.ID, "beside its parts", ev)
	wantConflict(t, "restored", err)
	for i, part := range made {
		if _, err := f.Lifecycle.EnterInError(t.Context(), part.ID, "split wrongly", f.event(core.EventRecordErrored, core.ActionUpdate)); err != nil {
			t.Fatal(err)
		}
		_, err := f.Lifecycle.RestoreRecord(t.Context(), rec.ID, "the split is undone", f.event(core.EventRecordRestored, core.ActionUpdate))
		if last := i == len(made)-1; last != (err == nil) {
			t.Errorf("restored after %d of %d parts were taken out: %v", i+1, len(made), err)
		}
	}
	_, err = f.Lifecycle.RestoreRecord(t.Context(), made[0].ID, "beside the original", ev)
	wantConflict(t, "part restored", err)
	if evs := f.events(t, core.EventRecordSplit); len(evs) != 3 {
		t.Errorf("%d audit events, want one for each record", len(evs))
	}
}
