package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/records"
)

// uploadRow is an upload with how much of it is there.
type uploadRow struct {
	ID        string
	PatientID int64
	Size      int64
	Sha256    string
	Record    string
	ExpiresAt int64
	RecordID  string
	Stored    int64
}

func (r *uploadRow) fields() []any {
	return []any{&r.ID, &r.PatientID, &r.Size, &r.Sha256, &r.Record, &r.ExpiresAt, &r.RecordID, &r.Stored}
}

const selectUploads = `SELECT u.id, u.patient_id, u.size, u.sha256, u.record, u.expires_at, u.record_id,
	(SELECT COALESCE(SUM(p.size), 0) FROM upload_pieces p WHERE p.upload_id = u.id) AS stored FROM uploads u `

func (r uploadRow) upload() (records.UploadRow, error) {
	u := records.UploadRow{Upload: core.Upload{ID: r.ID, PatientID: r.PatientID, Size: r.Size, SHA256: r.Sha256, Offset: r.Stored,
		Complete: r.RecordID != "", ExpiresAt: fromMicros(r.ExpiresAt), RecordID: r.RecordID}}
	if u.Complete { // its pieces are gone, and so is what was to be said of it
		u.Offset = r.Size
		return u, nil
	}
	if err := json.Unmarshal([]byte(r.Record), &u.Record); err != nil {
		return u, fmt.Errorf("record of upload: %w", err)
	}
	u.Filename, u.LeaveUnread = u.Record.Filename, u.Record.LeaveUnread
	return u, nil
}

