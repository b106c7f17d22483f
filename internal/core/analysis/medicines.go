package analysis

import (
	"slices"
	"strings"

	"clinician/internal/core"
)

// medicines finds prescribed and taken medicines: known names with a dose
// anywhere but among allergies and results; in lists and tables of medicines
// also names without a dose, and unknown names, both with a doubt.
func medicines(d *document) []core.Value {
	var out []core.Value
	for _, s := range d.sheets {
		for _, l := range s.prescriptions() {
			out = append(out, l.read(s)...)
		}
	}
	return out
}

// prescription is a run of words that may hold medicines: a row of a table with
// its continuation lines, or a sentence.
type prescription struct {
	words   []token
	cells   []int // where cells start; nil in prose
	listed  bool  // in a list or table of medicines
	section string
}

// prescriptions gives what to look for medicines in, in reading order.
func (s *sheet) prescriptions() []prescription {
	tabled := s.medicineTable()
	taken := make([]bool, len(s.rows))
	var out []prescription
	for i := 0; i < len(s.rows); i++ {
		r := s.rows[i]
		listed := tabled[i] || strings.HasPrefix(r.section, "medications")
		if !listed || taken[i] || len(r.cells) < 2 || r.heading {
			taken[i] = taken[i] || tabled[i]
			continue
		}
		taken[i] = true
		cells := make([][]token, len(r.cells))
		for k, c := range r.cells {
			cells[k] = slices.Clone(c.words)
		}
		for n := i + 1; n < len(s.rows) && s.continues(i, n); n++ {
			taken[n] = true
			for _, c := range s.rows[n].cells {
				k := columnOf(r, c)
				cells[k] = append(cells[k], c.words...)
			}
		}
		p := prescription{listed: true, section: r.section}
		for _, c := range cells {
			p.cells = append(p.cells, len(p.words))
			p.words = append(p.words, c...)
		}
		out = append(out, p)
	}
	for _, t := range s.sentences() {
		if taken[t.words[0].row] || s.rows[t.words[0].row].section == "allergies" || t.section == "results" || t.section == "vitals" {
			continue
		}
		out = append(out, prescription{words: t.words, listed: strings.HasPrefix(t.section, "medications"), section: t.section})
	}
	slices.SortStableFunc(out, func(a, b prescription) int { return a.words[0].row - b.words[0].row })
	return out
}

// medicineTable marks the rows under a head such as "Medicine Dose Route".
// Specks between the rows do not end it.
func (s *sheet) medicineTable() []bool {
	out := make([]bool, len(s.rows))
	on, bottom, height := false, 0.0, 0.0
	for i, r := range s.rows {
		switch {
		case medicineHead(r):
			on, height = true, r.height()
		case on && (r.heading || r.top-bottom > 6*height):
			on = false
		}
		out[i] = on
		if !allSpecks(r.words) {
			bottom = r.bottom
		}
	}
	return out
}

func medicineHead(r row) bool {
	named, others := false, 0
	for _, w := range r.words {
		switch w.fold {
		case "medicine", "medicines", "medication", "medications", "drug", "drugs", "preparation", "name":
			named = true
		case "dose", "strength", "route", "frequency", "form", "directions", "sig", "quantity", "qty", "freq":
			others++
		}
	}
	return named && others > 0 && len(r.words) <= 14 && (others > 1 || len(r.cells) > 2)
}

// continues reports whether row n carries on the cells of row i: close below,
// every cell under one of its own, and no medicine of its own.
func (s *sheet) continues(i, n int) bool {
	r, next := s.rows[i], s.rows[n]
	if next.heading || next.top-s.rows[n-1].bottom > 0.8*r.height() || len(next.cells) > len(r.cells) {
		return false
	}
	for _, c := range next.cells {
		if columnOf(r, c) < 0 {
			return false
		}
	}
	first := next.cells[0]
	if columnOf(r, first) > 0 {
		return true
	}
	if _, ok := drugAt(first.words); ok {
		return false
	}
	return spells("form", first.words) > 0 || len(next.cells) == 1
}

