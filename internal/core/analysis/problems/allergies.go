package problems

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// Allergies finds substances with their reactions, under headings of allergies
// and in prose ("allergic to ..."), and the statement that none is known, which
// is a value too: Negated.
func Allergies(d *layout.Document) []core.Value {
	var out []core.Value
	for _, s := range d.Sheets {
		listed := allergyList(s)
		var head layout.Row
		for i, r := range s.Rows {
			switch {
			case listed[i] == 0:
				head = layout.Row{}
			case len(r.Cells) < 2 || r.Heading:
			case allergyHead(r.Words):
				head = r
			default:
				out = append(out, allergyRow(s, i, head)...)
			}
		}
		for _, t := range s.Sentences() {
			row := t.Words[0].Row
			switch {
			case listed[row] == 0:
				out = append(out, allergyProse(s, t)...)
			case len(s.Rows[row].Cells) == 1 || s.Rows[row].Heading:
				out = append(out, allergyItems(s, t, listed[row])...)
			}
		}
	}
	return out
}

// allergyList numbers the rows from a heading of allergies on, as long as they
// follow without a gap; 0 is outside.
func allergyList(s *layout.Sheet) []int {
	out := make([]int, len(s.Rows))
	tabled := s.MedicineRows()
	for i, r := range s.Rows {
		switch {
		case tabled[i] || r.Section != "allergies":
		case r.Heading && titled(r), !r.Heading && layout.UnknownHeading(r):
		case r.Heading:
			out[i] = 1
		case i > 0 && out[i-1] > 0 && r.Top-s.Rows[i-1].Bottom <= 1.5*r.Height():
			out[i] = out[i-1] + 1
		}
	}
	return out
}

// titled reports whether a heading is the title of the page: "ALLERGY
// DOCUMENTATION".
func titled(r layout.Row) bool {
	for _, w := range r.Words {
		switch w.Fold {
		case "documentation", "record", "form", "report", "clinic", "summary", "card":
			return true
		}
	}
	return false
}

// allergyRow reads a row of a table: substance, reaction, state, or as its head
// says.
func allergyRow(s *layout.Sheet, i int, head layout.Row) []core.Value {
	r := s.Rows[i]
	at := cellUnder(r, head, "substance", "allergen", "agent", "allergy", "allergies")
	if at < 0 {
		return nil
	}
	name := stripItem(r.Cells[at].Words)
	if none, _, ok := noneKnown(s, r.Words, true); ok {
		return []core.Value{none}
	}
	if !hasLetters(name) || allergyHead(name) || len(name) > 6 || vocabulary.HasDigit(name[0].Text) || unrecorded(name) {
		return nil
	}
	var reaction []vocabulary.Token
	if at+1 < len(r.Cells) {
		if second := withoutStates(r.Cells[at+1].Words); len(second) > 0 && !vocabulary.HasDigit(second[0].Text) && len(second) <= 8 {
			reaction = second
		}
	}
	v := allergy(s, name, reaction)
	if n, sure := vocabulary.SubstanceAt(name); n == 0 || !sure {
		evidence.Doubt(&v, "the substance is not among those this program knows")
	}
	for _, c := range r.Cells[at+1:] {
		if f := c.Words[len(c.Words)-1].Fold; len(c.Words) <= 2 && (f == "inactive" || f == "resolved") {
			v.Context = f
		}
	}
	deny(s, &v, s.DeniedAbove(i, r.Cells[at]))
	return []core.Value{v}
}

// allergyHead reports whether words name columns of a list of allergies.
func allergyHead(words []vocabulary.Token) bool {
	for _, w := range words {
		switch w.Fold {
		case "substance", "allergen", "allergies", "allergy", "name", "reaction", "reactions", "status", "notes", "severity", "type", "comments", "date", "recorded", "agent", "onset", "adverse", "alerts", "sensitivities", "intolerances", "and", "code", "system", "category", "criticality", "documented", "identified", "noted":
		default:
			return false
		}
	}
	return true
}

// allergyItems reads a line of a list; nth is 1 for the row of the heading.
func allergyItems(s *layout.Sheet, t layout.Sentence, nth int) []core.Value {
	words := t.Words
	if s.Rows[words[0].Row].Heading {
		words = afterHeading(s.Rows[words[0].Row], words)
	}
	return allergyEntries(s, layout.Sentence{Words: words, Section: t.Section}, nth)
}

