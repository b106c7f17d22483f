package analysis

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"clinician/internal/core"
)

//go:embed data/allergens.txt
var allergensFile string

// allergens are substances people react to that are no medicines by name.
var allergens = sync.OnceValue(func() *phrases[bool] {
	p := newPhrases[bool]()
	for line := range strings.Lines(allergensFile) {
		line, _, _ = strings.Cut(line, "#")
		p.add(line, true)
	}
	return p
})

// substanceAt finds a known substance at the start of words.
func substanceAt(words []token) (n int, sure bool) {
	if m, ok := allergens().find(words); ok {
		n, sure = m.words, m.sure
	}
	if m, ok := drugAt(words); ok && m.words > n {
		n, sure = m.words, m.sure
	}
	return n, sure
}

// allergies finds substances with their reactions, under headings of allergies
// and in prose ("allergic to ..."), and the statement that none is known, which
// is a value too: Negated.
func allergies(d *document) []core.Value {
	var out []core.Value
	for _, s := range d.sheets {
		listed := s.allergyList()
		var head row
		for i, r := range s.rows {
			switch {
			case listed[i] == 0:
				head = row{}
			case len(r.cells) < 2 || r.heading:
			case allergyHead(r.words):
				head = r
			default:
				out = append(out, s.allergyRow(i, head)...)
			}
		}
		for _, t := range s.sentences() {
			row := t.words[0].row
			switch {
			case listed[row] == 0:
				out = append(out, s.allergyProse(t)...)
			case len(s.rows[row].cells) == 1 || s.rows[row].heading:
				out = append(out, s.allergyItems(t, listed[row])...)
			}
		}
	}
	return out
}

// allergyList numbers the rows from a heading of allergies on, as long as they
// follow without a gap; 0 is outside.
func (s *sheet) allergyList() []int {
	out := make([]int, len(s.rows))
	tabled := s.medicineTable()
	for i, r := range s.rows {
		switch {
		case tabled[i] || r.section != "allergies":
		case r.heading && titled(r), !r.heading && unknownHeading(r):
		case r.heading:
			out[i] = 1
		case i > 0 && out[i-1] > 0 && r.top-s.rows[i-1].bottom <= 1.5*r.height():
			out[i] = out[i-1] + 1
		}
	}
	return out
}

// titled reports whether a heading is the title of the page: "ALLERGY
// DOCUMENTATION".
func titled(r row) bool {
	for _, w := range r.words {
		switch w.fold {
		case "documentation", "record", "form", "report", "clinic", "summary", "card":
			return true
		}
	}
	return false
}

// allergyRow reads a row of a table: substance, reaction, state, or as its head
// says.
func (s *sheet) allergyRow(i int, head row) []core.Value {
	r := s.rows[i]
	at := cellUnder(r, head, "substance", "allergen", "agent", "allergy", "allergies")
	if at < 0 {
		return nil
	}
	name := stripItem(r.cells[at].words)
	if none, _, ok := s.noneKnown(r.words, true); ok {
		return []core.Value{none}
	}
	if !hasLetters(name) || allergyHead(name) || len(name) > 6 || hasDigit(name[0].Text) || unrecorded(name) {
		return nil
	}
	var reaction []token
	if at+1 < len(r.cells) {
		if second := withoutStates(r.cells[at+1].words); len(second) > 0 && !hasDigit(second[0].Text) && len(second) <= 8 {
			reaction = second
		}
	}
	v := s.allergy(name, reaction)
	if n, sure := substanceAt(name); n == 0 || !sure {
		doubt(&v, "the substance is not among those this program knows")
	}
	for _, c := range r.cells[at+1:] {
		if f := c.words[len(c.words)-1].fold; len(c.words) <= 2 && (f == "inactive" || f == "resolved") {
			v.Context = f
		}
	}
	s.deny(&v, s.deniedAbove(i, r.cells[at]))
	return []core.Value{v}
}

// allergyHead reports whether words name columns of a list of allergies.
func allergyHead(words []token) bool {
	for _, w := range words {
		switch w.fold {
		case "substance", "allergen", "allergies", "allergy", "name", "reaction", "reactions", "status", "notes", "severity", "type", "comments", "date", "recorded", "agent", "onset", "adverse", "alerts", "sensitivities", "intolerances", "and", "code", "system", "category", "criticality", "documented", "identified", "noted":
		default:
			return false
		}
	}
	return true
}

// allergyItems reads a line of a list; nth is 1 for the row of the heading.
func (s *sheet) allergyItems(t sentence, nth int) []core.Value {
	words := t.words
	if s.rows[words[0].row].heading {
		words = afterHeading(s.rows[words[0].row], words)
	}
	return s.allergyEntries(sentence{words, t.section}, nth)
}

