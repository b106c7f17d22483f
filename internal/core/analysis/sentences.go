package analysis

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentence is a run of words of prose, over as many lines as it takes.
type sentence struct {
	words   []token
	section string
}

// sentences gives the words of a page sentence by sentence. A line goes on in
// the line below only where its own next word would not have fitted, or where it
// leaves a denial open (see runsOn), so that lists are not run together. Cells of tables are sentences of their own.
func (s *sheet) sentences() []sentence {
	if s.prose == nil {
		s.prose = s.findSentences()
	}
	return slices.Clone(s.prose)
}

func (s *sheet) findSentences() []sentence {
	var open []paragraph // those the row above may go on in
	var out []sentence
	for _, r := range s.rows {
		var next []paragraph
		for _, c := range r.cells {
			p := paragraph{cell: c, top: r.top, bottom: r.bottom, section: r.section, opens: r.heading, title: r.heading && onlyHeading(c.words)}
			for i, o := range open {
				if o.words != nil && o.goesOn(p, s.right) {
					p.words, open[i].words = o.words, nil
					break
				}
			}
			p.words = mend(p.words, c.words)
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
	return out
}

// paragraph is prose met so far; cell is its last line.
type paragraph struct {
	words       []token
	cell        cell
	top, bottom float64
	section     string
	opens       bool // its last line is a heading, perhaps with text after it
	title       bool // its last line is nothing but a heading
}

// onlyHeading reports whether words are a heading without text after it.
func onlyHeading(words []token) bool {
	m, ok := headings().find(words)
	return ok && m.words == len(words)
}

// goesOn reports whether next is the following line of the same paragraph.
func (p paragraph) goesOn(next paragraph, right float64) bool {
	h := max(1, p.bottom-p.top)
	first := next.cell.words[0]
	over := min(p.cell.x1(), next.cell.x1()) - max(p.cell.x0(), next.cell.x0())
	switch {
	case next.top-p.bottom > 1.6*h, p.section != next.section, next.opens, p.title:
		return false
	case 2*over < min(p.cell.x1()-p.cell.x0(), next.cell.x1()-next.cell.x0()):
		return false
	case strings.HasPrefix(first.Text, "•"), first.fold == "", numbered(first.Text):
		return false
	}
	if runsOn(p.words, next.cell.words) {
		return true
	}
	return next.top-p.bottom <= 1.1*h && p.cell.x1()+0.4*h+(first.x1-first.x0) > right-2*h
}

// numbered reports whether a word numbers an item of a list.
func numbered(s string) bool {
	n := strings.TrimRight(s, ".)")
	return len(n) < len(s) && len(n) > 0 && len(n) < 3 && strings.Trim(n, "0123456789") == ""
}

// split divides a paragraph after stops.
func (p paragraph) split() []sentence {
	var out []sentence
	start := 0
	for i, w := range p.words {
		if i+1 == len(p.words) || i-start >= longestSentence || stops(w.Text, p.words[i+1].Text, i == start) {
			out = append(out, sentence{p.words[start : i+1], p.section})
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
	case first && numbered(word):
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
