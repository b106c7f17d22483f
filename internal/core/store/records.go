package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/records"
)

var (
	_ records.Index        = (*DB)(nil)
	_ core.RecordLifecycle = (*DB)(nil)
)

// recordRow is a live record with the names it refers to.
type recordRow struct {
	ID           string
	PatientID    int64
	TypeID       int64
	TypeName     string
	TypeActive   bool
	TypeCreated  int64
	Loinc        string
	Title        string
	Filename     string
	Mime         string
	Size         int64
	Sha256       string
	DocumentDate string
	UploadedAt   int64
	UploadedBy   int64
	FirstName    string
	LastName     string
	DuplicateOf  string
	JobID        string
	JobStatus    string
	Status       core.RecordStatus
	StatusReason string
	StatusBy     *int64
	StatusAt     *int64
	StatusFirst  string
	StatusLast   string
	Source       string
	ReceivedBy   string
	Tags         string
	PatientCheck core.PatientCheck
	HoldReason   string
	HoldBy       int64
	HoldAt       *int64
	HoldFirst    string
	HoldLast     string
	PartOf       string
	Notes        int
}

func (r *recordRow) fields() []any {
	return []any{&r.ID, &r.PatientID, &r.TypeID, &r.TypeName, &r.TypeActive, &r.TypeCreated, &r.Loinc, &r.Title,
		&r.Filename, &r.Mime, &r.Size, &r.Sha256, &r.DocumentDate, &r.UploadedAt, &r.UploadedBy,
		&r.FirstName, &r.LastName, &r.DuplicateOf, &r.JobID, &r.JobStatus, &r.Status, &r.StatusReason,
		&r.StatusBy, &r.StatusAt, &r.StatusFirst, &r.StatusLast, &r.Source, &r.ReceivedBy, &r.Tags,
		&r.PatientCheck, &r.PartOf, &r.HoldReason, &r.HoldBy, &r.HoldAt, &r.HoldFirst, &r.HoldLast, &r.Notes}
}

// selectRecords ends before its WHERE. A duplicate is only named while the
// record it repeats still counts in the same chart.
const selectRecords = `
SELECT r.id, r.patient_id, r.type_id, t.type_name, t.is_active AS type_active, t.created_at AS type_created, t.loinc,
       r.title, r.filename, r.mime, r.size, r.sha256, r.document_date, r.uploaded_at, r.uploaded_by,
       u.first_name, u.last_name, COALESCE(d.id, '') AS duplicate_of,
       COALESCE(j.id, '') AS job_id, COALESCE(j.status, '') AS job_status,
       r.status, r.status_reason, r.status_by, r.status_at,
       COALESCE(s.first_name, '') AS status_first, COALESCE(s.last_name, '') AS status_last,
       r.source, r.received_by, r.tags, r.patient_check, r.part_of, r.hold_reason, r.hold_by, r.hold_at,
       COALESCE(h.first_name, '') AS hold_first, COALESCE(h.last_name, '') AS hold_last,
       (SELECT COUNT(*) FILTER (WHERE act <> 'entered-in-error') - COUNT(*) FILTER (WHERE act = 'entered-in-error')
        FROM record_notes WHERE record_id = r.id) AS notes
FROM records r
JOIN medical_record_types t ON t.id = r.type_id
JOIN users u ON u.id = r.uploaded_by
LEFT JOIN users s ON s.id = r.status_by
LEFT JOIN users h ON h.id = r.hold_by
LEFT JOIN records d ON d.id = r.duplicate_of AND d.patient_id = r.patient_id AND d.deleted_at IS NULL AND d.status = 'current'
LEFT JOIN ocr_jobs j ON j.id = (
    SELECT id FROM ocr_jobs WHERE record_id = r.id ORDER BY created_at DESC, id DESC LIMIT 1)
`

