package identity

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// misreadLabel finds a date on the row of the name behind what may once have
// been "DOB:".
func misreadLabel(s *layout.Sheet, row int) (core.Date, []vocabulary.Token, bool) {
	words := s.Rows[row].Words
	for i, w := range words {
		if len(w.Fold) != 3 || !strings.HasSuffix(w.Text, ":") || vocabulary.Edits(w.Fold, "dob", 2) > 2 {
			continue
		}
		if d, n, ok := birthDate(words[i+1:]); ok {
			return d, words[i+1 : i+1+n], true
		}
	}
	return core.Date{}, nil, false
}

// birthDate reads a date at the start of a value and gives how many words it
// took: 08-May-1940, 8 May 1940, 08/05/1940 (day first, unless that is no day),
// 1940-05-08, May 8, 1940, 8. Mai 1940, 1940年5月8日.
func birthDate(value []vocabulary.Token) (core.Date, int, bool) {
	text := ""
	for n := 1; n <= len(value) && n <= 5; n++ {
		if n > 1 {
			text += " "
		}
		text += value[n-1].Text
		if d, ok := parseBirth(text); ok {
			if n == 1 && len(value) > 1 && d.Year < 100 {
				continue
			}
			return d, n, true
		}
	}
	return core.Date{}, 0, false
}

func parseBirth(s string) (core.Date, bool) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" -/.,–—‐()[]:;'\u00a0年月日년월일", r) })
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "de" || p == "del" }) // 8 de mayo de 1940
	if len(parts) != 3 {
		return core.Date{}, false
	}
	for i, p := range parts { // 8th, 1st
		for _, end := range []string{"st", "nd", "rd", "th"} {
			if t := strings.TrimSuffix(p, end); t != p && vocabulary.DigitsOf(vocabulary.RepairDigits(t)) != "" && len(t) <= 2 {
				parts[i] = t
			}
		}
	}
	var n [3]int
	month := -1
	for i, p := range parts {
		if m := monthNamed(p); m > 0 && month < 0 && i < 2 {
			n[i], month = m, i
			continue
		}
		v, err := strconv.Atoi(vocabulary.RepairDigits(p))
		if err != nil || v < 0 || len(p) > 4 {
			return core.Date{}, false
		}
		n[i] = v
	}
	var d core.Date
	switch {
	case len(parts[0]) == 4 && month != 0: // 1940-05-08
		d = core.Date{Year: n[0], Month: time.Month(n[1]), Day: n[2]}
	case len(parts[2]) != 4:
		return core.Date{}, false // two-digit years name no century
	case month == 0, month < 0 && n[0] <= 12 && n[1] > 12: // May 8, 1940; 02/18/1966
		d = core.Date{Year: n[2], Month: time.Month(n[0]), Day: n[1]}
	default:
		d = core.Date{Year: n[2], Month: time.Month(n[1]), Day: n[0]}
	}
	if d.Year < 1880 || d.Year > 2100 || d.Month < 1 || d.Month > 12 || core.DateOf(d.Time()) != d {
		return core.Date{}, false
	}
	return d, true
}

//go:embed data/months.tsv
var monthsFile string

// foreignMonths are the names of months in other languages.
var foreignMonths = sync.OnceValue(func() map[string]int {
	known := map[string]int{}
	for _, f := range vocabulary.ReadTable(monthsFile) {
		for i, name := range strings.Split(f[1], ";") {
			known[vocabulary.FoldWord(name)] = i + 1
		}
	}
	return known
})

// monthNamed gives the month a word names: in another language as it is
// written, in English with one misread letter at most.
func monthNamed(s string) int {
	if m := foreignMonths()[vocabulary.FoldWord(s)]; m > 0 {
		return m
	}
	s = strings.ToLower(strings.Trim(s, "."))
	if len(s) < 3 || vocabulary.DigitsOf(s) == s {
		return 0
	}
	short := s[:3]
	if len([]rune(s)) != len(s) {
		return 0
	}
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		if s == name || len(s) <= 4 && short == name[:3] || len(s) >= 5 && vocabulary.Edits(s, name, 1) <= 1 {
			return int(m)
		}
	}
	found := 0
	if len(s) == 3 {
		for m := time.January; m <= time.December; m++ {
			if vocabulary.Edits(vocabulary.Loosen(short), vocabulary.Loosen(strings.ToLower(m.String()[:3])), 1) == 0 {
				if found != 0 {
					return 0
				}
				found = int(m)
			}
		}
	}
	return found
}
