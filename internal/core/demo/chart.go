package demo

import (
	"clinician/internal/core/demo/paper"
)

// chart writes a prescription chart. Some lines are written the way they
// should not be: 1.0 mg, .5 mg, 10U, QD, MSO4.
func (j job) chart() draft {
	d := draft{}
	s := d.page()
	y := head(s, hospital())
	s.Centre(paper.Width/2, y, paper.Style{Font: paper.Bold, Size: 13}, "PRESCRIPTION AND MEDICINES CHART")
	y = j.box(&d, y+26)
	s.Text(left, y, body(), "Date: "+j.date.Display())
	s.Text(left+150, y, body(), "Ward: "+pick(j.r, []string{"Day unit", "Ward 7 East", "Ward 3"}))
	s.Text(left+280, y, body(), "Weight: "+j.weight()+" kg")
	y = s.Para(left, y+18, right-left, strong(), "Allergies: "+j.allergyLine())
	d.value(Value{Kind: "date", Name: "date", Text: j.date.Display()})
	d.value(Value{Kind: "vital", Name: "weight", Text: j.weight(), Unit: "kg"})
	columns := []float64{left + 4, left + 128, left + 190, left + 262, left + 324, left + 436}
	y += 14
	top := y - 14
	s.Fill(left, top, right-left, 18, 226)
	for i, h := range []string{"Medicine", "Form", "Dose", "Route", "Frequency", "Quantity"} {
		s.Text(columns[i], y-1, paper.Style{Font: paper.Bold, Size: 9}, h)
	}
	y += 20
	lines := append(j.home(), j.patient.condition.drugs...)
	lines = append(lines, unsafe()...)
	for i, m := range lines {
		for k, cell := range []string{m.name, m.form, m.dose, m.route, m.frequency, pick(j.r, []string{"28", "14", "7 days", "1 dose", "56"})} {
			st := body()
			if k > 2 {
				st.Size = 8.5
			}
			for n, line := range paper.Wrap(st.Font, st.Size, []float64{120, 60, 80, 60, 108, 60}[k], cell) {
				s.Text(columns[k], y+float64(n)*10, st, line)
			}
		}
		d.value(Value{Kind: "dose", Name: m.name, Text: m.dose})
		if i == 0 {
			s.Line(columns[2], y-3, columns[2]+32, y-3, 1)
			s.Hand(columns[2]+34, y-4, 12, "10 mg")
		}
		s.Line(left, y+13, right, y+13, 0.5)
		y += 29
	}
	s.Rect(left, top, right-left, y-16-top, 0.9)
	for _, x := range columns[1:] {
		s.Line(x-4, top, x-4, y-16, 0.5)
	}
	s.Hand(left+10, y+10, 14, pick(j.r, []string{"Check U&E before next dose", "Give after food please", "Hold if BP below 100 systolic"})+" – JV")
	s.Stamp(right-105, y+26, 13, 8, "PHARMACY CHECKED")
	j.sign(s, y+30, doctor(j.r), "Prescriber")
	number(&d)
	return d
}

// unsafe are entries against the Do-Not-Use list.
func unsafe() []drug {
	return []drug{
		{"MSO4", "injection", "1.0 mg", "IV", "as required, max 4-hourly"},
		{"dexamethasone", "tablet", ".5 mg", "oral", "QD"},
		{"insulin glargine", "injection", "10U", "SC", "QD at night"},
	}
}
