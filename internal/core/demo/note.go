package demo

import (
	"fmt"
	"strings"

	"clinician/internal/core/demo/paper"
)

// note writes the documents that are a letterhead, a box and paragraphs: all
// record types without a form of their own.
func (j job) note(kind string) draft {
	d := draft{}
	s := d.page()
	from := hospital()
	title, unit, parts := j.noteParts(kind)
	if unit != "" {
		from.unit = unit
	}
	y := head(s, from)
	s.Centre(paper.Width/2, y, paper.Style{Font: paper.Bold, Size: 13}, strings.ToUpper(title))
	y = j.box(&d, y+26)
	s.Text(left, y, body(), "Date: "+j.date.Display())
	s.Right(right, y, body(), "Seen by: "+j.clinician())
	d.value(Value{Kind: "date", Name: "date", Text: j.date.Display()})
	y += 24
	for i := 0; i+1 < len(parts); i += 2 {
		y = section(&d, y, parts[i], parts[i+1])
		for _, v := range observed(parts[i+1]) {
			d.value(v)
		}
	}
	if kind == "chemotherapy record" {
		y = j.given(&d, y)
	}
	if y > foot-60 {
		y = continued(&d)
	}
	j.sign(d.last(), y, doctor(j.r), pick(j.r, []string{"Specialty registrar", "Consultant", "Clinical nurse specialist"}))
	number(&d)
	return d
}

// noteParts gives title, department and heading-paragraph pairs of a kind.
func (j job) noteParts(kind string) (title, unit string, parts []string) {
	c, pt := j.patient.condition, j.patient
	_, number, _ := j.panel.chemoDay(pt, j.days)
	number = min(max(number, 1), 6)
	pulse, systolic := 64+j.r.IntN(24), 112+j.r.IntN(34)
	observations := fmt.Sprintf("Temperature 36.%d °C, pulse %d, blood pressure %d/%d mmHg, oxygen saturation %d %% on air, weight %s kg.", 4+j.r.IntN(5), pulse, systolic, 64+j.r.IntN(20), 95+j.r.IntN(4), j.weight())
	coping := pick(j.r, []string{
		j.pronoun() + " feels well and has no new symptoms. Appetite is good and the weight is stable.",
		j.pronoun() + " is more tired than a month ago but manages the stairs without stopping. No fever. No pain.",
		j.pronoun() + " reports tingling of the fingertips that does not limit daily life. No nausea since the antiemetics were changed.",
		j.pronoun() + " has had two days of loose stools, now settled. No bleeding. Sleep is poor.",
	})
	switch kind {
	case "pathology report":
		return "Histopathology report", "Department of Cellular Pathology", []string{"Specimen", c.procedure + ": tissue from " + c.region + ".", "Macroscopy", fmt.Sprintf("Received in formalin, labelled with the patient’s name and MRN. Tissue measuring %d × %d × %d mm, embedded completely in %d blocks.", 12+j.r.IntN(20), 8+j.r.IntN(10), 4+j.r.IntN(6), 2+j.r.IntN(4)), "Microscopy and immunohistochemistry", c.histology, "Conclusion", pt.Diagnosis + "."}
	case "consultation note":
		return "Clinic letter", "", []string{"Diagnosis", pt.Diagnosis, "Treatment", c.regimen, "Review", coping + " " + observations, "Examination", "No palpable lymph nodes. Chest clear. Abdomen soft, no masses. No evidence of recurrence at the " + c.region + ".", "Plan", "Continue " + c.regimen + ". Repeat blood tests before the next visit. Review in " + pick(j.r, []string{"3", "4", "6", "12"}) + " weeks."}
	case "progress note":
		return "Progress note", "", []string{"Subjective", coping, "Objective", observations, "Assessment", pt.Diagnosis + ", stable on " + c.regimen + ".", "Plan", pick(j.r, []string{"Bloods today. Telephone with results.", "Proceed with the next cycle if the counts allow.", "Dietitian referral. Review in clinic.", "No change."})}
	case "treatment plan":
		return "Treatment plan", "Multidisciplinary team meeting", []string{"Diagnosis", pt.Diagnosis + " (ICD-10 " + c.icd + ").", "Discussed", "Imaging and pathology were reviewed by the team. Performance status " + pick(j.r, []string{"0", "1", "1", "2"}) + ".", "Recommendation", "Systemic treatment with " + c.regimen + ", six cycles, with imaging after the third. Dose reduction by 20 % if neutrophils are below 0.5 10^9/L for more than seven days.", "Responsible", j.clinician() + "; key worker: Sam Okoro, nurse."}
	case "chemotherapy record":
		return fmt.Sprintf("Chemotherapy record: cycle %d of 6", number), "Day unit", []string{"Regimen", c.regimen + ".", "Before treatment", observations + " Blood results checked and accepted.", "Course", pick(j.r, []string{"Given without reaction. Cannula removed, no extravasation.", "Flushing during the first ten minutes, settled after the rate was reduced.", "Given without reaction. Next appointment confirmed."})}
	case "radiotherapy record":
		return "Radiation therapy record", "Department of Radiotherapy", []string{"Site", c.region + ".", "Prescription", "40 Gy in 15 fractions over 3 weeks, 6 MV photons.", "Delivered", fmt.Sprintf("Fraction %d of 15. Skin reaction grade %d. No interruption.", 1+j.r.IntN(15), j.r.IntN(3))}
	case "operation note":
		return "Operation note", "Department of Surgery", []string{"Procedure", c.procedure + orSide(c.side) + ".", "Findings", "Tumour at " + c.region + " as expected from imaging. No unexpected findings.", "Description", "Standard approach. Haemostasis secured. Swab and instrument counts correct. Estimated blood loss " + fmt.Sprint(20+10*j.r.IntN(20)) + " mL.", "After the operation", "Eat and drink freely. Enoxaparin 40 mg daily until mobile. Sutures absorbable."}
	case "procedure report":
		return "Procedure report", "Day unit", []string{"Procedure", "Insertion of a peripherally inserted central catheter, right arm.", "Technique", "Ultrasound guidance, lidocaine 1 % 5 mL, first pass. Tip in the lower superior vena cava, confirmed by ECG.", "Complications", "None."}
	case "diagnostic test":
		return "Echocardiogram", "Department of Cardiology", []string{"Indication", "Baseline before " + c.regimen + ".", "Measurements", fmt.Sprintf("Left ventricular ejection fraction %d %%. LV internal diameter 4.%d cm. TAPSE 2.1 cm.", 54+j.r.IntN(11), 3+j.r.IntN(6)), "Conclusion", "Normal left ventricular size and function. No significant valve disease. No pericardial effusion."}
	case "admission record":
		return "Admission record", "Acute Oncology", []string{"Presenting complaint", coping, "History", "This patient " + c.history + ".", "Observations", observations, "Plan", "Bloods, cultures, chest radiograph. Senior review within one hour."}
	case "physical examination":
		return "Physical examination", "", []string{"General", "Comfortable at rest, not pale. Performance status 1.", "Observations", observations, "Systems", "Heart sounds normal. Chest clear to the bases. Abdomen soft, liver not palpable. No ankle oedema. Power and reflexes normal and equal."}
	case "immunisation record":
		return "Immunisation record", "", []string{"Given", "Inactivated influenza vaccine 0.5 mL, left deltoid, batch ZZ" + fmt.Sprint(1000+j.r.IntN(9000)) + ".\nPneumococcal polysaccharide vaccine 0.5 mL, right deltoid.", "Advice", "Live vaccines are not to be given during treatment and for six months afterwards."}
	case "allergy record":
		return "Allergy documentation", "", []string{"Allergies", j.allergyLine(), "Source", "Patient and family doctor’s summary.", "Action", "Chart and wristband marked. Family doctor informed."}
	}
	return "Clinical assessment", "Clinical nurse specialist", []string{"Assessment", coping, "Observations", observations, "Distress thermometer", fmt.Sprintf("%d of 10. Main concern: %s.", 1+j.r.IntN(8), pick(j.r, []string{"tiredness", "work", "travel to hospital", "sleep"})), "Plan", "Information given about support. Contact numbers confirmed."}
}

