package problems

import (
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis/analysistest"
	"clinician/internal/core/analysis/layout"
)

// finding is what a test expects of a diagnosis or an allergy.
type finding struct {
	name, text, code, context string
	negated                   bool
}

func findingsOf(values []core.Value) []finding {
	var out []finding
	for _, v := range values {
		f := finding{name: v.Name, text: v.Text, context: v.Context, negated: v.Negated}
		if v.Code != nil {
			f.code = v.Code.Code
		}
		out = append(out, f)
	}
	return out
}

func TestDiagnoses(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  []finding
	}{
		{"discharge", []string{"Primary diagnosis", "Neutropenic sepsis", "Underlying: Adenocarcinoma of the prostate, Gleason 4+3=7, on surveillance (ICD-10 C61)", "Secondary diagnoses", "Essential hypertension", "Procedures", "Peripheral cannula."}, []finding{
			{"Neutropenic sepsis", "Neutropenic sepsis", "", "primary", false},
			{"Adenocarcinoma of the prostate, Gleason 4+3=7, on surveillance", "Adenocarcinoma of the prostate, Gleason 4+3=7, on surveillance (ICD-10 C61)", "C61", "primary", false},
			{"Essential hypertension", "Essential hypertension", "", "secondary", false},
		}},
		{"numbered", []string{"Diagnoses:", "1. Type 2 diabetes mellitus", "2. Asthma, mild", "Plan", "Review."}, []finding{
			{"Type 2 diabetes mellitus", "Type 2 diabetes mellitus", "", "", false},
			{"Asthma, mild", "Asthma, mild", "", "", false},
		}},
		{"one line", []string{"Diagnosis: hypertension, asthma, type 2 diabetes"}, []finding{
			{"hypertension", "hypertension", "", "", false}, {"asthma", "asthma", "", "", false}, {"type 2 diabetes", "type 2 diabetes", "", "", false},
		}},
		{"table", []string{"Problem list", "Description   Status   Onset", "Essential Hypertension   Active   25/09/2012", "Acute Pharyngitis   Resolved   28/10/2011"}, []finding{
			{"Essential Hypertension", "Essential Hypertension", "", "active", false}, {"Acute Pharyngitis", "Acute Pharyngitis", "", "resolved", false},
		}},
		{"codes in prose", []string{"Notes", "Admitted with acute myeloid leukaemia (C92.0). Vitamin B12 was normal. T10 vertebra intact. Stage T2a N1 M0."}, []finding{
			{"Admitted with acute myeloid leukaemia", "Admitted with acute myeloid leukaemia (C92.0)", "C92.0", "", false},
		}},
		{"denied in reports", []string{"Findings", "No evidence of pulmonary embolism. No enlarged lymph nodes by size criteria. The liver contains a simple cyst of 0.8 cm and no suspicious lesion.", "IMPRESSION", "1. No new site of disease.", "2. No evidence of pulmonary embolism.", "3. Pneumonia of the left lower lobe."}, []finding{
			{"pulmonary embolism", "No evidence of pulmonary embolism", "", "", true},
			{"enlarged lymph nodes", "No enlarged lymph nodes", "", "", true},
			{"suspicious lesion", "no suspicious lesion", "", "", true},
			{"new site of disease", "No new site of disease", "", "impression", true},
			{"pulmonary embolism", "No evidence of pulmonary embolism", "", "impression", true},
			{"Pneumonia", "Pneumonia", "", "impression", false},
		}},
		{"denied without a name in the vocabulary", []string{"Findings", "No subcapsular collection, the spleen is normal."}, []finding{{"subcapsular collection", "No subcapsular collection", "", "", true}}},
		{"family", []string{"History", "There is no family history of cancer. Her mother had breast cancer."}, []finding{
			{"cancer", "There is no family history of cancer", "", "family history", true},
			{"breast cancer", "breast cancer", "", "family history", false},
		}},
		{"past", []string{"Past medical history", "Hypertension and gout."}, []finding{
			{"Hypertension", "Hypertension", "", "past history", false}, {"gout", "gout", "", "past history", false},
		}},
		{"risks and questions are nobody's", []string{"Serious or frequently occurring risks", "Bleeding   Infection", "Indication", "Possible pneumonia?"}, nil},
		{"pseudo-negation", []string{"Impression", "No change in the pleural effusion."}, []finding{{"pleural effusion", "pleural effusion", "", "impression", false}}},
		{"columns that ran together", []string{"Problem list", "Description Status Onset", "Acute Pharyngitis Resolved 10/28/2011", "Pneumonia Active 01/24/2013", "Plan", "To be reviewed in the clinic in three weeks from today."}, []finding{
			{"Acute Pharyngitis", "Acute Pharyngitis Resolved 10/28/2011", "", "resolved", false}, {"Pneumonia", "Pneumonia Active 01/24/2013", "", "active", false},
		}},
		{"operation", []string{"PREOPERATIVE DIAGNOSIS: , Left hydrocele.", "POSTOPERATIVE DIAGNOSIS: , Left hydrocele.", "ANESTHESIA: , General.", "The patient was placed in the supine position."}, []finding{
			{"Left hydrocele", "Left hydrocele", "", "before operation", false}, {"Left hydrocele", "Left hydrocele", "", "after operation", false},
		}},
		{"a gap keeps its no", []string{"IMPRESSION", "1. No evidence of      pulmonary embolism."}, []finding{{"pulmonary embolism", "No evidence of pulmonary embolism", "", "impression", true}}},
		{"a line's end keeps its no", []string{"IMPRESSION", "1. No evidence of", "pulmonary embolism.", "Signed electronically by the reporting radiologist today."}, []finding{{"pulmonary embolism", "No evidence of pulmonary embolism", "", "impression", true}}},
		{"nothing known", []string{"Problems", "No Information About Results"}, nil},
		{"assessment of a nurse", []string{"Assessment", "She feels well and has no new symptoms."}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Diagnoses(layout.NewDocument(analysistest.TextFile(c.lines...)))
			if !slices.Equal(findingsOf(got), c.want) {
				t.Errorf("got  %+v\nwant %+v", findingsOf(got), c.want)
			}
			for _, v := range got {
				if v.Negated && !strings.Contains(strings.ToLower(v.Source), "no ") {
					t.Errorf("the printed line of %q lost its negation: %q", v.Name, v.Source)
				}
			}
		})
	}
}
