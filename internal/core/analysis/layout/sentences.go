package layout

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"clinician/internal/core/analysis/vocabulary"
)

// Sentence is a run of words of prose, over as many lines as it takes.
type Sentence struct {
	Words   []vocabulary.Token
	Section string
	Beyond  string // as that of its row, or the family history that a sentence before it ended
}

// Sentences gives the words of a page sentence by sentence. A line goes on in
// the line below only where its own next word would not have fitted, or where it
// leaves a denial open (see runsOn), so that lists are not run together. Cells of tables are sentences of their own.
func (s *Sheet) Sentences() []Sentence {
	if s.prose == nil {
		s.prose = s.findSentences()
	}
	return slices.Clone(s.prose)
}

func (s *Sheet) findSentences() []Sentence {
	var open []paragraph // those the row above may go on in
	var out []Sentence
	for _, r := range s.Rows {
		var next []paragraph
		for _, c := range r.Cells {
			p := paragraph{cell: c, top: r.Top, bottom: r.Bottom, section: r.Section, beyond: r.Beyond, opens: r.Heading, title: r.Heading && onlyHeading(c.Words)}
			for i, o := range open {
				if o.words != nil && o.goesOn(p, s.right) {
					p.words, open[i].words = o.words, nil
					break
				}
			}
			p.words = mend(p.words, c.Words)
			next = append(next, p)
		}
		for _, o := range open {
			out = append(out, o.split()...)
		}
		open = next
	}
	for _, o := range open {
		out = append(out, o.split()...)
	}
	endAtPatient(out, s.Rows)
	return out
}

// paragraph is prose met so far; cell is its last line.
type paragraph struct {
	words       []vocabulary.Token
	cell        Cell
	top, bottom float64
	section     string
	beyond      string
	opens       bool // its last line is a heading, perhaps with text after it
	title       bool // its last line is nothing but a heading
}

// onlyHeading reports whether words are a heading without text after it.
func onlyHeading(words []vocabulary.Token) bool {
	m, ok := Headings().Find(words)
	return ok && m.Words == len(words)
}

// goesOn reports whether next is the following line of the same paragraph.
func (p paragraph) goesOn(next paragraph, right float64) bool {
	h := max(1, p.bottom-p.top)
	first := next.cell.Words[0]
	over := min(p.cell.X1(), next.cell.X1()) - max(p.cell.X0(), next.cell.X0())
	switch {
	case next.top-p.bottom > 1.6*h, p.section != next.section, p.beyond != next.beyond, next.opens, p.title:
		return false
	case 2*over < min(p.cell.X1()-p.cell.X0(), next.cell.X1()-next.cell.X0()):
		return false
	case strings.HasPrefix(first.Text, "•"), first.Fold == "", vocabulary.NumbersItem(first.Text):
		return false
	}
	if runsOn(p.words, next.cell.Words) {
		return true
	}
	return next.top-p.bottom <= 1.1*h && p.cell.X1()+0.4*h+(first.X1-first.X0) > right-2*h
}

// split divides a paragraph after stops.
func (p paragraph) split() []Sentence {
	var out []Sentence
	start := 0
	for i, w := range p.words {
		if i+1 == len(p.words) || i-start >= longestSentence || stops(w.Text, p.words[i+1].Text, i == start) {
			out = append(out, Sentence{p.words[start : i+1], p.section, p.beyond})
			start = i + 1
		}
	}
	return out
}

// stops reports whether a sentence ends between two words.
func stops(word, next string, first bool) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(word, `)"'”’`))
	switch last {
	case '!', '?':
		return strings.Trim(word, "!?") != "" // "? pneumonia" is one question
	case '.':
	default:
		return false
	}
	start, _ := utf8.DecodeRuneInString(strings.TrimLeft(next, `("'“‘`))
	switch {
	case first && vocabulary.NumbersItem(word):
		return false
	case unicode.IsDigit(start) && strings.Trim(word, "0123456789.") == "":
		return false // perhaps one number, torn apart: "38. 6"
	case unicode.IsLower(start):
		return false
	case abbreviations[strings.ToLower(word)]:
		return false
	}
	return utf8.RuneCountInString(word) > 2 || !unicode.IsUpper([]rune(word)[0]) // not an initial: "A."
}

var abbreviations = map[string]bool{
	"dr.": true, "mr.": true, "mrs.": true, "ms.": true, "prof.": true, "st.": true, "no.": true, "vs.": true,
	"e.g.": true, "i.e.": true, "approx.": true, "ref.": true, "tel.": true, "tab.": true, "cap.": true, "q.d.": true, "b.i.d.": true, "t.i.d.": true, "p.o.": true,
}
