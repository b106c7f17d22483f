package demo

import (
	"fmt"
	"time"

	"clinician/internal/core/demo/paper"
)

// laboratory is a house style of reports.
type laboratory struct {
	name, address, phone, accreditation string
	conventional                        bool // other units than the first laboratory
	flagLeft                            bool // flags before the test's name
	previous                            bool // prints the last result beside the new one
	font                                paper.Font
}

func wexmoor() laboratory {
	return laboratory{"Wexmoor Pathology Partnership", "Blood Sciences, Tannery Lane, Wexmoor", "Telephone 01632 960180", "Accredited medical laboratory No. 90017 (invented)", false, false, false, paper.Regular}
}

func brackenfell() laboratory {
	return laboratory{"Brackenfell Diagnostics", "Unit 4, Canal Parade, Brackenfell ZZ2 8CP", "Telephone 01632 960195", "Registered laboratory BD-4471 (invented)", true, true, true, paper.Mono}
}

// columns are the x positions of the table: the right edge of the result, the
// others the left edges.
type columns struct{ test, result, flag, unit, interval, previous float64 }

func (l laboratory) columns() columns {
	c := columns{test: left + 4, result: left + 196, flag: left + 206, unit: left + 236, interval: left + 330, previous: right - 4}
	if l.flagLeft {
		c.flag, c.test, c.result = left+4, left+30, left+206
	}
	return c
}

// labReport writes one or two pages of results.
func (j job) labReport() draft {
	d := draft{}
	d.page()
	l := j.lab
	y := head(d.last(), sender{l.name, l.accreditation, l.address, l.phone})
	d.last().Centre(paper.Width/2, y, paper.Style{Font: paper.Bold, Size: 13}, "LABORATORY REPORT")
	y = j.box(&d, y+26)
	y = j.labTimes(&d, y)
	y = l.tableHead(d.last(), y)
	comment := ""
	for _, g := range panelsOf(j.patient) {
		if y > foot-60 {
			y = l.tableHead(d.last(), continuedLab(&d, j))
		}
		d.last().Text(l.columns().test, y, strong(), g.name)
		y += 15
		for _, a := range g.analytes {
			if y > foot {
				y = l.tableHead(d.last(), continuedLab(&d, j))
			}
			res := l.report(j, a)
			l.row(&d, y, res, l.before(j, a))
			if c := remark(res); c != "" {
				comment = c
			}
			y += 14.5
		}
		y += 6
	}
	if j.haemolysed {
		comment = "Sample haemolysed: potassium could not be reported. Please repeat."
	}
	j.labEnd(&d, y, comment)
	number(&d)
	return d
}

func continuedLab(d *draft, j job) float64 {
	y := continued(d)
	d.last().Text(left, y-4, small(), fmt.Sprintf("%s  DOB %s  (continued)", j.name(), j.patient.DateOfBirth.Display()))
	return y + 18
}

func (j job) labTimes(d *draft, y float64) float64 {
	s := d.last()
	hour, minute := 7+j.r.IntN(4), j.r.IntN(60)
	collected := j.moment(hour, minute)
	lines := [][2]string{
		{"Requested by: " + j.clinician(), fmt.Sprintf("Lab no: %c%02d.%06d", 'A'+rune(j.r.IntN(6)), j.date.Year%100, j.r.IntN(1_000_000))},
		{"Specimen: Blood (venous)", "Status: " + pick(j.r, []string{"FINAL", "FINAL", "FINAL", "PRELIMINARY", "AMENDED"})},
		{"Collected: " + long(collected), "Received: " + long(collected.Add(80*time.Minute)) + "   Reported: " + long(collected.Add(230*time.Minute))},
	}
	for _, line := range lines {
		s.Text(left, y, small(), line[0])
		s.Text(left+220, y, small(), line[1])
		y += 12.5
	}
	for _, name := range []string{"collected", "received", "reported"} {
		d.value(Value{Kind: "date", Name: name, Text: j.date.Display()})
	}
	return y + 8
}

func (l laboratory) tableHead(s *paper.Sheet, y float64) float64 {
	c := l.columns()
	s.Fill(left, y-10.5, right-left, 15, 226)
	st := paper.Style{Font: paper.Bold, Size: 9}
	s.Text(c.test, y, st, "Test")
	s.Right(c.result, y, st, "Result")
	if !l.flagLeft {
		s.Text(c.flag, y, st, "Flag")
	}
	s.Text(c.unit, y, st, "Units")
	s.Text(c.interval, y, st, "Reference interval")
	if l.previous {
		s.Right(c.previous, y, st, "Previous")
	}
	return y + 19
}

func (l laboratory) row(d *draft, y float64, r result, before string) {
	s, c := d.last(), l.columns()
	st := paper.Style{Font: l.font, Size: 9.5}
	bold := paper.Style{Font: paper.Bold, Size: 9.5}
	s.Text(c.test, y, st, r.name)
	valued := st
	if r.flag != "" {
		valued = bold
		s.Text(c.flag, y, bold, r.flag)
	}
	if len(r.text) > 9 { // a sentence instead of a number
		s.Text(c.result-36, y, st, r.text)
	} else {
		s.Right(c.result, y, valued, r.text)
		s.Text(c.unit, y, st, r.unit)
		s.Text(c.interval, y, st, r.interval)
	}
	if l.previous && before != "" {
		s.Right(c.previous, y, paper.Style{Font: l.font, Size: 9, Grey: 60}, before)
	}
	d.value(Value{Kind: "result", Name: r.name, Text: r.text, Unit: r.unit, Range: r.interval, Flag: r.flag})
}

// before is the value of five weeks ago, for reports that repeat it.
func (l laboratory) before(j job, a analyte) string {
	if !l.previous {
		return ""
	}
	earlier := j
	earlier.days -= 35
	earlier.date = j.panel.day(earlier.days)
	earlier.critical, earlier.haemolysed = false, false
	return l.report(earlier, a).text
}

// remark is the duty scientist's comment on a striking result.
func remark(r result) string {
	switch {
	case r.flag == "HH" || r.flag == "LL":
		return fmt.Sprintf("%s %s: critical result telephoned to the requesting team.", r.name, r.text)
	case r.name == "Ferritin" && r.flag == "L":
		return "Ferritin in keeping with iron deficiency."
	}
	return ""
}

func (j job) labEnd(d *draft, y float64, comment string) {
	if y > foot-40 {
		y = continuedLab(d, j)
	}
	s := d.last()
	s.Line(left, y-4, right, y-4, 0.6)
	y += 10
	if comment != "" {
		s.Text(left, y, strong(), "Comment:")
		s.Text(left+54, y, body(), comment)
		y += 15
	}
	s.Text(left, y, small(), "L below, H above reference interval; LL, HH critical.  Verified by: "+pick(j.r, []string{"A. Thorne", "G. Mbatha", "V. Sorrell"})+", Biomedical Scientist")
}
