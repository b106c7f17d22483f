package analysis

import (
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
)

// remarked writes the values of a kind as "name=text {context} ?", denied ones with
// "-" before the name.
func remarked(f core.Findings, kind core.ValueKind) string {
	var out []string
	for _, v := range f.Values {
		if v.Kind != kind {
			continue
		}
		s := v.Name
		if v.Negated {
			s = "-" + s
		}
		if kind == core.ValueLaboratory || kind == core.ValueVital || kind == core.ValueMedication && v.Text != "" {
			s += "=" + v.Text
		}
		if v.Context != "" {
			s += " {" + v.Context + "}"
		}
		if !v.Confident() {
			s += " ?"
		}
		out = append(out, s)
	}
	return strings.Join(out, "|")
}

// testRemarks checks lines, divided by " / ", with a wide last line: a page whose
// lines are not full.
func testRemarks(t *testing.T, kind core.ValueKind, heading string, cases [][2]string) {
	t.Helper()
	for _, c := range cases {
		lines := append(strings.Split(heading+c[0], " / "), "Signed", "This line is long enough to say how wide the page is and that the others end early.")
		if got := remarked(Extract(textFile(lines...)), kind); got != c[1] {
			t.Errorf("%s\n got %q\nwant %q", c[0], got, c[1])
		}
	}
}

// A number that its own text takes back is found, since a clinician looks for it
// where it is printed, is in doubt, and has a context, so that no trend shows it.
func TestNumbersTakenBack(t *testing.T) {
	testRemarks(t, core.ValueLaboratory, "", [][2]string{
		{"Comment: potassium 6.5 mmol/L is spurious", "potassium=6.5 {unreliable} ?"},
		{"Note: haemolysed, potassium 6.5 mmol/L unreliable", "potassium=6.5 {unreliable} ?"},
		{"Potassium 6.5 mmol/L (hemolysed sample).", "Potassium=6.5 {unreliable} ?"},
		{"Potassium 6.5 mmol/L H (haemolysed)", "Potassium=6.5 {unreliable} ?"},
		{"Potassium   6.5   mmol/L   3.5 - 5.3   haemolysed", "Potassium=6.5 {unreliable} ?"},
		{"The potassium of 6.5 mmol/L was erroneous.", "potassium=6.5 {unreliable} ?"},
		{"Please disregard potassium 6.5 mmol/L.", "potassium=6.5 {unreliable} ?"},
		{"Glucose 28.1 mmol/L - drip-arm sample, not valid.", "Glucose=28.1 {unreliable} ?"},
		{"Platelet count 12 10^9/L, clumps seen.", "Platelet count=12 {unreliable} ?"},
		{"Potassium 6.5 mmol/L, not confirmed on a second sample.", "Potassium=6.5 {unreliable} ?"},
		{"Her potassium was 6.5 mmol/L. This result is spurious. Sodium 139 mmol/L.", "potassium=6.5 {unreliable} ?|Sodium=139"},
		{"Her potassium was 6.5 mmol/L; contaminated sample. Sodium 139 mmol/L.", "potassium=6.5 {unreliable} ?|Sodium=139 {unreliable} ?"},
		{"The sodium was 139 mmol/L. The potassium of 6.5 mmol/L is spurious.", "sodium=139|potassium=6.5 {unreliable} ?"},
		{"The potassium of 6.5 mmol/L is spurious. The next potassium was 4.2 mmol/L.", "potassium=6.5 {unreliable} ?|potassium=4.2"},
		{"Sodium: 139 mmol/L (133-146) / Potassium: 6.1 mmol/L (3.5-5.3) / Comment: haemolysed, potassium unreliable", "Sodium=139|Potassium=6.1 ?"},
		{"Sodium: 139 mmol/L (133-146) / Comment: haemolysed sample.", "Sodium=139 ?"},
		{"Sodium: 139 mmol/L (133-146) / Blood cultures contaminated.", "Sodium=139"},
		{"The sample was not haemolysed. Potassium 6.5 mmol/L.", "Potassium=6.5"},
		{"Not haemolysed, potassium 6.5 mmol/L.", "potassium=6.5"},
	})
	testRemarks(t, core.ValueVital, "", [][2]string{
		{"BP 180/100 mmHg (unreliable, cuff too small).", "BP=180/100 {unreliable} ?"},
		{"BP 130/80 - 150/90 mmHg", "BP=130/80 ?"},
		{"Pulse 60 - 80", "Pulse=60 ?"},
		{"Ideal weight 65 kg. Weight 80 kg.", "weight=65 ?|Weight=80"},
		{"Mother's weight 60 kg.", "weight=60 {family history} ?"},
	})
}

