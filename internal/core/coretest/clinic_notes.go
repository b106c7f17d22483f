package coretest

import (
	"slices"
	"strings"
	"sync"

	"clinician/internal/core"
)

// clinicNotes: a note is signed and stays; an addendum adds to it, what is wrong is
// entered in error with its text.
func clinicNotes(f clinic) {
	ctx := f.t.Context()
	r := f.note("The quick brown fox")
	f.read(r.ID)
	f.same("none", got(f.Ann.RecordNotes(ctx, r.ID))(f).Results, []core.Note{})
	n := got(f.Ann.AddNote(ctx, r.ID, core.NewNote{Text: "Repeat the potassium.\nThen call the ward."}))(f)
	if anyOf(n.ID == "", n.RecordID != r.ID, n.PatientID != f.AnnPatient.ID, n.Number != 1, n.AddendumTo != "", n.Text != "Repeat the potassium.\nThen call the ward.",
		n.Author != f.AnnUser.ID, n.AuthorName != "Ann Abbott", n.AuthorRole != core.RoleClinician, n.At.IsZero(), n.Status != core.NoteFinal,
		n.StatusAt != nil, n.Signature == "", n.Version == "") {
		f.t.Errorf("written: %+v", n)
	}
	added := got(f.Ann.AddNote(ctx, r.ID, core.NewNote{Text: "It was 4.1.", AddendumTo: n.ID}))(f)
	f.same("an addendum", []any{added.AddendumTo, added.Number}, []any{n.ID, 2})
	for what, bad := range map[string]core.NewNote{"text": {Text: " \n "}, "addendum_to": {Text: "x", AddendumTo: unknown}} {
		_, err := f.Ann.AddNote(ctx, r.ID, bad)
		f.refused("wrong "+what, err, core.CodeInvalid, what)
	}
	_, err := f.Ann.AddNote(ctx, r.ID, core.NewNote{Text: strings.Repeat("x", 10_001)})
	f.refused("too long", err, core.CodeInvalid, "text")
	_, err = f.Ann.AddNote(ctx, r.ID, core.NewNote{Text: "x", AddendumTo: added.ID})
	f.refused("an addendum to an addendum", err, core.CodeInvalid, "addendum_to")
	f.same("counted", got(f.Ann.Record(ctx, r.ID))(f).Notes, 2)
	found := got(f.Ann.SearchText(ctx, core.TextQuery{Text: "potassium"}))(f).Hits
	if len(found) != 1 || anyOf(found[0].NoteID != n.ID, found[0].RecordID != r.ID, found[0].Page != 0, found[0].PatientID != f.AnnPatient.ID, found[0].Count != 1) {
		f.t.Errorf("found: %+v", found)
	}

	_, err = f.Ann.NoteInError(ctx, r.ID, n.ID, n.Version, "")
	f.refused("no reason", err, core.CodeInvalid, "reason")
	_, err = f.Ann.NoteInError(ctx, r.ID, unknown, "", "Another patient")
	f.refused("no such note", err, core.CodeNotFound)
	_, err = f.Ann.NoteInError(ctx, r.ID, n.ID, added.Version, "Another patient")
	f.refused("another version", err, core.CodeConflict)
	bad := got(f.Ann.NoteInError(ctx, r.ID, n.ID, n.Version, "Another patient"))(f)
	if bad.StatusAt == nil || anyOf(bad.Text != n.Text, bad.Signature != n.Signature, bad.Status != core.NoteEnteredInError, bad.StatusReason != "Another patient",
		bad.StatusBy != f.AnnUser.ID, bad.StatusByName != "Ann Abbott", bad.Version == n.Version) {
		f.t.Errorf("entered in error: %+v", bad)
	}
	_, err = f.Ann.NoteInError(ctx, r.ID, n.ID, "", "Another patient")
	f.refused("said twice", err, core.CodeConflict)
	if now, ok := core.Current[core.Note](err); !ok || now.Version != bad.Version {
		f.t.Errorf("said twice: %+v", now)
	}
	f.same("all of it stays", plain(got(f.Ann.RecordNotes(ctx, r.ID))(f).Results), plain([]core.Note{bad, added}))
	f.same("counted", got(f.Ann.Record(ctx, r.ID))(f).Notes, 1)
	f.same("not found any more", got(f.Ann.SearchText(ctx, core.TextQuery{Text: "potassium"}))(f).Count, 0)

	var both sync.WaitGroup // nobody's note is lost when several write at once
	for range 3 {
		both.Go(func() {
			if _, err := f.Ben.AddNote(ctx, r.ID, core.NewNote{Text: "mine"}); core.CodeOf(err) != core.CodeNotFound {
				f.t.Errorf("Ben, who may not: %v", err)
			}
			if _, err := f.Ann.AddNote(ctx, r.ID, core.NewNote{Text: "at once"}); err != nil {
				f.t.Error(err)
			}
		})
	}
	both.Wait()
	f.same("written at once", got(f.Ann.Record(ctx, r.ID))(f).Notes, 4)
}

// clinicMovedNotes: notes stay in the chart they were written in; the chart the document
// goes to has none of them.
func clinicMovedNotes(f clinic) {
	ctx := f.t.Context()
	r := f.note("x")
	n := got(f.Ann.AddNote(ctx, r.ID, core.NewNote{Text: "Catalina must come in today."}))(f)
	stone := got(f.Ann.MoveRecord(ctx, r.ID, core.MoveRecord{PatientID: f.BenPatient.ID, Confirmation: because(bensPatient)}))(f)
	f.same("counted where it was", stone.Notes, 1)
	left := got(f.Ann.RecordNotes(ctx, stone.ID))(f)
	if len(left.Results) != 1 || anyOf(left.PatientID != f.AnnPatient.ID, left.Results[0].Text != n.Text, left.Results[0].Signature != n.Signature) {
		f.t.Errorf("what is left: %+v", left)
	}
	f.same("listed", got(f.Ann.PatientRecords(ctx, f.AnnPatient.ID, true))(f)[0].Notes, 1)
	f.same("not in the other chart", got(f.Ben.RecordNotes(ctx, r.ID))(f).Results, []core.Note{})
	f.same("not counted there", got(f.Ben.Record(ctx, r.ID))(f).Notes, 0)
	_, err := f.Ben.RecordNotes(ctx, stone.ID)
	f.refused("Ben asks for what is left", err, core.CodeNotFound)
	_, err = f.Ann.AddNote(ctx, stone.ID, core.NewNote{Text: "x"})
	f.refused("a note on what is left", err, core.CodeConflict)
	got(f.Ann.NoteInError(ctx, stone.ID, n.ID, left.Results[0].Version, "It was not about Catalina"))(f)
	got(f.Ben.AddNote(ctx, r.ID, core.NewNote{Text: "Seen"}))(f)
	all := got(f.Ben.RecordNotes(ctx, r.ID))(f).Results
	if !slices.ContainsFunc(all, func(n core.Note) bool { return n.Text == "Seen" && n.Number == 1 }) {
		f.t.Errorf("in the other chart: %+v", all)
	}
}