func (r recordRow) record() (core.Record, error) {
	var date core.Date
	if r.DocumentDate != "" {
		var err error
		if date, err = core.ParseDate(r.DocumentDate); err != nil {
			return core.Record{}, fmt.Errorf("document date of record %s: %w", r.ID, err)
		}
	}
	rec := core.Record{
		ID: r.ID, FileID: r.ID, PatientID: r.PatientID,
		Type: core.RecordType{ID: r.TypeID, TypeName: r.TypeName, IsActive: r.TypeActive,
			CreatedAt: fromMicros(r.TypeCreated), LOINC: r.Loinc},
		Title: r.Title, Filename: r.Filename, MIME: r.Mime, Size: r.Size, SHA256: r.Sha256, DocumentDate: date,
		UploadedAt: fromMicros(r.UploadedAt), UploadedBy: r.UploadedBy,
		UploadedByName: strings.TrimSpace(r.FirstName + " " + r.LastName), DuplicateOf: r.DuplicateOf,
		Status: r.Status, StatusReason: r.StatusReason, StatusAt: fromMicrosPtr(r.StatusAt),
		StatusByName: strings.TrimSpace(r.StatusFirst + " " + r.StatusLast),
		CanAnalyze:   r.Status == core.RecordCurrent && slices.Contains(core.OCRTypes(), r.Mime),
		LOINC:        r.Loinc, Source: r.Source, ReceivedBy: r.ReceivedBy, PatientCheck: r.PatientCheck, PartOf: r.PartOf, Notes: r.Notes,
	}
	if r.StatusBy != nil {
		rec.StatusBy = *r.StatusBy
	}
	if err := json.Unmarshal([]byte(r.Tags), &rec.Tags); err != nil {
		return core.Record{}, fmt.Errorf("tags of record %s: %w", r.ID, err)
	}
	if r.HoldAt != nil {
		rec.LegalHold = &core.LegalHold{Reason: r.HoldReason, By: r.HoldBy, At: fromMicros(*r.HoldAt),
			ByName: strings.TrimSpace(r.HoldFirst + " " + r.HoldLast)}
		if r.HoldBy == 0 {
			rec.LegalHold.ByName = "an administrator"
		}
	}
	if r.JobID != "" {
		rec.LastJob = &core.JobBrief{ID: r.JobID, Status: core.JobStatus(r.JobStatus)}
	}
	return rec.Versioned(), nil
}

// InsertRecord stores a record and the event that tells of it.
func (db *DB) InsertRecord(ctx context.Context, row records.NewRow, ev core.AuditEvent) (rec core.Record, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		rec, err = db.insertRecord(ctx, tx, row, ev)
		return err
	})
	if err != nil {
		return core.Record{}, err
	}
	return rec, nil
}

