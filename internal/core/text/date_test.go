package text_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/text"
)

var today = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func TestReadDate(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want, err string }{
		{"", "", ""}, {"today", "2026-11-24", ""}, {"yesterday", "2026-11-23", ""},
		{"08-May-1940", "1940-05-08", ""}, {"8 may 1940", "1940-05-08", ""}, {"1940-05-08", "1940-05-08", ""}, {"1940/5/8", "1940-05-08", ""},
		{"31/5/2026", "2026-05-31", ""}, {"5.31.2026", "2026-05-31", ""}, {"7/7/2026", "2026-07-07", ""}, {"8may1940", "1940-05-08", ""},
		{"8th May 1940", "1940-05-08", ""}, {"8 sept 1940", "1940-09-08", ""}, {"19400508", "1940-05-08", ""}, {"08\u2011May\u20111940", "1940-05-08", ""},
		{"8/5/1940", "", "08-May or 05-Aug"}, {"08051940", "", "08-May or 05-Aug"}, {"8/5/40", "", "four digits"}, {"31-Feb-2026", "", "no such day"},
		{"tomorrow", "", "like"}, {"may 8 1940", "", "like"}, {"1-2", "", "like"}, {"13/14/2026", "", "no such day"}, {"8 ma 1940", "", "like"},
	}
	for _, tt := range tests {
		got, err := text.ReadDate(tt.in, today)
		if got.String() != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("ReadDate(%q) = %v, %v; want %q, %q", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func TestDateReadings(t *testing.T) {
	t.Parallel()
	d := func(y int, m time.Month, d int) core.Date { return core.Date{Year: y, Month: m, Day: d} }
	for in, want := range map[string][]core.Date{
		"1940-05-08":  {d(1940, 5, 8)},
		"1940/5/8":    {d(1940, 5, 8)},
		"1940-may-08": {d(1940, 5, 8)},
		"08-May-1940": {d(1940, 5, 8)},
		"8 MAY 40":    {d(1940, 5, 8)},
		"8 sept 1940": {d(1940, 9, 8)},
		"May 8, 1940": {d(1940, 5, 8)},
		"8/5/40":      {d(1940, 5, 8), d(1940, 8, 5)},
		"8/8/40":      {d(1940, 8, 8)},
		"31/5/40":     {d(1940, 5, 31)},
		"5/31/40":     {d(1940, 5, 31)},
		"2/1/19":      {d(2019, 1, 2), d(2019, 2, 1), d(1919, 1, 2), d(1919, 2, 1)},
		"29.2.1941":   nil,
		"8/5":         nil,
		"8/5/194":     nil,
		"8 ma 1940":   nil,
		"a/b/c":       nil,
		"99999-1-1":   nil,
		"1.12.2026":   {d(2026, 1, 12)}, // the first of December is tomorrow's
	} {
		if got := text.DateReadings(in, today); !slices.Equal(got, want) {
			t.Errorf("%q means %v, want %v", in, got, want)
		}
	}
}

// One reader: a day that a form takes is the one day that a search takes it for.
func FuzzReadDate(f *testing.F) {
	for _, s := range []string{"08-May-1940", "9999/99/99", "8/5/1940", "may 8 1940", "20260101", "1st Jan 2020"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := text.ReadDate(s, today)
		if err != nil || d.IsZero() || strings.ContainsAny(strings.ToLower(s), "td") && len(text.DateReadings(s, today)) == 0 {
			return // refused, nothing, or a word
		}
		if core.DateOf(d.Time()) != d {
			t.Errorf("%q gives the impossible day %+v", s, d)
		}
		if r := text.DateReadings(s, today); !core.DateOf(today).Before(d) && (len(r) == 0 || r[0] != d) {
			t.Errorf("%q is %v in a form and %v in a search", s, d, r)
		}
	})
}
