package app

import (
	"cmp"
	"context"
	"io"

	"clinician/internal/core"
)

// pageWidth is how many pixels wide a page is drawn at most, where nothing is said.
const pageWidth = 1200

// PageImage draws one page of a record as PNG, at most maxWidth pixels wide.
// all is as for Download.
func (s *Session) PageImage(ctx context.Context, id string, page, maxWidth int, all bool) (core.PageImage, error) {
	img, st, err := s.OpenPageImage(ctx, id, page, maxWidth, all)
	if err == nil {
		st.Close()
	}
	return img, err
}

// OpenPageImage is PageImage for a picture that is given out over a line: it comes
// with its stream, which the caller closes.
func (s *Session) OpenPageImage(ctx context.Context, id string, page, maxWidth int, all bool) (core.PageImage, *Stream, error) {
	f := fields{}
	if f.between("width", maxWidth, 16, 4000); f.err() != nil {
		return core.PageImage{}, nil, f.err()
	}
	r, err := s.readContent(ctx, id, core.EventRecordViewed, all)
	if err != nil {
		return core.PageImage{}, nil, err
	}
	s.lookedAt(ctx, r.ID)
	st := s.contentStream(ctx, r, core.EventRecordViewed, all)
	img, err := s.drawPage(st.Context(), r, page, maxWidth, all)
	if ended := st.Err(); ended != nil {
		err = ended
	}
	if err != nil {
		st.Close()
		return core.PageImage{}, nil, err
	}
	return img, st, nil
}

func (s *Session) drawPage(ctx context.Context, r core.Record, page, maxWidth int, all bool) (core.PageImage, error) {
	doc, err := s.pagesOf(ctx, r, all)
	if err != nil {
		return core.PageImage{}, err
	}
	defer doc.Close()
	if page < 1 || page > doc.Count() {
		return core.PageImage{}, core.Errorf(core.CodeNotFound, "This document has %s.", core.Plural(doc.Count(), "page", "pages"))
	}
	return doc.Image(ctx, page, core.ImageRequest{DPI: 150, MaxWidth: cmp.Or(maxWidth, pageWidth)})
}

// pagesOf opens a document whose content was allowed and recorded. For who has a
// session it stays open a while, for the next page, as long as the right to it lasts.
func (s *Session) pagesOf(ctx context.Context, r core.Record, all bool) (core.PageSource, error) {
	if s.who.SessionID == "" { // nothing would tell when it ends
		content, err := s.openContent(ctx, r, 0, core.EventRecordViewed)
		if err != nil {
			return nil, err
		}
		defer content.Close()
		return s.Pages.OpenPages(ctx, r.MIME, content)
	}
	return s.Pages.OpenFor(ctx, core.Viewing{
		Viewer: s.who.SessionID, Document: r.ID + " " + string(r.Status), MIME: r.MIME,
		Open: func(ctx context.Context) (io.ReadCloser, error) {
			return s.openContent(ctx, r, 0, core.EventRecordViewed)
		},
		Watch: func() (context.Context, func()) {
			st := s.keptStream(context.WithoutCancel(ctx), r, all)
			return st.Context(), st.Close
		},
	})
}
