// Package problems finds what a document says of a patient's health problems:
// diagnoses and findings in lists (items.go), tables and prose (prose.go), with codes
// of ICD-10 as printed (icd10.go), and allergies with their reactions (allergies.go).
// A denial is a value too. Whose a problem is, whether it is a question and whether
// it is over, is noted in qualified.go.
//
// Start reading at Diagnoses and Allergies.
package problems

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// Diagnoses finds diagnoses: the items under headings such as "Diagnosis",
// conditions named in impressions and histories, codes of ICD-10 as printed,
// and what is denied ("No evidence of pulmonary embolism") wherever it stands.
func Diagnoses(d *layout.Document) []core.Value {
	var out []core.Value
	for _, s := range d.Sheets {
		listed := diagnosisList(s)
		out = append(out, problemRows(s, listed)...)
		for _, t := range s.Sentences() {
			row := t.Words[0].Row
			if len(s.Rows[row].Cells) > 1 && listed[row].on {
				continue // read as a row
			}
			for _, part := range partsOfList(s, t, listed) {
				out = append(out, diagnosesIn(s, part, listed[part.Words[0].Row])...)
			}
		}
	}
	return out
}

// partsOfList divides a sentence where a list ends within it, and around rows that
// are results.
func partsOfList(s *layout.Sheet, t layout.Sentence, listed []listPlace) []layout.Sentence {
	if !listed[t.Words[0].Row].on {
		return []layout.Sentence{t}
	}
	var out []layout.Sentence
	from := 0
	for i, w := range t.Words {
		if i+1 < len(t.Words) {
			next := t.Words[i+1].Row
			if next == w.Row || listed[next].on && !isResult(s.Rows[next].Words) && !isResult(s.Rows[w.Row].Words) {
				continue
			}
		}
		part := t
		part.Words = t.Words[from : i+1]
		out, from = append(out, part), i+1
	}
	return out
}

// listPlace says of a row whether it stands in a list of diagnoses and as what.
type listPlace struct {
	on      bool
	single  float64 // where the text begins that stands beside the label: the list is that line, but for what goes on under it; 0 it is not so
	loose   bool    // a heading over prose too: only named conditions count
	context string  // "primary", "secondary", ...
}

// diagnosisList marks the rows that follow a heading of diagnoses without a gap.
func diagnosisList(s *layout.Sheet) []listPlace {
	out := make([]listPlace, len(s.Rows))
	var place listPlace
	for i, r := range s.Rows {
		switch {
		case r.Heading && r.Section == "diagnoses":
			place = placeOf(r)
			if rest := afterHeading(r, r.Words); len(rest) > 0 && len(rest) < len(r.Words) {
				place.single = rest[0].X0 + 1
			}
		case place.on && place.single > 0 && !goesOnUnder(r, place.single-1):
			place = listPlace{}
		case r.Heading || r.Section != "diagnoses" || i == 0 || r.Top-s.Rows[i-1].Bottom > 1.6*r.Height() || layout.UnknownHeading(r):
			place = listPlace{}
		}
		out[i] = place
	}
	return out
}

// goesOnUnder reports whether a row goes on with the list that a label has begun on
// its own line: as a further item, under the first, or with another condition.
func goesOnUnder(r layout.Row, x0 float64) bool {
	first := r.Words[0]
	switch {
	case isResult(r.Words):
		return false
	case vocabulary.NumbersItem(first.Text), first.Fold == "", vocabulary.StartsLower(first.Text), opensWithCondition(r.Words):
		return true
	}
	return first.X0 > x0-r.Height() && first.X0 < x0+r.Height()
}