func (s *sheet) allergyEntries(t sentence, nth int) []core.Value {
	words := t.words
	for len(words) > 1 && (words[0].fold == "yes" || words[0].fold == "") { // "Yes - penicillin"
		words = words[1:]
	}
	if len(words) > 2 && speaksOfAllergy(words[0], words[1]) && words[2].fold != "nothing" { // "Allergic to penicillin"
		words = words[2:]
	}
	if len(words) == 0 || allergyHead(words) {
		return nil
	}
	if none, at, ok := s.noneKnown(words, true); ok {
		before, behind := sentence{words[:at.from], t.section}, sentence{words[at.to:], t.section}
		return slices.Concat(s.allergyEntries(before, nth), []core.Value{none}, s.allergyEntries(behind, nth))
	}
	if len(negations(words)) > 0 {
		if one := s.allergyProse(sentence{words, t.section}); len(one) > 0 {
			return one // "Not allergic to penicillin"
		}
	}
	var out []core.Value
	for _, it := range allergyParts(words) {
		name, reaction := substanceAndReaction(it)
		n, sure := substanceAt(name)
		if n == 0 && len(out) > 0 {
			remarkAllergy(&out[len(out)-1], it) // "childhood rash, tolerated since"
		}
		if n > 0 && n < len(name) && reaction == nil { // columns that ran together
			name, reaction = name[:n], withoutStates(name[n:])
		}
		if !hasLetters(name) || allergyHead(name) || len(name) > 6 || n == 0 && (nth > 2 || len(name) > 4) && reaction == nil || unrecorded(name) {
			continue
		}
		if n == 0 && (!startsUpper(name[0].Text) || endsSentence(t) && reaction == nil && len(name) > 2) {
			continue
		}
		v := s.allergy(name, reaction)
		if n == 0 || !sure {
			doubt(&v, "the substance is not among those this program knows")
		}
		if f := it[len(it)-1].fold; f == "inactive" || f == "resolved" {
			v.Context = f
		}
		out = append(out, v)
	}
	return out
}

// withoutStates drops the state of an allergy behind its reaction.
func withoutStates(words []token) []token {
	for len(words) > 0 {
		switch words[len(words)-1].fold {
		case "active", "inactive", "resolved", "":
			words = words[:len(words)-1]
			continue
		}
		break
	}
	return words
}

func startsUpper(s string) bool { return s != "" && !startsLower(strings.TrimLeft(s, "(\"'")) }

func endsSentence(t sentence) bool { return strings.HasSuffix(t.words[len(t.words)-1].Text, ".") }

// unrecorded reports whether a line says that nothing is on record, which is
// neither an allergy nor the absence of one.
func unrecorded(words []token) bool {
	switch words[0].fold {
	case "no", "not", "unknown", "unavailable", "see", "none", "nil", "unable", "as":
		return true
	}
	return false
}

// allergyParts divides a list at semicolons, and at commas, "and" and "or"
// outside brackets.
func allergyParts(words []token) [][]token {
	var out [][]token
	depth, start := 0, 0
	cut := func(end, next int) {
		if part := stripItem(words[start:end]); len(part) > 0 {
			out = append(out, part)
		}
		start = next
	}
	for i, w := range words {
		depth += strings.Count(w.Text, "(") - strings.Count(w.Text, ")")
		depth = max(depth, 0)
		switch {
		case depth > 0:
		case strings.HasSuffix(w.Text, ";"), strings.HasSuffix(w.Text, ","), i+1 == len(words):
			cut(i+1, i+1)
		case (w.fold == "and" || w.fold == "or" || w.fold == "nor") && i > start && !reactionWord(words[start:i]):
			cut(i, i+1)
		}
	}
	if start < len(words) {
		cut(len(words), len(words))
	}
	return out
}

func reactionWord(words []token) bool {
	for _, w := range words {
		switch w.fold {
		case "causes", "caused", "causing", "-", "–":
			return true
		}
	}
	return false
}

// substanceAndReaction divides "Penicillin (rash)", "Penicillin - rash" and
// "penicillin caused a rash".
func substanceAndReaction(words []token) (name, reaction []token) {
	for i, w := range words {
		if i == 0 {
			continue
		}
		switch {
		case strings.HasPrefix(w.Text, "("):
			return words[:i], words[i:]
		case w.Text == "-" || w.Text == "–" || w.Text == "—" || w.Text == ":" || w.Text == "->" || w.Text == "→":
			return words[:i], words[i+1:]
		case w.fold == "causes" || w.fold == "caused" || w.fold == "causing" || w.fold == "gives" || w.fold == "with":
			return words[:i], words[i+1:]
		case strings.HasSuffix(words[i-1].Text, ":"):
			return words[:i], words[i:]
		}
	}
	return words, nil
}

