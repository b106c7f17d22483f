package demo

import (
	"fmt"

	"clinician/internal/core/demo/paper"
)

// consent writes a two-page consent form.
func (j job) consent() draft {
	d := draft{}
	s := d.page()
	y := head(s, hospital())
	s.Centre(paper.Width/2, y, paper.Style{Font: paper.Bold, Size: 13}, "CONSENT FORM 1")
	s.Centre(paper.Width/2, y+15, body(), "Patient agreement to investigation or treatment")
	y = j.box(&d, y+42)
	c := j.patient.condition
	y = section(&d, y, "Name of proposed procedure", c.procedure)
	y = j.side(&d, y)
	y = section(&d, y, "Statement of health professional", "I have explained the procedure to the patient. In particular, I have explained:")
	s.Text(left, y, strong(), "The intended benefits")
	y = j.ticks(&d, y+18, []string{"To make a diagnosis", "To remove the tumour", "To relieve symptoms", "To guide further treatment"}, 0b1011)
	s.Text(left, y, strong(), "Serious or frequently occurring risks")
	y = j.ticks(&d, y+18, []string{"Bleeding", "Infection", "Pain", "Damage to nearby structures", "Blood clot in leg or lung", "Need for further procedure"}, 0b101111)
	s.Text(left, y+4, body(), "Anaesthesia:")
	for i, kind := range []string{"general", "local", "sedation"} {
		x := left + 90 + float64(i)*110
		s.TickBox(x, y+5, 10, i == 0)
		s.Text(x+16, y+4, body(), kind)
	}
	y += 34
	s.Text(left, y, body(), "Date:")
	s.Hand(left+34, y-1, 13, j.date.Display())
	j.sign(s, y+6, doctor(j.r), "Specialty registrar")
	d.value(Value{Kind: "date", Name: "date", Text: j.date.Display()})
	j.consentBack(&d)
	number(&d)
	return d
}

func (j job) side(d *draft, y float64) float64 {
	s := d.last()
	s.Text(left, y, heading(), "Side")
	for i, side := range []string{"LEFT", "RIGHT", "NOT APPLICABLE"} {
		x := left + 60 + float64(i)*100
		s.TickBox(x, y+1, 11, side == j.patient.condition.side)
		s.Text(x+17, y, strong(), side)
	}
	d.value(Value{Kind: "choice", Name: "side", Text: j.patient.condition.side})
	return y + 24
}

// ticks prints a list of boxes in two columns; bit i of marked ticks box i.
func (j job) ticks(d *draft, y float64, labels []string, marked int) float64 {
	s := d.last()
	for i, label := range labels {
		x, row := left+8+float64(i%2)*235, y+float64(i/2)*19
		on := marked>>i&1 == 1
		s.TickBox(x, row+1, 10, on)
		s.Text(x+17, row, body(), label)
		if on {
			d.value(Value{Kind: "choice", Name: "ticked", Text: label})
		}
	}
	return y + float64((len(labels)+1)/2)*19 + 8
}

func (j job) consentBack(d *draft) {
	s := d.page()
	s.Text(left, 60, small(), fmt.Sprintf("%s   DOB %s", j.name(), j.patient.DateOfBirth.Display()))
	y := section(d, 88, "Statement of patient", "Please read this form carefully. If your treatment has been planned in advance, you should already have your own copy of page 1.\nI agree to the procedure or course of treatment described on this form. I understand that you cannot give me a guarantee that a particular person will perform the procedure.")
	interpreter := j.patient.PreferredLanguageID != nil && *j.patient.PreferredLanguageID != "en"
	s.Text(left, y, body(), "Interpreter used:")
	s.TickBox(left+100, y+1, 10, interpreter)
	s.Text(left+116, y, body(), "yes")
	s.TickBox(left+160, y+1, 10, !interpreter)
	s.Text(left+176, y, body(), "no")
	answer := "no"
	if interpreter {
		answer = "yes"
	}
	d.value(Value{Kind: "choice", Name: "interpreter", Text: answer})
	y += 36
	s.Text(left, y, body(), "Signed:")
	s.Signature(left+50, y, 110, j.r.Uint64())
	s.Text(left+230, y, body(), "Date:")
	s.Hand(left+264, y-1, 13, j.date.Display())
	d.value(Value{Kind: "date", Name: "date", Text: j.date.Display()})
	s.Text(left, y+22, body(), "Name (PRINT): "+j.called())
	y += 70
	s.Rect(left, y-16, right-left, 110, 0.8)
	s.Text(left+8, y, heading(), "Withdrawal of consent")
	s.Text(left+8, y+18, body(), "The patient has withdrawn consent (ask patient to sign and date here):")
	s.Text(left+8, y+60, body(), "Signed: ______________________________    Date: ______________")
	if j.r.IntN(2) == 0 {
		s.Stamp(right-120, y+170, 15, -9, "COPY GIVEN TO PATIENT")
	}
}
