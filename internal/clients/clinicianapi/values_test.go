package clinicianapi_test

import (
	"net/http"
	"testing"

	"clinician/internal/clients/clinicianapi/apitest"
	"clinician/internal/core"
	"clinician/internal/core/wire"
)

func TestValues(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	ctx := t.Context()
	v, err := c.RecordValues(ctx, "r-1", core.ValueFilter{Kind: core.ValueMedication})
	if err != nil || len(v.Results) != 1 || v.Results[0].Dose != "200 mg" || v.Total != 4 {
		t.Fatalf("%+v, %v", v, err)
	}
	id := v.Results[0].ID
	got, err := c.ReviewValue(ctx, "r-1", id, core.ValueReview{Status: core.ReviewCorrected, Value: "300 mg"})
	if err != nil || got.Review == nil || got.Review.Text != "300 mg" || s.Reviews[0].Value != "300 mg" {
		t.Errorf("%+v, %v", got.Review, err)
	}
	if got, err = c.UndoReview(ctx, "r-1", id, ""); err != nil || got.Review != nil {
		t.Errorf("%+v, %v", got.Review, err)
	}
	_, err = c.UndoReview(ctx, "r-1", id, "")
	wantCode(t, err, core.CodeNotFound, "Nobody has reviewed")
	_, err = c.ReviewValue(ctx, "r-1", "../../x", core.ValueReview{})
	wantCode(t, err, core.CodeNotFound, "no value")

	d, err := c.ResolveCheck(ctx, "r-1", "", "married")
	if err != nil || d.Check != core.CheckResolved || d.Resolution.Reason != "married" {
		t.Errorf("%+v, %v", d, err)
	}
	_, err = c.ResolveCheck(ctx, "r-1", "", "again")
	wantCode(t, err, core.CodeConflict, "not in doubt")

	text := "one\n two"
	p, err := c.CorrectText(ctx, "r-1", 1, core.TextCorrection{Text: &text})
	if err != nil || *p.CorrectedText != text || len(p.History) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err = c.UndoCorrection(ctx, "r-1", 1, ""); err != nil || p.CorrectedText != nil {
		t.Errorf("%+v, %v", p, err)
	}
	typed := "one\n t"
	if err := c.KeepDraft(ctx, "r-1", 1, core.DraftText{Text: &typed, Line: 1}); err != nil || s.Drafted == nil || *s.Drafted.Text != typed || s.Drafted.Line != 1 {
		t.Errorf("%+v, %v", s.Drafted, err)
	}
	if err := c.DropDraft(ctx, "r-1", 1); err != nil || s.Drafted != nil {
		t.Errorf("%+v, %v", s.Drafted, err)
	}
	sub, err := c.RetryJob(ctx, "j-bad", core.AnalyzeOptions{Language: "deu", Priority: core.PriorityLow})
	if err != nil || sub.Job.ID != "j-again-r-2" || s.Asked[0] != (core.AnalyzeOptions{Language: "deu", Priority: core.PriorityLow}) {
		t.Errorf("%+v, %v, %+v", sub, err, s.Asked)
	}
}

// What belongs to another record is never shown, whatever the server says.
func TestValuesOfAnotherRecord(t *testing.T) {
	s := apitest.Start(t)
	c := loggedIn(t, s, nil)
	wrong := func(body any) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { apitest.Answer(w, 200, body) }
	}
	s.Lock()
	s.Override["GET "+wire.PathRecordValues("r-1")] = wrong(core.RecordValues{RecordID: "r-2"})
	s.Override["GET "+wire.PathPatientCheck("r-1")] = wrong(core.DocumentCheck{RecordID: "r-2"})
	s.Override["GET "+wire.PathRecordText("r-1", 1)] = wrong(core.PageCorrections{RecordID: "r-1", Page: 2})
	s.Unlock()
	_, err := c.RecordValues(t.Context(), "r-1", core.ValueFilter{})
	wantCode(t, err, core.CodeInternal, "another record")
	_, err = c.PatientCheck(t.Context(), "r-1")
	wantCode(t, err, core.CodeInternal, "another record")
	_, err = c.PageText(t.Context(), "r-1", 1)
	wantCode(t, err, core.CodeInternal, "another record")
}
