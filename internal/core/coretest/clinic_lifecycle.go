package coretest

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"clinician/internal/core"
)

// annsPatient are two identifiers of Ann's patient, bensPatient of Ben's, and wrong
// is what fits nobody.
var (
	annsPatient = core.Identifiers{FamilyName: "Quillfeather", BirthYear: 1960}
	bensPatient = core.Identifiers{FamilyName: "Zorngarten", BirthYear: 1960}
	wrong       = core.Identifiers{FamilyName: "Quillfeather", BirthYear: 1961}
)

func because(typed core.Identifiers) core.Confirmation {
	return core.Confirmation{Reason: "For a test", Identifiers: typed}
}

func clinicEdit(f clinic) {
	ctx := f.t.Context()
	r := f.note("x")
	day := core.Date{Year: 2026, Month: 1, Day: 2}
	e := got(f.Ann.EditRecord(ctx, r.ID, core.RecordEdit{TypeID: ptr(int64(3)), Title: ptr("New"), DocumentDate: &day, Source: ptr("Wexmoor"), ReceivedBy: ptr("post"), Tags: ptr([]string{"a", "b"})}))(f)
	if anyOf(e.ID != r.ID, e.Type.ID != 3, e.Title != "New", e.DocumentDate != day, e.Source != "Wexmoor", e.ReceivedBy != "post",
		!slices.Equal(e.Tags, []string{"a", "b"})) {
		f.t.Errorf("edited: %+v", e)
	}
	f.same("edited", plain(got(f.Ann.Record(ctx, r.ID))(f)), plain(e))
	e = got(f.Ann.EditRecord(ctx, r.ID, core.RecordEdit{DocumentDate: &core.Date{}, Tags: ptr([]string{}), Source: ptr("")}))(f)
	if anyOf(!e.DocumentDate.IsZero(), e.Source != "", e.Title != "New", e.Type.ID != 3) {
		f.t.Errorf("taken away: %+v", e)
	}
	f.same("no tags", e.Tags, []string{})
	for field, e := range map[string]core.RecordEdit{"title": {Title: ptr(" ")}, "received_by": {ReceivedBy: ptr("pigeon")}, "medical_record_type_id": {TypeID: ptr(int64(9999))}} {
		_, err := f.Ann.EditRecord(ctx, r.ID, e)
		f.refused("wrong "+field, err, core.CodeInvalid, field)
	}
}

func clinicEnteredInError(f clinic) {
	ctx := f.t.Context()
	r := f.note("x")
	_, err := f.Ann.EnterInError(ctx, r.ID, core.Confirmation{})
	f.refused("no reason", err, core.CodeInvalid, "reason")
	_, err = f.Ann.EnterInError(ctx, r.ID, because(wrong))
	f.refused("wrong identifiers", err, core.CodeForbidden)
	_, err = f.Ann.RestoreRecord(ctx, r.ID, core.Confirmation{Reason: "For a test"})
	f.refused("restore what is current", err, core.CodeConflict)
	e := got(f.Ann.EnterInError(ctx, r.ID, because(annsPatient)))(f)
	if e.StatusAt == nil || anyOf(e.ID != r.ID, e.Status != core.RecordEnteredInError, e.StatusReason != "For a test", e.StatusBy != f.AnnUser.ID) {
		f.t.Errorf("entered in error: %+v", e)
	}
	_, err = f.Ann.EnterInError(ctx, r.ID, because(core.Identifiers{}))
	f.refused("twice", err, core.CodeConflict)
	f.same("out of the list", got(f.Ann.PatientRecords(ctx, f.AnnPatient.ID, false))(f), []core.Record{})
	all := got(f.Ann.PatientRecords(ctx, f.AnnPatient.ID, true))(f)
	if len(all) != 1 || anyOf(all[0].ID != r.ID, all[0].Status != core.RecordEnteredInError) {
		f.t.Errorf("with all: %+v", all)
	}
	f.same("record", got(f.Ann.Record(ctx, r.ID))(f).Status, core.RecordEnteredInError)
	f.refused("Download", f.Ann.Download(ctx, r.ID, false, io.Discard, nil), core.CodeConflict)
	var b bytes.Buffer
	f.done(f.Ann.Download(ctx, r.ID, true, &b, nil))
	f.same("with all", b.String(), "x")
	_, err = f.Ann.PageImage(ctx, r.ID, 1, 0, false)
	f.refused("PageImage", err, core.CodeConflict)
	_, err = f.Ann.Analyze(ctx, r.ID, core.AnalyzeOptions{})
	f.refused("Analyze", err, core.CodeConflict)
	_, err = f.Ann.RecordValues(ctx, r.ID, core.ValueFilter{})
	f.refused("RecordValues", err, core.CodeConflict)
	_, err = f.Ann.EditRecord(ctx, r.ID, core.RecordEdit{Title: ptr("x")})
	f.refused("EditRecord", err, core.CodeConflict)
	_, err = f.Ann.RestoreRecord(ctx, r.ID, core.Confirmation{Reason: "no"})
	f.refused("too short a reason", err, core.CodeInvalid, "reason")
	f.same("restored", got(f.Ann.RestoreRecord(ctx, r.ID, core.Confirmation{Reason: "For a test"}))(f).Status, core.RecordCurrent)
}

