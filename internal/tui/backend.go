package tui

import (
	"context"
	"io"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// Backend is the server as the screens see it. clients/clinicianapi implements
// it over HTTP; tests bring their own. Every method may block and is called
// from a tea.Cmd, never from Update or View. Errors are *core.Error:
// CodeUnauthenticated means the session is over, CodeUnavailable that the
// server cannot be reached.
type Backend interface {
	Login(ctx context.Context, email, password string) (core.SignedIn, error)
	Signup(ctx context.Context, s core.Signup) (core.SignedIn, error)
	// Resume takes up the session whose refresh token the token vault keeps;
	// CodeUnauthenticated when there is none or it is over.
	Resume(ctx context.Context) (core.Profile, error)
	// KeepAlive refreshes the access token when it is about to end. Call it
	// every few minutes while the user is active.
	KeepAlive(ctx context.Context) error
	Logout(ctx context.Context, everywhere bool) error
	// Unlock checks the password of the person who is signed in. Their session
	// stays, or is begun anew when it has ended meanwhile.
	Unlock(ctx context.Context, email, password string) (core.SignedIn, error)

	Profile(ctx context.Context) (core.Profile, error)
	UpdateProfile(ctx context.Context, c core.ProfileChange) (core.Profile, error)
	Specializations(ctx context.Context) ([]core.Specialization, error)
	RecordTypes(ctx context.Context) ([]core.RecordType, error)
	Limits(ctx context.Context) (core.Limits, error)
	Dashboard(ctx context.Context) (core.Dashboard, error)

	Patients(ctx context.Context, q core.PatientQuery) (core.PatientPage, error)
	Patient(ctx context.Context, id int64) (core.PatientDetail, error)
	Records(ctx context.Context, patientID int64) ([]core.Record, error)
	// AllRecords is Records with those entered in error and the tombstones of
	// those moved away.
	AllRecords(ctx context.Context, patientID int64) ([]core.Record, error)

	// UnreadRecords is one page of what the user has not reviewed of all patients,
	// newest upload first; its Count is the dashboard's.
	UnreadRecords(ctx context.Context, limit int, cursor string) (core.UnreadPage, error)
	// AccessHistory is one page of who did what with a chart, newest first.
	AccessHistory(ctx context.Context, patientID int64, limit int, cursor string) (core.AccessPage, error)

	// Appointments of the caller, earliest first.
	Appointments(ctx context.Context, q core.AppointmentFilter) (core.AppointmentList, error)
	Notifications(ctx context.Context, q core.NotificationQuery) (core.NotificationPage, error)
	// ViewNotification says that it was opened; one of level "info" is then done.
	ViewNotification(ctx context.Context, id int64) (core.Notification, error)
	// Acknowledge ends a notification, Reopen undoes that (and a deferral).
	Acknowledge(ctx context.Context, id int64) (core.Notification, error)
	Reopen(ctx context.Context, id int64) (core.Notification, error)
	Defer(ctx context.Context, id int64, until time.Time) (core.Notification, error)
	// Forward hands a notification to the clinician with this e-mail address.
	Forward(ctx context.Context, id int64, email, note string) (core.Notification, error)

	// SearchPatient searches the text of one patient's documents (q.PatientID),
	// SearchAll that of all the caller's patients. The text is never a plain
	// index; the answer comes newest document first, in pages.
	SearchPatient(ctx context.Context, q core.TextQuery) (core.TextHits, error)
	SearchAll(ctx context.Context, q core.TextQuery) (core.TextHits, error)
	// TrendNames lists what can be followed over time, Trend gives one of them.
	TrendNames(ctx context.Context, patientID int64) ([]core.TrendName, error)
	Trend(ctx context.Context, patientID int64, name string) (core.Trend, error)

	// Upload streams content; progress is called with the bytes sent so far, from another
	// goroutine than the caller's, and must be quick.
	Upload(ctx context.Context, u core.NewDocument, progress func(sent int64)) (wire.Uploaded, error)
	// Download writes the record to w, with progress like Upload.
	Download(ctx context.Context, recordID string, w io.Writer, progress func(received int64)) error
	DeleteRecord(ctx context.Context, recordID string) error
	// EditRecord changes what e holds; EnteredInError hides a record and
	// RestoreRecord brings it back, each for a reason. A legal hold and a record
	// that is hidden or moved already are CodeConflict with a sentence for people.
	EditRecord(ctx context.Context, recordID string, e core.RecordEdit) (core.Record, error)
	EnteredInError(ctx context.Context, recordID, reason string) (core.Record, error)
	RestoreRecord(ctx context.Context, recordID, reason string) (core.Record, error)
	// HoldRecord places a legal hold, ReleaseRecord takes it away again:
	// CodeForbidden when somebody else placed it.
	HoldRecord(ctx context.Context, recordID, reason string) (core.Record, error)
	ReleaseRecord(ctx context.Context, recordID, reason string) (core.Record, error)
	// VerifyRecord has the server compare the file with what came in. Damage is
	// part of the answer, not an error.
	VerifyRecord(ctx context.Context, recordID string) (core.Integrity, error)
	// SplitRecord makes a document of each part of a bundle, every page in one;
	// CodeForbidden when the identifiers of a part do not fit its patient.
	SplitRecord(ctx context.Context, recordID string, split core.SplitRecord) (wire.SplitDone, error)
	// MoveRecord gives a misfiled record to another patient; CodeForbidden when
	// the identifiers do not fit that patient.
	MoveRecord(ctx context.Context, recordID string, m core.MoveRecord) (wire.Moved, error)
	// ReviewRecord notes that this user has read the record, or takes that back.
	ReviewRecord(ctx context.Context, recordID string, reviewed bool) (core.Record, error)
	// PageImage gives a page drawn as PNG, at most width pixels wide.
	PageImage(ctx context.Context, recordID string, page, width int) ([]byte, error)

	Analyze(ctx context.Context, recordID, language string) (wire.Submitted, error)
	Job(ctx context.Context, jobID string) (core.Job, error)
	Jobs(ctx context.Context, recordID string) ([]core.Job, error)
	// JobsIn lists jobs of a state: "running" or "failed", as the dashboard counts them.
	JobsIn(ctx context.Context, state string) ([]core.Job, error)
	Result(ctx context.Context, jobID string) (core.Result, error)
	Page(ctx context.Context, jobID string, number int) (core.Page, error)
	CancelJob(ctx context.Context, jobID string) error
	// AnalyzeWith is Analyze with all settings; RetryJob tries an ended job again.
	// Both give the job that does it already, if there is one.
	AnalyzeWith(ctx context.Context, recordID string, o core.AnalyzeOptions) (wire.Submitted, error)
	RetryJob(ctx context.Context, jobID string, o core.AnalyzeOptions) (wire.Submitted, error)

	// Values lists what was found in a record's newest reading, with reviews.
	Values(ctx context.Context, recordID string, f core.ValueFilter) (core.RecordValues, error)
	// ReviewValue says that a value is verified, corrected or rejected; UndoReview
	// takes that back. Both give the value as it is then.
	ReviewValue(ctx context.Context, recordID, valueID string, r core.ValueReview) (core.Value, error)
	UndoReview(ctx context.Context, recordID, valueID string) (core.Value, error)
	// PatientCheck says page by page whether a record belongs to its patient;
	// ResolveCheck decides that it does.
	PatientCheck(ctx context.Context, recordID string) (core.DocumentCheck, error)
	ResolveCheck(ctx context.Context, recordID, reason string) (core.DocumentCheck, error)
	// PageText is a page's text with its corrections; CorrectText adds one,
	// UndoCorrection takes the last one back.
	PageText(ctx context.Context, recordID string, page int) (core.PageCorrections, error)
	CorrectText(ctx context.Context, recordID string, page int, c core.TextCorrection) (core.PageCorrections, error)
	// KeepDraft keeps what was typed over a page and is not stored, so that it
	// outlives the program; PageText has it. DropDraft throws it away.
	KeepDraft(ctx context.Context, recordID string, page int, d core.DraftText) error
	DropDraft(ctx context.Context, recordID string, page int) error
	UndoCorrection(ctx context.Context, recordID string, page int) (core.PageCorrections, error)
	// WatchJob follows a job over the WebSocket. Next reconnects by itself after a
	// lost connection and then starts with a fresh status frame; it gives
	// CodeUnavailable once per lost connection so that the screen can say so, and
	// may be called again. io.EOF after the end of the job.
	WatchJob(ctx context.Context, jobID string) (wire.Progress, error)

	// Keyring says where the tokens are kept: "keyring" or "memory", and why.
	Keyring() (place, reason string)
	// Address is the server's address for display.
	Address() string
}
