package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clinician/internal/core"
)

// unreadPlace is where a page of unread records ends. It is kept in the cursor
// and not looked up: the record there may be reviewed or gone by the next page.
type unreadPlace struct {
	UploadedAt int64
	ID         string
	PatientID  int64
}

func (r *unreadPlace) fields() []any {
	return []any{&r.UploadedAt, &r.ID, &r.PatientID}
}

func (p unreadPlace) String() string { return strconv.FormatInt(p.UploadedAt, 10) + "." + p.ID }

func parseUnreadPlace(cursor string) (p unreadPlace, err error) {
	at, id, ok := strings.Cut(cursor, ".")
	if p.UploadedAt, err = strconv.ParseInt(at, 10, 64); err != nil || !ok || id == "" {
		return p, invalid("cursor", "This is not a page of this list. Start again from its beginning.")
	}
	p.ID = id
	return p, nil
}

// handOver gives what is unread of a patient, and the patient's open jobs, to the
// clinician who has the patient now. What happens to records, reviews and jobs
// keeps these tables by triggers.
func handOver(ctx context.Context, tx *Tx, patientID int64) error {
	for _, q := range []string{
		"DELETE FROM unread_records WHERE record_id IN (SELECT id FROM records WHERE patient_id = ?)",
		`INSERT INTO unread_records (clinician_id, uploaded_at, record_id, patient_id)
			SELECT clinician_id, uploaded_at, record_id, patient_id FROM unread_records_now WHERE patient_id = ?`,
		"DELETE FROM open_jobs WHERE record_id IN (SELECT record_id FROM ocr_jobs WHERE patient_id = ?)",
		`INSERT INTO open_jobs SELECT clinician_id, failed, created_at, job_id, record_id, patient_id FROM open_jobs_now WHERE patient_id = ?`,
	} {
		if _, err := tx.Exec(ctx, q, patientID); err != nil {
			return fmt.Errorf("hand over: %w", err)
		}
	}
	var at int64
	if err := ask(ctx, tx, "SELECT updated_at FROM patient_assignments WHERE patient_id = ?", patientID).into(&at); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return fmt.Errorf("hand over: %w", err)
	}
	return failTasks(ctx, tx, patientID, "", "the patient is not with its receiver any more.", at)
}

// UnreadOf counts the unread current records of a clinician's patients.
func (db *DB) UnreadOf(ctx context.Context, clinicianID int64) (int, error) {
	var n int
	err := ask(ctx, db.read, "SELECT unread_count FROM clinicians WHERE id = ?", clinicianID).into(&n)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("count unread records: %w", err)
	}
	return n, nil
}

// UnreadIDs gives the unread current records of some of a clinician's patients.
func (db *DB) UnreadIDs(ctx context.Context, clinicianID int64, patients []int64) (map[int64][]string, error) {
	out := make(map[int64][]string, len(patients))
	if len(patients) == 0 {
		return out, nil
	}
	// Of a patient's few records, and not of the clinician's many that are unread.
	rows, err := rowsOf(ctx, db.read, (*unreadPlace).fields, `SELECT u.uploaded_at, u.record_id AS id, u.patient_id FROM records r
		JOIN unread_records u ON u.clinician_id = ? AND u.uploaded_at = r.uploaded_at AND u.record_id = r.id
		WHERE r.deleted_at IS NULL AND r.status = 'current' AND r.patient_id IN `+db.d.ids, clinicianID, jsonList(patients))
	if err != nil {
		return nil, fmt.Errorf("list unread records of patients: %w", err)
	}
	for _, r := range rows {
		out[r.PatientID] = append(out[r.PatientID], r.ID)
	}
	return out, nil
}

// UnreadRecords lists a page of the unread current records of a clinician's
// patients, newest upload first.
func (db *DB) UnreadRecords(ctx context.Context, q core.UnreadQuery) (core.UnreadPage, error) {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	if q.After != "" {
		return db.unreadBehind(ctx, q)
	}
	page := core.UnreadPage{Records: []core.UnreadRecord{}, AsAt: db.now()}
	where, args := "u.clinician_id = ?", []any{q.ClinicianID}
	if q.Cursor != "" {
		after, err := parseUnreadPlace(q.Cursor)
		if err != nil {
			return page, err
		}
		where += " AND (u.uploaded_at, u.record_id) < (?, ?)"
		args = append(args, after.UploadedAt, after.ID)
	}
	var err error
	if page.Count, err = db.UnreadOf(ctx, q.ClinicianID); err != nil {
		return page, err
	}
	places, err := rowsOf(ctx, db.read, (*unreadPlace).fields, `SELECT u.uploaded_at, u.record_id AS id, r.patient_id FROM unread_records u JOIN records r ON r.id = u.record_id
		WHERE `+where+" ORDER BY u.uploaded_at DESC, u.record_id DESC LIMIT ?", append(args, q.Limit+1)...)
	if err != nil {
		return page, fmt.Errorf("list unread records: %w", err)
	}
	if len(places) > q.Limit {
		places = places[:q.Limit]
		page.Next = places[q.Limit-1].String()
	}
	return page, db.fillUnreadPage(ctx, q.ClinicianID, places, &page)
}

