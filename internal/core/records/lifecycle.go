package records

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/vault"
)

// ListRecords lists a patient's records, newest upload first.
func (s *Store) ListRecords(ctx context.Context, q core.RecordQuery) ([]core.Record, error) {
	list, err := s.index.ListRecords(ctx, q)
	for i := range list {
		list[i] = finish(list[i])
	}
	return list, err
}

// ReviewedAt gives when the user reviewed the record; nil: not yet.
func (s *Store) ReviewedAt(ctx context.Context, userID int64, recordID string) (*time.Time, error) {
	return s.index.ReviewedAt(ctx, userID, recordID)
}

// SetReviewed notes that the user has read the record, or with nil that not.
func (s *Store) SetReviewed(ctx context.Context, userID int64, recordID string, at *time.Time, ev core.AuditEvent) error {
	return s.index.SetReviewed(ctx, userID, recordID, at, ev)
}

// Unread counts the user's unread records by patient.
func (s *Store) Unread(ctx context.Context, userID int64, patients []int64) (map[int64]int, error) {
	return s.index.Unread(ctx, userID, patients)
}

// UnreadOf counts the unread records of a clinician's patients.
func (s *Store) UnreadOf(ctx context.Context, clinicianID int64) (int, error) {
	return s.index.UnreadOf(ctx, clinicianID)
}

// UnreadRecords lists the unread records of a clinician's patients.
func (s *Store) UnreadRecords(ctx context.Context, q core.UnreadQuery) (core.UnreadPage, error) {
	page, err := s.index.UnreadRecords(ctx, q)
	page.AsAt = s.now()
	for i := range page.Records {
		page.Records[i].Record = finish(page.Records[i].Record)
	}
	return page, err
}

// EditRecord changes metadata.
func (s *Store) EditRecord(ctx context.Context, id string, e core.RecordEdit, ev core.AuditEvent) (core.Record, error) {
	return finished(s.index.EditRecord(ctx, id, e, ev))
}

// EnterInError hides a record.
func (s *Store) EnterInError(ctx context.Context, id, reason string, ev core.AuditEvent) (core.Record, error) {
	return finished(s.index.EnterInError(ctx, id, reason, ev))
}

// RestoreRecord shows a hidden record again.
func (s *Store) RestoreRecord(ctx context.Context, id, reason string, ev core.AuditEvent) (core.Record, error) {
	return finished(s.index.RestoreRecord(ctx, id, reason, ev))
}

// HoldRecord places a legal hold.
func (s *Store) HoldRecord(ctx context.Context, id, reason string, ev core.AuditEvent) (core.Record, error) {
	return finished(s.index.HoldRecord(ctx, id, reason, ev))
}

// ReleaseRecord takes a legal hold away.
func (s *Store) ReleaseRecord(ctx context.Context, id, reason string, ev core.AuditEvent) (core.Record, error) {
	return finished(s.index.ReleaseRecord(ctx, id, reason, ev))
}

// MoveRecord gives a record to another patient. Content stays where it is: only
// the keys that lead to it change.
func (s *Store) MoveRecord(ctx context.Context, id string, m core.RecordMove, ev core.AuditEvent) (core.Record, error) {
	// Made now if the patient has none yet: a key cannot be stored from within
	// the transaction that needs it.
	if err := s.vault.EnsureKey(ctx, m.PatientID); err != nil {
		return core.Record{}, err
	}
	return finished(s.index.MoveRecord(ctx, id, Move{
		RecordMove: m, TombstoneID: newRecordID(),
		RewrapKey: func(ctx context.Context, from int64, wrapped []byte) ([]byte, error) {
			return s.vault.Rewrap(ctx, vault.Ref{Subject: subjectPrefix + id, PatientID: from, Wrapped: wrapped}, m.PatientID)
		},
		RewrapBytes: func(ctx context.Context, from int64, subject string, sealed []byte) ([]byte, error) {
			return s.vault.RewrapBytes(ctx, from, m.PatientID, subject, sealed)
		},
	}, ev))
}

// SplitRecord makes records of the parts and enters the original in error.
func (s *Store) SplitRecord(ctx context.Context, id, reason string, parts []core.RecordPart, ev core.AuditEvent) (core.Record, []core.Record, error) {
	rows := make([]NewRow, len(parts))
	now := s.now()
	for i, p := range parts {
		wrapped, err := s.vault.Wrap(ctx, p.Record.PatientID, subjectPrefix+p.Staged.ID, p.Staged.Key)
		if err != nil {
			return core.Record{}, nil, err
		}
		rows[i] = NewRow{
			NewRecord: p.Record, ID: p.Staged.ID, Size: p.Staged.Size, SHA256: p.Staged.SHA256, MIME: p.Staged.MIME,
			Wrapped: wrapped, UploadedAt: now.Add(time.Duration(i) * time.Microsecond), // keeps their order
		}
	}
	original, made, err := s.index.SplitRecord(ctx, id, reason, rows, ev)
	for i := range made {
		made[i] = finish(made[i])
	}
	return finish(original), made, err
}

func finished(r core.Record, err error) (core.Record, error) { return finish(r), err }

// What can be wrong with stored content, for people.
const (
	problemMissing = "The content is missing."
	problemKey     = "The key of the content does not open."
	problemDamaged = "The content is damaged or was changed."
	problemOther   = "The content is not what came in."
)

// VerifyRecord reads a record's whole content and compares it.
func (s *Store) VerifyRecord(ctx context.Context, id string) (core.Integrity, error) {
	rec, err := s.index.Record(ctx, id)
	if err != nil {
		return core.Integrity{}, err
	}
	at, err := s.index.RecordLocation(ctx, id)
	if err != nil {
		return core.Integrity{}, err
	}
	problem, err := s.verify(ctx, Stored{ID: id, PatientID: at.PatientID, Wrapped: at.Wrapped, Size: rec.Size, SHA256: rec.SHA256})
	if err != nil {
		return core.Integrity{}, err
	}
	return core.Integrity{RecordID: id, OK: problem == "", SHA256: rec.SHA256, Size: rec.Size, Problem: problem, At: s.now()}, nil
}

// verify says what is wrong with content, "" when nothing is. Only a storage
// that does not answer is an error.
func (s *Store) verify(ctx context.Context, r Stored) (problem string, err error) {
	ref := vault.Ref{Subject: subjectPrefix + r.ID, PatientID: r.PatientID, Wrapped: r.Wrapped}
	content, err := s.vault.Open(ctx, ref, 0)
	if err != nil {
		return s.wrong(ctx, r, err)
	}
	defer content.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, contextReader{ctx, content})
	switch {
	case err != nil:
		return s.wrong(ctx, r, err)
	case n != r.Size || hex.EncodeToString(sum.Sum(nil)) != r.SHA256:
		return problemOther, nil
	}
	return "", nil
}

// wrong tells what an error of opening or reading says about the content.
func (s *Store) wrong(ctx context.Context, r Stored, err error) (string, error) {
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case core.IsNotFound(err):
		return problemMissing, nil
	case core.CodeOf(err) == core.CodeInternal:
		s.log.ErrorContext(ctx, "content of a record does not open", "record_id", r.ID, "err", err)
		return problemDamaged, nil
	}
	return "", err
}

type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
