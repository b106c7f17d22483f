package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/values"
)

var _ values.Index = (*DB)(nil)

// storeAnalysis keeps what was found in a job that ends now, and tells the
// patient's clinician when the pages speak of somebody else.
func (db *DB) storeAnalysis(ctx context.Context, tx *Tx, j core.Job, a core.Analysis) error {
	if _, err := tx.Exec(ctx, "INSERT INTO ocr_findings (job_id, sealed) VALUES (?, ?)", j.ID, a.Sealed); err != nil {
		return fmt.Errorf("store findings: %w", err)
	}
	// The newest reading says whose document it is, whichever ends last.
	res, err := tx.Exec(ctx, `UPDATE records SET patient_check = ? WHERE id = ? AND NOT EXISTS (SELECT 1 FROM ocr_jobs n
		WHERE n.record_id = records.id AND n.status = 'completed' AND (n.created_at, n.id) > (?, ?))`,
		a.Check, j.RecordID, micros(j.CreatedAt), j.ID)
	if err != nil {
		return fmt.Errorf("store patient check: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return nil
	}
	if a.Check != core.CheckPatient {
		return settle(ctx, tx, j.RecordID, micros(db.now()), noteCheck)
	}
	// Whoever asked for the reading learns of it when nobody is assigned. One open
	// notification is enough, however often the document is read.
	_, err = tx.Exec(ctx, `INSERT INTO notifications (user_id, kind, level, text, patient_id, record_id, job_id, created_at)
		SELECT COALESCE((SELECT c.user_id FROM patient_assignments a JOIN clinicians c ON c.id = a.assigned_clinician_id
			WHERE a.patient_id = ?), ?), ?, 'action', 'A document may belong to another patient.', ?, ?, ?, ?
		WHERE NOT EXISTS (SELECT 1 FROM notifications WHERE record_id = ? AND kind = ? AND done_at IS NULL)`,
		j.PatientID, j.UserID, noteCheck, j.PatientID, j.RecordID, j.ID, micros(db.now()), j.RecordID, noteCheck)
	if err != nil {
		return fmt.Errorf("notify of a patient check: %w", err)
	}
	return nil
}

// UnanalyzedJob gives a completed job of a live record without values.
func (db *DB) UnanalyzedJob(ctx context.Context) (core.Job, bool, error) {
	var row jobRow
	err := ask(ctx, db.read, `SELECT `+jobColumns+` FROM ocr_jobs j WHERE status = 'completed' AND analysis = '' ORDER BY created_at DESC, id DESC LIMIT 1`).into(row.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return core.Job{}, false, nil
	}
	if err != nil {
		return core.Job{}, false, fmt.Errorf("look for jobs without values: %w", err)
	}
	return row.job(), true, nil
}

// SaveAnalysis stores what was found in a job after its end.
func (db *DB) SaveAnalysis(ctx context.Context, j core.Job, a *core.Analysis) error {
	state := core.AnalysisDone
	if a == nil {
		state = core.AnalysisFailed
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		res, err := tx.Exec(ctx, "UPDATE ocr_jobs SET analysis = ? WHERE id = ? AND patient_id = ? AND status = 'completed' AND analysis = ''",
			state, j.ID, j.PatientID)
		if err != nil {
			return fmt.Errorf("store analysis: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return core.Errorf(core.CodeConflict, "The job changed meanwhile.")
		}
		if a == nil {
			return nil
		}
		return db.storeAnalysis(ctx, tx, j, *a)
	})
}

type findingsRow struct {
	JobID        string
	RecordID     string
	PatientID    int64
	PatientCheck string
	UploadedAt   int64
	Lacking      int64
	Sealed       []byte
}

func (r *findingsRow) fields() []any {
	return []any{&r.JobID, &r.RecordID, &r.PatientID, &r.PatientCheck, &r.UploadedAt, &r.Lacking, &r.Sealed}
}

func (r findingsRow) findings() values.FindingsRow {
	return values.FindingsRow{JobID: r.JobID, RecordID: r.RecordID, PatientID: r.PatientID,
		Check: core.PatientCheck(r.PatientCheck), UploadedAt: fromMicros(r.UploadedAt), InPart: r.Lacking > 0, Sealed: r.Sealed}
}

// selectFindings ends before its join with the jobs.
const selectFindings = `
SELECT j.id AS job_id, r.id AS record_id, r.patient_id, r.patient_check, r.uploaded_at,
    j.failed_pages + j.partial_pages AS lacking, f.sealed
FROM records r `

const newestReading = `JOIN ocr_jobs j ON j.id = (
    SELECT id FROM ocr_jobs WHERE record_id = r.id AND status = 'completed' ORDER BY created_at DESC, id DESC LIMIT 1)
LEFT JOIN ocr_findings f ON f.job_id = j.id `

// FindingsOfJob gives the findings of one completed job.
func (db *DB) FindingsOfJob(ctx context.Context, jobID string) (values.FindingsRow, error) {
	return db.oneFindings(ctx, selectFindings+`JOIN ocr_jobs j ON j.record_id = r.id AND j.status = 'completed'
		LEFT JOIN ocr_findings f ON f.job_id = j.id WHERE j.id = ? AND r.deleted_at IS NULL`, jobID)
}

// NewestFindings gives those of a record's newest reading.
func (db *DB) NewestFindings(ctx context.Context, recordID string) (values.FindingsRow, error) {
	return db.oneFindings(ctx, selectFindings+newestReading+"WHERE r.id = ? AND r.deleted_at IS NULL", recordID)
}

func (db *DB) oneFindings(ctx context.Context, query, id string) (values.FindingsRow, error) {
	var row findingsRow
	err := ask(ctx, db.read, query, id).into(row.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return values.FindingsRow{}, core.Errorf(core.CodeNotFound, "The document has not been read.")
	}
	if err != nil {
		return values.FindingsRow{}, fmt.Errorf("read findings: %w", err)
	}
	return row.findings(), nil
}

// FindingsOfPatient gives the newest findings of each of a patient's records.
func (db *DB) FindingsOfPatient(ctx context.Context, patientID int64, trusted bool) ([]values.FindingsRow, error) {
	query := selectFindings + newestReading + "WHERE r.patient_id = ? AND r.deleted_at IS NULL "
	if trusted {
		query += "AND r.status = 'current' AND r.patient_check <> 'check' "
	}
	rows, err := rowsOf(ctx, db.read, (*findingsRow).fields, query+"ORDER BY r.uploaded_at DESC, r.id DESC", patientID)
	if err != nil {
		return nil, fmt.Errorf("list findings: %w", err)
	}
	list := make([]values.FindingsRow, len(rows))
	for i, r := range rows {
		list[i] = r.findings()
	}
	return list, nil
}

// FindingsOfRecords gives the newest findings of some records.
func (db *DB) FindingsOfRecords(ctx context.Context, recordIDs []string, trusted bool) ([]values.FindingsRow, error) {
	if len(recordIDs) == 0 {
		return nil, nil
	}
	query := selectFindings + newestReading + "WHERE r.deleted_at IS NULL "
	if trusted {
		query += "AND r.status = 'current' AND r.patient_check <> 'check' "
	}
	rows, err := rowsOf(ctx, db.read, (*findingsRow).fields, query+"AND r.id IN "+db.d.texts, jsonList(recordIDs))
	if err != nil {
		return nil, fmt.Errorf("list findings: %w", err)
	}
	list := make([]values.FindingsRow, len(rows))
	for i, r := range rows {
		list[i] = r.findings()
	}
	return list, nil
}

// annotation is the columns that what people add to a record has in common.
type annotation struct {
	ID        string
	RecordID  string
	PatientID int64
	ByID      int64
	FirstName string
	LastName  string
	At        int64
	Sealed    []byte
}

func (r *annotation) fields() []any {
	return []any{&r.ID, &r.RecordID, &r.PatientID, &r.ByID, &r.FirstName, &r.LastName, &r.At, &r.Sealed}
}

func (a annotation) name() string { return strings.TrimSpace(a.FirstName + " " + a.LastName) }

// StandingReviews lists the reviews that count, oldest first.
func (db *DB) StandingReviews(ctx context.Context, recordIDs ...string) ([]values.ReviewRow, error) {
	if len(recordIDs) == 0 {
		return nil, nil
	}
	type reviewRow struct {
		annotation
		ValueID string
		Status  string
	}
	rows, err := rowsOf(ctx, db.read, func(r *reviewRow) []any { return append(r.fields(), &r.ValueID, &r.Status) }, `SELECT v.id, v.record_id, v.patient_id, v.reviewed_by AS by_id, u.first_name, u.last_name,
		v.reviewed_at AS at, v.sealed, v.value_id, v.status FROM value_reviews v JOIN users u ON u.id = v.reviewed_by
		WHERE v.record_id IN `+db.d.texts+` AND v.ended_at IS NULL ORDER BY v.reviewed_at, v.id`, jsonList(recordIDs))
	if err != nil {
		return nil, fmt.Errorf("list reviews: %w", err)
	}
	list := make([]values.ReviewRow, len(rows))
	for i, r := range rows {
		list[i] = values.ReviewRow{ID: r.ID, RecordID: r.RecordID, PatientID: r.PatientID, ValueID: r.ValueID,
			Status: core.ReviewStatus(r.Status), By: r.ByID, ByName: r.name(), At: fromMicros(r.At), Sealed: r.Sealed}
	}
	return list, nil
}

// PutReview stores a review in place of the one that stood when it was made.
func (db *DB) PutReview(ctx context.Context, r values.ReviewRow, replaces string, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := stillOf(ctx, tx, r.RecordID, r.PatientID); err != nil {
			return err
		}
		if replaces != "" {
			if err := endReview(ctx, tx, replaces, r.By, r.At); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `INSERT INTO value_reviews (id, record_id, patient_id, value_id, status, reviewed_by, reviewed_at, sealed)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, r.ID, r.RecordID, r.PatientID, r.ValueID, r.Status, r.By, micros(r.At), r.Sealed)
		if tx.d.isUnique(err) {
			return errReviewed()
		}
		if err != nil {
			return fmt.Errorf("store review: %w", err)
		}
		ev.PatientID, ev.RecordID = r.PatientID, r.RecordID
		return db.appendAudit(ctx, tx, ev)
	})
}

// EndReview takes a review back.
func (db *DB) EndReview(ctx context.Context, id string, by int64, at time.Time, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := endReview(ctx, tx, id, by, at); err != nil {
			return err
		}
		return db.appendAudit(ctx, tx, ev)
	})
}

func endReview(ctx context.Context, tx *Tx, id string, by int64, at time.Time) error {
	res, err := tx.Exec(ctx, `UPDATE value_reviews SET ended_by = ?, ended_at = ? WHERE id = ? AND ended_at IS NULL`, by, micros(at), id)
	if err != nil {
		return fmt.Errorf("end review: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return errReviewed()
	}
	return nil
}

func errReviewed() error {
	return core.Errorf(core.CodeConflict, "Somebody else reviewed this value at the same moment. Look at it again.")
}

// LastEnded gives the review of a value that ended last.
func (db *DB) LastEnded(ctx context.Context, recordID, valueID string) (values.EndedReview, error) {
	var id, first, last string
	var at int64
	err := ask(ctx, db.read, `SELECT v.id, u.first_name, u.last_name, v.ended_at FROM value_reviews v JOIN users u ON u.id = v.ended_by
		WHERE v.record_id = ? AND v.value_id = ? AND v.ended_at IS NOT NULL ORDER BY v.ended_at DESC, v.id DESC LIMIT 1`,
		recordID, valueID).into(&id, &first, &last, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return values.EndedReview{}, core.Errorf(core.CodeNotFound, "No review of this value has ended.")
	}
	if err != nil {
		return values.EndedReview{}, fmt.Errorf("read ended reviews: %w", err)
	}
	return values.EndedReview{ID: id, ByName: strings.TrimSpace(first + " " + last), At: fromMicros(at)}, nil
}

// stillOf refuses what was sealed for a patient whose record it is no more.
func stillOf(ctx context.Context, tx *Tx, recordID string, patientID int64) error {
	var n int
	err := ask(ctx, tx, "SELECT COUNT(*) FROM records WHERE id = ? AND patient_id = ? AND deleted_at IS NULL", recordID, patientID).into(&n)
	if err != nil {
		return fmt.Errorf("look for record: %w", err)
	}
	if n == 0 {
		return recordNotFound()
	}
	return nil
}

// CorrectionRows gives histories of corrections.
func (db *DB) CorrectionRows(ctx context.Context, recordID string, page int) ([]values.CorrectionRow, error) {
	type correctionRow struct {
		annotation
		Page   int
		Number int
		Undoes int
		Mac    string
	}
	rows, err := rowsOf(ctx, db.read, func(r *correctionRow) []any { return append(r.fields(), &r.Page, &r.Number, &r.Undoes, &r.Mac) }, `SELECT c.id, c.record_id, c.patient_id, c.author AS by_id, u.first_name, u.last_name, c.at, c.sealed,
		c.page, c.number, c.undoes, c.mac FROM text_corrections c JOIN users u ON u.id = c.author
		WHERE c.record_id = ? AND (? = 0 OR c.page = ?) ORDER BY c.page, c.number`, recordID, page, page)
	if err != nil {
		return nil, fmt.Errorf("list corrections: %w", err)
	}
	list := make([]values.CorrectionRow, len(rows))
	for i, r := range rows {
		list[i] = values.CorrectionRow{ID: r.ID, RecordID: r.RecordID, PatientID: r.PatientID, Page: r.Page, Number: r.Number,
			Undoes: r.Undoes, By: r.ByID, ByName: r.name(), At: fromMicros(r.At), Sealed: r.Sealed, MAC: r.Mac}
	}
	return list, nil
}

// AddCorrection appends to a page's history.
func (db *DB) AddCorrection(ctx context.Context, c values.CorrectionRow, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := stillOf(ctx, tx, c.RecordID, c.PatientID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO text_corrections (id, record_id, patient_id, page, number, undoes, author, at, sealed, mac)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.ID, c.RecordID, c.PatientID, c.Page, c.Number, c.Undoes, c.By, micros(c.At), c.Sealed, c.MAC)
		if tx.d.isUnique(err) {
			return core.Errorf(core.CodeConflict, "Somebody else corrected this page at the same moment. Look at it again.")
		}
		if err != nil {
			return fmt.Errorf("store correction: %w", err)
		}
		if err := dropDraft(ctx, tx, c.RecordID, c.Page, c.By); err != nil {
			return err
		}
		ev.PatientID, ev.RecordID = c.PatientID, c.RecordID
		return db.appendAudit(ctx, tx, ev)
	})
}

// NewestResolution gives the last decision on a record's patient.
func (db *DB) NewestResolution(ctx context.Context, recordID string) (values.ResolutionRow, error) {
	var r annotation
	err := ask(ctx, db.read, `SELECT c.id, c.record_id, c.patient_id, c.decided_by AS by_id, u.first_name, u.last_name, c.decided_at AS at, c.sealed
		FROM check_resolutions c JOIN users u ON u.id = c.decided_by WHERE c.record_id = ? ORDER BY c.decided_at DESC, c.id DESC LIMIT 1`,
		recordID).into(r.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return values.ResolutionRow{}, core.Errorf(core.CodeNotFound, "Nobody has decided on this document's patient.")
	}
	if err != nil {
		return values.ResolutionRow{}, fmt.Errorf("read resolution: %w", err)
	}
	return values.ResolutionRow{ID: r.ID, RecordID: r.RecordID, PatientID: r.PatientID, By: r.ByID, ByName: r.name(),
		At: fromMicros(r.At), Sealed: r.Sealed}, nil
}

// AddResolution stores a decision and lifts the doubt.
func (db *DB) AddResolution(ctx context.Context, r values.ResolutionRow, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		rec, err := recordByID(ctx, tx, r.RecordID)
		if err != nil {
			return err
		}
		if err := unseen(rec, ev); err != nil {
			return err
		}
		res, err := tx.Exec(ctx, `UPDATE records SET patient_check = ? WHERE id = ? AND patient_id = ? AND patient_check = ? AND deleted_at IS NULL`,
			core.CheckResolved, r.RecordID, r.PatientID, core.CheckPatient)
		if err != nil {
			return fmt.Errorf("lift patient check: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return core.Errorf(core.CodeConflict, "The patient of this document is not in doubt.")
		}
		_, err = tx.Exec(ctx, `INSERT INTO check_resolutions (id, record_id, patient_id, decided_by, decided_at, sealed) VALUES (?, ?, ?, ?, ?, ?)`,
			r.ID, r.RecordID, r.PatientID, r.By, micros(r.At), r.Sealed)
		if err != nil {
			return fmt.Errorf("store resolution: %w", err)
		}
		if err := settle(ctx, tx, r.RecordID, micros(r.At), noteCheck); err != nil {
			return err
		}
		ev.PatientID, ev.RecordID = r.PatientID, r.RecordID
		return db.appendAudit(ctx, tx, ev)
	})
}
