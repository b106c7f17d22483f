package coretest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"clinician/internal/core"
)

// ExtractLines finds values in lines like "Hb=7.1 g/L" or "K=6.8 mmol/L HH" and who a page is about
// in "Patient: Ada": simple rules for tests of what keeps findings. "Rx Warfarin=5mg stopped"
// is a medicine with its context, "Rx !Aspirin=75mg" one that is denied; "Hb=449? g/L" is in doubt.
func ExtractLines(pages []core.Page) core.Findings {
	f := core.Findings{RulesVersion: "test", Values: []core.Value{}}
	for _, p := range pages {
		for i, line := range strings.Split(p.Text, "\n") {
			if who, ok := strings.CutPrefix(line, "Patient: "); ok {
				f.Identities = append(f.Identities, core.PageIdentity{Page: p.Number, Name: who, Identifiers: []string{}, Boxes: []core.Box{}})
			} else if name, rest, ok := strings.Cut(line, "="); ok {
				text, rest, _ := strings.Cut(rest, " ")
				if drug, ok := strings.CutPrefix(name, "Rx "); ok {
					f.Values = append(f.Values, medicineOfLine(p.Number, drug, text, rest))
					continue
				}
				unit, interpret, _ := strings.Cut(rest, " ")
				doubts := []string{}
				text, doubtful := strings.CutSuffix(text, "?")
				if doubtful {
					doubts = append(doubts, "a digit was hard to read")
				}
				f.Values = append(f.Values, core.Value{ID: fmt.Sprintf("p%d-%s", p.Number, name), Page: p.Number, Kind: core.ValueLaboratory,
					Name: name, Text: text, Unit: unit, Interpret: interpret, Boxes: []core.Box{{X: 10, Y: 10 * i, W: 50, H: 8}},
					Cautions: []string{}, Doubts: doubts})
			}
		}
	}
	return f
}

func medicineOfLine(page int, drug, dose, context string) core.Value {
	name, denied := strings.CutPrefix(drug, "!")
	return core.Value{ID: fmt.Sprintf("p%d-%s", page, name), Page: page, Kind: core.ValueMedication, Name: name, Text: dose, Dose: dose,
		Context: context, Negated: denied, Boxes: []core.Box{}, Cautions: []string{}, Doubts: []string{}}
}

// CheckNames compares identities with the given name of the chart.
func CheckNames(ids []core.PageIdentity, chart core.Patient, others func(core.PageIdentity) []core.Patient) ([]core.CheckedPage, core.PatientCheck) {
	var pages []core.CheckedPage
	check := core.CheckNone
	for _, id := range ids {
		p := core.CheckedPage{PageIdentity: id, Verdict: core.CheckMatch}
		if id.Name != chart.User.FirstName {
			p.Verdict, p.Reason = core.CheckPatient, "Another name."
			for _, o := range others(id) {
				if o.User.FirstName == id.Name {
					p.OtherPatientID = o.ID
				}
			}
		}
		if check != core.CheckPatient {
			check = p.Verdict
		}
		pages = append(pages, p)
	}
	return pages, check
}

// ValuesFixture is an empty core.ValueStore and what it needs.
type ValuesFixture struct {
	Values  core.ValueStore
	Audit   core.AuditLog
	Patient int64 // called Ada; another patient of the same clinician is called Bea
	Other   int64
	UserID  int64 // named Ann Lee
	BenID   int64 // named Ben Baker
	// Record adds a record of Patient that can be read, Read completes a job with
	// these pages, as ExtractLines and CheckNames take them.
	Record func(t *testing.T) string
	Read   func(t *testing.T, recordID string, pages ...string) (jobID string)
}

// Values checks the contract of core.ValueStore.
func Values(t *testing.T, open func(t *testing.T) ValuesFixture) {
	t.Run("gives what was found", func(t *testing.T) { valuesFound(t, open(t)) })
	t.Run("keeps reviews over readings", func(t *testing.T) { valuesReviews(t, open(t)) })
	t.Run("keeps a word from those who have not seen it", func(t *testing.T) { valuesSeen(t, open(t)) })
	t.Run("takes what is in doubt from those who looked", func(t *testing.T) { valuesInDoubt(t, open(t)) })
	t.Run("takes one of several words at once", func(t *testing.T) { valuesReviewsAtOnce(t, open(t)) })
	t.Run("keeps a history of corrections", func(t *testing.T) { valuesCorrections(t, open(t)) })
	t.Run("keeps drafts", func(t *testing.T) { valuesDrafts(t, open(t)) })
	t.Run("takes corrections one by one", func(t *testing.T) { valuesCorrectionsAtOnce(t, open(t)) })
	t.Run("remembers decisions on the patient", func(t *testing.T) { valuesCheck(t, open(t)) })
}

func (f ValuesFixture) event(kind string) core.AuditEvent {
	return core.AuditEvent{Type: kind, Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, UserID: f.UserID}
}

