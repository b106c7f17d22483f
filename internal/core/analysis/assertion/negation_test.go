package assertion_test

import (
	"strings"
	"testing"

	"clinician/internal/core/analysis/analysistest"
	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

func TestNegations(t *testing.T) {
	for _, c := range []struct {
		sentence string
		denied   string // phrases in the reach of a negation, divided by |
		said     string // phrases that are not
	}{
		{"No evidence of pulmonary embolism.", "pulmonary embolism", ""},
		{"There is no pleural effusion or pneumothorax.", "pleural effusion|pneumothorax", ""},
		{"Denies fever, cough, vomiting and chest pain.", "fever|cough|vomiting|chest pain", ""},
		{"No change in the left lower lobe consolidation.", "", "consolidation"},
		{"No significant change in the known metastases.", "", "metastases"},
		{"Malignancy cannot be excluded.", "", "Malignancy"},
		{"Pulmonary embolism was excluded.", "Pulmonary embolism", ""},
		{"Pneumonia has been ruled out.", "Pneumonia", ""},
		{"No fever but persistent cough.", "fever", "cough"},
		{"The liver contains a simple cyst and no suspicious lesion.", "suspicious lesion", "simple cyst"},
		{"Bones: degenerative change only, no destructive lesion.", "destructive lesion", "degenerative change"},
		{"Not only anaemia; neutropenia too.", "", "anaemia|neutropenia"},
		{"Fever: no", "Fever", ""},
		{"Fever: yes Rash: no", "Rash", "Fever"},
		{"Without nausea, however vomiting persists.", "nausea", "vomiting"},
		{"Gram negative sepsis.", "", "sepsis"},
		{"No new site of disease.", "new site of disease", ""},
		{"Negative for malignancy.", "malignancy", ""},
		{"No pneumothorax, the heart is enlarged.", "pneumothorax", "heart"},
		{"Neither haematuria nor urinary retention.", "haematuria|urinary retention", ""},
		{"Ascites is not seen.", "Ascites", ""},
		{"She has diabetes.", "", "diabetes"},
	} {
		words := layout.NewDocument(analysistest.TextFile(c.sentence)).Sheets[0].Rows[0].Words
		found := assertion.Negations(words)
		check := func(list string, want bool) {
			for phrase := range strings.SplitSeq(list, "|") {
				if phrase == "" {
					continue
				}
				n := len(strings.Fields(phrase))
				at := -1
				for i := range words {
					if i+n <= len(words) && strings.HasPrefix(vocabulary.Joined(words[i:i+n]), phrase) {
						at = i
						break
					}
				}
				if at < 0 {
					t.Fatalf("%q has no %q", c.sentence, phrase)
				}
				if _, got := assertion.Denied(found, at, at+n); got != want {
					t.Errorf("%q: %q denied is %v, want %v (%v)", c.sentence, phrase, got, want, found)
				}
			}
		}
		check(c.denied, true)
		check(c.said, false)
	}
}
