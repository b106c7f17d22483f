package core

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"
)

// The ages of NHS CUI patient banner tables 7 and 8.
func TestAge(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for born, want := range map[string]string{
		"2026-11-23": "0d", "2026-11-20": "3d", "2026-10-27": "27d", "2026-10-26": "4w 0d", "2026-10-25": "4w 1d",
		"2025-11-24": "52w 0d", "2025-11-23": "12m 0d", "2025-10-15": "13m 8d", "2024-11-24": "23m 30d",
		"2024-11-23": "2y 0m", "2022-10-01": "4y 1m", "2008-11-24": "17y 11m", "2008-11-23": "18y",
		"1940-05-08": "86y", "1940-11-24": "85y", "2027-01-01": "", "": "",
	} {
		var d Date
		if born != "" {
			var err error
			if d, err = ParseDate(born); err != nil {
				t.Fatal(err)
			}
		}
		if got := d.Age(now); got != want {
			t.Errorf("born %s: %q, want %q", born, got, want)
		}
	}
}

func TestAgeCountsDaysAfterShortMonths(t *testing.T) {
	born := Date{2025, time.January, 31} // 13 months later there is no 31 February
	if got := born.Age(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)); got != "13m 1d" {
		t.Errorf("got %q", got)
	}
}

func TestDateForms(t *testing.T) {
	d := Date{1940, time.May, 8}
	if d.Display() != "08-May-1940" || d.String() != "1940-05-08" || (Date{}).Display() != "Not known" {
		t.Errorf("%q %q %q", d.Display(), d.String(), (Date{}).Display())
	}
	for _, bad := range []string{"1940-02-30", "08-05-1940", "1940-5-8", "x"} {
		if _, err := ParseDate(bad); err == nil {
			t.Errorf("%q was taken for a date", bad)
		}
	}
}

func TestDateJSON(t *testing.T) {
	for in, want := range map[string]string{`"1940-05-08"`: `"1940-05-08"`, `null`: `null`, `""`: `null`} {
		var d Date
		if err := json.Unmarshal([]byte(in), &d); err != nil {
			t.Fatalf("%s: %v", in, err)
		}
		if out, _ := json.Marshal(d); string(out) != want {
			t.Errorf("%s became %s", in, out)
		}
	}
	var d Date
	if err := json.Unmarshal([]byte(`"08/05/1940"`), &d); err == nil {
		t.Error("an ambiguous date was taken")
	}
}

func TestDisplayName(t *testing.T) {
	for _, c := range [][4]string{
		{"Cantú", "Catalina", "Mrs", "CANTÚ, Catalina (Mrs)"}, {"Cantú", "Catalina", "Mrs.", "CANTÚ, Catalina (Mrs)"},
		{"Lee", "", "", "LEE"}, {"", "Cher", "", "Cher"}, {"", "", "Dr", "Name not known"}, {" O'Neil ", " Ann ", "", "O'NEIL, Ann"},
	} {
		if got := DisplayName(c[0], c[1], c[2]); got != c[3] {
			t.Errorf("%q: got %q", c, got)
		}
	}
}

func TestDisplayMRN(t *testing.T) {
	for in, want := range map[string]string{"4128870031": "412 887 0031", "": "Not known", "A-12": "A-12", "123": "123"} {
		if got := DisplayMRN(in); got != want {
			t.Errorf("%q: got %q", in, got)
		}
	}
}

func TestErrorsKeepTheirCauseToThemselves(t *testing.T) {
	cause := Errorf(CodeNotFound, "inner")
	err := error(Errorf(CodeUnavailable, "The database does not answer.").WithCause(cause))
	if CodeOf(err) != CodeUnavailable || MessageOf(err) != "The database does not answer." || IsNotFound(err) {
		t.Errorf("%v: %v %q", err, CodeOf(err), MessageOf(err))
	}
	if CodeOf(nil) != "" || CodeOf(errors.New("x")) != CodeInternal {
		t.Error("codes of nil and foreign errors")
	}
}

// The ISO form is written by hand; it must be what Sprintf writes, also of what
// is no date.
func TestDateISO(t *testing.T) {
	t.Parallel()
	for _, d := range []Date{{1940, 5, 8}, {2026, 12, 31}, {9999, 10, 10}, {1, 1, 1}, {12345, 1, 2}, {-4, 3, 2}, {2026, 120, 3}, {2026, 1, -3}} {
		want := fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
		if d.String() != want {
			t.Errorf("%q, want %q", d.String(), want)
		}
		if b, err := json.Marshal(d); err != nil || string(b) != `"`+want+`"` {
			t.Errorf("%s, %v, want %q", b, err, want)
		}
	}
	if b, err := json.Marshal(Date{}); err != nil || string(b) != "null" {
		t.Errorf("%s, %v", b, err)
	}
}
