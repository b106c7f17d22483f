package coretest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"clinician/internal/core"
)

// ExtractLines finds values in lines like "Hb=7.1 g/L" or "K=6.8 mmol/L HH" and who a page is about
// in "Patient: Ada": simple rules for tests of what keeps findings. "Rx Warfarin=5mg stopped"
// is a medicine with its context, "Rx !Aspirin=75mg" one that is denied.
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
				f.Values = append(f.Values, core.Value{ID: fmt.Sprintf("p%d-%s", p.Number, name), Page: p.Number, Kind: core.ValueLaboratory,
					Name: name, Text: text, Unit: unit, Interpret: interpret, Boxes: []core.Box{{X: 10, Y: 10 * i, W: 50, H: 8}},
					Cautions: []string{}, Doubts: []string{}})
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

func valuesReviews(t *testing.T, f ValuesFixture) {
	ctx, rec := t.Context(), f.Record(t)
	f.Read(t, rec, "Hb=118 g/L\nK=4.0 mmol/L\nNa=139")
	say := func(id string, r core.Review) core.Value {
		t.Helper()
		r.By = f.UserID
		v, err := f.Values.Review(ctx, rec, id, core.NewReview{Review: r}, f.event(core.EventValueReviewed))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	say("p1-Hb", core.Review{Status: core.ReviewRejected, Reason: "no"})
	if v := say("p1-Hb", core.Review{Status: core.ReviewVerified}); v.Review == nil || v.Review.At.IsZero() {
		t.Errorf("answer: %+v", v)
	}
	say("p1-K", core.Review{Status: core.ReviewCorrected, Text: "4.9", Unit: "mmol/L"})
	if _, err := f.Values.Review(ctx, rec, "p1-X", core.NewReview{Review: core.Review{Status: core.ReviewVerified, By: f.UserID}}, f.event(core.EventValueReviewed)); !core.IsNotFound(err) {
		t.Errorf("no such value: %v", err)
	}
	check := func(when string, want map[string]core.ReviewStatus, orphaned ...string) {
		t.Helper()
		d := f.newest(t, rec)
		for _, v := range d.Values {
			got := core.ReviewStatus("")
			if v.Review != nil {
				got = v.Review.Status
				if v.Review.ByName != "Ann Lee" || v.Review.By != f.UserID {
					t.Errorf("%s: by %+v", when, v.Review)
				}
			}
			if got != want[v.ID] {
				t.Errorf("%s: %s is %q, want %q", when, v.ID, got, want[v.ID])
			}
		}
		var left []string
		for _, o := range d.Orphaned {
			left = append(left, o.Value.ID+"="+o.Value.Text+":"+o.Value.Review.Text)
		}
		if !slices.Equal(left, orphaned) {
			t.Errorf("%s: orphaned %v, want %v", when, left, orphaned)
		}
	}
	check("at first", map[string]core.ReviewStatus{"p1-Hb": core.ReviewVerified, "p1-K": core.ReviewCorrected})
	f.Read(t, rec, "Hb=118 g/L\nK=4.0 mmol/L")
	check("read again", map[string]core.ReviewStatus{"p1-Hb": core.ReviewVerified, "p1-K": core.ReviewCorrected})
	f.Read(t, rec, "Hb=118 g/dL\nK=4.8 mmol/L") // another unit, another number
	check("read differently", nil, "p1-Hb=118:", "p1-K=4.0:4.9")
	f.Read(t, rec, "Hb=118 g/L L") // a low one is another finding
	check("read with another flag", nil, "p1-Hb=118:", "p1-K=4.0:4.9")
	f.Read(t, rec, "Hb=118 g/L")
	check("read as before", map[string]core.ReviewStatus{"p1-Hb": core.ReviewVerified}, "p1-K=4.0:4.9")
	for _, id := range []string{"p1-Hb", "p1-K"} {
		if v, err := f.Values.UndoReview(ctx, rec, id, "", f.UserID, f.event(core.EventValueReviewed)); err != nil || v.Review != nil || v.ID != id {
			t.Errorf("undo %s: %+v, %v", id, v, err)
		}
	}
	if _, err := f.Values.UndoReview(ctx, rec, "p1-Hb", "", f.UserID, f.event(core.EventValueReviewed)); !core.IsNotFound(err) {
		t.Errorf("undo twice: %v", err)
	}
	check("undone", nil)
	if n := f.count(t, core.EventValueReviewed); n != 5 {
		t.Errorf("%d events for five acts that worked", n)
	}
}

// outdated checks that err refuses a change because of what stands, and gives that.
func outdated(t *testing.T, what string, err error, who string, status core.ReviewStatus, reason string) core.Value {
	t.Helper()
	var e *core.Error
	if !errors.As(err, &e) || e.Code != core.CodeConflict || e.Current == nil || !strings.Contains(e.Message, who) {
		t.Fatalf("%s: %+v, want a conflict with what %s did", what, err, who)
	}
	r := e.Current.Review
	if status == "" && r != nil || status != "" && (r == nil || r.Status != status || r.Reason != reason || r.ByName != who || r.At.IsZero()) {
		t.Fatalf("%s: it stands as %+v", what, r)
	}
	if reason != "" && strings.Contains(e.Message, reason) {
		t.Errorf("%s: the message quotes what was written: %q", what, e.Message)
	}
	return *e.Current
}

func valuesSeen(t *testing.T, f ValuesFixture) {
	ctx, rec := t.Context(), f.Record(t)
	f.Read(t, rec, "Hb=118 g/L")
	ev := f.event(core.EventValueReviewed)
	say := func(by int64, seen string, status core.ReviewStatus, reason string) (core.Value, error) {
		return f.Values.Review(ctx, rec, "p1-Hb", core.NewReview{Review: core.Review{Status: status, Reason: reason, By: by}, Seen: seen}, ev)
	}
	undo := func(by int64, seen string) (core.Value, error) {
		return f.Values.UndoReview(ctx, rec, "p1-Hb", seen, by, ev)
	}
	must := func(v core.Value, err error) core.Value {
		t.Helper()
		if err != nil || v.Version == "" {
			t.Fatalf("%+v, %v", v, err)
		}
		return v
	}
	fresh := f.newest(t, rec).Values[0]
	rejected := must(say(f.BenID, fresh.Version, core.ReviewRejected, "another patient"))
	if got := f.newest(t, rec).Values[0].Version; rejected.Version == fresh.Version || got != rejected.Version {
		t.Errorf("versions %q, %q, and listed %q", fresh.Version, rejected.Version, got)
	}
	for what, seen := range map[string]string{"a stale screen": fresh.Version, "no version": "", "made up": "0"} {
		_, err := say(f.UserID, seen, core.ReviewVerified, "")
		now := outdated(t, what, err, "Ben Baker", core.ReviewRejected, "another patient")
		if now.Version != rejected.Version {
			t.Errorf("%s: the version is %q", what, now.Version)
		}
		_, err = undo(f.UserID, seen)
		outdated(t, "undo by "+what, err, "Ben Baker", core.ReviewRejected, "another patient")
	}
	verified := must(say(f.UserID, rejected.Version, core.ReviewVerified, "")) // having seen it
	verified = must(say(f.UserID, "", core.ReviewRejected, "mine"))            // one's own word needs none
	_, err := undo(f.BenID, rejected.Version)
	outdated(t, "undo of what was replaced", err, "Ann Lee", core.ReviewRejected, "mine")
	if back := must(undo(f.BenID, verified.Version)); back.Review != nil || back.Version != fresh.Version {
		t.Errorf("taken back: %+v", back)
	}
	_, err = say(f.UserID, verified.Version, core.ReviewVerified, "")
	outdated(t, "what was taken back", err, "Ben Baker", "", "")
	if _, err = undo(f.UserID, fresh.Version); !core.IsNotFound(err) {
		t.Errorf("undo of nothing: %v", err)
	}
	f.Read(t, rec, "Hb=11.8 g/L")
	_, err = say(f.UserID, fresh.Version, core.ReviewVerified, "")
	outdated(t, "other words", err, "read again", "", "")
	must(say(f.UserID, "", core.ReviewVerified, ""))
	if n := f.count(t, core.EventValueReviewed); n != 5 {
		t.Errorf("%d events for five acts that worked", n)
	}
}

// speaker is somebody who says something of a value, and what came of it.
type speaker struct {
	by     int64
	name   string
	status core.ReviewStatus
	err    error
}

// Of people who say different things of one value at once, one is heard, and the others
// hear of it.
func valuesReviewsAtOnce(t *testing.T, f ValuesFixture) {
	rec := f.Record(t)
	f.Read(t, rec, "Hb=118 g/L")
	for _, seen := range []string{f.newest(t, rec).Values[0].Version, ""} {
		people := []speaker{{f.UserID, "Ann Lee", core.ReviewVerified, nil}, {f.BenID, "Ben Baker", core.ReviewRejected, nil}}
		var all sync.WaitGroup
		for i := range people {
			all.Go(func() {
				p := &people[i]
				_, p.err = f.Values.Review(context.WithoutCancel(t.Context()), rec, "p1-Hb",
					core.NewReview{Review: core.Review{Status: p.status, By: p.by}, Seen: seen}, f.event(core.EventValueReviewed))
			})
		}
		all.Wait()
		won := slices.IndexFunc(people, func(p speaker) bool { return p.err == nil })
		if won < 0 {
			t.Fatalf("nobody was heard: %+v", people)
		}
		winner, loser := people[won], people[1-won]
		outdated(t, "the other", loser.err, winner.name, winner.status, "")
		now := f.newest(t, rec).Values[0]
		if now.Review.By != winner.by || now.Review.Status != winner.status {
			t.Errorf("it stands as %+v, and %s won", now.Review, winner.name)
		}
		if _, err := f.Values.UndoReview(t.Context(), rec, "p1-Hb", now.Version, winner.by, f.event(core.EventValueReviewed)); err != nil {
			t.Fatal(err)
		}
	}
	if n := f.count(t, core.EventValueReviewed); n != 4 {
		t.Errorf("%d events for two words that were heard and taken back", n)
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