// allergyEntries reads what a line of a list says, perhaps several substances.
func allergyEntries(s *layout.Sheet, t layout.Sentence, nth int) []core.Value {
	words := withoutLead(t.Words)
	if len(words) == 0 || allergyHead(words) || isResult(words) {
		return nil
	}
	if none, at, ok := noneKnown(s, words, true); ok {
		before, behind := layout.Sentence{Words: words[:at.From], Section: t.Section}, layout.Sentence{Words: words[at.To:], Section: t.Section}
		return slices.Concat(allergyEntries(s, before, nth), []core.Value{none}, allergyEntries(s, behind, nth))
	}
	if len(assertion.Negations(words)) > 0 {
		if one := allergyProse(s, layout.Sentence{Words: words, Section: t.Section}); len(one) > 0 {
			return one // "Not allergic to penicillin"
		}
	}
	var out []core.Value
	for _, it := range allergyParts(words) {
		e := entryOf(it)
		if e.known == 0 && len(out) > 0 {
			remarkAllergy(&out[len(out)-1], it) // "childhood rash, tolerated since"
		}
		if !e.named(t, nth) {
			continue
		}
		v := allergy(s, e.name, e.reaction)
		if e.known == 0 || !e.sure {
			evidence.Doubt(&v, "the substance is not among those this program knows")
		}
		if f := it[len(it)-1].Fold; f == "inactive" || f == "resolved" {
			v.Context = f
		}
		out = append(out, v)
	}
	return out
}

// withoutLead drops what leads to a substance: "Yes - penicillin", "Allergic to
// penicillin".
func withoutLead(words []vocabulary.Token) []vocabulary.Token {
	for len(words) > 1 && (words[0].Fold == "yes" || words[0].Fold == "") {
		words = words[1:]
	}
	if len(words) > 2 && vocabulary.SpeaksOfAllergy(words[0], words[1]) && words[2].Fold != "nothing" {
		words = words[2:]
	}
	return words
}

// allergyEntry is one substance of a list.
type allergyEntry struct {
	name, reaction []vocabulary.Token
	known          int  // words of the name that are a substance this program knows
	sure           bool // they were read clearly
}

func entryOf(words []vocabulary.Token) allergyEntry {
	var e allergyEntry
	e.name, e.reaction = substanceAndReaction(words)
	e.known, e.sure = vocabulary.SubstanceAt(e.name)
	if e.known > 0 && e.known < len(e.name) && e.reaction == nil { // columns that ran together
		e.name, e.reaction = e.name[:e.known], withoutStates(e.name[e.known:])
	}
	return e
}

// named reports whether an entry names a substance. What this program does not know
// has to look like one: short, early in the list, and no sentence.
func (e allergyEntry) named(t layout.Sentence, nth int) bool {
	if !hasLetters(e.name) || allergyHead(e.name) || len(e.name) > 6 || unrecorded(e.name) {
		return false
	}
	if e.known > 0 {
		return true
	}
	if e.reaction == nil && (nth > 2 || len(e.name) > 4 || endsSentence(t) && len(e.name) > 2) {
		return false
	}
	return vocabulary.StartsUpper(e.name[0].Text)
}

// withoutStates drops the state of an allergy behind its reaction.
func withoutStates(words []vocabulary.Token) []vocabulary.Token {
	for len(words) > 0 {
		switch words[len(words)-1].Fold {
		case "active", "inactive", "resolved", "":
			words = words[:len(words)-1]
			continue
		}
		break
	}
	return words
}

func endsSentence(t layout.Sentence) bool {
	return strings.HasSuffix(t.Words[len(t.Words)-1].Text, ".")
}

// unrecorded reports whether a line says that nothing is on record, which is
// neither an allergy nor the absence of one.
func unrecorded(words []vocabulary.Token) bool {
	switch words[0].Fold {
	case "no", "not", "unknown", "unavailable", "see", "none", "nil", "unable", "as":
		return true
	}
	return false
}

// allergyParts divides a list at semicolons, and at commas, "and" and "or"
// outside brackets.
func allergyParts(words []vocabulary.Token) [][]vocabulary.Token {
	var out [][]vocabulary.Token
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
		case (w.Fold == "and" || w.Fold == "or" || w.Fold == "nor") && i > start && !reactionWord(words[start:i]):
			cut(i, i+1)
		}
	}
	if start < len(words) {
		cut(len(words), len(words))
	}
	return out
}

func reactionWord(words []vocabulary.Token) bool {
	for _, w := range words {
		switch w.Fold {
		case "causes", "caused", "causing", "-", "–":
			return true
		}
	}
	return false
}

// substanceAndReaction divides "Penicillin (rash)", "Penicillin - rash" and
// "penicillin caused a rash".
func substanceAndReaction(words []vocabulary.Token) (name, reaction []vocabulary.Token) {
	for i, w := range words {
		if i == 0 {
			continue
		}
		switch {
		case strings.HasPrefix(w.Text, "("):
			return words[:i], words[i:]
		case w.Text == "-" || w.Text == "–" || w.Text == "—" || w.Text == ":" || w.Text == "->" || w.Text == "→":
			return words[:i], words[i+1:]
		case w.Fold == "causes" || w.Fold == "caused" || w.Fold == "causing" || w.Fold == "gives" || w.Fold == "with":
			return words[:i], words[i+1:]
		case strings.HasSuffix(words[i-1].Text, ":"):
			return words[:i], words[i:]
		}
	}
	return words, nil
}

