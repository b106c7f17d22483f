package records

import (
	"context"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/vault"
)

// Problem is one thing that is wrong with the vault.
type Problem struct {
	RecordID string `json:"file_id"`
	Kind     string `json:"kind"` // "missing", "key", "damaged" or "orphan"
	Message  string `json:"message"`
}

// Report is what Check found.
type Report struct {
	Records   int       `json:"records"`
	Blobs     int       `json:"blobs"`
	Elsewhere int       `json:"elsewhere,omitempty"` // records whose content another service keeps; not looked at
	Read      int       `json:"read"`                // records whose content was read whole
	Pending   int       `json:"pending"`             // content without a record that may still be on its way in
	Problems  []Problem `json:"problems"`
}

// Check compares every row with the vault and the vault with the rows: content
// that is missing, keys that do not open, content nobody points to; with
// readData also every byte. It repairs nothing. A server may run meanwhile.
func (s *Store) Check(ctx context.Context, readData bool) (Report, error) {
	report := Report{Problems: []Problem{}}
	blobs := map[string]core.BlobInfo{}
	err := s.vault.List(ctx, subjectPrefix, func(b core.BlobInfo) error {
		blobs[strings.TrimPrefix(b.Name, subjectPrefix)] = b
		return nil
	})
	if err != nil {
		return report, err
	}
	report.Blobs = len(blobs)
	err = s.index.AllRecords(ctx, func(r Stored) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(r.Wrapped) == 0 {
			report.Elsewhere++
			return nil
		}
		report.Records++
		_, listed := blobs[r.ID]
		delete(blobs, r.ID)
		kind, message, err := s.checkOne(ctx, r, listed, readData)
		switch {
		case err != nil:
			return err
		case kind == "gone":
			report.Records--
			return nil
		case kind != "":
			report.Problems = append(report.Problems, Problem{r.ID, kind, message})
		case readData:
			report.Read++
		}
		return nil
	})
	if err != nil {
		return report, err
	}
	return report, s.checkOrphans(ctx, blobs, &report)
}

func (s *Store) checkOne(ctx context.Context, r Stored, listed, readData bool) (kind, message string, err error) {
	ref := vault.Ref{Subject: subjectPrefix + r.ID, PatientID: r.PatientID, Wrapped: r.Wrapped}
	if err := s.vault.Unwraps(ctx, ref); err != nil {
		if core.CodeOf(err) != core.CodeInternal {
			return "", "", err
		}
		return s.unlessChanged(ctx, r, "key", problemKey)
	}
	if readData || !listed { // what came in since the listing is there all the same
		problem, err := s.verify(ctx, r)
		switch {
		case err != nil:
			return "", "", err
		case problem == problemMissing:
			return s.unlessChanged(ctx, r, "missing", problem)
		case problem != "" && (readData || problem == problemDamaged):
			return s.unlessChanged(ctx, r, "damaged", problem)
		}
	}
	return "", "", nil
}

// unlessChanged looks again before it accuses: the record may have been deleted
// or moved since its row was read.
func (s *Store) unlessChanged(ctx context.Context, r Stored, kind, message string) (string, string, error) {
	now, err := s.index.RecordLocation(ctx, r.ID)
	switch {
	case core.IsNotFound(err):
		return "gone", "", nil
	case err != nil:
		return "", "", err
	case now.PatientID != r.PatientID:
		return "", "", nil
	}
	return kind, message, nil
}

// checkOrphans tells content that nobody points to from content on its way in.
func (s *Store) checkOrphans(ctx context.Context, blobs map[string]core.BlobInfo, report *Report) error {
	before := s.now().Add(-sweepGrace)
	ids := make([]string, 0, core.SweepBatch)
	flush := func() error {
		live, err := s.index.LiveRecords(ctx, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			switch {
			case live[id]:
			case blobs[id].ModTime.After(before):
				report.Pending++
			default:
				report.Problems = append(report.Problems, Problem{id, "orphan", "No record points to this content."})
			}
		}
		ids = ids[:0]
		return nil
	}
	for id := range blobs {
		if ids = append(ids, id); len(ids) == core.SweepBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}
