package ui

import (
	"time"

	"clinician/internal/core/present"
)

// The words for times, sizes and what is missing are present's; screens find them
// here beside what they lay out with.

// Clock writes a time of day, 24 hours.
func Clock(t time.Time, loc *time.Location) string { return present.Clock(t, loc) }

// Day writes the day of a moment: 08-May-1940.
func Day(t time.Time, loc *time.Location) string { return present.Day(t, loc) }

// Moment writes day and time.
func Moment(t time.Time, loc *time.Location) string { return present.Moment(t, loc) }

// Weekday writes a day with its weekday in front: Tue 24-Nov-2026.
func Weekday(t time.Time, loc *time.Location) string { return present.Weekday(t, loc) }

// Or gives s, or "Not recorded" for nothing.
func Or(s string) string { return present.Or(s) }

// Size writes a number of bytes.
func Size(n int64) string { return present.Size(n) }

// Lasting writes a duration in whole seconds or minutes.
func Lasting(d time.Duration) string { return present.Lasting(d) }
