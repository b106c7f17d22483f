package app

import (
	"strings"
	"testing"
	"unicode/utf8"

	"clinician/internal/core"
)

func edited(t *testing.T, p core.Page, edits ...core.TextEdit) string {
	t.Helper()
	s, err := applyEdits(p, edits)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestApplyEdits(t *testing.T) {
	p := core.Page{Text: "Potassium   4.S  mmol/L\nSodium      139  mmol/L\n", Words: []core.Word{
		{Text: "Potassium"}, {Text: "4.S"}, {Text: "mmol/L"}, {Text: "Sodium"}, {Text: "139"}, {Text: "mmol/L"}}}
	for _, c := range []struct {
		name  string
		edits []core.TextEdit
		want  string
	}{
		{"one word", []core.TextEdit{{From: 1, To: 2, Text: "4.5"}}, "Potassium   4.5  mmol/L\nSodium      139  mmol/L\n"},
		{"a range", []core.TextEdit{{From: 1, To: 3, Text: "4.5 mmol/l"}}, "Potassium   4.5 mmol/l\nSodium      139  mmol/L\n"},
		{"several", []core.TextEdit{{From: 1, To: 2, Text: "4.5"}, {From: 4, To: 5, Text: "138"}}, "Potassium   4.5  mmol/L\nSodium      138  mmol/L\n"},
		{"insert", []core.TextEdit{{From: 3, To: 3, Text: "(serum)"}}, "Potassium   4.S  mmol/L\n(serum) Sodium      139  mmol/L\n"},
		{"remove", []core.TextEdit{{From: 5, To: 6}}, "Potassium   4.S  mmol/L\nSodium      139  \n"},
		{"at the end", []core.TextEdit{{From: 6, To: 6, Text: "end"}}, p.Text + " end"},
		{"hidden characters", []core.TextEdit{{From: 1, To: 2, Text: "4\u202e.5\x1b"}}, "Potassium   4.5  mmol/L\nSodium      139  mmol/L\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := edited(t, p, c.edits...); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
	for name, edits := range map[string][]core.TextEdit{
		"behind the page": {{From: 6, To: 7}}, "backwards": {{From: 3, To: 2}}, "negative": {{From: -1, To: 1}},
		"out of order": {{From: 4, To: 5}, {From: 1, To: 2}}, "overlap": {{From: 1, To: 3}, {From: 2, To: 4}},
	} {
		if _, err := applyEdits(p, edits); core.CodeOf(err) != core.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := applyEdits(core.Page{Text: "a b", Words: []core.Word{{Text: "b"}, {Text: "a"}}}, []core.TextEdit{{From: 0, To: 1}}); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("words that are not in the text's order: %v", err)
	}
	if got := edited(t, core.Page{Text: "plain  text\n"}, core.TextEdit{From: 1, To: 2, Text: "words"}); got != "plain  words\n" {
		t.Errorf("a page without words: %q", got)
	}
}

func TestCleanReview(t *testing.T) {
	long := strings.Repeat("x", 1001)
	for name, c := range map[string]struct {
		in    core.ValueReview
		field string
	}{
		"verified":       {core.ValueReview{Status: core.ReviewVerified}, ""},
		"corrected":      {core.ValueReview{Status: core.ReviewCorrected, Value: " 4.5 "}, ""},
		"rejected":       {core.ValueReview{Status: core.ReviewRejected, Reason: "a date"}, ""},
		"no status":      {core.ValueReview{}, "status"},
		"no value":       {core.ValueReview{Status: core.ReviewCorrected}, "value"},
		"no reason":      {core.ValueReview{Status: core.ReviewRejected, Reason: " \x00"}, "reason"},
		"long reason":    {core.ValueReview{Status: core.ReviewVerified, Reason: long}, "reason"},
		"long rejection": {core.ValueReview{Status: core.ReviewRejected, Reason: long}, "reason"},
		"long unit":      {core.ValueReview{Status: core.ReviewCorrected, Value: "4", Unit: long}, "unit"},
	} {
		r, err := cleanReview(c.in)
		var got []string
		if e, ok := err.(*core.Error); ok {
			for f := range e.Fields {
				got = append(got, f)
			}
		}
		if strings.Join(got, ",") != c.field {
			t.Errorf("%s: %v", name, err)
		}
		if name == "corrected" && r.Text != "4.5" {
			t.Errorf("%s: %q", name, r.Text)
		}
	}
}

// Whatever is asked for, the words outside the edited range stay as they are.
func FuzzApplyEdits(f *testing.F) {
	f.Add("Potassium 4.S mmol/L", 1, 2, "4.5")
	f.Add("a\n\n b", 0, 0, "\u202ex")
	f.Add("", 0, 0, "")
	f.Fuzz(func(t *testing.T, text string, from, to int, with string) {
		if !utf8.ValidString(text) {
			t.Skip("pages are UTF-8")
		}
		words := strings.Fields(text)
		got, err := applyEdits(core.Page{Text: text}, []core.TextEdit{{From: from, To: to, Text: with}})
		if bad := from < 0 || to < from || to > len(words); bad != (err != nil) {
			t.Fatalf("%d-%d of %d words: %v", from, to, len(words), err)
		}
		if err != nil {
			return
		}
		out := strings.Fields(got)
		if len(out) < len(words)-(to-from) || strings.Join(out[:from], " ") != strings.Join(words[:from], " ") ||
			strings.Join(out[len(out)-(len(words)-to):], " ") != strings.Join(words[to:], " ") {
			t.Fatalf("%q with %d-%d as %q is %q", text, from, to, with, got)
		}
	})
}
