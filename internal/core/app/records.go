package app

import (
	"context"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"clinician/internal/core"
)

// RecordsOf lists the records of an assigned patient, newest first.
func (s *Session) RecordsOf(ctx context.Context, patientID int64) ([]core.Record, error) {
	ev := s.event(core.EventRecordsListed, core.ActionRead)
	if _, err := s.allowPatient(ctx, patientID, ev, errNotAssigned); err != nil {
		return nil, err
	}
	ev.PatientID = patientID
	if err := s.record(ctx, ev); err != nil {
		return nil, err
	}
	list, err := s.Records.ByPatient(ctx, patientID)
	return orEmpty(list), err
}

// Record gives the metadata of a record.
func (s *Session) Record(ctx context.Context, id string) (core.Record, error) {
	r, _, err := s.readRecord(ctx, id, core.EventRecordRead)
	return r, err
}

// readRecord allows and records one reading act on a record.
func (s *Session) readRecord(ctx context.Context, id, event string) (core.Record, core.AuditEvent, error) {
	ev := s.event(event, core.ActionRead)
	r, err := s.allowRecord(ctx, id, ev)
	if err != nil {
		return core.Record{}, ev, err
	}
	ev.PatientID, ev.RecordID = r.PatientID, r.ID
	if err := s.record(ctx, ev); err != nil {
		return core.Record{}, ev, err
	}
	return r, ev, nil
}

// MayUpload checks, before any byte is taken in, that the caller may add
// records to the patient's chart. Upload checks again.
func (s *Session) MayUpload(ctx context.Context, patientID int64) error {
	_, err := s.allowPatient(ctx, patientID, s.event(core.EventRecordUploaded, core.ActionCreate), errNotAssigned)
	return err
}

// Stage takes in the bytes of a record to be, sealed, before it is known where
// they belong. It must be followed by Upload or Discard.
func (s *Session) Stage(ctx context.Context, filename string, content io.Reader) (core.Staged, error) {
	return s.Records.Stage(ctx, CleanFilename(filename), content)
}

// Discard drops staged bytes. It works also when ctx has ended.
func (s *Session) Discard(ctx context.Context, staged core.Staged) {
	if err := s.Records.Discard(context.WithoutCancel(ctx), staged); err != nil {
		s.log.WarnContext(ctx, "staged content not removed; the sweeper will", "record_id", staged.ID, "err", err)
	}
}

// Upload turns staged bytes into a record of an assigned patient. When it
// fails the staged bytes are gone.
func (s *Session) Upload(ctx context.Context, staged core.Staged, r core.NewRecord) (core.Record, error) {
	done, err := s.upload(ctx, staged, r)
	if err != nil {
		s.Discard(ctx, staged)
	}
	return done, err
}

func (s *Session) upload(ctx context.Context, staged core.Staged, r core.NewRecord) (core.Record, error) {
	ev := s.event(core.EventRecordUploaded, core.ActionCreate)
	if _, err := s.allowPatient(ctx, r.PatientID, ev, errNotAssigned); err != nil {
		return core.Record{}, err
	}
	r.Filename = CleanFilename(r.Filename)
	if r.Title = CleanLine(r.Title); r.Title == "" {
		r.Title = strings.TrimSuffix(r.Filename, path.Ext(r.Filename))
	}
	f := fields{}
	if utf8.RuneCountInString(r.Title) > 255 {
		f.add("title", "Ensure this field has no more than 255 characters.")
	}
	if now := core.DateOf(s.now().In(s.loc)); !r.DocumentDate.IsZero() && now.Before(r.DocumentDate) {
		f.add("document_date", "The document date lies in the future.")
	}
	if err := s.knownType(ctx, r.TypeID, f); err != nil {
		return core.Record{}, err
	}
	if err := f.err(); err != nil {
		return core.Record{}, err
	}
	r.UploadedBy = s.who.UserID
	ev.PatientID, ev.RecordID = r.PatientID, staged.ID
	ev.Detail = map[string]any{"size": staged.Size, "mime_type": staged.MIME, "medical_record_type_id": r.TypeID}
	return s.Records.Commit(ctx, staged, r, ev)
}

