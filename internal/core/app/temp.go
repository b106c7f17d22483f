package app

import (
	"context"
	"io"

	"clinician/internal/core"
)

// ViewTemp makes a temporary view of a record for the caller alone: sealed on
// disk under a key that exists in memory (or Redis) only, gone after its time,
// on CleanupTemp, on logout and at a restart.
func (s *Session) ViewTemp(ctx context.Context, recordID string) (core.TempEntry, error) {
	r, _, err := s.readRecord(ctx, recordID, core.EventRecordViewed)
	if err != nil {
		return core.TempEntry{}, err
	}
	content, err := s.Records.Open(ctx, r.ID, 0)
	if err != nil {
		return core.TempEntry{}, err
	}
	defer content.Close()
	return s.Temp.Create(ctx, core.TempEntry{
		CreatedAt: s.now(), ExpiresAt: s.now().Add(s.tempTTL), RecordID: r.ID, PatientID: r.PatientID,
		UserID: s.who.UserID, SessionID: s.who.SessionID, MIME: r.MIME, Filename: r.Filename, Size: r.Size,
	}, content)
}

var errTempNotFound = core.Errorf(core.CodeNotFound, "Temporary file not found")

// OpenTemp gives the content of a temporary view to its owner, as long as the
// owner still is the patient's clinician.
func (s *Session) OpenTemp(ctx context.Context, id string) (Content, error) {
	e, _, err := s.Temp.Open(ctx, s.who.UserID, id, 0)
	if core.IsNotFound(err) {
		return Content{}, errTempNotFound
	}
	if err != nil {
		return Content{}, err
	}
	ev := s.event(core.EventTempOpened, core.ActionRead)
	ev.RecordID = e.RecordID
	if _, err := s.allowPatient(ctx, e.PatientID, ev, errTempNotFound); err != nil {
		return Content{}, err
	}
	ev.PatientID = e.PatientID
	if err := s.record(ctx, ev); err != nil {
		return Content{}, err
	}
	r := core.Record{ID: e.RecordID, FileID: e.RecordID, PatientID: e.PatientID, MIME: e.MIME,
		Filename: e.Filename, Size: e.Size, UploadedAt: e.CreatedAt}
	return Content{r, func(offset int64) (io.ReadCloser, error) {
		_, content, err := s.Temp.Open(ctx, s.who.UserID, id, offset)
		return content, err
	}}, nil
}

// CleanupTemp removes one of the caller's temporary views and says whether
// there was one.
func (s *Session) CleanupTemp(ctx context.Context, id string) (bool, error) {
	e, err := s.Temp.Remove(ctx, s.who.UserID, id)
	if core.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	ev := s.event(core.EventTempClosed, core.ActionDelete)
	ev.PatientID, ev.RecordID = e.PatientID, e.RecordID
	return true, s.record(ctx, ev)
}