// observed gives the vital signs in a paragraph that carries the observations of
// noteParts.
func observed(text string) []Value {
	var temperature, pressure, weight string
	var pulse, saturation int
	from := strings.Index(text, "Temperature 36.")
	if from < 0 {
		return nil
	}
	if _, err := fmt.Sscanf(text[from:], "Temperature %s °C, pulse %d, blood pressure %s mmHg, oxygen saturation %d %% on air, weight %s kg.", &temperature, &pulse, &pressure, &saturation, &weight); err != nil {
		return nil
	}
	return []Value{
		{Kind: "vital", Name: "Temperature", Text: temperature, Unit: "°C"}, {Kind: "vital", Name: "pulse", Text: fmt.Sprint(pulse)},
		{Kind: "vital", Name: "blood pressure", Text: pressure, Unit: "mmHg"}, {Kind: "vital", Name: "oxygen saturation", Text: fmt.Sprint(saturation), Unit: "%"},
		{Kind: "vital", Name: "weight", Text: weight, Unit: "kg"},
	}
}

func orSide(side string) string {
	if side == "" {
		return ""
	}
	return ", " + side
}

// given prints the table of what was given.
func (j job) given(d *draft, y float64) float64 {
	if y > foot-90 {
		y = continued(d)
	}
	s := d.last()
	s.Text(left, y, heading(), "Given")
	for _, m := range j.patient.condition.drugs {
		y += 15
		s.Text(left+8, y, body(), m.name)
		s.Text(left+130, y, body(), m.dose)
		s.Text(left+220, y, body(), m.route)
		s.Text(left+300, y, body(), m.frequency)
		d.value(Value{Kind: "dose", Name: m.name, Text: m.dose})
	}
	return y + 22
}
