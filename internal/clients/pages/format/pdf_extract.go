package format

import (
	"bytes"
	"errors"
	"io"

	"github.com/klippa-app/go-pdfium/requests"

	"clinician/internal/core"
)

func (p *pdf) Extract(pages []int) (out []byte, err error) {
	if err := p.ready(); err != nil {
		return nil, err
	}
	if p.changed { // what lies over pages became part of them: a copy has it as it was
		p.giveUp()
		if err := p.ready(); err != nil {
			return nil, err
		}
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
