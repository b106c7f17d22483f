// Package identity says whom each page of a document is about (Find) and compares that
// with a patient's chart (CompareWithChart). Names, birth dates and numbers are found
// behind their labels in nine languages (labels.go, names.go, birthdate.go,
// numbers.go); comparing allows for what scanners misread and for how people are
// called (compare_names.go, compare_numbers.go).
//
// Start reading at Find and at CompareWithChart.
package identity

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
	"clinician/internal/core/text"
)

// Find says of every page who it is about, as far as it says so. Names in
// signatures, copy lists and of relatives are passed over: only a name behind a
// patient's label, behind "Re:", or beside a birth date counts.
func Find(d *layout.Document) []core.PageIdentity {
	out := make([]core.PageIdentity, 0, len(d.Sheets))
	for _, s := range d.Sheets {
		out = append(out, identity(s))
	}
	return out
}

func identity(s *layout.Sheet) core.PageIdentity {
	found := labelled(s)
	name, ok := bestName(found)
	if !ok {
		name = -1
	}
	apart := found.apart(name)
	w := writer{s: s, id: core.PageIdentity{Page: s.Number, Identifiers: []string{}, Boxes: []core.Box{}}}
	if ok {
		w.name(found[name])
	}
	mine := func(i int) bool { return !apart.takes(i) }
	if i := nearest(found, "born", found.at(name), mine); i < 0 && ok {
		if date, words, ok := misreadLabel(s, found[name].row); ok {
			w.id.DateOfBirth = date
			w.words(words)
		}
	} else if i >= 0 {
		w.born(found[i])
	}
	for i, f := range found {
		if f.label == "number" && mine(i) && found.of(name, f) {
			w.number(f)
		}
	}
	id := w.id
	id.Others = apart.identities(s, found, id)
	id.Loose = looseNumbers(s, id)
	return id
}

// writer puts what was found together to an identity.
type writer struct {
	s  *layout.Sheet
	id core.PageIdentity
}

func (w *writer) name(f item) {
	w.id.Name = printedName(f)
	w.words(f.value)
}

func (w *writer) born(f item) {
	w.id.DateOfBirth = f.born
	w.words(f.value)
}

func (w *writer) number(f item) {
	if !slices.Contains(w.id.Identifiers, f.digits) {
		w.id.Identifiers = append(w.id.Identifiers, f.digits)
		w.words(f.value)
	}
}

// words takes the places of words, and how surely they were read.
func (w *writer) words(read []vocabulary.Token) {
	for _, t := range read {
		if w.id.Row == 0 || t.Row+1 < w.id.Row {
			w.id.Row, w.id.Line = t.Row+1, max(t.Line, 1)
		}
		if t.Confidence != nil && (w.id.Confidence == nil || *t.Confidence < *w.id.Confidence) {
			c := *t.Confidence
			w.id.Confidence = &c
		}
		if w.s.Boxed {
			w.id.Boxes = append(w.id.Boxes, t.Box)
		}
	}
}

// nameScore weighs how surely a labelled name is the patient's; 0 is not.
func nameScore(s *layout.Sheet, it item, m vocabulary.Match[string], colon bool, before []vocabulary.Token) int {
	if len(it.value) == 0 || precededByOther(before) {
		return 0
	}
	plain := 0
	for _, w := range it.value {
		if !text.Title(w.Fold) {
			plain++
		}
	}
	if plain == 0 {
		return 0
	}
	seen := labelledName{
		colon: colon, labelWords: m.Words, nameWords: plain,
		surnameFirst: strings.HasSuffix(it.value[0].Text, ","), titled: text.Title(it.value[0].Fold),
		startsRow: len(before) == 0, startsCell: len(before) == 0 || startsCell(s, it.row, len(before)),
	}
	for _, rule := range nameRules {
		if rule.label == m.Meaning && rule.fits(seen) {
			return rule.score
		}
	}
	return 0
}

// labelledName is how a name stands behind its label.
type labelledName struct {
	colon                 bool // between the two
	labelWords, nameWords int  // of the name without titles
	surnameFirst, titled  bool // "CANTÚ, Catalina"; "Mrs Cantú"
	startsRow, startsCell bool // the label does
}

// nameRules say how surely a labelled name is the patient's, by what the label means;
// the first rule that fits counts.
var nameRules = []struct {
	label string
	score int
	fits  func(n labelledName) bool
}{
	{"patient", 6, func(n labelledName) bool { return n.colon || n.surnameFirst || n.labelWords > 1 }},
	{"re", 6, func(n labelledName) bool { return n.colon && n.startsRow && (n.nameWords > 1 || n.titled) }},
	{"family", 5, func(n labelledName) bool { return n.colon || n.nameWords <= 2 }},
	{"given", 4, func(n labelledName) bool { return n.colon || n.nameWords <= 2 }},
	{"name", 4, func(n labelledName) bool { return n.colon && n.startsRow }},
	{"name", 3, func(n labelledName) bool { return n.colon && n.startsCell }},
}

// bestName chooses among the names of a page: the surest, of equals the first.
// A birth date or number close by makes a name surer.
func bestName(found items) (int, bool) {
	best, most := -1, 0
	for i, f := range found {
		if f.score == 0 || f.label == "given" && best >= 0 {
			continue
		}
		score := f.score
		for _, o := range found {
			if (o.label == "born" || o.label == "number") && o.row >= f.row-1 && o.row <= f.row+3 {
				score += 2
			}
		}
		if score > most {
			best, most = i, score
		}
	}
	if best >= 0 && found[best].label == "family" { // the given name has a label of its own
		for _, g := range found {
			if g.label == "given" && g.row >= found[best].row-1 && g.row <= found[best].row+2 {
				found[best].value = slices.Concat(found[best].value, g.value)
				break
			}
		}
	}
	return best, best >= 0
}

// nearest gives the index of the labelled item closest to a row, of those that may
// be taken.
func nearest(found items, label string, row int, free func(int) bool) int {
	best := -1
	for i, f := range found {
		if f.label == label && free(i) && (best < 0 || abs(f.row-row) < abs(found[best].row-row)) {
			best = i
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// printedName joins the words of a name without the comma at its end.
func printedName(it item) string {
	return strings.TrimRight(vocabulary.Joined(it.value), ",;.: ")
}
