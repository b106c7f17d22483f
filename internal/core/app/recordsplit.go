package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"

	"clinician/internal/core"
)

// most parts of one bundle; each is a file of its own.
const mostParts = 50

// SplitRecord makes records of the page ranges of a PDF or TIFF that holds the papers
// of several patients, each in its patient's chart. Every page goes to exactly
// one part. The original is kept, entered in error, with links to its parts.
func (s *Session) SplitRecord(ctx context.Context, id string, split core.SplitRecord) (core.SplitDone, error) {
	ev := s.changing(core.EventRecordSplit, core.ActionUpdate, split.Version)
	r, err := s.allowRecord(ctx, id, &ev)
	if err != nil {
		return core.SplitDone{}, err
	}
	ev.PatientID, ev.RecordID = r.PatientID, r.ID
	records, reason, err := s.plannedParts(ctx, r, split)
	if err != nil {
		return core.SplitDone{}, err
	}
	for _, p := range split.Parts {
		if p.PatientID == r.PatientID {
			continue // the caller's own, whose chart this is
		}
		if err := s.identify(ctx, ev, p.PatientID, p.Identifiers, errNotThatPatient); err != nil {
			return core.SplitDone{}, err
		}
	}
	if err := readable(r, false); err != nil {
		return core.SplitDone{}, err
	}
	if err := errors.Join(core.Unseen(ev, r.Version, r), r.Changeable()); err != nil { // before the work; the store asks again
		return core.SplitDone{}, s.held(ctx, r, ev, err)
	}
	staged, err := s.extract(ctx, r, split.Parts)
	if err != nil {
		return core.SplitDone{}, err
	}
	parts := make([]core.RecordPart, len(staged))
	for i := range staged {
		parts[i] = core.RecordPart{Staged: staged[i], Record: records[i]}
	}
	ev.Detail = map[string]any{"parts": len(parts)}
	var original core.Record
	var made []core.Record
	err = core.Accounted(ctx, s.Audit, s.Contents, &ev, func(stored core.AuditEvent) (err error) {
		original, made, err = s.Contents.SplitRecord(ctx, s.who, id, reason, parts, stored)
		return err
	})
	if err != nil {
		s.discardAll(ctx, staged)
		return core.SplitDone{}, s.held(ctx, r, ev, err)
	}
	if err := s.cancelJobs(ctx, r); err != nil {
		s.log.WarnContext(ctx, "jobs of a split record go on", "record_id", r.ID, "err", err)
	}
	s.closeViewsOf(ctx, id)
	done := core.SplitDone{Original: original, Parts: []core.PartMade{}}
	for i, p := range made {
		s.readOnArrival(ctx, p)
		done.Parts = append(done.Parts, core.PartMade{FileID: p.ID, PatientID: p.PatientID, Pages: split.Parts[i].Pages})
	}
	return done, nil
}

// plannedParts checks everything about the parts but their pages.
func (s *Session) plannedParts(ctx context.Context, r core.Record, split core.SplitRecord) ([]core.NewRecord, string, error) {
	f := fields{}
	reason := cleanReason(split.Reason, f)
	switch n := len(split.Parts); {
	case n < 2:
		f.add("parts", "A record is split into two parts or more. To give the whole of it to another patient, move it.")
	case n > mostParts:
		f.add("parts", fmt.Sprintf("A record is split into at most %d parts.", mostParts))
	}
	if !core.Splittable(r.MIME) {
		f.add("parts", "Only PDF and TIFF documents can be split. Save the pages of this file as files of their own, upload each to its patient, and enter this record in error.")
	}
	records := make([]core.NewRecord, len(split.Parts))
	for i, p := range split.Parts {
		n := core.NewRecord{PatientID: p.PatientID, TypeID: p.TypeID, DocumentDate: p.DocumentDate,
			Filename: partName(i, r.MIME), UploadedBy: s.who.UserID, Source: r.Source, ReceivedBy: r.ReceivedBy}
		if n.TypeID == 0 {
			n.TypeID = r.Type.ID
		}
		kind, err := s.knownType(ctx, n.TypeID, f)
		if err != nil {
			return nil, "", err
		}
		if n.Title = CleanLine(p.Title); n.Title == "" {
			n.Title = kind.TypeName // never the bundle's title: that may name another patient
		}
		n.Title = cutUTF8(n.Title, longestTitle)
		s.checkDocumentDate(n.DocumentDate, f)
		records[i] = n
	}
	return records, reason, f.err()
}

// extract seals each part's pages as content of its own. When it fails nothing
// of it stays.
func (s *Session) extract(ctx context.Context, r core.Record, parts []core.SplitPart) (staged []core.Staged, err error) {
	content, err := s.openContent(ctx, r, 0, core.EventRecordSplit)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	doc, err := s.Pages.OpenPages(ctx, r.MIME, content)
	if err != nil {
		return nil, err
	}
	defer doc.Close()
	if err := everyPageOnce(parts, doc.Count()); err != nil {
		return nil, err
	}
	extractor, ok := doc.(core.PageExtractor)
	if !ok {
		return nil, core.Errorf(core.CodeUnavailable, "Documents cannot be split on this server.")
	}
	defer func() {
		if err != nil {
			s.discardAll(ctx, staged)
			staged = nil
		}
	}()
	for i, p := range parts {
		part, err := extractor.Extract(ctx, p.Pages)
		if err != nil {
			return staged, err
		}
		one, err := s.Records.Stage(ctx, s.who, partName(i, r.MIME), bytes.NewReader(part))
		if err != nil {
			return staged, err
		}
		staged = append(staged, one)
	}
	return staged, nil
}

// partName names the file of a part: never after the bundle's, which may name
// another patient.
func partName(i int, mime string) string {
	name := "part " + strconv.Itoa(i+1)
	if mime == core.MIMETIFF {
		return name + ".tif"
	}
	return name + ".pdf"
}

// everyPageOnce complains about pages that are missing, wanted twice or not there.
func everyPageOnce(parts []core.SplitPart, count int) error {
	f := fields{}
	taken := make([]int, count+1)
	for i, p := range parts {
		if len(p.Pages) == 0 {
			f.add("parts", fmt.Sprintf("Part %d has no pages.", i+1))
		}
		for _, n := range p.Pages {
			switch {
			case n < 1 || n > count:
				f.add("parts", fmt.Sprintf("There is no page %d: the document has %s.", n, core.Plural(count, "page", "pages")))
			case taken[n] != 0:
				f.add("parts", fmt.Sprintf("Page %d is in part %d and in part %d.", n, taken[n], i+1))
			default:
				taken[n] = i + 1
			}
			if len(f["parts"]) > 10 {
				return f.err()
			}
		}
	}
	for n := 1; n <= count && len(f["parts"]) <= 10; n++ {
		if taken[n] == 0 {
			f.add("parts", fmt.Sprintf("Page %d is in no part. Add it to one, blank pages too.", n))
		}
	}
	return f.err()
}

func (s *Session) discardAll(ctx context.Context, staged []core.Staged) {
	for _, st := range staged {
		s.Discard(ctx, st)
	}
}
