package core

import (
	"context"
	"io"
	"time"
)

// General rules for every port:
//   - All methods may be called from many goroutines at once.
//   - A context that ends makes the call return soon with the context's error.
//   - "Not there" is an *Error with CodeNotFound; a part that does not answer is
//     CodeUnavailable and never disguised as "not found" or an empty list.
//   - Where a method takes an AuditEvent, a port that is Transactional stores the
//     change and the event together or not at all, and gives ErrUnassigned when the
//     event's Guard does not stand. Any other port is handed the zero event, and
//     Accounted keeps the account of it. The implementation fills in At (when zero) and the
//     ids that only come into being with the change (UserID of a signup,
//     PatientID of a new patient, Detail["clinician_id"], and so on).

// People knows users, clinicians and patients. It only reads, so that another
// service can be asked for them; what changes them is Registration.
type People interface {
	User(ctx context.Context, id int64) (User, error)
	// Credential looks a user up by e-mail, without case.
	Credential(ctx context.Context, email string) (Credential, error)
	// ClinicianByUser: CodeNotFound when the user has no clinician's profile.
	ClinicianByUser(ctx context.Context, userID int64) (Clinician, error)
	Patient(ctx context.Context, id int64) (Patient, error)
	// Ping reports whether whoever knows the people answers.
	Ping(ctx context.Context) error
}

// Registration makes and changes users, clinicians and patients.
type Registration interface {
	// CreateUser stores a user of any role but RoleClinician and RolePatient.
	// CodeConflict when the e-mail is taken (compared without case).
	CreateUser(ctx context.Context, u NewUser, ev AuditEvent) (User, error)
	// SetPassword replaces the stored hash.
	SetPassword(ctx context.Context, userID int64, hash string) error
	// SetActive enables or disables a user; disabling ends all sessions in the same step.
	SetActive(ctx context.Context, userID int64, active bool, ev AuditEvent) error
	// RegisterClinician stores user and profile in one step. CodeConflict when
	// the e-mail is taken; CodeInvalid with Fields["specialization_id"] when that
	// is not in the catalogue.
	RegisterClinician(ctx context.Context, c NewClinician, ev AuditEvent) (Clinician, error)
	UpdateProfile(ctx context.Context, userID int64, change ProfileChange, ev AuditEvent) (Clinician, error)
	CreatePatient(ctx context.Context, p NewPatient, ev AuditEvent) (Patient, error)
}

// Assignments knows whose patients are whose. It only reads; see Assigner.
type Assignments interface {
	// Patients lists the patients assigned to a clinician. The cost of a page
	// with a Limit does not grow with the number of patients.
	Patients(ctx context.Context, clinicianID int64, q PatientQuery) (PatientPage, error)
	// IsAssigned reports whether the patient is assigned to the clinician now.
	// An unknown patient is simply not assigned.
	IsAssigned(ctx context.Context, clinicianID, patientID int64) (bool, error)
}

// UnreadCounter is the capability of Assignments, and of RecentCharts, to say of each
// patient they list how many records the assigned clinician has not reviewed, where
// records says whether those are counted. Of others the use cases ask.
type UnreadCounter interface {
	CountsUnread(records RecordLifecycle) bool
}

// Panels is the capability of Assignments that another system keeps: what an act reads of
// all of a clinician's patients at once, beside the list itself, is read from what was
// taken over of that system, so the panel is asked for first. Single patients are asked
// for by IsAssigned.
type Panels interface {
	// EnsurePanel returns when the clinician's patients are known as they were a moment ago.
	EnsurePanel(ctx context.Context, clinicianID int64) error
}

// Assigner gives patients to clinicians.
type Assigner interface {
	// Assign gives the patient to a clinician and ends any other assignment at
	// the same moment. CodeNotFound when either does not exist. A subtype of nil
	// keeps what was recorded.
	Assign(ctx context.Context, patientID, clinicianID int64, subtype *int64, notes string, ev AuditEvent) (Assignment, error)
}

// PatientFinder finds patients by what is printed on their papers.
type PatientFinder interface {
	// PatientByMRN gives the id of the patient with a medical record number, with or
	// without spaces in it; CodeNotFound when there is none.
	PatientByMRN(ctx context.Context, mrn string) (int64, error)
}