func placeOf(heading layout.Row) listPlace {
	p := listPlace{on: true}
	for i, w := range heading.Words {
		switch w.Fold {
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
func problemRows(s *layout.Sheet, listed []listPlace) []core.Value {
	var out []core.Value
	var head layout.Row
	for i, r := range s.Rows {
		if !listed[i].on {
			head = layout.Row{}
		}
		if !listed[i].on || len(r.Cells) < 2 || r.Heading || listed[i].loose {
			continue
		}
		if tableWords(r.Words) {
			head = r
			continue
		}
		at := cellUnder(r, head, "problem", "problems", "condition", "diagnosis", "description", "name")
		if at < 0 || !hasLetters(r.Cells[at].Words) || len(r.Cells[at].Words) > 14 || isResult(r.Words) {
			continue
		}
		v := diagnosis(s, diagnosisItem{words: stripItem(r.Cells[at].Words)}, r.Words, listed[i].context)
		stateOf(&v, r.Cells[at+1:])
		deny(s, &v, s.DeniedAbove(i, r.Cells[at]))
		if v.Name != "" {
			out = append(out, v)
		}
	}
	return out
}

// stateOf takes the state that a cell of the row says.
func stateOf(v *core.Value, cells []layout.Cell) {
	for _, c := range cells {
		switch c.Words[0].Fold {
		case "resolved", "inactive", "active", "chronic", "suspected":
			if len(c.Words) == 1 {
				v.Context = strings.TrimPrefix(v.Context+", "+c.Words[0].Fold, ", ")
			}
		}
	}
}

// cellUnder gives the cell of r that stands in the column of a head with one of
// the names: the first cell where there is no head, or the column is its first;
// -1 when the cell is empty.
func cellUnder(r, head layout.Row, names ...string) int {
	for k, c := range head.Cells {
		if !slices.ContainsFunc(c.Words, func(w vocabulary.Token) bool { return slices.Contains(names, w.Fold) }) {
			continue
		}
		if k == 0 {
			return 0
		}
		return slices.IndexFunc(r.Cells, func(c layout.Cell) bool { return layout.ColumnOf(head, c) == k })
	}
	return 0
}

// tableWords reports whether words name columns of a list of problems.
func tableWords(words []vocabulary.Token) bool {
	for _, w := range words {
		switch w.Fold {
		case "description", "status", "onset", "date", "dates", "effective", "problem", "problems", "condition", "diagnosis", "code", "name", "icd-10", "icd", "comments", "type", "resolved", "start", "end", "priority", "system", "recorded", "first", "last", "documented", "noted", "source", "provider", "severity":
		default:
			return false
		}
	}
	return true
}

func hasLetters(ws []vocabulary.Token) bool {
	for _, w := range ws {
		if len(w.Fold) > 2 && !vocabulary.HasDigit(w.Fold) {
			return true
		}
	}
	return false
}

// diagnosesIn reads a sentence.
func diagnosesIn(s *layout.Sheet, t layout.Sentence, place listPlace) []core.Value {
	words := t.Words
	if s.Rows[words[0].Row].Heading && place.on {
		words = afterHeading(s.Rows[words[0].Row], words)
	}
	if len(words) == 0 || t.Section == "allergies" && !place.on {
		return nil
	}
	if place.on && !place.loose && !prose(words) {
		var out []core.Value
		for _, it := range diagnosisItems(words) {
			if noItem(it.words) || vocabulary.StartsLower(it.words[0].Text) && !s.Rows[t.Words[0].Row].Heading && !opensWithCondition(it.words) {
				continue
			}
			v := diagnosis(s, it, it.words, place.context)
			if it.words[0].Row == words[0].Row && it.words[0].X0 == stripItem(words)[0].X0 {
				deny(s, &v, s.DeniedAround(it.words[0]))
			}
			doubtDenied(s, &v, it.words[0])
			if v.Name != "" {
				out = append(out, v)
			}
		}
		return out
	}
	if place.loose && opensWithCondition(words) && len(assertion.Negations(words)) == 0 {
		return []core.Value{diagnosis(s, diagnosisItem{stripItem(words)}, words, place.context)}
	}
	return named(s, t, words, place)
}

// noItem reports whether words are none of a list of diagnoses.
func noItem(words []vocabulary.Token) bool {
	return len(words) == 0 || tableWords(words) || isResult(words)
}

// prose reports whether words are a sentence with a verb rather than an item of a
// list.
func prose(words []vocabulary.Token) bool {
	for _, w := range words {
		switch w.Fold {
		case "was", "were", "is", "are", "has", "have", "had", "underwent", "i", "my", "she", "he", "they", "will", "would", "appeared", "using", "should":
			return true
		}
	}
	return false
}

// opensWithCondition reports whether a sentence is a diagnosis rather than
// prose that mentions one.
func opensWithCondition(words []vocabulary.Token) bool {
	words = stripItem(words)
	for i := 0; i < len(words) && i < 3; i++ {
		if m, ok := vocabulary.Conditions().Find(words[i:]); ok && m.Sure {
			return true
		}
		if vocabulary.EndsPhrase(words[i].Text) {
			return false
		}
	}
	return false
}

// afterHeading drops the heading that a row of text starts with.
func afterHeading(r layout.Row, words []vocabulary.Token) []vocabulary.Token {
	if vocabulary.NumbersItem(words[0].Text) && len(words) > 1 {
		words = words[1:]
	}
	m, ok := layout.Headings().Find(words)
	if !ok {
		return words
	}
	words = words[m.Words:]
	for len(words) > 0 && words[0].Fold == "" {
		words = words[1:]
	}
	return words
}
