package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"clinician/internal/core"
)

// Clock writes a time of day, 24 hours.
func Clock(t time.Time, loc *time.Location) string { return t.In(loc).Format("15:04") }

// Day writes the day of a moment: 08-May-1940.
func Day(t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return "Not known"
	}
	return core.DateOf(t.In(loc)).Display()
}

// Moment writes day and time.
func Moment(t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return "Not known"
	}
	return Day(t, loc) + " " + Clock(t, loc)
}

// Weekday writes a day with its weekday in front: Tue 24-Nov-2026.
func Weekday(t time.Time, loc *time.Location) string {
	t = t.In(loc)
	return t.Weekday().String()[:3] + " " + core.DateOf(t).Display()
}

// Or gives s, or "Not recorded" for nothing.
func Or(s string) string {
	if strings.TrimSpace(s) == "" {
		return "Not recorded"
	}
	return s
}

// Size writes a number of bytes.
func Size(n int64) string {
	switch {
	case n < 0:
		return "Not known"
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000*1000:
		return fmt.Sprintf("%d kB", (n+500)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// Lasting writes a duration in whole seconds or minutes.
func Lasting(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	if s < 60 {
		return fmt.Sprintf("%d s", s)
	}
	return fmt.Sprintf("%d min %02d s", s/60, s%60)
}

// ReadDate reads a day as people write it: 08-May-2026, 8 may 2026,
// 2026-05-08, today, yesterday, 31/5/2026. A day that could be read in two ways is refused
// with both readings; nothing at all is the zero Date.
func ReadDate(s string, now time.Time) (core.Date, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	switch s {
	case "":
		return core.Date{}, nil
	case "today":
		return core.DateOf(now), nil
	case "yesterday":
		return core.DateOf(now.AddDate(0, 0, -1)), nil
	}
	bad := core.Errorf(core.CodeInvalid, "Write the date like 08-May-2026.")
	parts := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(parts) != 3 {
		return core.Date{}, bad
	}
	var n [3]int
	month := 0
	for i, p := range parts {
		if v, err := strconv.Atoi(p); err == nil {
			n[i] = v
			continue
		}
		if month = monthOf(p); month == 0 || i != 1 {
			return core.Date{}, bad
		}
	}
	day, year := n[0], n[2]
	if len(parts[0]) == 4 {
		day, year = n[2], n[0]
		if month == 0 {
			month = n[1]
		}
	}
	if len(parts[0]) != 4 && len(parts[2]) != 4 {
		return core.Date{}, core.Errorf(core.CodeInvalid, "Write the year with four digits, like 08-May-2026.")
	}
	if month == 0 {
		a, b := n[0], n[1]
		if a <= 12 && b <= 12 && a != b {
			return core.Date{}, core.Errorf(core.CodeInvalid, "Is this %s or %s? Write the month in letters.", short(a, b), short(b, a))
		}
		day, month = a, b
		if b > 12 {
			day, month = b, a
		}
	}
	d, err := core.ParseDate(fmt.Sprintf("%04d-%02d-%02d", year, month, day))
	if err != nil {
		return core.Date{}, core.Errorf(core.CodeInvalid, "There is no such day. Write the date like 08-May-2026.")
	}
	return d, nil
}

func short(day, month int) string {
	if month < 1 || month > 12 {
		return strconv.Itoa(day)
	}
	return fmt.Sprintf("%02d-%s", day, time.Month(month).String()[:3])
}

func monthOf(s string) int {
	if len(s) < 3 {
		return 0
	}
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(strings.ToLower(m.String()), s) {
			return int(m)
		}
	}
	return 0
}
