package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"clinician/internal/core"
)

// BeginUpload announces a file for an assigned patient's chart that will come
// in pieces, or takes up the caller's unfinished upload of the same bytes
// (found). What is said of the record is checked now, so that no piece is sent
// in vain.
func (s *Session) BeginUpload(ctx context.Context, n core.NewUpload) (u core.Upload, found bool, err error) {
	ev := s.event(core.EventUploadBegun, core.ActionCreate)
	if _, err := s.allowPatient(ctx, n.Record.PatientID, &ev, errNotAssigned); err != nil {
		return core.Upload{}, false, err
	}
	sum, err := hex.DecodeString(n.SHA256)
	if err != nil || len(sum) != sha256.Size && n.SHA256 != "" {
		f := fields{}
		f.add("sha256", "Send the SHA-256 as 64 hexadecimal digits, or leave it out.")
		return core.Upload{}, false, f.err()
	}
	n.SHA256 = hex.EncodeToString(sum) // one spelling, to be found by
	if err := s.checkNew(ctx, &n.Record); err != nil {
		return core.Upload{}, false, err
	}
	ev.Detail = map[string]any{"size": n.Size, "medical_record_type_id": n.Record.TypeID}
	u, found, err = s.Uploads.BeginUpload(ctx, n, ev)
	return u, found, s.meanwhile(ctx, ev, err)
}

// UnfinishedUploads lists the caller's unfinished uploads; those for patients who went
// to somebody else meanwhile are among them, so that they can be cancelled.
func (s *Session) UnfinishedUploads(ctx context.Context) ([]core.Upload, error) {
	list, err := s.Uploads.Uploads(ctx, s.who.UserID)
	if err != nil {
		return nil, err
	}
	return orEmpty(list), s.record(ctx, s.event(core.EventUploadsRead, core.ActionRead))
}

// UploadState says how much of one of the caller's uploads is stored.
func (s *Session) UploadState(ctx context.Context, id string) (core.Upload, error) {
	ev := s.event(core.EventUploadsRead, core.ActionRead)
	u, err := s.ownUpload(ctx, id, ev)
	if err != nil {
		return u, err
	}
	ev.PatientID, ev.RecordID = u.PatientID, u.RecordID
	return u, s.record(ctx, ev)
}

// AddPiece stores the next piece of one of the caller's uploads, durably when it
// returns.
func (s *Session) AddPiece(ctx context.Context, id string, offset int64, content io.Reader) (core.Upload, error) {
	ev := s.event(core.EventRecordUploaded, core.ActionCreate)
	if _, err := s.uploadFor(ctx, id, &ev); err != nil {
		return core.Upload{}, err
	}
	return s.Uploads.AddPiece(ctx, s.who.UserID, id, offset, content)
}

// FinishUpload makes the record of an upload whose pieces are all there, and
// gives it again when asked again. The act is recorded like any upload.
func (s *Session) FinishUpload(ctx context.Context, id string) (core.Record, error) {
	ev := s.event(core.EventRecordUploaded, core.ActionCreate)
	before, err := s.uploadFor(ctx, id, &ev)
	if err != nil {
		return core.Record{}, err
	}
	var rec core.Record
	err = core.Accounted(ctx, s.Audit, s.Uploads, &ev, func(stored core.AuditEvent) (err error) {
		rec, err = s.Uploads.FinishUpload(ctx, s.who, id, stored)
		if err == nil {
			ev.RecordID, ev.Detail = rec.ID, map[string]any{"size": rec.Size, "mime_type": rec.MIME, "upload_id": id}
		}
		return err
	})
	if err != nil {
		return core.Record{}, s.meanwhile(ctx, ev, err)
	}
	return s.arrived(ctx, rec, before.LeaveUnread || before.Complete)
}

// AbandonUpload removes one of the caller's unfinished uploads.
func (s *Session) AbandonUpload(ctx context.Context, id string) error {
	ev := s.event(core.EventUploadAbandoned, core.ActionDelete)
	if _, err := s.ownUpload(ctx, id, ev); err != nil {
		return err
	}
	return s.Uploads.AbandonUpload(ctx, s.who.UserID, id, ev)
}

// ownUpload finds one of the caller's uploads. Other people's and unknown ones
// are refused alike, and the refusal is recorded as ev.
func (s *Session) ownUpload(ctx context.Context, id string, ev core.AuditEvent) (core.Upload, error) {
	u, err := s.Uploads.Upload(ctx, s.who.UserID, id)
	if core.IsNotFound(err) {
		return u, s.refuse(ctx, ev, core.Errorf(core.CodeNotFound, "%s", core.MessageOf(err)))
	}
	return u, err
}

// uploadFor is ownUpload for a patient who is the caller's at this moment.
func (s *Session) uploadFor(ctx context.Context, id string, ev *core.AuditEvent) (core.Upload, error) {
	u, err := s.ownUpload(ctx, id, *ev)
	if err != nil {
		return u, err
	}
	_, err = s.allowPatient(ctx, u.PatientID, ev, errNotAssigned)
	return u, err
}