// PatientImport takes patients in by the thousand.
type PatientImport interface {
	// ImportPatients stores patients, all assigned to one clinician, and gives their
	// ids in the order of list. Each batch is stored with an event like ev or not at
	// all; when one fails, the batches before it stay and their ids are given with the
	// error. CodeConflict for an e-mail or MRN that is taken.
	ImportPatients(ctx context.Context, clinicianID int64, list []ImportPatient, ev AuditEvent) ([]int64, error)
}

// RecentCharts remembers which charts a user opened lately. No other service does.
type RecentCharts interface {
	// MarkViewed remembers that a user looked at a patient; RecentPatients gives
	// those still assigned to the clinician, latest first.
	MarkViewed(ctx context.Context, userID, patientID int64, at time.Time) error
	RecentPatients(ctx context.Context, userID, clinicianID int64, limit int) ([]PatientSummary, error)
}

// Catalogues are the lists that people choose from.
type Catalogues interface {
	Roles(ctx context.Context) ([]RoleDetail, error)
	Specializations(ctx context.Context) ([]Specialization, error)
	Languages(ctx context.Context) ([]Language, error)
	RecordTypes(ctx context.Context) ([]RecordType, error)
}

// Calendar keeps appointments.
type Calendar interface {
	Appointments(ctx context.Context, q AppointmentQuery) ([]Appointment, error)
	CountAppointments(ctx context.Context, q AppointmentQuery) (int, error)
	// BookAppointment stores a and gives it back with its id and the patient's name.
	// A status of "" is booked. CodeNotFound for an unknown patient or clinician,
	// CodeInvalid with Fields["end"] when it does not end after its start.
	BookAppointment(ctx context.Context, a Appointment, ev AuditEvent) (Appointment, error)
}

// Authenticator proves who holds an access token.
type Authenticator interface {
	// Authenticate checks signature, kind and time of the token, then that its
	// session and user are alive at this moment. CodeUnauthenticated otherwise;
	// CodeForbidden when the role may not be here.
	Authenticate(ctx context.Context, access string, from Client) (Principal, error)
}

// Sessions keeps refresh-token families (RFC 9700 section 4.14.2).
type Sessions interface {
	// Open stores the session, the user's last login and ev.
	Open(ctx context.Context, s NewSession, ev AuditEvent) (Session, error)
	// Rotate exchanges a token. CodeUnauthenticated when it is unknown, expired,
	// idle for too long, or its family or user is no longer active; the message
	// is "Refresh token expired" or "Invalid refresh token". A spent token outside Grace
	// revokes the whole family and writes an EventTokenReuse of its own.
	Rotate(ctx context.Context, r Rotation, ev AuditEvent) (Rotated, error)
	// Active gives session and user when both are alive at the moment at;
	// else CodeUnauthenticated.
	Active(ctx context.Context, sessionID string, at time.Time) (Session, User, error)
	// Caller is Active and says as well which clinician the user is, 0 for none:
	// all that a request needs to know of who sends it, asked at once.
	Caller(ctx context.Context, sessionID string, at time.Time) (Session, User, int64, error)
	// ByToken gives the session a token (current or spent) belongs to.
	ByToken(ctx context.Context, token TokenHash) (Session, error)
	// Revoke ends one session, RevokeUser all of a user's and says which.
	// Ending what has ended is not an error.
	Revoke(ctx context.Context, sessionID string, ev AuditEvent) error
	RevokeUser(ctx context.Context, userID int64, ev AuditEvent) ([]string, error)
}

// TokenEnder is the capability of Sessions in a portal to end a refresh token that
// another of its services issued and that never came here.
type TokenEnder interface {
	// EndToken ends it when it is the user's; another's and an unknown one are left alone.
	EndToken(ctx context.Context, userID int64, token string) error
}

