package analysis

import (
	"slices"
	"strings"

	"clinician/internal/core"
)

// more reads the further values of a row of a table, one for each day in its
// head, and gives where they end. Without such a head they are left alone.
func (s *sheet) more(sign *vital, name, ws []token, at int, out *[]core.Value) int {
	days := s.daysAbove(name[0].row)
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
func (s *sheet) date(values []core.Value, row int) {
	days := s.daysAbove(row)
	if len(days) != len(values) {
		return // a cell is empty or unread: which is which?
	}
	for i, d := range days {
		if d.odd == "" {
			values[i].Date = d.date
		}
	}
}

// daysAbove gives the days in the head of a table of vital signs: a row of the
// same section that holds dates and hardly anything else.
func (s *sheet) daysAbove(row int) []printedDate {
	for i := row - 1; i >= 0 && i >= row-8 && s.rows[i].section == s.rows[row].section; i-- {
		if days := s.headDays(i); len(days) > 0 {
			return days
		}
	}
	return nil
}

// headDays gives the days of a row that holds dates and hardly anything else. It
// looks through each row once, however many values ask.
func (s *sheet) headDays(i int) []printedDate {
	if s.days == nil {
		s.days = make(map[int][]printedDate)
	}
	days, known := s.days[i]
	if !known {
		days = findHeadDays(s.rows[i].words)
		s.days[i] = days
	}
	return days
}

func findHeadDays(ws []token) []printedDate {
	var days []printedDate
	for k, spare := 0, 0; k < len(ws); {
		if d, ok := dateAt(ws[k:]); ok {
			days = append(days, d)
			k += d.words
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
func (s *sheet) vitalTable(out *[]core.Value) map[int]bool {
	taken := map[int]bool{}
	for i := 0; i < len(s.rows); i++ {
		heads := vitalHeads(s.rows[i])
		if len(heads) < 3 {
			continue
		}
		taken[i] = true
		for k := i + 1; k < len(s.rows) && k <= i+6; k++ {
			r := s.rows[k]
			if r.heading || len(vitalHeads(r)) >= 3 {
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
func (s *sheet) dateRow(values []core.Value, k int) {
	r := s.rows[k]
	for i := range min(3, len(r.words)) {
		d, ok := dateAt(r.words[i:])
		if !ok {
			continue
		}
		if (labelledDate{printedDate: d, when: r.words[i : i+d.words]}).certain() {
			for n := range values {
				values[n].Date = d.date
			}
		}
		return
	}
}

// vitalHead is a vital sign that heads a column.
type vitalHead struct {
	sign   *vital
	name   []token
	x0, x1 float64
	glued  bool // its name runs into the next one, and is known by a part of it
}

// vitalHeads gives the vital signs that head columns in a row; none when the row
// is one of values, "BP 138/82 Pulse 76".
func vitalHeads(r row) []vitalHead {
	var out []vitalHead
	values := 0
	for i := 0; i < len(r.words); {
		m, ok := vitalNames().find(r.words[i:])
		if !ok {
			out = append(out, gluedPressure(r.words[i])...)
			i++
			continue
		}
		ws := r.words[i : i+m.words]
		if i += m.words; i < len(r.words) && startsQuantity(r.words[i:]) {
			values++ // or the heading O2, read as 02
		}
		out = append(out, vitalHead{sign: m.meaning, name: ws, x0: ws[0].x0, x1: ws[len(ws)-1].x1})
	}
	if 2*values >= len(out) {
		return nil
	}
	return out
}

// gluedPressure finds the headings of the two blood pressures in one word, as
// columns that are too narrow for them leave it: "BP-Sys(mm[HgBP-Dia(mm[Hg".
func gluedPressure(w token) []vitalHead {
	text := strings.ToLower(w.Text)
	high, low := strings.Index(text, "sys"), strings.Index(text, "dia")
	if high < 0 || low <= high {
		return nil
	}
	at := func(i int) float64 { return w.x0 + (w.x1-w.x0)*float64(i)/float64(len(text)) }
	wide := at(low) - at(high)
	head := func(i int, name string) vitalHead {
		m, _ := vitalNames().find([]token{newToken(core.Word{Text: name})})
		from := at(max(0, i-len("bp-")))
		return vitalHead{m.meaning, []token{w}, from, from + wide, true}
	}
	return []vitalHead{head(high, "systolic"), head(low, "diastolic")}
}

// secondLine gives the second line of a cell: a unit under its number.
func (s *sheet) secondLine(k int, c cell, sign *vital) []token {
	if k+1 >= len(s.rows) || s.rows[k+1].top-s.rows[k].bottom > s.rows[k].height() {
		return nil
	}
	for _, under := range s.rows[k+1].cells {
		if over := min(c.x1(), under.x1()) - max(c.x0(), under.x0()); over > 0 && (knownUnit(under.words) > 0 || misreadUnit(sign, under.words)) {
			return under.words
		}
	}
	return nil
}

func (s *sheet) vitalCells(k int, heads []vitalHead) []core.Value {
	var out []core.Value
	r := s.rows[k]
	for _, c := range r.cells {
		best, at := 0.0, -1
		for i, h := range heads {
			if over := min(c.x1(), h.x1) - max(c.x0(), h.x0); over > best {
				best, at = over, i
			}
		}
		if at < 0 || !startsQuantity(c.words) && heads[at].sign.key != "blood pressure" {
			continue
		}
		ws := slices.Concat(c.words, s.secondLine(k, c, heads[at].sign))
		v, end, ok := s.vitalAfter(heads[at].sign, heads[at].name, ws, 0)
		if !ok {
			continue
		}
		if h := heads[at]; h.glued {
			v.Name = h.sign.key
			doubt(&v, "the heading of its column runs into the next one")
		}
		if end < len(c.words) {
			doubt(&v, "more stands in its cell: %q", c.text())
		}
		out = append(out, v)
	}
	return out
}
