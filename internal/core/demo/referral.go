package demo

import (
	"fmt"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
)

// referral writes the family doctor's letter that starts it all.
func (j job) referral() draft {
	d := draft{}
	s := d.page()
	from := surgery(j.r)
	y := head(s, from)
	sender := doctor(j.r)
	s.Text(left, y, body(), j.clinician())
	s.Right(right, y, body(), "Dictated "+j.panel.day(j.days-1).Display())
	s.Text(left, y+13, body(), hospital().name)
	s.Right(right, y+13, body(), "Typed "+j.date.Display())
	s.Text(left, y+26, body(), hospital().address)
	d.value(Value{Kind: "date", Name: "dictated", Text: j.panel.day(j.days - 1).Display()})
	d.value(Value{Kind: "date", Name: "typed", Text: j.date.Display()})
	y += 50
	urgent := j.r.IntN(3) != 0
	if urgent {
		s.Text(left, y, paper.Style{Font: paper.Bold, Size: 11}, "URGENT – SUSPECTED CANCER (2-WEEK) REFERRAL")
		y += 20
	}
	s.Text(left, y, body(), "Dear "+j.clinicianShort())
	y = s.Para(left, y+20, right-left, strong(), fmt.Sprintf("Re: %s, DOB %s, MRN %s\n%s", j.called(), j.patient.DateOfBirth.Display(), core.DisplayMRN(j.patient.MRN), j.patient.Address))
	j.identity(&d, j.called())
	y += 6
	y = section(&d, y, "Diagnoses", strings.Join(j.comorbidities(), "\n"))
	y = section(&d, y, "History", fmt.Sprintf("Thank you for seeing this %s-old patient, who %s. %s is otherwise active and lives independently. There is %s family history of cancer. Examination today was otherwise unremarkable: pulse 76 regular, blood pressure 138/82 mmHg, weight %s kg.",
		strings.ReplaceAll(j.age(), "y", "-year"), j.patient.condition.history, j.pronoun(), pick(j.r, []string{"no", "a"}), j.weight()))
	d.value(Value{Kind: "vital", Name: "pulse", Text: "76"})
	d.value(Value{Kind: "vital", Name: "blood pressure", Text: "138/82", Unit: "mmHg"})
	d.value(Value{Kind: "vital", Name: "weight", Text: j.weight(), Unit: "kg"})
	y = j.medicines(&d, y, "Medicines")
	y = section(&d, y, "Allergies", j.allergyLine())
	y = section(&d, y, "Question", "I would be grateful for your assessment, and for advice on whether imaging of the "+j.patient.condition.region+" should be arranged before the appointment.")
	if y > foot-90 {
		y = continued(&d)
	}
	s = d.last()
	s.Text(left, y+4, body(), "Yours sincerely")
	y = j.sign(s, y+8, sender, from.name)
	s.Text(left, y, small(), "Dictated but not signed to avoid delay")
	// Other people's names on the page: whoever checks identity must not take them for the patient.
	s.Text(left, y+14, small(), "cc: "+doctor(j.r)+", Breast Care Nursing; Mrs Ottoline Maplethorpe, clinic secretary; "+j.called())
	number(&d)
	return d
}

func (j job) weight() string { return fmt.Sprintf("%d", 54+int(j.patient.MRN[5]-'0')*3) }

// comorbidities are what the patient has beside the reason for coming.
func (j job) comorbidities() []string {
	out := []string{j.patient.Diagnosis}
	switch j.patient.story {
	case storyCKD:
		out = append(out, "Chronic kidney disease stage 3")
	case storyDiabetes:
		out = append(out, "Type 2 diabetes mellitus")
	case storyIron:
		out = append(out, "Iron deficiency anaemia")
	case storyThyroid:
		out = append(out, "Thyroid hormone replacement with TSH suppression")
	case storyPotassium:
		out = append(out, "Hypertension, on ramipril")
	}
	return append(out, pick(j.r, []string{"Essential hypertension", "Osteoarthritis of both knees", "Asthma, mild", "Hypercholesterolaemia", "Previous cholecystectomy"}))
}

// home are the medicines taken at home.
func (j job) home() []drug {
	out := []drug{{"amlodipine", "tablet", "5 mg", "oral", "once daily"}, {"atorvastatin", "tablet", "20 mg", "oral", "at night"}}
	switch j.patient.story {
	case storyDiabetes:
		out = append(out, drug{"metformin", "tablet", "500 mg", "oral", "twice daily"})
	case storyIron:
		out = append(out, drug{"ferrous fumarate", "tablet", "210 mg", "oral", "once daily"})
	case storyPotassium, storyCKD:
		out = append(out, drug{"ramipril", "capsule", "2.5 mg", "oral", "once daily"})
	case storyThyroid:
		out = append(out, drug{"levothyroxine", "tablet", "150 micrograms", "oral", "once daily"})
	case storyChemo:
		out = append(out, drug{"ondansetron", "tablet", "8 mg", "oral", "twice daily for 2 days after treatment"})
	}
	return out
}

func (j job) medicines(d *draft, y float64, title string) float64 {
	drugs := j.home()
	if y+18+float64(len(drugs))*13.2 > foot {
		y = continued(d)
	}
	d.last().Text(left, y, heading(), title)
	y += 15
	for _, m := range drugs {
		d.last().Text(left+8, y, body(), fmt.Sprintf("%s %s %s, %s, %s", m.name, m.form, m.dose, m.route, m.frequency))
		d.value(Value{Kind: "dose", Name: m.name, Text: m.dose})
		y += 13.2
	}
	return y + 8
}

func (j job) allergyLine() string {
	switch j.patient.AllergyStatus {
	case core.AllergiesNone:
		return "No known allergies."
	case core.AllergiesKnown:
		var all []string
		for _, a := range j.patient.Allergies {
			all = append(all, a.Substance+" ("+strings.ToLower(a.Reaction[:1])+a.Reaction[1:]+")")
		}
		return strings.Join(all, "; ") + "."
	}
	return "Not recorded in our notes."
}
