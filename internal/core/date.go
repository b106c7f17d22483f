package core

import (
	"encoding/json"
	"fmt"
	"time"
)

// Date is a calendar day without a time zone: a birth date, a document date.
// The zero Date means "not known". In JSON it is "YYYY-MM-DD", or null when zero.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "YYYY-MM-DD" and refuses days that do not exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("date has wrong format, use YYYY-MM-DD: %w", err)
	}
	return DateOf(t), nil
}

// DateOf gives the day of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// IsZero reports whether the date is not known.
func (d Date) IsZero() bool { return d == Date{} }

// Time gives midnight UTC of the day; use it for arithmetic only.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// Before reports whether d is earlier than o.
func (d Date) Before(o Date) bool { return d.Time().Before(o.Time()) }

// String gives the ISO form used in JSON and storage; "" when zero.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return string(d.appendISO(make([]byte, 0, len("2006-01-02"))))
}

// appendISO writes the ISO form; lists have two dates in a row.
func (d Date) appendISO(b []byte) []byte {
	if d.Year < 0 || d.Year > 9999 || d.Month < 0 || d.Month > 99 || d.Day < 0 || d.Day > 99 { // no date, but it shows which
		return fmt.Appendf(b, "%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
	}
	two := func(n int) { b = append(b, byte('0'+n/10), byte('0'+n%10)) }
	two(d.Year / 100)
	two(d.Year % 100)
	b = append(b, '-')
	two(int(d.Month))
	b = append(b, '-')
	two(d.Day)
	return b
}

// Display gives the form people read, whatever their locale: 08-May-1940
// (NHS CUI D+Ta-0002). A zero date is "Not known", never blank.
func (d Date) Display() string {
	if d.IsZero() {
		return "Not known"
	}
	return fmt.Sprintf("%02d-%s-%04d", d.Day, d.Month.String()[:3], d.Year)
}

func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	b := append(make([]byte, 0, len(`"2006-01-02"`)), '"') // digits and dashes need no escaping
	return append(d.appendISO(b), '"'), nil
}

func (d *Date) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == nil || *s == "" {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(*s)
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Age gives the age at the moment now in the units of the NHS CUI patient
// banner (tables 7 and 8): 12d, 4w 1d, 13m 8d, 4y 1m, 86y. Birth times are not
// kept, so ages under a day are "0d". A birth date that is not known or lies in
// the future gives "".
func (d Date) Age(now time.Time) string {
	today := DateOf(now)
	if d.IsZero() || today.Before(d) {
		return ""
	}
	days := int(today.Time().Sub(d.Time()).Hours() / 24)
	months := (today.Year-d.Year)*12 + int(today.Month) - int(d.Month)
	if today.Day < d.Day {
		months--
	}
	switch {
	case days < 28:
		return fmt.Sprintf("%dd", days)
	case months < 12:
		return fmt.Sprintf("%dw %dd", days/7, days%7)
	case months < 24:
		anchor := d.Time().AddDate(0, months, 0)
		if anchor.Day() != d.Day { // born on a day this month does not have
			anchor = anchor.AddDate(0, 0, -anchor.Day())
		}
		return fmt.Sprintf("%dm %dd", months, int(today.Time().Sub(anchor).Hours()/24))
	case months < 18*12:
		return fmt.Sprintf("%dy %dm", months/12, months%12)
	default:
		return fmt.Sprintf("%dy", months/12)
	}
}
