package dates

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"clinician/internal/core"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

//go:embed data/dates.tsv
var datesFile string

// dateLabels maps what stands before a date to what the date is of.
var dateLabels = sync.OnceValue(func() *vocabulary.Phrases[string] {
	p := vocabulary.NewPhrases[string]()
	for _, f := range vocabulary.ReadTable(datesFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			p.Add(phrase, f[0])
		}
	}
	return p
})

// Labelled is a date with what it is of.
type Labelled struct {
	Printed
	Role  string // of dates.tsv: "collected", "reported", ...; "birth" is kept out of values
	label []vocabulary.Token
	When  []vocabulary.Token
	Sheet *layout.Sheet

	again bool // another label of the document has the same date; see agree
}

// Certain reports whether the date may be relied on without a person: it was read surely,
// or the document says it in more than one place.
func (l Labelled) Certain() bool {
	if l.Date.IsZero() {
		return false
	}
	return l.again || vocabulary.ReadClearly(l.When)
}

// LabelledDates are the labelled dates of one document, in reading order.
type LabelledDates []Labelled

// FindLabelled finds the dates of a document that say what they are of.
func FindLabelled(d *layout.Document) LabelledDates {
	var out LabelledDates
	for _, s := range d.Sheets {
		for i := range s.Rows {
			out = append(out, datesOf(s, i)...)
		}
	}
	agree(out)
	return out
}

// agree confirms dates that stand behind two labels or more, collected and reported on
// the same day, when one of them was read surely or two fairly: the engine is
// seldom sure of a date in one word, and does not misread two of them alike.
func agree(list []Labelled) {
	fair := map[core.Date]int{}
	for _, l := range list {
		switch {
		case l.Date.IsZero():
		case vocabulary.ReadClearly(l.When):
			fair[l.Date] += 2
		case !slices.ContainsFunc(l.When, func(w vocabulary.Token) bool { return !w.Fair() }):
			fair[l.Date]++
		}
	}
	for i, l := range list {
		list[i].again = fair[l.Date] >= 2
	}
}

// datesOf finds "Collected: 24-Nov-2026 09:20", "Dictated 23-Nov-2026", and
// "Comparison" above "Examination of 31-Aug-2026.".
func datesOf(s *layout.Sheet, i int) []Labelled {
	var out []Labelled
	ws := s.Rows[i].Words
	for k := 0; k < len(ws); {
		at, ok := At(ws[k:])
		if !ok {
			k++
			continue
		}
		l := Labelled{Printed: at, When: ws[k : k+at.Words], Sheet: s}
		l.Role, l.label = labelBefore(ws[:k])
		if l.Role == "" && s.Rows[i].Section == "comparison" {
			l.Role = "comparison"
			l.label = ws[:0]
		}
		if l.Role == "letter" && s.Rows[i].Section == "vitals" {
			l.Role = "" // it heads a column
		}
		if l.Role != "" {
			out = append(out, l)
		}
		k += at.Words
	}
	return out
}

// labelBefore finds the label that ends right before a date, over filling words
// ("on", "the", "time:").
func labelBefore(ws []vocabulary.Token) (string, []vocabulary.Token) {
	end := len(ws)
	for end > 0 && end > len(ws)-4 {
		w := ws[end-1]
		if w.Fold != "" && !dateFillers[w.Fold] {
			break
		}
		end--
	}
	for to := len(ws); to >= end && to > 0; to-- {
		for n := min(4, to); n > 0; n-- {
			label := ws[to-n : to]
			if m, ok := dateLabels().Find(label); ok && m.Words == n {
				return m.Meaning, label
			}
		}
	}
	return "", nil
}

var dateFillers = map[string]bool{"on": true, "the": true, "at": true, "of": true, "dated": true, "and": true, "time": true, "was": true, "mon": true, "tue": true, "wed": true, "thu": true, "fri": true, "sat": true, "sun": true}

// Values reports the labelled dates as values. Birth dates belong to identity.
func Values(labelled LabelledDates) []core.Value {
	var out []core.Value
	for _, l := range labelled {
		if l.Role == "birth" || l.Role == "ignored" {
			continue
		}
		v := evidence.NewValue(l.Sheet, core.ValueDate)
		evidence.Add(&v, l.Sheet, l.label)
		evidence.Add(&v, l.Sheet, l.When)
		v.Name = strings.TrimRight(vocabulary.Joined(l.label), ":;,./ ")
		if v.Name == "" {
			v.Name = l.Role
		}
		v.Text, v.Date, v.Context = l.text, l.Date, l.Role
		if l.Doubt != "" {
			evidence.Doubt(&v, "%s", l.Doubt)
		}
		out = append(out, v)
	}
	return out
}

// DayOf gives the day of what stands on a page: the last collection date printed
// before it on that page, else on an earlier page, else the report date.
func (ls LabelledDates) DayOf(s *layout.Sheet, row int) core.Date {
	for _, role := range []string{"collected", "reported"} {
		var found core.Date
		for _, l := range ls {
			if l.Sheet.Number > s.Number || l.Sheet == s && len(l.When) > 0 && l.When[0].Row > row && !found.IsZero() {
				break
			}
			if l.Role == role && l.Certain() {
				found = l.Date
			}
		}
		if !found.IsZero() {
			return found
		}
	}
	return core.Date{}
}
