package identity

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// block is a further person a page names as its patient, by the items of the page
// that say so; -1 for what it does not say.
type block struct {
	name, born int
	numbers    []int
}

type blocks []block

// blockRows is how far below a name its birth date and numbers stand.
const blockRows = 4

// apart finds the people beside the one whose name was chosen: another name behind a
// patient's label, or with a birth date or number of its own, and another birth date
// or number alone.
func (f items) apart(main int) blocks {
	if main < 0 {
		return nil
	}
	var out blocks
	for i, it := range f {
		if it.score == 0 || i == main || it.label == "given" || sameName(it.value, f[main].value) || out.hasName(f, i) {
			continue
		}
		b := f.block(main, i)
		if it.score >= 5 || b.born >= 0 || len(b.numbers) > 0 {
			out = append(out, b)
		}
	}
	return append(out, f.alone(main, out)...)
}

// block collects what stands at a name, to the next name.
func (f items) block(main, i int) block {
	b := block{name: i, born: -1}
	for k := i + 1; k < len(f) && f[k].row <= f[i].row+blockRows; k++ {
		if f[k].score > 0 && f[k].label != "given" && !sameName(f[k].value, f[i].value) {
			break
		}
		switch {
		case f.nearer(main, i, k):
		case f[k].label == "born" && b.born < 0:
			b.born = k
		case f[k].label == "number":
			b.numbers = append(b.numbers, k)
		}
	}
	return b
}

// nearer reports whether an item belongs to the first of two names rather than the
// second, where both stand above it: side by side, the first takes what comes first.
func (f items) nearer(first, second, k int) bool {
	if first > second || f[first].row < f[second].row-1 {
		return false
	}
	for i := second + 1; i < k; i++ { // it had one of this kind already
		if f[i].label == f[k].label {
			return false
		}
	}
	return true
}

// alone finds birth dates and numbers that no name stands at and that are not those
// of the page's patient.
func (f items) alone(main int, taken blocks) blocks {
	var out blocks
	own := nearest(f, "born", f[main].row, func(i int) bool { return !taken.takes(i) })
	for i, it := range f {
		switch {
		case taken.takes(i):
		case it.label == "born" && own >= 0 && it.born != f[own].born:
			out = append(out, block{name: -1, born: i})
		case it.label == "number" && !f.of(main, it):
			out = append(out, block{name: -1, born: -1, numbers: []int{i}})
		}
	}
	return out
}

// hasName reports whether a name of the same row is in the blocks already: "Patient:
// HALVORSEN, Per  DOB" is a name with a label, and one beside a birth date.
func (b blocks) hasName(f items, i int) bool {
	return slices.ContainsFunc(b, func(o block) bool {
		return o.name >= 0 && f[o.name].row == f[i].row && sameName(f[o.name].value, f[i].value)
	})
}

// whole gives a name with the given name that has a label of its own behind it.
func (f items) whole(i int) item {
	it := f[i]
	if it.label == "family" {
		for _, g := range f[i+1:] {
			if g.label == "given" && g.row <= it.row+2 {
				it.value = slices.Concat(it.value, g.value)
				break
			}
		}
	}
	return it
}

func (b blocks) takes(i int) bool {
	return slices.ContainsFunc(b, func(o block) bool { return o.name == i || o.born == i || slices.Contains(o.numbers, i) })
}

// identities writes the blocks down, each once, without what the page's own patient
// has too.
func (b blocks) identities(s *layout.Sheet, found items, own core.PageIdentity) []core.PageIdentity {
	var out []core.PageIdentity
	for _, o := range b {
		w := writer{s: s, id: core.PageIdentity{Page: s.Number, Identifiers: []string{}, Boxes: []core.Box{}}}
		if o.name >= 0 {
			w.name(found.whole(o.name))
		}
		if o.born >= 0 {
			w.born(found[o.born])
		}
		for _, k := range o.numbers {
			if !slices.Contains(own.Identifiers, found[k].digits) {
				w.number(found[k])
			}
		}
		if w.id.Row == 0 || slices.ContainsFunc(out, func(p core.PageIdentity) bool { return sameAs(p, w.id) }) {
			continue
		}
		out = append(out, w.id)
	}
	slices.SortStableFunc(out, func(a, b core.PageIdentity) int { return a.Row - b.Row })
	return out
}

func sameAs(a, b core.PageIdentity) bool {
	return a.Name == b.Name && a.DateOfBirth == b.DateOfBirth && slices.Equal(a.Identifiers, b.Identifiers) && a.Name == "" // names count where they stand
}

// sameName reports whether two printed names are of one person as far as they go: all
// words of the shorter are in the other, but for misread letters.
func sameName(a, b []vocabulary.Token) bool {
	x, y := nameWords(vocabulary.Joined(a)), nameWords(vocabulary.Joined(b))
	if len(x) > len(y) {
		x, y = y, x
	}
	for _, w := range x {
		in := slices.ContainsFunc(y, func(o string) bool {
			return spelled(w, o) != fitUnknown || len([]rune(w)) == 1 && strings.HasPrefix(o, w) || len([]rune(o)) == 1 && strings.HasPrefix(w, o)
		})
		if !in && spelled(strings.Join(x, ""), strings.Join(y, "")) == fitUnknown {
			return false
		}
	}
	return true
}

// looseNumbers gives numbers long enough for a person's that stand on the page
// without a label: whose they are, the register may know.
func looseNumbers(s *layout.Sheet, id core.PageIdentity) []core.PageIdentity {
	const fewest, most, several = 6, 10, 12
	var out []core.PageIdentity
	known := slices.Clone(id.Identifiers)
	for _, o := range id.Others {
		known = append(known, o.Identifiers...)
	}
	for _, r := range s.Rows {
		for _, w := range r.Words {
			digits := vocabulary.DigitsOf(w.Text)
			if len(digits) < fewest || len(digits) > most || len(digits) != len(strings.Trim(w.Text, ",.;:()[]#")) || slices.Contains(known, digits) || len(out) == several {
				continue
			}
			known = append(known, digits)
			n := writer{s: s, id: core.PageIdentity{Page: s.Number, Identifiers: []string{digits}, Boxes: []core.Box{}}}
			n.words([]vocabulary.Token{w})
			out = append(out, n.id)
		}
	}
	return out
}
