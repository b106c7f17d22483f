package analysis

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"

	"clinician/internal/core"
)

//go:embed data/conditions.txt
var conditionsFile string

// conditions are names of diseases and findings, to be found in prose.
var conditions = sync.OnceValue(func() *phrases[bool] {
	p := newPhrases[bool]()
	for line := range strings.Lines(conditionsFile) {
		line, _, _ = strings.Cut(line, "#")
		p.add(line, true)
	}
	return p
})

// diagnoses finds diagnoses: the items under headings such as "Diagnosis",
// conditions named in impressions and histories, codes of ICD-10 as printed,
// and what is denied ("No evidence of pulmonary embolism") wherever it stands.
func diagnoses(d *document) []core.Value {
	var out []core.Value
	for _, s := range d.sheets {
		listed := s.diagnosisList()
		out = append(out, s.problemRows(listed)...)
		for _, t := range s.sentences() {
			row := t.words[0].row
			if len(s.rows[row].cells) > 1 && listed[row].on {
				continue // read as a row
			}
			out = append(out, s.diagnosesIn(t, listed[row])...)
		}
	}
	return out
}

// listPlace says of a row whether it stands in a list of diagnoses and as what.
type listPlace struct {
	on      bool
	loose   bool   // a heading over prose too: only named conditions count
	context string // "primary", "secondary", ...
}

// diagnosisList marks the rows that follow a heading of diagnoses without a gap.
func (s *sheet) diagnosisList() []listPlace {
	out := make([]listPlace, len(s.rows))
	var place listPlace
	for i, r := range s.rows {
		switch {
		case r.heading && r.section == "diagnoses":
			place = placeOf(r)
		case r.heading || r.section != "diagnoses" || i == 0 || r.top-s.rows[i-1].bottom > 1.6*r.height() || unknownHeading(r):
			place = listPlace{}
		}
		out[i] = place
	}
	return out
}

// unknownHeading reports whether a row starts with a label in capitals that no
// vocabulary has: "ESTIMATED BLOOD LOSS:". What follows is about something else.
func unknownHeading(r row) bool {
	for i, w := range r.words {
		if i > 5 {
			break
		}
		if strings.HasSuffix(w.Text, ":") {
			return shouted(r.words[:i+1])
		}
	}
	return false
}

func placeOf(heading row) listPlace {
	p := listPlace{on: true}
	for i, w := range heading.words {
		switch w.fold {
		case "primary", "principal", "main":
			p.context = "primary"
		case "secondary", "other", "comorbidities":
			p.context = "secondary"
		case "admission", "admitting":
			p.context = "on admission"
		case "preoperative", "pre-operative":
			p.context = "before operation"
		case "postoperative", "post-operative":
			p.context = "after operation"
		case "assessment", "conclusion":
			p.loose = true
		}
		if strings.HasSuffix(w.Text, ":") || i > 2 {
			break
		}
	}
	return p
}

// problemRows reads tables of diagnoses: the name first, then state and dates.
func (s *sheet) problemRows(listed []listPlace) []core.Value {
	var out []core.Value
	var head row
	for i, r := range s.rows {
		if !listed[i].on {
			head = row{}
		}
		if !listed[i].on || len(r.cells) < 2 || r.heading || listed[i].loose {
			continue
		}
		if tableWords(r.words) {
			head = r
			continue
		}
		at := cellUnder(r, head, "problem", "problems", "condition", "diagnosis", "description", "name")
		if at < 0 || !hasLetters(r.cells[at].words) || len(r.cells[at].words) > 14 {
			continue
		}
		v := s.diagnosis(diagnosisItem{words: stripItem(r.cells[at].words)}, r.words, listed[i].context)
		for _, c := range r.cells[at+1:] {
			switch c.words[0].fold {
			case "resolved", "inactive", "active", "chronic", "suspected":
				if len(c.words) == 1 {
					v.Context = strings.TrimPrefix(v.Context+", "+c.words[0].fold, ", ")
				}
			}
		}
		if v.Name != "" {
			out = append(out, v)
		}
	}
	return out
}

