package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/ocr"
	"clinician/internal/core/records"
)

// MoveRecord gives a record to another patient. Everything is one transaction:
// whatever ends the process, the record is in one chart, under that patient's key.
func (db *DB) MoveRecord(ctx context.Context, id string, m records.Move, ev core.AuditEvent) (stone core.Record, err error) {
	if ev.At.IsZero() {
		ev.At = db.now()
	}
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		rec, err := recordByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := errors.Join(stillThere(rec, ev), unseen(rec, ev), rec.Changeable(), isCurrent(rec)); err != nil {
			return err
		}
		if rec.PatientID == m.PatientID {
			return core.Errorf(core.CodeConflict, "This record is in that patient's chart already.")
		}
		if err := patientExists(ctx, tx, m.PatientID); err != nil {
			return err
		}
		for _, step := range []func(context.Context, *Tx, core.Record, records.Move, core.AuditEvent) error{
			moveRow, moveJobs, movePages, moveCorrections, moveRest, putTombstone, leaveNotes, leaveTasks, settleAll, tellClinicians, db.auditMove,
		} {
			if err := step(ctx, tx, rec, m, ev); err != nil {
				return fmt.Errorf("move record: %w", err)
			}
		}
		stone, err = tombstoneByID(ctx, tx, m.TombstoneID)
		return err
	})
	if err != nil {
		return core.Record{}, err
	}
	return stone, nil
}

// moveRow changes the row itself: patient, key, and what depends on the chart.
func moveRow(ctx context.Context, tx *Tx, rec core.Record, m records.Move, _ core.AuditEvent) error {
	var wrapped []byte
	if err := ask(ctx, tx, "SELECT wrapped_key FROM records WHERE id = ?", rec.ID).into(&wrapped); err != nil {
		return err
	}
	wrapped, err := m.RewrapKey(ctx, rec.PatientID, wrapped)
	if err != nil {
		return err
	}
	duplicate, err := oldestSame(ctx, tx, m.PatientID, rec.SHA256)
	if err != nil {
		return err
	}
	// The identifiers that were given belong to the chart, not to the document:
	// namesakes share them. So the pages are compared with the new chart, too.
	_, err = tx.Exec(ctx, "UPDATE records SET patient_id = ?, wrapped_key = ?, duplicate_of = ?, patient_check = ? WHERE id = ?",
		m.PatientID, wrapped, duplicate, core.CheckNone, rec.ID)
	return err
}

// moveJobs takes the record's jobs along. One that runs loses its claim, so that
// nothing more is stored under the old patient's key, and waits to go on: its
// attempt number stays, for it is what fences the old run off. Who is told of the
// ending is the new patient's clinician.
func moveJobs(ctx context.Context, tx *Tx, rec core.Record, m records.Move, ev core.AuditEvent) error {
	user, err := clinicianUser(ctx, tx, m.PatientID)
	if err != nil {
		return err
	}
	if user == 0 {
		user = ev.UserID
	}
	if _, err := tx.Exec(ctx, "UPDATE ocr_jobs SET patient_id = ? WHERE record_id = ?", m.PatientID, rec.ID); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE ocr_jobs SET status = 'pending', node = '', user_id = ?
		WHERE record_id = ? AND status IN ('pending', 'processing')`, user, rec.ID)
	return err
}

// movePages wraps the keys of what was read anew, one page in memory at a time.
func movePages(ctx context.Context, tx *Tx, rec core.Record, m records.Move, _ core.AuditEvent) error {
	type page struct {
		JobID string
		Page  int
	}
	pages, err := rowsOf(ctx, tx, func(p *page) []any { return []any{&p.JobID, &p.Page} }, `SELECT p.job_id, p.page FROM ocr_pages p JOIN ocr_jobs j ON j.id = p.job_id
		WHERE j.record_id = ? ORDER BY p.job_id, p.page`, rec.ID)
	if err != nil {
		return err
	}
	for _, p := range pages {
		var sealed []byte
		if err := ask(ctx, tx, "SELECT sealed FROM ocr_pages WHERE job_id = ? AND page = ?", p.JobID, p.Page).into(&sealed); err != nil {
			return err
		}
		if sealed, err = m.RewrapBytes(ctx, rec.PatientID, ocr.PageSubject(p.JobID, p.Page), sealed); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE ocr_pages SET sealed = ? WHERE job_id = ? AND page = ?", sealed, p.JobID, p.Page); err != nil {
			return err
		}
	}
	return nil
}

// moveRest voids what was concluded for the other patient, and makes the record
// unread: nobody has looked at it in its new chart.
func moveRest(ctx context.Context, tx *Tx, rec core.Record, m records.Move, ev core.AuditEvent) error {
	if err := voidDerived(ctx, tx, rec.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM record_reviews WHERE record_id = ?", rec.ID); err != nil {
		return err
	}
	return addReason(ctx, tx, rec.ID, m.Reason, ev)
}

func putTombstone(ctx context.Context, tx *Tx, rec core.Record, m records.Move, ev core.AuditEvent) error {
	_, err := tx.Exec(ctx, `INSERT INTO record_tombstones (id, patient_id, type_id, moved_to, reason, moved_by, moved_at, uploaded_at, uploaded_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, m.TombstoneID, rec.PatientID, rec.Type.ID, rec.ID, m.Reason, ev.UserID, micros(ev.At),
		micros(rec.UploadedAt), rec.UploadedBy)
	return err
}

