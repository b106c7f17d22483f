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

// MoveRecord gives a record to another patient. Content stays where it is: only
// the keys that lead to it change.
func (s *Store) MoveRecord(ctx context.Context, _ core.Acting, id string, m core.RecordMove, ev core.AuditEvent) (core.Record, error) {
	if err := s.staysWhole(ctx, id, ev); err != nil {
		return core.Record{}, err
	}
	// Made now if the patient has none yet: a key cannot be stored from within
	// the transaction that needs it.
	if err := s.vault.EnsureKey(ctx, m.PatientID); err != nil {
		return core.Record{}, err
	}
	return s.index.MoveRecord(ctx, id, Move{
		RecordMove: m, TombstoneID: newRecordID(),
		RewrapKey: func(ctx context.Context, from int64, wrapped []byte) ([]byte, error) {
			return s.vault.Rewrap(ctx, vault.Ref{Subject: subjectPrefix + id, PatientID: from, Wrapped: wrapped}, m.PatientID)
		},
		RewrapBytes: func(ctx context.Context, from int64, subject string, sealed []byte) ([]byte, error) {
			return s.vault.RewrapBytes(ctx, from, m.PatientID, subject, sealed)
		},
	}, ev)
}

// SplitRecord makes records of the parts and enters the original in error.
func (s *Store) SplitRecord(ctx context.Context, _ core.Acting, id, reason string, parts []core.RecordPart, ev core.AuditEvent) (core.Record, []core.Record, error) {
	if err := s.staysWhole(ctx, id, ev); err != nil {
		return core.Record{}, nil, err
	}
	if s.files != nil {
		return core.Record{}, nil, errStaysWhole
	}
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
	return s.index.SplitRecord(ctx, id, reason, rows, ev)
}

// What can be wrong with stored content, for people.
const (
	problemMissing = "The content is missing."
	problemKey     = "The key of the content does not open."
	problemDamaged = "The content is damaged or was changed."
	problemOther   = "The content is not what came in."
)

// VerifyRecord reads a record's whole content and compares it.
func (s *Store) VerifyRecord(ctx context.Context, by core.Acting, id string) (core.Integrity, error) {
	rec, err := s.index.Record(ctx, id)
	if err != nil {
		return core.Integrity{}, err
	}
	at, err := s.index.RecordLocation(ctx, id)
	if err != nil {
		return core.Integrity{}, err
	}
	if at.elsewhere() {
		return s.verifyElsewhere(ctx, by, rec)
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
	return s.Examine(ctx, r.content())
}

// Examine reads what the vault has for c to its end and compares it; see verify.
func (s *Store) Examine(ctx context.Context, c Content) (problem string, err error) {
	content, err := s.vault.Open(ctx, vault.Ref{Subject: c.Name, PatientID: c.PatientID, Wrapped: c.Wrapped}, 0)
	if err != nil {
		return s.wrong(ctx, c, err)
	}
	defer content.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, contextReader{ctx, content})
	switch {
	case err != nil:
		return s.wrong(ctx, c, err)
	case n != c.Size || c.SHA256 != "" && hex.EncodeToString(sum.Sum(nil)) != c.SHA256:
		return problemOther, nil
	}
	return "", nil
}

// wrong tells what an error of opening or reading says about the content.
func (s *Store) wrong(ctx context.Context, c Content, err error) (string, error) {
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case core.IsNotFound(err):
		return problemMissing, nil
	case core.CodeOf(err) == core.CodeInternal:
		s.log.ErrorContext(ctx, "stored content does not open", "content", c.Name, "err", err)
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
