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

// maxPageJSON bounds an unpacked page; a dense one is about a megabyte.
const maxPageJSON = 256 << 20

func (s *Service) seal(ctx context.Context, j core.Job, p core.Page) (SealedPage, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(p); err != nil {
		return SealedPage{}, fmt.Errorf("encode page: %w", err)
	}
	if err := z.Close(); err != nil {
		return SealedPage{}, err
	}
	sealed, err := s.o.Vault.SealBytes(ctx, j.PatientID, PageSubject(j.ID, p.Number), b.Bytes())
	if err != nil {
		return SealedPage{}, fmt.Errorf("seal page: %w", err)
	}
	return SealedPage{Page: p.Number, Failed: p.Status == core.PageFailed, Partial: p.Status == core.PagePartial, Sealed: sealed}, nil
}

func (s *Service) unseal(ctx context.Context, j core.Job, sp SealedPage) (core.Page, error) {
	clear, err := s.o.Vault.OpenBytes(ctx, j.PatientID, PageSubject(j.ID, sp.Page), sp.Sealed)
	if err != nil {
		return core.Page{}, fmt.Errorf("open page: %w", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(clear))
	if err != nil {
		return core.Page{}, fmt.Errorf("unpack page: %w", err)
	}
	var p core.Page
	if err := json.NewDecoder(io.LimitReader(z, maxPageJSON)).Decode(&p); err != nil {
		return core.Page{}, fmt.Errorf("decode page: %w", err)
	}
	if p.Steps == nil { // older pages; nothing was done is a list as well
		p.Steps = []string{}
	}
	return p, nil
}
