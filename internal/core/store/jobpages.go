package store

import (
	"context"
	"fmt"

	"clinician/internal/core"
	"clinician/internal/core/ocr"
)

// SavePage stores a finished page and the progress it makes.
func (db *DB) SavePage(ctx context.Context, c ocr.Claim, j core.Job, p ocr.SealedPage) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := saveProgress(ctx, tx, c, j); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO ocr_pages (job_id, page, failed, partial, sealed) VALUES (?, ?, ?, ?, ?)",
			c.JobID, p.Page, p.Failed, p.Partial, p.Sealed)
		if err != nil {
			return fmt.Errorf("store page: %w", err)
		}
		return nil
	})
}

// pageRow is a finished page as stored.
type pageRow struct {
	Page    int
	Failed  bool
	Partial bool
	Sealed  []byte
}

func (r *pageRow) fields() []any {
	return []any{&r.Page, &r.Failed, &r.Partial, &r.Sealed}
}

// DonePages lists finished pages without their content.
func (db *DB) DonePages(ctx context.Context, jobID string) ([]ocr.SealedPage, error) {
	return db.pages(ctx, "SELECT page, failed, partial, NULL FROM ocr_pages WHERE job_id = ? ORDER BY page", jobID)
}

// SealedPages gives one page or all of them.
func (db *DB) SealedPages(ctx context.Context, jobID string, page int) ([]ocr.SealedPage, error) {
	if page == 0 {
		return db.pages(ctx, "SELECT page, failed, partial, sealed FROM ocr_pages WHERE job_id = ? ORDER BY page", jobID)
	}
	pages, err := db.pages(ctx, "SELECT page, failed, partial, sealed FROM ocr_pages WHERE job_id = ? AND page = ?", jobID, page)
	if err == nil && len(pages) == 0 {
		err = core.Errorf(core.CodeNotFound, "Page %d is not finished.", page)
	}
	return pages, err
}

func (db *DB) pages(ctx context.Context, query string, args ...any) ([]ocr.SealedPage, error) {
	rows, err := rowsOf(ctx, db.read, (*pageRow).fields, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read pages: %w", err)
	}
	pages := make([]ocr.SealedPage, len(rows))
	for i, r := range rows {
		pages[i] = ocr.SealedPage(r)
	}
	return pages, nil
}
