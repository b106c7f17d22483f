package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clinician/internal/core"
	"clinician/internal/core/ocr"
)

var _ ocr.Store = (*DB)(nil)

// jobRow is an OCR job as stored.
type jobRow struct {
	bun.BaseModel `bun:"table:ocr_jobs,alias:j"`
	ID            string `bun:",pk"`
	RecordID      string
	PatientID     int64
	UserID        int64
	FileName      string
	FileType      string
	FileSize      int64
	Language      string
	ForceOCR      bool `bun:"force_ocr"`
	Status        core.JobStatus
	Message       string
	Progress      int
	Page          int
	Pages         int
	FailedPages   int
	ETASeconds    *int `bun:"eta_seconds"`
	Error         string
	Model         string
	Seq           int64
	CreatedAt     int64
	StartedAt     *int64
	CompletedAt   *int64
	Attempts      int
	Node          string
	LeaseUntil    int64
	Priority      int
	RetryOf       string
	Analysis      string
	Position      int `bun:",scanonly"`

	LastName, FirstName, Title, Mrn, DateOfBirth string `bun:",scanonly"` // of the patient, in lists of several
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
		FailedPages: j.FailedPages, ETASeconds: j.ETASeconds, Error: j.Error, Model: j.Model, Seq: j.Seq,
		CreatedAt: micros(j.CreatedAt), StartedAt: microsPtr(j.StartedAt), CompletedAt: microsPtr(j.CompletedAt),
	}
}

// rank is a priority as the queue sorts it; what is not known is normal.
func rank(p core.Priority) int {
	return max(0, slices.Index(core.Priorities(), cmp.Or(p, core.PriorityNormal)))
}