// Records keeps record metadata and content. Its acts on content take the person on
// whose behalf they are done: the caller has asked for the right to them, and a store
// that belongs to another service shows it who that is. Such a store asks for itself
// and may refuse: CodeUnauthenticated or CodeForbidden, with a sentence for people.
type Records interface {
	// Stage seals content to durable storage before anybody knows whether it
	// becomes a record. It reads content to its end without buffering it, stops
	// with CodeTooLarge after MaxFileBytes, with CodeInvalid when it is empty, and decides the type by content
	// (CodeUnsupported when that is not in AcceptedTypes). filename only helps to
	// tell kinds of text apart.
	Stage(ctx context.Context, by Acting, filename string, content io.Reader) (Staged, error)
	// Commit makes the record. After it returns, the record survives a crash.
	Commit(ctx context.Context, by Acting, s Staged, r NewRecord, ev AuditEvent) (Record, error)
	// Discard removes staged content.
	Discard(ctx context.Context, s Staged) error

	Record(ctx context.Context, id string) (Record, error)
	// ByPatient lists a patient's records, newest upload first.
	ByPatient(ctx context.Context, patientID int64) ([]Record, error)
	// Open gives the content in clear from offset to the end. Every byte that
	// is given out was authenticated; content that was tampered with ends in an
	// error. The caller closes it.
	Open(ctx context.Context, by Acting, id string, offset int64) (io.ReadCloser, error)
	// Delete removes record, results and content. The row goes first, in one
	// step with ev; what is left of the content is swept later.
	Delete(ctx context.Context, by Acting, id string, ev AuditEvent) error
	// Ping reports whether content can be stored and what was stored is there, as far as
	// that shows at the same cost however much it is.
	Ping(ctx context.Context) error
}

// Recognizer reads records: queue, progress, results.
type Recognizer interface {
	// Submit stores a job durably and answers at once. While one with the same
	// settings waits or runs for the record, that one is answered, and made
	// more urgent when that is asked for; so is, to whoever asks first, one of
	// Arrival that has read all of it.
	Submit(ctx context.Context, r JobRequest, ev AuditEvent) (Job, error)
	// Hasten puts in front what waits for a record: somebody looks at it.
	Hasten(ctx context.Context, recordID string) error
	Job(ctx context.Context, id string) (Job, error)
	Jobs(ctx context.Context, q JobQuery) ([]Job, error)
	// Watch gives a snapshot of the job as its first event, then what happens,
	// and ends after the final event. Progress may be skipped, endings never.
	Watch(ctx context.Context, id string) (JobWatch, error)
	// Result gives the outcome of a completed job; CodeConflict while it is not
	// completed ("Job not completed. Current status: processing").
	Result(ctx context.Context, id string) (Result, error)
	// Page gives one finished page with its words, also while the job still
	// runs; CodeNotFound when it is not finished.
	Page(ctx context.Context, id string, number int) (Page, error)
	// Cancel ends a job that has not ended; CodeConflict when it has.
	Cancel(ctx context.Context, id string, ev AuditEvent) (Job, error)
	// Engine says what reads, or CodeEngineMissing with what to install.
	Engine(ctx context.Context) (EngineInfo, error)
}

// JobWatch is a stream of events. One goroutine pulls.
type JobWatch interface {
	// Next waits for the next event; io.EOF after the final one.
	Next(ctx context.Context) (JobEvent, error)
	// Close ends the stream; it may be called at any time and more than once. Next
	// then gives an error.
	Close() error
}

// Engine turns one page image into words.
type Engine interface {
	// Info is CodeEngineMissing, with what to install, when the engine cannot run.
	Info(ctx context.Context) (EngineInfo, error)
	// ReadPage gives the words in reading order. An empty page has no words and
	// no error. Ending the context kills the work at once.
	ReadPage(ctx context.Context, img PageImage, r ReadRequest) ([]Word, error)
}

// PageOpener opens documents outside this process, where hostile bytes do no harm.
type PageOpener interface {
	// OpenPages takes the document's bytes to their end. CodeInvalid with a
	// sentence for people when the document is broken or encrypted.
	OpenPages(ctx context.Context, mime string, content io.Reader) (PageSource, error)
}