func clinicHold(f clinic) {
	ctx := f.t.Context()
	r := f.note("x")
	_, err := f.Ann.ReleaseRecord(ctx, r.ID, because(core.Identifiers{}))
	f.refused("release what is free", err, core.CodeConflict)
	_, err = f.Ann.HoldRecord(ctx, r.ID, core.Confirmation{Reason: ""})
	f.refused("no reason", err, core.CodeInvalid, "reason")
	h := got(f.Ann.HoldRecord(ctx, r.ID, core.Confirmation{Reason: "For a test"}))(f).LegalHold
	if h == nil || anyOf(h.Reason != "For a test", h.By != f.AnnUser.ID, h.ByName == "", h.At.IsZero()) {
		f.t.Errorf("held: %+v", h)
	}
	for name, act := range map[string]func() error{
		"HoldRecord": func() error {
			_, err := f.Ann.HoldRecord(ctx, r.ID, core.Confirmation{Reason: "For a test"})
			return err
		},
		"EditRecord":   func() error { _, err := f.Ann.EditRecord(ctx, r.ID, core.RecordEdit{Title: ptr("x")}); return err },
		"EnterInError": func() error { _, err := f.Ann.EnterInError(ctx, r.ID, because(annsPatient)); return err },
		"MoveRecord": func() error {
			_, err := f.Ann.MoveRecord(ctx, r.ID, core.MoveRecord{PatientID: f.BenPatient.ID, Confirmation: because(bensPatient)})
			return err
		},
		"DeleteRecord": func() error { return f.Ann.DeleteRecord(ctx, r.ID, "", annsPatient) },
		"CorrectText": func() error {
			_, err := f.Ann.CorrectText(ctx, r.ID, 1, core.TextCorrection{Text: ptr("x")})
			return err
		},
	} {
		f.refused(name+" under a hold", act(), core.CodeConflict)
	}
	_, err = f.Ann.ReleaseRecord(ctx, r.ID, because(wrong))
	f.refused("wrong identifiers", err, core.CodeForbidden)
	free := got(f.Ann.ReleaseRecord(ctx, r.ID, because(annsPatient)))(f)
	f.same("released", plain(free), plain(r))
}