func (r jobRow) job() core.Job {
	return core.Job{
		Priority: core.Priorities()[r.Priority], RetryOf: r.RetryOf, Analysis: r.Analysis, Attempts: r.Attempts,
		ID: r.ID, RecordID: r.RecordID, PatientID: r.PatientID, UserID: r.UserID,
		FileName: r.FileName, FileType: r.FileType, FileSize: r.FileSize, Language: r.Language, ForceOCR: r.ForceOCR,
		Status: r.Status, Message: r.Message, Progress: r.Progress, Position: r.Position, Page: r.Page, Pages: r.Pages,
		FailedPages: r.FailedPages, ETASeconds: r.ETASeconds, Error: r.Error, Model: r.Model, Seq: r.Seq,
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
	err = db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		id, err := unfinished(ctx, tx, j)
		if err != nil {
			return err
		}
		if id == "" {
			row := newJobRow(j)
			if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
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

// unfinished gives the job that reads the same record in the same way
// already, if there is one, and makes it as urgent as j.
func unfinished(ctx context.Context, tx bun.Tx, j core.Job) (string, error) {
	var id string
	err := tx.NewRaw(`SELECT id FROM ocr_jobs WHERE record_id = ? AND language = ? AND force_ocr = ? AND status IN ('pending', 'processing')
		ORDER BY priority, created_at, id LIMIT 1`, j.RecordID, j.Language, j.ForceOCR).Scan(ctx, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err == nil {
		_, err = tx.NewRaw("UPDATE ocr_jobs SET priority = MIN(priority, ?) WHERE id = ?", rank(j.Priority), id).Exec(ctx)
	}
	if err != nil {
		return "", fmt.Errorf("look for a job like it: %w", err)
	}
	return id, nil
}

// Job gives a job with its position.
func (db *DB) Job(ctx context.Context, id string) (core.Job, error) { return jobByID(ctx, db.read, id) }

func jobByID(ctx context.Context, q bun.IDB, id string) (core.Job, error) {
	var row jobRow
	err := q.NewSelect().Model(&row).ColumnExpr("j.*").ColumnExpr(jobPosition).Where("j.id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return core.Job{}, errNoJob
	}
	if err != nil {
		return core.Job{}, fmt.Errorf("read job: %w", err)
	}
	return row.job(), nil
}

// Jobs lists jobs, newest first.
func (db *DB) Jobs(ctx context.Context, q core.JobQuery) ([]core.Job, error) {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	var rows []jobRow
	sel := db.read.NewSelect().Model(&rows).ColumnExpr("j.*").ColumnExpr(jobPosition).
		OrderExpr("j.created_at DESC, j.id DESC").Limit(int64(q.Limit))
	if q.ClinicianID != 0 {
		sel = sel.Where("j.patient_id IN (SELECT patient_id FROM patient_assignments WHERE assigned_clinician_id = ?)", q.ClinicianID)
	}
	named := q.ClinicianID != 0 && q.RecordID == ""
	if named {
		sel = sel.ColumnExpr("u.last_name, u.first_name, p.title, p.mrn, p.date_of_birth").
			Join("JOIN patients AS p ON p.id = j.patient_id").Join("JOIN users AS u ON u.id = p.user_id")
	}
	if q.RecordID != "" {
		sel = sel.Where("j.record_id = ?", q.RecordID)
	} else {
		sel = sel.Where("j.record_id IN (SELECT id FROM records WHERE deleted_at IS NULL AND status = 'current')")
	}
	if where := jobsInState[q.State]; where != "" {
		sel = sel.Where(where)
	}
	if err := sel.Scan(ctx); err != nil {
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
		jobs[i].PatientName, jobs[i].PatientMRN, jobs[i].PatientBorn = core.DisplayName(r.LastName, r.FirstName, r.Title), r.Mrn, born
	}
	return jobs, nil
}

// CancelJob ends a job, whoever runs it.
func (db *DB) CancelJob(ctx context.Context, id string, at time.Time, ev core.AuditEvent) (core.Job, error) {
	var out core.Job
	err := db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Table("ocr_jobs").
			Set("status = ?", core.JobCancelled).Set("message = ?", "Cancelled").Set("completed_at = ?", micros(at)).
			Set("eta_seconds = NULL, node = '', seq = seq + 1").
			Where("id = ? AND status IN ('pending', 'processing')", id).Exec(ctx)
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
	if err := db.read.NewRaw(next, micros(now)).Scan(ctx, &id); errors.Is(err, sql.ErrNoRows) {
		return ocr.Claim{}, core.Job{}, false, nil
	} else if err != nil {
		return ocr.Claim{}, core.Job{}, false, fmt.Errorf("look for a job: %w", err)
	}
	var row jobRow
	found := false
	err := db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		err := tx.NewRaw(`UPDATE ocr_jobs SET status = 'processing', node = ?, lease_until = ?, attempts = attempts + 1,
			started_at = COALESCE(started_at, ?) WHERE id = (`+next+`) RETURNING *`,
			node, micros(lease), micros(now), micros(now)).Scan(ctx, &row)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		found = err == nil
		return err
	})
	if err != nil || !found {
		return ocr.Claim{}, core.Job{}, false, err
	}
	return ocr.Claim{JobID: row.ID, Node: node, Attempt: row.Attempts}, row.job(), true, nil
}

// claimed makes update apply only while the claim holds.
func claimed(ctx context.Context, update *bun.UpdateQuery, c ocr.Claim) error {
	res, err := update.Where("id = ? AND status = 'processing' AND node = ? AND attempts = ?", c.JobID, c.Node, c.Attempt).Exec(ctx)
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
	return db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		return claimed(ctx, tx.NewUpdate().Table("ocr_jobs").Set("lease_until = ?", micros(lease)), c)
	})
}

// MoreUrgentWaits looks for a job that goes before this one.
func (db *DB) MoreUrgentWaits(ctx context.Context, jobID string) (bool, error) {
	waits, err := db.read.NewSelect().Table("ocr_jobs").
		Where("status = 'pending' AND priority < (SELECT priority FROM ocr_jobs WHERE id = ?)", jobID).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("look for a more urgent job: %w", err)
	}
	return waits, nil
}

