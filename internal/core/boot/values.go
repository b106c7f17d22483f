package boot

import (
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/identity"
	"clinician/internal/core/values"
	"clinician/internal/core/vault"
)

// newValues keeps what documents say, found by our own rules.
func newValues(d *data, root vault.RootKey) (*values.Store, error) {
	return values.New(values.Options{
		Index: d.Store, Vault: d.vault, People: d.Store, SignKey: root.Derive("clinician text corrections v1"),
		Extract: analysis.Extract, Check: identity.CompareWithChart, Clock: d.clock,
	})
}
