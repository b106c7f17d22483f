// Package medicines finds medicines with dose, route, frequency and state, as
// printed. Find divides a page into prescriptions; each is taken apart in
// prescription.go with dose.go, frequency.go and state.go. Notations of the
// Do-Not-Use list get a caution (cautions.go); nothing is rewritten.
//
// Start reading at Find.
package medicines

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// Find finds prescribed and taken medicines: known names with a dose
// anywhere but among allergies and results; in lists and tables of medicines
// also names without a dose, and unknown names, both with a doubt.
func Find(d *layout.Document) []core.Value {
	var out []core.Value
	for _, s := range d.Sheets {
		for _, l := range prescriptions(s) {
			out = append(out, l.read(s)...)
		}
	}
	return out
}

// prescription is a run of words that may hold medicines: a row of a table with
// its continuation lines, or a sentence.
type prescription struct {
	words   []vocabulary.Token
	cells   []int // where cells start; nil in prose
	listed  bool  // in a list or table of medicines
	section string
	beyond  string // the section that ended above it: see layout.Row
}

// prescriptions gives what to look for medicines in, in reading order.
func prescriptions(s *layout.Sheet) []prescription {
	tabled := s.MedicineRows()
	taken := make([]bool, len(s.Rows))
	var out []prescription
	for i := 0; i < len(s.Rows); i++ {
		r := s.Rows[i]
		listed := tabled[i] || strings.HasPrefix(r.Section, "medications")
		if !listed || taken[i] || len(r.Cells) < 2 || r.Heading {
			taken[i] = taken[i] || tabled[i]
			continue
		}
		taken[i] = true
		cells := make([][]vocabulary.Token, len(r.Cells))
		for k, c := range r.Cells {
			cells[k] = slices.Clone(c.Words)
		}
		for n := i + 1; n < len(s.Rows) && continues(s, i, n); n++ {
			taken[n] = true
			for _, c := range s.Rows[n].Cells {
				k := layout.ColumnOf(r, c)
				cells[k] = append(cells[k], c.Words...)
			}
		}
		p := prescription{listed: true, section: r.Section, beyond: r.Beyond}
		for _, c := range cells {
			p.cells = append(p.cells, len(p.words))
			p.words = append(p.words, c...)
		}
		out = append(out, p)
	}
	for _, t := range s.Sentences() {
		if taken[t.Words[0].Row] || s.Rows[t.Words[0].Row].Section == "allergies" || t.Section == "results" || t.Section == "vitals" {
			continue
		}
		out = append(out, prescription{words: t.Words, listed: strings.HasPrefix(t.Section, "medications"), section: t.Section, beyond: t.Beyond})
	}
	slices.SortStableFunc(out, func(a, b prescription) int { return a.words[0].Row - b.words[0].Row })
	return out
}

// continues reports whether row n carries on the cells of row i: close below,
// every cell under one of its own, and no medicine of its own.
func continues(s *layout.Sheet, i, n int) bool {
	r, next := s.Rows[i], s.Rows[n]
	if next.Heading || next.Top-s.Rows[n-1].Bottom > 0.8*r.Height() || len(next.Cells) > len(r.Cells) {
		return false
	}
	for _, c := range next.Cells {
		if layout.ColumnOf(r, c) < 0 {
			return false
		}
	}
	first := next.Cells[0]
	if layout.ColumnOf(r, first) > 0 {
		return true
	}
	if _, ok := vocabulary.DrugAt(first.Words); ok {
		return false
	}
	return vocabulary.DoseWordAt("form", first.Words) > 0 || len(next.Cells) == 1
}

// read gives the medicines of a prescription.
func (p prescription) read(s *layout.Sheet) []core.Value {
	found := p.anchors()
	if len(found) == 0 && p.listed {
		if a, ok := p.unknownName(); ok {
			found = append(found, a)
		}
	}
	denials := assertion.Negations(p.words)
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
			_, v.Negated = assertion.Denied(denials, a.from, a.to)
			out = append(out, v)
		}
	}
	return out
}

// anchor is the name of a medicine in a prescription.
type anchor struct {
	from, to int
	drug     vocabulary.Drug
	known    bool
	doubt    string
}

func (p prescription) anchors() []anchor {
	var out []anchor
	for i := 0; i < len(p.words); {
		m, ok := vocabulary.DrugAt(p.words[i:])
		if !ok || p.notTaken(i, i+m.Words) {
			i++
			continue
		}
		a := anchor{from: i, to: i + m.Words, drug: m.Meaning, known: true}
		if !m.Sure {
			a.doubt = "the name may be misread: close to " + m.Meaning.Name
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
		switch p.words[i].Fold {
		case "level", "levels", "concentration", "allergy", "allergic", "intolerance", "resistant", "sensitive", "receptor", "test":
			return true
		}
	}
	for i := max(0, from-3); i < from; i++ {
		switch p.words[i].Fold {
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
	for start < len(p.words) && (p.words[start].Fold == "" || vocabulary.NumbersItem(p.words[start].Text)) {
		start++
	}
	if start < len(p.words) && vocabulary.DoseWordAt("form", p.words[start:]) > 0 {
		return anchor{}, false // the second line of a name
	}
	for i := start; i < len(p.words) && i < start+4; i++ {
		w := p.words[i]
		if d, ok := doseAt(p.words[i:]); ok && i > start && doseUnit(d.unit) {
			return anchor{from: start, to: i, doubt: "the name is not among the medicines this program knows"}, true
		}
		if vocabulary.DoseWordAt("form", p.words[i:]) > 0 && i > start {
			for k := i; k < len(p.words) && k < i+4; k++ {
				if d, ok := doseAt(p.words[k:]); ok && doseUnit(d.unit) {
					return anchor{from: start, to: i, doubt: "the name is not among the medicines this program knows"}, true
				}
			}
			return anchor{}, false
		}
		if len(w.Fold) < 4 || vocabulary.HasDigit(w.Fold) || notMedicine[w.Fold] || vocabulary.EndsPhrase(w.Text) {
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
