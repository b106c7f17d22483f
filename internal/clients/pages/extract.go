package pages

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/klippa-app/go-pdfium/requests"

	"clinician/internal/core"
)

var _ core.PageExtractor = (*source)(nil)

// Extract copies pages, in the order given, into a new document of the same kind,
// PDF or TIFF, that holds nothing of the others: neither their content nor the
// document's properties. CodeInvalid when the document is of another kind or a page
// cannot be copied.
func (s *source) Extract(ctx context.Context, pages []int) ([]byte, error) {
	_, part, err := s.ask(ctx, request{Op: opExtract, Pages: pages})
	return part, err
}

// extractor is a document whose pages can be copied.
type extractor interface {
	extract(pages []int) ([]byte, error)
}

func (w *worker) extract(pages []int) ([]byte, error) {
	doc, ok := w.doc.(extractor)
	if !ok {
		return nil, core.Errorf(core.CodeInvalid, "Only PDF and TIFF documents can be taken apart.")
	}
	if len(pages) == 0 {
		return nil, core.Errorf(core.CodeInvalid, "Name at least one page.")
	}
	for _, n := range pages {
		if n < 1 || n > w.doc.count() {
			return nil, core.Errorf(core.CodeNotFound, "The document has no page %d.", n)
		}
	}
	return doc.extract(pages)
}

func (p *pdf) extract(pages []int) (out []byte, err error) {
	if err := p.ready(); err != nil {
		return nil, err
	}
	defer func() { p.tidy(err) }()
	var b bytes.Buffer
	if err := p.copyTo(&b, pages); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// copyTo writes a new PDF of some pages.
func (p *pdf) copyTo(w io.Writer, pages []int) (err error) {
	part, err := p.lib.FPDF_CreateNewDocument(&requests.FPDF_CreateNewDocument{})
	if err != nil {
		return errExtract.WithCause(err)
	}
	defer func() {
		_, closing := p.lib.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: part.Document})
		err = errors.Join(err, closing)
	}()
	indices := make([]int, len(pages))
	for i, n := range pages {
		indices[i] = n - 1
	}
	_, err = p.lib.FPDF_ImportPagesByIndex(&requests.FPDF_ImportPagesByIndex{Source: p.doc, Destination: part.Document, PageIndices: indices})
	if err != nil {
		return errExtract.WithCause(err)
	}
	made, err := p.lib.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: part.Document})
	if err != nil || made.PageCount != len(pages) {
		return errExtract.WithCause(err)
	}
	_, err = p.lib.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Document: part.Document, Flags: requests.SaveFlagNoIncremental, FileWriter: w})
	if err != nil {
		return errExtract.WithCause(err)
	}
	return nil
}

var errExtract = core.Errorf(core.CodeInvalid,
	"The pages of this PDF cannot be copied: it is damaged. Print its parts to new PDFs, upload each to its patient, and enter this one in error.")
