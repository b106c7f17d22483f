package records

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"clinician/internal/core"
)

// Content that another service keeps (core.FileService). It is staged in the vault as
// any other, since what is said of it may come after it; then it goes to the service
// with the token of who acts, and the row says that it is there. What has to be read in
// parts is fetched into a sealed copy for a few minutes: see copies.go.
//
// The rights asked for here are the record's own: who uploaded it. Whose patient it is
// the use cases have asked.

// commitElsewhere hands staged content over and stores the row. When the service took it
// and the row could not be stored, it is left there: the answer says that nobody knows,
// and Source brings the record back.
func (s *Store) commitElsewhere(ctx context.Context, by core.Acting, st core.Staged, r core.NewRecord, uploadID string, ev core.AuditEvent) (core.Record, error) {
	if err := s.index.MayInsert(ctx, r.PatientID, r.TypeID); err != nil {
		return core.Record{}, err
	}
	if r.Title == "" {
		r.Title = r.Filename
	}
	content, err := s.vault.OpenStaged(ctx, subjectPrefix+st.ID, st.Key, 0)
	if err != nil {
		return core.Record{}, err
	}
	defer content.Close()
	defer s.follow.arrives(r.PatientID, st.SHA256)()
	kept, err := s.files.KeepFile(ctx, by, core.NewFile{PatientID: r.PatientID, TypeID: r.TypeID, Name: r.Filename, MIME: st.MIME, Size: st.Size}, content)
	if core.CodeOf(err) == core.CodeConflict {
		return core.Record{}, s.whereItIs(ctx, r.PatientID, st.SHA256, err)
	}
	if err != nil {
		return core.Record{}, err
	}
	if kept.UploadedAt.IsZero() {
		kept.UploadedAt = s.now()
	}
	rec, err := s.index.InsertRecord(context.WithoutCancel(ctx), NewRow{
		NewRecord: r, ID: kept.ID, Size: st.Size, SHA256: st.SHA256, MIME: st.MIME,
		Wrapped: []byte{}, UploadedAt: kept.UploadedAt, UploadID: uploadID,
	}, ev)
	if err != nil {
		s.log.ErrorContext(ctx, "the file service has a document that is not in the chart here", "record_id", kept.ID, "err", err)
		return core.Record{}, err
	}
	s.keepCopy(ctx, copyOf{by.UserID, rec.ID}, sealedCopy{subject: subjectPrefix + st.ID, key: st.Key})
	return rec, nil
}

// whereItIs says of a document that the service has already when it is in this chart:
// whoever sends it again, because an answer was lost, finds it there. Of other charts
// nothing is said.
func (s *Store) whereItIs(ctx context.Context, patientID int64, sha256 string, refusal error) error {
	list, err := s.index.RecordsByPatient(ctx, patientID)
	if err != nil {
		return refusal
	}
	for _, r := range list {
		if r.SHA256 == sha256 {
			return core.Errorf(core.CodeConflict, "This document is in this chart already, since %s. It was not stored once more.",
				core.DateOf(r.UploadedAt).Display()).WithCause(refusal)
		}
	}
	return refusal
}

// errUnset: the row says that content is elsewhere, and nobody said where.
var errUnset = core.Errorf(core.CodeUnavailable, "The content of this document is kept by the portal's file service, which this server was not told of. Tell your administrator: FILE_SERVICE_URL.")

// openElsewhere gives content from offset on: of a copy where there is one; straight from
// the service the first time, from the start; else of a copy that is made now. It ends
// in an error when it is not what came in.
func (s *Store) openElsewhere(ctx context.Context, by core.Acting, id string, offset int64) (io.ReadCloser, error) {
	if s.files == nil {
		return nil, errUnset
	}
	if offset < 0 {
		return nil, core.Errorf(core.CodeInvalid, "The position to read from must not be negative.")
	}
	rec, err := s.index.Record(ctx, id)
	if err != nil {
		return nil, err
	}
	whose := copyOf{by.UserID, id}
	again, content, err := s.openCopy(ctx, whose, offset)
	if content != nil || err != nil {
		return content, err
	}
	if offset == 0 && !again {
		return s.fetch(ctx, by, rec)
	}
	return s.copied(ctx, by, rec, whose, offset)
}

// fetch gives the whole content from the service.
func (s *Store) fetch(ctx context.Context, by core.Acting, rec core.Record) (io.ReadCloser, error) {
	content, err := s.files.OpenFile(ctx, by, rec.ID)
	switch {
	case core.CodeOf(err) == core.CodeForbidden:
		return nil, notReleased(rec).WithCause(err)
	case err != nil:
		return nil, err
	}
	return &whole{ReadCloser: content, left: rec.Size, sum: rec.SHA256, hash: sha256.New()}, nil
}

// notReleased says who can help: the service releases a document to who uploaded it and
// to the patient, and to nobody who is assigned later.
func notReleased(rec core.Record) *core.Error {
	who := rec.UploadedByName
	if who == "" {
		who = "the person who uploaded it"
	}
	return core.Errorf(core.CodeForbidden, "The portal's file service has released this document to %s and to the patient only. "+
		"Ask %s, or the administrator of the portal, to release it to you.", who, who)
}

