package analysis

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

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
		s.deny(&v, s.deniedAbove(i, r.cells[at]))
		if v.Name != "" {
			out = append(out, v)
		}
	}
	return out
}

// deny notes of a value that words on another line, if any, deny it.
func (s *sheet) deny(v *core.Value, by []token) {
	if by == nil || v.Negated {
		return
	}
	if v.Negated = true; v.Kind == core.ValueDiagnosis { // the text of an allergy is its reaction
		v.Text = tidyEnd(joined(by) + " " + v.Text)
	}
	addEvidence(v, s, 0, by)
	doubt(v, "the line is broken before %q", v.Name)
}

// doubtDenied doubts a value that starts with a word, where the line above may
// deny it.
func (s *sheet) doubtDenied(v *core.Value, w token) {
	if above := s.mayDeny(w); above != nil && !v.Negated {
		doubt(v, "the line above may deny it: %q", joined(above))
	}
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
			v := s.diagnosis(it, it.words, place.context)
			if it.words[0].row == words[0].row && it.words[0].x0 == stripItem(words)[0].x0 {
				s.deny(&v, s.deniedAround(it.words[0]))
			}
			s.doubtDenied(&v, it.words[0])
			if v.Name != "" {
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
