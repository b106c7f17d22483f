package present

import (
	"strings"
	"testing"

	"clinician/internal/core"
)

// Only what was looked into whole has none; what was not is said with its number.
func TestAbsenceIsWorded(t *testing.T) {
	t.Parallel()
	for c, want := range map[core.Coverage]string{
		{}:                                     "There are no documents to look for results in.",
		{Documents: 1}:                         "No results were found in 1 document.",
		{Documents: 121}:                       "No results were found in 121 documents.",
		{Documents: 1, NotRead: 1}:             "Not known. 1 of 1 document has not been read by the machine.",
		{Documents: 121, NotRead: 3}:           "Not known. 3 of 121 documents have not been read by the machine.",
		{Documents: 4, InPart: 1}:              "Not known. 1 of 4 documents was read only in part.",
		{Documents: 4, NotRead: 1, InPart: 2}:  "Not known. 1 of 4 documents has not been read by the machine. 2 were read only in part.",
		{Documents: 4, InDoubt: 1}:             "Not known. 1 of 4 documents may be another patient's and is left out.",
		{Documents: 9, NotRead: 2, InDoubt: 3}: "Not known. 2 of 9 documents have not been read by the machine. 3 may be another patient's and are left out.",
	} {
		if got := NoResults(c); got != want {
			t.Errorf("%+v is %q, not %q", c, got, want)
		}
		if left := LeftOut(c); (left == "") != (c.NotRead+c.InDoubt+c.InPart == 0) || !strings.Contains(want, left) {
			t.Errorf("%+v leaves out %q", c, left)
		}
	}
	if got := NoCritical(core.Coverage{Documents: 2}); got != "No values marked HH or LL were found in 2 documents that you have not reviewed." {
		t.Errorf("no critical values: %q", got)
	}
}

func TestHitsAreWorded(t *testing.T) {
	t.Parallel()
	for _, k := range []struct {
		h         core.TextHits
		looked    int
		none, not string
	}{
		{core.TextHits{}, 0, "There are no documents to search.", ""},
		{core.TextHits{Total: 4}, 4, "Nothing found in 4 documents, all that there are.", ""},
		{core.TextHits{Total: 121, Unread: 3}, 118, "Nothing found in what was read, 118 of 121 documents.", "3 of 121 documents have not been read and were not searched."},
		{core.TextHits{Total: 3, InPart: 1}, 3, "Nothing found in what was read of 3 documents.", "1 document was read only in part, and the rest not searched."},
		{core.TextHits{Total: 9, Unread: 1, InPart: 2}, 8, "Nothing found in what was read, 8 of 9 documents.",
			"1 of 9 documents has not been read and was not searched. 2 documents were read only in part, and the rest not searched."},
		{core.TextHits{Total: 3, Unread: 3}, 0, "Not known: no document could be searched.", "3 of 3 documents have not been read and were not searched."},
		{core.TextHits{Total: 3, Unread: 1, Failed: 1}, 2, "Nothing found in what was read, 1 of 3 documents.",
			"1 of 3 documents has not been read and was not searched. 1 document could not be opened and was not searched: tell your administrator."},
		{core.TextHits{Total: 9000, Next: "r"}, 5000, "Nothing found yet in 5000 documents; there are more to look through.", ""},
		{core.TextHits{Unread: 1}, 2, "Nothing found in what was read, 2 of 3 documents.", "1 of 3 documents has not been read and was not searched."}, // of an older server
	} {
		if none, not := NoHits(k.h, k.looked), NotSearched(k.h, k.looked); none != k.none || not != k.not {
			t.Errorf("%+v: %q, %q", k.h, none, not)
		}
	}
}

func TestValuesThatAreNotListed(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]core.RecordValues{
		"": {JobID: "j", Analyzed: true, Results: []core.Value{{}}},
		"Not known. The text of this document has not been read by the machine yet.":                           {Message: "Start that with analyze."},
		"Not known. The text was read, but values were not looked for.":                                        {JobID: "j"},
		"Not known. Check the patient first.":                                                                  {JobID: "j", Analyzed: true, Message: "Check the patient first."},
		"None of its 3 values is of this kind.":                                                                {JobID: "j", Analyzed: true, Total: 3},
		"The machine found no values in this document. That does not mean that there are none: read the page.": {JobID: "j", Analyzed: true},
	} {
		if got := NoValues(v); got != want {
			t.Errorf("%+v is %q, not %q", v, got, want)
		}
	}
	if got := NoNames(core.DocumentCheck{}); !strings.HasPrefix(got, "Not known") {
		t.Errorf("nobody read it: %q", got)
	}
}

func TestCriticalValuesAreWorded(t *testing.T) {
	t.Parallel()
	zero, two := 0, 2
	for _, k := range []struct {
		a           core.Appointment
		want, short string
		known       bool
	}{
		{core.Appointment{CriticalValues: &zero}, "", "", true},
		{core.Appointment{UnreadRecords: 3}, "HH/LL not known", "HH/LL ?", false},
		{core.Appointment{UnreadRecords: 3, CriticalValues: &zero}, "HH/LL 0", "HH/LL 0", true},
		{core.Appointment{UnreadRecords: 3, CriticalValues: &zero, NotSearched: 1}, "HH/LL 0, 1 not searched", "HH/LL ?", false},
		{core.Appointment{UnreadRecords: 3, CriticalValues: &zero, NotSearched: 3}, "HH/LL not searched", "HH/LL ?", false},
		{core.Appointment{UnreadRecords: 3, CriticalValues: &two, NotSearched: 1}, "HH/LL 2, 1 not searched", "HH/LL 2+?", false},
		{core.Appointment{UnreadRecords: 3, CriticalValues: &two}, "HH/LL 2", "HH/LL 2", true},
	} {
		if Critical(k.a) != k.want || CriticalShort(k.a) != k.short || CriticalKnown(k.a) != k.known {
			t.Errorf("%+v: %q, %q, %t", k.a, Critical(k.a), CriticalShort(k.a), CriticalKnown(k.a))
		}
	}
}

func TestRowsSayWhichAndInWhichOrder(t *testing.T) {
	t.Parallel()
	for want, r := range map[string][3]int{"11–20 of 121, newest first": {11, 20, 121}, "1–20 of 21, newest first": {1, 20, 21}, "20, newest first": {1, 20, 20},
		"0": {1, 0, 0}, "5, newest first": {0, 0, 5}} {
		if got := Rows(r[0], r[1], r[2], "newest first"); got != want {
			t.Errorf("%v is %q, not %q", r, got, want)
		}
	}
}