// allergyProse finds "allergic to ..." and "no known allergies" in sentences.
func allergyProse(s *layout.Sheet, t layout.Sentence) []core.Value {
	words := t.Words
	var out []core.Value
	if none, _, ok := noneKnown(s, words, false); ok {
		out = append(out, none)
	}
	denials := assertion.Negations(words)
	for i := range words {
		if v, ok := allergyNamed(s, words, i, denials); ok {
			out = append(out, v)
			continue
		}
		if i+2 >= len(words) || !vocabulary.SpeaksOfAllergy(words[i], words[i+1]) || assertion.Hypothetical(words[:i]) {
			continue // "if allergic to ..." is nobody's allergy
		}
		_, negated := assertion.Denied(denials, i, i+1)
		rest := words[i+2:]
		for _, part := range allergyParts(rest) {
			name, reaction := substanceAndReaction(part)
			n, sure := vocabulary.SubstanceAt(name)
			if n == 0 {
				break // the sentence goes on about something else
			}
			v := allergy(s, name[:n], reaction)
			v.Negated = negated
			if !sure {
				evidence.Doubt(&v, "the substance may be misread")
			}
			if who, sure := assertion.RelativeBefore(words, i); who != nil {
				ofRelative(&v, who, sure)
			}
			if by := unsureAround(words, i, i+1); by != nil && !negated {
				evidence.Doubt(&v, "the text says %q of it", assertion.Quoted(by))
			}
			out = append(out, v)
		}
	}
	return out
}

// allergyNamed reads "penicillin allergy (rash)" at word i, which says allergy. Tests
// and clinics of that name are none.
func allergyNamed(s *layout.Sheet, words []vocabulary.Token, i int, denials []assertion.Negation) (core.Value, bool) {
	switch words[i].Fold {
	case "allergy", "allergic", "intolerance", "intolerant":
	default:
		return core.Value{}, false
	}
	rest := words[i+1:]
	if vocabulary.EndsPhrase(words[max(0, i-1)].Text) || len(rest) > 0 && aboutAllergy[rest[0].Fold] && !vocabulary.EndsClause(words[i].Text) || assertion.Hypothetical(words[:i]) {
		return core.Value{}, false
	}
	for from := max(0, i-4); from < i; from++ {
		n, sure := vocabulary.SubstanceAt(words[from:i])
		if from+n != i || !sure {
			continue
		}
		var reaction []vocabulary.Token
		if len(rest) > 0 && rest[0].Text[0] == '(' {
			end := 1 + slices.IndexFunc(rest, func(w vocabulary.Token) bool { return strings.Contains(w.Text, ")") })
			reaction = rest[:end]
		}
		v := allergy(s, words[from:i], reaction)
		_, v.Negated = assertion.Denied(denials, from, i+1)
		if who, sure := assertion.RelativeBefore(words, from); who != nil {
			ofRelative(&v, who, sure)
		}
		if by := unsureAround(words, from, i+1); by != nil && !v.Negated {
			evidence.Doubt(&v, "the text says %q of it", assertion.Quoted(by))
		}
		return v, true
	}
	return core.Value{}, false
}

// aboutAllergy follow "penicillin allergy" where it is not the patient's, or where
// it is read as "allergy to".
var aboutAllergy = vocabulary.WordSet("to of test tests testing tested clinic service status assessment referral label history card alert action nurse specialist")

// remarkAllergy notes what is said with a substance: "(mother)", "not confirmed",
// "tolerated since".
func remarkAllergy(v *core.Value, said []vocabulary.Token) {
	for i := 0; i < len(said); i++ {
		if n := assertion.RemarkAt("relative", said[i:]); n > 0 {
			ofRelative(v, said[i:i+n], false)
		}
		if n := assertion.RemarkAt("unsure behind", said[i:]); n > 0 || strings.Contains(said[i].Text, "?") {
			n = max(1, n)
			evidence.Doubt(v, "the text says %q of it", assertion.Quoted(said[i:i+n]))
			i += n - 1
		}
	}
}

func allergy(s *layout.Sheet, name, reaction []vocabulary.Token) core.Value {
	v := evidence.NewValue(s, core.ValueAllergy, name, reaction)
	v.Name = tidyEnd(vocabulary.Joined(name))
	v.Text = strings.Trim(vocabulary.Joined(reaction), " .,;:()[]-–")
	remarkAllergy(&v, slices.Concat(name, reaction))
	return v
}
