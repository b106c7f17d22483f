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

// named finds conditions in prose. Denied ones count anywhere; others only
// where a document sums up or tells the history: elsewhere they are risks,
// questions and advice.
func named(s *layout.Sheet, t layout.Sentence, words []vocabulary.Token, place listPlace) []core.Value {
	p := &proseReader{s: s, t: t, words: words, place: place, denials: assertion.Negations(words), covered: make([]bool, len(words))}
	for i := 0; i < len(words); {
		m, ok := vocabulary.Conditions().Find(words[i:])
		if !ok || !m.Sure {
			i++
			continue
		}
		p.condition(i, i+m.Words)
		i += m.Words
	}
	for _, n := range p.denials {
		p.unknown(n)
	}
	return append(p.out, codes(s, words, p.covered)...)
}

// proseReader goes through a sentence.
type proseReader struct {
	s       *layout.Sheet
	t       layout.Sentence
	words   []vocabulary.Token // of the sentence, without its heading
	place   listPlace
	denials []assertion.Negation
	covered []bool // words that a value names already
	out     []core.Value
}

// condition reads one that the vocabulary knows, at words[from:to].
func (p *proseReader) condition(from, to int) {
	trigger, negated := assertion.Denied(p.denials, from, to)
	who, _ := assertion.RelativeBefore(p.words, from)
	if !negated && who == nil && (!sumsUp(p.t.Section, p.place) || asked(p.words, from)) {
		return
	}
	var before []vocabulary.Token
	if !negated {
		before = p.s.DeniedAround(p.words[from])
	}
	v := p.value(from, to, trigger, negated, before)
	if before != nil {
		evidence.Doubt(&v, "the line is broken before %q", p.words[from].Text)
	}
	doubtDenied(p.s, &v, p.words[from])
	p.out = append(p.out, v)
}

// unknown reads what a sentence denies in words that are not in the vocabulary: "No
// new site of disease".
func (p *proseReader) unknown(n assertion.Negation) {
	starts := n.Trigger.From == leading(p.words) && n.Scope.From == n.Trigger.To
	if !starts || !reports(p.t.Section) || !plainNo(p.words[n.Trigger.From].Fold) || slices.Contains(p.covered[n.Scope.From:n.Scope.To], true) {
		return
	}
	if to := phraseEnd(p.words, n.Scope); to > n.Scope.From && hasLetters(p.words[n.Scope.From:to]) {
		p.out = append(p.out, p.value(n.Scope.From, to, n.Trigger, true, nil))
	}
}

// value makes the value of words[from:to], which the sentence denies with its
// trigger, or another line with the words before.
func (p *proseReader) value(from, to int, trigger assertion.Reach, negated bool, before []vocabulary.Token) core.Value {
	text, said := p.words[from:to], p.words[trigger.From:trigger.To]
	switch {
	case before != nil:
		text = slices.Concat(before, text)
	case negated:
		text = p.words[min(from, trigger.From):max(to, trigger.To)]
	}
	v := evidence.NewValue(p.s, core.ValueDiagnosis, text)
	v.Name, v.Text = tidyEnd(vocabulary.Joined(p.words[from:to])), tidyEnd(vocabulary.Joined(text))
	v.Negated = negated || before != nil
	if v.Context = contextIn(p.t, p.place); v.Context == "past history" && negated && looksFor(said) {
		v.Context = "" // "asthma. No evidence of pulmonary embolism": that is of now
	}
	qualify(&v, p.words, from, to)
	if p.t.Beyond != "" && !v.Negated && v.Context == "" {
		evidence.Doubt(&v, "the %s above it may go on", p.t.Beyond)
	}
	if negated && asksToExclude(said) {
		evidence.Doubt(&v, "the text may only ask to rule it out")
	}
	for i := from; i < to; i++ {
		p.covered[i] = true
	}
	return v
}

// looksFor reports whether a trigger denies what somebody looked for: "no evidence of".
func looksFor(trigger []vocabulary.Token) bool {
	return slices.ContainsFunc(trigger, func(w vocabulary.Token) bool { return w.Fold == "evidence" || w.Fold == "signs" })
}

// asksToExclude reports whether a trigger is the request to look for something:
// "rule out pneumonia".
func asksToExclude(trigger []vocabulary.Token) bool {
	switch vocabulary.FoldPhrase(vocabulary.Joined(trigger)) {
	case "rule out", "exclude":
		return true
	}
	return false
}

// plainNo tells triggers that deny what is seen from those that deny what is
// done ("not signed").
func plainNo(folded string) bool {
	switch folded {
	case "no", "nil", "without", "negative", "absence", "absent":
		return true
	}
	return false
}

// leading is the index of the first word that is no number of a list.
func leading(words []vocabulary.Token) int {
	for i, w := range words {
		if w.Fold != "" && !vocabulary.NumbersItem(w.Text) {
			return i
		}
	}
	return 0
}

// phraseEnd cuts a denied phrase to its head: up to a comma or eight words.
func phraseEnd(words []vocabulary.Token, scope assertion.Reach) int {
	for i := scope.From; i < scope.To; i++ {
		if vocabulary.EndsPhrase(words[i].Text) {
			return i + 1
		}
		if i > scope.From && i-scope.From >= 8 {
			return i
		}
	}
	return scope.To
}

// codes finds codes of ICD-10 that stand in prose: announced, or with a point
// and in brackets.
func codes(s *layout.Sheet, words []vocabulary.Token, covered []bool) []core.Value {
	var out []core.Value
	for i, w := range words {
		code, sure, ok := icd10At(w.Text)
		if !ok || !(saysCode(words[:i]) || sure && strings.HasPrefix(w.Text, "(") && strings.Contains(w.Text, ")")) {
			continue
		}
		from := i
		for from > 0 && i-from < 12 && !vocabulary.EndsPhrase(words[from-1].Text) && !covered[from-1] {
			from--
		}
		name := beforeCode(words[from:i+1], code)
		v := evidence.NewValue(s, core.ValueDiagnosis, words[from:i+1])
		v.Name, v.Text, v.Code = tidyEnd(vocabulary.Joined(name)), tidyEnd(vocabulary.Joined(words[from:i+1])), icd10Coding(code)
		if !hasLetters(name) {
			v.Name = code
		}
		out = append(out, v)
	}
	return out
}

// sumsUp reports whether conditions named in a section are the patient's.
func sumsUp(section string, place listPlace) bool {
	switch section {
	case "impression", "past history", "family history", "addendum":
		return true
	}
	return place.on
}

// reports tells sections that state what was seen.
func reports(section string) bool {
	switch section {
	case "impression", "findings", "results", "examination", "addendum", "diagnoses":
		return true
	}
	return false
}

func contextIn(t layout.Sentence, place listPlace) string {
	switch section := t.Section; {
	case place.context != "":
		return place.context
	case t.Beyond != "":
		return ""
	case section == "family history", section == "past history", section == "impression":
		return section
	}
	return ""
}

// asked reports whether a condition is a question: "?pneumonia", "possible".
func asked(words []vocabulary.Token, i int) bool {
	if strings.HasPrefix(words[i].Text, "?") || i > 0 && words[i-1].Text == "?" {
		return true
	}
	for k := max(0, i-3); k < i; k++ {
		switch words[k].Fold {
		case "possible", "query", "risk", "if", "suspected", "exclude":
			return true
		}
	}
	return false
}
