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
	r, err := s.readContent(ctx, recordID, core.EventRecordViewed, false)
	if err != nil {
		return core.TempEntry{}, err
	}
	s.lookedAt(ctx, r.ID)
	content, err := s.openContent(ctx, r, 0, core.EventRecordViewed)
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
// owner still is the patient's clinician and the record that patient's.
func (s *Session) OpenTemp(ctx context.Context, id string) (Content, error) {
	e, ev, err := s.allowTemp(ctx, id)
	if err != nil {
		return Content{}, err
	}
	ev.PatientID = e.PatientID
	if err := s.record(ctx, ev); err != nil {
		return Content{}, err
	}
	st := s.stream(ctx, e.RecordID, func(ctx context.Context) error {
		_, _, err := s.allowTemp(ctx, id)
		return err
	})
	r := core.Record{ID: e.RecordID, FileID: e.RecordID, PatientID: e.PatientID, MIME: e.MIME,
		Filename: e.Filename, Size: e.Size, UploadedAt: e.CreatedAt}
	return Content{st, r, func(offset int64) (io.ReadCloser, error) {
		_, content, err := s.Temp.Open(st.Context(), s.who.UserID, id)
		if err != nil {
			return nil, err
		}
		if _, err := content.Seek(offset, io.SeekStart); err != nil {
			content.Close()
			return nil, err
		}
		return st.guard(content), nil
	}}, nil
}

// allowTemp finds a view that the caller may open now, and begins the event of
// opening it.
func (s *Session) allowTemp(ctx context.Context, id string) (core.TempEntry, core.AuditEvent, error) {
	ev := s.event(core.EventTempOpened, core.ActionRead)
	e, err := s.tempEntry(ctx, id)
	if core.IsNotFound(err) {
		e, err = core.TempEntry{}, nil // as in allowRecord
	}
	if err != nil {
		return e, ev, err
	}
	ev.RecordID = e.RecordID
	if _, err := s.allowPatient(ctx, e.PatientID, &ev, errTempNotFound); err != nil {
		return e, ev, err
	}
	now, err := s.Records.Record(ctx, e.RecordID)
	if core.IsNotFound(err) || err == nil && (now.PatientID != e.PatientID || now.Status != core.RecordCurrent) {
		return e, ev, errTempNotFound
	}
	return e, ev, err
}

// CleanupTemp removes one of the caller's temporary views and says whether
// there was one.
func (s *Session) CleanupTemp(ctx context.Context, id string) (bool, error) {
	e, err := s.tempEntry(ctx, id)
	if err == nil {
		err = s.Temp.Remove(ctx, s.who.UserID, id)
	}
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

// tempEntry finds one of the caller's own views.
func (s *Session) tempEntry(ctx context.Context, id string) (core.TempEntry, error) {
	e, content, err := s.Temp.Open(ctx, s.who.UserID, id)
	if core.IsNotFound(err) {
		return e, errTempNotFound
	}
	if err != nil {
		return e, err
	}
	return e, content.Close()
}

// closeViews removes the caller's views of one session, or all with "".
func (s *Session) closeViews(ctx context.Context, sessionID string) error {
	_, err := s.Temp.RemoveUser(ctx, s.who.UserID, sessionID)
	return err
}
