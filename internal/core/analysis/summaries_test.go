package analysis

import (
	"slices"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis/analysistest"
)

// Tables as summaries of care (C-CDA) print them: every system has columns and
// wordings of its own.
func TestSummariesOfCare(t *testing.T) {
	for _, c := range []struct {
		name  string
		kind  core.ValueKind
		lines []string
		want  []string
	}{
		{"units of UCUM", core.ValueVital, []string{"VITAL SIGNS", "Height         68.5 [in_i]", "Weight         151.0 [lb_av]", "Temperature    98.6 [degF]", "Blood Pressure 128.0/82.0 mm[Hg]"},
			[]string{"Height=68.5 [in_i]", "Weight=151.0 [lb_av]", "Temperature=98.6 [degF]", "Blood Pressure=128.0/82.0 mm[Hg]"}},
		{"the head of a table of vital signs is no date of a letter", core.ValueDate, []string{"VITAL SIGNS", "Date / Time:   Mar 14, 2001   May 7, 2002", "Height   170 cm   170 cm"}, nil},
		{"state beside the reaction", core.ValueAllergy, []string{"ALLERGIES", "Substance    Reaction           Status", "Aspirin      Wheezing Active", "Codeine      Nausea             Active"},
			[]string{"Aspirin=Wheezing", "Codeine=Nausea"}},
		{"substance in the second column", core.ValueAllergy, []string{"ALLERGIES", "Type             Substance      Reaction      Severity   Status", "Drug allergy     Penicillin     Hives         Moderate   Active", "Food allergy     Peanut         Anaphylaxis   Severe     Active"},
			[]string{"Penicillin=Hives", "Peanut=Anaphylaxis"}},
		{"no data is no denial", core.ValueAllergy, []string{"ALLERGIES", "Date                Allergies                        Status", "01/02/2014 10:01    No allergy data is applicable    active"}, nil},
		{"no information is no denial", core.ValueAllergy, []string{"ALLERGIES", "No information about allergies"}, nil},
		{"a heading with wide spaces", core.ValueAllergy, []string{"ALLERGIES", "Name        Reaction", "Aspirin     Hives", "PROBLEM   LIST", "Description   Status", "Asthma        Active"},
			[]string{"Aspirin=Hives"}},
		{"codes of SNOMED", core.ValueDiagnosis, []string{"PROBLEMS", "Problem                    Effective Dates   Problem Status", "Hyperlipidemia, [55822004]   08/05/2012      ACTIVE", "Gout [SNOMED-CT: 90560007]   10/02/2012      RESOLVED"},
			[]string{"Hyperlipidemia=Hyperlipidemia, [55822004] {active}", "Gout=Gout [SNOMED-CT: 90560007] {resolved}"}},
		{"problem in the second column", core.ValueDiagnosis, []string{"PROBLEMS", "Code       Problem                  Status    Onset Date", "38341003   Essential hypertension   Active    01/02/2003", "J45.909    Asthma                   Resolved  04/05/2006"},
			[]string{"Essential hypertension=Essential hypertension {active}", "Asthma=Asthma {resolved}"}},
		{"a problem with its state after a colon", core.ValueDiagnosis, []string{"PROBLEMS", "Bronchitis: Resolved in May 2001 ..."}, []string{"Bronchitis=Bronchitis: Resolved in May 2001 {resolved}"}},
		{"no data", core.ValueDiagnosis, []string{"PROBLEMS", "Date   Problems", "02/12/2014 13:01   No problem data is applicable"}, nil},
		{"days of rows", core.ValueLaboratory, []string{"RESULTS SUMMARY", "Date and Description    Results", "5/24/2012 12:35 PM      Hgb Bld-mCnc 13.50 g/dL", "                        WBC # Bld Auto 6.0 x10E3/uL", "5/26/2012 9:00 AM       Hgb Bld-mCnc 13.70 g/dL"},
			[]string{"Hgb=13.50 g/dL 2012-05-24", "WBC #=6.0 x10E3/uL 2012-05-24", "Hgb=13.70 g/dL 2012-05-26"}},
		{"two medicines in one", core.ValueMedication, []string{"MEDICATIONS", "Medication   Directions   Start Date   Status", "hydrocodone-acetaminophen 5 mg-325 mg oral tablet   1 tablet every 6 hours   05/31/2014   Active", "amoxicillin/clavulanate 875-125 mg   twice daily   05/31/2014   Active"},
			[]string{"hydrocodone-acetaminophen=5 mg-325 mg", "amoxicillin/clavulanate=875-125 mg"}},
		{"a form is no medicine", core.ValueMedication, []string{"MEDICATIONS", "Name                                     Start Date    SIG", "Ventolin HFA Inhalation HFA Aerosol      1/1/2013      inhale 2 puffs by inhalation route every 4", "Inhaler 90 mcg/actuation                               hours as needed for 30 days"},
			[]string{"Ventolin=90 mcg/actuation"}},
	} {
		if got := summary(Extract(analysistest.TextFile(c.lines...)), c.kind); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

// summary is brief with the days and without the doubts.
func summary(f core.Findings, kind core.ValueKind) []string {
	var out []string
	for _, v := range f.Values {
		if v.Kind != kind {
			continue
		}
		s := v.Name + "=" + v.Text
		if v.Unit != "" {
			s += " " + v.Unit
		}
		if !v.Date.IsZero() {
			s += " " + v.Date.String()
		}
		if v.Context != "" {
			s += " {" + v.Context + "}"
		}
		out = append(out, s)
	}
	return out
}
