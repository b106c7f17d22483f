package medicines_test

import (
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
)

// A medicine that was stopped, is to be stopped or is somebody else's never looks
// like one that is taken.
func TestMedicinesNotTaken(t *testing.T) {
	analysistest.CheckRemarks(t, analysis.Extract, core.ValueMedication, "Plan / ", [][2]string{
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
	analysistest.CheckRemarks(t, analysis.Extract, core.ValueMedication, "Medications / ", [][2]string{
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
