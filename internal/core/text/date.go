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
	w, ok := typed.Read(s)
	if !ok || w.MonthFirst {
		return core.Date{}, core.Errorf(core.CodeInvalid, "Write the date like 08-May-2026.")
	}
	if !w.Century {
		return core.Date{}, core.Errorf(core.CodeInvalid, "Write the year with four digits, like 08-May-2026.")
	}
	switch days := w.Days(w.Year); len(days) {
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
	w, ok := typed.Read(s)
	if !ok {
		return nil
	}
	var out []core.Date
	for _, year := range w.years(now) {
		for _, d := range w.Days(year) {
			if !core.DateOf(now).Before(d) { // nobody is born tomorrow
				out = append(out, d)
			}
		}
	}
	return out
}

// A DateForm says what a reader of dates takes besides three parts (day, month in
// letters or figures, year, in whatever order) with white space, dashes, /, . or ,
// between them. The zero form is what everybody takes.
type DateForm struct {
	Together bool                        // parts without anything between them: 8may1940, 19400508
	Dividers string                      // further characters that may stand between parts
	Fillers  []string                    // words that may stand between parts: "de"
	Month    func(string) time.Month     // the month that a word names, 0 none; nil: MonthNamed
	Figures  func(written string) string // mends figures before they are read; nil: read as they are
}

// typed is what people type.
var typed = DateForm{Together: true}

// WrittenDate is a date taken apart, as it was written. What it means is the
// caller's to decide where it is open: whether the day or the month comes first,
// which century a year of two digits is of.
type WrittenDate struct {
	Year       int  // as written
	Century    bool // the year has four digits
	Short      bool // the year has two digits, and its century is open
	Lettered   bool // the month is in letters
	MonthFirst bool // in letters, before the day: May 8, 1940
	Points     bool // full stops stand in it: 8.5.1940
	Strokes    bool // slashes or hyphens stand in it: 8/5/1940, 8-5-1940

	yearFirst bool // 1940-05-08: no doubt about the rest
	a, b      int  // day and month, in the order written; only a with a month in letters
	month     int  // in letters; 0: in figures
}

// Read takes a date apart that is all of s; false when it is none.
func (f DateForm) Read(s string) (w WrittenDate, ok bool) {
	parts := f.parts(s)
	if len(parts) != 3 {
		return w, false
	}
	named := MonthNamed
	if f.Month != nil {
		named = f.Month
	}
	m := named(parts[0])
	if w.MonthFirst = m != 0; w.MonthFirst {
		parts[0], parts[1] = parts[1], parts[0]
	} else {
		m = named(parts[1])
	}
	w.month, w.Lettered = int(m), m != 0
	a, okA := f.figures(parts[0])
	b, okB := f.figures(parts[1])
	c, okC := f.figures(parts[2])
	if !okA || !okC || !okB && m == 0 {
		return w, false
	}
	year := parts[2]
	w.a, w.b, w.Year = a, b, c
	if len(parts[0]) == 4 {
		year = parts[0]
		w.yearFirst, w.a, w.b, w.Year = true, c, b, a
	}
	w.Century, w.Short = len(year) == 4, len(year) == 2
	w.Points, w.Strokes = strings.Contains(s, "."), strings.ContainsAny(s, "/-")
	return w, !w.yearFirst || !w.MonthFirst
}

// Days gives the days that exist among what w may mean in a year, at most two,
// the one whose day is written before its month first.
func (w WrittenDate) Days(year int) (out []core.Date) {
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
func (w WrittenDate) years(now time.Time) []int {
	switch {
	case w.Century:
		return []int{w.Year}
	case !w.Short:
		return nil
	case 2000+w.Year <= now.Year():
		return []int{2000 + w.Year, 1900 + w.Year}
	}
	return []int{1900 + w.Year}
}

// parts takes a written date apart: 8th May 1940 into 8, May and 1940.
func (f DateForm) parts(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool {
		return r == '/' || r == '.' || r == ',' || divides(r) && r != '_' || strings.ContainsRune(f.Dividers, r)
	})
	if len(parts) == 1 && f.Together {
		parts = unglue(parts[0])
	}
	parts = slices.DeleteFunc(parts, func(p string) bool { return slices.Contains(f.Fillers, p) })
	for i, p := range parts {
		for _, ending := range []string{"st", "nd", "rd", "th"} {
			if day, ok := strings.CutSuffix(strings.ToLower(p), ending); ok && len(day) <= 2 && f.counts(day) {
				parts[i] = day
			}
		}
	}
	return parts
}

// counts reports whether s is a number of figures.
func (f DateForm) counts(s string) bool {
	_, ok := f.figures(s)
	return ok
}

func (f DateForm) figures(s string) (int, bool) {
	if len(s) > 4 {
		return 0, false
	}
	if f.Figures != nil {
		s = f.Figures(s)
	}
	return digits(s)
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