// PageDesk is a PageOpener that keeps a document open for somebody who looks at one page
// after the other. How many documents are open at once is bounded: CodeUnavailable with
// RetryAfter when all are in use for longer than a person waits.
type PageDesk interface {
	PageOpener
	// OpenFor gives the document the viewer has open, if that is the one, or opens it.
	// It stays open for a minute after the source was closed, unless the viewer opens
	// another one, v.Watch ends, or somebody else needs the room.
	OpenFor(ctx context.Context, v Viewing) (PageSource, error)
	// Unlock gives a copy of a PDF that opens without a password. CodeInvalid with
	// Fields["password"] when password is not the document's, or it has none. The
	// password is kept nowhere.
	Unlock(ctx context.Context, password string, content io.Reader) ([]byte, error)
}

// Viewing is a document and who looks at it.
type Viewing struct {
	Viewer   string // each has at most one open; two viewers never share one
	Document string // tells documents apart, and what of them may be seen
	MIME     string
	Open     func(context.Context) (io.ReadCloser, error)
	// Watch is called when the document was opened. With the end of its context the
	// document is closed at once; end is called when it was closed for another reason.
	Watch func() (life context.Context, end func())
}

// PageSource is an open document. Methods are called from one goroutine at a time.
type PageSource interface {
	// Count is the number of pages, at least 1.
	Count() int
	// Text gives the words of the page's own text layer, or none when it has no
	// usable one. For plain text documents it is the text.
	Text(ctx context.Context, page int) (Page, error)
	// Image draws a page, numbered from 1.
	Image(ctx context.Context, page int, r ImageRequest) (PageImage, error)
	// Close frees everything, at once, also while a call is under way.
	Close() error
}

// TempIndex keeps track of temporary views. Entries vanish at ExpiresAt.
type TempIndex interface {
	Put(ctx context.Context, e TempEntry) error
	// Get is CodeNotFound for an unknown or expired id and for another user's.
	Get(ctx context.Context, userID int64, id string) (TempEntry, error)
	// Delete removes an entry and returns it; CodeNotFound as for Get.
	Delete(ctx context.Context, userID int64, id string) (TempEntry, error)
	// ByUser lists a user's entries.
	ByUser(ctx context.Context, userID int64) ([]TempEntry, error)
	// Alive reports whether any user has an entry of this id.
	Alive(ctx context.Context, id string) (bool, error)
}

// Bus carries job events between those who make and those who watch, within a
// process or between replicas. Delivery: at most once and lossy for progress
// (a slow subscriber skips to the newest), certain for final events as long as
// both ends live.
type Bus interface {
	Publish(ctx context.Context, jobID string, ev JobEvent) error
	Subscribe(ctx context.Context, jobID string) (JobWatch, error)
	// Remember notes a submitted job for an hour where other programs look for
	// it (the replaced service's ocr_job:<id> key); a bus without such a place does nothing.
	Remember(ctx context.Context, j Job) error
	// Ping reports whether the bus answers.
	Ping(ctx context.Context) error
}

// AuditLog is append-only and hash-chained.
type AuditLog interface {
	// Append stores ev durably before it returns. When it fails, the act must
	// not go ahead. It is ErrUnassigned when ev's Guard does not stand.
	Append(ctx context.Context, ev AuditEvent) error
	Query(ctx context.Context, q AuditQuery) ([]AuditEvent, error)
	// Latest gives what was done last with a patient, newest first: at most limit
	// events, of which only At, Type, Outcome, Service, UserID, PatientID and RecordID
	// are filled in. It costs less than Query, for a chart shows it every time.
	Latest(ctx context.Context, patientID int64, limit int) ([]AuditEvent, error)
	// Intend appends ev, durably, as something that is about to be done in a system
	// that does not share a transaction with this log, and gives its number;
	// Conclude appends how that ended, once: CodeConflict when intent is not open.
	// OpenIntents gives those without an end, oldest first. See Accounted.
	Intend(ctx context.Context, ev AuditEvent) (intent int64, err error)
	Conclude(ctx context.Context, intent int64, ev AuditEvent) error
	OpenIntents(ctx context.Context) ([]AuditEvent, error)
	// Verify walks the whole chain and gives the number of good events, and an
	// error that names the first bad one.
	Verify(ctx context.Context) (int64, error)
	// CheckEnd checks that the end of the log is as it was signed, at the same cost
	// however long the log is.
	CheckEnd(ctx context.Context) error
}
