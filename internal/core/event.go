package core

import "time"

// Clock tells the time; tests inject their own.
type Clock func() time.Time

// SystemClock is the wall clock in UTC, to the microsecond (the precision of
// the wire and of storage).
func SystemClock() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
