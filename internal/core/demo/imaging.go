package demo

import (
	"fmt"

	"clinician/internal/core/demo/paper"
)

// imaging writes a radiologist's report. The lesion grows or shrinks with the
// patient's course.
func (j job) imaging() draft {
	d := draft{}
	s := d.page()
	from := hospital()
	from.unit = "Department of Radiology"
	y := head(s, from)
	s.Centre(paper.Width/2, y, paper.Style{Font: paper.Bold, Size: 13}, "IMAGING REPORT")
	y = j.box(&d, y+26)
	c := j.patient.condition
	before := j.panel.day(j.days - 84)
	s.Text(left, y, strong(), "Examination: "+c.imaging)
	s.Text(left, y+14, body(), "Date and time: "+long(j.moment(9+j.r.IntN(7), 10*j.r.IntN(6))))
	s.Right(right, y+14, body(), "Requested by: "+j.clinician())
	d.value(Value{Kind: "date", Name: "examination", Text: j.date.Display()})
	y += 38
	y = section(&d, y, "Indication", j.patient.Diagnosis+". "+pick(j.r, []string{"Staging.", "Response to treatment.", "New symptoms, progression?"}))
	y = section(&d, y, "Comparison", "Examination of "+before.Display()+".")
	d.value(Value{Kind: "date", Name: "comparison", Text: before.Display()})
	y = section(&d, y, "Technique", c.imaging+" in the standard protocol of the department. No adverse reaction.")
	a, b := j.lesion(), j.lesionBefore()
	now, then := fmt.Sprintf("%.1f × %.1f cm", a, a*0.7), fmt.Sprintf("%.1f × %.1f cm", b, b*0.7)
	y = section(&d, y, "Findings", fmt.Sprintf("The %s measures %s, previously %s. No enlarged lymph nodes by size criteria elsewhere. The liver contains a simple cyst of 0.8 cm in segment 6 and no suspicious lesion. No evidence of pulmonary embolism. No pleural effusion. Bones: degenerative change only, no destructive lesion.", c.lesion, now, then))
	d.value(Value{Kind: "measurement", Name: "lesion", Text: now})
	d.value(Value{Kind: "measurement", Name: "lesion, previously", Text: then})
	change := "has increased in size"
	if a < b {
		change = "has decreased in size, in keeping with response"
	}
	y = section(&d, y, "IMPRESSION", fmt.Sprintf("1. The %s %s.\n2. No new site of disease.\n3. No evidence of pulmonary embolism.", c.lesion, change))
	if y > foot-110 {
		y = continued(&d)
	}
	y = j.sign(d.last(), y, doctor(j.r), "Consultant Radiologist")
	if j.r.IntN(3) == 0 {
		added := j.panel.day(j.days + 2)
		if added.Before(j.panel.day(1)) {
			d.value(Value{Kind: "date", Name: "addendum", Text: added.Display()})
			section(&d, y, "ADDENDUM "+added.Display(), "The images were reviewed at the multidisciplinary meeting. The measurement is unchanged. Correlation with histology is advised.")
		}
	}
	number(&d)
	return d
}

func (j job) lesion() float64 { return j.size(j.progress()) }

func (j job) lesionBefore() float64 {
	earlier := j
	earlier.days -= 84
	return j.size(earlier.progress())
}

// size is the longest diameter in centimetres at a point of the course.
func (j job) size(t float64) float64 {
	start := 1.6 + float64(j.patient.MRN[6]-'0')*0.25
	if j.patient.story == storyChemo {
		return start * (1 - 0.6*t)
	}
	return start * (1 + 0.35*t)
}
