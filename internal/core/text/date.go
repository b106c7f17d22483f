package text

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"clinician/internal/core"
)

// ReadDate reads one day as people type it: 08-May-2026, 8 may 2026, 8may2026,
// 2026-05-08, 20260508, 31/5/2026, today, yesterday (of now). Nothing at all is
// the zero Date. A day that could be read in two ways (8/5/2026), a year without
// its century, and what is no date are refused with CodeInvalid and a sentence
// that says how to write it.
func ReadDate(s string, now time.Time) (core.Date, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "":
		return core.Date{}, nil
	case "today":
		return core.DateOf(now), nil
	case "yesterday":
		return core.DateOf(now.AddDate(0, 0, -1)), nil
	}
	w, ok := takeApart(s)
	if !ok || w.monthFirst {
		return core.Date{}, core.Errorf(core.CodeInvalid, "Write the date like 08-May-2026.")
	}
	if len(w.yearText) != 4 {
		return core.Date{}, core.Errorf(core.CodeInvalid, "Write the year with four digits, like 08-May-2026.")
	}
	switch days := w.days(w.year); len(days) {
	case 0:
		return core.Date{}, core.Errorf(core.CodeInvalid, "There is no such day. Write the date like 08-May-2026.")
	case 1:
		return days[0], nil
	default:
		return core.Date{}, core.Errorf(core.CodeInvalid, "Is this %s or %s? Write the month in letters.", dayAndMonth(days[0]), dayAndMonth(days[1]))
	}
}

// DateReadings gives every day until now that a birth date as people type it
// may mean, the likeliest first: none when it is no date, more than one when it
// can be read day first or month first (8/5/1940), or has no century (2/1/19).
// It takes all that ReadDate takes but words, and "May 8, 1940" besides.
func DateReadings(s string, now time.Time) []core.Date {
	w, ok := takeApart(s)
	if !ok {
		return nil
	}
	var out []core.Date
	for _, year := range w.years(now) {
		for _, d := range w.days(year) {
			if !core.DateOf(now).Before(d) { // nobody is born tomorrow
				out = append(out, d)
			}
		}
	}
	return out
}

// writtenDate is a date taken apart, as it was written.
type writtenDate struct {
	a, b       int    // day and month, in the order written; only a with a month in letters
	month      int    // in letters; 0: in figures
	monthFirst bool   // May 8, 1940
	yearFirst  bool   // 1940-05-08: no doubt about the rest
	yearText   string // two or four digits
	year       int    // as written
}

func takeApart(s string) (w writtenDate, ok bool) {
	parts := dateParts(s)
	if len(parts) != 3 {
		return w, false
	}
	if MonthNamed(parts[0]) != 0 {
		parts[0], parts[1], w.monthFirst = parts[1], parts[0], true
	}
	w.month = int(MonthNamed(parts[1]))
	a, okA := digits(parts[0])
	b, okB := digits(parts[1])
	c, okC := digits(parts[2])
	if !okA || !okC || !okB && w.month == 0 {
		return w, false
	}
	w.a, w.b, w.year, w.yearText = a, b, c, parts[2]
	if len(parts[0]) == 4 {
		w.yearFirst, w.a, w.b, w.year, w.yearText = true, c, b, a, parts[0]
	}
	return w, true
}

// days gives the days that exist among what w means in a year, day first.
func (w writtenDate) days(year int) (out []core.Date) {
	add := func(day, month int) {
		d := core.Date{Year: year, Month: time.Month(month), Day: day}
		if core.DateOf(d.Time()) == d && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	switch {
	case w.month != 0:
		add(w.a, w.month)
	case w.yearFirst:
		add(w.a, w.b)
	default:
		add(w.a, w.b)
		add(w.b, w.a)
	}
	return out
}

// years gives what the written year may mean for somebody who has been born.
func (w writtenDate) years(now time.Time) []int {
	switch {
	case len(w.yearText) == 4:
		return []int{w.year}
	case len(w.yearText) != 2:
		return nil
	case 2000+w.year <= now.Year():
		return []int{2000 + w.year, 1900 + w.year}
	}
	return []int{1900 + w.year}
}

// dateParts takes a written date apart, also one without anything between its
// parts: 8may1940, 19400508, 08051940.
func dateParts(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '.' || r == ',' || divides(r) && r != '_' })
	if len(parts) == 1 {
		parts = unglue(parts[0])
	}
	for i, p := range parts {
		for _, ending := range []string{"st", "nd", "rd", "th"} { // 8th May 1940
			if day, ok := strings.CutSuffix(strings.ToLower(p), ending); ok && len(day) <= 2 && strings.Trim(day, "0123456789") == "" {
				parts[i] = day
			}
		}
	}
	return parts
}

func unglue(s string) []string {
	if len(s) == 8 && strings.Trim(s, "0123456789") == "" {
		if s[4:6] <= "12" { // else it is the century, 18 to 20, of a year that stands last
			return []string{s[:4], s[4:6], s[6:]}
		}
		return []string{s[:2], s[2:4], s[4:]}
	}
	from := strings.IndexFunc(s, unicode.IsLetter)
	to := strings.LastIndexFunc(s, unicode.IsLetter)
	if from <= 0 || !plain(s) || MonthNamed(s[from:to+1]) == 0 {
		return nil
	}
	return []string{s[:from], s[from : to+1], s[to+1:]}
}

func digits(s string) (int, bool) {
	if len(s) > 4 || s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// MonthNamed gives the month that is written in English with at least its first
// three letters, in any case: "may", "Sept"; 0 for anything else.
func MonthNamed(s string) time.Month {
	s = strings.ToLower(s)
	for m := time.January; m <= time.December; m++ {
		if len(s) >= 3 && strings.HasPrefix(strings.ToLower(m.String()), s) {
			return m
		}
	}
	return 0
}

func dayAndMonth(d core.Date) string { return fmt.Sprintf("%02d-%s", d.Day, d.Month.String()[:3]) }
