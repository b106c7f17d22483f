package analysis

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"clinician/internal/core"
)

//go:embed data/identity.tsv
var identityFile string

// labels are the words that announce a name, a birth date or a number, the
// patient's or somebody else's.
var labels = sync.OnceValue(func() *phrases[string] {
	p := newPhrases[string]()
	for _, f := range table(identityFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			p.add(phrase, f[0])
		}
	}
	return p
})

// identities says of every page who it is about, as far as it says so. Names in
// signatures, copy lists and of relatives are passed over: only a name behind a
// patient's label, behind "Re:", or beside a birth date counts.
func identities(d *document) []core.PageIdentity {
	out := make([]core.PageIdentity, 0, len(d.sheets))
	for _, s := range d.sheets {
		out = append(out, s.identity())
	}
	return out
}

func (s *sheet) identity() core.PageIdentity {
	id := core.PageIdentity{Page: s.number, Identifiers: []string{}, Boxes: []core.Box{}}
	found := s.labelled()
	name, ok := bestName(found)
	if !ok {
		name = -1
	}
	var evidence []token
	if ok {
		id.Name = printedName(found[name])
		evidence = append(evidence, found[name].value...)
	}
	if i := nearest(found, "born", found.at(name)); i < 0 && ok {
		if date, words, ok := s.misreadLabel(found[name].row); ok {
			id.DateOfBirth = date
			evidence = append(evidence, words...)
		}
	} else if i >= 0 {
		id.DateOfBirth = found[i].born
		evidence = append(evidence, found[i].value...)
	}
	for _, f := range found {
		if f.label == "number" && !slices.Contains(id.Identifiers, f.digits) && found.of(name, f) {
			id.Identifiers = append(id.Identifiers, f.digits)
			evidence = append(evidence, f.value...)
		}
	}
	for _, w := range evidence {
		if w.Confidence != nil && (id.Confidence == nil || *w.Confidence < *id.Confidence) {
			c := *w.Confidence
			id.Confidence = &c
		}
		if s.boxed {
			id.Boxes = append(id.Boxes, w.Box)
		}
	}
	return id
}

