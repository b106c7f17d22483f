package layout

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/vocabulary"
)

// UnknownHeading reports whether a row starts with a label in capitals that no
// vocabulary has: "ESTIMATED BLOOD LOSS:". What follows is about something else.
func UnknownHeading(r Row) bool {
	for i, w := range r.Words {
		if i > 5 {
			break
		}
		if strings.HasSuffix(w.Text, ":") {
			return vocabulary.AllCapitals(r.Words[:i+1])
		}
	}
	return false
}

//go:embed data/headings.tsv
var headingsFile string

// Headings maps the headings of clinical documents to sections.
var Headings = sync.OnceValue(func() *vocabulary.Phrases[string] {
	p := vocabulary.NewPhrases[string]()
	for _, f := range vocabulary.ReadTable(headingsFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			p.Add(phrase, f[0])
		}
	}
	return p
})

// markSections gives every row the section it stands in, going on from the page
// before, and returns the last.
func (s *Sheet) markSections(open scope) scope {
	for i := range s.Rows {
		r := &s.Rows[i]
		if name, ok := headingOf(*r); ok {
			open, r.Heading = opened(name, *r), true
		} else if state := stateHeading(*r); state != "" && strings.HasPrefix(open.section, "medications") {
			open, r.Heading = scope{section: "medications " + state, items: true}, true
		} else {
			if s.closes(open, i) {
				open = open.after()
			}
			open = open.again(*r).pass(*r)
		}
		r.Section, r.Beyond = open.section, open.beyond
	}
	return open
}

// stateHeading gives the state of the medicines below a line that is nothing but
// its word: "STOPPED:". Only in a list of medicines is that a heading.
func stateHeading(r Row) string {
	if len(r.Words) == 1 && (strings.HasSuffix(r.Words[0].Text, ":") || vocabulary.StartsUpper(r.Words[0].Text)) {
		return assertion.StateWord(r.Words[0].Fold)
	}
	return ""
}

// headingOf recognises a row that opens a section: a known phrase alone, before
// a colon, or in a cell of its own at the left.
func headingOf(r Row) (string, bool) {
	first := r.Cells[0].Words
	if len(first) > 1 && (strings.Trim(first[0].Text, "0123456789.)") == "" || first[0].Fold == "") {
		first = first[1:] // "3. Allergies"
	}
	if section, ok := spacedHeading(r); ok {
		return section, true
	}
	m, ok := Headings().Find(first)
	if !ok {
		return "", false
	}
	if !setApart(r, first, m.Words) {
		return "", false
	}
	return m.Meaning, true
}

// setApart reports whether the first n words of a row's first cell stand as a
// heading does: before a colon or dash, alone in the row, or in capitals.
func setApart(r Row, first []vocabulary.Token, n int) bool {
	last, rest := first[n-1].Text, first[n:]
	if strings.HasSuffix(last, ":") {
		return true
	}
	if len(rest) > 0 && slices.Contains([]string{":", "-", "–"}, rest[0].Text) {
		return true
	}
	if len(r.Cells) > 1 {
		return false
	}
	if len(rest) == 0 && !strings.HasSuffix(last, ".") && !vocabulary.StartsLower(first[0].Text) { // not the last word of a wrapped cell
		return true
	}
	return vocabulary.AllCapitals(first[:n]) && len(rest) <= 3
}

// spacedHeading recognises a heading in large type, the words of which stand so far
// apart that they look like cells: "PROBLEM   LIST".
func spacedHeading(r Row) (string, bool) {
	if len(r.Cells) == 1 || !vocabulary.AllCapitals(r.Words) || !narrow(r) {
		return "", false
	}
	m, ok := Headings().Find(r.Words)
	return m.Meaning, ok && m.Sure && m.Words == len(r.Words)
}

// narrow reports whether the words of a row keep together, if further apart than
// usual.
func narrow(r Row) bool {
	for i, w := range r.Words[1:] {
		if w.X0-r.Words[i].X1 > 3*r.Height() {
			return false
		}
	}
	return true
}