// settleAll ends what the old chart's people were to do about the record: it is
// out of their reach.
func settleAll(ctx context.Context, tx *Tx, rec core.Record, _ records.Move, ev core.AuditEvent) error {
	return settle(ctx, tx, rec.ID, micros(ev.At))
}

// tellClinicians notifies the clinicians of both charts, each of their own.
func tellClinicians(ctx context.Context, tx *Tx, rec core.Record, m records.Move, ev core.AuditEvent) error {
	err := notifyClinician(ctx, tx, rec.PatientID, m.TombstoneID, "record_moved", "info", "A record was moved out of this chart.", ev)
	if err != nil {
		return err
	}
	return notifyClinician(ctx, tx, m.PatientID, rec.ID, "record_added", "action", "A record was moved into this chart.", ev)
}

// notifyClinician tells the clinician of a patient, if there is one.
func notifyClinician(ctx context.Context, tx *Tx, patientID int64, recordID, kind, level, text string, ev core.AuditEvent) error {
	user, err := clinicianUser(ctx, tx, patientID)
	if err != nil || user == 0 {
		return err
	}
	row := notificationRow{UserID: user, Kind: kind, Level: level, Text: text, PatientID: &patientID, RecordID: &recordID, CreatedAt: micros(ev.At)}
	return row.insert(ctx, tx)
}

// ClinicianUser gives the user id of a patient's clinician; 0: there is none.
func (db *DB) ClinicianUser(ctx context.Context, patientID int64) (int64, error) {
	return clinicianUser(ctx, db.read, patientID)
}

// clinicianUser gives the user id of a patient's clinician; 0: there is none.
func clinicianUser(ctx context.Context, q querier, patientID int64) (int64, error) {
	var user int64
	err := ask(ctx, q, `SELECT c.user_id FROM patient_assignments a JOIN clinicians c ON c.id = a.assigned_clinician_id
		WHERE a.patient_id = ?`, patientID).into(&user)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return user, err
}

// auditMove writes the act into both charts. The record's id joins the two.
func (db *DB) auditMove(ctx context.Context, tx *Tx, rec core.Record, m records.Move, ev core.AuditEvent) error {
	out, in := ev, ev
	out.Detail = map[string]any{"direction": "out", "tombstone": m.TombstoneID}
	in.Detail = map[string]any{"direction": "in"}
	if err := db.auditRecord(ctx, tx, rec, out); err != nil {
		return err
	}
	rec.PatientID = m.PatientID
	return db.auditRecord(ctx, tx, rec, in)
}

// SplitRecord stores the parts and enters the original in error.
func (db *DB) SplitRecord(ctx context.Context, id, reason string, rows []records.NewRow, ev core.AuditEvent) (original core.Record, made []core.Record, err error) {
	original, err = db.changeRecord(ctx, id, reason, ev, func(ctx context.Context, tx *Tx, rec core.Record, ev core.AuditEvent) error {
		if err := errors.Join(rec.Changeable(), isCurrent(rec)); err != nil {
			return err
		}
		made = nil
		for _, row := range rows {
			row.PartOf = id
			part := ev
			part.Action, part.Detail = core.ActionCreate, map[string]any{"part_of": id}
			made1, err := db.insertRecord(ctx, tx, row, part)
			if err != nil {
				return err
			}
			made = append(made, made1)
			if row.PatientID == rec.PatientID {
				continue
			}
			if err := notifyClinician(ctx, tx, row.PatientID, row.ID, "record_added", "action", "A record was moved into this chart.", ev); err != nil {
				return err
			}
		}
		return setStatus(ctx, tx, id, core.RecordEnteredInError, reason, ev)
	})
	if err != nil {
		return core.Record{}, nil, err
	}
	return original, made, nil
}

// tombstoneRow is what stays of a moved record in its old chart.
type tombstoneRow struct {
	ID                    string
	PatientID             int64
	TypeID                int64
	TypeName              string
	TypeActive            bool
	TypeCreated           int64
	Loinc                 string
	MovedTo               string
	Reason                string
	MovedBy               int64
	MovedAt               int64
	UploadedAt            int64
	UploadedBy            int64
	FirstName, LastName   string
	MovedFirst, MovedLast string
	Notes                 int
}

