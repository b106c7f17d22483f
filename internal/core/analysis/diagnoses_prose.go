package analysis

import (
	"slices"
	"strings"

	"clinician/internal/core"
)

// named finds conditions in prose. Denied ones count anywhere; others only
// where a document sums up or tells the history: elsewhere they are risks,
// questions and advice.
func (s *sheet) named(t sentence, words []token, place listPlace) []core.Value {
	var out []core.Value
	found := negations(words)
	covered := make([]bool, len(words))
	emit := func(from, to int, trigger reach, negated bool, before []token) {
		text := words[from:to]
		if before != nil {
			text = slices.Concat(before, text)
		} else if negated {
			text = words[min(from, trigger.from):max(to, trigger.to)]
		}
		v := newValue(s, core.ValueDiagnosis, text)
		v.Name, v.Text, v.Negated = tidyEnd(joined(words[from:to])), tidyEnd(joined(text)), negated
		v.Context = contextIn(t.section, place)
		qualify(&v, words, from, to)
		if negated && before == nil && asksToExclude(words[trigger.from:trigger.to]) {
			doubt(&v, "the text may only ask to rule it out")
		}
		for i := from; i < to; i++ {
			covered[i] = true
		}
		out = append(out, v)
	}
	for i := 0; i < len(words); {
		m, ok := conditions().find(words[i:])
		if !ok || !m.sure {
			i++
			continue
		}
		end := i + m.words
		trigger, negated := denied(found, i, end)
		who, _ := relativeBefore(words, i)
		if negated || who != nil || sumsUp(t.section, place) && !asked(words, i) {
			var before []token
			if !negated {
				before = s.deniedAround(words[i])
			}
			emit(i, end, trigger, negated || before != nil, before)
			if before != nil {
				doubt(&out[len(out)-1], "the line is broken before %q", words[i].Text)
			}
			s.doubtDenied(&out[len(out)-1], words[i])
		}
		i = end
	}
	for _, n := range found { // "No new site of disease", where the words are not in the vocabulary
		if n.trigger.from == leading(words) && reports(t.section) && plainNo(words[n.trigger.from].fold) && n.scope.from == n.trigger.to && !slices.Contains(covered[n.scope.from:n.scope.to], true) {
			if to := phraseEnd(words, n.scope); to > n.scope.from && hasLetters(words[n.scope.from:to]) {
				emit(n.scope.from, to, n.trigger, true, nil)
			}
		}
	}
	out = append(out, s.codes(words, covered)...)
	return out
}

// asksToExclude reports whether a trigger is the request to look for something:
// "rule out pneumonia".
func asksToExclude(trigger []token) bool {
	switch foldPhrase(joined(trigger)) {
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
func leading(words []token) int {
	for i, w := range words {
		if w.fold != "" && !numbered(w.Text) {
			return i
		}
	}
	return 0
}

// phraseEnd cuts a denied phrase to its head: up to a comma or eight words.
func phraseEnd(words []token, scope reach) int {
	for i := scope.from; i < scope.to; i++ {
		if endsPhrase(words[i].Text) {
			return i + 1
		}
		if i > scope.from && i-scope.from >= 8 {
			return i
		}
	}
	return scope.to
}

// codes finds codes of ICD-10 that stand in prose: announced, or with a point
// and in brackets.
func (s *sheet) codes(words []token, covered []bool) []core.Value {
	var out []core.Value
	for i, w := range words {
		code, sure, ok := icdAt(w.Text)
		if !ok || !(saysCode(words[:i]) || sure && strings.HasPrefix(w.Text, "(") && strings.Contains(w.Text, ")")) {
			continue
		}
		from := i
		for from > 0 && i-from < 12 && !endsPhrase(words[from-1].Text) && !covered[from-1] {
			from--
		}
		name := beforeCode(words[from:i+1], code)
		v := newValue(s, core.ValueDiagnosis, words[from:i+1])
		v.Name, v.Text, v.Code = tidyEnd(joined(name)), tidyEnd(joined(words[from:i+1])), icdCoding(code)
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

func contextIn(section string, place listPlace) string {
	switch {
	case place.context != "":
		return place.context
	case section == "family history", section == "past history", section == "impression":
		return section
	}
	return ""
}

// asked reports whether a condition is a question: "?pneumonia", "possible".
func asked(words []token, i int) bool {
	if strings.HasPrefix(words[i].Text, "?") || i > 0 && words[i-1].Text == "?" {
		return true
	}
	for k := max(0, i-3); k < i; k++ {
		switch words[k].fold {
		case "possible", "query", "risk", "if", "suspected", "exclude":
			return true
		}
	}
	return false
}