// unreadBehind lists what stands behind a record, or from the beginning.
func (db *DB) unreadBehind(ctx context.Context, q core.UnreadQuery) (core.UnreadPage, error) {
	var from unreadPlace
	err := ask(ctx, db.read, `SELECT r.uploaded_at, r.id, r.patient_id FROM records r JOIN patient_assignments a ON a.patient_id = r.patient_id
		WHERE r.id = ? AND a.assigned_clinician_id = ?`, q.After, q.ClinicianID).into(from.fields()...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return core.UnreadPage{}, fmt.Errorf("find a record among the unread: %w", err)
	}
	q.After = ""
	if err == nil {
		q.Cursor = from.String()
	}
	page, err := db.UnreadRecords(ctx, q)
	if err != nil || len(page.Records) > 0 || q.Cursor == "" {
		return page, err
	}
	q.Cursor = ""
	q.Limit++ // for from itself, which ends the list
	page, err = db.UnreadRecords(ctx, q)
	page.Around = true
	page.Records = slices.DeleteFunc(page.Records, func(u core.UnreadRecord) bool { return u.Record.ID == from.ID })
	if len(page.Records) == q.Limit {
		page.Records = page.Records[:q.Limit-1]
		last := page.Records[q.Limit-2].Record
		page.Next = unreadPlace{UploadedAt: last.UploadedAt.UnixMilli(), ID: last.ID}.String()
	}
	return page, err
}

// fillUnreadPage adds what stands at the places. What was moved or deleted
// since they were found is left out.
func (db *DB) fillUnreadPage(ctx context.Context, clinicianID int64, places []unreadPlace, page *core.UnreadPage) error {
	if len(places) == 0 {
		return nil
	}
	ids, patientIDs := make([]string, len(places)), make([]int64, len(places))
	for i, p := range places {
		ids[i], patientIDs[i] = p.ID, p.PatientID
	}
	rows, err := rowsOf(ctx, db.read, (*recordRow).fields, selectRecords+"WHERE r.deleted_at IS NULL AND r.status = 'current' AND r.id IN "+db.d.texts, jsonList(ids))
	if err != nil {
		return fmt.Errorf("read unread records: %w", err)
	}
	records := make(map[string]core.Record, len(rows))
	for _, r := range rows {
		rec, err := r.record()
		if err != nil {
			return err
		}
		records[r.ID] = rec
	}
	patients, err := db.summaries(ctx, clinicianID, patientIDs)
	if err != nil {
		return err
	}
	for _, p := range places {
		rec, ok := records[p.ID]
		if patient, mine := patients[rec.PatientID]; ok && mine {
			page.Records = append(page.Records, core.UnreadRecord{Patient: patient, Record: rec})
		}
	}
	return nil
}

// someSummaries gives some patients, as far as they are a clinician's. The plus is
// as in ownUnread.
func (d *dialect) someSummaries() string {
	return "SELECT " + summaryColumns + " FROM patient_assignments a " + summaryJoins +
		" WHERE +a.assigned_clinician_id = ? AND a.patient_id IN " + d.ids
}

// summaries gives some of a clinician's patients as lists show them.
func (db *DB) summaries(ctx context.Context, clinicianID int64, ids []int64) (map[int64]core.PatientSummary, error) {
	rows, err := rowsOf(ctx, db.read, (*summaryRow).fields, db.d.someSummaries(), clinicianID, jsonList(ids))
	if err != nil {
		return nil, fmt.Errorf("read patients: %w", err)
	}
	list := make([]core.PatientSummary, len(rows))
	for i, r := range rows {
		if list[i], err = r.summary(); err != nil {
			return nil, fmt.Errorf("read patient %d: %w", r.ID, err)
		}
	}
	out := make(map[int64]core.PatientSummary, len(list))
	for _, p := range list {
		out[p.ID] = p
	}
	return out, nil
}
