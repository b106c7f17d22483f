package problems

import (
	"slices"
	"strings"
	"unicode"

	"clinician/internal/core"
	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// diagnosisItem is an entry of a list of diagnoses.
type diagnosisItem struct{ words []vocabulary.Token }

// diagnosisItems divides the text of a list: at semicolons, and at commas where every
// part is a condition by name.
func diagnosisItems(words []vocabulary.Token) []diagnosisItem {
	var out []diagnosisItem
	start := 0
	for i, w := range words {
		if strings.HasSuffix(w.Text, ";") || i+1 == len(words) {
			out = append(out, splitCommas(words[start:i+1])...)
			start = i + 1
		}
	}
	for i := range out {
		out[i].words = stripItem(out[i].words)
	}
	return out
}

func splitCommas(words []vocabulary.Token) []diagnosisItem {
	var parts []diagnosisItem
	start := 0
	for i, w := range words {
		if strings.HasSuffix(w.Text, ",") || i+1 == len(words) {
			parts = append(parts, diagnosisItem{words[start : i+1]})
			start = i + 1
		}
	}
	for _, p := range parts {
		if m, ok := vocabulary.Conditions().Find(p.words); !ok || !m.Sure {
			return []diagnosisItem{{words}}
		}
	}
	return parts
}

// stripItem drops numbers, bullets and short labels before an item.
func stripItem(words []vocabulary.Token) []vocabulary.Token {
	for len(words) > 0 && (words[0].Fold == "" && !strings.Contains(words[0].Text, "?") || vocabulary.NumbersItem(words[0].Text)) {
		words = words[1:]
	}
	for i := 0; i < len(words)-1 && i < 2; i++ {
		if !strings.HasSuffix(words[i].Text, ":") {
			continue
		}
		if namesItself(words) || healed[words[i+1].Fold] { // "Pneumonia: resolved in March 1998"
			return words
		}
		for k := range i + 1 { // whose it is, and that it is a question
			if assertion.RemarkAt("relative", words[k:]) > 0 || assertion.RemarkAt("unsure", words[k:]) > 0 {
				return words
			}
		}
		return words[i+1:]
	}
	return words
}

// namesItself reports whether words begin with a condition or substance, which a
// colon behind it makes no label: "penicillin: anaphylaxis in 1998".
func namesItself(words []vocabulary.Token) bool {
	m, ok := vocabulary.Conditions().Find(words)
	n, sure := vocabulary.SubstanceAt(words)
	return ok && m.Sure || n > 0 && sure
}

var healed = vocabulary.WordSet("resolved active inactive chronic")

// withoutState divides an item from the state and the dates at its end, as lists
// without columns print them: "Acute pharyngitis Resolved 28/10/2011".
func withoutState(words []vocabulary.Token) (name []vocabulary.Token, state string) {
	for i := 0; i+1 < len(words); i++ {
		if strings.HasSuffix(words[i].Text, ":") && healed[words[i+1].Fold] { // "Pneumonia: resolved in March 1998"
			return words[:i+1], words[i+1].Fold
		}
	}
	for i := 1; i < len(words); i++ {
		if n, state := lapsed(words[i:]); n > 0 { // "Asthma no longer active"
			return words[:i], state
		}
	}
	end := len(words)
	for ; end > 1; end-- {
		w := words[end-1]
		if w.Fold == "active" || w.Fold == "resolved" || w.Fold == "inactive" {
			state = w.Fold
		} else if w.Fold != "" && (strings.ContainsFunc(w.Fold, unicode.IsLetter) || len(w.Fold) < 4) {
			break
		}
	}
	if state == "" {
		return words, ""
	}
	return words[:end], state
}

// diagnosis makes a value of an item, with the code printed beside it.
func diagnosis(s *layout.Sheet, it diagnosisItem, around []vocabulary.Token, context string) core.Value {
	words := it.words
	if len(words) == 0 || len(words) > 30 {
		return core.Value{}
	}
	v := evidence.NewValue(s, core.ValueDiagnosis, around)
	v.Text, v.Context = tidyEnd(vocabulary.Joined(words)), context
	name := words
	for i, w := range around {
		code, sure, ok := icd10At(w.Text)
		if ok && (sure || saysCode(around[:i]) || len(around) > len(words)) && v.Code == nil {
			v.Code = icd10Coding(code)
		}
	}
	if v.Code != nil {
		name = beforeCode(words, v.Code.Code)
	}
	name = withoutNumbers(name)
	found := assertion.Negations(words)
	for _, n := range found {
		if n.Trigger.From == 0 && n.Scope.From == n.Trigger.To {
			v.Negated, name = true, words[n.Scope.From:n.Scope.To]
			if asksToExclude(words[n.Trigger.From:n.Trigger.To]) {
				evidence.Doubt(&v, "the text may only ask to rule it out")
			}
		}
		if n.Scope.From == 0 && n.Scope.To == n.Trigger.From && (!vocabulary.EndsPhrase(words[n.Scope.To-1].Text) || strings.HasSuffix(words[n.Scope.To-1].Text, ":")) {
			v.Negated, name = true, words[n.Scope.From:n.Scope.To] // "Pulmonary embolism excluded"
		}
	}
	qualifyItem(&v, words)
	if short, state := withoutState(name); state != "" {
		name = short
		addState(&v, state)
	}
	v.Name = tidyEnd(vocabulary.Joined(name))
	if !hasLetters(name) || (plainNo(words[0].Fold) || words[0].Fold == "none") && !v.Negated { // "No information about ..."
		v.Name = ""
	}
	return v
}

// saysCode reports whether words end by announcing a code.
func saysCode(before []vocabulary.Token) bool {
	for i := max(0, len(before)-3); i < len(before); i++ {
		if f := before[i].Fold; strings.HasPrefix(f, "icd") {
			return true
		}
	}
	return false
}

// beforeCode gives the words before a code and what announces it.
func beforeCode(words []vocabulary.Token, code string) []vocabulary.Token {
	for i, w := range words {
		if c, _, ok := icd10At(w.Text); ok && c == code {
			for i > 0 && (strings.HasPrefix(words[i-1].Fold, "icd") || words[i-1].Fold == "" || words[i-1].Fold == "10" || words[i-1].Fold == "code") {
				i--
			}
			if i == 0 {
				return words[1:]
			}
			return words[:i]
		}
	}
	return words
}

// withoutNumbers drops what stands in brackets at the end and holds a code of
// another system: "Gout, [SNOMED-CT: 90560007]".
func withoutNumbers(words []vocabulary.Token) []vocabulary.Token {
	for i := 1; i < len(words); i++ {
		if w := words[i].Text; (w[0] == '[' || w[0] == '(') && strings.ContainsAny(words[len(words)-1].Text[len(words[len(words)-1].Text)-1:], "])") &&
			slices.ContainsFunc(words[i:], func(w vocabulary.Token) bool { return len(vocabulary.DigitsOf(w.Text)) > 4 }) {
			return words[:i]
		}
	}
	return words
}

// tidyEnd drops the punctuation that a list puts around an item.
func tidyEnd(s string) string { return strings.TrimRight(strings.TrimLeft(s, " .,;:"), " .,;:([-–") }
