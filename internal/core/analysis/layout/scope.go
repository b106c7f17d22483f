package layout

import (
	"slices"
	"strings"

	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/vocabulary"
)

// scope is the section that rows stand in, and how far it has come. What some
// headings say holds for their own paragraph or list only: a family history must not
// make what is printed below it the relatives', nor a list of stopped medicines stop
// the next.
type scope struct {
	section string
	beyond  string // see Row.Beyond
	rows    int    // below the heading, or text beside it
	items   bool   // all of those are items with marks
	mark    float64
	cells   int // of the row before
}

// opened is the scope below a heading; first is what stands in its row.
func opened(section string, heading Row) scope {
	open := scope{section: section, items: true}
	if !onlyHeading(withoutNumber(heading.Cells[0].Words)) || len(heading.Cells) > 1 {
		open.rows, open.items = 1, false
	}
	return open
}

// withoutNumber drops the number of a heading: "3. Allergies".
func withoutNumber(words []vocabulary.Token) []vocabulary.Token {
	if len(words) > 1 && itemMark(words[0]) {
		return words[1:]
	}
	return words
}

// limited reports whether the section holds for its own paragraph or list only.
// Others go on to the next heading: a plan has many paragraphs, and a number in it
// must not become a result.
func (o scope) limited() bool {
	switch o.section {
	case "family history", "past history", "social history", "allergies":
		return o.beyond == ""
	}
	return o.stopsMedicines()
}

// stopsMedicines reports whether the section is that of medicines of one state.
func (o scope) stopsMedicines() bool { return strings.HasPrefix(o.section, "medications ") }

// after is the scope of what comes behind the end of a section. Medicines below are
// still medicines, but of which state is for a person to see; conditions below a
// history are still found, but whose and of when is open.
func (o scope) after() scope {
	out := scope{section: o.section, beyond: o.section}
	switch {
	case o.stopsMedicines():
		out.section = "medications"
	case o.section == "allergies":
		out.section = ""
	}
	return out
}

// again is the scope of a row that goes back to a section which had ended: one of
// a relative below a family history.
func (o scope) again(r Row) scope {
	if o.beyond == "family history" && names("relative", r.Words) {
		return scope{section: o.beyond}
	}
	return o
}

// pass goes on over a row of the section.
func (o scope) pass(r Row) scope {
	marked := itemMark(r.Words[0])
	o.items = o.items && (marked || o.rows > 0 && r.Words[0].X0 > o.mark)
	if marked {
		o.mark = r.Words[0].X0
	}
	o.rows, o.cells = o.rows+1, len(r.Cells)
	return o
}

// closes reports whether row i, which is no heading, is no longer part of the
// section: it stands under a label of its own, behind an empty line, or behind the
// last item of a list.
func (s *Sheet) closes(o scope, i int) bool {
	r := s.Rows[i]
	switch {
	case !o.limited() || len(r.Words) == 0:
		return false
	case s.labels(r):
		return true
	case o.rows == 0 || o.section == "family history" && names("relative", r.Words):
		return false
	}
	marked := itemMark(r.Words[0])
	if o.items && !marked && r.Words[0].X0 <= o.mark+0.5*r.Height() {
		return true
	}
	return s.parted(o, i) && !(o.items && marked) && !(o.section == "past history" && opensWithCondition(r.Words))
}

// labels reports whether a row opens a part of the page that no vocabulary knows:
// a label in capitals, or one that has the line to itself. Relatives are labels
// within a family history.
func (s *Sheet) labels(r Row) bool {
	alone := len(r.Words) <= 4 && len(r.Cells) == 1 && strings.HasSuffix(r.Words[len(r.Words)-1].Text, ":") && vocabulary.StartsUpper(r.Words[0].Text)
	if !alone && !UnknownHeading(r) || itemMark(r.Words[0]) {
		return false
	}
	label := 1 + slices.IndexFunc(r.Words, func(w vocabulary.Token) bool { return strings.HasSuffix(w.Text, ":") })
	return !names("relative", r.Words[:label])
}

// parted reports whether a gap lies above a row that ends a paragraph: an empty
// line, on a page that is not set that wide throughout. Rows of one table keep
// together.
func (s *Sheet) parted(o scope, i int) bool {
	if i == 0 {
		return false
	}
	r := s.Rows[i]
	gap, least := r.Top-s.Rows[i-1].Bottom, 1.6
	if o.cells > 1 && len(r.Cells) > 1 {
		least = 3
	}
	return gap > least*r.Height() && (!s.Boxed || gap > 1.5*s.leading)
}

// usualLeading is the gap between the lines of the page that stand close: that of
// the lower quarter of them; 0 when there are none.
func (s *Sheet) usualLeading() float64 {
	var all []float64
	for i := 1; i < len(s.Rows); i++ {
		if gap := s.Rows[i].Top - s.Rows[i-1].Bottom; gap > 0 {
			all = append(all, gap)
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/4]
}

// opensWithCondition reports whether a row starts like an item of a list of
// conditions.
func opensWithCondition(words []vocabulary.Token) bool {
	for i := 0; i < len(words) && i < 3; i++ {
		if m, ok := vocabulary.Conditions().Find(words[i:]); ok && m.Sure {
			return true
		}
	}
	return false
}

// names reports whether words have a remark of a kind among them.
func names(kind string, words []vocabulary.Token) bool {
	for i := range words {
		if assertion.RemarkAt(kind, words[i:]) > 0 {
			return true
		}
	}
	return false
}

// endAtPatient ends a family history with the first sentence that speaks of the
// patient: "Mother had breast cancer. The patient has asthma." Sentences that name a
// relative still belong to it.
func endAtPatient(all []Sentence, rows []Row) {
	ended, row := false, -1
	for i := range all {
		t := &all[i]
		at := t.Words[0].Row
		if t.Section != "family history" || rows[at].Heading && at != row {
			ended = false
		}
		row = at
		if t.Section != "family history" || names("relative", t.Words) {
			continue
		}
		if ended = ended || names("patient", t.Words) || names("looked for", t.Words); ended {
			t.Beyond = t.Section
		}
	}
}