// Numbers in prose that are a change, a limit, of another time or of another
// person.
func TestNumbersOfProse(t *testing.T) {
	testRemarks(t, core.ValueLaboratory, "", [][2]string{
		{"Hb dropped 20 g/L over two days.", "Hb=20 ?"},
		{"Urea up 4 mmol/L.", "Urea=4 ?"},
		{"Hb fell to 82 g/L.", "Hb=82"},
		{"Sodium rose by 8 mmol/L in 24 hours.", ""},
		{"Troponin 14 ng/L -> 580 ng/L", ""},
		{"Normal potassium 3.5 mmol/L to 5.3 mmol/L.", ""},
		{"Expected potassium 4.5 mmol/L.", ""},
		{"Her usual creatinine is 180 µmol/L.", "creatinine=180 {comparison}"},
		{"Baseline creatinine 180 µmol/L.", "creatinine=180 {comparison}"},
		{"The last creatinine was 180 µmol/L.", "creatinine=180"},
		{"CRP was 240 mg/L last week.", "CRP=240 {comparison}"},
		{"CRP was 240 mg/L two weeks ago.", "CRP=240 {comparison}"},
		{"Mother's Hb was 98 g/L.", "Hb=98 {family history} ?"},
		{"INR 2.5 (target 2.0-3.0)", "INR=2.5"},
		{"Her creatinine was 88 µmol/L (baseline 85 µmol/L).", "creatinine=88"},
		{"The potassium is 4.1 mmol/L, previously reported as 7.1 mmol/L.", "potassium=4.1"},
		{"The troponin was 14 ng/L previously.", "troponin=14 {comparison}"},
		{"The troponin was < 14 ng/L.", "troponin=<14 ?"},
		{"Transfuse for Hb < 70 g/L", "Hb=<70 ?"},
		{"Troponin < 14 ng/L", "Troponin=<14"},
		{"The CSF glucose was 3.1 mmol/L.", "CSF glucose=3.1"},
		{"Pleural fluid LDH 900 U/L.", "Pleural fluid LDH=900"},
		{"Urine dip clear, serum glucose 5.1 mmol/L.", "serum glucose=5.1"},
		{"Urine clear, glucose 5.1 mmol/L.", "glucose=5.1 ?"},
		{"Donor's creatinine was 70 µmol/L.", "creatinine=70 {family history} ?"},
		{"Result cancelled: potassium 7.1 mmol/L.", "potassium=7.1 {unreliable} ?"},
	})
	for line, want := range map[string]string{"Sats < 92 %": "Sats=<92", "Pulse > 120": "Pulse=>120"} {
		if got := remarked(Extract(textFile(line)), core.ValueVital); got != want {
			t.Errorf("%s: %q", line, got)
		}
	}
}

// A unit that is one of the sign's but for a misread letter stays as it was read.
func TestMisreadUnits(t *testing.T) {
	for _, c := range [][2]string{{"Weight 162 Ibs", "Weight=162 Ibs ?"}, {"Weight: 162 1bs", "Weight=162 1bs ?"}, {"Weight 162 lbs", "Weight=162 lbs"}, {"Weight 162 Ids", ""}, {"Weight 162 rules", ""}} {
		if got := strings.Join(brief(Extract(textFile(c[0])), core.ValueVital), "|"); got != c[1] {
			t.Errorf("%s: got %q, want %q", c[0], got, c[1])
		}
	}
	table := []string{"Date         BP         HR     Temp      WT       HT", "24-Nov-2026  138/82     76     36.6      162      70", "                                         Ibs      in"}
	if got := brief(Extract(textFile(table...)), core.ValueVital); !slices.Contains(got, "WT=162 Ibs ?") {
		t.Errorf("in a table: %q", got)
	}
	p := scanned(0, 95, "Weight 162 Ibs")[0]
	got := Suspects(p)
	if len(got) != 1 || p.Words[got[0].Word].Text != "Ibs" || got[0].Fits == nil || !got[0].Fits("lbs") || got[0].Fits("Ibs") || got[0].Fits("") {
		t.Errorf("%+v is read a second time", got)
	}
}