// allergyProse finds "allergic to ..." and "no known allergies" in sentences.
func (s *sheet) allergyProse(t sentence) []core.Value {
	words := t.words
	var out []core.Value
	if none, _, ok := s.noneKnown(words, false); ok {
		out = append(out, none)
	}
	denials := negations(words)
	for i := range words {
		if v, ok := s.allergyNamed(words, i, denials); ok {
			out = append(out, v)
			continue
		}
		if i+2 >= len(words) || !speaksOfAllergy(words[i], words[i+1]) || thresholds(words[:i]) {
			continue // "if allergic to ..." is nobody's allergy
		}
		_, negated := denied(denials, i, i+1)
		rest := words[i+2:]
		for _, part := range allergyParts(rest) {
			name, reaction := substanceAndReaction(part)
			n, sure := substanceAt(name)
			if n == 0 {
				break // the sentence goes on about something else
			}
			v := s.allergy(name[:n], reaction)
			v.Negated = negated
			if !sure {
				doubt(&v, "the substance may be misread")
			}
			if who, sure := relativeBefore(words, i); who != nil {
				ofRelative(&v, who, sure)
			}
			if by := unsureAround(words, i, i+1); by != nil && !negated {
				doubt(&v, "the text says %q of it", quoted(by))
			}
			out = append(out, v)
		}
	}
	return out
}

// allergyNamed reads "penicillin allergy (rash)" at word i, which says allergy. Tests
// and clinics of that name are none.
func (s *sheet) allergyNamed(words []token, i int, denials []negation) (core.Value, bool) {
	switch words[i].fold {
	case "allergy", "allergic", "intolerance", "intolerant":
	default:
		return core.Value{}, false
	}
	rest := words[i+1:]
	if endsPhrase(words[max(0, i-1)].Text) || len(rest) > 0 && aboutAllergy[rest[0].fold] && !endsClause(words[i].Text) || thresholds(words[:i]) {
		return core.Value{}, false
	}
	for from := max(0, i-4); from < i; from++ {
		n, sure := substanceAt(words[from:i])
		if from+n != i || !sure {
			continue
		}
		var reaction []token
		if len(rest) > 0 && rest[0].Text[0] == '(' {
			end := 1 + slices.IndexFunc(rest, func(w token) bool { return strings.Contains(w.Text, ")") })
			reaction = rest[:end]
		}
		v := s.allergy(words[from:i], reaction)
		_, v.Negated = denied(denials, from, i+1)
		if who, sure := relativeBefore(words, from); who != nil {
			ofRelative(&v, who, sure)
		}
		if by := unsureAround(words, from, i+1); by != nil && !v.Negated {
			doubt(&v, "the text says %q of it", quoted(by))
		}
		return v, true
	}
	return core.Value{}, false
}

// aboutAllergy follow "penicillin allergy" where it is not the patient's, or where
// it is read as "allergy to".
var aboutAllergy = wordSet("to of test tests testing tested clinic service status assessment referral label history card alert action nurse specialist")

// speaksOfAllergy reports whether two words lead to a substance: "allergic to".
func speaksOfAllergy(word, to token) bool {
	switch word.fold {
	case "allergic", "allergy", "allergies", "intolerant", "intolerance", "anaphylaxis":
		return to.fold == "to" || to.fold == "of"
	}
	return false
}

// remarkAllergy notes what is said with a substance: "(mother)", "not confirmed",
// "tolerated since".
func remarkAllergy(v *core.Value, said []token) {
	for i := 0; i < len(said); i++ {
		if n := remarkAt("relative", said[i:]); n > 0 {
			ofRelative(v, said[i:i+n], false)
		}
		if n := remarkAt("unsure behind", said[i:]); n > 0 || strings.Contains(said[i].Text, "?") {
			n = max(1, n)
			doubt(v, "the text says %q of it", quoted(said[i:i+n]))
			i += n - 1
		}
	}
}

func (s *sheet) allergy(name, reaction []token) core.Value {
	v := newValue(s, core.ValueAllergy, name, reaction)
	v.Name = tidyEnd(joined(name))
	v.Text = strings.Trim(joined(reaction), " .,;:()[]-–")
	remarkAllergy(&v, slices.Concat(name, reaction))
	return v
}
