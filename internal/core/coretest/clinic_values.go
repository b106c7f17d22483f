package coretest

import (
	"slices"
	"strings"
	"sync"

	"clinician/internal/core"
)

func clinicValues(f clinic) {
	ctx := f.t.Context()
	r := f.note(labReport("2026-11-02", "6.9 HH"))
	v := got(f.Ann.RecordValues(ctx, r.ID, core.ValueFilter{}))(f)
	if anyOf(v.RecordID != r.ID, v.JobID != "", v.PatientID != f.AnnPatient.ID, v.Analyzed, v.Message == "", v.Count != 0, v.Total != 0,
		!v.DocumentDate.IsZero()) {
		f.t.Errorf("never read: %+v", v)
	}
	f.same("no values", v.Results, []core.Value{})
	f.same("no orphans", v.Orphaned, []core.OrphanedReview{})

	j := f.read(r.ID)
	v = got(f.Ann.RecordValues(ctx, r.ID, core.ValueFilter{Kind: core.ValueLaboratory}))(f)
	if len(v.Results) != 2 || anyOf(v.JobID != j.ID, !v.Analyzed, v.Message != "", v.PatientCheck != core.CheckMatch, v.Count != 2, v.Total < 2,
		v.Unverified != v.Total, v.RulesVersion == "") {
		f.t.Fatalf("values: %+v", v)
	}
	f.same("no orphans", v.Orphaned, []core.OrphanedReview{})
	k := v.Results[0]
	if anyOf(k.Name != "Potassium", k.Text != "6.9", *k.Number != 6.9, k.Unit != "mmol/L", k.Flag != "HH", k.Interpret != "HH",
		k.Range != "3.5 - 5.3", k.RecordID != r.ID, k.JobID != j.ID, k.PatientID != f.AnnPatient.ID, k.Page != 1,
		k.Confidence != nil, k.Review != nil, k.Date != (core.Date{Year: 2026, Month: 11, Day: 2})) {
		f.t.Errorf("potassium: %+v", k)
	}
	f.same("the result's", plain(got(f.Ann.JobResult(ctx, j.ID))(f).Findings.Values), plain(got(f.Ann.RecordValues(ctx, r.ID, core.ValueFilter{}))(f).Results))
	none := got(f.Ann.RecordValues(ctx, r.ID, core.ValueFilter{Status: string(core.ReviewVerified)}))(f)
	f.same("verified", none.Results, []core.Value{})
	f.same("counted all the same", none.Total, v.Total)
	_, err := f.Ann.RecordValues(ctx, r.ID, core.ValueFilter{Kind: "odd", Status: "odd"})
	f.refused("no such filter", err, core.CodeInvalid, "kind", "status")
}

