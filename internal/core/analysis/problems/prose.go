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
	var out []core.Value
	found := assertion.Negations(words)
	covered := make([]bool, len(words))
	emit := func(from, to int, trigger assertion.Reach, negated bool, before []vocabulary.Token) {
		text := words[from:to]
		if before != nil {
			text = slices.Concat(before, text)
		} else if negated {
			text = words[min(from, trigger.From):max(to, trigger.To)]
		}
		v := evidence.NewValue(s, core.ValueDiagnosis, text)
		v.Name, v.Text, v.Negated = tidyEnd(vocabulary.Joined(words[from:to])), tidyEnd(vocabulary.Joined(text)), negated
		if v.Context = contextIn(t, place); v.Context == "past history" && negated && before == nil && looksFor(words[trigger.From:trigger.To]) {
			v.Context = "" // "asthma. No evidence of pulmonary embolism": that is of now
		}
		qualify(&v, words, from, to)
		if t.Beyond != "" && !negated && v.Context == "" {
			evidence.Doubt(&v, "the %s above it may go on", t.Beyond)
		}
		if negated && before == nil && asksToExclude(words[trigger.From:trigger.To]) {
			evidence.Doubt(&v, "the text may only ask to rule it out")
		}
		for i := from; i < to; i++ {
			covered[i] = true
		}
		out = append(out, v)
	}
	for i := 0; i < len(words); {
		m, ok := vocabulary.Conditions().Find(words[i:])
		if !ok || !m.Sure {
			i++
			continue
		}
		end := i + m.Words
		trigger, negated := assertion.Denied(found, i, end)
		who, _ := assertion.RelativeBefore(words, i)
		if negated || who != nil || sumsUp(t.Section, place) && !asked(words, i) {
			var before []vocabulary.Token
			if !negated {
				before = s.DeniedAround(words[i])
			}
			emit(i, end, trigger, negated || before != nil, before)
			if before != nil {
				evidence.Doubt(&out[len(out)-1], "the line is broken before %q", words[i].Text)
			}
			doubtDenied(s, &out[len(out)-1], words[i])
		}
		i = end
	}
	for _, n := range found { // "No new site of disease", where the words are not in the vocabulary
		if n.Trigger.From == leading(words) && reports(t.Section) && plainNo(words[n.Trigger.From].Fold) && n.Scope.From == n.Trigger.To && !slices.Contains(covered[n.Scope.From:n.Scope.To], true) {
			if to := phraseEnd(words, n.Scope); to > n.Scope.From && hasLetters(words[n.Scope.From:to]) {
				emit(n.Scope.From, to, n.Trigger, true, nil)
			}
		}
	}
	out = append(out, codes(s, words, covered)...)
	return out
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
