package identity

import (
	_ "embed"
	"strings"
	"sync"

	"clinician/internal/core"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

//go:embed data/identity.tsv
var identityFile string

// labels are the words that announce a name, a birth date or a number, the
// patient's or somebody else's.
var labels = sync.OnceValue(func() *vocabulary.Phrases[string] {
	p := vocabulary.NewPhrases[string]()
	for _, f := range vocabulary.ReadTable(identityFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			p.Add(phrase, f[0])
		}
	}
	return p
})

// item is a label with what stands behind or below it.
type item struct {
	label  string
	row    int
	value  []vocabulary.Token
	born   core.Date
	digits string
	score  int // names: how surely it is the patient's
}

type items []item

// at gives the row of an item, the top of the page for none.
func (f items) at(i int) int {
	if i < 0 {
		return 0
	}
	return f[i].row
}

// of reports whether an item may belong to the name: nobody else's name lies
// between, which would show as a great distance.
func (f items) of(name int, x item) bool {
	return name < 0 || x.row-f[name].row <= 12 && f[name].row-x.row <= 6
}

// labelled collects names, birth dates and numbers with their labels, and names
// that stand without one beside a birth date.
func labelled(s *layout.Sheet) items {
	var out items
	others := othersBlock{}
	for i := range s.Rows {
		row := s.Rows[i].Words
		others.enter(s, i)
		skip := false // the row goes on about somebody else
		for k := 0; k < len(row); {
			m, ok := labels().Find(row[k:])
			if !ok || !m.Sure && m.Meaning != "born" && m.Meaning != "patient" && m.Meaning != "number" {
				k++
				continue
			}
			if starts := startsCell(s, i, k); starts {
				skip = false
			}
			if m.Meaning == "other" && speaksOfOther(row, k, m.Words) {
				skip = true
			}
			if !skip && !(others.covers(row[k]) && m.Meaning != "patient" && m.Meaning != "re") {
				if it, ok := readItem(s, i, k, m); ok {
					out = append(out, it)
				}
			}
			k += m.Words
		}
		if !others.active() {
			out = append(out, unlabelled(s, i)...)
		}
	}
	return out
}

// speaksOfOther: "cc: ..." and "Next of kin" do, a nurse within a sentence does
// only where the label is marked as one.
func speaksOfOther(row []vocabulary.Token, k, words int) bool {
	last := row[k+words-1].Text
	return k == 0 || strings.HasSuffix(last, ":") || k+words < len(row) && (row[k+words].Text == ":" || nameWord(row[k+words].Text))
}

func startsCell(s *layout.Sheet, row, k int) bool {
	for _, c := range s.Rows[row].Cells {
		if c.Words[0].X0 == s.Rows[row].Words[k].X0 {
			return true
		}
	}
	return false
}

// readItem reads what a label announces.
func readItem(s *layout.Sheet, row, k int, m vocabulary.Match[string]) (item, bool) {
	words := s.Rows[row].Words
	it := item{label: m.Meaning, row: row}
	colon := strings.HasSuffix(words[k+m.Words-1].Text, ":")
	value := words[k+m.Words:]
	if len(value) > 0 && value[0].Text == ":" {
		colon, value = true, value[1:]
	}
	if len(value) > 1 && strings.HasPrefix(value[0].Text, "(") && strings.HasSuffix(strings.TrimSuffix(value[0].Text, ":"), ")") { // "DOB (age): ..."
		colon = colon || strings.HasSuffix(value[0].Text, ":")
		value = value[1:]
	}
	value = untilGap(value, s.Rows[row].Height())
	if len(value) == 0 || isLabel(s, value) {
		value = underLabel(s, row, words[k:k+m.Words])
	}
	switch m.Meaning {
	case "born":
		date, n, ok := birthDate(value)
		it.born, it.value = date, value[:n]
		return it, ok && !precededByOther(words[:k])
	case "number":
		it.digits, it.value = identifierOf(value)
		return it, it.digits != "" && !precededByOther(words[:k])
	case "patient", "name", "re", "family", "given":
		it.value = leadingName(value)
		it.score = nameScore(s, it, m, colon, words[:k])
		return it, len(it.value) > 0 && it.score > 0
	}
	return it, false
}

// untilGap gives the words of a value: to the end of the cell, where the first
// gap, between the label and its value, does not count.
func untilGap(words []vocabulary.Token, height float64) []vocabulary.Token {
	for i := 1; i < len(words); i++ {
		if words[i].X0-words[i-1].X1 > 2*layout.WideGap*height {
			return words[:i]
		}
	}
	return words
}

func isLabel(s *layout.Sheet, words []vocabulary.Token) bool {
	m, ok := labels().Find(words)
	return ok && m.Sure
}

// underLabel gives the words under a label that heads a column.
func underLabel(s *layout.Sheet, row int, label []vocabulary.Token) []vocabulary.Token {
	r := s.Rows[row]
	if row+1 >= len(s.Rows) || s.Rows[row+1].Top-r.Bottom > 2*r.Height() {
		return nil
	}
	x0, x1 := label[0].X0, label[len(label)-1].X1
	for _, c := range s.Rows[row+1].Cells {
		if c.X0() < x1 && c.X1() > x0 && !isLabel(s, c.Words) {
			return c.Words
		}
	}
	return nil
}
