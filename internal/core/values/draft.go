package values

import (
	"context"

	"clinician/internal/core"
)

// drafted is what is sealed of a draft.
type drafted struct {
	Text string `json:"text"`
	Line int    `json:"line"`
}

// KeepDraft seals a draft under the patient's key.
func (s *Store) KeepDraft(ctx context.Context, d core.TextDraft, ev core.AuditEvent) error {
	reading, err := s.o.Index.NewestFindings(ctx, d.RecordID) // whose record it is, and that it was read
	if err != nil {
		return err
	}
	row := DraftRow{ID: s.o.NewID(), RecordID: d.RecordID, PatientID: reading.PatientID, Page: d.Page, Steps: d.Steps, By: d.By, At: s.o.Clock()}
	if row.Sealed, err = s.seal(ctx, row.PatientID, DraftSubject(row.ID), drafted{d.Text, d.Line}); err != nil {
		return err
	}
	return s.o.Index.PutDraft(ctx, row, ev)
}

// Draft opens a draft.
func (s *Store) Draft(ctx context.Context, recordID string, page int, by int64) (core.TextDraft, error) {
	row, err := s.o.Index.DraftRow(ctx, recordID, page, by)
	if err != nil {
		return core.TextDraft{}, err
	}
	var d drafted
	if err := s.open(ctx, row.PatientID, DraftSubject(row.ID), row.Sealed, &d); err != nil {
		return core.TextDraft{}, err
	}
	return core.TextDraft{RecordID: row.RecordID, Page: row.Page, By: row.By, Text: d.Text, Line: d.Line, Steps: row.Steps, At: row.At}, nil
}

// DropDraft forgets a draft.
func (s *Store) DropDraft(ctx context.Context, recordID string, page int, by int64) error {
	return s.o.Index.DropDraft(ctx, recordID, page, by)
}
