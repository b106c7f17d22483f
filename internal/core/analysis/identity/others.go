package identity

import (
	"strings"

	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// precededByOther reports whether words just before a label turn it to somebody
// else: "GP name", "mother's date of birth".
func precededByOther(before []vocabulary.Token) bool {
	for i := max(0, len(before)-3); i < len(before); i++ {
		w := strings.TrimSuffix(strings.TrimSuffix(before[i].Fold, "'s"), "s'")
		if m, ok := labels().Lookup(w); ok && m == "other" {
			return true
		}
		switch w {
		case "drug", "test", "file", "user", "company", "hospital", "doctor", "contact", "product", "brand", "procedure", "practice", "staff", "baby", "child":
			return true
		}
	}
	return false
}

// othersBlock is a part of the page under a heading such as "Next of kin".
type othersBlock struct {
	x0, bottom float64
	on         bool
}

// enter opens and closes the block with the rows passed.
func (b *othersBlock) enter(s *layout.Sheet, row int) {
	r := s.Rows[row]
	if b.on && r.Top-b.bottom > 1.2*r.Height() || r.Heading {
		b.on = false
	}
	for _, c := range r.Cells {
		m, ok := labels().Find(c.Words)
		if ok && m.Sure && m.Meaning == "other" && (m.Words == len(c.Words) || strings.HasSuffix(c.Words[m.Words-1].Text, ":")) {
			*b = othersBlock{c.X0(), r.Bottom, true}
			return
		}
		if ok && m.Sure && (m.Meaning == "patient" || m.Meaning == "re") && c.X0() <= b.x0 {
			b.on = false
		}
	}
	b.bottom = r.Bottom
}

func (b *othersBlock) active() bool { return b.on }

func (b *othersBlock) covers(w vocabulary.Token) bool { return b.on && w.X0 >= b.x0-5 }