// columnOf gives the cell of r under which c stands, or -1.
func columnOf(r row, c cell) int {
	for k, over := range r.cells {
		if d := over.x0() - c.x0(); d < r.height() && d > -r.height() {
			return k
		}
	}
	return -1
}

// read gives the medicines of a prescription.
func (p prescription) read(s *sheet) []core.Value {
	found := p.anchors()
	if len(found) == 0 && p.listed {
		if a, ok := p.unknownName(); ok {
			found = append(found, a)
		}
	}
	denials := negations(p.words)
	var out []core.Value
	for k, a := range found {
		end := len(p.words)
		if k+1 < len(found) {
			end = found[k+1].from
		}
		begin := 0
		if k > 0 {
			begin = found[k-1].to
		}
		m := p.medicine(a, begin, end)
		if v, ok := m.value(s, p); ok {
			_, v.Negated = denied(denials, a.from, a.to)
			out = append(out, v)
		}
	}
	return out
}

// anchor is the name of a medicine in a prescription.
type anchor struct {
	from, to int
	drug     drug
	known    bool
	doubt    string
}

func (p prescription) anchors() []anchor {
	var out []anchor
	for i := 0; i < len(p.words); {
		m, ok := drugAt(p.words[i:])
		if !ok || p.notTaken(i, i+m.words) {
			i++
			continue
		}
		a := anchor{from: i, to: i + m.words, drug: m.meaning, known: true}
		if !m.sure {
			a.doubt = "the name may be misread: close to " + m.meaning.name
		}
		out = append(out, a)
		i = a.to
	}
	return out
}

// notTaken reports whether the words around a name show that it is no
// medicine taken: a blood level, an allergy.
func (p prescription) notTaken(from, to int) bool {
	for i := to; i < len(p.words) && i < to+2; i++ {
		switch p.words[i].fold {
		case "level", "levels", "concentration", "allergy", "allergic", "intolerance", "resistant", "sensitive", "receptor", "test":
			return true
		}
	}
	for i := max(0, from-3); i < from; i++ {
		switch p.words[i].fold {
		case "allergic", "allergy", "intolerant", "serum", "plasma":
			return true
		}
	}
	return false
}

// unknownName takes the words before a dose at the start of a line of a list
// for a name.
func (p prescription) unknownName() (anchor, bool) {
	start := 0
	for start < len(p.words) && (p.words[start].fold == "" || numbered(p.words[start].Text)) {
		start++
	}
	if start < len(p.words) && spells("form", p.words[start:]) > 0 {
		return anchor{}, false // the second line of a name
	}
	for i := start; i < len(p.words) && i < start+4; i++ {
		w := p.words[i]
		if d, ok := doseAt(p.words[i:]); ok && i > start && doseUnit(d.unit) {
			return anchor{from: start, to: i, doubt: "the name is not among the medicines this program knows"}, true
		}
		if spells("form", p.words[i:]) > 0 && i > start {
			for k := i; k < len(p.words) && k < i+4; k++ {
				if d, ok := doseAt(p.words[k:]); ok && doseUnit(d.unit) {
					return anchor{from: start, to: i, doubt: "the name is not among the medicines this program knows"}, true
				}
			}
			return anchor{}, false
		}
		if len(w.fold) < 4 || hasDigit(w.fold) || notMedicine[w.fold] || endsPhrase(w.Text) {
			return anchor{}, false
		}
	}
	return anchor{}, false
}

// notMedicine start lines of charts and are no names.
var notMedicine = map[string]bool{
	"take": true, "give": true, "hold": true, "check": true, "weight": true, "date": true, "total": true, "after": true, "before": true, "dose": true,
	"please": true, "continue": true, "stop": true, "start": true, "increase": true, "reduce": true, "note": true, "every": true, "with": true, "then": true,
	"page": true, "ward": true, "surface": true, "height": true, "once": true, "twice": true, "inhale": true, "apply": true, "inject": true, "about": true,
	"repeat": true, "potassium": true, "glucose": true, "haemoglobin": true, "creatinine": true, "temperature": true, "from": true, "maximum": true, "allergies": true,
}
