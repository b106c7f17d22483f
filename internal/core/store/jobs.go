package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/ocr"
)

var _ ocr.Store = (*DB)(nil)

// jobRow is an OCR job as stored.
type jobRow struct {
	ID           string
	RecordID     string
	PatientID    int64
	UserID       int64
	FileName     string
	FileType     string
	FileSize     int64
	Language     string
	ForceOCR     bool
	Status       core.JobStatus
	Message      string
	Progress     int
	Page         int
	Pages        int
	FailedPages  int
	PartialPages int
	ETASeconds   *int
	Error        string
	Model        string
	Seq          int64
	CreatedAt    int64
	StartedAt    *int64
	CompletedAt  *int64
	Attempts     int
	Node         string
	LeaseUntil   int64
	Priority     int
	RetryOf      string
	Analysis     string
	Position     int

	LastName, FirstName, Title, Mrn, DateOfBirth string // of the patient, in lists of several
}

// jobColumns are of ocr_jobs j; fields is where they go.
const jobColumns = `j.id, j.record_id, j.patient_id, j.user_id, j.file_name, j.file_type, j.file_size, j.language, j.force_ocr,
	j.status, j.message, j.progress, j.page, j.pages, j.failed_pages, j.partial_pages, j.eta_seconds, j.error, j.model, j.seq,
	j.created_at, j.started_at, j.completed_at, j.attempts, j.node, j.lease_until, j.priority, j.retry_of, j.analysis`

func (r *jobRow) fields() []any {
	return []any{&r.ID, &r.RecordID, &r.PatientID, &r.UserID, &r.FileName, &r.FileType, &r.FileSize, &r.Language, &r.ForceOCR,
		&r.Status, &r.Message, &r.Progress, &r.Page, &r.Pages, &r.FailedPages, &r.PartialPages, &r.ETASeconds, &r.Error, &r.Model, &r.Seq,
		&r.CreatedAt, &r.StartedAt, &r.CompletedAt, &r.Attempts, &r.Node, &r.LeaseUntil, &r.Priority, &r.RetryOf, &r.Analysis}
}

// ownColumns names columns where no other table stands beside theirs.
func ownColumns(columns string) string { return strings.ReplaceAll(columns, "j.", "") }

// placed is fields with the position, named with the patient as well.
func (r *jobRow) placed() []any { return append(r.fields(), &r.Position) }
func (r *jobRow) named() []any {
	return append(r.placed(), &r.LastName, &r.FirstName, &r.Title, &r.Mrn, &r.DateOfBirth)
}

// insert stores a new job.
func (r *jobRow) insert(ctx context.Context, tx *Tx) error {
	_, err := tx.Exec(ctx, insert("ocr_jobs", ownColumns(jobColumns)),
		r.ID, r.RecordID, r.PatientID, r.UserID, r.FileName, r.FileType, r.FileSize, r.Language, r.ForceOCR,
		r.Status, r.Message, r.Progress, r.Page, r.Pages, r.FailedPages, r.PartialPages, r.ETASeconds, r.Error, r.Model, r.Seq,
		r.CreatedAt, r.StartedAt, r.CompletedAt, r.Attempts, r.Node, r.LeaseUntil, r.Priority, r.RetryOf, r.Analysis)
	return err
}

// jobPosition counts the jobs that wait before one that waits.
const jobPosition = `CASE WHEN j.status = 'pending' THEN (SELECT COUNT(*) FROM ocr_jobs p
	WHERE p.status = 'pending' AND (p.priority, p.created_at, p.id) < (j.priority, j.created_at, j.id)) ELSE 0 END AS position`

func newJobRow(j core.Job) jobRow {
	return jobRow{
		Priority: rank(j.Priority), RetryOf: j.RetryOf, Analysis: j.Analysis,
		ID: j.ID, RecordID: j.RecordID, PatientID: j.PatientID, UserID: j.UserID,
		FileName: j.FileName, FileType: j.FileType, FileSize: j.FileSize, Language: j.Language, ForceOCR: j.ForceOCR,
		Status: j.Status, Message: j.Message, Progress: j.Progress, Page: j.Page, Pages: j.Pages,
		FailedPages: j.FailedPages, PartialPages: j.PartialPages, ETASeconds: j.ETASeconds, Error: j.Error, Model: j.Model, Seq: j.Seq,
		CreatedAt: micros(j.CreatedAt), StartedAt: microsPtr(j.StartedAt), CompletedAt: microsPtr(j.CompletedAt),
	}
}

