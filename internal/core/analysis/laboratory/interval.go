package laboratory

import (
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/measurement"
	"clinician/internal/core/analysis/vocabulary"
)

// interval is a printed reference interval that could be parsed.
type interval struct {
	low, high       float64
	hasLow, hasHigh bool
	openLow         bool   // "> 60": 60 itself is outside
	openHigh        bool   // "< 5"
	decimals        int    // most digits after the point in it
	meaning         string // of a range in words: "negative"
}

// parseInterval reads "3.5 - 5.3", "3.5–5.3", "(133-146)", "3.5 to 5.3", "<5.2",
// "> 60", "up to 5", "Negative".
func parseInterval(s string) (interval, bool) {
	s = strings.TrimSpace(s)
	if m, ok := vocabulary.Laboratory().Qualitative.Lookup(s); ok {
		return interval{meaning: m}, m != "none"
	}
	s = strings.TrimSpace(strings.Trim(s, "()[]"))
	s = strings.NewReplacer("–", "-", "—", "-", "−", "-", "‑", "-", "‐", "-", " to ", "-", "−", "-").Replace(s)
	if i := strings.LastIndexByte(s, ' '); i > 0 && vocabulary.Laboratory().Units[vocabulary.UnitKey(s[i+1:])] && !vocabulary.HasDigit(s[i+1:i+2]) {
		s = s[:i] // 6-23 mg/dL
	}
	comparator, rest := vocabulary.CutComparator(s)
	if lower := strings.ToLower(s); comparator == "" && (strings.HasPrefix(lower, "up to ") || strings.HasPrefix(lower, "less than ")) {
		comparator, rest = "<", s[strings.LastIndexByte(s, ' '):]
		if strings.HasPrefix(lower, "up") {
			comparator = "<="
		}
	}
	rest = strings.TrimSpace(rest)
	if comparator != "" {
		n := vocabulary.Number(rest)
		if n == nil {
			return interval{}, false
		}
		i := interval{decimals: decimals(rest)}
		if comparator[0] == '<' {
			i.high, i.hasHigh, i.openHigh = *n, true, comparator == "<"
		} else {
			i.low, i.hasLow, i.openLow = *n, true, comparator == ">"
		}
		return i, true
	}
	lo, hi, ok := strings.Cut(rest, "-")
	lo, hi = strings.TrimSpace(lo), strings.TrimSpace(hi)
	low, high := vocabulary.Number(lo), vocabulary.Number(hi)
	if !ok || low == nil || high == nil || *low >= *high {
		return interval{}, false
	}
	return interval{low: *low, high: *high, hasLow: true, hasHigh: true, decimals: max(decimals(lo), decimals(hi))}, true
}

func decimals(s string) int {
	if i := strings.IndexByte(s, '.'); i >= 0 {
		return len(s) - i - 1
	}
	return 0
}

// side says where a value lies: "L", "N", "H"; "" when a comparator leaves it
// open ("<10" against a lower limit of 5).
func (i interval) side(q measurement.Quantity) string {
	if q.Number == nil {
		return ""
	}
	n := *q.Number
	below := i.hasLow && (n < i.low || i.openLow && n == i.low)
	above := i.hasHigh && (n > i.high || i.openHigh && n == i.high)
	switch q.Comparator {
	case "<", "<=":
		return sideOfLimit(i.hasLow, n <= i.low, !above || n == i.high && q.Comparator == "<", "L")
	case ">", ">=":
		return sideOfLimit(i.hasHigh, n >= i.high, !below || n == i.low && q.Comparator == ">", "H")
	}
	switch {
	case below:
		return "L"
	case above:
		return "H"
	}
	return "N"
}

// sideOfLimit says where a value with a comparator lies, which is known to lie beyond
// a number on one side: that side, outside, when the interval has a limit there and
// the number has reached it; inside when there is no limit there and the number
// lies within the other; else open.
func sideOfLimit(limited, reached, within bool, outside string) string {
	switch {
	case limited && reached:
		return outside
	case !limited && within:
		return "N"
	}
	return ""
}

// interpret sets Interpret from the flag and range of the report itself, and
// doubts where the two, or value and range, do not fit each other. flagged says
// that this report prints flags at all.
func interpret(v *core.Value, q measurement.Quantity, flagged bool) {
	printed := ""
	if v.Flag != "" {
		if printed = measurement.FlagOf(v.Flag); printed == "" {
			evidence.Doubt(v, "the flag %q is not known", v.Flag)
		}
	}
	side := ""
	i, ok := parseInterval(v.Range)
	if v.Range != "" && !ok {
		evidence.Doubt(v, "the reference interval %q could not be read", v.Range)
	}
	if ok && i.meaning == "" && q.Text != "" {
		side = i.side(q)
		checkDecimals(v, q, i, side)
	}
	if ok && i.meaning != "" && q.Text == "" {
		if m, known := vocabulary.Laboratory().Qualitative.Lookup(v.Text); known && m != "none" {
			if side = "A"; m == i.meaning {
				side = "N"
			}
		}
	}
	v.Interpret = decide(v, printed, side, flagged)
}

func decide(v *core.Value, printed, side string, flagged bool) string {
	if printed == "" {
		if flagged && (side == "H" || side == "L") && v.Flag == "" {
			evidence.Doubt(v, "it lies outside the printed range but carries no flag")
		}
		return side
	}
	direction := printed[len(printed)-1:] // HH is H, LL is L
	switch {
	case side == "":
	case printed == "*", printed == "A":
		if side == "N" {
			evidence.Doubt(v, "flag %s, but it lies within the printed range", v.Flag)
		} else if printed == "*" {
			return side
		}
	case direction != side:
		evidence.Doubt(v, "flag %s, but against the printed range it is %s", v.Flag, sideName(side))
	}
	if printed == "*" {
		return "A"
	}
	return printed
}

func sideName(side string) string {
	switch side {
	case "H":
		return "high"
	case "L":
		return "low"
	case "N":
		return "within it"
	}
	return "outside it"
}

// checkDecimals doubts a value outside the range that is printed with fewer
// decimals than the range: the point is the first thing a scanner loses.
func checkDecimals(v *core.Value, q measurement.Quantity, i interval, side string) {
	if side != "N" && q.Comparator == "" && decimals(q.Text) < i.decimals {
		evidence.Doubt(v, "the range has decimals and the value has none as many: a point may be lost")
	}
}