// Whose a condition is, whether it is a question, and whether it is over.
func TestConditionsQualified(t *testing.T) {
	testRemarks(t, core.ValueDiagnosis, "Past medical history / ", [][2]string{
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
	testRemarks(t, core.ValueDiagnosis, "Diagnoses / ", [][2]string{
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
	testRemarks(t, core.ValueDiagnosis, "Impression / ", [][2]string{
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
	testRemarks(t, core.ValueDiagnosis, "Impression / ", [][2]string{
		{"No PE, / DVT or effusion", "-DVT {impression}"},
		{"No pneumonia, asthma, / COPD, DVT or gout.", "-pneumonia {impression}|-asthma {impression}|-COPD {impression}|-DVT {impression}|-gout {impression}"},
		{"No PE, / DVT.", "DVT {impression} ?"},
		{"No pneumonia, / Asthma", "-pneumonia {impression}|Asthma {impression} ?"},
		{"1. No pneumonia, / 2. Asthma", "-pneumonia {impression}|Asthma {impression}"},
		{"No pneumonia. / DVT or gout", "-pneumonia {impression}|DVT {impression}|gout {impression}"},
	})
	testRemarks(t, core.ValueDiagnosis, "Diagnoses / ", [][2]string{
		{"No PE, / DVT or effusion", "-PE, DVT or effusion"},
		{"No PE, / Asthma", "Asthma ?"},
	})
}

// Allergies that are a question, are over or are somebody else's, and statements
// that none is known beside one that is.
func TestAllergiesQualified(t *testing.T) {
	testRemarks(t, core.ValueAllergy, "Allergies: ", [][2]string{
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
	testRemarks(t, core.ValueAllergy, "History / ", [][2]string{
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

// A medicine that was stopped, is to be stopped or is somebody else's never looks
// like one that is taken.
func TestMedicinesNotTaken(t *testing.T) {
	testRemarks(t, core.ValueMedication, "Plan / ", [][2]string{
		{"Amlodipine 5 mg stopped.", "Amlodipine=5 mg {stopped}"},
		{"Amlodipine 5 mg daily - stopped.", "Amlodipine=5 mg {stopped}"},
		{"Stop amlodipine 5 mg.", "amlodipine=5 mg ?"},
		{"Please stop amlodipine 5 mg od.", "amlodipine=5 mg ?"},
		{"Hold metformin 500 mg bd for 48 h.", "metformin=500 mg ?"},
		{"Metformin 500 mg bd on hold.", "Metformin=500 mg {stopped}"},
		{"Warfarin 3 mg discontinued on admission.", "Warfarin=3 mg {stopped}"},
		{"No longer takes warfarin 3 mg.", "warfarin=3 mg ?"},
		{"Previously on warfarin 3 mg.", "warfarin=3 mg ?"},
		{"Avoid ibuprofen 400 mg.", "ibuprofen=400 mg ?"},
		{"Not tolerated: metformin 500 mg.", "metformin=500 mg ?"},
		{"Weaned off prednisolone 5 mg.", "prednisolone=5 mg ?"},
		{"Consider ramipril 2.5 mg od.", "ramipril=2.5 mg ?"},
		{"Increase ramipril to 5 mg.", "ramipril=5 mg ?"},
		{"Ramipril increased from 2.5 mg to 5 mg.", "Ramipril=5 mg {changed}"},
		{"Her mother takes warfarin 3 mg.", "warfarin=3 mg ?"},
		{"Switched from amlodipine 5 mg to ramipril 2.5 mg.", "amlodipine=5 mg {stopped}|ramipril=2.5 mg {started}"},
		{"Amlodipine 5 mg was changed to ramipril 2.5 mg.", "Amlodipine=5 mg {stopped}|ramipril=2.5 mg {started}"},
		{"Amlodipine 5 mg should be changed to ramipril 2.5 mg.", "Amlodipine=5 mg ?|ramipril=2.5 mg ?"},
		{"Aspirin 75 mg stopped, clopidogrel 75 mg started.", "Aspirin=75 mg {stopped}|clopidogrel=75 mg {started}"},
		{"Stopped aspirin 75 mg and started clopidogrel 75 mg.", "aspirin=75 mg {stopped}|clopidogrel=75 mg {started}"},
		{"Stop aspirin 75 mg, start clopidogrel 75 mg.", "aspirin=75 mg ?|clopidogrel=75 mg"},
		{"Enoxaparin 40 mg daily, to be stopped after 4 weeks.", "Enoxaparin=40 mg ?"},
		{"Bisoprolol 2.5 mg od, hold if pulse below 50.", "Bisoprolol=2.5 mg"},
		{"Prednisolone 40 mg daily for 5 days then stop.", "Prednisolone=40 mg"},
		{"Discharged on amlodipine 5 mg, ramipril 2.5 mg and aspirin 75 mg.", "amlodipine=5 mg|ramipril=2.5 mg|aspirin=75 mg"},
	})
	testRemarks(t, core.ValueMedication, "Medications / ", [][2]string{
		{"STOP amlodipine 5 mg od", "amlodipine=5 mg {stopped}"},
		{"Stopped: amlodipine 5 mg od", "amlodipine=5 mg {stopped}"},
		{"amlodipine 5 mg od on hold", "amlodipine=5 mg {stopped}"},
		{"amlodipine 5 mg od - suspended", "amlodipine=5 mg {stopped}"},
		{"amlodipine 5 mg - not taking", "amlodipine=5 mg ?"},
		{"no longer taking amlodipine 5 mg", "amlodipine=5 mg ?"},
		{"INCREASE ramipril to 5 mg od", "ramipril=5 mg {changed}"},
		{"Stopped: / amlodipine 5 mg od / Started: / ramipril 2.5 mg od", "amlodipine=5 mg {stopped}|ramipril=2.5 mg {started}"},
		{"bisoprolol 2.5 mg od / STOP / amlodipine 5 mg od", "bisoprolol=2.5 mg|amlodipine=5 mg {stopped}"},
	})
}