// rank is a priority as the queue sorts it; what is not known is normal.
func rank(p core.Priority) int {
	return max(0, slices.Index(core.Ranks(), cmp.Or(p, core.PriorityNormal)))
}

func (r jobRow) job() core.Job {
	return core.Job{
		Priority: core.Ranks()[r.Priority], RetryOf: r.RetryOf, Analysis: r.Analysis, Attempts: r.Attempts,
		ID: r.ID, RecordID: r.RecordID, PatientID: r.PatientID, UserID: r.UserID,
		FileName: r.FileName, FileType: r.FileType, FileSize: r.FileSize, Language: r.Language, ForceOCR: r.ForceOCR,
		Status: r.Status, Message: r.Message, Progress: r.Progress, Position: r.Position, Page: r.Page, Pages: r.Pages,
		FailedPages: r.FailedPages, PartialPages: r.PartialPages, ETASeconds: r.ETASeconds, Error: r.Error, Model: r.Model, Seq: r.Seq,
		CreatedAt: fromMicros(r.CreatedAt), StartedAt: fromMicrosPtr(r.StartedAt), CompletedAt: fromMicrosPtr(r.CompletedAt),
	}
}

var (
	errNoJob     = core.Errorf(core.CodeNotFound, "Job not found")
	errJobEnded  = core.Errorf(core.CodeConflict, "The job has already ended.")
	errLostClaim = core.Errorf(core.CodeConflict, "The job is no longer this node's to run.")
)

// CreateJob stores a new job, unless one like it has not ended.
func (db *DB) CreateJob(ctx context.Context, j core.Job, ev core.AuditEvent) (out core.Job, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		id, err := sameReading(ctx, tx, j)
		if err != nil {
			return err
		}
		if id == "" {
			row := newJobRow(j)
			if err := row.insert(ctx, tx); err != nil {
				return fmt.Errorf("store job: %w", err)
			}
			id = j.ID
		}
		if out, err = jobByID(ctx, tx, id); err != nil {
			return err
		}
		ev.JobID = id
		return db.appendAudit(ctx, tx, ev)
	})
	return out, err
}

// sameReading gives the job that reads the same record in the same way already, if
// there is one, and makes it as urgent as j. One that nobody asked for may have done so
// before j was asked for: by becoming as urgent it has been asked for, and the next wish
// is one to have the record read again.
func sameReading(ctx context.Context, tx *Tx, j core.Job) (string, error) {
	const unasked = 3 // the rank of core.PriorityArrival
	done := rank(j.Priority) < unasked && j.RetryOf == ""
	var id string
	err := ask(ctx, tx, `SELECT id FROM ocr_jobs WHERE record_id = ? AND language = ? AND force_ocr = ? AND (status IN ('pending', 'processing')
		OR ? AND status = 'completed' AND failed_pages = 0 AND priority >= ?)
		ORDER BY completed_at IS NOT NULL, priority, created_at, id LIMIT 1`, j.RecordID, j.Language, j.ForceOCR, done, unasked).into(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err == nil {
		_, err = tx.Exec(ctx, "UPDATE ocr_jobs SET priority = "+tx.d.least("priority", "?")+" WHERE id = ?", rank(j.Priority), id)
	}
	if err != nil {
		return "", fmt.Errorf("look for a job like it: %w", err)
	}
	return id, nil
}

// HastenJobs puts what waits for a record in front.
func (db *DB) HastenJobs(ctx context.Context, recordID string) (bool, error) {
	const slow = "record_id = ? AND status IN ('pending', 'processing') AND priority > 0"
	var waits bool
	err := ask(ctx, db.read, "SELECT EXISTS (SELECT 1 FROM ocr_jobs WHERE "+slow+")", recordID).into(&waits)
	if err == nil && waits { // a look at a page is no reason to write
		err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
			_, err := tx.Exec(ctx, "UPDATE ocr_jobs SET priority = 0 WHERE "+slow, recordID)
			return err
		})
	}
	if err != nil {
		return false, fmt.Errorf("hasten jobs: %w", err)
	}
	return waits, nil
}

// Job gives a job with its position.
func (db *DB) Job(ctx context.Context, id string) (core.Job, error) { return jobByID(ctx, db.read, id) }

