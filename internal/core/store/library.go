package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/text"
)

var _ core.Library = (*DB)(nil)

// jobsInState are conditions for core.JobQuery.State, on jobs j.
var jobsInState = map[string]string{
	"running": "j.status IN ('pending', 'processing')",
	"failed": `j.status = 'failed' AND EXISTS (SELECT 1 FROM records r WHERE r.id = j.record_id AND r.deleted_at IS NULL AND r.status = 'current')
		AND NOT EXISTS (SELECT 1 FROM ocr_jobs k WHERE k.record_id = j.record_id AND (k.created_at, k.id) > (j.created_at, j.id))`,
}

// openStates are the states whose jobs are kept in open_jobs, with the column of
// clinicians that counts them.
var openStates = map[string]struct {
	failed int
	column string
}{"running": {0, "running_jobs"}, "failed": {1, "failed_jobs"}}

// CountJobs counts the jobs that q asks for, whatever its Limit.
func (db *DB) CountJobs(ctx context.Context, q core.JobQuery) (int, error) {
	text := `SELECT COUNT(*) FROM ocr_jobs j JOIN patient_assignments a ON a.patient_id = j.patient_id WHERE a.assigned_clinician_id = ?`
	if open, ok := openStates[q.State]; ok {
		text = "SELECT " + open.column + " FROM clinicians WHERE id = ?"
	}
	var n int
	if err := ask(ctx, db.read, text, q.ClinicianID).into(&n); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("count jobs: %w", err)
	}
	return n, nil
}

// JobQueue says how many jobs wait and run, whosever they are, and since when the oldest
// of those that wait does; zero when none does.
func (db *DB) JobQueue(ctx context.Context) (waiting, running int, since time.Time, err error) {
	var oldest int64
	err = ask(ctx, db.read, `SELECT COUNT(CASE WHEN status = 'pending' THEN 1 END), COUNT(CASE WHEN status = 'processing' THEN 1 END),
		COALESCE(MIN(CASE WHEN status = 'pending' THEN created_at END), 0) FROM ocr_jobs WHERE status IN ('pending', 'processing')`).into(&waiting, &running, &oldest)
	if err != nil {
		return 0, 0, time.Time{}, fmt.Errorf("look at the queue: %w", err)
	}
	if oldest > 0 {
		since = fromMicros(oldest)
	}
	return waiting, running, since, nil
}

// documentDay is what documents r are ordered by: their date, or the day they came in.
func (d *dialect) documentDay() string {
	return "CASE r.document_date WHEN '' THEN " + d.day("r.uploaded_at") + " ELSE r.document_date END"
}

// newestRead is the newest completed job of record r.
const newestRead = `(SELECT j.id FROM ocr_jobs j WHERE j.record_id = r.id AND j.status = 'completed' ORDER BY j.created_at DESC, j.id DESC LIMIT 1)`

// currentOf is from FROM on all current records of a clinician's patients, or
// of one of them.
func currentOf(clinicianID, patientID int64) (string, []any) {
	if patientID != 0 {
		return `FROM records r JOIN patient_assignments a ON a.patient_id = r.patient_id
			WHERE r.patient_id = ? AND a.assigned_clinician_id = ? AND r.deleted_at IS NULL AND r.status = 'current'`, []any{patientID, clinicianID}
	}
	return `FROM patient_assignments a JOIN records r ON r.patient_id = a.patient_id
		WHERE a.assigned_clinician_id = ? AND r.deleted_at IS NULL AND r.status = 'current'`, []any{clinicianID}
}

// ReadDocuments lists what a search goes through, newest document first.
func (db *DB) ReadDocuments(ctx context.Context, clinicianID, patientID int64, after string, limit int) ([]core.ReadDocument, error) {
	from, args := currentOf(clinicianID, patientID)
	dayOf := db.d.documentDay()
	inner := "SELECT r.id AS record_id, r.patient_id, " + dayOf + " AS day, r.uploaded_at, COALESCE(" + newestRead + ", '') AS job_id, EXISTS (SELECT 1 FROM record_notes n WHERE n.record_id = r.id) AS noted " + from
	where := "job_id <> ''"
	if after != "" {
		var day string
		var uploadedAt int64
		err := ask(ctx, db.read, "SELECT "+dayOf+" AS day, r.uploaded_at "+from+" AND r.id = ?", append(args[:len(args):len(args)], after)...).into(&day, &uploadedAt)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, invalid("cursor", "This is not a page of this list, or the list has changed. Search again from the beginning.")
		}
		if err != nil {
			return nil, fmt.Errorf("find the page: %w", err)
		}
		where += " AND (day, uploaded_at, record_id) < (?, ?, ?)"
		args = append(args, day, uploadedAt, after)
	}
	list, err := rowsOf(ctx, db.read, func(d *core.ReadDocument) []any { return []any{&d.RecordID, &d.PatientID, &d.JobID, &d.Noted} }, "SELECT record_id, patient_id, job_id, noted FROM ("+inner+") d WHERE "+where+
		" ORDER BY day DESC, uploaded_at DESC, record_id DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("list read documents: %w", err)
	}
	return list, nil
}