// whole fails at the end of content that is not what came in, instead of ending.
type whole struct {
	io.ReadCloser
	left int64
	sum  string
	hash hash.Hash
}

func (w *whole) Read(p []byte) (int, error) {
	n, err := w.ReadCloser.Read(p)
	w.hash.Write(p[:n])
	w.left -= int64(n)
	switch {
	case w.left < 0:
		return 0, errOther.WithCause(fmt.Errorf("%d bytes too many", -w.left))
	case err == io.EOF && w.left > 0:
		return n, errOther.WithCause(fmt.Errorf("%d bytes are missing", w.left))
	case err == io.EOF && w.sum != "" && hex.EncodeToString(w.hash.Sum(nil)) != w.sum:
		return n, errOther.WithCause(fmt.Errorf("another hash"))
	}
	return n, err
}

var errOther = core.Errorf(core.CodeBadGateway, "The portal's file service gave another document than the one that came in. Try again; if it stays, tell your administrator.")

// Who uploaded a record, and whether the service would look at the right one, is asked
// before it is told to delete anything.
var errWrongRecord = core.Errorf(core.CodeConflict, "The portal's file service would check the rights to another document, so it was not asked to delete this one. "+
	"Enter the record in error instead, or ask the administrator of the portal to delete it.")

func notUploader(rec core.Record) *core.Error {
	who := rec.UploadedByName
	if who == "" {
		who = "whoever uploaded it"
	}
	return core.Errorf(core.CodeForbidden, "The portal's file service lets only %s delete this document, who uploaded it. Enter the record in error instead.", who)
}

// deleteElsewhere removes content there, then the row: the other way round a failure in
// between would leave a document that nobody here knows of.
func (s *Store) deleteElsewhere(ctx context.Context, by core.Acting, id string, ev core.AuditEvent) error {
	if s.files == nil {
		return errUnset
	}
	rec, err := s.index.Record(ctx, id)
	if err != nil {
		return err
	}
	if err := errors.Join(core.Unseen(ev, rec.Version, rec), rec.Changeable()); err != nil {
		return err
	}
	if rec.UploadedBy != by.UserID {
		return notUploader(rec)
	}
	if s.source != nil {
		switch judged, err := s.source.JudgedRecord(ctx, id); {
		case err != nil && !core.IsNotFound(err):
			return err
		case err != nil || judged.ID != id:
			return errWrongRecord
		}
	}
	err = s.files.DeleteFile(ctx, by, id)
	switch {
	case core.CodeOf(err) == core.CodeForbidden:
		return errWrongRecord.WithCause(err)
	case err != nil && !core.IsNotFound(err):
		return err
	}
	s.dropCopies(ctx, func(kept sealedCopy) bool { return kept.recordID == id })
	if ev.UserID == 0 {
		ev.UserID = by.UserID // the row says who; the event is the caller's
	}
	return s.index.DeleteRecord(context.WithoutCancel(ctx), id, ev)
}

// errStaysWhole: the service knows no other chart for a document, and keeps bytes once.
var errStaysWhole = core.Errorf(core.CodeConflict, "The portal's file service cannot move a document to another chart or take it apart. "+
	"Enter this record in error, save its pages as files of their own and upload each to its patient.")

// staysWhole refuses what the service cannot do with what it keeps. What is under a
// hold, or gone, is refused for that.
func (s *Store) staysWhole(ctx context.Context, id string, ev core.AuditEvent) error {
	at, err := s.index.RecordLocation(ctx, id)
	if err != nil || !at.elsewhere() {
		return nil // the index says what is wrong
	}
	rec, err := s.index.Record(ctx, id)
	if err != nil {
		return err
	}
	if ev.PatientID != 0 && ev.PatientID != rec.PatientID {
		return core.Errorf(core.CodeNotFound, "Medical record not found")
	}
	if err := rec.Changeable(); err != nil {
		return err
	}
	return errStaysWhole
}

// verifyElsewhere reads the whole content from the service and compares it.
func (s *Store) verifyElsewhere(ctx context.Context, by core.Acting, rec core.Record) (core.Integrity, error) {
	if s.files == nil {
		return core.Integrity{}, errUnset
	}
	problem := ""
	content, err := s.fetch(ctx, by, rec)
	if err == nil {
		_, err = io.Copy(io.Discard, contextReader{ctx, content})
		content.Close()
	}
	switch {
	case core.IsNotFound(err):
		problem = problemMissing
	case core.CodeOf(err) == core.CodeBadGateway && core.MessageOf(err) == errOther.Message:
		problem = problemOther
	case err != nil:
		return core.Integrity{}, err
	}
	return core.Integrity{RecordID: rec.ID, OK: problem == "", SHA256: rec.SHA256, Size: rec.Size, Problem: problem, At: s.now()}, nil
}
