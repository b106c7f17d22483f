package analysis

import (
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis/analysistest"
)

// What a heading, a label or a condition says holds to the end of its paragraph,
// list or clause, and not for what comes after it. Lines are divided by " / ".
func TestScopeEnds(t *testing.T) {
	const dx, med, lab, allergy = core.ValueDiagnosis, core.ValueMedication, core.ValueLaboratory, core.ValueAllergy
	for _, c := range []struct {
		name string
		kind core.ValueKind
		text string
		want string
	}{
		{"family history, then a paragraph", dx, "FAMILY HISTORY / Mother had breast cancer. /  / No evidence of pulmonary embolism.", "breast cancer {family history}|-pulmonary embolism"},
		{"family history, its heading set apart", dx, "FAMILY HISTORY /  / Breast cancer. /  / No evidence of pulmonary embolism.", "Breast cancer {family history}|-pulmonary embolism"},
		{"family history in a line, then a paragraph", dx, "Family history: breast cancer. /  / No pulmonary embolism.", "breast cancer {family history}|-pulmonary embolism"},
		{"family history, another relative in the next paragraph", dx, "FAMILY HISTORY / Mother had breast cancer. /  / Father: asthma", "breast cancer {family history}|asthma {family history}"},
		{"family history, bullets end", dx, "FAMILY HISTORY / • breast cancer / • asthma / No pulmonary embolism.", "breast cancer {family history}|asthma {family history}|-pulmonary embolism"},
		{"family history, bullets set apart", dx, "FAMILY HISTORY / • breast cancer /  / • asthma /  / No pulmonary embolism.", "breast cancer {family history}|asthma {family history}|-pulmonary embolism"},
		{"family history, a line of a bullet goes on", dx, "FAMILY HISTORY / • breast cancer /   No asthma", "breast cancer {family history}|-asthma {family history}"},
		{"family history, a heading nobody knows", dx, "FAMILY HISTORY / Breast cancer. / CHEST RADIOGRAPH: no pneumothorax.", "Breast cancer {family history}|-pneumothorax"},
		{"family history, relatives in capitals", dx, "FAMILY HISTORY / MOTHER: breast cancer / FATHER: asthma", "breast cancer {family history}|asthma {family history}"},
		{"family history, a label alone in its line", dx, "FAMILY HISTORY / Breast cancer. / Chest radiograph: / No pneumothorax.", "Breast cancer {family history}|-pneumothorax"},
		{"family history, a sentence about the patient", dx, "FAMILY HISTORY / Breast cancer. The patient has no asthma. No pulmonary embolism.", "Breast cancer {family history}|-asthma|-pulmonary embolism"},
		{"family history, what was looked for", dx, "Family history: mother had breast cancer. No evidence of pulmonary embolism.", "breast cancer {family history}|-pulmonary embolism"},
		{"family history, the patient has something", dx, "Family history: mother had breast cancer. The patient has asthma.", "breast cancer {family history}|asthma ?"},
		{"family history, denied", dx, "Family history: no breast cancer or asthma.", "-breast cancer {family history}|-asthma {family history}"},
		{"family history, the patient's mother", dx, "FAMILY HISTORY / The patient's mother had asthma.", "asthma {family history}"},
		{"a relative's label, then the patient", dx, "Impression / Mother: breast cancer; patient has asthma.", "breast cancer {family history}|asthma {impression}"},
		{"a relative's label over semicolons", dx, "Impression / Mother: breast cancer; asthma.", "breast cancer {family history}|asthma {family history}"},
		{"a relative's label, what was looked for", dx, "Impression / Mother: breast cancer; no evidence of pulmonary embolism.", "breast cancer {family history}|-pulmonary embolism {impression}"},
		{"past history, then a paragraph", dx, "PAST MEDICAL HISTORY / Asthma. /  / No evidence of pulmonary embolism.", "Asthma {past history}|-pulmonary embolism"},
		{"past history, its list goes on", dx, "PAST MEDICAL HISTORY / Asthma /  / Gout", "Asthma {past history}|Gout {past history}"},
		{"past history, what was looked for", dx, "Past medical history: asthma. No evidence of pulmonary embolism.", "asthma {past history}|-pulmonary embolism"},
		{"past history, what did not come back", dx, "PAST MEDICAL HISTORY / Breast cancer, no evidence of metastases.", "Breast cancer {past history}|-metastases"},
		{"past history, a heading nobody knows", dx, "PAST MEDICAL HISTORY / Asthma. / CHEST RADIOGRAPH: no pneumothorax.", "Asthma {past history}|-pneumothorax"},
		{"social history, then a paragraph", dx, "SOCIAL HISTORY / Lives with her mother. /  / No evidence of pulmonary embolism.", "-pulmonary embolism"},
		{"plan, then a heading nobody knows", dx, "PLAN / Stop amlodipine. / CHEST RADIOGRAPH: no pneumothorax.", "-pneumothorax"},
		{"plan, then a result", lab, "PLAN / Review in clinic. /  / Potassium 4.1 mmol/L", "Potassium=4.1"},
		{"plan, a target stays one", lab, "PLAN / Warfarin. /  / Target INR 2.5", ""},
		{"if, then a result", lab, "If dizzy, stop ramipril; potassium 3.0 mmol/L.", "potassium=3.0"},
		{"if, and another condition", lab, "Call if potassium is 6.0 mmol/L; or sodium 120 mmol/L.", ""},
		{"a target over semicolons", lab, "Aim for potassium 4.5 mmol/L; sodium 140 mmol/L.", ""},
		{"allergies, then a medicine", med, "ALLERGIES / Penicillin - rash /  / Amlodipine 5 mg daily.", "Amlodipine=5 mg"},
		{"allergies, then a denial", dx, "ALLERGIES / Penicillin - rash /  / No evidence of pulmonary embolism.", "-pulmonary embolism"},
		{"allergies, then a paragraph", allergy, "ALLERGIES / Penicillin - rash /  / Latex gloves were used.", "Penicillin"},
		{"allergies, bullets end", med, "ALLERGIES / • Penicillin / • Latex / Amlodipine 5 mg daily.", "Amlodipine=5 mg"},
		{"stopped medicines, then a paragraph", med, "STOPPED MEDICATIONS / Amlodipine 5 mg daily /  / Ramipril 5 mg daily", "Amlodipine=5 mg {stopped}|Ramipril=5 mg ?"},
		{"stopped in a list, then a paragraph", med, "MEDICATIONS / STOPPED: / Amlodipine 5 mg daily /  / Ramipril 5 mg daily", "Amlodipine=5 mg {stopped}|Ramipril=5 mg ?"},
		{"stopped medicines, bullets end", med, "STOPPED MEDICATIONS / • Amlodipine 5 mg daily / • Bisoprolol 5 mg daily / Ramipril 5 mg daily", "Amlodipine=5 mg {stopped}|Bisoprolol=5 mg {stopped}|Ramipril=5 mg ?"},
		{"stopped medicines, continued in words", med, "STOPPED MEDICATIONS / Amlodipine 5 mg daily / Continue ramipril 5 mg daily", "Amlodipine=5 mg {stopped}|ramipril=5 mg {stopped} ?"},
		{"stopped medicines, a table", med, "STOPPED MEDICATIONS / Medicine      Dose     Frequency / Amlodipine    5 mg     daily /  / Bisoprolol    5 mg     daily", "Amlodipine=5 mg {stopped}|Bisoprolol=5 mg {stopped}"},
		{"stopped medicines, the next heading", med, "STOPPED MEDICATIONS / Amlodipine 5 mg daily / CONTINUED MEDICATIONS / Ramipril 5 mg daily", "Amlodipine=5 mg {stopped}|Ramipril=5 mg {continued}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := append(strings.Split(c.text, " / "), "Signed", "This line is long enough to say how wide the page is and that the others end early.")
			f := Extract(analysistest.TextFile(lines...))
			if got := analysistest.Remarked(f, c.kind); got != c.want {
				t.Errorf("%s\n got %q\nwant %q", c.text, got, c.want)
			}
		})
	}
}

