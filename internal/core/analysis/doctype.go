package analysis

import (
	_ "embed"
	"strings"
	"sync"

	"clinician/internal/core"
)

//go:embed data/doctypes.tsv
var doctypesFile string

// titles maps titles of documents to record types.
var titles = sync.OnceValue(func() *phrases[string] {
	p := newPhrases[string]()
	for _, f := range table(doctypesFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			p.add(phrase, f[0])
		}
	}
	return p
})

// suggestType gives the record type a document's title names, where its first
// page has titles of one type only; else what its layout shows beyond doubt: a
// table of results, or a letter that refers a patient.
func suggestType(d *document, values []core.Value) string {
	if len(d.sheets) == 0 {
		return ""
	}
	s := d.sheets[0]
	if t, several := s.title(); t != "" || several {
		return t
	}
	results := 0
	for _, v := range values {
		if v.Kind == core.ValueLaboratory && v.Range != "" {
			results++
		}
	}
	if results >= 4 && hasRole(d, "collected", "reported") {
		return "Laboratory Results"
	}
	if s.letter() {
		return "Consultation Notes"
	}
	return ""
}

// title looks for a title in the first rows: a known phrase that fills its cell,
// in capitals or set apart. Rows with labels of fields are none.
func (s *sheet) title() (name string, several bool) {
	for i := range s.rows {
		r := s.rows[i]
		if i > 24 || i > 3 && r.top > s.rows[0].top+0.45*(s.rows[len(s.rows)-1].bottom-s.rows[0].top) && len(s.rows) > 12 {
			break
		}
		for _, c := range r.cells {
			t, ok := titleOf(c)
			switch {
			case !ok || t == name:
			case name != "":
				return "", true
			default:
				name = t
			}
		}
		if name != "" {
			return name, false // the first title counts; headings below it are sections
		}
	}
	return "", false
}

func titleOf(c cell) (string, bool) {
	ws := c.words
	if len(ws) > 7 || strings.HasSuffix(ws[len(ws)-1].Text, ".") || strings.HasSuffix(ws[0].Text, ":") {
		return "", false
	}
	m, ok := titles().find(ws)
	if !ok {
		return "", false
	}
	rest := ws[m.words:]
	switch {
	case len(rest) == 0, strings.HasSuffix(ws[m.words-1].Text, ":") && len(ws) > m.words && m.words > 1:
		return m.meaning, true
	case len(rest) == 1 && (strings.Trim(rest[0].Text, "0123456789") == "" || rest[0].fold == "continued"):
		return m.meaning, true // CONSENT FORM 1
	}
	return "", false
}

// letter recognises a letter that refers a patient: Dear, Re, and the word.
func (s *sheet) letter() bool {
	dear, re, refers := false, false, false
	for _, r := range s.rows {
		f := r.words[0].fold
		dear = dear || f == "dear"
		re = re || f == "re"
		for _, w := range r.words {
			refers = refers || w.fold == "referral" || w.fold == "referring"
		}
		if re && !refers && r.words[0].fold == "thank" && strings.Contains(foldPhrase(r.text()), "for seeing") {
			refers = true
		}
	}
	return dear && re && refers
}

func hasRole(d *document, roles ...string) bool {
	for _, l := range d.labelledDates() {
		for _, role := range roles {
			if l.role == role {
				return true
			}
		}
	}
	return false
}

// heads reports whether a plain "Date:" may be the document's: not one that
// heads measurements or stands under what was done another day.
func heads(l labelledDate) bool {
	switch l.sheet.rows[l.when[0].row].section {
	case "vitals", "results", "procedures", "immunizations", "pending", "comparison", "addendum", "plan", "past history", "family history":
		return false
	}
	return true
}

// dateRoles says which dates are a document's own, best first.
var dateRoles = []string{"collected", "examination", "discharged", "clinic", "typed", "letter", "signed", "dictated", "reported", "received"}

// suggestDate gives the day a document is of: the best of its labelled dates,
// when all of that sort on it agree and were read clearly. Birth and comparison
// dates never count.
func suggestDate(d *document) core.Date {
	for _, role := range dateRoles {
		var found core.Date
		for _, l := range d.labelledDates() {
			if l.role != role || role == "letter" && !heads(l) {
				continue
			}
			if !l.certain() || !found.IsZero() && found != l.date {
				return core.Date{}
			}
			found = l.date
		}
		if !found.IsZero() {
			return found
		}
	}
	return core.Date{}
}
