package medicines

import (
	"regexp"

	"clinician/internal/core"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
)

var (
	pointedThousands = regexp.MustCompile(`^[1-9]\d{0,2}(\.\d{3})+$`)
	commaThousands   = regexp.MustCompile(`^[1-9]\d{0,2}(,\d{3})+$`)
	withComma        = regexp.MustCompile(`\d,\d`)
)

// doubtReadings doubts a dose whose point or comma has two readings: 5.000 units are
// five or five thousand. A comma divides thousands (5,000) but on a page whose
// numbers have decimal commas.
func doubtReadings(v *core.Value, s *layout.Sheet, d dose) {
	switch {
	case pointedThousands.MatchString(d.number):
		evidence.Doubt(v, "the point in %s may be decimal, or divide thousands", d.number)
	case commaThousands.MatchString(d.number) && !s.DecimalCommas():
	case withComma.MatchString(d.number):
		evidence.Doubt(v, "the comma in %s may be a decimal point, or divide thousands", d.number)
	}
}
