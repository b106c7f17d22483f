package analysis

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed data/headings.tsv
var headingsFile string

// headings maps the headings of clinical documents to sections.
var headings = sync.OnceValue(func() *phrases[string] {
	p := newPhrases[string]()
	for _, f := range table(headingsFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			p.add(phrase, f[0])
		}
	}
	return p
})

// table reads a data file: tab-separated fields, # starts a comment line.
func table(file string) [][]string {
	var out [][]string
	for line := range strings.Lines(file) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && line[0] != '#' {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	return out
}

// markSections gives every row the section it stands in, going on from the page
// before, and returns the last.
func (s *sheet) markSections(section string) string {
	for i := range s.rows {
		r := &s.rows[i]
		if name, ok := headingOf(*r); ok {
			section, r.heading = name, true
		} else if state := stateHeading(*r); state != "" && strings.HasPrefix(section, "medications") {
			section, r.heading = "medications "+state, true
		}
		r.section = section
	}
	return section
}

// stateHeading gives the state of the medicines below a line that is nothing but
// its word: "STOPPED:". Only in a list of medicines is that a heading.
func stateHeading(r row) string {
	if len(r.words) == 1 && (strings.HasSuffix(r.words[0].Text, ":") || startsUpper(r.words[0].Text)) {
		return stateWord(r.words[0].fold)
	}
	return ""
}

// headingOf recognises a row that opens a section: a known phrase alone, before
// a colon, or in a cell of its own at the left.
func headingOf(r row) (string, bool) {
	first := r.cells[0].words
	if len(r.words) > 1 && (strings.Trim(first[0].Text, "0123456789.)") == "" || first[0].fold == "") && len(first) > 1 {
		first = first[1:] // "3. Allergies"
	}
	if m, ok := headings().find(r.words); ok && m.sure && m.words == len(r.words) && len(r.cells) > 1 && shouted(r.words) && narrow(r) {
		return m.meaning, true // large type: "PROBLEM   LIST"
	}
	m, ok := headings().find(first)
	if !ok {
		return "", false
	}
	last, rest := first[m.words-1].Text, first[m.words:]
	switch {
	case strings.HasSuffix(last, ":"), len(rest) > 0 && rest[0].Text == ":":
		return m.meaning, true
	case len(rest) > 0 && (rest[0].Text == "-" || rest[0].Text == "–"):
		return m.meaning, true
	case len(rest) == 0 && len(r.cells) == 1 && !strings.HasSuffix(last, ".") && !startsLower(first[0].Text): // not the last word of a wrapped cell
		return m.meaning, true
	case len(r.cells) == 1 && shouted(first[:m.words]) && len(rest) <= 3:
		return m.meaning, true
	}
	return "", false
}

// narrow reports whether the words of a row keep together, if further apart than
// usual.
func narrow(r row) bool {
	for i, w := range r.words[1:] {
		if w.x0-r.words[i].x1 > 3*r.height() {
			return false
		}
	}
	return true
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

// shouted reports whether words are in capitals.
func shouted(words []token) bool {
	letters := 0
	for _, w := range words {
		for _, r := range w.Text {
			if unicode.IsLower(r) {
				return false
			}
			if unicode.IsLetter(r) {
				letters++
			}
		}
	}
	return letters > 3
}
