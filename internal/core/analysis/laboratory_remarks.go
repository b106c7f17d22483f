package analysis

import (
	"slices"
	"strings"

	"clinician/internal/core"
)

// remark doubts a result that the text itself takes back ("spurious",
// "haemolysed"), that is somebody else's, and one that may be a change.
// The number stays: a clinician looks for it where it is printed, and has to see
// at once why it must not be relied on.
func (l *labReader) remark(v *core.Value, r labRow) {
	if v.Number == nil {
		return // "Not reported - haemolysed" says it itself
	}
	l.said[l.s.clauseOf(r.name[0])] = true
	l.s.remarkNumber(v, r.name[0])
}

// remarkNumber notes of a number with a name that its text takes it back, or that
// its clause speaks of a relative before: "Mother's Hb was 98 g/L".
func (s *sheet) remarkNumber(v *core.Value, name token) {
	if by := s.takenBack(name); by != nil {
		v.Context = "unreliable"
		doubt(v, "the text says %q of it", quoted(by))
	}
	at := s.clauseOf(name)
	if at < 0 {
		return
	}
	words := s.clauses()[at].words
	i := slices.IndexFunc(words, func(o token) bool { return o.row == name.row && o.x0 == name.x0 })
	if who, _ := relativeBefore(words, i); who != nil {
		v.Context = "family history"
		doubt(v, "it may be of somebody else: %q", quoted(who))
	}
}

// ofFluid gives a result the fluid that stands before its name, which makes it
// another test: "CSF glucose". One that stands further ahead is a doubt.
func ofFluid(v *core.Value, before []token) {
	at := len(before)
	for at > 0 && fluids[before[at-1].fold] && !endsPhrase(before[at-1].Text) {
		at--
	}
	if at < len(before) {
		v.Name, v.Code = joined(before[at:])+" "+v.Name, nil
		return
	}
	for i := len(before) - 1; i >= 0 && !strings.HasSuffix(before[i].Text, ";"); i-- {
		if said := strings.Fields(foldPhrase(v.Name)); fluids[before[i].fold] && !slices.ContainsFunc(said, func(w string) bool { return w == "serum" || w == "plasma" || w == "blood" }) {
			doubt(v, "it may be of %q", quoted(before[i:i+1]))
			return
		}
	}
}

var fluids = wordSet("csf urine urinary fluid pleural ascitic peritoneal pericardial synovial joint stool faecal fecal sweat drain dialysate")

// takeBack doubts the results of a page that a comment elsewhere on it takes back:
// those it names, or where it speaks of the sample only, all. first is the page's
// first value.
func (l *labReader) takeBack(first int) {
	var all [][]token
	of := map[*analyte][][]token{}
	for k, c := range l.s.clauses() {
		switch {
		case c.spurious == nil || l.said[k]: // its own result is doubted already
		case c.ofSample():
			all = append(all, c.spurious)
		default:
			for _, a := range c.analytes() {
				of[a] = append(of[a], c.spurious)
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
		if a, ok := words().analytes.lookup(v.Name); ok {
			by = slices.Concat(all, of[a])
		}
		for _, ws := range by[:min(len(by), 3)] {
			doubt(v, "the text says %q of it", quoted(ws))
		}
	}
}

// analytes gives the tests a clause names.
func (c clause) analytes() []*analyte {
	var out []*analyte
	for i := range c.words {
		if m, ok := words().analytes.find(c.words[i:]); ok && m.sure {
			out = append(out, m.meaning)
		}
	}
	return out
}

// freeText reports whether a row inside a table is a comment, or a line of one,
// in which words happen to lie under the headings.
func freeText(r row, f fields) bool {
	test, result := f.at[columnTest], f.at[columnResult]
	if commentLabel(r.cells[0].words) || commentLabel(test) {
		return true
	}
	if r.section != "comment" && r.section != "impression" {
		return false
	}
	return !valueLike(result) || len(r.cells) == 1 && !analyteAt(test)
}

// commentLabel reports whether words start with the label of a comment: "Clinical
// note", "Potassium comment:". What a test's name says in brackets is none.
func commentLabel(ws []token) bool {
	for i := 0; i < len(ws) && i < 3 && !hasDigit(ws[i].Text) && ws[i].fold != "see"; i++ {
		if commentWords[ws[i].fold] && ws[i].Text[0] != '(' && !strings.HasSuffix(ws[i].Text, ")") {
			return true
		}
	}
	return false
}

var commentWords = wordSet("comment comments note notes interpretation remark remarks n.b nb")