func (r *tombstoneRow) fields() []any {
	return []any{&r.ID, &r.PatientID, &r.TypeID, &r.TypeName, &r.TypeActive, &r.TypeCreated, &r.Loinc, &r.MovedTo,
		&r.Reason, &r.MovedBy, &r.MovedAt, &r.UploadedAt, &r.UploadedBy, &r.FirstName, &r.LastName,
		&r.MovedFirst, &r.MovedLast, &r.Notes}
}

const selectTombstones = `
SELECT x.id, x.patient_id, x.type_id, t.type_name, t.is_active AS type_active, t.created_at AS type_created, t.loinc,
       x.moved_to, x.reason, x.moved_by, x.moved_at, x.uploaded_at, x.uploaded_by, u.first_name, u.last_name,
       m.first_name AS moved_first, m.last_name AS moved_last,
       (SELECT COUNT(*) FILTER (WHERE act <> 'entered-in-error') - COUNT(*) FILTER (WHERE act = 'entered-in-error')
        FROM record_notes WHERE record_id = x.id) AS notes
FROM record_tombstones x
JOIN medical_record_types t ON t.id = x.type_id
JOIN users u ON u.id = x.uploaded_by
JOIN users m ON m.id = x.moved_by
`

func (r tombstoneRow) record() core.Record {
	rec := core.Record{
		ID: r.ID, FileID: r.ID, PatientID: r.PatientID,
		Type: core.RecordType{ID: r.TypeID, TypeName: r.TypeName, IsActive: r.TypeActive,
			CreatedAt: fromMicros(r.TypeCreated), LOINC: r.Loinc},
		LOINC: r.Loinc, UploadedAt: fromMicros(r.UploadedAt), UploadedBy: r.UploadedBy,
		UploadedByName: strings.TrimSpace(r.FirstName + " " + r.LastName), Tags: []string{},
		Status: core.RecordMoved, StatusReason: r.Reason, MovedTo: r.MovedTo, StatusBy: r.MovedBy,
		StatusByName: strings.TrimSpace(r.MovedFirst + " " + r.MovedLast), StatusAt: fromMicrosPtr(&r.MovedAt), Notes: r.Notes,
	}
	return rec.Versioned()
}

func tombstoneByID(ctx context.Context, q querier, id string) (core.Record, error) {
	var row tombstoneRow
	err := ask(ctx, q, selectTombstones+"WHERE x.id = ?", id).into(row.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return core.Record{}, recordNotFound()
	}
	if err != nil {
		return core.Record{}, fmt.Errorf("read record: %w", err)
	}
	return row.record(), nil
}

// addTombstones puts a patient's tombstones where their records stood.
func addTombstones(ctx context.Context, q querier, patientID int64, list []core.Record) ([]core.Record, error) {
	rows, err := rowsOf(ctx, q, (*tombstoneRow).fields, selectTombstones+"WHERE x.patient_id = ?", patientID)
	if err != nil {
		return nil, fmt.Errorf("list moved records: %w", err)
	}
	for _, r := range rows {
		list = append(list, r.record())
	}
	slices.SortStableFunc(list, func(a, b core.Record) int {
		return cmp.Or(b.UploadedAt.Compare(a.UploadedAt), cmp.Compare(b.ID, a.ID))
	})
	return list, nil
}

// AllRecords calls f for each live record, in the order of their ids.
func (db *DB) AllRecords(ctx context.Context, f func(records.Stored) error) error {
	const batch = 1000
	for after := ""; ; {
		rows, err := rowsOf(ctx, db.read, storedFields,
			`SELECT id, patient_id, wrapped_key, size, sha256 FROM records
			WHERE deleted_at IS NULL AND id > ? ORDER BY id LIMIT ?`, after, batch)
		if err != nil {
			return fmt.Errorf("list records: %w", err)
		}
		for _, r := range rows {
			if err := f(r); err != nil {
				return err
			}
			after = r.ID
		}
		if len(rows) < batch {
			return nil
		}
	}
}

func storedFields(r *records.Stored) []any {
	return []any{&r.ID, &r.PatientID, &r.Wrapped, &r.Size, &r.SHA256}
}

// SampleRecords looks at the ends of the table only, so that many tombstones there, or
// many records that are kept elsewhere, make it smaller and not slower.
func (db *DB) SampleRecords(ctx context.Context, limit int) (sample []records.Stored, err error) {
	const looked = 100
	for _, order := range []string{"ASC", "DESC"} {
		rows, err := rowsOf(ctx, db.read, storedFields, `SELECT id, patient_id, wrapped_key, size, sha256
			FROM (SELECT * FROM records ORDER BY rowid `+order+` LIMIT ?)
			WHERE deleted_at IS NULL AND LENGTH(wrapped_key) > 0 LIMIT ?`, looked, (limit+1)/2)
		if err != nil {
			return nil, fmt.Errorf("read some records: %w", err)
		}
		sample = append(sample, rows...)
	}
	return sample, nil
}