// knownType complains in f when the record type does not exist.
func (s *Session) knownType(ctx context.Context, id int64, f fields) error {
	types, err := s.Directory.RecordTypes(ctx)
	if err != nil {
		return err
	}
	for _, t := range types {
		if t.ID == id && t.IsActive {
			return nil
		}
	}
	f.add("medical_record_type_id", "Invalid record type. GET /api/clinician/record-types/ lists the known ones.")
	return nil
}

// RecordTypeID finds a record type by its exact name; 0 when there is none.
func (s *Session) RecordTypeID(ctx context.Context, name string) (int64, error) {
	types, err := s.Directory.RecordTypes(ctx)
	if err != nil {
		return 0, err
	}
	for _, t := range types {
		if strings.EqualFold(t.TypeName, strings.TrimSpace(name)) {
			return t.ID, nil
		}
	}
	return 0, nil
}

// Content is a record's bytes in clear, readable from any offset.
type Content struct {
	Record core.Record
	// Open gives the bytes from offset on; the caller closes it.
	Open func(offset int64) (io.ReadCloser, error)
}

// Download gives the bytes of a record; the act is recorded before.
func (s *Session) Download(ctx context.Context, id string) (Content, error) {
	r, _, err := s.readRecord(ctx, id, core.EventRecordDownloaded)
	if err != nil {
		return Content{}, err
	}
	return s.content(ctx, r), nil
}

func (s *Session) content(ctx context.Context, r core.Record) Content {
	return Content{r, func(offset int64) (io.ReadCloser, error) { return s.Records.Open(ctx, r.ID, offset) }}
}

// PageImage draws one page of a record as PNG, at most maxWidth pixels wide.
func (s *Session) PageImage(ctx context.Context, id string, page, maxWidth int) (core.PageImage, error) {
	r, _, err := s.readRecord(ctx, id, core.EventRecordViewed)
	if err != nil {
		return core.PageImage{}, err
	}
	content, err := s.Records.Open(ctx, r.ID, 0)
	if err != nil {
		return core.PageImage{}, err
	}
	defer content.Close()
	doc, err := s.Pages.OpenPages(ctx, r.MIME, content)
	if err != nil {
		return core.PageImage{}, err
	}
	defer doc.Close()
	if page < 1 || page > doc.Count() {
		return core.PageImage{}, core.Errorf(core.CodeNotFound, "This document has %d pages.", doc.Count())
	}
	return doc.Image(ctx, page, core.ImageRequest{DPI: 150, MaxWidth: maxWidth})
}

// DeleteRecord removes a record of an assigned patient for good: metadata,
// results, temporary views and content. What remains is the audit event and
// the empty row that says it existed.
func (s *Session) DeleteRecord(ctx context.Context, id string) error {
	ev := s.event(core.EventRecordDeleted, core.ActionDelete)
	r, err := s.allowRecord(ctx, id, ev)
	if err != nil {
		return err
	}
	jobs, err := s.Recognizer.Jobs(ctx, core.JobQuery{RecordID: id})
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if j.Status.Final() {
			continue
		}
		cancel := s.event(core.EventJobCancelled, core.ActionUpdate)
		cancel.PatientID, cancel.RecordID, cancel.JobID = r.PatientID, r.ID, j.ID
		if _, err := s.Recognizer.Cancel(ctx, j.ID, cancel); err != nil && core.CodeOf(err) != core.CodeConflict {
			return err
		}
	}
	ev.PatientID, ev.RecordID = r.PatientID, r.ID
	err = s.Records.Delete(ctx, id, ev)
	if core.IsNotFound(err) {
		return errRecordNotFound
	}
	return err
}

// CleanFilename makes a safe, short file name out of what an uploader calls a
// file: no directories, control characters or trailing dots; never empty.
func CleanFilename(name string) string {
	name = CleanLine(name)
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Trim(name, ". ")
	if name == "" {
		name = "document"
	}
	if ext := path.Ext(name); len(name) > 255 && len(ext) < 20 {
		name = cutUTF8(strings.TrimSuffix(name, ext), 255-len(ext)) + ext
	}
	return cutUTF8(name, 255)
}

func cutUTF8(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
