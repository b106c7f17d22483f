package analysis

import (
	"strings"
	"testing"

	"clinician/internal/core"
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
		words := newDocument(textFile(c.sentence)).sheets[0].rows[0].words
		found := negations(words)
		check := func(list string, want bool) {
			for phrase := range strings.SplitSeq(list, "|") {
				if phrase == "" {
					continue
				}
				n := len(strings.Fields(phrase))
				at := -1
				for i := range words {
					if i+n <= len(words) && strings.HasPrefix(joined(words[i:i+n]), phrase) {
						at = i
						break
					}
				}
				if at < 0 {
					t.Fatalf("%q has no %q", c.sentence, phrase)
				}
				if _, got := denied(found, at, at+n); got != want {
					t.Errorf("%q: %q denied is %v, want %v (%v)", c.sentence, phrase, got, want, found)
				}
			}
		}
		check(c.denied, true)
		check(c.said, false)
	}
}

// A denial that is open where a page ends casts a doubt on what the next begins
// with; a footer and a header may lie between.
func TestDenialOverThePageBreak(t *testing.T) {
	two := func(last, first string) []core.Page {
		pages := textFile("DIAGNOSES", "Asthma", last, "Page 1 of 2")
		return append(pages, core.Page{Number: 2, Status: "read", Source: "text-file",
			Text: strings.Join([]string{"Wexmoor Hospital", "DIAGNOSES", first, "Type 2 diabetes mellitus"}, "\n")})
	}
	for _, tt := range []struct {
		last, first string
		doubt       bool
	}{
		{"No evidence of", "pulmonary embolism on the last scan", true},
		{"No history of", "Epilepsy", true},
		{"Smoker: no", "Epilepsy", false},
		{"Essential hypertension", "pulmonary embolism on the last scan", false},
	} {
		doubted := map[int][]string{}
		for _, v := range Extract(two(tt.last, tt.first)).Values {
			if v.Kind == core.ValueDiagnosis && len(v.Doubts) > 0 {
				doubted[v.Page] = append(doubted[v.Page], v.Text)
			}
		}
		if got := len(doubted[2]) == 1; got != tt.doubt || len(doubted[1]) > 0 || got && !strings.Contains(doubted[2][0], tt.first) {
			t.Errorf("%q, %q: in doubt %v", tt.last, tt.first, doubted)
		}
	}
}