// cellUnder gives the cell of r that stands in the column of a head with one of
// the names: the first cell where there is no head, or the column is its first;
// -1 when the cell is empty.
func cellUnder(r, head row, names ...string) int {
	for k, c := range head.cells {
		if !slices.ContainsFunc(c.words, func(w token) bool { return slices.Contains(names, w.fold) }) {
			continue
		}
		if k == 0 {
			return 0
		}
		return slices.IndexFunc(r.cells, func(c cell) bool { return columnOf(head, c) == k })
	}
	return 0
}

// tableWords reports whether words name columns of a list of problems.
func tableWords(words []token) bool {
	for _, w := range words {
		switch w.fold {
		case "description", "status", "onset", "date", "dates", "effective", "problem", "problems", "condition", "diagnosis", "code", "name", "icd-10", "icd", "comments", "type", "resolved", "start", "end", "priority", "system", "recorded", "first", "last", "documented", "noted", "source", "provider", "severity":
		default:
			return false
		}
	}
	return true
}

func hasLetters(ws []token) bool {
	for _, w := range ws {
		if len(w.fold) > 2 && !hasDigit(w.fold) {
			return true
		}
	}
	return false
}

// diagnosesIn reads a sentence.
func (s *sheet) diagnosesIn(t sentence, place listPlace) []core.Value {
	words := t.words
	if s.rows[words[0].row].heading && place.on {
		words = afterHeading(s.rows[words[0].row], words)
	}
	if len(words) == 0 || t.section == "allergies" && !place.on {
		return nil
	}
	if place.on && !place.loose && !prose(words) {
		var out []core.Value
		for _, it := range diagnosisItems(words) {
			if len(it.words) == 0 || tableWords(it.words) || startsLower(it.words[0].Text) && !s.rows[t.words[0].row].heading && !opensWithCondition(it.words) {
				continue
			}
			if v := s.diagnosis(it, it.words, place.context); v.Name != "" {
				out = append(out, v)
			}
		}
		return out
	}
	if place.loose && opensWithCondition(words) && len(negations(words)) == 0 {
		return []core.Value{s.diagnosis(diagnosisItem{stripItem(words)}, words, place.context)}
	}
	return s.named(t, words, place)
}

// prose reports whether words are a sentence with a verb rather than an item of a
// list.
func prose(words []token) bool {
	for _, w := range words {
		switch w.fold {
		case "was", "were", "is", "are", "has", "have", "had", "underwent", "i", "my", "she", "he", "they", "will", "would", "appeared", "using", "should":
			return true
		}
	}
	return false
}

// opensWithCondition reports whether a sentence is a diagnosis rather than
// prose that mentions one.
func opensWithCondition(words []token) bool {
	words = stripItem(words)
	for i := 0; i < len(words) && i < 3; i++ {
		if m, ok := conditions().find(words[i:]); ok && m.sure {
			return true
		}
		if endsPhrase(words[i].Text) {
			return false
		}
	}
	return false
}

// afterHeading drops the heading that a row of text starts with.
func afterHeading(r row, words []token) []token {
	if numbered(words[0].Text) && len(words) > 1 {
		words = words[1:]
	}
	m, ok := headings().find(words)
	if !ok {
		return words
	}
	words = words[m.words:]
	for len(words) > 0 && words[0].fold == "" {
		words = words[1:]
	}
	return words
}

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
	for len(words) > 0 && (words[0].fold == "" || numbered(words[0].Text)) {
		words = words[1:]
	}
	for i := 0; i < len(words)-1 && i < 2; i++ {
		if !strings.HasSuffix(words[i].Text, ":") {
			continue
		}
		if m, ok := conditions().find(words); ok && m.sure || healed[words[i+1].fold] { // "Pneumonia: resolved in March 1998"
			return words
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
		}
	}
	if familyBefore(words, len(words)) {
		v.Context = "family history"
	}
	if short, state := withoutState(name); state != "" {
		name = short
		v.Context = strings.TrimPrefix(v.Context+", "+state, ", ")
	}
	v.Name = tidyEnd(joined(name))
	if !hasLetters(name) || plainNo(words[0].fold) && !v.Negated { // "No information about ..."
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
