package app

import (
	"cmp"
	"context"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"clinician/internal/core"
)

// PatientRecords lists the records of an assigned patient, newest first; with all also
// those entered in error and the tombstones of those moved away.
func (s *Session) PatientRecords(ctx context.Context, patientID int64, all bool) ([]core.Record, error) {
	ev := s.event(core.EventRecordsListed, core.ActionRead)
	if _, err := s.allowPatient(ctx, patientID, &ev, errNotAssigned); err != nil {
		return nil, err
	}
	ev.PatientID = patientID
	if all {
		ev.Detail = map[string]any{"include": "all"}
	}
	if err := s.record(ctx, ev); err != nil {
		return nil, err
	}
	list, err := s.Lifecycle.ListRecords(ctx, core.RecordQuery{PatientID: patientID, UserID: s.who.UserID, All: all})
	return orEmpty(list), err
}

// Record gives the metadata of a record.
func (s *Session) Record(ctx context.Context, id string) (core.Record, error) {
	r, _, err := s.readRecord(ctx, id, core.EventRecordRead)
	if err != nil {
		return r, err
	}
	return s.withReview(ctx, r)
}

// readContent allows and records one act of reading a record's content. Of one
// entered in error that is only given when all was asked for.
func (s *Session) readContent(ctx context.Context, id, event string, all bool) (core.Record, error) {
	ev := s.event(event, core.ActionRead)
	r, err := s.allowRecord(ctx, id, &ev)
	if err != nil {
		return core.Record{}, err
	}
	if err := readable(r, all); err != nil {
		return core.Record{}, err
	}
	ev.PatientID, ev.RecordID = r.PatientID, r.ID
	if r.Status != core.RecordCurrent {
		ev.Detail = map[string]any{"include": "all", "status": string(r.Status)}
	}
	return r, s.record(ctx, ev)
}

// readRecord allows and records one reading act on a record.
func (s *Session) readRecord(ctx context.Context, id, event string) (core.Record, core.AuditEvent, error) {
	ev := s.event(event, core.ActionRead)
	r, err := s.recordOrNobodys(ctx, id)
	if err != nil {
		return core.Record{}, ev, err
	}
	ev.RecordID = r.ID
	if err := s.enterPatient(ctx, r.PatientID, &ev, errRecordNotFound); err != nil {
		return core.Record{}, ev, err
	}
	return r, ev, nil
}

// Upload takes a document in whole and makes a record of it; see core.Documents.
// What arrives over HTTP takes the same three steps one by one, since there the
// fields may come behind the file.
func (s *Session) Upload(ctx context.Context, d core.NewDocument, progress func(sent int64)) (core.Record, error) {
	if err := s.MayUpload(ctx, d.PatientID); err != nil {
		return core.Record{}, err
	}
	source := &source{ctx: ctx, r: d.Content}
	var content io.Reader = source
	if progress != nil {
		content = io.TeeReader(content, &core.Sink{W: io.Discard, Told: progress})
	}
	staged, err := s.Stage(ctx, d.Filename, content)
	switch {
	case source.err != nil:
		return core.Record{}, core.Errorf(core.CodeInvalid, "The file could not be read to its end, so it was not stored. Check it and try again.").WithCause(source.err)
	case err != nil:
		return core.Record{}, err
	}
	return s.CommitRecord(ctx, staged, core.NewRecord{PatientID: d.PatientID, TypeID: d.TypeID, Filename: d.Filename, Title: d.Title,
		DocumentDate: d.DocumentDate, Source: d.Source, ReceivedBy: d.ReceivedBy, Tags: d.Tags, LeaveUnread: d.LeaveUnread})
}

// source is content that comes from the caller. It ends with ctx, and remembers what
// was wrong with it.
type source struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// MayUpload checks, before any byte is taken in, that the caller may add
// records to the patient's chart. CommitRecord checks again.
func (s *Session) MayUpload(ctx context.Context, patientID int64) error {
	ev := s.event(core.EventRecordUploaded, core.ActionCreate)
	_, err := s.allowPatient(ctx, patientID, &ev, errNotAssigned)
	return err
}

// Stage takes in the bytes of a record to be, sealed, before it is known where
// they belong. It must be followed by CommitRecord or Discard.
func (s *Session) Stage(ctx context.Context, filename string, content io.Reader) (core.Staged, error) {
	return s.Records.Stage(ctx, s.who, CleanFilename(filename), content)
}

// Discard drops staged bytes. It works also when ctx has ended.
func (s *Session) Discard(ctx context.Context, staged core.Staged) {
	if err := s.Records.Discard(context.WithoutCancel(ctx), staged); err != nil {
		s.log.WarnContext(ctx, "staged content not removed; the sweeper will", "record_id", staged.ID, "err", err)
	}
}

// CommitRecord turns staged bytes into a record of an assigned patient. When it
// fails the staged bytes are gone.
func (s *Session) CommitRecord(ctx context.Context, staged core.Staged, r core.NewRecord) (core.Record, error) {
	done, err := s.commit(ctx, staged, r)
	if err != nil {
		s.Discard(ctx, staged)
	}
	return done, err
}

func (s *Session) commit(ctx context.Context, staged core.Staged, r core.NewRecord) (core.Record, error) {
	ev := s.event(core.EventRecordUploaded, core.ActionCreate)
	if _, err := s.allowPatient(ctx, r.PatientID, &ev, errNotAssigned); err != nil {
		return core.Record{}, err
	}
	if err := s.checkNew(ctx, &r); err != nil {
		return core.Record{}, err
	}
	ev.PatientID, ev.RecordID = r.PatientID, staged.ID
	ev.Detail = map[string]any{"size": staged.Size, "mime_type": staged.MIME, "medical_record_type_id": r.TypeID}
	var rec core.Record
	err := core.Accounted(ctx, s.Audit, s.Records, &ev, func(stored core.AuditEvent) (err error) {
		if rec, err = s.Records.Commit(ctx, s.who, staged, r, stored); err == nil {
			ev.RecordID = rec.ID // another service gives its own
		}
		return err
	})
	if err != nil {
		return core.Record{}, s.meanwhile(ctx, ev, err)
	}
	return s.arrived(ctx, rec, r.LeaveUnread)
}