func (db *DB) insertRecord(ctx context.Context, tx *Tx, row records.NewRow, ev core.AuditEvent) (core.Record, error) {
	if err := patientExists(ctx, tx, row.PatientID); err != nil {
		return core.Record{}, err
	}
	if !row.TakenOver {
		if err := typeUsable(ctx, tx, row.TypeID); err != nil {
			return core.Record{}, err
		}
	}
	duplicate, err := oldestSame(ctx, tx, row.PatientID, row.SHA256)
	if err != nil {
		return core.Record{}, err
	}
	if row.ReceivedBy == "" {
		row.ReceivedBy = "upload"
	}
	_, err = tx.Exec(ctx, `INSERT INTO records (id, patient_id, type_id, title, filename, mime, size, sha256,
		document_date, uploaded_at, uploaded_by, duplicate_of, wrapped_key, source, received_by, tags, part_of)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		row.ID, row.PatientID, row.TypeID, row.Title, row.Filename, row.MIME, row.Size, row.SHA256,
		row.DocumentDate.String(), micros(row.UploadedAt), row.UploadedBy, duplicate, row.Wrapped,
		row.Source, row.ReceivedBy, tagsJSON(row.Tags), row.PartOf)
	if err != nil {
		return core.Record{}, fmt.Errorf("store record: %w", err)
	}
	if row.PartOf == "" { // who sends a document in has seen it
		if err := setReviewed(ctx, tx, row.UploadedBy, row.ID, &row.UploadedAt); err != nil {
			return core.Record{}, err
		}
	}
	if ev.At.IsZero() {
		ev.At = row.UploadedAt
	}
	if row.UploadID != "" {
		if err := completeUpload(ctx, tx, row.UploadID, row.ID); err != nil {
			return core.Record{}, err
		}
	}
	ev.PatientID, ev.RecordID = row.PatientID, row.ID
	if err := db.appendAudit(ctx, tx, ev); err != nil {
		return core.Record{}, err
	}
	return recordByID(ctx, tx, row.ID)
}

// MayInsert gives the error that InsertRecord would for this patient and type.
func (db *DB) MayInsert(ctx context.Context, patientID, typeID int64) error {
	if err := patientExists(ctx, db.read, patientID); err != nil {
		return err
	}
	return typeUsable(ctx, db.read, typeID)
}

func typeUsable(ctx context.Context, q querier, id int64) error {
	var n int
	if err := ask(ctx, q, "SELECT COUNT(*) FROM medical_record_types WHERE id = ? AND is_active", id).into(&n); err != nil {
		return fmt.Errorf("look for record type: %w", err)
	}
	if n > 0 {
		return nil
	}
	err := core.Errorf(core.CodeInvalid, "Invalid medical record type")
	err.Fields = map[string][]string{"medical_record_type_id": {"This type of record does not exist."}}
	return err
}

func oldestSame(ctx context.Context, tx *Tx, patientID int64, sha256 string) (string, error) {
	var id string
	err := ask(ctx, tx, `SELECT id FROM records WHERE patient_id = ? AND sha256 = ? AND deleted_at IS NULL AND status = 'current'
		ORDER BY uploaded_at, id LIMIT 1`, patientID, sha256).into(&id)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("look for duplicates: %w", err)
	}
	return id, nil
}

// Record gives the metadata of a live record, or of a tombstone.
func (db *DB) Record(ctx context.Context, id string) (core.Record, error) {
	return recordByID(ctx, db.read, id)
}

func recordByID(ctx context.Context, q querier, id string) (core.Record, error) {
	var row recordRow
	err := ask(ctx, q, selectRecords+"WHERE r.id = ? AND r.deleted_at IS NULL", id).into(row.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return tombstoneByID(ctx, q, id)
	}
	if err != nil {
		return core.Record{}, fmt.Errorf("read record: %w", err)
	}
	rec, err := row.record()
	if err == nil {
		err = fillParts(ctx, q, &rec)
	}
	return rec, err
}

// fillParts names what a record was split into. Only one that was entered in
// error can have been.
func fillParts(ctx context.Context, q querier, rec *core.Record) error {
	if rec.Status != core.RecordEnteredInError {
		return nil
	}
	var err error
	rec.Parts, err = column[string](ctx, q, "SELECT id FROM records WHERE part_of = ? AND deleted_at IS NULL ORDER BY uploaded_at, id", rec.ID)
	if err != nil {
		return fmt.Errorf("read parts: %w", err)
	}
	return nil
}

// RecordsByPatient lists a patient's current records, newest upload first.
func (db *DB) RecordsByPatient(ctx context.Context, patientID int64) ([]core.Record, error) {
	return db.ListRecords(ctx, core.RecordQuery{PatientID: patientID})
}

// ListRecords lists a patient's records, newest upload first.
func (db *DB) ListRecords(ctx context.Context, q core.RecordQuery) ([]core.Record, error) {
	where := "WHERE r.patient_id = ? AND r.deleted_at IS NULL"
	if !q.All {
		where += " AND r.status = 'current'"
	}
	rows, err := rowsOf(ctx, db.read, (*recordRow).fields, selectRecords+where+" ORDER BY r.uploaded_at DESC, r.id DESC", q.PatientID)
	if err != nil {
		return nil, fmt.Errorf("list records: %w", err)
	}
	list := make([]core.Record, len(rows))
	for i, r := range rows {
		if list[i], err = r.record(); err != nil {
			return nil, err
		}
		if err := fillParts(ctx, db.read, &list[i]); err != nil {
			return nil, err
		}
	}
	if q.All {
		if list, err = addTombstones(ctx, db.read, q.PatientID, list); err != nil {
			return nil, err
		}
	}
	return list, db.fillReviewed(ctx, q, list)
}

// RecordLocation gives what opening a live record's content needs.
func (db *DB) RecordLocation(ctx context.Context, id string) (records.Location, error) {
	var l records.Location
	err := ask(ctx, db.read, "SELECT patient_id, wrapped_key FROM records WHERE id = ? AND deleted_at IS NULL", id).into(&l.PatientID, &l.Wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return records.Location{}, recordNotFound()
	}
	if err != nil {
		return records.Location{}, fmt.Errorf("read record: %w", err)
	}
	return l, nil
}

// DeleteRecord leaves a tombstone: who, when, which type and how large. Key,
// names and hash are gone, and so are jobs and their results.
func (db *DB) DeleteRecord(ctx context.Context, id string, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		rec, err := recordByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := errors.Join(stillThere(rec, ev), unseen(rec, ev), rec.Changeable()); err != nil {
			return err
		}
		if rec.Status == core.RecordMoved {
			return isCurrent(rec)
		}
		if ev.At.IsZero() {
			ev.At = db.now()
		}
		ev.PatientID, ev.RecordID = rec.PatientID, id
		if err := deleteRecord(ctx, tx, id, ev.UserID, ev.At); err != nil {
			return fmt.Errorf("delete record: %w", err)
		}
		return db.appendAudit(ctx, tx, ev)
	})
}

func deleteRecord(ctx context.Context, tx *Tx, id string, by int64, at time.Time) error {
	if err := voidDerived(ctx, tx, id); err != nil {
		return err
	}
	for _, table := range []string{"record_reasons", "record_reviews"} {
		if _, err := tx.Exec(ctx, "DELETE FROM "+table+" WHERE record_id = ?", id); err != nil {
			return err
		}
	}
	if err := deleteReadings(ctx, tx, id); err != nil {
		return err
	}
	if err := settle(ctx, tx, id, micros(at)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE records SET deleted_at = ?, deleted_by = ?, wrapped_key = NULL,
		title = '', filename = '', sha256 = '', document_date = '', status_reason = '', source = '', tags = '[]' WHERE id = ?`, micros(at), by, id)
	return err
}

