package app

import (
	"reflect"
	"strings"
	"testing"

	"clinician/internal/core"
)

func TestCleanTags(t *testing.T) {
	f := fields{}
	got := cleanTags([]string{" urgent ", "", "Urgent", "ward\x1b 3", "ward 4"}, f)
	if !reflect.DeepEqual(got, []string{"urgent", "ward 3", "ward 4"}) || f.err() != nil {
		t.Errorf("%q, %v", got, f.err())
	}
	cleanTags([]string{strings.Repeat("ä", longestTag+1)}, f)
	if len(f["tags"]) != 1 {
		t.Errorf("a long tag: %v", f)
	}
	many := make([]string, mostTags+1)
	for i := range many {
		many[i] = strings.Repeat("x", i+1)
	}
	f = fields{}
	cleanTags(many, f)
	if len(f["tags"]) != 1 {
		t.Errorf("many tags: %v", f)
	}
}

func TestCleanReason(t *testing.T) {
	for reason, ok := range map[string]bool{
		"": false, " \t": false, "no": false, "oops": true, " scanned\ntwice ": true,
		strings.Repeat("x", longestReason): true, strings.Repeat("x", longestReason+1): false,
	} {
		f := fields{}
		if cleanReason(reason, f); (f.err() == nil) != ok {
			t.Errorf("%.20q: %v", reason, f.err())
		}
	}
}

func TestEveryPageOnce(t *testing.T) {
	part := func(pages ...int) core.SplitPart { return core.SplitPart{Pages: pages} }
	for _, c := range []struct {
		parts []core.SplitPart
		wrong string
	}{
		{[]core.SplitPart{part(1, 3), part(2)}, ""},
		{[]core.SplitPart{part(3, 2, 1)}, ""},
		{[]core.SplitPart{part(1, 2)}, "Page 3 is in no part"},
		{[]core.SplitPart{part(1, 2, 3), part()}, "Part 2 has no pages"},
		{[]core.SplitPart{part(1, 2), part(2, 3)}, "Page 2 is in part 1 and in part 2"},
		{[]core.SplitPart{part(1, 2, 3, 3)}, "Page 3 is in part 1 and in part 1"},
		{[]core.SplitPart{part(1, 2, 3, 4)}, "no page 4"},
		{[]core.SplitPart{part(1, 2, 3, 0, -7)}, "no page 0"},
	} {
		err := everyPageOnce(c.parts, 3)
		if c.wrong == "" {
			if err != nil {
				t.Errorf("%v: %v", c.parts, err)
			}
			continue
		}
		e, ok := err.(*core.Error)
		if !ok || !strings.Contains(strings.Join(e.Fields["parts"], " "), c.wrong) {
			t.Errorf("%v: %v; want %s", c.parts, err, c.wrong)
		}
	}
	if e := everyPageOnce([]core.SplitPart{part(1)}, core.MaxPages).(*core.Error); len(e.Fields["parts"]) > 12 {
		t.Errorf("%d complaints", len(e.Fields["parts"]))
	}
}

func TestAMissingPageOfADocumentOfOnePage(t *testing.T) {
	err := everyPageOnce([]core.SplitPart{{Pages: []int{1, 2}}}, 1).(*core.Error)
	if got, want := err.Fields["parts"], "There is no page 2: the document has 1 page."; len(got) != 1 || got[0] != want {
		t.Errorf("%q, want %q", got, want)
	}
}
