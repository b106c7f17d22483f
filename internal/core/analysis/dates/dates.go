// Package dates reads dates as documents print them (At) and finds those that say
// what they are of: collected, reported, clinic (FindLabelled, in labelled.go).
// Birth dates are read in package identity, which knows more languages.
package dates

import (
	"strconv"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/analysis/vocabulary"
)

// Printed is a date as printed. Date is zero when it can be read in two ways.
type Printed struct {
	text  string
	Date  core.Date
	Words int
	Doubt string // why date is zero
}

var months = map[string]time.Month{
	"jan": 1, "january": 1, "feb": 2, "february": 2, "mar": 3, "march": 3, "apr": 4, "april": 4, "may": 5, "jun": 6, "june": 6,
	"jul": 7, "july": 7, "aug": 8, "august": 8, "sep": 9, "sept": 9, "september": 9, "oct": 10, "october": 10, "nov": 11, "november": 11, "dec": 12, "december": 12,
}

// At reads a date that starts with the first of the words, in up to five of
// them: 24-Nov-2026, 24 November 2026, November 24, 2026, 2026-11-24, 24/11/2026.
func At(ws []vocabulary.Token) (Printed, bool) {
	if len(ws) == 0 || !dateStart(ws[0].Text) {
		return Printed{}, false
	}
	for n := min(5, len(ws)); n > 0; n-- {
		text := trimDate(vocabulary.Joined(ws[:n]))
		if n > 1 && (text == trimDate(vocabulary.Joined(ws[:n-1])) || ws[n-1].Row != ws[0].Row) {
			continue
		}
		if d, ok := parsePrinted(text); ok {
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
	_, ok := months[strings.ToLower(strings.TrimRight(s, ".,-"))]
	return ok
}

// parsePrinted reads the text of a date and nothing else.
func parsePrinted(text string) (Printed, bool) {
	out := Printed{text: text}
	parts := strings.FieldsFunc(text, func(r rune) bool {
		return r == ' ' || r == '-' || r == '/' || r == '.' || r == ',' || r == '–' || r == '‑' || r == '‐'
	})
	if len(parts) != 3 {
		return out, false
	}
	var num [3]int
	month := -1
	for i, p := range parts {
		if m, ok := months[strings.ToLower(p)]; ok && i < 2 && month < 0 {
			month, num[i] = i, int(m)
			continue
		}
		if len(p) > 3 && i != 2 && i != 0 || len(p) > 4 {
			return out, false
		}
		n, err := strconv.Atoi(strings.TrimRight(p, "stndrh")) // 24th
		if err != nil || n < 0 || len(strings.TrimLeft(p, "0123456789")) != 0 && len(strings.TrimLeft(p, "0123456789")) != 2 {
			return out, false
		}
		num[i] = n
	}
	return out.settle(parts, num, month, strings.ContainsAny(text, "/-"), strings.Contains(text, "."))
}

// settle decides which number is day, month and year. month is the index of the
// part that names a month; -1 none.
func (d Printed) settle(parts []string, num [3]int, month int, slashed, dotted bool) (Printed, bool) {
	year := len(parts[2])
	switch {
	case month >= 0:
		return d.named(num, month, year)
	case len(parts[0]) == 4 && year <= 2 && (slashed || dotted): // 2026-11-24
		return d.as(num[0], num[1], num[2])
	case !slashed && !dotted || len(parts[0]) > 2 || len(parts[1]) > 2:
		return d, false
	case year == 2:
		d.Doubt = "the year has two digits only"
		return d, slashed && !dotted && num[0] > 0 && num[1] > 0 && max(num[0], num[1]) <= 31 && min(num[0], num[1]) <= 12
	case year != 4:
		return d, false
	}
	return d.figures(num, dotted && !slashed)
}

// named settles a date that names its month; year is the length of the year.
func (d Printed) named(num [3]int, month, year int) (Printed, bool) {
	day := num[1-month]
	switch {
	case day > 31:
		return d, false
	case year == 4:
		return d.as(num[2], num[month], day)
	case year == 2:
		d.Doubt = "the year has two digits only"
		return d, day > 0
	}
	return d, false
}

// figures settles a date in figures that ends with its year. Only points say that
// the day comes first.
func (d Printed) figures(num [3]int, dotted bool) (Printed, bool) {
	switch {
	case dotted, num[0] > 12, num[0] == num[1]: // 24.11.2026, 24/11/2026, 03/03/2026
		return d.as(num[2], num[1], num[0])
	case num[1] > 12: // 11/24/2026
		return d.as(num[2], num[0], num[1])
	case num[0] < 1 || num[1] < 1:
		return d, false
	}
	d.Doubt = "day and month could be the other way round"
	return d, true
}

// as makes the date when the day exists in a believable year.
func (d Printed) as(year, month, day int) (Printed, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year < 1850 || year > 2150 || t.Year() != year || int(t.Month()) != month || t.Day() != day {
		return d, false
	}
	d.Date = core.Date{Year: year, Month: time.Month(month), Day: day}
	return d, true
}