// The scope of a heading that goes on over a page ends on the next page as it
// would have on its own.
func TestScopeEndsOverPages(t *testing.T) {
	pages := analysistest.TextFile("STOPPED MEDICATIONS", "Amlodipine 5 mg daily", "", "Bisoprolol 5 mg daily")
	pages = append(pages, core.Page{Number: 2, Text: "Ramipril 5 mg daily"})
	if got, want := analysistest.Remarked(Extract(pages), core.ValueMedication), "Amlodipine=5 mg {stopped}|Bisoprolol=5 mg ?|Ramipril=5 mg ?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The same on an image, where an empty line is a gap wider than usual: on a page
// set wide throughout, the next line is no new paragraph.
func TestScopeEndsOnImages(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
	}{
		{"a paragraph", "FAMILY HISTORY / Breast cancer. /  / No pulmonary embolism.", "Breast cancer {family history}|-pulmonary embolism"},
		{"the next line", "FAMILY HISTORY / Breast cancer. / No asthma.", "Breast cancer {family history}|-asthma {family history}"},
		{"set wide throughout", "FAMILY HISTORY /  / Breast cancer. /  / No asthma. /  / No gout.", "Breast cancer {family history}|-asthma {family history}|-gout {family history}"},
		{"set wide, what was looked for", "FAMILY HISTORY /  / Breast cancer. /  / No evidence of pulmonary embolism.", "Breast cancer {family history}|-pulmonary embolism"},
	} {
		f := Extract(analysistest.Scanned(0, 96, strings.Split(c.text, " / ")...))
		if got := analysistest.Remarked(f, core.ValueDiagnosis); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
