package tui

import (
	"context"
	"slices"
	"time"

	"clinician/internal/core"
)

// fakeValues is what the documents of the fake clinic say: the blood count has
// values, one of them in doubt.
func fakeValues(recordID string) core.RecordValues {
	v := core.RecordValues{RecordID: recordID, JobID: "job-" + recordID, PatientID: 4, PatientCheck: core.CheckMatch, Analyzed: true,
		RulesVersion: "1", Results: []core.Value{}, Orphaned: []core.OrphanedReview{}}
	lab := func(id, name, text, unit, span, flag, interpret string, y int, doubts ...string) core.Value {
		return core.Value{ID: id, RecordID: recordID, JobID: v.JobID, PatientID: 4, Page: 1, Kind: core.ValueLaboratory, Name: name, Text: text, Unit: unit,
			Range: span, Flag: flag, Interpret: interpret, Doubts: doubts, Confidence: ptr(93.0), Boxes: []core.Box{{X: 200, Y: y, W: 900, H: 40}},
			Date: core.Date{Year: 2026, Month: 11, Day: 10}, Source: name + " " + text + " " + unit}
	}
	v.Results = append(v.Results,
		lab("v1", "Haemoglobin", "11.2", "g/dL", "12.0 - 15.5", "L", "L", 400),
		lab("v2", "Leukocytes", "3.9", "/nL", "4.0 - 10.0", "L", "L", 460),
		lab("v3", "Platelets", "212", "/nL", "150 - 400", "", "N", 520),
		lab("v4", "Creatinine", "0.9O", "mg/dL", "0.5 - 0.9", "", "", 580, "a digit was read with confidence 41"),
		lab("v5", "HER2", "negative", "", "", "", "", 640),
	)
	v.Total, v.Unverified = len(v.Results), len(v.Results)
	return v
}

func (f *fake) values(recordID string) *core.RecordValues {
	if f.found == nil {
		f.found = map[string]*core.RecordValues{}
	}
	if f.found[recordID] == nil {
		v := fakeValues(recordID)
		f.found[recordID] = &v
	}
	return f.found[recordID]
}

func (f *fake) RetryJob(ctx context.Context, id string, o core.AnalyzeOptions) (core.Submission, error) {
	if err := f.note(ctx, "RetryJob"); err != nil {
		return core.Submission{}, err
	}
	f.asked = append(f.asked, o)
	return core.Submission{Job: core.Job{ID: id}}, nil
}

