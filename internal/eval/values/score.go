// Package values scores the values that were found in a document against what
// package demo knows is in it.
package values

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"clinician/internal/core"
	"clinician/internal/core/demo"
)

// Score counts the values of one kind.
type Score struct {
	Printed   int // in the documents
	Found     int // of them, with name and value right
	Extra     int // found but not printed so: misread, invented or twice
	Confident int // of the right ones, without a doubt
	Unit      int // of the right ones, unit as printed
	Range     int // of the right ones, range as printed
	Flag      int // of the right ones, flag as printed
	Beside    int // printed, but not in the list that is compared with: neither right nor wrong

	// Wrong are values without a doubt that are not printed so. There must be none.
	Wrong []string
	// WrongParts are right values without a doubt whose unit, range or flag is not
	// as printed.
	WrongParts []string
	// Missed are printed and were not found. Only CompareEntities says which.
	Missed []string
}

// Add sums scores.
func (s *Score) Add(o Score) {
	s.Printed += o.Printed
	s.Found += o.Found
	s.Extra += o.Extra
	s.Confident += o.Confident
	s.Unit += o.Unit
	s.Range += o.Range
	s.Flag += o.Flag
	s.Beside += o.Beside
	s.Wrong = append(s.Wrong, o.Wrong...)
	s.WrongParts = append(s.WrongParts, o.WrongParts...)
	s.Missed = append(s.Missed, o.Missed...)
}

// Precision, Recall and F1 are 1 where there was nothing to find.
func (s Score) Precision() float64 { return share(s.Found, s.Found+s.Extra) }
func (s Score) Recall() float64    { return share(s.Found, s.Printed) }
func (s Score) F1() float64        { return share(2*s.Found, s.Found+s.Extra+s.Printed) }

func share(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// kinds maps kinds of values to those of package demo.
var kinds = map[core.ValueKind]string{core.ValueLaboratory: "result", core.ValueVital: "vital", core.ValueDate: "date"}

// Kinds lists the kinds that can be scored.
func Kinds() []core.ValueKind {
	return []core.ValueKind{core.ValueLaboratory, core.ValueVital, core.ValueDate}
}

// Compare scores the values of one kind in one document. A value is right when
// page, name and text, comparator included, are as printed.
func Compare(found core.Findings, truth demo.Truth, kind core.ValueKind) Score {
	var s Score
	var printed []demo.Value
	for _, v := range truth.Values {
		if v.Kind == kinds[kind] {
			printed = append(printed, v)
		}
	}
	s.Printed = len(printed)
	for _, v := range found.Values {
		if v.Kind != kind {
			continue
		}
		at := slices.IndexFunc(printed, func(p demo.Value) bool { return same(v, p) })
		line := fmt.Sprintf("%s %s p%d: %s = %q %q range %q flag %q, printed %q", truth.Ref, truth.Profile, v.Page, v.Name, v.Text, v.Unit, v.Range, v.Flag, v.Source)
		if at < 0 {
			s.Extra++
			if v.Confident() {
				s.Wrong = append(s.Wrong, line)
			}
			continue
		}
		s.right(v, printed[at], line)
		printed = slices.Delete(printed, at, at+1)
	}
	return s
}

func (s *Score) right(v core.Value, p demo.Value, line string) {
	s.Found++
	unit, rng, flag := unitKey(v.Unit) == unitKey(p.Unit), plain(v.Range) == plain(p.Range), v.Flag == p.Flag
	if v.Number == nil && v.Kind == core.ValueLaboratory { // a sentence stands where unit and range would
		unit, rng = true, true
	}
	for _, part := range []struct {
		ok    bool
		count *int
	}{{unit, &s.Unit}, {rng, &s.Range}, {flag, &s.Flag}} {
		if part.ok {
			*part.count++
		}
	}
	if !v.Confident() {
		return
	}
	s.Confident++
	if !unit || !rng || !flag {
		s.WrongParts = append(s.WrongParts, line)
	}
}

func same(v core.Value, p demo.Value) bool {
	if v.Page != p.Page || plain(v.Text) != plain(p.Text) {
		return false
	}
	if v.Kind == core.ValueDate {
		return v.Context == p.Name || p.Name == "date" && v.Context == "letter"
	}
	return letters(v.Name) == letters(p.Name)
}

// plain takes out spaces and evens out dashes, which nobody confuses.
func plain(s string) string {
	return strings.NewReplacer(" ", "", "–", "-", "—", "-").Replace(s)
}

// unitKey evens out ways of writing that mean the same: µmol and umol, fL and
// fl, 10^9, 10*9 and 10⁹ without its raised letter.
func unitKey(s string) string {
	return strings.ToLower(strings.NewReplacer("µ", "u", "μ", "u", "*", "", "^", "", " ", "").Replace(s))
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// Print writes a table of scores under their names, and what must not be.
func Print(w io.Writer, names []string, scores map[string]Score) {
	fmt.Fprintf(w, "%-28s %7s %6s %6s %6s %6s  %6s %6s %6s  %s\n", "", "printed", "P", "R", "F1", "sure", "unit", "range", "flag", "confident wrong (parts)")
	for _, n := range names {
		s, ok := scores[n]
		if !ok {
			continue
		}
		fmt.Fprintf(w, "%-28s %7d %6.3f %6.3f %6.3f %6.3f  %6.3f %6.3f %6.3f  %d (%d)\n", n, s.Printed, s.Precision(), s.Recall(), s.F1(),
			share(s.Confident, s.Printed), share(s.Unit, s.Found), share(s.Range, s.Found), share(s.Flag, s.Found), len(s.Wrong), len(s.WrongParts))
	}
	for _, n := range names {
		for _, line := range scores[n].Wrong {
			fmt.Fprintln(w, "WRONG", n, line)
		}
		for _, line := range scores[n].WrongParts {
			fmt.Fprintln(w, "WRONG PART", n, line)
		}
	}
}
