package values

import (
	"testing"

	"clinician/internal/core"
)

// A day whose digits nobody confirmed is not suggested for the document.
func TestUnconfirmedDateIsNoSuggestion(t *testing.T) {
	day := core.Date{Year: 2026, Month: 11, Day: 12}
	for word, want := range map[string]core.Date{"12-Nov-2026": {}, "104": day} {
		f := core.Findings{DocumentDate: day, Values: []core.Value{{Page: 1, Kind: core.ValueDate, Text: "12-Nov-2026", Date: day}}}
		doubtUnconfirmed(&f, []core.Page{{Number: 1, Words: []core.Word{{Text: word, Unconfirmed: true}}}})
		if f.DocumentDate != want {
			t.Errorf("%s unconfirmed: %v is suggested", word, f.DocumentDate)
		}
	}
}