func clinicReviews(f clinic) {
	ctx := f.t.Context()
	r := f.note(labReport("2026-11-02", "6.9 HH"))
	f.read(r.ID)
	k := got(f.Ann.RecordValues(ctx, r.ID, core.ValueFilter{Kind: core.ValueLaboratory}))(f).Results[0]
	_, err := f.Ann.UndoReview(ctx, r.ID, k.ID, "")
	f.refused("take back what nobody said", err, core.CodeNotFound)

	v := got(f.Ann.ReviewValue(ctx, r.ID, k.ID, core.ValueReview{Status: core.ReviewVerified}))(f)
	if v.Review == nil || anyOf(v.ID != k.ID, v.Review.Status != core.ReviewVerified, v.Review.By != f.AnnUser.ID, v.Review.ByName != "Ann Abbott",
		v.Review.At.IsZero()) {
		f.t.Errorf("verified: %+v", v.Review)
	}
	v = got(f.Ann.ReviewValue(ctx, r.ID, k.ID, core.ValueReview{Status: core.ReviewCorrected, Value: "5.9", Unit: "mmol/l"}))(f)
	if anyOf(v.Text != "6.9", v.Review.Text != "5.9", v.Review.Unit != "mmol/l") {
		f.t.Errorf("corrected: %+v", v)
	}
	list := got(f.Ann.RecordValues(ctx, r.ID, core.ValueFilter{Status: string(core.ReviewCorrected)}))(f)
	f.same("stored", plain(list.Results), plain([]core.Value{v}))
	f.same("one fewer to verify", list.Unverified, list.Total-1)
	point := got(f.Ann.Trend(ctx, f.AnnPatient.ID, "Potassium"))(f).Series[0].Points[0]
	if point.Review == nil || anyOf(point.Text != "5.9", !point.Verified) {
		f.t.Errorf("in the trend: %+v", point)
	}
	v = got(f.Ann.ReviewValue(ctx, r.ID, k.ID, core.ValueReview{Status: core.ReviewRejected, Reason: "Haemolysed"}))(f)
	f.same("rejected", []string{string(v.Review.Status), v.Review.Reason}, []string{"rejected", "Haemolysed"})
	_, err = f.Ann.Trend(ctx, f.AnnPatient.ID, "Potassium")
	f.refused("not in the trend", err, core.CodeNotFound)
	v = got(f.Ann.UndoReview(ctx, r.ID, k.ID, ""))(f)
	f.same("taken back", plain(v), plain(k))

	for what, in := range map[string]core.ValueReview{"status": {Status: "fine"}, "value": {Status: core.ReviewCorrected}, "reason": {Status: core.ReviewRejected}} {
		_, err := f.Ann.ReviewValue(ctx, r.ID, k.ID, in)
		f.refused("wrong "+what, err, core.CodeInvalid, what)
	}
	_, err = f.Ann.ReviewValue(ctx, r.ID, unknown, core.ValueReview{Status: core.ReviewVerified})
	f.refused("an unknown value", err, core.CodeNotFound)
	_, err = f.Ann.UndoReview(ctx, r.ID, unknown, "")
	f.refused("an unknown value", err, core.CodeNotFound)
}

// Nobody overwrites a word that they have not seen.
func clinicSeen(f clinic) {
	ctx := f.t.Context()
	r := f.note(labReport("2026-11-02", "6.9 HH"))
	f.read(r.ID)
	fresh := got(f.Ann.RecordValues(ctx, r.ID, core.ValueFilter{Kind: core.ValueLaboratory}))(f).Results[0]
	rejected := got(f.Ann.ReviewValue(ctx, r.ID, fresh.ID, core.ValueReview{Version: fresh.Version, Status: core.ReviewRejected, Reason: "another patient"}))(f)
	_, err := f.Ann.ReviewValue(ctx, r.ID, fresh.ID, core.ValueReview{Version: fresh.Version, Status: core.ReviewVerified})
	outdated(f.t, "her own stale screen", err, "Ann Abbott", core.ReviewRejected, "another patient")

	f.Hand(f.t, f.AnnPatient.ID, f.BenUser)
	verify := func(seen string) (core.Value, error) {
		return f.Ben.ReviewValue(ctx, r.ID, fresh.ID, core.ValueReview{Version: seen, Status: core.ReviewVerified})
	}
	for what, seen := range map[string]string{"a stale screen": fresh.Version, "an old script": ""} {
		_, err := verify(seen)
		now := outdated(f.t, what, err, "Ann Abbott", core.ReviewRejected, "another patient")
		f.same("what stands", plain(now), plain(rejected))
		_, err = f.Ben.UndoReview(ctx, r.ID, fresh.ID, seen)
		outdated(f.t, "undo by "+what, err, "Ann Abbott", core.ReviewRejected, "another patient")
	}
	seen := got(f.Ben.RecordValues(ctx, r.ID, core.ValueFilter{Kind: core.ValueLaboratory}))(f).Results[0]
	f.same("nothing was changed", plain(seen), plain(rejected))
	if v := got(verify(seen.Version))(f); anyOf(v.Review.By != f.BenUser.ID, v.Review.Status != core.ReviewVerified, v.Version == seen.Version) {
		f.t.Errorf("having seen it: %+v", v)
	}
	f.Hand(f.t, f.AnnPatient.ID, f.AnnUser)
	_, err = f.Ann.UndoReview(ctx, r.ID, fresh.ID, rejected.Version)
	now := outdated(f.t, "undo", err, "Ben Baker", core.ReviewVerified, "")
	v := got(f.Ann.UndoReview(ctx, r.ID, fresh.ID, now.Version))(f)
	f.same("taken back", plain(v), plain(fresh))

	errs := make([]error, 2) // two of her windows at once
	var all sync.WaitGroup
	for i, in := range []core.ValueReview{{Status: core.ReviewVerified}, {Status: core.ReviewRejected, Reason: "a smudge"}} {
		in.Version = v.Version
		all.Go(func() { _, errs[i] = f.Ann.ReviewValue(ctx, r.ID, fresh.ID, in) })
	}
	all.Wait()
	switch {
	case errs[0] == nil:
		outdated(f.t, "the second", errs[1], "Ann Abbott", core.ReviewVerified, "")
	case errs[1] == nil:
		outdated(f.t, "the second", errs[0], "Ann Abbott", core.ReviewRejected, "a smudge")
	default:
		f.t.Errorf("neither was heard: %v, %v", errs[0], errs[1])
	}
	denied := 0
	for _, e := range got(f.Ann.AccessHistory(ctx, f.AnnPatient.ID, 100, ""))(f).Accesses {
		if e.Type == core.EventValueReviewed && e.Outcome == core.OutcomeDenied {
			denied++
		}
	}
	f.same("refusals on record", denied, 7)
}

