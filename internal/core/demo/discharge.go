package demo

import (
	"fmt"

	"clinician/internal/core/demo/paper"
)

// discharge writes the summary of a stay in hospital.
func (j job) discharge() draft {
	d := draft{}
	s := d.page()
	y := head(s, hospital())
	s.Centre(paper.Width/2, y, paper.Style{Font: paper.Bold, Size: 13}, "DISCHARGE SUMMARY")
	y = j.box(&d, y+26)
	stay := 2 + j.r.IntN(6)
	admitted := j.panel.day(j.days - stay)
	s.Text(left, y, body(), "Admitted: "+admitted.Display())
	s.Text(left+170, y, body(), "Discharged: "+j.date.Display())
	s.Text(left+340, y, body(), "Consultant: "+j.clinician())
	d.value(Value{Kind: "date", Name: "admitted", Text: admitted.Display()})
	d.value(Value{Kind: "date", Name: "discharged", Text: j.date.Display()})
	y += 24
	reason, course := j.admission()
	y = section(&d, y, "Primary diagnosis", fmt.Sprintf("%s\nUnderlying: %s (ICD-10 %s)", reason, j.patient.Diagnosis, j.patient.condition.icd))
	y = section(&d, y, "Secondary diagnoses", pick(j.r, j.comorbidities()[1:]))
	y = section(&d, y, "Procedures", pick(j.r, []string{"Peripheral cannula. Blood cultures on two occasions.", "Transfusion of two units of red cells without reaction.", "Insertion of a PICC line into the right basilic vein."}))
	y = section(&d, y, "Hospital course", course)
	for _, v := range j.courseValues() {
		d.value(v)
	}
	hb, crp := 78+j.r.IntN(16), 64+j.r.IntN(90)
	y = section(&d, y, "Investigations", fmt.Sprintf("Hb fell to %d g/L and was %d g/L on discharge. CRP was %d mg/L on admission and %d mg/L on discharge. Chest radiograph: no consolidation. No evidence of pulmonary embolism on CT.", hb, hb+14, crp, crp/6))
	d.value(Value{Kind: "result", Name: "Hb", Text: fmt.Sprint(hb), Unit: "g/L"})
	d.value(Value{Kind: "result", Name: "Hb", Text: fmt.Sprint(hb + 14), Unit: "g/L"})
	d.value(Value{Kind: "result", Name: "CRP", Text: fmt.Sprint(crp), Unit: "mg/L"})
	d.value(Value{Kind: "result", Name: "CRP", Text: fmt.Sprint(crp / 6), Unit: "mg/L"})
	y = j.reconciliation(&d, y)
	y = section(&d, y, "Allergies", j.allergyLine())
	y = section(&d, y, "Follow-up", "Oncology clinic in 2 weeks. The appointment will be sent by post.")
	y = section(&d, y, "Actions for GP", "1. Please repeat full blood count and U&E in one week.\n2. Please stop omeprazole after 4 weeks.\n3. Please do not prescribe NSAIDs.")
	y = section(&d, y, "Results awaited at discharge", pick(j.r, []string{"Blood culture, final report", "None", "Vitamin D"}))
	if y > foot-60 {
		y = continued(&d)
	}
	j.sign(d.last(), y, doctor(j.r), "Specialty registrar")
	number(&d)
	return d
}

func (j job) admission() (reason, course string) {
	switch j.patient.story {
	case storyChemo:
		return "Neutropenic sepsis", fmt.Sprintf("%s was admitted on day %d after chemotherapy with a temperature of 38.6 °C and a neutrophil count of 0.3 10^9/L. Piperacillin-tazobactam was given within one hour. Cultures were negative. The count recovered and antibiotics were stopped after five days.", j.called(), nadir)
	case storyCKD:
		return "Acute kidney injury on chronic kidney disease", j.called() + " was admitted with vomiting and reduced intake. Creatinine peaked on the second day and returned to baseline with intravenous fluids. Ramipril was withheld."
	case storyPotassium:
		return "Hyperkalaemia", j.called() + " was called in because of a potassium of 6.8 mmol/L. The ECG showed tented T waves. Calcium gluconate, insulin and glucose were given and ramipril was stopped. Potassium was 4.9 mmol/L on discharge."
	case storyIron:
		return "Symptomatic anaemia", j.called() + " was admitted with breathlessness on exertion. There was no overt bleeding. Red cells and intravenous iron were given."
	}
	return "Community-acquired pneumonia", j.called() + " was admitted with cough and fever. Amoxicillin was changed to doxycycline on the second day. Oxygen was not needed after the first night and mobility is back to normal."
}

// courseValues are the values in the prose of admission.
func (j job) courseValues() []Value {
	switch j.patient.story {
	case storyChemo:
		return []Value{{Kind: "vital", Name: "temperature", Text: "38.6", Unit: "°C"}, {Kind: "result", Name: "neutrophil count", Text: "0.3", Unit: "10^9/L"}}
	case storyPotassium:
		return []Value{{Kind: "result", Name: "potassium", Text: "6.8", Unit: "mmol/L"}, {Kind: "result", Name: "Potassium", Text: "4.9", Unit: "mmol/L"}}
	}
	return nil
}

// reconciliation prints what was continued, changed and stopped.
func (j job) reconciliation(d *draft, y float64) float64 {
	home := j.home()
	tables := []struct {
		title string
		drugs []drug
		note  string
	}{
		{"Medicines CONTINUED", home[:2], ""},
		{"Medicines CHANGED", []drug{{"prednisolone", "tablet", "7.5 mg", "oral", "once daily in the morning"}}, "increased from 5 mg"},
		{"Medicines STOPPED", []drug{{"naproxen", "tablet", "500 mg", "oral", "twice daily"}}, "kidney function"},
	}
	for _, t := range tables {
		if y+34+float64(len(t.drugs))*14 > foot {
			y = continued(d)
		}
		s := d.last()
		s.Text(left, y, heading(), t.title)
		y += 6
		top := y
		for _, m := range t.drugs {
			y += 14
			x := left + 6.0
			for i, cell := range []string{m.name, m.dose, m.route, m.frequency, t.note} {
				s.Text(x, y, body(), cell)
				x += []float64{110, 62, 50, 160, 0}[i]
			}
			s.Line(left, y+4, right, y+4, 0.5)
			d.value(Value{Kind: "dose", Name: m.name, Text: m.dose})
		}
		s.Rect(left, top, right-left, y+4-top, 0.8)
		y += 22
	}
	return y
}
