package coretest

import "clinician/internal/core"

// WordedValue is a value and what everybody has to say of it: screens, --plain
// and subcommands run this table, each in a test of its own, so that whoever
// words a value differently fails.
type WordedValue struct {
	Value  core.Value
	Name   string // stands whole wherever the value is shown
	Amount string // follows it; "" for what Name has said
	Never  []string
}

// WordedValues are the values that words turned into their opposite once.
func WordedValues() []WordedValue {
	return []WordedValue{
		{Name: "Warfarin (stopped)", Amount: "5 mg oral once daily", Never: []string{"Warfarin: "},
			Value: core.Value{Kind: core.ValueMedication, Name: "Warfarin", Text: "5 mg", Dose: "5 mg", Route: "oral", Frequency: "once daily", Context: "stopped"}},
		{Name: "breast cancer (family history)", Never: []string{"breast cancer: breast cancer"},
			Value: core.Value{Kind: core.ValueDiagnosis, Name: "breast cancer", Text: "breast cancer", Context: "family history"}},
		{Name: "NOT metastasis", Amount: "no metastasis", Never: []string{"NOT: "},
			Value: core.Value{Kind: core.ValueDiagnosis, Name: "metastasis", Text: "no metastasis", Negated: true}},
		{Name: "D-dimer", Amount: "<14 ng/mL", Never: []string{"<<"},
			Value: core.Value{Kind: core.ValueLaboratory, Name: "D-dimer", Comparator: "<", Text: "<14", Unit: "ng/mL", Range: "<50"}},
		{Name: "CRP", Amount: "<0.6 mg/L", Never: []string{"CRP: 0.6"},
			Value: core.Value{Kind: core.ValueLaboratory, Name: "CRP", Comparator: "<", Text: "0.6", Unit: "mg/L"}},
		{Name: "Potassium", Amount: "4.5 mmol/L", Never: []string{"Potassium: 4.S"},
			Value: core.Value{Kind: core.ValueLaboratory, Name: "Potassium", Text: "4.S", Unit: "mmol/L", Review: &core.Review{Status: core.ReviewCorrected, Text: "4.5", ByName: "Ann Lee"}}},
	}
}

// NamePair is two spellings and what everybody has to decide about them.
type NamePair struct {
	A, B string
	Same bool // one name: found by it, accepted for it, the same on a page
	Like bool // worth a name alert
}

// NamePairs are run by search, name alerts, the check of two identifiers, the
// comparison of a page with its chart and the screens, each in a test of its
// own: whoever decides differently fails.
func NamePairs() []NamePair {
	return []NamePair{
		{"O'Brien-Jørgensen", "O'Brien Jorgensen", true, true},
		{"O'Brien-Jørgensen", "O’BRIEN‐JORGENSEN", true, true},
		{"Wałęsa", "Walesa", true, true},
		{"Groß", "Gross", true, true},
		{"Groß", "GROẞ", true, true},
		{"O'Brien", "O’Brien", true, true},
		{"O'Brien", "OʼBrien", true, true},
		{"O'Brien", "O´Brien", true, true},
		{"O'Brien", "O Brien", true, true},
		{"O'Brien", "OBrien", true, true},
		{"Mbeki-Stone", "Mbeki  Stone", true, true},
		{"Cantú", "Cantu\u0301", true, true},
		{"Cantú", "CANTU", true, true},
		{"Ægisson", "Aegisson", true, true},
		{"Đorđević", "Dordevic", true, true},
		{"Roberts", "Robertson", false, false},
		{"Breitenberg", "Breitenburg", false, true},
		{"Doe-Łuczak", "Doe", false, false},
		{"Smith", "Jones", false, false},
	}
}
