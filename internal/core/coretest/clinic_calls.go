package coretest

import (
	"context"
	"io"
	"time"

	"clinician/internal/core"
)

// What changes something, and what is not the same when it is asked twice, is
// asked of one way only.

func (c clinicCalls) Upload(ctx context.Context, d core.NewDocument, progress func(int64)) (core.Record, error) {
	c.made.add("Upload")
	return c.Clinic.Upload(ctx, d, progress)
}

func (c clinicCalls) AbandonUpload(ctx context.Context, id string) error {
	c.made.add("AbandonUpload")
	return c.Clinic.AbandonUpload(ctx, id)
}

func (c clinicCalls) Download(ctx context.Context, id string, all bool, w io.Writer, progress func(int64)) error {
	c.made.add("Download")
	return c.Clinic.Download(ctx, id, all, w, progress)
}

func (c clinicCalls) EditRecord(ctx context.Context, id string, e core.RecordEdit) (core.Record, error) {
	c.made.add("EditRecord")
	return c.Clinic.EditRecord(ctx, id, e)
}

func (c clinicCalls) EnterInError(ctx context.Context, id string, confirmed core.Confirmation) (core.Record, error) {
	c.made.add("EnterInError")
	return c.Clinic.EnterInError(ctx, id, confirmed)
}

func (c clinicCalls) RestoreRecord(ctx context.Context, id string, confirmed core.Confirmation) (core.Record, error) {
	c.made.add("RestoreRecord")
	return c.Clinic.RestoreRecord(ctx, id, confirmed)
}

func (c clinicCalls) HoldRecord(ctx context.Context, id string, confirmed core.Confirmation) (core.Record, error) {
	c.made.add("HoldRecord")
	return c.Clinic.HoldRecord(ctx, id, confirmed)
}

func (c clinicCalls) ReleaseRecord(ctx context.Context, id string, confirmed core.Confirmation) (core.Record, error) {
	c.made.add("ReleaseRecord")
	return c.Clinic.ReleaseRecord(ctx, id, confirmed)
}

func (c clinicCalls) ReviewRecord(ctx context.Context, id, version string, reviewed bool) (core.Record, error) {
	c.made.add("ReviewRecord")
	return c.Clinic.ReviewRecord(ctx, id, version, reviewed)
}

func (c clinicCalls) MoveRecord(ctx context.Context, id string, m core.MoveRecord) (core.Record, error) {
	c.made.add("MoveRecord")
	return c.Clinic.MoveRecord(ctx, id, m)
}

func (c clinicCalls) SplitRecord(ctx context.Context, id string, s core.SplitRecord) (core.SplitDone, error) {
	c.made.add("SplitRecord")
	return c.Clinic.SplitRecord(ctx, id, s)
}

func (c clinicCalls) UnlockRecord(ctx context.Context, id string, u core.UnlockRecord) (core.Unlocked, error) {
	c.made.add("UnlockRecord")
	return c.Clinic.UnlockRecord(ctx, id, u)
}

func (c clinicCalls) DeleteRecord(ctx context.Context, id, version string, typed core.Identifiers) error {
	c.made.add("DeleteRecord")
	return c.Clinic.DeleteRecord(ctx, id, version, typed)
}

func (c clinicCalls) Analyze(ctx context.Context, recordID string, o core.AnalyzeOptions) (core.Submission, error) {
	c.made.add("Analyze")
	return c.Clinic.Analyze(ctx, recordID, o)
}

func (c clinicCalls) RetryJob(ctx context.Context, jobID string, o core.AnalyzeOptions) (core.Submission, error) {
	c.made.add("RetryJob")
	return c.Clinic.RetryJob(ctx, jobID, o)
}

func (c clinicCalls) CancelJob(ctx context.Context, id string) error {
	c.made.add("CancelJob")
	return c.Clinic.CancelJob(ctx, id)
}

func (c clinicCalls) WatchJob(ctx context.Context, id string) (core.JobWatch, error) {
	c.made.add("WatchJob")
	return c.Clinic.WatchJob(ctx, id)
}

func (c clinicCalls) ReviewValue(ctx context.Context, recordID, valueID string, r core.ValueReview) (core.Value, error) {
	c.made.add("ReviewValue")
	return c.Clinic.ReviewValue(ctx, recordID, valueID, r)
}

func (c clinicCalls) UndoReview(ctx context.Context, recordID, valueID, version string) (core.Value, error) {
	c.made.add("UndoReview")
	return c.Clinic.UndoReview(ctx, recordID, valueID, version)
}

func (c clinicCalls) ResolveCheck(ctx context.Context, recordID, version, reason string) (core.DocumentCheck, error) {
	c.made.add("ResolveCheck")
	return c.Clinic.ResolveCheck(ctx, recordID, version, reason)
}

func (c clinicCalls) CorrectText(ctx context.Context, recordID string, page int, text core.TextCorrection) (core.PageCorrections, error) {
	c.made.add("CorrectText")
	return c.Clinic.CorrectText(ctx, recordID, page, text)
}

func (c clinicCalls) UndoCorrection(ctx context.Context, recordID string, page int, version string) (core.PageCorrections, error) {
	c.made.add("UndoCorrection")
	return c.Clinic.UndoCorrection(ctx, recordID, page, version)
}

func (c clinicCalls) KeepDraft(ctx context.Context, recordID string, page int, d core.DraftText) error {
	c.made.add("KeepDraft")
	return c.Clinic.KeepDraft(ctx, recordID, page, d)
}

func (c clinicCalls) DropDraft(ctx context.Context, recordID string, page int) error {
	c.made.add("DropDraft")
	return c.Clinic.DropDraft(ctx, recordID, page)
}

func (c clinicCalls) SendTask(ctx context.Context, recordID string, t core.NewTask) (core.Task, error) {
	c.made.add("SendTask")
	return c.Clinic.SendTask(ctx, recordID, t)
}

func (c clinicCalls) ChangeTask(ctx context.Context, id, version string, act core.TaskAct, answer string) (core.Task, error) {
	c.made.add("ChangeTask")
	return c.Clinic.ChangeTask(ctx, id, version, act, answer)
}

func (c clinicCalls) AddNote(ctx context.Context, recordID string, n core.NewNote) (core.Note, error) {
	c.made.add("AddNote")
	return c.Clinic.AddNote(ctx, recordID, n)
}

func (c clinicCalls) NoteInError(ctx context.Context, recordID, noteID, version, reason string) (core.Note, error) {
	c.made.add("NoteInError")
	return c.Clinic.NoteInError(ctx, recordID, noteID, version, reason)
}

func (c clinicCalls) ChangeNotification(ctx context.Context, id int64, version string, act core.NotificationAct, until time.Time) (core.Notification, error) {
	c.made.add("ChangeNotification")
	return c.Clinic.ChangeNotification(ctx, id, version, act, until)
}

func (c clinicCalls) ForwardNotification(ctx context.Context, id int64, version, email, note string) (core.Notification, error) {
	c.made.add("ForwardNotification")
	return c.Clinic.ForwardNotification(ctx, id, version, email, note)
}

func (c clinicCalls) UpdateProfile(ctx context.Context, change core.ProfileChange) (core.Profile, error) {
	c.made.add("UpdateProfile")
	return c.Clinic.UpdateProfile(ctx, change)
}

func (c clinicCalls) AccessHistory(ctx context.Context, patientID int64, limit int, cursor string) (core.AccessPage, error) {
	c.made.add("AccessHistory")
	return c.Clinic.AccessHistory(ctx, patientID, limit, cursor)
}
