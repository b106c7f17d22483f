package boot

import (
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/identity"
	"clinician/internal/core/values"
)

// newValues keeps what documents say, found by our own rules.
func newValues(d *data) (*values.Store, error) {
	return values.New(values.Options{
		Index: d.Store, Vault: d.vault, People: d.Store, Register: d.Store, SignKey: d.service[labelCorrections],
		Extract: analysis.Extract, Check: identity.CompareWithChart, Clock: d.clock,
	})
}
