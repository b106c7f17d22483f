package layout

import (
	"strings"

	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/vocabulary"
)

// Clause is a part of a sentence that says one thing.
type Clause struct {
	Words    []vocabulary.Token
	Spurious []vocabulary.Token // by which it takes a result back; nil none
}

// position is where a word stands on a page.
type position struct {
	row int
	x0  float64
}

// Clauses gives the sentences of a page, divided at semicolons.
func (s *Sheet) Clauses() []Clause {
	if s.partOf != nil {
		return s.parts
	}
	s.partOf = map[position]int{}
	for _, t := range s.Sentences() {
		start := 0
		for i, w := range t.Words {
			if i+1 < len(t.Words) && !strings.HasSuffix(w.Text, ";") {
				continue
			}
			c := Clause{Words: t.Words[start : i+1]}
			if at, ok := assertion.RemarkIn("spurious", c.Words); ok {
				c.Spurious = c.Words[at.From:at.To]
			}
			for _, w := range c.Words {
				s.partOf[position{w.Row, w.X0}] = len(s.parts)
			}
			s.parts, start = append(s.parts, c), i+1
		}
	}
	return s.parts
}

// ClauseOf gives the index of the clause a word stands in; -1 none.
func (s *Sheet) ClauseOf(w vocabulary.Token) int {
	s.Clauses()
	if i, ok := s.partOf[position{w.Row, w.X0}]; ok {
		return i
	}
	return -1
}

// Near reports whether a clause follows another on the same line or the next.
func (c Clause) Near(before Clause) bool {
	return c.Words[0].Row-before.Words[len(before.Words)-1].Row <= 1
}
