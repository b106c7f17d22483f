package analysis

import (
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis/analysistest"
)

// No value is certain that words are part of whose form leaves open what they say,
// and none is made of what the reader wrote itself.
func TestFormDoubtsValues(t *testing.T) {
	const text = "Current medications\nWarfarin 5 mg once daily: struck out\nApixaban 5 mg twice daily\n\nPotassium 5.9[footnote 1] mmol/L 3.5-5.3"
	p := core.Page{Number: 1, Status: core.PageRead, Source: core.SourceTextFile, Text: text, Marks: []core.TextMark{
		{Line: 1, From: 0, To: 24, Doubt: "it is struck out"}, {Line: 1, From: 24, To: 36, Note: true},
		{Line: 4, From: 10, To: 13, Doubt: "a note belongs to it: footnote 1"}, {Line: 4, From: 13, To: 25, Note: true},
	}}
	want := map[string]string{"Warfarin": "it is struck out", "Apixaban": "", "Potassium": "a note belongs to it: footnote 1"}
	for _, v := range Extract([]core.Page{p}).Values {
		doubt, ok := want[v.Name]
		if !ok {
			t.Errorf("found %+v", v)
			continue
		}
		delete(want, v.Name)
		if got := strings.Join(v.Doubts, "; "); got != doubt {
			t.Errorf("%s %s: doubts %q, want %q", v.Name, v.Text, got, doubt)
		}
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}

// Words of a PDF or scan carry their doubt themselves.
func TestWordsOfDoubtfulForm(t *testing.T) {
	pages := analysistest.Scanned(0, 99, "Potassium 5.9 mmol/L 3.5-5.3", "Sodium 138 mmol/L 133-146")
	for i := range pages[0].Words {
		if pages[0].Words[i].Text == "5.9" {
			pages[0].Words[i].Doubt = "a line is drawn through it"
		}
	}
	values := Extract(pages).Values
	if len(values) != 2 || strings.Join(values[0].Doubts, ";") != "a line is drawn through it" || len(values[1].Doubts) != 0 {
		t.Errorf("%+v", values)
	}
}

// What stands behind a box that is not ticked is never certain, in no kind of file;
// nor is what stands beside a sign that could not be read.
func TestBoxesAndUnknownSigns(t *testing.T) {
	for line, certain := range map[string]bool{
		"Diabetes": true, "[ ] Diabetes": false, "[x] Diabetes": true, "☐ Diabetes": false, "☒ Diabetes": true, "[] Diabetes": false, "Diabetes [ ]": false,
		"[x] Asthma [ ] Diabetes": false, "Diabetes \ufffd": false,
	} {
		for _, v := range Extract(analysistest.TextFile("Diagnoses", line)).Values {
			if strings.Contains(v.Text, "Diabetes") && (len(v.Doubts) == 0) != certain {
				t.Errorf("%s: %q, doubts %q", line, v.Text, v.Doubts)
			}
		}
	}
}

// What takes the place of struck words is found, in doubt; boxes are part of no name.
func TestStruckAndReplaced(t *testing.T) {
	text := "Current medications\nWarfarin 5 mg 3 mg once daily\n\nPotassium 5.9 4.1 mmol/L 3.5-5.3\n\nDiagnoses\n[x] Hypertension"
	p := core.Page{Number: 1, Text: text, Marks: []core.TextMark{{Line: 1, From: 9, To: 13, Doubt: "it is struck out"}, {Line: 3, From: 10, To: 13, Doubt: "it is struck out"}}}
	var got []string
	for _, v := range Extract([]core.Page{p}).Values {
		got = append(got, v.Name+" "+v.Text+" ("+strings.Join(v.Doubts, "; ")+")")
	}
	want := "Potassium 4.1 (in its line: it is struck out), Warfarin 3 mg (in its line: it is struck out), Hypertension Hypertension ()"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("%s\nwant %s", s, want)
	}
}

// More marks than a line can have take no time, and leave it in doubt.
func TestMoreMarksThanALineCanHave(t *testing.T) {
	line := "Potassium 5.9 mmol/L 3.5-5.3" + strings.Repeat(" x", 2000)
	p := core.Page{Number: 1, Text: line}
	for range 200_000 {
		p.Marks = append(p.Marks, core.TextMark{From: 60, To: len(line) + 5, Doubt: "it is struck out"})
	}
	p.Marks = append(p.Marks, core.TextMark{Line: -1, From: -4, To: -2, Note: true}, core.TextMark{Line: 9, From: 5, To: 2})
	for _, v := range Extract([]core.Page{p}).Values {
		if len(v.Doubts) == 0 {
			t.Errorf("%+v is certain", v)
		}
	}
}

// A row in which something could not be read is never complete, wherever that stands:
// its values are in doubt or left out, those of other rows are not.
func TestRowsThatCouldNotBeReadWhole(t *testing.T) {
	t.Parallel()
	for _, row := range []string{
		"Potassium 5.9 mmol/L 3.5-5.3", "Temperature 38.4 °C", "Warfarin 5 mg once daily",
		"Allergies: Penicillin", "Diagnosis: Type 2 diabetes mellitus", "Collected: 12-Mar-2024",
	} {
		words := strings.Fields(row)
		for at := range len(words) + 1 {
			with := strings.Join(slices.Insert(slices.Clone(words), at, core.Illegible), " ")
			for _, v := range Extract(analysistest.Scanned(0, 99, with, "", "Sodium 138 mmol/L 133-146")).Values {
				if v.Name == "Sodium" != (len(v.Doubts) == 0) {
					t.Errorf("%s: %s %q has the doubts %q", with, v.Name, v.Text, v.Doubts)
				}
			}
		}
	}
}
