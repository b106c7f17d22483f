package analysis

import (
	_ "embed"
	"strings"
	"sync"

	"clinician/internal/core"
	"clinician/internal/core/analysis/dates"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

//go:embed data/doctypes.tsv
var doctypesFile string

// titles maps titles of documents to record types.
var titles = sync.OnceValue(func() *vocabulary.Phrases[string] {
	p := vocabulary.NewPhrases[string]()
	for _, f := range vocabulary.ReadTable(doctypesFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			p.Add(phrase, f[0])
		}
	}
	return p
})

// suggestType gives the record type a document's title names, where its first
// page has titles of one type only; else what its layout shows beyond doubt: a
// table of results, or a letter that refers a patient.
func suggestType(d *layout.Document, labelled dates.LabelledDates, values []core.Value) string {
	if len(d.Sheets) == 0 {
		return ""
	}
	s := d.Sheets[0]
	if t, several := title(s); t != "" || several {
		return t
	}
	results := 0
	for _, v := range values {
		if v.Kind == core.ValueLaboratory && v.Range != "" {
			results++
		}
	}
	if results >= 4 && hasRole(labelled, "collected", "reported") {
		return "Laboratory Results"
	}
	if letter(s) {
		return "Consultation Notes"
	}
	return ""
}

// title looks for a title in the first rows: a known phrase that fills its cell,
// in capitals or set apart. Rows with labels of fields are none.
func title(s *layout.Sheet) (name string, several bool) {
	for i := range s.Rows {
		r := s.Rows[i]
		if i > 24 || i > 3 && r.Top > s.Rows[0].Top+0.45*(s.Rows[len(s.Rows)-1].Bottom-s.Rows[0].Top) && len(s.Rows) > 12 {
			break
		}
		for _, c := range r.Cells {
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

func titleOf(c layout.Cell) (string, bool) {
	ws := c.Words
	if len(ws) > 7 || strings.HasSuffix(ws[len(ws)-1].Text, ".") || strings.HasSuffix(ws[0].Text, ":") {
		return "", false
	}
	m, ok := titles().Find(ws)
	if !ok {
		return "", false
	}
	rest := ws[m.Words:]
	switch {
	case len(rest) == 0, strings.HasSuffix(ws[m.Words-1].Text, ":") && len(ws) > m.Words && m.Words > 1:
		return m.Meaning, true
	case len(rest) == 1 && (strings.Trim(rest[0].Text, "0123456789") == "" || rest[0].Fold == "continued"):
		return m.Meaning, true // CONSENT FORM 1
	}
	return "", false
}

// letter recognises a letter that refers a patient: Dear, Re, and the word.
func letter(s *layout.Sheet) bool {
	dear, re, refers := false, false, false
	for _, r := range s.Rows {
		f := r.Words[0].Fold
		dear = dear || f == "dear"
		re = re || f == "re"
		for _, w := range r.Words {
			refers = refers || w.Fold == "referral" || w.Fold == "referring"
		}
		if re && !refers && r.Words[0].Fold == "thank" && strings.Contains(vocabulary.FoldPhrase(r.Text()), "for seeing") {
			refers = true
		}
	}
	return dear && re && refers
}

func hasRole(labelled dates.LabelledDates, roles ...string) bool {
	for _, l := range labelled {
		for _, role := range roles {
			if l.Role == role {
				return true
			}
		}
	}
	return false
}

// heads reports whether a plain "Date:" may be the document's: not one that
// heads measurements or stands under what was done another day.
func heads(l dates.Labelled) bool {
	switch l.Sheet.Rows[l.When[0].Row].Section {
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
func suggestDate(labelled dates.LabelledDates) core.Date {
	for _, role := range dateRoles {
		var found core.Date
		for _, l := range labelled {
			if l.Role != role || role == "letter" && !heads(l) {
				continue
			}
			if !l.Certain() || !found.IsZero() && found != l.Date {
				return core.Date{}
			}
			found = l.Date
		}
		if !found.IsZero() {
			return found
		}
	}
	return core.Date{}
}
