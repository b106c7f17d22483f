package plain

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
)

// analyseMany has documents of the last list read and says what became of each that was
// refused.
func (s *plainShell) analyseMany(ctx context.Context, which string) error {
	numbers, err := s.numbers(which)
	if err != nil {
		return err
	}
	var list []core.Record
	for _, n := range numbers {
		c, err := s.numbered(n)
		if err != nil {
			return err
		}
		r, ok := c.item.(core.Record)
		if !ok {
			return core.Errorf(core.CodeInvalid, "Number %d of the last list is no document. Nothing was asked for.", n)
		}
		list = append(list, r)
	}
	if len(list) == 0 {
		s.say("Every document of the last list that can be read has been read, or somebody has asked for it.")
		return nil
	}
	asked, err := page.AskMany(ctx, s.Backend, list)
	for _, line := range asked.Sentences() {
		s.say("%s", present.Aloud(line))
	}
	return err
}

// numbers gives what "1 3 5-8" names, each once, or for "all" the documents of the last
// list, as far as it was read out, that can be read and that nobody had read.
func (s *plainShell) numbers(which string) ([]int, error) {
	if strings.EqualFold(which, "all") {
		return s.unasked(), nil
	}
	var out []int
	for _, w := range strings.FieldsFunc(which, func(r rune) bool { return r == ' ' || r == ',' }) {
		first, last, ok := span(w)
		if !ok || last > len(s.choices) {
			return nil, core.Errorf(core.CodeInvalid, "The last list has no %q: type numbers of it, such as 1 3 5-8, or all. Nothing was asked for.", w)
		}
		for n := first; n <= last; n++ {
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out, nil
}

// unasked gives the numbers of documents of the last list that nobody had read.
func (s *plainShell) unasked() (out []int) {
	for n := 1; n <= s.heard; n++ {
		if r, ok := s.choices[n-1].item.(core.Record); ok && r.CanAnalyze && r.LastJob == nil {
			out = append(out, n)
		}
	}
	return out
}

// span reads "5-8", or "5" as 5 to 5.
func span(w string) (first, last int, ok bool) {
	from, to, isRange := strings.Cut(w, "-")
	if !isRange {
		to = from
	}
	first, err := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	return first, last, err == nil && err2 == nil && first >= 1 && last >= first
}
