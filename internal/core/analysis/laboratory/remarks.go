package laboratory

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/measurement"
	"clinician/internal/core/analysis/vocabulary"
)

// remark doubts a result that the text itself takes back ("spurious",
// "haemolysed"), that is somebody else's, and one that may be a change.
// The number stays: a clinician looks for it where it is printed, and has to see
// at once why it must not be relied on.
func (l *reader) remark(v *core.Value, r labRow) {
	if v.Number == nil {
		return // "Not reported - haemolysed" says it itself
	}
	l.said[l.s.ClauseOf(r.name[0])] = true
	measurement.RemarkNumber(l.s, v, r.name[0])
}

// ofFluid gives a result the fluid that stands before its name, which makes it
// another test: "CSF glucose". One that stands further ahead is a doubt.
func ofFluid(v *core.Value, before []vocabulary.Token) {
	at := len(before)
	for at > 0 && fluids[before[at-1].Fold] && !vocabulary.EndsPhrase(before[at-1].Text) {
		at--
	}
	if at < len(before) {
		v.Name, v.Code = vocabulary.Joined(before[at:])+" "+v.Name, nil
		return
	}
	for i := len(before) - 1; i >= 0 && !strings.HasSuffix(before[i].Text, ";"); i-- {
		if said := strings.Fields(vocabulary.FoldPhrase(v.Name)); fluids[before[i].Fold] && !slices.ContainsFunc(said, func(w string) bool { return w == "serum" || w == "plasma" || w == "blood" }) {
			evidence.Doubt(v, "it may be of %q", assertion.Quoted(before[i:i+1]))
			return
		}
	}
}

var fluids = vocabulary.WordSet("csf urine urinary fluid pleural ascitic peritoneal pericardial synovial joint stool faecal fecal sweat drain dialysate")

// takeBack doubts the results of a page that a comment elsewhere on it takes back:
// those it names, or where it speaks of the sample only, all. first is the page's
// first value.
func (l *reader) takeBack(first int) {
	var all [][]vocabulary.Token
	of := map[*vocabulary.Analyte][][]vocabulary.Token{}
	for k, c := range l.s.Clauses() {
		switch {
		case c.Spurious == nil || l.said[k]: // its own result is doubted already
		case measurement.OfSample(c):
			all = append(all, c.Spurious)
		default:
			for _, a := range analytes(c) {
				of[a] = append(of[a], c.Spurious)
			}
		}
	}
	if len(all)+len(of) == 0 {
		return
	}
	for i := first; i < len(l.values); i++ {
		v := &l.values[i]
		if v.Number == nil {
			continue
		}
		by := all
		if a, ok := vocabulary.Laboratory().Analytes.Lookup(v.Name); ok {
			by = slices.Concat(all, of[a])
		}
		for _, ws := range by[:min(len(by), 3)] {
			evidence.Doubt(v, "the text says %q of it", assertion.Quoted(ws))
		}
	}
}

// analytes gives the tests a clause names.
func analytes(c layout.Clause) []*vocabulary.Analyte {
	var out []*vocabulary.Analyte
	for i := range c.Words {
		if m, ok := vocabulary.Laboratory().Analytes.Find(c.Words[i:]); ok && m.Sure {
			out = append(out, m.Meaning)
		}
	}
	return out
}

// freeText reports whether a row inside a table is a comment, or a line of one,
// in which words happen to lie under the headings.
func freeText(r layout.Row, f fields) bool {
	test, result := f.at[columnTest], f.at[columnResult]
	if measurement.CommentLabel(r.Cells[0].Words) || measurement.CommentLabel(test) {
		return true
	}
	if r.Section != "comment" && r.Section != "impression" {
		return false
	}
	return !valueLike(result) || len(r.Cells) == 1 && !vocabulary.AnalyteAt(test)
}
