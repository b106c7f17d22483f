package app

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"clinician/internal/core"
	"clinician/internal/core/search"
)

// Bounds of one answer to a search.
const (
	searchBatch     = 64   // documents looked through before it is asked whether there are enough hits
	searchDocuments = 5000 // documents looked through for one answer; the rest is its next page
	hitsOfDocument  = 100
)

// SearchText looks through what was read from the documents of one of the
// caller's patients, or of all of them. Pages are opened one by one, in memory,
// and forgotten again; there is no index. What was searched for is recorded
// nowhere: it would be PHI in the log.
func (s *Session) SearchText(ctx context.Context, q core.TextQuery) (core.TextHits, error) {
	ev := s.event(core.EventDocumentsSearched, core.ActionExecute)
	var clinicianID int64
	var err error
	if q.PatientID != 0 {
		clinicianID, err = s.allowPatient(ctx, q.PatientID, &ev, errNotAssigned)
	} else {
		clinicianID, err = s.panel(ctx)
	}
	if err != nil {
		return core.TextHits{}, err
	}
	f := fields{}
	if f.between("limit", q.Limit, 1, 200); f.err() != nil {
		return core.TextHits{}, f.err()
	}
	want, err := search.Parse(q.Text)
	if err != nil {
		return core.TextHits{}, err
	}
	if q.Limit <= 0 {
		q.Limit = 50
	}
	alertsFor := clinicianID // mistaking one patient for another takes several
	if q.PatientID != 0 {
		alertsFor = 0
	}
	out := core.TextHits{Hits: []core.TextHit{}, AsAt: s.now()}
	documents, err := s.Library.ReadDocuments(ctx, clinicianID, q.PatientID, q.Cursor, searchDocuments+1)
	if err != nil {
		return core.TextHits{}, err
	}
	if err := s.searchAll(ctx, want, documents, q.Limit, alertsFor, &out); err != nil {
		return core.TextHits{}, err
	}
	of, err := s.Library.Readable(ctx, clinicianID, q.PatientID)
	if err != nil {
		return core.TextHits{}, err
	}
	out.Unread, out.InPart, out.Total = of.NotRead, of.InPart, of.Documents
	out.Count = len(out.Hits)
	ev.PatientID = q.PatientID
	ev.Detail = map[string]any{"document_count": out.Documents, "hit_count": out.Count}
	return out, s.record(ctx, ev)
}

// searchAll fills out with whole documents until it has enough hits. When
// documents are left, Next is the last one that was looked at.
func (s *Session) searchAll(ctx context.Context, want search.Query, documents []core.ReadDocument, limit int, alertsFor int64, out *core.TextHits) error {
	for batch := range slices.Chunk(documents[:min(len(documents), searchDocuments)], searchBatch) {
		found, err := s.searchBatch(ctx, want, batch)
		if err != nil {
			return err
		}
		for i, f := range found {
			out.Documents++
			if f.failed {
				out.Failed++
			}
			out.Hits = append(out.Hits, f.hits...)
			if len(out.Hits) >= limit && out.Documents < len(documents) {
				out.Next = batch[i].RecordID
				return s.describe(ctx, alertsFor, out)
			}
		}
	}
	if out.Documents < len(documents) {
		out.Next = documents[out.Documents-1].RecordID
	}
	return s.describe(ctx, alertsFor, out)
}

// searched is what a document gave.
type searched struct {
	hits   []core.TextHit
	failed bool
}

// searchBatch looks through documents side by side.
func (s *Session) searchBatch(ctx context.Context, want search.Query, batch []core.ReadDocument) ([]searched, error) {
	found := make([]searched, len(batch))
	var all sync.WaitGroup
	for i, d := range batch {
		select {
		case s.scans <- struct{}{}:
		case <-ctx.Done():
			all.Wait()
			return nil, ctx.Err()
		}
		all.Go(func() {
			defer func() { <-s.scans }()
			hits, err := s.guardedSearch(ctx, want, d)
			if err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "document left out of a search", "record_id", d.RecordID, "err", err)
			}
			found[i] = searched{hits, err != nil}
		})
	}
	all.Wait()
	return found, ctx.Err()
}

