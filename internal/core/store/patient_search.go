package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"clinician/internal/core"
	"clinician/internal/core/text"
)

// maxSearchText is how many characters of a search are looked at: longer than
// any name, short enough to keep hostile input cheap.
const maxSearchText = 80

// reading is one way to understand a search: a condition on patient_assignments
// a that a walk along one index answers in the order given.
type reading struct {
	initials string // what a.initials must equal; "" anything
	where    string // the rest of the condition, but for from
	args     []any
	from     string // where the walk starts in the first column of order; "" at its beginning
	order    order
}

// order names an index and the columns its hits come in.
type order struct {
	index   string
	columns [3]string
}

var (
	byFamily   = order{"patient_assignments_family", [3]string{"a.family_key", "a.given_key", "a.patient_id"}}
	byGiven    = order{"patient_assignments_given", [3]string{"a.given_key", "a.family_key", "a.patient_id"}}
	byInitials = order{"patient_assignments_initials", byFamily.columns}
	byMRN      = order{"patient_assignments_mrn", byFamily.columns}
	byBirth    = order{"patient_assignments_born", byFamily.columns}
)

// byPatient walks over patients that something else has found, few enough to be sorted.
var byPatient = order{"sqlite_autoindex_patient_assignments_1", byFamily.columns}

// whose stands for the clinician among the args of a reading.
type whose struct{}

// partReadings find patients by any words of their names: each word that was typed begins
// one, or all of it, written as one word, does: "o brien" and "jorgensen" find
// O'Brien-Jørgensen. The longest word is looked up, so that few patients are left to ask
// for the others; a word that begins more names than are counted is as good as not typed.
func partReadings(name string) (list []reading) {
	words := text.Words(name)
	if len(words) == 0 || len(words) > mostParts {
		return nil
	}
	whole := strings.Join(words, "")
	list = append(list, findsPart(whole))
	if len(words) == 1 {
		return list
	}
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	r := findsPart(words[0])
	for _, w := range words[1:] {
		begins, args := prefix("n.part", w)
		r = r.and("EXISTS (SELECT 1 FROM name_parts n WHERE n.patient_id = a.patient_id AND "+begins+")", args)
	}
	return append(list, r)
}

// mostParts is how many words of a name are looked for; nobody types more.
const mostParts = 6

func findsPart(part string) reading {
	begins, args := prefix("n.part", part)
	return reading{order: byPatient, args: append([]any{whose{}}, args...),
		where: fmt.Sprintf("a.patient_id IN (SELECT n.patient_id FROM name_parts n WHERE n.clinician_id = ? AND %s LIMIT %d)", begins, maxHits)}
}

// all reads an empty search.
var all = reading{where: "TRUE", order: byFamily}

// startsWith walks along o over the rows whose first column starts with s.
func startsWith(o order, s string) reading {
	return reading{where: "TRUE", from: s, order: o}.and(below(o.columns[0], s))
}

// and narrows r down.
func (r reading) and(where string, args []any) reading {
	r.where, r.args = r.where+" AND "+where, append(append([]any{}, r.args...), args...)
	return r
}

// condition is all of r that the names say. It leaves initials out: they follow
// from the names, and only their own index has them.
func (r reading) condition() (string, []any) {
	if r.from != "" {
		r = r.and(r.order.columns[0]+" >= ?", []any{r.from})
	}
	return r.where, r.args
}

// parseSearch gives the readings of what a person typed, the likeliest first.
// Empty text has the one reading "all"; text that can match nobody has none.
// now settles the century of two-digit years.
func parseSearch(typed string, now time.Time) []reading {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return []reading{all}
	}
	if utf8.RuneCountInString(typed) > maxSearchText {
		typed = string([]rune(typed)[:maxSearchText])
	}
	var list []reading
	dates := text.DateReadings(typed, now)
	if len(dates) > 0 {
		args := make([]any, len(dates))
		for i, d := range dates {
			args[i] = d.String()
		}
		list = append(list, reading{where: "a.born IN (?" + strings.Repeat(", ?", len(args)-1) + ")", args: args, order: byBirth})
	}
	if len(dates) > 0 && strings.Contains(typed, "-") {
		return list // 1940-05-08 is a date, 10 5 1940 may also be the end of a number
	}
	if tail := text.MRN(typed); len(tail) >= 3 && strings.Trim(tail, "0123456789") == "" {
		where, args := prefix("a.mrn_tail", reverse(tail))
		list = append(list, reading{where: where, args: args, order: byMRN})
	}
	if len(list) > 0 {
		return list
	}
	return nameReadings(typed)
}

