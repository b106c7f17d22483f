package present_test

import (
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

func TestValueInWords(t *testing.T) {
	t.Parallel()
	ann := func(r core.Review) *core.Review { r.ByName = "Ann Lee"; return &r }
	for _, c := range []struct {
		v                        core.Value
		name, amount, statement  string
		flag, ranged, state, all string
	}{
		{v: core.Value{Kind: core.ValueMedication, Name: "Warfarin", Text: "5 mg", Dose: "5 mg", Unit: "mg", Route: "oral", Frequency: "once daily", Context: "stopped", Page: 1},
			name: "Warfarin (stopped)", amount: "5 mg oral once daily", statement: "Warfarin (stopped): 5 mg oral once daily", state: "scan, unverified",
			all: "Warfarin (stopped): 5 mg oral once daily, page 1, day not known, scan, unverified"},
		{v: core.Value{Kind: core.ValueDiagnosis, Name: "breast cancer", Text: "breast cancer", Context: "family history", Page: 2},
			name: "breast cancer (family history)", amount: "breast cancer", statement: "breast cancer (family history)", state: "scan, unverified",
			all: "breast cancer (family history), page 2, day not known, scan, unverified"},
		{v: core.Value{Kind: core.ValueDiagnosis, Name: "chest pain", Text: "denies chest pain", Negated: true, Page: 1},
			name: "NOT chest pain", amount: "denies chest pain", statement: "NOT chest pain: denies chest pain", state: "scan, unverified",
			all: "NOT chest pain: denies chest pain, page 1, day not known, scan, unverified"},
		{v: core.Value{Kind: core.ValueLaboratory, Name: "D-dimer", Comparator: "<", Text: "<14", Unit: "ng/mL", Range: "<50", Interpret: "N", Page: 1, Date: core.Date{Year: 2026, Month: 11, Day: 10}},
			name: "D-dimer", amount: "<14 ng/mL", statement: "D-dimer: <14 ng/mL", flag: "normal", ranged: "<50", state: "scan, unverified",
			all: "D-dimer: <14 ng/mL, normal, range <50, page 1, of 10-Nov-2026, scan, unverified"},
		{v: core.Value{Kind: core.ValueLaboratory, Name: "CRP", Comparator: "<", Text: "0.6", Unit: "mg/L", Page: 1},
			name: "CRP", amount: "<0.6 mg/L", statement: "CRP: <0.6 mg/L", flag: "no range", ranged: "no range", state: "scan, unverified",
			all: "CRP: <0.6 mg/L, no range, page 1, day not known, scan, unverified"},
		{v: core.Value{Kind: core.ValueLaboratory, Name: "eGFR", Comparator: ">=", Text: "≥ 90", Flag: "*", Range: "see below", Page: 1},
			name: "eGFR", amount: "≥ 90", statement: "eGFR: ≥ 90", flag: "flagged *", ranged: "see below", state: "scan, unverified",
			all: "eGFR: ≥ 90, flagged *, range see below, page 1, day not known, scan, unverified"},
		{v: core.Value{Kind: core.ValueLaboratory, Name: "Potassium", Text: "4.S", Unit: "mmol/L", Range: "3.5 - 5.1", Page: 1, Doubts: []string{"a digit was read with confidence 41"},
			Review: ann(core.Review{Status: core.ReviewCorrected, Text: "4.5"})},
			name: "Potassium", amount: "4.5 mmol/L", statement: "Potassium: 4.5 mmol/L", flag: "normal", ranged: "3.5 - 5.1", state: "scan, corrected by Ann Lee, was read as 4.S mmol/L",
			all: "Potassium: 4.5 mmol/L, normal, range 3.5 - 5.1, page 1, day not known, scan, corrected by Ann Lee, was read as 4.S mmol/L, careful: a digit was read with confidence 41"},
		{v: core.Value{Kind: core.ValueMedication, Name: "morphine", Dose: "10U", Frequency: "QD", Cautions: []string{"10U: write units"}, Page: 1,
			Review: ann(core.Review{Status: core.ReviewRejected, Reason: "another patient's line"})},
			name: "morphine", amount: "10U QD", statement: "morphine: 10U QD", state: "scan, rejected by Ann Lee: another patient's line",
			all: "morphine: 10U QD, page 1, day not known, scan, rejected by Ann Lee: another patient's line, careful: 10U: write units"},
		{v: core.Value{Kind: core.ValueDiagnosis, Name: "Hypertension", Code: &core.Coding{System: "ICD-10", Code: "I10"}, Context: "hypertension", Page: 1},
			name: "Hypertension", amount: "I10", statement: "Hypertension: I10", state: "scan, unverified",
			all: "Hypertension: I10, page 1, day not known, scan, unverified"},
	} {
		p := present.ValueOf(c.v)
		got := [...]string{p.Name(), p.Amount(), p.Statement(), p.FlagWords(), p.RangeWords(), p.State(), p.Sentence()}
		want := [...]string{c.name, c.amount, c.statement, c.flag, c.ranged, c.state, c.all}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s: %q, want %q", c.v.Name, got[i], want[i])
			}
		}
	}
}
