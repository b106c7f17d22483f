package core

import (
	"math"
	"strconv"
)

// KnownTest is what is known of a laboratory test or vital sign, whoever's it is.
type KnownTest struct {
	Group string      // one of the groups that results are listed by
	Order int         // among all tests: that of the groups, and within them
	Units []KnownUnit // in which it can be converted
	Codes []string    // LOINC: of the specimen that the name alone means
	Fluid bool        // it is also measured in urine and other fluids under the same name
}

// KnownUnit is a unit of a test: a value n of it is (n-Zero)*Factor in the test's base.
type KnownUnit struct {
	Spelled  []string // the first is how it is written
	Zero     float64
	Factor   float64
	Decimals int // of what was converted into it
}

// In gives the unit of a test that is spelled so.
func (t KnownTest) In(unit string) (KnownUnit, bool) {
	key := UnitKey(unit)
	for _, u := range t.Units {
		for _, s := range u.Spelled {
			if UnitKey(s) == key {
				return u, true
			}
		}
	}
	return KnownUnit{}, false
}

// Spelling is how a unit of the test is written, "10^9/L" for "109/L"; of one that is not
// known as it was given.
func (t KnownTest) Spelling(unit string) string {
	for _, u := range t.Units {
		for _, s := range u.Spelled {
			if UnitKey(s) == UnitKey(unit) {
				return s
			}
		}
	}
	return unit
}

// Same reports whether two units of one test are one size under two names.
func (u KnownUnit) Same(o KnownUnit) bool { return u.Zero == o.Zero && u.Factor == o.Factor }

// Convert gives a number of one unit in another, rounded to what that is printed with;
// false when the test is not known in both.
func (t KnownTest) Convert(n float64, from, to string) (Amount, bool) {
	a, known := t.In(from)
	b, too := t.In(to)
	if !known || !too {
		return Amount{}, false
	}
	text := strconv.FormatFloat((n-a.Zero)*a.Factor/b.Factor+b.Zero, 'f', b.Decimals, 64)
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(number, 0) {
		return Amount{}, false
	}
	return Amount{Text: text, Number: number, Unit: to}, true
}