// TakeUpload stores a new upload or takes up an unfinished one of the same
// bytes for the same patient.
func (db *DB) TakeUpload(ctx context.Context, id string, n core.NewUpload, now, expires time.Time, ev core.AuditEvent) (u core.Upload, found bool, err error) {
	said, err := json.Marshal(n.Record)
	if err != nil {
		return core.Upload{}, false, fmt.Errorf("encode upload: %w", err)
	}
	user := n.Record.UploadedBy
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := patientExists(ctx, tx, n.Record.PatientID); err != nil {
			return err
		}
		if err := typeUsable(ctx, tx, n.Record.TypeID); err != nil {
			return err
		}
		old, err := sameUpload(ctx, tx, n, now)
		if err != nil {
			return err
		}
		if found = old != ""; found {
			id = old
			_, err = tx.Exec(ctx, "UPDATE uploads SET record = ?, expires_at = ? WHERE id = ?", string(said), micros(expires), id)
		} else if err = roomForUpload(ctx, tx, user, n.Size, now); err == nil {
			_, err = tx.Exec(ctx, `INSERT INTO uploads (id, user_id, patient_id, size, sha256, record, created_at, expires_at)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, id, user, n.Record.PatientID, n.Size, n.SHA256, string(said), micros(now), micros(expires))
		}
		if err != nil {
			return fmt.Errorf("store upload: %w", err)
		}
		row, err := uploadByID(ctx, tx, user, id, now)
		if err != nil {
			return err
		}
		u = row.Upload
		ev.PatientID = n.Record.PatientID
		return db.appendAudit(ctx, tx, withDetail(ev, "upload_id", id))
	})
	return u, found, err
}

// sameUpload finds the user's unfinished upload of the same bytes; "" when
// there is none.
func sameUpload(ctx context.Context, tx *Tx, n core.NewUpload, now time.Time) (id string, err error) {
	if n.SHA256 == "" {
		return "", nil
	}
	err = ask(ctx, tx, `SELECT id FROM uploads WHERE user_id = ? AND patient_id = ? AND size = ? AND sha256 = ? AND record_id = '' AND expires_at > ?
		ORDER BY created_at DESC, id LIMIT 1`, n.Record.UploadedBy, n.Record.PatientID, n.Size, n.SHA256, micros(now)).into(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// roomForUpload bounds what one user may leave unfinished.
func roomForUpload(ctx context.Context, tx *Tx, userID, size int64, now time.Time) error {
	var n, bytes int64
	err := ask(ctx, tx, "SELECT COUNT(*) AS n, COALESCE(SUM(size), 0) AS bytes FROM uploads WHERE user_id = ? AND record_id = '' AND expires_at > ?",
		userID, micros(now)).into(&n, &bytes)
	if err != nil {
		return err
	}
	if n >= core.MaxUploads || bytes+size > core.MaxUploadBytes {
		return core.Errorf(core.CodeConflict,
			"You have %d uploads that are not finished, %d MB together. Finish or cancel one first; what is left alone is removed after a day.", n, bytes>>20)
	}
	return nil
}

// Upload gives an upload of a user.
func (db *DB) Upload(ctx context.Context, userID int64, id string, now time.Time) (records.UploadRow, error) {
	return uploadByID(ctx, db.read, userID, id, now)
}

func uploadByID(ctx context.Context, q querier, userID int64, id string, now time.Time) (records.UploadRow, error) {
	var row uploadRow
	err := ask(ctx, q, selectUploads+"WHERE u.id = ? AND u.user_id = ? AND u.expires_at > ?", id, userID, micros(now)).into(row.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return records.UploadRow{}, uploadNotFound()
	}
	if err != nil {
		return records.UploadRow{}, fmt.Errorf("read upload: %w", err)
	}
	return row.upload()
}

func uploadNotFound() *core.Error {
	return core.Errorf(core.CodeNotFound, "There is no such upload; an unfinished one is removed after a day. Begin again.")
}

// ListUploads gives a user's unfinished uploads, oldest first.
func (db *DB) ListUploads(ctx context.Context, userID int64, now time.Time) ([]core.Upload, error) {
	rows, err := rowsOf(ctx, db.read, (*uploadRow).fields, selectUploads+"WHERE u.user_id = ? AND u.record_id = '' AND u.expires_at > ? ORDER BY u.created_at, u.id", userID, micros(now))
	if err != nil {
		return nil, fmt.Errorf("list uploads: %w", err)
	}
	list := make([]core.Upload, len(rows))
	for i, r := range rows {
		u, err := r.upload()
		if err != nil {
			return nil, err
		}
		list[i] = u.Upload
	}
	return list, nil
}

// AddPiece adds a piece at the end of an unfinished upload.
func (db *DB) AddPiece(ctx context.Context, id string, p records.Piece, expires time.Time) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		r, err := tx.Exec(ctx, `INSERT INTO upload_pieces (upload_id, start, size, blob, wrapped_key)
			SELECT u.id, ?, ?, ?, ? FROM uploads u WHERE u.id = ? AND u.record_id = '' AND u.size >= ?
			AND ? = (SELECT COALESCE(SUM(p.size), 0) FROM upload_pieces p WHERE p.upload_id = u.id)`,
			p.Start, p.Size, p.Blob, p.Wrapped, id, p.Start+p.Size, p.Start)
		if err != nil {
			return fmt.Errorf("store piece: %w", err)
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, core.Errorf(core.CodeConflict, "This piece is not the next one. Ask where the upload stands and go on from there."))
		}
		if _, err := tx.Exec(ctx, "UPDATE uploads SET expires_at = ? WHERE id = ?", micros(expires), id); err != nil {
			return fmt.Errorf("extend upload: %w", err)
		}
		return nil
	})
}

// Pieces gives an upload's pieces in order.
func (db *DB) Pieces(ctx context.Context, id string) ([]records.Piece, error) {
	list, err := rowsOf(ctx, db.read, func(p *records.Piece) []any { return []any{&p.Start, &p.Size, &p.Blob, &p.Wrapped} },
		"SELECT start, size, blob, wrapped_key FROM upload_pieces WHERE upload_id = ? ORDER BY start", id)
	if err != nil {
		return nil, fmt.Errorf("list pieces: %w", err)
	}
	return list, nil
}

// AllPieces reads them in batches, so that no reading transaction stays open meanwhile.
func (db *DB) AllPieces(ctx context.Context, f func(patientID int64, p records.Piece) error) error {
	const batch = 1000
	type row struct {
		patientID int64
		p         records.Piece
	}
	for after := ""; ; {
		rows, err := rowsOf(ctx, db.read, func(r *row) []any { return []any{&r.patientID, &r.p.Start, &r.p.Size, &r.p.Blob, &r.p.Wrapped} },
			`SELECT u.patient_id, p.start, p.size, p.blob, p.wrapped_key FROM upload_pieces p JOIN uploads u ON u.id = p.upload_id
			WHERE p.blob > ? ORDER BY p.blob LIMIT ?`, after, batch)
		if err != nil {
			return fmt.Errorf("list pieces: %w", err)
		}
		for _, r := range rows {
			if err := f(r.patientID, r.p); err != nil {
				return err
			}
			after = r.p.Blob
		}
		if len(rows) < batch {
			return nil
		}
	}
}

// completeUpload says which record an upload has become, once.
func completeUpload(ctx context.Context, tx *Tx, id, recordID string) error {
	r, err := tx.Exec(ctx, "UPDATE uploads SET record_id = ?, record = '{}', sha256 = '' WHERE id = ? AND record_id = ''", recordID, id)
	if err != nil {
		return fmt.Errorf("complete upload: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, core.Errorf(core.CodeConflict, "This upload was finished or cancelled meanwhile. Look at the patient's documents before you send it again."))
	}
	if _, err := tx.Exec(ctx, "DELETE FROM upload_pieces WHERE upload_id = ?", id); err != nil {
		return fmt.Errorf("complete upload: %w", err)
	}
	return nil
}

// RemoveUpload removes an unfinished upload with its pieces.
func (db *DB) RemoveUpload(ctx context.Context, id string, ev *core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := removeUploads(ctx, tx, "u.id = ? AND u.record_id = ''", id); err != nil || ev == nil {
			return err
		}
		return db.appendAudit(ctx, tx, withDetail(*ev, "upload_id", id))
	})
}

// ExpireUploads removes uploads, finished or not, whose time is over.
func (db *DB) ExpireUploads(ctx context.Context, now time.Time) error {
	var due bool
	if err := ask(ctx, db.read, "SELECT EXISTS (SELECT 1 FROM uploads WHERE expires_at <= ?)", micros(now)).into(&due); err != nil || !due {
		return err
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		return removeUploads(ctx, tx, "u.expires_at <= ?", micros(now))
	})
}

func removeUploads(ctx context.Context, tx *Tx, where string, arg any) error {
	_, err := tx.Exec(ctx, "DELETE FROM upload_pieces WHERE upload_id IN (SELECT u.id FROM uploads u WHERE "+where+")", arg)
	if err == nil {
		_, err = tx.Exec(ctx, "DELETE FROM uploads AS u WHERE "+where, arg)
	}
	if err != nil {
		return fmt.Errorf("remove uploads: %w", err)
	}
	return nil
}

// LivePieces says which of the blobs belong to pieces.
func (db *DB) LivePieces(ctx context.Context, blobs []string) (map[string]bool, error) {
	live := make(map[string]bool)
	if len(blobs) == 0 {
		return live, nil
	}
	found, err := column[string](ctx, db.read, "SELECT blob FROM upload_pieces WHERE blob IN "+db.d.texts, jsonList(blobs))
	if err != nil {
		return nil, fmt.Errorf("look for pieces: %w", err)
	}
	for _, name := range found {
		live[name] = true
	}
	return live, nil
}