// checkNew cleans and checks what the caller says of a record to be.
func (s *Session) checkNew(ctx context.Context, r *core.NewRecord) error {
	r.Filename = CleanFilename(r.Filename)
	if r.Title = CleanLine(r.Title); r.Title == "" {
		r.Title = strings.TrimSuffix(r.Filename, path.Ext(r.Filename))
	}
	f := fields{}
	if utf8.RuneCountInString(r.Title) > longestTitle {
		f.add("title", "Ensure this field has no more than 255 characters.")
	}
	s.checkDocumentDate(r.DocumentDate, f)
	r.Source, r.ReceivedBy, r.Tags = cleanSource(r.Source, f), cleanReceivedBy(r.ReceivedBy, f), cleanTags(r.Tags, f)
	if _, err := s.knownType(ctx, r.TypeID, f); err != nil {
		return err
	}
	r.UploadedBy = s.who.UserID
	return f.err()
}

// knownType gives a record type, and complains in f when it does not exist.
func (s *Session) knownType(ctx context.Context, id int64, f fields) (core.RecordType, error) {
	types, err := s.Catalogues.RecordTypes(ctx)
	if err != nil {
		return core.RecordType{}, err
	}
	for _, t := range types {
		if t.ID == id && t.IsActive {
			return t, nil
		}
	}
	f.add("medical_record_type_id", "Invalid record type. GET /api/clinician/record-types/ lists the known ones.")
	return core.RecordType{}, nil
}

// RecordTypeID finds a record type by its exact name; 0 when there is none.
func (s *Session) RecordTypeID(ctx context.Context, name string) (int64, error) {
	types, err := s.Catalogues.RecordTypes(ctx)
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

// Content is a record's bytes in clear, readable from any offset as long as its
// stream has not ended. The caller closes it.
type Content struct {
	*Stream
	Record core.Record
	// Open gives the bytes from offset on; the caller closes it.
	Open func(offset int64) (io.ReadCloser, error)
}

// Download writes a record's bytes to w; see core.Documents.
func (s *Session) Download(ctx context.Context, id string, all bool, w io.Writer, progress func(received int64)) error {
	c, err := s.OpenRecord(ctx, id, all)
	if err != nil {
		return err
	}
	defer c.Close()
	content, err := c.Open(0)
	if err != nil {
		return err
	}
	defer content.Close()
	to := &core.Sink{W: w, Told: progress}
	_, err = io.Copy(to, content)
	return cmp.Or(to.Failed(), err)
}

// OpenRecord gives the bytes of a record; the act is recorded before. With all
// that is also done for a record entered in error, whose file name then says so.
func (s *Session) OpenRecord(ctx context.Context, id string, all bool) (Content, error) {
	r, err := s.readContent(ctx, id, core.EventRecordDownloaded, all)
	if err != nil {
		return Content{}, err
	}
	if r.Status == core.RecordEnteredInError {
		r.Filename = "ENTERED IN ERROR " + r.Filename
	}
	st := s.contentStream(ctx, r, core.EventRecordDownloaded, all)
	return Content{st, r, func(offset int64) (io.ReadCloser, error) {
		content, err := s.openContent(st.Context(), r, offset, core.EventRecordDownloaded)
		if err != nil {
			return nil, err
		}
		return st.guard(content), nil
	}}, nil
}

// openContent opens content that was allowed and recorded. Another service that keeps it
// may refuse all the same: that is recorded as the denial it is.
func (s *Session) openContent(ctx context.Context, r core.Record, offset int64, event string) (io.ReadCloser, error) {
	content, err := s.Records.Open(ctx, s.who, r.ID, offset)
	var refusal *core.Error
	if core.CodeOf(err) == core.CodeForbidden && errors.As(err, &refusal) {
		ev := s.event(event, core.ActionRead)
		ev.PatientID, ev.RecordID = r.PatientID, r.ID
		return nil, s.refuse(ctx, ev, refusal)
	}
	return content, err
}

// DeleteRecord removes a record of an assigned patient for good: metadata,
// results, temporary views and content. What remains is the audit event and
// the empty row that says it existed. A legal hold forbids it.
func (s *Session) DeleteRecord(ctx context.Context, id, version string, typed core.Identifiers) error {
	ev := s.changing(core.EventRecordDeleted, core.ActionDelete, version)
	r, err := s.allowRecord(ctx, id, &ev)
	if err != nil {
		return err
	}
	if err := s.confirm(ctx, ev, r, typed); err != nil {
		return err
	}
	ev.PatientID, ev.RecordID = r.PatientID, r.ID
	if err := core.Unseen(ev, r.Version, r); err != nil { // before its jobs are stopped; the store asks again
		return s.outdated(ctx, ev, err)
	}
	if r.LegalHold == nil && r.Status != core.RecordMoved {
		if err := s.cancelJobs(ctx, r); err != nil {
			return err
		}
	}
	err = core.Accounted(ctx, s.Audit, s.Records, &ev, func(stored core.AuditEvent) error { return s.Records.Delete(ctx, s.who, id, stored) })
	switch {
	case core.IsNotFound(err):
		return errRecordNotFound
	case err != nil:
		return s.held(ctx, r, ev, err)
	}
	s.closeViewsOf(ctx, id)
	s.recordChanged(ctx, id)
	return nil
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