func jobByID(ctx context.Context, q querier, id string) (core.Job, error) {
	var j jobRow
	err := ask(ctx, q, "SELECT "+jobColumns+", "+jobPosition+" FROM ocr_jobs j WHERE j.id = ?", id).into(j.placed()...)
	if errors.Is(err, sql.ErrNoRows) {
		return core.Job{}, errNoJob
	}
	if err != nil {
		return core.Job{}, fmt.Errorf("read job: %w", err)
	}
	return j.job(), nil
}

// jobsQuery writes q as SQL; named says that it names the patients, too.
func jobsQuery(q core.JobQuery) (text string, args []any, named bool) {
	named = q.ClinicianID != 0 && q.RecordID == ""
	text = "SELECT " + jobColumns + ", " + jobPosition
	from, where, order := " FROM ocr_jobs j", "TRUE", "j.created_at DESC, j.id DESC"
	if named {
		text += ", u.last_name, u.first_name, p.title, p.mrn, p.date_of_birth"
		from += " JOIN patients p ON p.id = j.patient_id JOIN users u ON u.id = p.user_id"
	}
	open, isOpen := openStates[q.State]
	switch {
	case named && isOpen: // what is open is few, and stands in order
		from = " FROM open_jobs o CROSS JOIN ocr_jobs j ON j.id = o.job_id" + from[len(" FROM ocr_jobs j"):]
		where, args = "o.clinician_id = ? AND o.failed = ?", append(args, q.ClinicianID, open.failed)
		order = "o.created_at DESC, o.job_id DESC"
	case q.ClinicianID != 0:
		where, args = where+" AND j.patient_id IN (SELECT patient_id FROM patient_assignments WHERE assigned_clinician_id = ?)", append(args, q.ClinicianID)
	}
	if q.RecordID != "" {
		where, args = where+" AND j.record_id = ?", append(args, q.RecordID)
	} else {
		where += " AND EXISTS (SELECT 1 FROM records r WHERE r.id = j.record_id AND r.deleted_at IS NULL AND r.status = 'current')"
	}
	if state := jobsInState[q.State]; state != "" && !(named && isOpen) {
		where += " AND " + state
	}
	return text + from + " WHERE " + where + " ORDER BY " + order + " LIMIT ?", append(args, q.Limit), named
}

// Jobs lists jobs, newest first.
func (db *DB) Jobs(ctx context.Context, q core.JobQuery) ([]core.Job, error) {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	text, args, named := jobsQuery(q)
	fields := (*jobRow).placed
	if named {
		fields = (*jobRow).named
	}
	rows, err := rowsOf(ctx, db.read, fields, text, args...)
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	jobs := make([]core.Job, len(rows))
	for i, r := range rows {
		jobs[i] = r.job()
		if !named {
			continue
		}
		born, err := storedDate(r.DateOfBirth)
		if err != nil {
			return nil, fmt.Errorf("read job %s: %w", r.ID, err)
		}
		jobs[i].PatientName, jobs[i].PatientMRN, jobs[i].PatientBorn = core.DisplayName(r.LastName, r.FirstName, r.Title), shownMRN(r.Mrn), born
	}
	return jobs, nil
}

// CancelJob ends a job, whoever runs it.
func (db *DB) CancelJob(ctx context.Context, id string, at time.Time, ev core.AuditEvent) (core.Job, error) {
	var out core.Job
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		res, err := tx.Exec(ctx, `UPDATE ocr_jobs SET status = ?, message = 'Cancelled', completed_at = ?, eta_seconds = NULL, node = '', seq = seq + 1
			WHERE id = ? AND status IN ('pending', 'processing')`, core.JobCancelled, micros(at), id)
		if err != nil {
			return fmt.Errorf("cancel job: %w", err)
		}
		if out, err = jobByID(ctx, tx, id); err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errJobEnded
		}
		ev.PatientID, ev.RecordID, ev.JobID = out.PatientID, out.RecordID, out.ID
		return db.appendAudit(ctx, tx, ev)
	})
	return out, err
}

// ClaimJob takes the next job for a node.
func (db *DB) ClaimJob(ctx context.Context, node string, now, lease time.Time) (ocr.Claim, core.Job, bool, error) {
	const next = `SELECT id FROM ocr_jobs WHERE status = 'pending' OR (status = 'processing' AND lease_until < ?)
		ORDER BY priority, created_at, id LIMIT 1`
	var id string
	// Looking first costs a reader; only a find costs a write.
	if err := ask(ctx, db.read, next, micros(now)).into(&id); errors.Is(err, sql.ErrNoRows) {
		return ocr.Claim{}, core.Job{}, false, nil
	} else if err != nil {
		return ocr.Claim{}, core.Job{}, false, fmt.Errorf("look for a job: %w", err)
	}
	var j jobRow
	found := false
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		err := ask(ctx, tx, `UPDATE ocr_jobs SET status = 'processing', node = ?, lease_until = ?, attempts = attempts + 1,
			started_at = COALESCE(started_at, ?) WHERE id = (`+next+`) RETURNING `+ownColumns(jobColumns),
			node, micros(lease), micros(now), micros(now)).into(j.fields()...)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		found = err == nil
		return err
	})
	if err != nil || !found {
		return ocr.Claim{}, core.Job{}, false, err
	}
	return ocr.Claim{JobID: j.ID, Node: node, Attempt: j.Attempts}, j.job(), true, nil
}

