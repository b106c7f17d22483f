package laboratory_test

import (
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
)

// A number that its own text takes back is found, since a clinician looks for it
// where it is printed, is in doubt, and has a context, so that no trend shows it.
func TestNumbersTakenBack(t *testing.T) {
	analysistest.CheckRemarks(t, analysis.Extract, core.ValueLaboratory, "", [][2]string{
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
	analysistest.CheckRemarks(t, analysis.Extract, core.ValueVital, "", [][2]string{
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
	analysistest.CheckRemarks(t, analysis.Extract, core.ValueLaboratory, "", [][2]string{
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
		if got := analysistest.Remarked(analysis.Extract(analysistest.TextFile(line)), core.ValueVital); got != want {
			t.Errorf("%s: %q", line, got)
		}
	}
}