// A value in doubt is verified by whoever types it from the page, and nobody else.
func clinicInDoubt(f clinic) {
	ctx := f.t.Context()
	r := f.note(labReport("2026-11-02", "69"))
	f.read(r.ID)
	k := got(f.Ann.RecordValues(ctx, r.ID, core.ValueFilter{Kind: core.ValueLaboratory}))(f).Results[0]
	if k.Confident() || k.Text != "69" {
		f.t.Fatalf("nothing is in doubt: %+v", k)
	}
	for _, typed := range []string{"", " ", "6.9", "6 9", "70", strings.Repeat("6", 201)} {
		_, err := f.Ann.ReviewValue(ctx, r.ID, k.ID, core.ValueReview{Version: k.Version, Status: core.ReviewVerified, Value: typed})
		f.refused("typed "+typed, err, core.CodeInvalid, "value")
	}
	f.same("nothing is stored", plain(got(f.Ann.RecordValues(ctx, r.ID, core.ValueFilter{Kind: core.ValueLaboratory}))(f).Results[0]), plain(k))
	v := got(f.Ann.ReviewValue(ctx, r.ID, k.ID, core.ValueReview{Version: k.Version, Status: core.ReviewVerified, Value: " 69 "}))(f)
	f.same("verified", []any{v.Review.Status, v.Review.Text, v.Text}, []any{core.ReviewVerified, "", "69"})
	v = got(f.Ann.ReviewValue(ctx, r.ID, k.ID, core.ValueReview{Version: v.Version, Status: core.ReviewCorrected, Value: "6.9"}))(f)
	f.same("corrected", []any{v.Review.Status, v.Review.Text}, []any{core.ReviewCorrected, "6.9"})
}