// newestLeft is how many pages of the newest reading of record r were not read, or not whole;
// NULL where there is none.
const newestLeft = `(SELECT j.failed_pages + j.partial_pages FROM ocr_jobs j WHERE j.record_id = r.id AND j.status = 'completed'
	ORDER BY j.created_at DESC, j.id DESC LIMIT 1)`

// Readable counts current records, those without text, and those read in part.
func (db *DB) Readable(ctx context.Context, clinicianID, patientID int64) (of core.Coverage, err error) {
	from, args := currentOf(clinicianID, patientID)
	err = ask(ctx, db.read, "SELECT COUNT(*), COALESCE(SUM(left_out IS NULL), 0), COALESCE(SUM(left_out > 0), 0) FROM (SELECT "+newestLeft+" AS left_out "+from+") d", args...).
		into(&of.Documents, &of.NotRead, &of.InPart)
	if err != nil {
		return of, fmt.Errorf("count unread documents: %w", err)
	}
	return of, nil
}

// describedRow is what a hit says of its record.
type describedRow struct {
	ID           string
	PatientID    int64
	Title        string
	TypeName     string
	DocumentDate string
	UploadedAt   int64
	PatientCheck core.PatientCheck
	LastName     string
	FirstName    string
	NameTitle    string
	Mrn          string
	DateOfBirth  string
}

func (r *describedRow) fields() []any {
	return []any{&r.ID, &r.PatientID, &r.Title, &r.TypeName, &r.DocumentDate, &r.UploadedAt, &r.PatientCheck,
		&r.LastName, &r.FirstName, &r.NameTitle, &r.Mrn, &r.DateOfBirth}
}

// DescribeDocuments gives what hits in these records say of them.
func (db *DB) DescribeDocuments(ctx context.Context, clinicianID int64, recordIDs []string) (map[string]core.TextHit, error) {
	out := make(map[string]core.TextHit, len(recordIDs))
	if len(recordIDs) == 0 {
		return out, nil
	}
	rows, err := rowsOf(ctx, db.read, (*describedRow).fields, `SELECT r.id, r.patient_id, r.title, y.type_name, r.document_date, r.uploaded_at, r.patient_check,
		u.last_name, u.first_name, p.title AS name_title, p.mrn, p.date_of_birth
		FROM records r JOIN medical_record_types y ON y.id = r.type_id JOIN patients p ON p.id = r.patient_id JOIN users u ON u.id = p.user_id
		WHERE r.deleted_at IS NULL AND r.id IN `+db.d.texts, jsonList(recordIDs))
	if err != nil {
		return nil, fmt.Errorf("describe documents: %w", err)
	}
	alerts := make([]string, len(rows))
	names := make([]alerted, len(rows))
	for i, r := range rows {
		names[i] = alerted{r.PatientID, text.PersonSound(r.LastName, r.FirstName), &alerts[i]}
	}
	if clinicianID != 0 {
		if err := db.alert(ctx, clinicianID, names); err != nil {
			return nil, err
		}
	}
	for i, r := range rows {
		dated, err1 := storedDate(r.DocumentDate)
		born, err2 := storedDate(r.DateOfBirth)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("describe record %s: %w", r.ID, err)
		}
		out[r.ID] = core.TextHit{
			PatientID: r.PatientID, PatientName: core.DisplayName(r.LastName, r.FirstName, r.NameTitle), PatientMRN: shownMRN(r.Mrn), PatientBorn: born, NameAlert: alerts[i],
			RecordID: r.ID, Title: r.Title, TypeName: r.TypeName, DocumentDate: dated, UploadedAt: fromMicros(r.UploadedAt), PatientCheck: r.PatientCheck,
		}
	}
	return out, nil
}
