package laboratory

import (
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/dates"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// daysOfRows gives the day of each row of results that starts with one, and of
// those below it: "1/24/2013 12:35 PM   Hgb 13.5 g/dL".
func daysOfRows(s *layout.Sheet) []core.Date {
	out := make([]core.Date, len(s.Rows))
	var day core.Date
	for i, r := range s.Rows {
		if r.Heading || r.Section != "results" {
			day = core.Date{}
		} else if d, ok := dates.At(r.Cells[0].Words); ok && onlyTime(r.Cells[0].Words[d.Words:]) && len(r.Cells) > 1 {
			if day = d.Date; !vocabulary.ReadClearly(r.Cells[0].Words[:d.Words]) {
				day = core.Date{}
			}
		}
		out[i] = day
	}
	return out
}

// onlyTime reports whether words are a time of day or nothing.
func onlyTime(ws []vocabulary.Token) bool {
	for _, w := range ws {
		if f := w.Fold; f != "" && f != "am" && f != "pm" && strings.Trim(f, "0123456789:") != "" {
			return false
		}
	}
	return true
}
