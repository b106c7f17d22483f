package store

import (
	"context"
	"fmt"

	"clinician/internal/core"
)

// neverRead are current records of the kinds in a JSON list that no job has read or reads.
const neverRead = `r.deleted_at IS NULL AND r.status = 'current' AND r.mime IN (SELECT value FROM json_each(?))
	AND NOT EXISTS (SELECT 1 FROM ocr_jobs j WHERE j.record_id = r.id)`

// Backlog counts the documents that can be read by how far that is.
func (db *DB) Backlog(ctx context.Context) (b core.Backlog, err error) {
	kinds := jsonList(core.OCRTypes())
	for _, q := range []struct {
		to    *int
		where string
	}{
		{&b.NotRead, neverRead},
		{&b.Waiting, neverReadYet("j.status IN ('pending', 'processing')")},
		{&b.Failed, neverReadYet("j.status IN ('failed', 'cancelled')")},
		{&b.Documents, "r.deleted_at IS NULL AND r.status = 'current' AND r.mime IN (SELECT value FROM json_each(?))"},
	} {
		if err := ask(ctx, db.read, "SELECT COUNT(*) FROM records r WHERE "+q.where, kinds).into(q.to); err != nil {
			return b, fmt.Errorf("count the backlog: %w", err)
		}
	}
	return b, nil
}

// neverReadYet are those whose newest job is as state says, and that no job has read.
func neverReadYet(state string) string {
	return `r.deleted_at IS NULL AND r.status = 'current' AND r.mime IN (SELECT value FROM json_each(?))
		AND EXISTS (SELECT 1 FROM ocr_jobs j WHERE j.record_id = r.id AND ` + state + `
			AND NOT EXISTS (SELECT 1 FROM ocr_jobs n WHERE n.record_id = r.id AND (n.created_at, n.id) > (j.created_at, j.id)))
		AND NOT EXISTS (SELECT 1 FROM ocr_jobs d WHERE d.record_id = r.id AND d.status = 'completed')`
}

// backlogRow is a record to be read, and for whom.
type backlogRow struct {
	ID, Filename, Mime string
	PatientID          int64
	Size               int64
	UserID             int64
}

func (r *backlogRow) fields() []any {
	return []any{&r.ID, &r.Filename, &r.Mime, &r.PatientID, &r.Size, &r.UserID}
}

// NeverRead gives at most limit of the records that no job has read or reads, the newest
// first, each for the patient's clinician, who has to do with what it says, or else for
// who brought it.
func (db *DB) NeverRead(ctx context.Context, limit int) ([]core.JobRequest, error) {
	rows, err := rowsOf(ctx, db.read, (*backlogRow).fields, `SELECT r.id, r.filename, r.mime, r.patient_id, r.size,
		COALESCE((SELECT c.user_id FROM patient_assignments a JOIN clinicians c ON c.id = a.assigned_clinician_id WHERE a.patient_id = r.patient_id), r.uploaded_by)
		FROM records r WHERE `+neverRead+" ORDER BY r.uploaded_at DESC, r.id LIMIT ?", jsonList(core.OCRTypes()), limit)
	if err != nil {
		return nil, fmt.Errorf("list the backlog: %w", err)
	}
	list := make([]core.JobRequest, len(rows))
	for i, r := range rows {
		list[i] = core.JobRequest{UserID: r.UserID,
			Record: core.Record{ID: r.ID, FileID: r.ID, PatientID: r.PatientID, Filename: r.Filename, MIME: r.Mime, Size: r.Size}}
	}
	return list, nil
}