func nameReadings(typed string) []reading {
	if i := strings.IndexByte(typed, '('); i >= 0 {
		typed = typed[:i] // "CUMMINGS, Barrett (Mr)", copied from the screen
	}
	if family, given, ok := strings.Cut(typed, ","); ok {
		name, first := text.Key(family), text.Key(given)
		list := familyGiven(name, first)
		for _, other := range text.Spellings(name) {
			list = append(list, familyGiven(other, first)...)
		}
		return list
	}
	name := text.Key(typed)
	if !strings.ContainsFunc(name, unicode.IsLetter) {
		return nil
	}
	list := []reading{startsWith(byFamily, name)}
	for _, other := range text.Spellings(name) {
		list = append(list, startsWith(byFamily, other))
	}
	list = append(list, splitReadings(name)...)
	if glued := gluedReadings(name); glued != nil {
		list = append(list, glued...)
	} else {
		list = append(list, initialReading(name)...)
	}
	return append(append(list, startsWith(byGiven, name)), partReadings(name)...)
}

// splitReadings takes "van dyke al" apart at each space, as family and given
// name first, then the other way round. Names with many parts are only taken
// apart at the first of them.
func splitReadings(name string) (list []reading) {
	parts := strings.Split(name, " ")
	n := min(len(parts), 5)
	for k := 1; k < n; k++ {
		list = append(list, familyGiven(strings.Join(parts[:k], " "), strings.Join(parts[k:], " "))...)
	}
	for k := 1; k < n; k++ {
		list = append(list, familyGiven(strings.Join(parts[k:], " "), strings.Join(parts[:k], " "))...)
	}
	return list
}

// familyGiven wants both names to start as given. The initials index finds
// them: it leads to few rows and has them in order.
func familyGiven(family, given string) []reading {
	switch {
	case family == "" && given == "":
		return nil
	case given == "":
		return []reading{startsWith(byFamily, family)}
	case family == "":
		return []reading{startsWith(byGiven, given)}
	}
	r := startsWith(byInitials, family).and(prefix("a.given_key", given))
	r.initials = initial(family) + initial(given)
	return []reading{r}
}

// initialReading takes "cb" as family initial and the start of the given name.
func initialReading(name string) []reading {
	family := initial(name)
	given := name[len(family):]
	if given == "" || strings.ContainsRune(name, ' ') {
		return nil
	}
	return familyGiven(family, given)
}

// gluedReadings takes "佐藤太郎" apart: where family and given name are written
// without a space, the family name may end after any of the first few signs. It
// gives nil for other scripts.
func gluedReadings(name string) (list []reading) {
	const longestFamily = 5
	signs := 0
	for at, r := range name {
		switch {
		case r == ' ' || !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) && r != 'ー' && !unicode.Is(unicode.Mn, r):
			return nil
		case at == 0 || belongsToSignBefore(r):
			continue
		}
		if signs++; signs <= longestFamily {
			list = append(list, familyGiven(name[:at], name[at:])...)
		}
	}
	return list
}

// belongsToSignBefore reports whether a letter of a folded name stands in one sign
// with the letter before it: the vowel and the final of a Hangul syllable, a voice mark.
func belongsToSignBefore(r rune) bool { return r >= 0x1160 && r <= 0x11ff || unicode.Is(unicode.Mn, r) }

// prefix is the condition that column starts with s, as a range an index can walk.
func prefix(column, s string) (string, []any) {
	where, args := below(column, s)
	return where + " AND " + column + " >= ?", append(args, s)
}

// below is the upper half of that range.
func below(column, s string) (string, []any) {
	if end := after(s); end != "" {
		return column + " < ?", []any{end}
	}
	return "TRUE", nil
}

// datesIn gives the days that a search as a whole may mean.
func datesIn(typed string, now time.Time) []core.Date {
	if typed = strings.TrimSpace(typed); utf8.RuneCountInString(typed) > maxSearchText {
		return nil
	}
	return text.DateReadings(typed, now)
}
