package identity

import (
	_ "embed"
	"strings"
	"sync"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
	"clinician/internal/core/text"
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
	printed := ""
	for n := 1; n <= len(value) && n <= 5; n++ {
		if n > 1 {
			printed += " "
		}
		printed += value[n-1].Text
		if d, ok := parseBirth(printed); ok {
			if n == 1 && len(value) > 1 && d.Year < 100 {
				continue
			}
			return d, n, true
		}
	}
	return core.Date{}, 0, false
}

// birthForm takes what scanners make of a date, and other languages' ways to
// write one: 8 de mayo de 1940, 1940年5月8日.
var birthForm = text.DateForm{Dividers: "—()[]:;'年月日년월일", Fillers: []string{"de", "del"}, Month: monthNamed, Figures: vocabulary.RepairDigits}

// parseBirth reads a text that is a date and nothing else, the day first where it
// could be the month too. Years of two digits name no century.
func parseBirth(s string) (core.Date, bool) {
	w, ok := birthForm.Read(s)
	if !ok || !w.Century || w.Year < 1880 || w.Year > 2100 {
		return core.Date{}, false
	}
	days := w.Days(w.Year)
	if len(days) == 0 {
		return core.Date{}, false
	}
	return days[0], true
}

//go:embed data/months.tsv
var monthsFile string

// foreignMonths are the names of months in other languages.
var foreignMonths = sync.OnceValue(func() map[string]time.Month {
	known := map[string]time.Month{}
	for _, f := range vocabulary.ReadTable(monthsFile) {
		for i, name := range strings.Split(f[1], ";") {
			known[vocabulary.FoldWord(name)] = time.Month(i + 1)
		}
	}
	return known
})

// monthNamed gives the month a word names: in another language as it is
// written, in English with one misread letter at most.
func monthNamed(s string) time.Month {
	if m := foreignMonths()[vocabulary.FoldWord(s)]; m > 0 {
		return m
	}
	if m := text.MonthNamed(s); m > 0 {
		return m
	}
	s = strings.ToLower(s)
	if len(s) < 3 || vocabulary.DigitsOf(s) == s || len([]rune(s)) != len(s) {
		return 0
	}
	short := s[:3]
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		if len(s) == 4 && short == name[:3] || len(s) >= 5 && vocabulary.Edits(s, name, 1) <= 1 {
			return m
		}
	}
	var found time.Month
	if len(s) == 3 {
		for m := time.January; m <= time.December; m++ {
			if vocabulary.Edits(vocabulary.Loosen(short), vocabulary.Loosen(strings.ToLower(m.String()[:3])), 1) == 0 {
				if found != 0 {
					return 0
				}
				found = m
			}
		}
	}
	return found
}
