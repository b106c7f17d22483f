package vitals

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/dates"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/measurement"
	"clinician/internal/core/analysis/vocabulary"
)

// more reads the further values of a row of a table, one for each day in its
// head, and gives where they end. Without such a head they are left alone.
func (s *reader) more(sign *vocabulary.VitalSign, name, ws []vocabulary.Token, at int, out *[]core.Value) int {
	days := s.daysAbove(name[0].Row)
	for n := 1; n < len(days); n++ {
		v, end, ok := s.vitalAfter(sign, name, ws, at)
		if !ok {
			break
		}
		*out = append(*out, v)
		at = end
	}
	return at
}

// date gives values of a row the days in the head of their columns.
func (s *reader) date(values []core.Value, row int) {
	days := s.daysAbove(row)
	if len(days) != len(values) {
		return // a cell is empty or unread: which is which?
	}
	for i, d := range days {
		if d.Doubt == "" {
			values[i].Date = d.Date
		}
	}
}

// daysAbove gives the days in the head of a table of vital signs: a row of the
// same section that holds dates and hardly anything else.
func (s *reader) daysAbove(row int) []dates.Printed {
	for i := row - 1; i >= 0 && i >= row-8 && s.Rows[i].Section == s.Rows[row].Section; i-- {
		if days := s.headDays(i); len(days) > 0 {
			return days
		}
	}
	return nil
}

// headDays gives the days of a row that holds dates and hardly anything else. It
// looks through each row once, however many values ask.
func (s *reader) headDays(i int) []dates.Printed {
	if s.days == nil {
		s.days = make(map[int][]dates.Printed)
	}
	days, known := s.days[i]
	if !known {
		days = findHeadDays(s.Rows[i].Words)
		s.days[i] = days
	}
	return days
}

func findHeadDays(ws []vocabulary.Token) []dates.Printed {
	var days []dates.Printed
	for k, spare := 0, 0; k < len(ws); {
		if d, ok := dates.At(ws[k:]); ok {
			days = append(days, d)
			k += d.Words
			continue
		}
		if spare++; spare > 4 {
			return nil
		}
		k++
	}
	return days
}

// vitalTable reads tables with vital signs as the headings of columns, and marks
// the rows it took. It needs three of them side by side.
func (s *reader) vitalTable(out *[]core.Value) map[int]bool {
	taken := map[int]bool{}
	for i := 0; i < len(s.Rows); i++ {
		heads := vitalHeads(s.Rows[i])
		if len(heads) < 3 {
			continue
		}
		taken[i] = true
		for k := i + 1; k < len(s.Rows) && k <= i+6; k++ {
			r := s.Rows[k]
			if r.Heading || len(vitalHeads(r)) >= 3 {
				break
			}
			values := s.vitalCells(k, heads)
			if len(values) > 1 {
				taken[k] = true
				s.dateRow(values, k)
				*out = append(*out, values...)
			}
		}
	}
	return taken
}

// dateRow gives values of a row the day that stands before them in it.
func (s *reader) dateRow(values []core.Value, k int) {
	r := s.Rows[k]
	for i := range min(3, len(r.Words)) {
		d, ok := dates.At(r.Words[i:])
		if !ok {
			continue
		}
		if (dates.Labelled{Printed: d, When: r.Words[i : i+d.Words]}).Certain() {
			for n := range values {
				values[n].Date = d.Date
			}
		}
		return
	}
}

// vitalHead is a vital sign that heads a column.
type vitalHead struct {
	sign   *vocabulary.VitalSign
	name   []vocabulary.Token
	x0, x1 float64
	glued  bool // its name runs into the next one, and is known by a part of it
}

// vitalHeads gives the vital signs that head columns in a row; none when the row
// is one of values, "BP 138/82 Pulse 76".
func vitalHeads(r layout.Row) []vitalHead {
	var out []vitalHead
	values := 0
	for i := 0; i < len(r.Words); {
		m, ok := vocabulary.VitalSigns().Find(r.Words[i:])
		if !ok {
			out = append(out, gluedPressure(r.Words[i])...)
			i++
			continue
		}
		ws := r.Words[i : i+m.Words]
		if i += m.Words; i < len(r.Words) && measurement.StartsQuantity(r.Words[i:]) {
			values++ // or the heading O2, read as 02
		}
		out = append(out, vitalHead{sign: m.Meaning, name: ws, x0: ws[0].X0, x1: ws[len(ws)-1].X1})
	}
	if 2*values >= len(out) {
		return nil
	}
	return out
}

// gluedPressure finds the headings of the two blood pressures in one word, as
// columns that are too narrow for them leave it: "BP-Sys(mm[HgBP-Dia(mm[Hg".
func gluedPressure(w vocabulary.Token) []vitalHead {
	text := strings.ToLower(w.Text)
	high, low := strings.Index(text, "sys"), strings.Index(text, "dia")
	if high < 0 || low <= high {
		return nil
	}
	at := func(i int) float64 { return w.X0 + (w.X1-w.X0)*float64(i)/float64(len(text)) }
	wide := at(low) - at(high)
	head := func(i int, name string) vitalHead {
		m, _ := vocabulary.VitalSigns().Find([]vocabulary.Token{vocabulary.NewToken(core.Word{Text: name})})
		from := at(max(0, i-len("bp-")))
		return vitalHead{m.Meaning, []vocabulary.Token{w}, from, from + wide, true}
	}
	return []vitalHead{head(high, "systolic"), head(low, "diastolic")}
}

// secondLine gives the second line of a cell: a unit under its number.
func (s *reader) secondLine(k int, c layout.Cell, sign *vocabulary.VitalSign) []vocabulary.Token {
	if k+1 >= len(s.Rows) || s.Rows[k+1].Top-s.Rows[k].Bottom > s.Rows[k].Height() {
		return nil
	}
	for _, under := range s.Rows[k+1].Cells {
		if over := min(c.X1(), under.X1()) - max(c.X0(), under.X0()); over > 0 && (measurement.UnitAt(under.Words) > 0 || misreadUnit(sign, under.Words)) {
			return under.Words
		}
	}
	return nil
}

func (s *reader) vitalCells(k int, heads []vitalHead) []core.Value {
	var out []core.Value
	r := s.Rows[k]
	for _, c := range r.Cells {
		best, at := 0.0, -1
		for i, h := range heads {
			if over := min(c.X1(), h.x1) - max(c.X0(), h.x0); over > best {
				best, at = over, i
			}
		}
		if at < 0 || !measurement.StartsQuantity(c.Words) && heads[at].sign.Key != "blood pressure" {
			continue
		}
		ws := slices.Concat(c.Words, s.secondLine(k, c, heads[at].sign))
		v, end, ok := s.vitalAfter(heads[at].sign, heads[at].name, ws, 0)
		if !ok {
			continue
		}
		if h := heads[at]; h.glued {
			v.Name = h.sign.Key
			evidence.Doubt(&v, "the heading of its column runs into the next one")
		}
		if end < len(c.Words) {
			evidence.Doubt(&v, "more stands in its cell: %q", c.Text())
		}
		out = append(out, v)
	}
	return out
}