func clinicCheck(f clinic) {
	ctx := f.t.Context()
	r := f.note(strings.NewReplacer("QUILLFEATHER, Catalina", "SOMEBODY, Else", "04-May-1960", "01-Jan-1930").Replace(labReport("2026-11-02", "6.9 HH")))
	d := got(f.Ann.PatientCheck(ctx, r.ID))(f)
	if anyOf(d.RecordID != r.ID, d.JobID != "", d.PatientID != f.AnnPatient.ID, d.Check != core.CheckNone, d.Resolution != nil) {
		f.t.Errorf("never read: %+v", d)
	}
	f.same("no pages", d.Pages, []core.CheckedPage{})
	_, err := f.Ann.ResolveCheck(ctx, r.ID, "", "I know them")
	f.refused("nothing was read", err, core.CodeNotFound)
	fits := f.note(labReport("2026-11-02", "6.9 HH"))
	f.read(fits.ID)
	f.same("of this patient", got(f.Ann.PatientCheck(ctx, fits.ID))(f).Check, core.CheckMatch)
	_, err = f.Ann.ResolveCheck(ctx, fits.ID, "", "I know them")
	f.refused("nothing to decide", err, core.CodeConflict)
	f.done(f.Ann.DeleteRecord(ctx, fits.ID, "", annsPatient))

	j := f.read(r.ID)
	d = got(f.Ann.PatientCheck(ctx, r.ID))(f)
	if len(d.Pages) != 1 || anyOf(d.JobID != j.ID, d.Check != core.CheckPatient, d.Pages[0].Verdict != core.CheckPatient, d.Pages[0].Reason == "",
		d.Pages[0].Page != 1) {
		f.t.Fatalf("in doubt: %+v", d)
	}
	f.same("the record says so", got(f.Ann.Record(ctx, r.ID))(f).PatientCheck, core.CheckPatient)
	f.same("out of trends", got(f.Ann.TrendNames(ctx, f.AnnPatient.ID))(f).Count, 0)
	_, err = f.Ann.ResolveCheck(ctx, r.ID, "", " ")
	f.refused("no reason", err, core.CodeInvalid, "reason")
	d = got(f.Ann.ResolveCheck(ctx, r.ID, "", "Her maiden name"))(f)
	if res := d.Resolution; res == nil || anyOf(d.Check != core.CheckResolved, res.Reason != "Her maiden name", res.By != f.AnnUser.ID, res.ByName == "", res.At.IsZero()) {
		f.t.Errorf("decided: %+v", d)
	}
	f.same("stored", plain(got(f.Ann.PatientCheck(ctx, r.ID))(f)), plain(d))
	_, err = f.Ann.ResolveCheck(ctx, r.ID, "", "Her maiden name")
	f.refused("decided twice", err, core.CodeConflict)
	f.same("in trends", got(f.Ann.TrendNames(ctx, f.AnnPatient.ID))(f).Count, 2)
}

func clinicText(f clinic) {
	ctx := f.t.Context()
	r := f.note("The quick brown fox")
	_, err := f.Ann.PageText(ctx, r.ID, 1)
	f.refused("never read", err, core.CodeConflict)
	j := f.read(r.ID)
	p := got(f.Ann.PageText(ctx, r.ID, 1))(f)
	f.same("as it was read", p, core.PageCorrections{RecordID: r.ID, JobID: j.ID, PatientID: f.AnnPatient.ID, Page: 1, EngineText: "The quick brown fox", History: []core.Correction{},
		Version: core.TextVersion(j.ID, nil)})
	_, err = f.Ann.UndoCorrection(ctx, r.ID, 1, "")
	f.refused("nothing to take back", err, core.CodeNotFound)

	p = got(f.Ann.CorrectText(ctx, r.ID, 1, core.TextCorrection{Text: ptr("The slow brown fox"), Reason: "Misread"}))(f)
	if len(p.History) != 1 || p.Correction == nil || anyOf(*p.CorrectedText != "The slow brown fox", p.EngineText != "The quick brown fox") {
		f.t.Fatalf("corrected: %+v", p)
	}
	if c := p.History[0]; anyOf(c.Number != 1, c.Page != 1, c.Text != "The slow brown fox", !c.InForce, c.Stale, c.Reason != "Misread",
		c.By != f.AnnUser.ID, c.ByName == "", c.Signature == "", c.At.IsZero()) {
		f.t.Errorf("history: %+v", c)
	}
	f.same("stored", plain(got(f.Ann.PageText(ctx, r.ID, 1))(f)), plain(p))
	f.same("the job's page", *got(f.Ann.JobPage(ctx, j.ID, 1))(f).CorrectedText, "The slow brown fox")
	f.same("found by it", got(f.Ann.SearchText(ctx, core.TextQuery{Text: "slow"}))(f).Hits[0].Corrected, true)
	p = got(f.Ann.CorrectText(ctx, r.ID, 1, core.TextCorrection{Edits: []core.TextEdit{{From: 1, To: 3, Text: "red"}}, JobID: j.ID}))(f)
	f.same("by words", *p.CorrectedText, "The red fox")
	f.same("edits", p.History[1].Edits, []core.TextEdit{{From: 1, To: 3, Text: "red"}})
	p = got(f.Ann.UndoCorrection(ctx, r.ID, 1, ""))(f)
	if len(p.History) != 3 || anyOf(*p.CorrectedText != "The slow brown fox", p.History[2].Undoes != 2) {
		f.t.Errorf("taken back: %+v", p)
	}
	p = got(f.Ann.UndoCorrection(ctx, r.ID, 1, ""))(f)
	f.same("all taken back", p.CorrectedText, (*string)(nil))

	long := strings.Repeat("x", 100_001)
	for what, c := range map[string]core.TextCorrection{"text": {}, "edits": {Text: ptr("x"), Edits: []core.TextEdit{{}}}, "reason": {Text: ptr("x"), Reason: long[:1001]}} {
		_, err := f.Ann.CorrectText(ctx, r.ID, 1, c)
		f.refused("wrong "+what, err, core.CodeInvalid, what)
	}
	_, err = f.Ann.CorrectText(ctx, r.ID, 1, core.TextCorrection{Text: &long})
	f.refused("too long a text", err, core.CodeInvalid, "text")
	_, err = f.Ann.CorrectText(ctx, r.ID, 1, core.TextCorrection{Edits: []core.TextEdit{{From: 3, To: 9}}})
	f.refused("no such words", err, core.CodeInvalid, "edits")
	_, err = f.Ann.CorrectText(ctx, r.ID, 1, core.TextCorrection{Text: ptr("x"), JobID: unknown})
	f.refused("an unknown job", err, core.CodeNotFound)
	for _, n := range []int{0, 2, -1} {
		_, err = f.Ann.PageText(ctx, r.ID, n)
		f.refused("no such page", err, core.CodeNotFound)
		_, err = f.Ann.CorrectText(ctx, r.ID, n, core.TextCorrection{Text: ptr("x")})
		f.refused("no such page", err, core.CodeNotFound)
	}
}

