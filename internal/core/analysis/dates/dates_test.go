package dates

import (
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis/analysistest"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// FuzzDate: whatever stands there, the date that is read of it is printed.
func FuzzDate(f *testing.F) {
	analysistest.SeedParsers(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 300 {
			return
		}
		ws := analysistest.Tokens(text)
		if d, ok := At(ws); ok && (d.Words < 1 || d.Words > len(ws) || !vocabulary.HasDigit(d.text)) {
			t.Errorf("date %+v", d)
		}
	})
}

func TestPrintedDates(t *testing.T) {
	tests := []struct {
		text, want string
		found      bool
	}{
		{"24-Nov-2026", "2026-11-24", true},
		{"24 November 2026", "2026-11-24", true},
		{"24th Nov 2026", "2026-11-24", true},
		{"November 24, 2026", "2026-11-24", true},
		{"2026-11-24", "2026-11-24", true},
		{"24/11/2026", "2026-11-24", true},
		{"11/24/2026", "2026-11-24", true},
		{"03/03/2026", "2026-03-03", true},
		{"05/03/2026", "", true}, // either way round
		{"24.11.2026", "2026-11-24", true},
		{"24-Nov-26", "", true}, // which century
		{"November 24th, 2026", "2026-11-24", true},
		{"2026-Nov-24", "2026-11-24", true},
		{"05.03.2026", "2026-03-05", true}, // points: the day first
		{"31-Feb-2026", "", false},
		{"31-Feb-26", "", false},
		{"5-10.25", "", false},
		{"24 11 2026", "", false},
		{"45/13/2026", "", false},
		{"1.2.3", "", false},
		{"138/82", "", false},
		{"3.5 - 5.3", "", false},
		{"", "", false},
	}
	for _, tt := range tests {
		p := layout.NewSheet(core.Page{Number: 1, Text: tt.text})
		var ws []vocabulary.Token
		if len(p.Rows) > 0 {
			ws = p.Rows[0].Words
		}
		d, ok := At(ws)
		if ok != tt.found || d.Date.String() != tt.want {
			t.Errorf("%q: %v %q, want %v %q", tt.text, ok, d.Date, tt.found, tt.want)
		}
		if ok && d.Date.IsZero() && d.Doubt == "" {
			t.Errorf("%q: no reason why its day is open", tt.text)
		}
	}
}
