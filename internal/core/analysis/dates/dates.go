// Package dates reads dates as documents print them (At) and finds those that say
// what they are of: collected, reported, clinic (FindLabelled, in labelled.go).
// How a date is taken apart is core/text's; here is decided what it means where it
// is open. Package identity does so for birth dates.
package dates

import (
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/vocabulary"
	"clinician/internal/core/text"
)

// Printed is a date as printed. Date is zero when it can be read in two ways.
type Printed struct {
	text  string
	Date  core.Date
	Words int
	Doubt string // why date is zero
}

// At reads a date that starts with the first of the words, in up to five of
// them: 24-Nov-2026, 24 November 2026, November 24, 2026, 2026-11-24, 24/11/2026.
func At(ws []vocabulary.Token) (Printed, bool) {
	if len(ws) == 0 || !dateStart(ws[0].Text) {
		return Printed{}, false
	}
	for n := min(5, len(ws)); n > 0; n-- {
		printed := trimDate(vocabulary.Joined(ws[:n]))
		if n > 1 && (printed == trimDate(vocabulary.Joined(ws[:n-1])) || ws[n-1].Row != ws[0].Row) {
			continue
		}
		if d, ok := parsePrinted(printed); ok {
			d.Words = n
			return d, true
		}
	}
	return Printed{}, false
}

func trimDate(s string) string { return strings.Trim(s, " ,.;:()[]-") }

func dateStart(s string) bool {
	s = strings.TrimLeft(s, "([")
	if s == "" {
		return false
	}
	if s[0] >= '0' && s[0] <= '9' {
		return true
	}
	return text.MonthNamed(strings.TrimRight(s, ".,-")) != 0
}

// parsePrinted reads a text that is a date and nothing else. Which number is the
// day is told by points (24.11.2026), by a number that is no month, or not at all.
func parsePrinted(printed string) (Printed, bool) {
	d := Printed{text: printed}
	w, ok := text.DateForm{}.Read(printed)
	if !ok || !w.Lettered && !w.Points && !w.Strokes {
		return d, false
	}
	switch days := w.Days(w.Year); {
	case w.Short:
		d.Doubt = "the year has two digits only"
		return d, (w.Lettered || w.Strokes && !w.Points) && len(w.Days(2000+w.Year))+len(w.Days(1900+w.Year)) > 0
	case !w.Century || len(days) == 0 || w.Year < 1850 || w.Year > 2150:
		return d, false
	case len(days) == 1 || w.Points && !w.Strokes:
		d.Date = days[0]
	default:
		d.Doubt = "day and month could be the other way round"
	}
	return d, true
}