func clinicUnread(f clinic) {
	ctx := f.t.Context()
	none := got(f.Ann.UnreadRecords(ctx, core.UnreadQuery{}))(f)
	f.same("nothing unread", none.Records, []core.UnreadRecord{})
	f.same("no next page", none.Next, "")
	var ids []string
	for range 3 {
		ids = append(ids, f.unread().ID)
	}
	slices.Reverse(ids) // newest first
	var seen []string
	for q := (core.UnreadQuery{Limit: 2}); ; {
		page := got(f.Ann.UnreadRecords(ctx, q))(f)
		if page.Count != 3 || page.AsAt.IsZero() {
			f.t.Errorf("page: %+v", page)
		}
		for _, u := range page.Records {
			f.same("whose it is", u.Patient.ID, f.AnnPatient.ID)
			seen = append(seen, u.Record.ID)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	f.same("page by page", seen, ids)
	for _, c := range []struct {
		after, want string
		around      bool
	}{{ids[0], ids[1], false}, {ids[1], ids[2], false}, {ids[2], ids[0], true}, {unknown, ids[0], false}} {
		if id, around := f.behind(c.after); id != c.want || around != c.around {
			f.t.Errorf("behind %s: %s, around %t", c.after, id, around)
		}
	}
	r := got(f.Ann.ReviewRecord(ctx, ids[0], "", true))(f)
	if r.Reviewed == nil || anyOf(r.ID != ids[0], r.Reviewed.After(f.Now())) {
		f.t.Errorf("reviewed: %+v", r)
	}
	f.same("unread", got(f.Ann.UnreadRecords(ctx, core.UnreadQuery{}))(f).Count, 2)
	if id, around := f.behind(ids[0]); id != ids[1] || around {
		f.t.Errorf("behind what has been reviewed: %s, around %t", id, around)
	}
	f.same("on the dashboard", got(f.Ann.Dashboard(ctx))(f).UnreadRecords, 2)
	if got(f.Ann.ReviewRecord(ctx, ids[0], "", false))(f).Reviewed != nil {
		f.t.Error("the review was not taken back")
	}
	f.same("unread again", got(f.Ann.UnreadRecords(ctx, core.UnreadQuery{}))(f).Count, 3)
	_, err := f.Ann.UnreadRecords(ctx, core.UnreadQuery{Cursor: "nonsense"})
	f.refused("no page", err, core.CodeInvalid, "cursor")
	_, err = f.Ann.UnreadRecords(ctx, core.UnreadQuery{Cursor: "1.x", After: ids[0]})
	f.refused("two places", err, core.CodeInvalid, "after")
	_, err = f.Ann.UnreadRecords(ctx, core.UnreadQuery{Limit: 201})
	f.refused("too large a page", err, core.CodeInvalid, "limit")
}

func clinicMove(f clinic) {
	ctx := f.t.Context()
	r := f.note("x")
	move := func(typed core.Identifiers) core.MoveRecord {
		return core.MoveRecord{PatientID: f.BenPatient.ID, Confirmation: because(typed)}
	}
	for field, change := range map[string]func(*core.MoveRecord){"patient_id": func(m *core.MoveRecord) { m.PatientID = 0 }, "reason": func(m *core.MoveRecord) { m.Reason = "" },
		"family_name": func(m *core.MoveRecord) { m.FamilyName = "" }, "birth_year": func(m *core.MoveRecord) { m.BirthYear = 0 }} {
		m := move(bensPatient)
		change(&m)
		_, err := f.Ann.MoveRecord(ctx, r.ID, m)
		f.refused("without "+field, err, core.CodeInvalid, field)
	}
	_, err := f.Ann.MoveRecord(ctx, r.ID, move(annsPatient))
	f.refused("wrong identifiers", err, core.CodeForbidden)
	nobody := move(bensPatient)
	nobody.PatientID = 1 << 40
	_, err = f.Ann.MoveRecord(ctx, r.ID, nobody)
	f.refused("an unknown patient", err, core.CodeForbidden)

	stone := got(f.Ann.MoveRecord(ctx, r.ID, move(bensPatient)))(f)
	if anyOf(stone.ID == r.ID, stone.Status != core.RecordMoved, stone.MovedTo != r.ID, stone.PatientID != f.AnnPatient.ID,
		stone.StatusReason != "For a test") {
		f.t.Errorf("what stays: %+v", stone)
	}
	f.same("out of the list", got(f.Ann.PatientRecords(ctx, f.AnnPatient.ID, false))(f), []core.Record{})
	f.same("with all", plain(got(f.Ann.PatientRecords(ctx, f.AnnPatient.ID, true))(f)), plain([]core.Record{stone}))
	_, err = f.Ann.Record(ctx, r.ID)
	f.refused("gone", err, core.CodeNotFound)
	f.same("arrived", got(f.Ben.Record(ctx, r.ID))(f).PatientID, f.BenPatient.ID)
	f.refused("Download of what moved", f.Ann.Download(ctx, stone.ID, true, io.Discard, nil), core.CodeConflict)
	_, err = f.Ann.VerifyRecord(ctx, stone.ID)
	f.refused("VerifyRecord of what moved", err, core.CodeConflict)
}

func clinicSplit(f clinic) {
	ctx := f.t.Context()
	r := f.file(core.NewDocument{PatientID: f.AnnPatient.ID, TypeID: 1, Filename: "bundle.tif", Size: int64(len(f.Bundle)), Content: bytes.NewReader(f.Bundle)})
	split := func(typed core.Identifiers, pages ...int) core.SplitRecord {
		return core.SplitRecord{Reason: "For a test", Parts: []core.SplitPart{
			{Pages: []int{1}, PatientID: f.AnnPatient.ID, Title: "Part"}, {Pages: pages, PatientID: f.BenPatient.ID, Identifiers: typed}}}
	}
	_, err := f.Ann.SplitRecord(ctx, r.ID, core.SplitRecord{})
	f.refused("nothing said", err, core.CodeInvalid, "parts", "reason")
	_, err = f.Ann.SplitRecord(ctx, r.ID, split(wrong, 2))
	f.refused("wrong identifiers", err, core.CodeForbidden)
	_, err = f.Ann.SplitRecord(ctx, r.ID, split(bensPatient, 3))
	f.refused("wrong pages", err, core.CodeInvalid, "parts")
	_, err = f.Ann.SplitRecord(ctx, f.note("x").ID, split(bensPatient, 2))
	f.refused("a text", err, core.CodeInvalid, "parts")

	made := got(f.Ann.SplitRecord(ctx, r.ID, split(bensPatient, 2)))(f)
	if o := made.Original; len(o.Parts) != 2 || len(made.Parts) != 2 || anyOf(o.ID != r.ID, o.Status != core.RecordEnteredInError) {
		f.t.Fatalf("split: %+v", made)
	}
	f.same("parts", made.Parts, []core.PartMade{{FileID: made.Original.Parts[0], PatientID: f.AnnPatient.ID, Pages: []int{1}},
		{FileID: made.Original.Parts[1], PatientID: f.BenPatient.ID, Pages: []int{2}}})
	own := got(f.Ann.Record(ctx, made.Parts[0].FileID))(f)
	if anyOf(own.PartOf != r.ID, own.Title != "Part", own.MIME != core.MIMETIFF) {
		f.t.Errorf("own part: %+v", own)
	}
	_, err = f.Ann.Record(ctx, made.Parts[1].FileID)
	f.refused("the other's part", err, core.CodeNotFound)
	f.same("theirs", got(f.Ben.Record(ctx, made.Parts[1].FileID))(f).PatientID, f.BenPatient.ID)
	_, err = f.Ann.SplitRecord(ctx, r.ID, split(bensPatient, 2))
	f.refused("split twice", err, core.CodeConflict)
}

func clinicUnlock(f clinic) {
	ctx := f.t.Context()
	r := f.file(core.NewDocument{PatientID: f.AnnPatient.ID, TypeID: 1, Title: "From the laboratory", Filename: "locked.pdf", Source: "Wexmoor", ReceivedBy: "fax",
		Tags: []string{"one"}, Size: int64(len(f.Locked)), Content: bytes.NewReader(f.Locked)})
	_, err := f.Ann.PageImage(ctx, r.ID, 1, 0, false)
	f.refused("a page of what is protected", err, core.CodeInvalid)
	for what, password := range map[string]string{"no password": "", "a wrong one": f.Password + "x", "an endless one": strings.Repeat("x", core.MaxFilePassword+1)} {
		_, err := f.Ann.UnlockRecord(ctx, r.ID, core.UnlockRecord{Password: password})
		f.refused(what, err, core.CodeInvalid, "password")
	}
	_, err = f.Ann.UnlockRecord(ctx, f.note("x").ID, core.UnlockRecord{Password: "x"})
	f.refused("a text", err, core.CodeInvalid, "password")

	done := got(f.Ann.UnlockRecord(ctx, r.ID, core.UnlockRecord{Password: f.Password}))(f)
	n, o := done.Record, done.Original
	if anyOf(o.ID != r.ID, o.Status != core.RecordEnteredInError, len(o.Parts) != 1 || o.Parts[0] != n.ID, n.PartOf != r.ID, n.Status != core.RecordCurrent,
		n.Title != r.Title, n.Filename != r.Filename, n.Source != r.Source, n.ReceivedBy != r.ReceivedBy, n.MIME != core.MIMEPDF, n.PatientID != r.PatientID) {
		f.t.Errorf("unlocked: %+v\nof %+v", n, o)
	}
	f.same("its tags", n.Tags, r.Tags)
	if img := got(f.Ann.PageImage(ctx, n.ID, 1, 0, false))(f); img.Width == 0 {
		f.t.Error("no picture")
	}
	_, err = f.Ann.UnlockRecord(ctx, n.ID, core.UnlockRecord{Password: f.Password})
	f.refused("what opens without one", err, core.CodeInvalid, "password")
	_, err = f.Ann.UnlockRecord(ctx, r.ID, core.UnlockRecord{Password: f.Password})
	f.refused("twice", err, core.CodeConflict)
}

func clinicDelete(f clinic) {
	ctx := f.t.Context()
	r := f.note("x")
	j := f.read(r.ID)
	f.refused("wrong identifiers", f.Ann.DeleteRecord(ctx, r.ID, "", wrong), core.CodeForbidden)
	f.same("still there", got(f.Ann.Record(ctx, r.ID))(f).ID, r.ID)
	f.done(f.Ann.DeleteRecord(ctx, r.ID, "", annsPatient))
	f.refused("twice", f.Ann.DeleteRecord(ctx, r.ID, "", annsPatient), core.CodeNotFound)
	_, err := f.Ann.Record(ctx, r.ID)
	f.refused("Record", err, core.CodeNotFound)
	_, err = f.Ann.Job(ctx, j.ID)
	f.refused("Job", err, core.CodeNotFound)
	f.same("records", got(f.Ann.PatientRecords(ctx, f.AnnPatient.ID, true))(f), []core.Record{})
	second := f.file(core.NewDocument{PatientID: f.AnnPatient.ID, TypeID: 1, Filename: "x.txt", Size: 1, Content: strings.NewReader("x")})
	f.same("no duplicate of what is gone", second.DuplicateOf, "")
	f.done(f.Ann.DeleteRecord(ctx, second.ID, "", core.Identifiers{})) // nothing typed: as the replaced service has it
}

// behind gives the unread document of Ann's behind one, and whether the list was begun anew.
func (f clinic) behind(id string) (next string, around bool) {
	page := got(f.Ann.UnreadRecords(f.t.Context(), core.UnreadQuery{After: id, Limit: 1}))(f)
	if page.Count == 0 || len(page.Records) > 1 {
		f.t.Errorf("behind %s: %+v", id, page)
	}
	if len(page.Records) == 0 {
		return "", page.Around
	}
	return page.Records[0].Record.ID, page.Around
}