func clinicDrafts(f clinic) {
	ctx := f.t.Context()
	r := f.note("The quick brown fox\nand a dog")
	f.read(r.ID)
	f.done(f.Ann.DropDraft(ctx, r.ID, 1)) // none is there, which is no error
	f.done(f.Ann.KeepDraft(ctx, r.ID, 1, core.DraftText{Text: ptr("The quick red fox\nand a dog"), Line: 1}))
	d := got(f.Ann.PageText(ctx, r.ID, 1))(f).Draft
	if d == nil || anyOf(d.RecordID != r.ID, d.Page != 1, d.Text != "The quick red fox\nand a dog", d.Line != 1, d.Steps != 0, d.At.IsZero()) {
		f.t.Fatalf("kept: %+v", d)
	}
	f.done(f.Ann.DropDraft(ctx, r.ID, 1))
	if d := got(f.Ann.PageText(ctx, r.ID, 1))(f).Draft; d != nil {
		f.t.Errorf("dropped: %+v", d)
	}
	f.done(f.Ann.KeepDraft(ctx, r.ID, 1, core.DraftText{Text: ptr("")}))
	got(f.Ann.CorrectText(ctx, r.ID, 1, core.TextCorrection{Text: ptr("x")}))(f)
	if d := got(f.Ann.PageText(ctx, r.ID, 1))(f).Draft; d != nil {
		f.t.Errorf("after a correction: %+v", d)
	}
	f.refused("no text", f.Ann.KeepDraft(ctx, r.ID, 1, core.DraftText{}), core.CodeInvalid, "text")
	f.refused("no such line", f.Ann.KeepDraft(ctx, r.ID, 1, core.DraftText{Text: ptr("x"), Line: -1}), core.CodeInvalid, "line")
	f.refused("no such steps", f.Ann.KeepDraft(ctx, r.ID, 1, core.DraftText{Text: ptr("x"), Steps: -1}), core.CodeInvalid, "steps")
	f.refused("no such page", f.Ann.KeepDraft(ctx, r.ID, 2, core.DraftText{Text: ptr("x")}), core.CodeNotFound)
	if !slices.Contains([]core.Code{"", core.CodeNotFound}, core.CodeOf(f.Ann.DropDraft(ctx, r.ID, 2))) {
		f.t.Error("a draft of a page that is not there was refused in an odd way")
	}
}