// RequeueJobs puts back a node's own jobs after a crash.
func (db *DB) RequeueJobs(ctx context.Context, node string) (int, error) {
	var n int64
	err := db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Table("ocr_jobs").Set("status = ?", core.JobPending).Set("node = '', seq = seq + 1").
			Set("message = ?", messageGoesOn).Set("eta_seconds = NULL").
			Where("status = 'processing' AND node = ?", node).Exec(ctx)
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
	return db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		return claimed(ctx, tx.NewUpdate().Table("ocr_jobs").
			Set("status = ?", core.JobPending).Set("node = '', attempts = attempts - 1, seq = seq + 1").
			Set("message = ?", messageGoesOn).Set("eta_seconds = NULL"), c)
	})
}

// SaveProgress stores how far a job is.
func (db *DB) SaveProgress(ctx context.Context, c ocr.Claim, j core.Job) error {
	return db.Write(ctx, func(ctx context.Context, tx bun.Tx) error { return saveProgress(ctx, tx, c, j) })
}

func saveProgress(ctx context.Context, tx bun.Tx, c ocr.Claim, j core.Job) error {
	return claimed(ctx, tx.NewUpdate().Table("ocr_jobs").
		Set("message = ?", j.Message).Set("progress = ?", j.Progress).Set("page = ?", j.Page).Set("pages = ?", j.Pages).
		Set("failed_pages = ?", j.FailedPages).Set("eta_seconds = ?", j.ETASeconds).Set("model = ?", j.Model).
		Set("seq = ?", j.Seq), c)
}

// SavePage stores a finished page and the progress it makes.
func (db *DB) SavePage(ctx context.Context, c ocr.Claim, j core.Job, p ocr.SealedPage) error {
	return db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := saveProgress(ctx, tx, c, j); err != nil {
			return err
		}
		_, err := tx.NewRaw("INSERT INTO ocr_pages (job_id, page, failed, sealed) VALUES (?, ?, ?, ?)",
			c.JobID, p.Page, p.Failed, p.Sealed).Exec(ctx)
		if err != nil {
			return fmt.Errorf("store page: %w", err)
		}
		return nil
	})
}

// FinishJob stores a job's ending with what was found, and says so in the audit log.
func (db *DB) FinishJob(ctx context.Context, c ocr.Claim, j core.Job, a *core.Analysis, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := saveProgress(ctx, tx, c, j); err != nil {
			return err
		}
		err := claimed(ctx, tx.NewUpdate().Table("ocr_jobs").
			Set("status = ?", j.Status).Set("error = ?", j.Error).Set("completed_at = ?", microsPtr(j.CompletedAt)).
			Set("analysis = ?", j.Analysis), c)
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

// pageRow is a finished page as stored.
type pageRow struct {
	Page   int
	Failed bool
	Sealed []byte
}

// DonePages lists finished pages without their content.
func (db *DB) DonePages(ctx context.Context, jobID string) ([]ocr.SealedPage, error) {
	return db.pages(ctx, "SELECT page, failed FROM ocr_pages WHERE job_id = ? ORDER BY page", jobID)
}

// SealedPages gives one page or all of them.
func (db *DB) SealedPages(ctx context.Context, jobID string, page int) ([]ocr.SealedPage, error) {
	if page == 0 {
		return db.pages(ctx, "SELECT page, failed, sealed FROM ocr_pages WHERE job_id = ? ORDER BY page", jobID)
	}
	pages, err := db.pages(ctx, "SELECT page, failed, sealed FROM ocr_pages WHERE job_id = ? AND page = ?", jobID, page)
	if err == nil && len(pages) == 0 {
		err = core.Errorf(core.CodeNotFound, "Page %d is not finished.", page)
	}
	return pages, err
}

func (db *DB) pages(ctx context.Context, query string, args ...any) ([]ocr.SealedPage, error) {
	var rows []pageRow
	if err := db.read.NewRaw(query, args...).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read pages: %w", err)
	}
	pages := make([]ocr.SealedPage, len(rows))
	for i, r := range rows {
		pages[i] = ocr.SealedPage(r)
	}
	return pages, nil
}
