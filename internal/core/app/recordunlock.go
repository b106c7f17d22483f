package app

import (
	"bytes"
	"context"
	"errors"
	"unicode/utf8"

	"clinician/internal/core"
)

// unlockedReason is why the protected record is out of use.
const unlockedReason = "Protected with a password; a copy that opens without it is in the chart."

// UnlockRecord makes a record of a protected PDF that opens without its password. It
// takes the place of the protected one, which is kept, entered in error. The password
// goes to the page worker and is kept nowhere.
func (s *Session) UnlockRecord(ctx context.Context, id string, u core.UnlockRecord) (core.Unlocked, error) {
	ev := s.changing(core.EventRecordUnlocked, core.ActionUpdate, u.Version)
	r, err := s.allowRecord(ctx, id, &ev)
	if err != nil {
		return core.Unlocked{}, err
	}
	ev.PatientID, ev.RecordID = r.PatientID, r.ID
	if err := errors.Join(core.Unseen(ev, r.Version, r), r.Changeable()); err != nil { // before the work; the store asks again
		return core.Unlocked{}, s.held(ctx, r, ev, err)
	}
	f := fields{}
	switch {
	case u.Password == "":
		f.add("password", "This field may not be blank.")
	case len(u.Password) > core.MaxFilePassword || !utf8.ValidString(u.Password):
		f.add("password", "This cannot be the password of a document.")
	case r.MIME != core.MIMEPDF:
		f.add("password", "Only PDF documents can be opened with a password. Save this file without its password and upload that.")
	}
	if err := f.err(); err != nil {
		return core.Unlocked{}, err
	}
	if err := readable(r, false); err != nil {
		return core.Unlocked{}, err
	}
	staged, err := s.unlock(ctx, r, u.Password)
	if err != nil {
		return core.Unlocked{}, s.guessed(ctx, ev, err)
	}
	part := core.RecordPart{Staged: staged, Record: core.NewRecord{PatientID: r.PatientID, TypeID: r.Type.ID, Title: r.Title, Filename: r.Filename,
		DocumentDate: r.DocumentDate, UploadedBy: s.who.UserID, Source: r.Source, ReceivedBy: r.ReceivedBy, Tags: r.Tags}}
	var done core.Unlocked
	err = core.Accounted(ctx, s.Audit, s.Contents, &ev, func(stored core.AuditEvent) error {
		original, made, err := s.Contents.SplitRecord(ctx, s.who, id, unlockedReason, []core.RecordPart{part}, stored)
		if err == nil {
			done = core.Unlocked{Record: made[0], Original: original}
		}
		return err
	})
	if err != nil {
		s.Discard(ctx, staged)
		return core.Unlocked{}, s.held(ctx, r, ev, err)
	}
	if err := s.cancelJobs(ctx, r); err != nil {
		s.log.WarnContext(ctx, "jobs of a protected record go on", "record_id", r.ID, "err", err)
	}
	s.closeViewsOf(ctx, id)
	done.Record.LastJob = s.readOnArrival(ctx, done.Record)
	return done, nil
}

// guessed records that a password did not open the document: who tries many can be seen.
// What was tried is not recorded, for it may open something else.
func (s *Session) guessed(ctx context.Context, ev core.AuditEvent, err error) error {
	var e *core.Error
	if !errors.As(err, &e) || e.Fields["password"] == nil {
		return err
	}
	ev.Outcome, ev.Guard, ev.Detail = core.OutcomeFailure, nil, map[string]any{"wrong_password": true}
	if failed := s.record(ctx, ev); failed != nil {
		return failed
	}
	return err
}

// unlock seals a copy of the record's content that opens without the password.
func (s *Session) unlock(ctx context.Context, r core.Record, password string) (core.Staged, error) {
	content, err := s.openContent(ctx, r, 0, core.EventRecordUnlocked)
	if err != nil {
		return core.Staged{}, err
	}
	defer content.Close()
	clear, err := s.Pages.Unlock(ctx, password, content)
	if err != nil {
		return core.Staged{}, err
	}
	return s.Records.Stage(ctx, s.who, r.Filename, bytes.NewReader(clear))
}
