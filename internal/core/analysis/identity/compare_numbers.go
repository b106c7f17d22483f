package identity

import (
	"clinician/internal/core"
	"clinician/internal/core/analysis/vocabulary"
)

// compareBirth: fitNear is one digit of one part.
func compareBirth(page, chart core.Date) fit {
	switch {
	case page.IsZero() || chart.IsZero():
		return fitUnknown
	case page == chart:
		return fitSame
	case page.Year == chart.Year && page.Day == int(chart.Month) && int(page.Month) == chart.Day:
		return fitTurned
	}
	a, b := page.String(), chart.String()
	slips := 0
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			slips++
		}
	}
	if slips == 1 && len(a) == len(b) {
		return fitNear
	}
	return fitDiffers
}

// compareNumbers compares with the printed numbers of the same length; others
// are of another kind (a hospital's own number, a laboratory's).
func compareNumbers(printed []string, mrn string) fit {
	mrn = vocabulary.DigitsOf(mrn)
	if len(mrn) < 4 {
		return fitUnknown
	}
	best := fitUnknown
	for _, n := range printed {
		switch d := vocabulary.Edits(n, mrn, 2); {
		case d == 0:
			return fitSame
		case d <= 2 && len(mrn) >= 6:
			best = fitNear
		case len(n) == len(mrn) && best == fitUnknown:
			best = fitDiffers
		}
	}
	return best
}
