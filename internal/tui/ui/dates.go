package ui

import (
	"fmt"
	"strings"
	"time"

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
