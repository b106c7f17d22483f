package problems_test

import (
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
)

// Whose a condition is, whether it is a question, and whether it is over.
func TestConditionsQualified(t *testing.T) {
	analysistest.CheckRemarks(t, analysis.Extract, core.ValueDiagnosis, "Past medical history / ", [][2]string{
		{"Mum had breast cancer.", "breast cancer {family history}"},
		{"Asthma. Mother: breast cancer.", "Asthma {past history}|breast cancer {family history}"},
		{"FHx breast cancer (mother)", "breast cancer {family history}"},
		{"Strong FH of colon cancer", "colon cancer {family history}"},
		{"Breast cancer in her mother.", "Breast cancer {family history}"},
		{"Breast cancer (mother), asthma", "Breast cancer {family history}|asthma {past history}"},
		{"Niece with asthma", "asthma {family history}"},
		{"Lives with her mother, has asthma.", "asthma {family history} ?"},
		{"Wife has dementia.", "dementia {family history} ?"},
		{"His mother reports that he has epilepsy.", "epilepsy {family history} ?"},
		{"Exposure to tuberculosis.", "tuberculosis {past history} ?"},
		{"Vaccinated against hepatitis B.", "hepatitis B {past history} ?"},
		{"No family history of breast cancer.", "-breast cancer {family history}"},
	})
	analysistest.CheckRemarks(t, analysis.Extract, core.ValueDiagnosis, "Diagnoses / ", [][2]string{
		{"Mother: breast cancer", "Mother: breast cancer {family history}"},
		{"Asthma no longer active", "Asthma {inactive}"},
		{"Asthma, no longer active", "Asthma {inactive}"},
		{"Asthma - not active", "Asthma {inactive}"},
		{"Asthma no longer present", "Asthma {resolved}"},
		{"Asthma no longer treated", "Asthma no longer treated"},
		{"Asthma is no longer active", "Asthma {inactive}"},
		{"Asthma active", "Asthma {active}"},
		{"?Asthma", "?Asthma ?"},
		{"Possible pneumonia", "Possible pneumonia ?"},
		{"Pneumonia unlikely", "Pneumonia unlikely ?"},
		{"Risk of pneumonia", "Risk of pneumonia ?"},
		{"Pneumonia (entered in error)", "Pneumonia (entered in error) ?"},
		{"Rule out pneumonia", "-pneumonia ?"},
		{"Pneumonia ruled out", "-Pneumonia"},
		{"Pneumonia: excluded", "-Pneumonia"},
		{"?? Pneumonia", "?? Pneumonia ?"},
		{"Working diagnosis: pneumonia", "Working diagnosis: pneumonia ?"},
		{"None known", ""},
	})
	analysistest.CheckRemarks(t, analysis.Extract, core.ValueDiagnosis, "Impression / ", [][2]string{
		{"Pneumonia is unlikely.", "Pneumonia {impression} ?"},
		{"Pneumonia cannot be excluded.", "Pneumonia {impression} ?"},
		{"Pneumonia vs pulmonary embolism.", "Pneumonia {impression} ?|pulmonary embolism {impression} ?"},
		{"Differential: pneumonia, pulmonary embolism", "pneumonia {impression} ?|pulmonary embolism {impression} ?"},
		{"Rule out pneumonia.", "-pneumonia {impression} ?"},
		{"? pneumonia", ""},
		{"Pneumonia - no", "-Pneumonia {impression}"},
		{"Pneumonia -ve", "-Pneumonia {impression}"},
		{"Pneumonia has resolved.", "Pneumonia {impression, resolved}"},
		{"No longer any pneumonia.", "pneumonia {impression, resolved}"},
		{"Likely viral illness with known asthma.", "asthma {impression}"},
		{"Pneumonia of the left lower lobe.", "Pneumonia {impression}"},
		{"Negative for pneumonia, positive for influenza.", "-pneumonia {impression}|influenza {impression}"},
		{"Interval resolution of the pneumonia.", "pneumonia {impression, resolved}"},
		{"Await CT for pulmonary embolism.", "pulmonary embolism {impression} ?"},
	})
}

// What a denial that ends in a comma says of the next line in capitals.
func TestDenialBeforeCapitals(t *testing.T) {
	analysistest.CheckRemarks(t, analysis.Extract, core.ValueDiagnosis, "Impression / ", [][2]string{
		{"No PE, / DVT or effusion", "-DVT {impression}"},
		{"No pneumonia, asthma, / COPD, DVT or gout.", "-pneumonia {impression}|-asthma {impression}|-COPD {impression}|-DVT {impression}|-gout {impression}"},
		{"No PE, / DVT.", "DVT {impression} ?"},
		{"No pneumonia, / Asthma", "-pneumonia {impression}|Asthma {impression} ?"},
		{"1. No pneumonia, / 2. Asthma", "-pneumonia {impression}|Asthma {impression}"},
		{"No pneumonia. / DVT or gout", "-pneumonia {impression}|DVT {impression}|gout {impression}"},
	})
	analysistest.CheckRemarks(t, analysis.Extract, core.ValueDiagnosis, "Diagnoses / ", [][2]string{
		{"No PE, / DVT or effusion", "-PE, DVT or effusion"},
		{"No PE, / Asthma", "Asthma ?"},
	})
}

// Allergies that are a question, are over or are somebody else's, and statements
// that none is known beside one that is.
func TestAllergiesQualified(t *testing.T) {
	analysistest.CheckRemarks(t, analysis.Extract, core.ValueAllergy, "Allergies: ", [][2]string{
		{"NKDA", "-NKDA"},
		{"allergic to nothing known", "-allergic to nothing known"},
		{"intolerance: codeine (nausea)", "codeine"},
		{"Yes - penicillin", "penicillin"},
		{"NKDA except penicillin", "-NKDA ?"},
		{"Penicillin (rash), no known food allergies", "Penicillin|-no known food allergies ?"},
		{"Penicillin (rash). No other known allergies.", "Penicillin"},
		{"No drug allergies, allergic to latex", "-No drug allergies ?|latex"},
		{"No known drug allergies. Intolerant of statins.", "-No known drug allergies|statins"},
		{"?Penicillin", "?Penicillin ?"},
		{"Penicillin (not confirmed)", "Penicillin ?"},
		{"Penicillin - childhood rash, tolerated since", "Penicillin ?"},
		{"Penicillin - ENTERED IN ERROR", "Penicillin ?"},
		{"Penicillin (mother)", "Penicillin {family history} ?"},
		{"Penicillin resolved", "Penicillin {resolved}"},
	})
	analysistest.CheckRemarks(t, analysis.Extract, core.ValueAllergy, "History / ", [][2]string{
		{"She is allergic to nothing known.", "-allergic to nothing known"},
		{"Possible allergy to penicillin.", "penicillin ?"},
		{"Previously thought to be allergic to penicillin; tolerated amoxicillin.", "penicillin ?"},
		{"If allergic to penicillin use clarithromycin.", ""},
		{"Her mum is allergic to penicillin.", "penicillin {family history}"},
		{"Penicillin allergy.", "Penicillin"},
		{"She has a penicillin allergy (rash) and asthma.", "penicillin"},
		{"He is penicillin allergic.", "penicillin"},
		{"Codeine intolerance noted.", "Codeine"},
		{"No penicillin allergy.", "-penicillin"},
		{"Penicillin allergy was excluded.", "-Penicillin"},
		{"Possible penicillin allergy.", "penicillin ?"},
		{"Her mother has a penicillin allergy.", "penicillin {family history}"},
		{"Referred for penicillin allergy testing.", ""},
		{"Drug allergy status unknown.", ""},
	})
}
