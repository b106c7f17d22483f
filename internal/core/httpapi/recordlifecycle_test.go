package httpapi

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// A record is edited in JSON and in forms; what is wrong is said field by
// field, and then nothing is changed.
func TestEditRecord(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	rec := w.upload("haemoglobin 7.1")
	var got core.Record
	w.call("PATCH", wire.PathRecord(rec.ID), ann, map[string]any{"title": " Blood  count ", "record_type": "pathology reports",
		"document_date": "2026-05-08", "source": "City Lab", "received_by": "FAX", "tags": []string{"urgent", "Urgent", "ward 3"}}).want(200).into(&got)
	if got.Title == rec.Title || got.Type.TypeName != "Pathology Reports" || got.LOINC != "27898-6" || got.DocumentDate.String() != "2026-05-08" ||
		got.Source != "City Lab" || got.ReceivedBy != "fax" || !slices.Equal(got.Tags, []string{"urgent", "ward 3"}) || got.Reviewed == nil {
		t.Errorf("edited: %+v", got)
	}
	w.call("PATCH", wire.PathRecord(rec.ID), ann, "document_date=&tags=a,+b&medical_record_type_id=1", "Content-Type", "application/x-www-form-urlencoded").want(200).into(&got)
	if !got.DocumentDate.IsZero() || !slices.Equal(got.Tags, []string{"a", "b"}) || got.Type.ID != 1 || got.Source != "City Lab" {
		t.Errorf("edited by form: %+v", got)
	}
	for _, c := range []struct {
		body  map[string]any
		field string
	}{
		{map[string]any{"title": ""}, "title"},
		{map[string]any{"title": nil}, "title"},
		{map[string]any{"title": strings.Repeat("x", 256)}, "title"},
		{map[string]any{"document_date": "08/05/2026"}, "document_date"},
		{map[string]any{"document_date": "2999-01-01"}, "document_date"},
		{map[string]any{"record_type": "Horoscopes"}, "record_type"},
		{map[string]any{"medical_record_type_id": 99}, "medical_record_type_id"},
		{map[string]any{"received_by": "pigeon"}, "received_by"},
		{map[string]any{"source": strings.Repeat("x", 256), "title": "fine"}, "source"},
		{map[string]any{"tags": []any{1.5, map[string]any{}}}, "tags"},
		{map[string]any{"tags": []string{strings.Repeat("x", 41)}}, "tags"},
	} {
		var problems map[string]any
		w.call("PATCH", wire.PathRecord(rec.ID), ann, c.body).want(400).into(&problems)
		if problems[c.field] == nil {
			t.Errorf("%v: %v", c.body, problems)
		}
	}
	w.call("PATCH", wire.PathRecord(rec.ID), ann, map[string]any{"colour": "red"}).want(400)
	var after core.Record
	w.call("GET", wire.PathRecord(rec.ID), ann, nil).want(200).into(&after)
	if after.Title != got.Title || after.Source != got.Source {
		t.Errorf("a refused edit changed: %+v", after)
	}
	evs := w.audited(core.EventRecordUpdated)
	if len(evs) != 2 || strings.Contains(strings.Join(keys(evs[0].Detail["fields"]), ","), "City") || !slices.Contains(keys(evs[1].Detail["fields"]), "source") {
		t.Errorf("audited: %+v", evs)
	}
}

func keys(list any) (out []string) {
	for _, v := range list.([]any) {
		out = append(out, v.(string))
	}
	return out
}

// What cannot be taken apart says what to do instead.
func TestSplitRefusals(t *testing.T) {
	w := newWorld(t)
	rec := w.upload("two people on one page")
	split := func(body any) map[string]any {
		t.Helper()
		var problems map[string]any
		w.call("POST", wire.PathRecordLifecycle(rec.ID, wire.ActSplit), w.ann.Tokens.Access, body).want(http.StatusBadRequest).into(&problems)
		return problems
	}
	part := map[string]any{"pages": []int{1}, "patient_id": w.annPatient.ID}
	if p := split(map[string]any{"reason": "two people", "parts": []any{part, part}}); !strings.Contains(strings.Join(keys(p["parts"]), " "), "Only PDF and TIFF") {
		t.Errorf("a text file: %v", p)
	}
	for _, bad := range []any{nil, "all", 7, []any{1}, []any{map[string]any{"pages": "1-2"}}} {
		if p := split(map[string]any{"reason": "two people", "parts": bad}); p["parts"] == nil {
			t.Errorf("%v: %v", bad, p)
		}
	}
	if p := split(map[string]any{"parts": []any{part, part}}); p["reason"] == nil {
		t.Errorf("no reason: %v", p)
	}
}
