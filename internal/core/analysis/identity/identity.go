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
	id := core.PageIdentity{Page: s.Number, Identifiers: []string{}, Boxes: []core.Box{}}
	found := labelled(s)
	name, ok := bestName(found)
	if !ok {
		name = -1
	}
	var read []vocabulary.Token
	if ok {
		id.Name = printedName(found[name])
		read = append(read, found[name].value...)
	}
	if i := nearest(found, "born", found.at(name)); i < 0 && ok {
		if date, words, ok := misreadLabel(s, found[name].row); ok {
			id.DateOfBirth = date
			read = append(read, words...)
		}
	} else if i >= 0 {
		id.DateOfBirth = found[i].born
		read = append(read, found[i].value...)
	}
	for _, f := range found {
		if f.label == "number" && !slices.Contains(id.Identifiers, f.digits) && found.of(name, f) {
			id.Identifiers = append(id.Identifiers, f.digits)
			read = append(read, f.value...)
		}
	}
	for _, w := range read {
		if w.Confidence != nil && (id.Confidence == nil || *w.Confidence < *id.Confidence) {
			c := *w.Confidence
			id.Confidence = &c
		}
		if s.Boxed {
			id.Boxes = append(id.Boxes, w.Box)
		}
	}
	return id
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

// nearest gives the index of the labelled item closest to a row.
func nearest(found items, label string, row int) int {
	best := -1
	for i, f := range found {
		if f.label == label && (best < 0 || abs(f.row-row) < abs(found[best].row-row)) {
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
