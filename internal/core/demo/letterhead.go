package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
)

// job is one document to be written: for whom, about which day.
type job struct {
	panel      *Panel
	patient    *Patient
	days       int // from today; negative: past
	date       core.Date
	r          *rand.Rand
	lab        laboratory
	critical   bool // carries the critical potassium
	haemolysed bool
}

func (j job) moment(hour, minute int) time.Time { return j.panel.at(j.days, hour, minute) }

// The type sizes of the house.
func body() paper.Style   { return paper.Style{Size: 10} }
func strong() paper.Style { return paper.Style{Font: paper.Bold, Size: 10} }
func small() paper.Style  { return paper.Style{Size: 8.5} }
func heading() paper.Style {
	return paper.Style{Font: paper.Bold, Size: 10.5}
}

const (
	left  = 54.0
	right = paper.Width - 54
	foot  = paper.Height - 62 // nothing is set below
)

// sender is an invented institution.
type sender struct {
	name, unit, address, contact string
}

func hospital() sender {
	return sender{"St Aldhelm’s University Hospital", "Department of Oncology", "Coldharbour Row, Wexmoor ZZ4 2AH", "Telephone 01632 960100 · oncology@staldhelms.invalid"}
}

func surgery(r *rand.Rand) sender {
	return pick(r, []sender{
		{"Harrow Lane Surgery", "Dr P. Nkemelu and partners", "12 Harrow Lane, Little Tamsin ZZ9 1QT", "Telephone 01632 960311"},
		{"The Old Maltings Medical Centre", "Family practice", "Maltings Yard, Brackenfell ZZ2 7LD", "Telephone 01632 960342"},
		{"Porthkerris Bay Health Centre", "General practice and minor injuries", "Quay Road, Porthkerris Bay ZZ12 5BB", "Telephone 01632 960377"},
	})
}

// doctor gives a made-up name for the people letters mention.
func doctor(r *rand.Rand) string {
	return "Dr " + pick(r, []string{"H. Oyelaran", "P. Nkemelu", "S. Thistlewood", "K. Brandvold", "L. Petrosyan", "M. Quillfeather", "R. Asante", "J. Vandermolen"})
}

// head prints the letterhead and gives the first free baseline.
func head(s *paper.Sheet, from sender) float64 {
	s.Text(left, 52, paper.Style{Font: paper.Bold, Size: 15}, from.name)
	s.Text(left, 67, body(), from.unit)
	s.Right(right, 52, small(), from.address)
	s.Right(right, 64, small(), from.contact)
	s.Line(left, 76, right, 76, 1.2)
	return 98
}

// identity records that the page says who it is about, in the words of name.
func (j job) identity(d *draft, name string) {
	pt := j.patient
	d.value(Value{Kind: "identity", Name: "name", Text: name})
	d.value(Value{Kind: "identity", Name: "date of birth", Text: pt.DateOfBirth.Display()})
	d.value(Value{Kind: "identity", Name: "MRN", Text: core.DisplayMRN(pt.MRN)})
}

// name is "CANTÚ, Catalina".
func (j job) name() string { return core.DisplayName(j.patient.LastName, j.patient.FirstName, "") }

// called is "Mrs Catalina CANTÚ", as letters write it.
func (j job) called() string {
	return strings.TrimSpace(j.patient.Title + " " + j.patient.FirstName + " " + strings.ToUpper(j.patient.LastName))
}

// pronoun starts sentences about the patient.
func (j job) pronoun() string {
	switch j.patient.Gender {
	case core.GenderMale:
		return "He"
	case core.GenderFemale:
		return "She"
	}
	return "They"
}

func (j job) age() string { return j.patient.DateOfBirth.Age(j.moment(12, 0)) }

// clinician is the name of the patient's clinician, or of the department.
func (j job) clinician() string {
	if j.patient.Clinician == nobody {
		return "the Oncology team"
	}
	u := j.panel.Users[j.patient.Clinician]
	return "Dr " + u.First + " " + u.Last
}

func (j job) clinicianShort() string {
	if j.patient.Clinician == nobody {
		return "colleague"
	}
	return "Dr " + j.panel.Users[j.patient.Clinician].Last
}

// box prints the demographics in a frame and gives the next baseline.
func (j job) box(d *draft, y float64) float64 {
	s, pt := d.last(), j.patient
	s.Rect(left, y-13, right-left, 46, 0.8)
	label, value := small(), strong()
	cell := func(x, y float64, l, v string) {
		s.Text(x, y, label, l)
		s.Text(x+paper.TextWidth(label.Font, label.Size, l)+5, y, value, v)
	}
	cell(left+8, y+2, "Patient:", j.name())
	cell(left+270, y+2, "DOB:", pt.DateOfBirth.Display())
	cell(left+390, y+2, "Sex:", pt.Gender.Display())
	cell(left+8, y+21, "MRN:", core.DisplayMRN(pt.MRN))
	where := pt.Address
	if where == "" {
		where = "withheld"
	}
	cell(left+130, y+21, "Address:", where)
	j.identity(d, j.name())
	return y + 54
}

// sign prints a signature block and gives the next baseline.
func (j job) sign(s *paper.Sheet, y float64, name, role string) float64 {
	s.Signature(left+6, y+24, 80, j.r.Uint64())
	s.Text(left, y+40, strong(), name)
	s.Text(left, y+53, body(), role)
	return y + 72
}

// section prints a heading with a paragraph and moves to a new page when there
// is no room for both.
func section(d *draft, y float64, title, text string) float64 {
	lines := len(paper.Wrap(paper.Regular, 10, right-left, text))
	if y+18+float64(lines)*13.2 > foot {
		y = continued(d)
	}
	d.last().Text(left, y, heading(), title)
	return d.last().Para(left, y+15, right-left, body(), text) + 8
}

// continued starts another page.
func continued(d *draft) float64 {
	s := d.page()
	s.Right(right, 46, small(), "continued")
	return 64
}

// number prints "Page 1 of 2" on every sheet.
func number(d *draft) {
	for i, s := range d.sheets {
		s.Right(right, paper.Height-34, small(), fmt.Sprintf("Page %d of %d", i+1, len(d.sheets)))
	}
}

// long writes a moment as letters do: 24-Nov-2026 09:20.
func long(t time.Time) string { return core.DateOf(t).Display() + " " + t.Format("15:04") }