// item is a label with what stands behind or below it.
type item struct {
	label  string
	row    int
	value  []token
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
func (s *sheet) labelled() items {
	var out items
	others := othersBlock{}
	for i := range s.rows {
		row := s.rows[i].words
		others.enter(s, i)
		skip := false // the row goes on about somebody else
		for k := 0; k < len(row); {
			m, ok := labels().find(row[k:])
			if !ok || !m.sure && m.meaning != "born" && m.meaning != "patient" && m.meaning != "number" {
				k++
				continue
			}
			if starts := s.startsCell(i, k); starts {
				skip = false
			}
			if m.meaning == "other" && speaksOfOther(row, k, m.words) {
				skip = true
			}
			if !skip && !(others.covers(row[k]) && m.meaning != "patient" && m.meaning != "re") {
				if it, ok := s.item(i, k, m); ok {
					out = append(out, it)
				}
			}
			k += m.words
		}
		if !others.active() {
			out = append(out, s.unlabelled(i)...)
		}
	}
	return out
}

// speaksOfOther: "cc: ..." and "Next of kin" do, a nurse within a sentence does
// only where the label is marked as one.
func speaksOfOther(row []token, k, words int) bool {
	last := row[k+words-1].Text
	return k == 0 || strings.HasSuffix(last, ":") || k+words < len(row) && (row[k+words].Text == ":" || nameWord(row[k+words].Text))
}

func (s *sheet) startsCell(row, k int) bool {
	for _, c := range s.rows[row].cells {
		if c.words[0].x0 == s.rows[row].words[k].x0 {
			return true
		}
	}
	return false
}

// item reads what a label announces.
func (s *sheet) item(row, k int, m match[string]) (item, bool) {
	words := s.rows[row].words
	it := item{label: m.meaning, row: row}
	colon := strings.HasSuffix(words[k+m.words-1].Text, ":")
	value := words[k+m.words:]
	if len(value) > 0 && value[0].Text == ":" {
		colon, value = true, value[1:]
	}
	if len(value) > 1 && strings.HasPrefix(value[0].Text, "(") && strings.HasSuffix(strings.TrimSuffix(value[0].Text, ":"), ")") { // "DOB (age): ..."
		colon = colon || strings.HasSuffix(value[0].Text, ":")
		value = value[1:]
	}
	value = untilGap(value, s.rows[row].height())
	if len(value) == 0 || s.isLabel(value) {
		value = s.underLabel(row, words[k:k+m.words])
	}
	switch m.meaning {
	case "born":
		date, n, ok := birthDate(value)
		it.born, it.value = date, value[:n]
		return it, ok && !precededByOther(words[:k])
	case "number":
		it.digits, it.value = identifierOf(value)
		return it, it.digits != "" && !precededByOther(words[:k])
	case "patient", "name", "re", "family", "given":
		it.value = leadingName(value)
		it.score = s.nameScore(it, m, colon, words[:k])
		return it, len(it.value) > 0 && it.score > 0
	}
	return it, false
}

// untilGap gives the words of a value: to the end of the cell, where the first
// gap, between the label and its value, does not count.
func untilGap(words []token, height float64) []token {
	for i := 1; i < len(words); i++ {
		if words[i].x0-words[i-1].x1 > 2*wideGap*height {
			return words[:i]
		}
	}
	return words
}

func (s *sheet) isLabel(words []token) bool {
	m, ok := labels().find(words)
	return ok && m.sure
}

// underLabel gives the words under a label that heads a column.
func (s *sheet) underLabel(row int, label []token) []token {
	r := s.rows[row]
	if row+1 >= len(s.rows) || s.rows[row+1].top-r.bottom > 2*r.height() {
		return nil
	}
	x0, x1 := label[0].x0, label[len(label)-1].x1
	for _, c := range s.rows[row+1].cells {
		if c.x0() < x1 && c.x1() > x0 && !s.isLabel(c.words) {
			return c.words
		}
	}
	return nil
}

// nameScore weighs how surely a labelled name is the patient's; 0 is not.
func (s *sheet) nameScore(it item, m match[string], colon bool, before []token) int {
	if len(it.value) == 0 || precededByOther(before) {
		return 0
	}
	plain := 0
	for _, w := range it.value {
		if !isTitle(w.fold) {
			plain++
		}
	}
	surnameFirst := strings.HasSuffix(it.value[0].Text, ",")
	switch {
	case plain == 0:
		return 0
	case m.meaning == "patient" && (colon || surnameFirst || m.words > 1):
		return 6
	case m.meaning == "re" && colon && len(before) == 0 && (plain > 1 || isTitle(it.value[0].fold)):
		return 6
	case m.meaning == "family" && (colon || plain <= 2):
		return 5
	case m.meaning == "given" && (colon || plain <= 2):
		return 4
	case m.meaning == "name" && colon && len(before) == 0:
		return 4
	case m.meaning == "name" && colon && s.startsCell(it.row, len(before)):
		return 3
	}
	return 0
}

// precededByOther reports whether words just before a label turn it to somebody
// else: "GP name", "mother's date of birth".
func precededByOther(before []token) bool {
	for i := max(0, len(before)-3); i < len(before); i++ {
		w := strings.TrimSuffix(strings.TrimSuffix(before[i].fold, "'s"), "s'")
		if m, ok := labels().lookup(w); ok && m == "other" {
			return true
		}
		switch w {
		case "drug", "test", "file", "user", "company", "hospital", "doctor", "contact", "product", "brand", "procedure", "practice", "staff", "baby", "child":
			return true
		}
	}
	return false
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

// misreadLabel finds a date on the row of the name behind what may once have
// been "DOB:".
func (s *sheet) misreadLabel(row int) (core.Date, []token, bool) {
	words := s.rows[row].words
	for i, w := range words {
		if len(w.fold) != 3 || !strings.HasSuffix(w.Text, ":") || edits(w.fold, "dob", 2) > 2 {
			continue
		}
		if d, n, ok := birthDate(words[i+1:]); ok {
			return d, words[i+1 : i+1+n], true
		}
	}
	return core.Date{}, nil, false
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
	return strings.TrimRight(joined(it.value), ",;.: ")
}

// othersBlock is a part of the page under a heading such as "Next of kin".
type othersBlock struct {
	x0, bottom float64
	on         bool
}

// enter opens and closes the block with the rows passed.
func (b *othersBlock) enter(s *sheet, row int) {
	r := s.rows[row]
	if b.on && r.top-b.bottom > 1.2*r.height() || r.heading {
		b.on = false
	}
	for _, c := range r.cells {
		m, ok := labels().find(c.words)
		if ok && m.sure && m.meaning == "other" && (m.words == len(c.words) || strings.HasSuffix(c.words[m.words-1].Text, ":")) {
			*b = othersBlock{c.x0(), r.bottom, true}
			return
		}
		if ok && m.sure && (m.meaning == "patient" || m.meaning == "re") && c.x0() <= b.x0 {
			b.on = false
		}
	}
	b.bottom = r.bottom
}

func (b *othersBlock) active() bool        { return b.on }
func (b *othersBlock) covers(w token) bool { return b.on && w.x0 >= b.x0-5 }
