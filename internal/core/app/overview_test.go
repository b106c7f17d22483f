package app

import (
	"fmt"
	"strings"
	"testing"

	"clinician/internal/core"
)

// What is of somebody else, denied or rejected is no problem of the patient's, and what
// nobody has verified stands apart.
func TestWhatTheOverviewTakesFromDocuments(t *testing.T) {
	yes, no := &core.Review{Status: core.ReviewVerified}, &core.Review{Status: core.ReviewRejected}
	value := func(kind core.ValueKind, name string, r *core.Review, change func(*core.Value)) core.Value {
		v := core.Value{Kind: kind, Name: name, Review: r}
		if change != nil {
			change(&v)
		}
		return v
	}
	in := func(context string) func(*core.Value) { return func(v *core.Value) { v.Context = context } }
	denied := func(v *core.Value) { v.Negated = true }
	letter := []core.Value{
		value(core.ValueDiagnosis, "Asthma", yes, nil), value(core.ValueDiagnosis, "asthma ", yes, nil), value(core.ValueDiagnosis, "Gout", no, nil),
		value(core.ValueDiagnosis, "Breast cancer", yes, in("family history")), value(core.ValueDiagnosis, "Angina", yes, denied),
		value(core.ValueDiagnosis, "Stroke", nil, in("another patient")), value(core.ValueDiagnosis, "Embolism", nil, in("possible")),
		value(core.ValueAllergy, "Penicillin", yes, denied), value(core.ValueAllergy, "Latex", nil, nil), value(core.ValueLaboratory, "K", nil, nil),
	}
	records := []core.Record{{ID: "old", DocumentDate: day(1)}, {ID: "new", DocumentDate: day(9)}, {ID: "error", Status: core.RecordEnteredInError}}
	documents := []core.DocumentValues{{RecordID: "old", Findings: core.Findings{Values: letter}},
		{RecordID: "new", Findings: core.Findings{Values: []core.Value{value(core.ValueDiagnosis, "ASTHMA", yes, nil)}}},
		{RecordID: "error", Findings: core.Findings{Values: []core.Value{value(core.ValueDiagnosis, "Scabies", yes, nil)}}}}
	var o core.PatientOverview
	addStatements(&o, documents, counting(documents, records))
	names := func(list []core.Statement) string {
		var out []string
		for _, s := range list {
			out = append(out, fmt.Sprintf("%s %d %t", s.Name, s.DocumentDate.Day, s.Negated))
		}
		return strings.Join(out, ", ")
	}
	for what, got := range map[string][2]string{"problems": {names(o.Problems), "ASTHMA 9 false"}, "allergies": {names(o.DocumentAllergies), "Penicillin 1 true"},
		"unverified": {names(o.Pending), "Embolism 1 false, Latex 1 false"}} {
		if got[0] != got[1] {
			t.Errorf("%s are %q, want %q", what, got[0], got[1])
		}
	}
}

func TestLastResultsBeginWithTheWorst(t *testing.T) {
	flagged := func(name, is string) core.Value { v := lab(name, "1", "", "", day(2)); v.Interpret = is; return v }
	doubtful := lab("C", "1", "", "", day(2))
	doubtful.Doubts = []string{"x"}
	rows := lastResults(resultTable(collect("", flagged("A", "N"), flagged("B", "H"), doubtful, flagged("D", "LL"), lab("D", "3", "", "", day(1))).list, nil))
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprint(r.Name, len(r.Values)))
	}
	if want := "D1 B1 C1 A1"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}
