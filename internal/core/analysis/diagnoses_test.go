package analysis

import (
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
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
			got := diagnoses(newDocument(textFile(c.lines...)))
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

func TestICDCodes(t *testing.T) {
	for word, want := range map[string]string{
		"C50.4": "C50.4", "(C50.4)": "C50.4", "C61).": "C61", "I10": "I10", "E11.9,": "E11.9", "Z51.1": "Z51.1", "M17.91": "M17.91",
		"C98": "", "D95": "", "c50.4": "", "C5.4": "", "C50.": "C50", "C50.444": "", "B12": "B12", "PO1": "", "10.5": "", "ZZ4": "", "": "", "é10": "",
	} {
		if got, _, ok := icdAt(word); ok != (want != "") || ok && got != want {
			t.Errorf("icdAt(%q) = %q %v, want %q", word, got, ok, want)
		}
	}
	if icdCoding("C50.4").Display == "" || icdCoding("C50.3").Display != "" {
		t.Error("only codes of the own table have names")
	}
	for code := range icdNames() {
		if got, _, ok := icdAt(code); !ok || got != code {
			t.Errorf("%s in the table is no code", code)
		}
	}
}

func TestAllergies(t *testing.T) {
	for _, c := range []struct {
		name   string
		lines  []string
		want   []finding
		doubts int
	}{
		{"one line", []string{"Allergies: Docetaxel (infusion reaction, grade 2); Latex (contact dermatitis)."}, []finding{{name: "Docetaxel", text: "infusion reaction, grade 2"}, {name: "Latex", text: "contact dermatitis"}}, 0},
		{"heading", []string{"Allergies", "Penicillin (widespread urticarial rash).", "Follow-up", "Oncology clinic in 2 weeks."}, []finding{{name: "Penicillin", text: "widespread urticarial rash"}}, 0},
		{"table", []string{"ALLERGIES AND ADVERSE REACTIONS", "Substance   Reaction   Status", "Penicillin   Hives   Active", "Codeine   Nausea   Active"}, []finding{{name: "Penicillin", text: "Hives"}, {name: "Codeine", text: "Nausea"}}, 0},
		{"dashes and verbs", []string{"Allergies:", "Trimethoprim - rash", "aspirin causes wheeze", "Plan", "To be reviewed in the clinic in three weeks."}, []finding{{name: "Trimethoprim", text: "rash"}, {name: "aspirin", text: "wheeze"}}, 0},
		{"several", []string{"Allergies: penicillin, codeine and latex"}, []finding{{name: "penicillin"}, {name: "codeine"}, {name: "latex"}}, 0},
		{"none known", []string{"Allergies", "No known allergies."}, []finding{{name: "No known allergies", text: "No known allergies", negated: true}}, 0},
		{"NKDA", []string{"Plan", "NKDA. Proceed."}, []finding{{name: "NKDA", text: "NKDA", negated: true}}, 0},
		{"none", []string{"Allergies: none known"}, []finding{{name: "none known", text: "none known", negated: true}}, 0},
		{"no known drug allergies in prose", []string{"History", "She has no known drug allergies and lives alone."}, []finding{{name: "no known drug allergies", text: "no known drug allergies", negated: true}}, 0},
		{"not recorded is not none", []string{"Allergies", "Not recorded in our notes."}, nil, 0},
		{"complications none", []string{"Complications", "None."}, nil, 0},
		{"prose", []string{"History", "He is allergic to penicillin (anaphylaxis) and smokes."}, []finding{{name: "penicillin", text: "anaphylaxis"}}, 0},
		{"unknown substance", []string{"Allergies: Zorbanol (rash)"}, []finding{{name: "Zorbanol", text: "rash"}}, 1},
		{"columns that ran together", []string{"ALLERGIES, ADVERSE REACTIONS, ALERTS", "Substance Reaction Status", "Penicillin Hives Active", "codeine sulfate Swelling Active", "Plan", "To be reviewed in the clinic in three weeks from today."}, []finding{{name: "Penicillin", text: "Hives"}, {name: "codeine sulfate", text: "Swelling"}}, 0},
		{"title", []string{"ALLERGY DOCUMENTATION", "Patient: CANTÚ, Catalina   DOB: 08-May-1940   Sex: Female", "Allergies", "Latex (rash)."}, []finding{{name: "Latex", text: "rash"}}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := allergies(newDocument(textFile(c.lines...)))
			if !slices.Equal(findingsOf(got), c.want) {
				t.Fatalf("got  %+v\nwant %+v", findingsOf(got), c.want)
			}
			for _, v := range got {
				if len(v.Doubts) != c.doubts {
					t.Errorf("%s: doubts %q", v.Name, v.Doubts)
				}
			}
		})
	}
}

// TestDiagnosesAndAllergiesOfDemo is the gate on perfect words: what the chart
// says is found in the papers that say it, and denied findings stay denied.
func TestDiagnosesAndAllergiesOfDemo(t *testing.T) {
	var dx, al struct{ printed, found, extra int }
	denials, kept := 0, 0
	for _, p := range demoPapers(t, 3) {
		pt := hospital().Patients[p.doc.Patient]
		text := ""
		for _, page := range p.truth.Pages {
			text += " " + page.Text
		}
		text = strings.Join(strings.Fields(text), " ")
		values := Extract(p.pages).Values
		count := func(kind core.ValueKind, name string) (n int) {
			for _, v := range values {
				if v.Kind == kind && !v.Negated && strings.HasPrefix(v.Name, name) {
					n++
				}
			}
			return n
		}
		switch p.doc.Kind {
		case "referral letter", "discharge summary", "consultation note", "treatment plan", "pathology report":
			dx.printed++
			if count(core.ValueDiagnosis, pt.Diagnosis) > 0 {
				dx.found++
			} else {
				t.Errorf("%s %s: %q is not found", p.doc.Ref, p.doc.Kind, pt.Diagnosis)
			}
		}
		if strings.Contains(text, "Allergies") {
			for _, a := range pt.Allergies {
				if !strings.Contains(text, a.Substance+" (") {
					continue
				}
				al.printed++
				if count(core.ValueAllergy, a.Substance) > 0 {
					al.found++
				} else {
					t.Errorf("%s %s: allergy to %s is not found", p.doc.Ref, p.doc.Kind, a.Substance)
				}
			}
		}
		for _, v := range values {
			if v.Kind == core.ValueAllergy && !v.Negated && !slices.ContainsFunc(pt.Allergies, func(a core.Allergy) bool { return a.Substance == v.Name }) {
				al.extra++
				t.Errorf("%s: allergy to %q is not printed", p.doc.Ref, v.Name)
			}
			if v.Kind == core.ValueDiagnosis && !v.Negated && strings.Contains(text, "o evidence of "+v.Name) {
				t.Errorf("%s: %q lost its negation", p.doc.Ref, v.Name)
			}
		}
		if n := strings.Count(text, "No evidence of pulmonary embolism"); n > 0 {
			denials += n
			for _, v := range values {
				if v.Negated && v.Name == "pulmonary embolism" && strings.Contains(v.Source, "No evidence of pulmonary embolism") {
					kept++
				}
			}
		}
	}
	t.Logf("diagnoses %d of %d, allergies %d of %d (%d extra), denials %d of %d", dx.found, dx.printed, al.found, al.printed, al.extra, kept, denials)
	if dx.printed < 10 || al.printed < 5 || denials < 5 || kept != denials {
		t.Errorf("too little to measure, or a denial is lost: %d of %d", kept, denials)
	}
}
