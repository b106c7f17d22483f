package records

import (
	"context"

	"clinician/internal/core"
)

// pingSample is how many records Ping looks for in the vault.
const pingSample = 8

// Ping reports whether the vault takes content, whether keys open, and whether it is the
// vault of these records at all: some of a sample are there. A single document that is
// lost is for Check to find, and none of the others' business.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.vault.Ping(ctx); err != nil {
		return err
	}
	sample, err := s.index.SampleRecords(ctx, pingSample)
	if err != nil || len(sample) == 0 {
		return err
	}
	var missing []string
	for _, r := range sample {
		there, err := s.vault.Has(ctx, subjectPrefix+r.ID)
		if err != nil {
			return err
		}
		if !there {
			missing = append(missing, r.ID)
		}
	}
	if len(missing) < len(sample) {
		return nil
	}
	live, err := s.index.LiveRecords(ctx, missing) // they may have been removed meanwhile
	if err != nil || len(live) == 0 {
		return err
	}
	return core.Errorf(core.CodeUnavailable, "The vault has none of the documents that were looked for, so it is not the one that belongs to this database.")
}