// KeptElsewhere gives the ids of all records a patient ever had here, and which of them
// are live and have no key of their own.
func (db *DB) KeptElsewhere(ctx context.Context, patientID int64) (map[string]bool, error) {
	type row struct {
		id        string
		elsewhere bool
	}
	found, err := rowsOf(ctx, db.read, func(r *row) []any { return []any{&r.id, &r.elsewhere} },
		"SELECT id, deleted_at IS NULL AND length(wrapped_key) = 0 FROM records WHERE patient_id = ?", patientID)
	if err != nil {
		return nil, fmt.Errorf("look for records kept elsewhere: %w", err)
	}
	ids := make(map[string]bool, len(found))
	for _, r := range found {
		ids[r.id] = r.elsewhere
	}
	return ids, nil
}

// LiveRecords says which of the ids belong to live records.
func (db *DB) LiveRecords(ctx context.Context, ids []string) (map[string]bool, error) {
	live := make(map[string]bool)
	if len(ids) == 0 {
		return live, nil
	}
	found, err := column[string](ctx, db.read, "SELECT id FROM records WHERE deleted_at IS NULL AND id IN "+db.d.texts, jsonList(ids))
	if err != nil {
		return nil, fmt.Errorf("look for live records: %w", err)
	}
	for _, id := range found {
		live[id] = true
	}
	return live, nil
}

func recordNotFound() error {
	return core.Errorf(core.CodeNotFound, "Medical record not found")
}