// claimed changes a job only while the claim holds.
func claimed(ctx context.Context, tx *Tx, c ocr.Claim, set string, args ...any) error {
	res, err := tx.Exec(ctx, "UPDATE ocr_jobs SET "+set+" WHERE id = ? AND status = 'processing' AND node = ? AND attempts = ?",
		append(args, c.JobID, c.Node, c.Attempt)...)
	if err != nil {
		return fmt.Errorf("update job: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return errLostClaim
	}
	return nil
}

// RenewClaim prolongs a lease.
func (db *DB) RenewClaim(ctx context.Context, c ocr.Claim, lease time.Time) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		return claimed(ctx, tx, c, "lease_until = ?", micros(lease))
	})
}

// MoreUrgentWaits looks for a job that goes before this one.
func (db *DB) MoreUrgentWaits(ctx context.Context, jobID string) (bool, error) {
	var waits bool
	err := ask(ctx, db.read, `SELECT EXISTS (SELECT 1 FROM ocr_jobs
		WHERE status = 'pending' AND priority < (SELECT priority FROM ocr_jobs WHERE id = ?))`, jobID).into(&waits)
	if err != nil {
		return false, fmt.Errorf("look for a more urgent job: %w", err)
	}
	return waits, nil
}

// RequeueJobs puts back a node's own jobs after a crash.
func (db *DB) RequeueJobs(ctx context.Context, node string) (int, error) {
	var n int64
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		res, err := tx.Exec(ctx, `UPDATE ocr_jobs SET status = 'pending', node = '', seq = seq + 1, message = ?, eta_seconds = NULL
			WHERE status = 'processing' AND node = ?`, messageGoesOn, node)
		if err != nil {
			return fmt.Errorf("put jobs back: %w", err)
		}
		n, err = res.RowsAffected()
		return err
	})
	return int(n), err
}

// messageGoesOn is what a job says that was begun and waits again.
const messageGoesOn = "Waiting to go on"

// ReleaseJob puts a job back that this node will not finish.
func (db *DB) ReleaseJob(ctx context.Context, c ocr.Claim) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		return claimed(ctx, tx, c, "status = 'pending', node = '', attempts = attempts - 1, seq = seq + 1, message = ?, eta_seconds = NULL", messageGoesOn)
	})
}

// SaveProgress stores how far a job is.
func (db *DB) SaveProgress(ctx context.Context, c ocr.Claim, j core.Job) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error { return saveProgress(ctx, tx, c, j) })
}

func saveProgress(ctx context.Context, tx *Tx, c ocr.Claim, j core.Job) error {
	return claimed(ctx, tx, c, "message = ?, progress = ?, page = ?, pages = ?, failed_pages = ?, partial_pages = ?, eta_seconds = ?, model = ?, seq = ?",
		j.Message, j.Progress, j.Page, j.Pages, j.FailedPages, j.PartialPages, j.ETASeconds, j.Model, j.Seq)
}

// FinishJob stores a job's ending with what was found, and says so in the audit log.
func (db *DB) FinishJob(ctx context.Context, c ocr.Claim, j core.Job, a *core.Analysis, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := saveProgress(ctx, tx, c, j); err != nil {
			return err
		}
		err := claimed(ctx, tx, c, "status = ?, error = ?, completed_at = ?, analysis = ?", j.Status, j.Error, microsPtr(j.CompletedAt), j.Analysis)
		if err == nil && a != nil {
			err = db.storeAnalysis(ctx, tx, j, *a)
		}
		if err == nil && j.Status == core.JobCompleted { // what of it still is missing is said anew
			err = settle(ctx, tx, j.RecordID, micros(db.now()), noteFailed, notePartial)
		}
		if err != nil {
			return err
		}
		return db.appendAudit(ctx, tx, ev)
	})
}
