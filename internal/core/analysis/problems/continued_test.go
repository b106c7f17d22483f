package problems

import (
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis/analysistest"
	"clinician/internal/core/analysis/layout"
)

// briefly gives the values of a kind in brief: "-" before the denied ones.
func briefly(found []core.Value) string {
	var out []string
	for _, v := range found {
		name := v.Name
		if v.Negated {
			name = "-" + name
		}
		out = append(out, name)
	}
	return strings.Join(out, "|")
}

// A "no" holds for what it denies on the next line too, however short the line
// is, and for nothing else.
func TestDenialOverLines(t *testing.T) {
	long := "This line is long enough to say how wide the page is and that the others end early."
	for _, c := range []struct {
		name  string
		lines string // divided by " / "
		want  string
	}{
		{"list", "Diagnoses / No evidence of / pulmonary embolism on the last scan", "-pulmonary embolism"},
		{"list, capital", "Diagnoses / No evidence of / Pulmonary embolism", "-Pulmonary embolism"},
		{"numbered list", "Diagnoses / 1. No evidence of / pulmonary embolism on the last scan / 2. Asthma", "-pulmonary embolism|Asthma"},
		{"bare no", "Diagnoses / No / pulmonary embolism", "-pulmonary embolism"},
		{"no at a line's end", "Impression / The scan shows no / pulmonary embolism.", "-pulmonary embolism"},
		{"without", "Diagnoses / Cellulitis without / abscess", "Cellulitis without abscess"},
		{"denies", "Impression / Denies / asthma.", "-asthma"},
		{"negative for", "Impression / Negative for / pneumonia.", "-pneumonia"},
		{"ruled out before", "Impression / Ruled out / pulmonary embolism.", "-pulmonary embolism"},
		{"ruled out before, list", "Diagnoses / Ruled out / pulmonary embolism", "-pulmonary embolism"},
		{"cue torn", "Diagnoses / No evidence / of pulmonary embolism", "-pulmonary embolism"},
		{"cue torn twice", "Impression / There is no / evidence of / pulmonary embolism.", "-pulmonary embolism"},
		{"list goes on after or", "Impression / No pneumonia, asthma or / gout.", "-pneumonia|-asthma|-gout"},
		{"list goes on before or", "Impression / No pneumonia, asthma / or gout.", "-pneumonia|-asthma|-gout"},
		{"list goes on after a comma", "Impression / No pneumonia, asthma, / gout.", "-pneumonia|-asthma|-gout"},
		{"a term torn", "Diagnoses / No pulmonary / embolism", "-pulmonary embolism"},
		{"an adjective first", "Diagnoses / No evidence of acute / pulmonary embolism", "-acute pulmonary embolism"},
		{"hyphen", "Impression / No evidence of pulmonary embo- / lism.", "-pulmonary embolism"},
		{"hyphen, list", "Diagnoses / No evidence of pneumo- / thorax", "-pneumothorax"},
		{"hyphen in what is there", "Impression / Pneumo- / thorax on the left.", "Pneumothorax"},
		{"cue after", "Impression / Pulmonary embolism / was excluded.", "-Pulmonary embolism"},
		{"cue after, list", "Diagnoses / Asthma / Pulmonary embolism / was excluded", "Asthma|-Pulmonary embolism"},
		{"cue after, torn", "Diagnoses / Pulmonary embolism was / ruled out", "-Pulmonary embolism"},
		{"cue after, on one line", "Diagnoses / Pulmonary embolism excluded", "-Pulmonary embolism"},
		{"cell of a table", "Problem list / Description      Status / No evidence of   Active / pulmonary embolism   2024", "-pulmonary embolism"},
		{"cells side by side", "Impression / Findings of the scan      No evidence of / are as before.            pulmonary embolism.", "-pulmonary embolism"},

		{"next item", "Diagnoses / No known allergies / Asthma", "-allergies|Asthma"},
		{"next item, small letters", "Diagnoses / no known allergies / asthma", "asthma"},
		{"next numbered item", "Diagnoses / 1. No pneumonia / 2. Asthma", "-pneumonia|Asthma"},
		{"next bullet", "Diagnoses / • No / • Asthma", "Asthma"},
		{"next dash", "Diagnoses / - No fever or / - Asthma", "-fever or|Asthma"},
		{"answered", "Diagnoses / Smoker: no / asthma", "asthma"},
		{"answered without a colon", "Diagnoses / Smoker no / Asthma", "Smoker no|Asthma"},
		{"answered, then a capital", "Impression / Smoker no / Asthma", "Asthma"},
		{"small letters after a full denial", "Impression / No pneumonia / asthma", "-pneumonia|asthma"},
		{"small letters after an absent one", "Diagnoses / asthma / absent reflexes", "asthma"},
		{"no longer", "Diagnoses / Asthma no / longer treated", "Asthma no longer treated"},
		{"a new paragraph", "Impression / No evidence of /  / Asthma.", "Asthma"},
		{"a heading", "Impression / No evidence of / Past medical history / Asthma", "Asthma"},
		{"a label in capitals", "Impression / No evidence of / ASTHMA PLAN: asthma reviewed", "ASTHMA|asthma"},
		{"a stop", "Impression / No pneumonia. / asthma persists", "-pneumonia|asthma"},
		{"not excluded", "Impression / Pulmonary embolism / was not excluded.", "Pulmonary embolism"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := append(strings.Split(c.lines, " / "), "Plan", long)
			if got := briefly(Diagnoses(layout.NewDocument(analysistest.TextFile(lines...)))); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if strings.Contains(c.lines, "  ") {
				return // a scan in this test has no cells
			}
			if got := briefly(Diagnoses(layout.NewDocument(analysistest.Scanned(0.01, 95, lines...)))); got != c.want {
				t.Errorf("scanned: got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAllergyDenialOverLines(t *testing.T) {
	long := "This line is long enough to say how wide the page is and that the others end early."
	for _, c := range []struct{ name, lines, want string }{
		{"no known", "Allergies / No known / drug allergies", "-No known drug allergies"},
		{"no known, prose", "History / No known / allergies.", "-No known allergies"},
		{"denies any", "History / She denies any / drug allergies.", "-denies any drug allergies"},
		{"not allergic", "History / He is not / allergic to penicillin.", "-penicillin"},
		{"not allergic to", "History / He is not allergic to / penicillin.", "-penicillin"},
		{"not allergic, or", "History / He is not allergic to codeine or / penicillin.", "-codeine|-penicillin"},
		{"allergic to", "History / He is allergic to / penicillin.", "penicillin"},
		{"one substance only", "Allergies / No known allergy to / penicillin", "-penicillin"},
		{"list of not allergic", "Allergies / Not allergic to / penicillin", "-penicillin"},
		{"excluded", "History / Allergy to penicillin / was excluded.", "-penicillin"},
		{"cell of a table", "Allergies / Substance      Reaction / Not allergic to   n/a / Penicillin   rash", "-Penicillin"},
		{"next item", "Allergies / No known drug allergies / Latex (rash)", "-No known drug allergies|Latex"},
		{"next item, small letters", "Allergies / no known drug allergies / latex (rash)", "-no known drug allergies|latex"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := append(strings.Split(c.lines, " / "), "Plan", long)
			if got := briefly(Allergies(layout.NewDocument(analysistest.TextFile(lines...)))); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