func (f ValuesFixture) count(t *testing.T, kind string) int {
	t.Helper()
	list, err := f.Audit.Query(t.Context(), core.AuditQuery{Type: kind})
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func (f ValuesFixture) newest(t *testing.T, record string) core.DocumentValues {
	t.Helper()
	d, err := f.Values.Newest(t.Context(), record)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func valuesFound(t *testing.T, f ValuesFixture) {
	ctx, rec := t.Context(), f.Record(t)
	if _, err := f.Values.Newest(ctx, rec); !core.IsNotFound(err) {
		t.Errorf("a record that was never read: %v", err)
	}
	if _, err := f.Values.Findings(ctx, "no-such-job"); !core.IsNotFound(err) {
		t.Errorf("no such job: %v", err)
	}
	first := f.Read(t, rec, "Patient: Ada\nHb=118 g/L", "K=4.0")
	second := f.Read(t, rec, "Patient: Ada\nHb=119 g/L")
	old, err := f.Values.Findings(ctx, first)
	if err != nil || len(old.Values) != 2 || old.Values[0].Text != "118" || !old.Analyzed || old.JobID != first {
		t.Errorf("first reading: %+v, %v", old, err)
	}
	d := f.newest(t, rec)
	if d.JobID != second || len(d.Values) != 1 || d.Check != core.CheckMatch || d.PatientID != f.Patient || d.RulesVersion != "test" {
		t.Fatalf("newest: %+v", d)
	}
	v := d.Values[0]
	if v.RecordID != rec || v.JobID != second || v.PatientID != f.Patient || v.Review != nil || len(v.Boxes) != 1 || v.Unit != "g/L" {
		t.Errorf("value: %+v", v)
	}
	f.Read(t, f.Record(t), "nothing")
	list, err := f.Values.ByPatient(ctx, f.Patient, core.ValueQuery{Kind: core.ValueLaboratory})
	if err != nil || len(list) != 2 || len(list[1].Values) != 1 || len(list[0].Values) != 0 {
		t.Errorf("by patient: %+v, %v", list, err)
	}
	if list, err = f.Values.ByPatient(ctx, f.Patient, core.ValueQuery{Kind: core.ValueAllergy}); err != nil || len(list[1].Values) != 0 {
		t.Errorf("by patient and kind: %+v, %v", list, err)
	}
}

func (f ValuesFixture) correct(t *testing.T, rec string, page int, text string) core.Correction {
	t.Helper()
	c, err := f.Values.CorrectText(t.Context(), core.NewCorrection{RecordID: rec, Page: page, Text: text, EngineText: "engine", Reason: "why", By: f.UserID},
		f.event(core.EventTextCorrected))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func valuesCorrections(t *testing.T, f ValuesFixture) {
	ctx, rec := t.Context(), f.Record(t)
	_, err := f.Values.CorrectText(ctx, core.NewCorrection{RecordID: rec, Page: 1, Text: "x", By: f.UserID}, f.event(core.EventTextCorrected))
	if !core.IsNotFound(err) {
		t.Errorf("never read: %v", err)
	}
	f.Read(t, rec, "one", "two")
	undo := func() (core.Correction, error) {
		return f.Values.UndoCorrection(ctx, rec, 1, f.UserID, f.event(core.EventTextCorrected))
	}
	if _, err := undo(); !core.IsNotFound(err) {
		t.Errorf("nothing to undo: %v", err)
	}
	a, b := f.correct(t, rec, 1, "first"), f.correct(t, rec, 1, "second")
	f.correct(t, rec, 2, "elsewhere")
	if a.Number != 1 || b.Number != 2 || a.Signature == b.Signature || b.ByName != "Ann Lee" || !b.InForce || b.EngineText != "engine" || b.At.IsZero() {
		t.Errorf("steps: %+v %+v", a, b)
	}
	f.Read(t, rec, "other", "words")
	if c, err := undo(); err != nil || c.Undoes != 2 || c.Text != "first" {
		t.Errorf("undo: %+v, %v", c, err)
	}
	f.correct(t, rec, 1, "third")
	for _, want := range []string{"first", ""} {
		if c, err := undo(); err != nil || c.Text != want {
			t.Errorf("undo: %+v, %v; want %q", c, err, want)
		}
	}
	if _, err := undo(); !core.IsNotFound(err) {
		t.Errorf("undo everything and once more: %v", err)
	}
	all, err := f.Values.Corrections(ctx, rec, 0)
	if err != nil || len(all) != 7 {
		t.Fatalf("%d steps, %v", len(all), err)
	}
	for _, c := range all {
		if c.InForce != (c.Page == 2) || c.By != f.UserID {
			t.Errorf("step: %+v", c)
		}
	}
	if n := f.count(t, core.EventTextCorrected); n != 7 {
		t.Errorf("%d events for seven acts that worked", n)
	}
}

func valuesDrafts(t *testing.T, f ValuesFixture) {
	ctx, rec := t.Context(), f.Record(t)
	keep := func(page, steps int, text string) error {
		return f.Values.KeepDraft(ctx, core.TextDraft{RecordID: rec, Page: page, By: f.UserID, Text: text, Line: 1, Steps: steps}, f.event(core.EventTextDrafted))
	}
	want := func(when string, page int, text string) {
		t.Helper()
		d, err := f.Values.Draft(ctx, rec, page, f.UserID)
		if text == "" && !core.IsNotFound(err) || text != "" && (err != nil || d.Text != text || d.Line != 1 || d.RecordID != rec || d.Page != page || d.At.IsZero()) {
			t.Errorf("%s: %+v, %v", when, d, err)
		}
	}
	if err := keep(1, 0, "x"); !core.IsNotFound(err) {
		t.Errorf("never read: %v", err)
	}
	f.Read(t, rec, "one", "two")
	for _, text := range []string{"a\nb", "a\nbc"} {
		if err := keep(1, 0, text); err != nil {
			t.Fatal(err)
		}
	}
	want("kept twice", 1, "a\nbc")
	want("another page", 2, "")
	if _, err := f.Values.Draft(ctx, rec, 1, f.UserID+1); !core.IsNotFound(err) {
		t.Errorf("somebody else's draft: %v", err)
	}
	if n := f.count(t, core.EventTextDrafted); n != 1 {
		t.Errorf("%d events for one draft", n)
	}
	f.correct(t, rec, 1, "a\nbcd")
	want("stored", 1, "")
	if err := keep(1, 0, "a\nbc"); err != nil {
		t.Fatal(err)
	}
	want("one that comes after the correction it led to", 1, "")
	if err := keep(1, 1, "again"); err != nil {
		t.Fatal(err)
	}
	want("typed over the correction", 1, "again")
	for range 2 {
		if err := f.Values.DropDraft(ctx, rec, 1, f.UserID); err != nil {
			t.Fatal(err)
		}
	}
	want("thrown away", 1, "")
}

func valuesCorrectionsAtOnce(t *testing.T, f ValuesFixture) {
	rec := f.Record(t)
	f.Read(t, rec, "one")
	var all sync.WaitGroup
	var mu sync.Mutex
	worked := 0
	for i := range 8 {
		all.Go(func() {
			_, err := f.Values.CorrectText(context.WithoutCancel(t.Context()), core.NewCorrection{RecordID: rec, Page: 1, Text: fmt.Sprint(i), By: f.UserID},
				f.event(core.EventTextCorrected))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				worked++
			} else if core.CodeOf(err) != core.CodeConflict {
				t.Errorf("at once: %v", err)
			}
		})
	}
	all.Wait()
	history, err := f.Values.Corrections(t.Context(), rec, 1)
	if err != nil || len(history) != worked || worked == 0 || f.count(t, core.EventTextCorrected) != worked {
		t.Errorf("%d worked, %d in the history, %v", worked, len(history), err)
	}
}

func valuesCheck(t *testing.T, f ValuesFixture) {
	ctx, rec := t.Context(), f.Record(t)
	resolve := func() (core.DocumentCheck, error) {
		return f.Values.ResolveCheck(ctx, rec, f.UserID, "her sister", f.event(core.EventCheckResolved))
	}
	f.Read(t, rec, "Patient: Ada\nHb=118")
	if _, err := resolve(); core.CodeOf(err) != core.CodeConflict {
		t.Errorf("nothing to decide: %v", err)
	}
	f.Read(t, rec, "Patient: Ada", "Patient: Bea\nHb=118")
	d, err := f.Values.Check(ctx, rec)
	if err != nil || d.Check != core.CheckPatient || len(d.Pages) != 2 || d.Pages[1].OtherPatientID != f.Other || d.Resolution != nil {
		t.Fatalf("check: %+v, %v", d, err)
	}
	trusted := func() int {
		t.Helper()
		list, err := f.Values.ByPatient(ctx, f.Patient, core.ValueQuery{Trusted: true})
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if n := trusted(); n != 0 {
		t.Errorf("%d documents in doubt are trusted", n)
	}
	if d, err = resolve(); err != nil || d.Check != core.CheckResolved || d.Resolution == nil || d.Resolution.Reason != "her sister" || d.Resolution.ByName != "Ann Lee" {
		t.Errorf("resolve: %+v, %v", d, err)
	}
	if n := trusted(); n != 1 {
		t.Errorf("%d documents are trusted after the decision", n)
	}
	f.Read(t, rec, "Patient: Ada", "Patient: Bea")
	if d := f.newest(t, rec); d.Check != core.CheckResolved {
		t.Errorf("read again: %q", d.Check)
	}
	f.Read(t, rec, "Patient: Cleo")
	if d := f.newest(t, rec); d.Check != core.CheckPatient {
		t.Errorf("somebody else again: %q", d.Check)
	}
	if n := f.count(t, core.EventCheckResolved); n != 1 {
		t.Errorf("%d decisions in the audit log", n)
	}
}
