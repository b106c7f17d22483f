package analysis

import (
	"slices"
	"strings"
	"unicode"

	"clinician/internal/core"
)

// diagnosisItem is an entry of a list of diagnoses.
type diagnosisItem struct{ words []token }

// diagnosisItems divides the text of a list: at semicolons, and at commas where every
// part is a condition by name.
func diagnosisItems(words []token) []diagnosisItem {
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

func splitCommas(words []token) []diagnosisItem {
	var parts []diagnosisItem
	start := 0
	for i, w := range words {
		if strings.HasSuffix(w.Text, ",") || i+1 == len(words) {
			parts = append(parts, diagnosisItem{words[start : i+1]})
			start = i + 1
		}
	}
	for _, p := range parts {
		if m, ok := conditions().find(p.words); !ok || !m.sure {
			return []diagnosisItem{{words}}
		}
	}
	return parts
}

// stripItem drops numbers, bullets and short labels before an item.
func stripItem(words []token) []token {
	for len(words) > 0 && (words[0].fold == "" && !strings.Contains(words[0].Text, "?") || numbered(words[0].Text)) {
		words = words[1:]
	}
	for i := 0; i < len(words)-1 && i < 2; i++ {
		if !strings.HasSuffix(words[i].Text, ":") {
			continue
		}
		if m, ok := conditions().find(words); ok && m.sure || healed[words[i+1].fold] { // "Pneumonia: resolved in March 1998"
			return words
		}
		for k := range i + 1 { // whose it is, and that it is a question
			if remarkAt("relative", words[k:]) > 0 || remarkAt("unsure", words[k:]) > 0 {
				return words
			}
		}
		return words[i+1:]
	}
	return words
}

var healed = wordSet("resolved active inactive chronic")

// withoutState divides an item from the state and the dates at its end, as lists
// without columns print them: "Acute pharyngitis Resolved 28/10/2011".
func withoutState(words []token) (name []token, state string) {
	for i := 0; i+1 < len(words); i++ {
		if strings.HasSuffix(words[i].Text, ":") && healed[words[i+1].fold] { // "Pneumonia: resolved in March 1998"
			return words[:i+1], words[i+1].fold
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
		if w.fold == "active" || w.fold == "resolved" || w.fold == "inactive" {
			state = w.fold
		} else if w.fold != "" && (strings.ContainsFunc(w.fold, unicode.IsLetter) || len(w.fold) < 4) {
			break
		}
	}
	if state == "" {
		return words, ""
	}
	return words[:end], state
}

// diagnosis makes a value of an item, with the code printed beside it.
func (s *sheet) diagnosis(it diagnosisItem, evidence []token, context string) core.Value {
	words := it.words
	if len(words) == 0 || len(words) > 30 {
		return core.Value{}
	}
	v := newValue(s, core.ValueDiagnosis, evidence)
	v.Text, v.Context = tidyEnd(joined(words)), context
	name := words
	for i, w := range evidence {
		code, sure, ok := icdAt(w.Text)
		if ok && (sure || saysCode(evidence[:i]) || len(evidence) > len(words)) && v.Code == nil {
			v.Code = icdCoding(code)
		}
	}
	if v.Code != nil {
		name = beforeCode(words, v.Code.Code)
	}
	name = withoutNumbers(name)
	found := negations(words)
	for _, n := range found {
		if n.trigger.from == 0 && n.scope.from == n.trigger.to {
			v.Negated, name = true, words[n.scope.from:n.scope.to]
			if asksToExclude(words[n.trigger.from:n.trigger.to]) {
				doubt(&v, "the text may only ask to rule it out")
			}
		}
		if n.scope.from == 0 && n.scope.to == n.trigger.from && (!endsPhrase(words[n.scope.to-1].Text) || strings.HasSuffix(words[n.scope.to-1].Text, ":")) {
			v.Negated, name = true, words[n.scope.from:n.scope.to] // "Pulmonary embolism excluded"
		}
	}
	qualifyItem(&v, words)
	if short, state := withoutState(name); state != "" {
		name = short
		addState(&v, state)
	}
	v.Name = tidyEnd(joined(name))
	if !hasLetters(name) || (plainNo(words[0].fold) || words[0].fold == "none") && !v.Negated { // "No information about ..."
		v.Name = ""
	}
	return v
}

// saysCode reports whether words end by announcing a code.
func saysCode(before []token) bool {
	for i := max(0, len(before)-3); i < len(before); i++ {
		if f := before[i].fold; strings.HasPrefix(f, "icd") {
			return true
		}
	}
	return false
}

// beforeCode gives the words before a code and what announces it.
func beforeCode(words []token, code string) []token {
	for i, w := range words {
		if c, _, ok := icdAt(w.Text); ok && c == code {
			for i > 0 && (strings.HasPrefix(words[i-1].fold, "icd") || words[i-1].fold == "" || words[i-1].fold == "10" || words[i-1].fold == "code") {
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
func withoutNumbers(words []token) []token {
	for i := 1; i < len(words); i++ {
		if w := words[i].Text; (w[0] == '[' || w[0] == '(') && strings.ContainsAny(words[len(words)-1].Text[len(words[len(words)-1].Text)-1:], "])") &&
			slices.ContainsFunc(words[i:], func(w token) bool { return len(digitsOf(w.Text)) > 4 }) {
			return words[:i]
		}
	}
	return words
}

// tidyEnd drops the punctuation that a list puts around an item.
func tidyEnd(s string) string { return strings.TrimRight(strings.TrimLeft(s, " .,;:"), " .,;:([-–") }
