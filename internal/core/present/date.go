package present

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"clinician/internal/core"
)

// Clock writes a time of day in a place, 24 hours: 09:20.
func Clock(t time.Time, loc *time.Location) string { return t.In(loc).Format("15:04") }

// Day writes the day of a moment in a place: 08-May-1940; "Not known" for none.
func Day(t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return "Not known"
	}
	return core.DateOf(t.In(loc)).Display()
}

// Moment writes day and time: 08-May-1940 09:20.
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

// DayKnown writes a day: 08-May-1940; "day not known" for none.
func DayKnown(d core.Date) string {
	if d.IsZero() {
		return "day not known"
	}
	return d.Display()
}

// LongDate writes a day for ears: 8 May 1940; "not recorded" for none.
func LongDate(d core.Date) string {
	if d.IsZero() {
		return "not recorded"
	}
	return fmt.Sprintf("%d %s %d", d.Day, d.Month, d.Year)
}

// displayed is how core.Date.Display writes a day.
var displayed = regexp.MustCompile(`\b(\d\d)-([A-Z][a-z]{2})-(\d{4})\b`)

// Aloud writes the days of a line for ears.
func Aloud(line string) string {
	return displayed.ReplaceAllStringFunc(line, func(d string) string {
		t, err := time.Parse("02-Jan-2006", d)
		if err != nil {
			return d
		}
		return LongDate(core.DateOf(t))
	})
}

// Lasting writes a duration in whole seconds or minutes: 42 s, 2 min 05 s.
func Lasting(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	if s < 60 {
		return fmt.Sprintf("%d s", s)
	}
	return fmt.Sprintf("%d min %02d s", s/60, s%60)
}

// Size writes a number of bytes, in decimal units: 512 B, 34 kB, 5.2 MB.
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

// Or gives s, or "Not recorded" for nothing: a blank would look like "none".
func Or(s string) string {
	if strings.TrimSpace(s) == "" {
		return "Not recorded"
	}
	return s
}