// guardedSearch is searchDocument with panics turned into errors: one document
// must not end the server.
func (s *Session) guardedSearch(ctx context.Context, want search.Query, d core.ReadDocument) (hits []core.TextHit, err error) {
	defer func() {
		if p := recover(); p != nil {
			hits, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	return s.searchDocument(ctx, want, d)
}

// searchDocument looks through one document: its corrected pages as people put
// them right, the others as they were read.
func (s *Session) searchDocument(ctx context.Context, want search.Query, d core.ReadDocument) ([]core.TextHit, error) {
	corrected, err := s.correctedPages(ctx, d.RecordID)
	if err != nil {
		return nil, err
	}
	var hits []core.TextHit
	err = s.Texts.ReadTexts(ctx, d.PatientID, d.JobID, func(p core.PageText) error {
		text, isCorrected := corrected[p.Number]
		if !isCorrected {
			text = p.Text
		}
		m, ok := want.In(text)
		if !ok || len(hits) == hitsOfDocument {
			return nil
		}
		page, err := p.Page()
		if err != nil {
			return err
		}
		if len(page.Words) > 0 {
			switch placed, ok := want.OnPage(page.Words); {
			case ok && !isCorrected:
				m = placed
			case ok: // the words are the corrected ones, the places the engine's
				m.Places = placed.Places
			default:
				m.Places = []core.TextPlace{}
			}
		}
		hits = append(hits, core.TextHit{RecordID: d.RecordID, JobID: d.JobID, Page: p.Number, Corrected: isCorrected,
			Context: m.Context, Matches: m.Spans, Places: m.Places, Count: m.Count})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.searchNotes(ctx, want, d, hits)
}

// searchNotes adds what was written about a document to what it says. What was entered in
// error is not found.
func (s *Session) searchNotes(ctx context.Context, want search.Query, d core.ReadDocument, hits []core.TextHit) ([]core.TextHit, error) {
	if !d.Noted {
		return hits, nil
	}
	notes, err := s.Notes.NotesOf(ctx, d.RecordID)
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		m, ok := want.In(n.Text)
		if !ok || n.Status != core.NoteFinal || len(hits) == hitsOfDocument {
			continue
		}
		hits = append(hits, core.TextHit{RecordID: d.RecordID, JobID: d.JobID, NoteID: n.ID, Context: m.Context, Matches: m.Spans,
			Places: []core.TextPlace{}, Count: m.Count})
	}
	return hits, nil
}

// correctedPages gives the text of the pages of a record that people corrected.
func (s *Session) correctedPages(ctx context.Context, recordID string) (map[int]string, error) {
	steps, err := s.Values.Corrections(ctx, recordID, 0)
	if err != nil {
		return nil, err
	}
	pages := map[int]string{}
	for _, c := range steps {
		if c.InForce && (c.Undoes == 0 || c.Text != "") {
			pages[c.Page] = c.Text
		}
	}
	return pages, nil
}

// describe fills in what the hits say of their records and patients. A record
// that was deleted meanwhile has no hits.
func (s *Session) describe(ctx context.Context, alertsFor int64, out *core.TextHits) error {
	var ids []string
	for _, h := range out.Hits {
		if len(ids) == 0 || ids[len(ids)-1] != h.RecordID {
			ids = append(ids, h.RecordID)
		}
	}
	about, err := s.Library.DescribeDocuments(ctx, alertsFor, ids)
	if err != nil {
		return err
	}
	kept := out.Hits[:0]
	for _, h := range out.Hits {
		d, ok := about[h.RecordID]
		if !ok {
			continue
		}
		d.JobID, d.Page, d.NoteID, d.Corrected = h.JobID, h.Page, h.NoteID, h.Corrected
		d.Context, d.Matches, d.Places, d.Count = h.Context, h.Matches, h.Places, h.Count
		kept = append(kept, d)
	}
	out.Hits = kept
	return nil
}
