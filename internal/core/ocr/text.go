package ocr

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"clinician/internal/core"
)

var _ core.TextReader = (*Service)(nil)

// ReadTexts opens the text of a completed job's pages. Of each page only as
// much is unpacked as stands before its words, which are most of it.
func (s *Service) ReadTexts(ctx context.Context, patientID int64, jobID string, f func(core.PageText) error) error {
	done, err := s.o.Store.DonePages(ctx, jobID)
	if err != nil {
		return err
	}
	j := core.Job{ID: jobID, PatientID: patientID}
	if len(done) <= pagesAtOnce {
		sealed, err := s.o.Store.SealedPages(ctx, jobID, 0)
		if err != nil {
			return err
		}
		return s.readTexts(ctx, j, sealed, f)
	}
	for _, p := range done {
		sealed, err := s.o.Store.SealedPages(ctx, jobID, p.Page)
		if core.IsNotFound(err) {
			return nil // the record was deleted meanwhile
		}
		if err != nil {
			return err
		}
		if err := s.readTexts(ctx, j, sealed, f); err != nil {
			return err
		}
	}
	return nil
}

// pagesAtOnce is how many sealed pages are held in memory; longer documents are
// read page by page.
const pagesAtOnce = 64

func (s *Service) readTexts(ctx context.Context, j core.Job, sealed []SealedPage, f func(core.PageText) error) error {
	for _, sp := range sealed {
		if sp.Failed {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		text, err := s.unsealText(ctx, j, sp)
		if err != nil {
			return err
		}
		err = f(core.PageText{Number: sp.Page, Text: text, Page: func() (core.Page, error) { return s.unseal(ctx, j, sp) }})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) unsealText(ctx context.Context, j core.Job, sp SealedPage) (string, error) {
	clear, err := s.o.Vault.OpenBytes(ctx, j.PatientID, PageSubject(j.ID, sp.Page), sp.Sealed)
	if err != nil {
		return "", fmt.Errorf("open page: %w", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(clear))
	if err != nil {
		return "", fmt.Errorf("unpack page: %w", err)
	}
	text, err := textOf(io.LimitReader(z, maxPageJSON))
	if err != nil {
		return "", fmt.Errorf("decode page: %w", err)
	}
	return text, nil
}

// textOf reads the value of "text" from the JSON object of a page and stops there.
func textOf(r io.Reader) (string, error) {
	d := json.NewDecoder(r)
	if _, err := d.Token(); err != nil {
		return "", err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return "", err
		}
		if name == "text" {
			var text string
			return text, d.Decode(&text)
		}
		var skipped json.RawMessage
		if err := d.Decode(&skipped); err != nil {
			return "", err
		}
	}
	_, err := d.Token() // without the closing bracket it was cut off
	return "", err
}