func (f *fake) RecordValues(ctx context.Context, id string, filter core.ValueFilter) (core.RecordValues, error) {
	if err := f.note(ctx, "Values"); err != nil {
		return core.RecordValues{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	v := *f.values(id)
	v.Results = slices.Clone(v.Results)
	v.Results = slices.DeleteFunc(v.Results, func(x core.Value) bool { return filter.Kind != "" && x.Kind != filter.Kind })
	v.Count = len(v.Results)
	return v, nil
}

func (f *fake) ReviewValue(ctx context.Context, id, value string, r core.ValueReview) (core.Value, error) {
	if r.Status == core.ReviewVerified {
		r.Value = "" // what was typed is not kept
	}
	return f.setReview(ctx, "ReviewValue", id, value, r.Version, &core.Review{Status: r.Status, Text: r.Value, Unit: r.Unit, Reason: r.Reason, By: 7, ByName: "Aria Blake", At: fakeNow})
}

func (f *fake) UndoReview(ctx context.Context, id, value, version string) (core.Value, error) {
	return f.setReview(ctx, "UndoReview", id, value, version, nil)
}

func (f *fake) setReview(ctx context.Context, name, id, value, version string, r *core.Review) (core.Value, error) {
	if err := f.note(ctx, name); err != nil {
		return core.Value{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	v := f.values(id)
	i := slices.IndexFunc(v.Results, func(x core.Value) bool { return x.ID == value })
	if i < 0 {
		return core.Value{}, core.Errorf(core.CodeNotFound, "The document has no such value.")
	}
	if f.meanwhile != nil {
		f.meanwhile(&v.Results[i])
		f.meanwhile = nil
	}
	if now := v.Results[i]; version != now.Version {
		e := core.Errorf(core.CodeConflict, "%s %s this value on 10-Nov-2026 09:00 UTC, after you saw it.", now.Review.ByName, now.Review.Status)
		e.Current = now
		return core.Value{}, e
	}
	v.Results[i].Review, v.Results[i].Version = r, v.Results[i].Version+"'"
	v.Unverified = 0
	for _, x := range v.Results {
		if x.Review == nil {
			v.Unverified++
		}
	}
	return v.Results[i], nil
}

func (f *fake) PatientCheck(ctx context.Context, id string) (core.DocumentCheck, error) {
	if err := f.note(ctx, "PatientCheck"); err != nil {
		return core.DocumentCheck{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	check := f.values(id).PatientCheck
	if f.noNames {
		return core.DocumentCheck{RecordID: id, JobID: f.values(id).JobID, PatientID: 4}, nil
	}
	if f.papers > 0 {
		d := core.DocumentCheck{RecordID: id, PatientID: 4, Check: check}
		for n := 1; n < f.papers; n++ {
			d.Pages = append(d.Pages, core.CheckedPage{PageIdentity: core.PageIdentity{Page: n, Name: "Catalina Cantú"}, Verdict: core.CheckMatch})
		}
		other := *f.onPage
		other.Page = f.papers
		d.Pages = append(d.Pages, core.CheckedPage{PageIdentity: other, Verdict: check, Reason: "The name is somebody else's.", OtherPatientID: 1})
		return d, nil
	}
	if f.onPage != nil {
		return core.DocumentCheck{RecordID: id, PatientID: 4, Check: check, Pages: []core.CheckedPage{
			{PageIdentity: *f.onPage, Verdict: check, Reason: "The name, the birth date and the number are those of somebody else.", OtherPatientID: 1},
			{PageIdentity: core.PageIdentity{Page: 2, Name: "Catalina Cantú"}, Verdict: core.CheckMatch},
		}}, nil
	}
	return core.DocumentCheck{RecordID: id, PatientID: 4, Check: check, Pages: []core.CheckedPage{
		{PageIdentity: core.PageIdentity{Page: 1, Name: "Catalina Cantú", DateOfBirth: core.Date{Year: 1940, Month: 5, Day: 8}}, Verdict: check},
	}}, nil
}

func (f *fake) ResolveCheck(ctx context.Context, id, version, reason string) (core.DocumentCheck, error) {
	if err := f.note(ctx, "ResolveCheck"); err != nil {
		return core.DocumentCheck{}, err
	}
	f.mu.Lock()
	f.saw("ResolveCheck", version)
	f.values(id).PatientCheck = core.CheckResolved
	f.mu.Unlock()
	d, err := f.PatientCheck(ctx, id)
	d.Resolution = &core.Resolution{Reason: reason, By: 7, ByName: "Aria Blake", At: fakeNow}
	return d, err
}

func (f *fake) PageText(ctx context.Context, id string, page int) (core.PageCorrections, error) {
	if err := f.note(ctx, "PageText"); err != nil {
		return core.PageCorrections{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	t := core.PageCorrections{RecordID: id, JobID: "job-" + id, PatientID: 4, Page: page, History: f.steps}
	if page <= len(f.result.Pages) {
		t.EngineText = f.result.Pages[page-1].Text
	}
	if d, ok := f.drafts[page]; ok {
		t.Draft = &core.TextDraft{RecordID: id, Page: page, Text: *d.Text, Line: d.Line, Steps: d.Steps, At: fakeNow.Add(-time.Hour)}
	}
	if n := len(f.steps); n > 0 {
		t.Correction, t.CorrectedText = &f.steps[n-1], &f.steps[n-1].Text
	}
	return t, nil
}

func (f *fake) CorrectText(ctx context.Context, id string, page int, c core.TextCorrection) (core.PageCorrections, error) {
	if err := f.note(ctx, "CorrectText"); err != nil {
		return core.PageCorrections{}, err
	}
	f.mu.Lock()
	f.saw("CorrectText", c.Version)
	text := ""
	if c.Text != nil {
		text = *c.Text
	}
	delete(f.drafts, page)
	f.steps = append(f.steps, core.Correction{ID: "c", Page: page, Number: len(f.steps) + 1, Text: text, Edits: c.Edits, Reason: c.Reason,
		InForce: true, By: 7, ByName: "Aria Blake", At: fakeNow})
	f.mu.Unlock()
	return f.PageText(ctx, id, page)
}

func (f *fake) UndoCorrection(ctx context.Context, id string, page int, version string) (core.PageCorrections, error) {
	if err := f.note(ctx, "UndoCorrection"); err != nil {
		return core.PageCorrections{}, err
	}
	f.mu.Lock()
	f.saw("UndoCorrection", version)
	if n := len(f.steps); n > 0 {
		f.steps = f.steps[:n-1]
	}
	f.mu.Unlock()
	return f.PageText(ctx, id, page)
}

func (f *fake) KeepDraft(ctx context.Context, id string, page int, d core.DraftText) error {
	if err := f.note(ctx, "KeepDraft"); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.drafts == nil {
		f.drafts = map[int]core.DraftText{}
	}
	f.drafts[page] = d
	return nil
}

func (f *fake) DropDraft(ctx context.Context, id string, page int) error {
	if err := f.note(ctx, "DropDraft"); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.drafts, page)
	return nil
}
