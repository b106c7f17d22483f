// Package app holds the use cases: what a person can do, who may do it, and
// what is written down about it. Each use case runs in the same order: check
// policy, write the audit event, do the work, answer. Reads are recorded
// durably before the first byte is given out; changes are stored in one step
// with their event.
//
// Use cases of a known person hang off a Session, made by Service.As, so that
// no call can run with a forgotten principal.
package app

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/auth"
	"clinician/internal/core/tempfile"
)

// Ports are the parts a Service works with; all are needed.
type Ports struct {
	People        core.People
	Registration  core.Registration
	Assignments   core.Assignments
	Recent        core.RecentCharts
	Catalogues    core.Catalogues
	Calendar      core.Calendar
	Authenticator core.Authenticator // nil: our own tokens and sessions
	Sessions      core.Sessions
	Records       core.Records
	Lifecycle     core.RecordLifecycle
	Contents      core.RecordContents
	Uploads       core.Uploads
	Recognizer    core.Recognizer
	Pages         core.PageDesk
	Temp          *tempfile.Store
	Audit         core.AuditLog
	Bus           core.Bus
	Passwords     *auth.Passwords
	Tokens        *auth.Access
	Throttle      core.Throttle
	Inbox         core.Inbox
	Library       core.Library
	Texts         core.TextReader
	Values        core.ValueStore
	Notes         core.NoteStore
	TaskStore     core.TaskStore
	KnownTest     func(kind core.ValueKind, name string) (core.KnownTest, bool) // nil: none is known
	Siblings      []Sibling                                                     // other services that requests depend on
}

// Options are the settings of a Service; zero values take the defaults.
type Options struct {
	Clock           core.Clock
	Location        *time.Location // the clinic's time zone: what "today" means; default local
	RefreshLifetime time.Duration  // of a whole session; default 24 h
	RefreshIdle     time.Duration  // a refresh token unused for longer is dead; 0: no limit
	RefreshGrace    time.Duration  // default 10 s
	TempTTL         time.Duration  // of temporary views; default 1 h
	OnArrival       OnArrival      // which records are read without being asked for; default none
	Log             *slog.Logger
}

// Service is the server's behaviour without any transport.
type Service struct {
	Ports
	now      core.Clock
	loc      *time.Location
	lifetime time.Duration
	idle     time.Duration
	grace    time.Duration
	tempTTL  time.Duration
	log      *slog.Logger
	arrival  OnArrival
	streams  *streams

	vaultHealth, auditHealth lately
	polled                   polled
	scans                    chan struct{} // a place for each document that is open for a search, of all searches together
}

// New makes a Service. It starts nothing and owns none of its ports.
func New(p Ports, o Options) *Service {
	if o.Clock == nil {
		o.Clock = core.SystemClock
	}
	if o.Location == nil {
		o.Location = time.Local
	}
	if o.RefreshLifetime == 0 {
		o.RefreshLifetime = 24 * time.Hour
	}
	if o.RefreshGrace == 0 {
		o.RefreshGrace = 10 * time.Second
	}
	if o.TempTTL == 0 {
		o.TempTTL = time.Hour
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Ports: p, now: o.Clock, loc: o.Location, lifetime: o.RefreshLifetime,
		idle: o.RefreshIdle, grace: o.RefreshGrace, tempTTL: o.TempTTL, log: o.Log, arrival: o.OnArrival,
		streams: &streams{open: make(map[*Stream]bool)}, scans: make(chan struct{}, runtime.NumCPU())}
}

// Session is the use cases bound to a person.
type Session struct {
	*Service
	who core.Acting
}

// As binds the use cases to a person, who was authenticated before, with the token that
// proved it: another service that keeps content looks at it itself.
func (s *Service) As(by core.Acting) *Session { return &Session{Service: s, who: by} }

// Principal says who the session acts for.
func (s *Session) Principal() core.Principal { return s.who.Principal }

// The refusals, worded as in the service this one replaces.
var (
	errNotClinician   = core.Errorf(core.CodeForbidden, "Access denied. Clinicians only.")
	errNoProfile      = core.Errorf(core.CodeNotFound, "Clinician profile not found")
	errNotAssigned    = core.Errorf(core.CodeForbidden, "Access denied. You are not assigned to this patient.")
	errRecordNotFound = core.Errorf(core.CodeNotFound, "Medical record not found")
	errJobNotFound    = core.Errorf(core.CodeNotFound, "Job not found")
)

// event starts the audit event of one act of this person.
func (s *Session) event(kind string, action core.Action) core.AuditEvent {
	return core.AuditEvent{
		At: s.now(), Type: kind, Action: action, Outcome: core.OutcomeSuccess,
		UserID: s.who.UserID, Role: s.who.Role, SessionID: s.who.SessionID,
		Address: s.who.Client.Address, Purpose: "TREAT",
	}
}

// record stores a read's event. When that fails nothing may be given out.
func (s *Service) record(ctx context.Context, ev core.AuditEvent) error {
	switch err := s.Audit.Append(ctx, ev); {
	case errors.Is(err, core.ErrUnassigned):
		return s.meanwhile(ctx, ev, err)
	case err != nil && ctx.Err() != nil:
		return ctx.Err() // nobody waits for what is not shown
	case err != nil:
		return core.Errorf(core.CodeUnavailable,
			"This access could not be recorded, so nothing was shown. Try again in a moment.").WithCause(err)
	}
	return nil
}

// refuse records a denial and gives the refusal back. The refusal stands also
// when it cannot be recorded; the log then says so.
func (s *Service) refuse(ctx context.Context, ev core.AuditEvent, refusal *core.Error) error {
	ev.Outcome, ev.Guard = core.OutcomeDenied, nil
	if err := s.Audit.Append(ctx, ev); err != nil {
		s.log.ErrorContext(ctx, "a denial could not be recorded", "event", ev.Type, "err", err)
	}
	return refusal
}

// clinician gives the caller's own clinician's profile.
func (s *Session) clinician(ctx context.Context) (core.Clinician, error) {
	c, err := s.People.ClinicianByUser(ctx, s.who.UserID)
	if core.IsNotFound(err) {
		return core.Clinician{}, errNoProfile
	}
	return c, err
}

// clinicianID says which clinician the caller is. Who was authenticated with a
// session has it from there; a profile never goes to another user.
func (s *Session) clinicianID(ctx context.Context) (int64, error) {
	if s.who.ClinicianID != 0 {
		return s.who.ClinicianID, nil
	}
	c, err := s.clinician(ctx)
	return c.ID, err
}

// panel is clinicianID for an act on all of the caller's patients at once; see
// core.Panels.
func (s *Session) panel(ctx context.Context) (int64, error) {
	id, err := s.clinicianID(ctx)
	if p, ok := s.Assignments.(core.Panels); ok && err == nil {
		err = p.EnsurePanel(ctx, id)
	}
	return id, err
}

// ownPanel is panel for lists that a caller without a profile has, too.
func (s *Session) ownPanel(ctx context.Context) error {
	if s.who.ClinicianID == 0 {
		return nil
	}
	_, err := s.panel(ctx)
	return err
}

// allowPatient checks that the caller is the patient's assigned clinician at
// this moment, and makes ev, which is completed with it, ask once more when it is
// stored. Unknown patients and other clinicians' patients are refused alike, so
// that ids cannot be probed. The refusal is recorded as ev.
func (s *Session) allowPatient(ctx context.Context, patientID int64, ev *core.AuditEvent, refusal *core.Error) (clinicianID int64, err error) {
	clinicianID, err = s.clinicianID(ctx)
	if err != nil {
		return 0, err
	}
	ok, err := s.Assignments.IsAssigned(ctx, clinicianID, patientID)
	if err != nil {
		return 0, err
	}
	ev.PatientID = patientID
	if !ok {
		return 0, s.refuse(ctx, *ev, refusal)
	}
	ev.Guard = &core.Guard{ClinicianID: clinicianID, PatientID: patientID, Refusal: refusal}
	return clinicianID, nil
}

// enterPatient is allowPatient and record in one, for an act that reads and has
// nothing to check in between. Where assignments and audit log share transactions
// the assignment is asked for once, where the event is stored.
func (s *Session) enterPatient(ctx context.Context, patientID int64, ev *core.AuditEvent, refusal *core.Error) error {
	if t, ok := s.Assignments.(core.Transactional); !ok || !t.StoresEvents(s.Audit) {
		if _, err := s.allowPatient(ctx, patientID, ev, refusal); err != nil {
			return err
		}
		return s.record(ctx, *ev)
	}
	clinicianID, err := s.clinicianID(ctx)
	if err != nil {
		return err
	}
	ev.PatientID, ev.Guard = patientID, &core.Guard{ClinicianID: clinicianID, PatientID: patientID, Refusal: refusal}
	return s.record(ctx, *ev)
}

// allowRecord finds a record and checks that its patient is the caller's.
func (s *Session) allowRecord(ctx context.Context, id string, ev *core.AuditEvent) (core.Record, error) {
	r, err := s.recordOrNobodys(ctx, id)
	if err != nil {
		return r, err
	}
	ev.RecordID = r.ID
	_, err = s.allowPatient(ctx, r.PatientID, ev, errRecordNotFound)
	return r, err
}

// recordOrNobodys gives a record; one that there is not is of nobody's patient, so that it
// is refused, recorded and timed like others.
func (s *Session) recordOrNobodys(ctx context.Context, id string) (core.Record, error) {
	r, err := s.Records.Record(ctx, id)
	if core.IsNotFound(err) {
		return core.Record{ID: knownForm(id)}, nil
	}
	return r, err
}

// knownForm gives an id as it was asked for, for the audit log, and "" for what is no id
// of ours: it may be anything.
func knownForm(id string) string {
	for _, c := range id {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '-' {
			continue
		}
		return ""
	}
	if len(id) > 40 {
		return ""
	}
	return id
}

// allowJob finds a job and checks that its patient is the caller's.
func (s *Session) allowJob(ctx context.Context, id string, ev *core.AuditEvent) (core.Job, error) {
	j, err := s.Recognizer.Job(ctx, id)
	if core.IsNotFound(err) {
		j, err = core.Job{ID: knownForm(id)}, nil // as in allowRecord
	}
	if err != nil {
		return j, err
	}
	ev.JobID, ev.RecordID = j.ID, j.RecordID
	_, err = s.allowPatient(ctx, j.PatientID, ev, errJobNotFound)
	return j, err
}

// meanwhile turns the error of an act whose patient went to somebody else between
// policy and storing into the refusal it would have met before, and records that.
func (s *Service) meanwhile(ctx context.Context, ev core.AuditEvent, err error) error {
	if ev.Guard == nil || !errors.Is(err, core.ErrUnassigned) {
		return err
	}
	return s.refuse(ctx, ev, ev.Guard.Refusal)
}

var (
	_ core.Clinic        = (*Session)(nil)
	_ core.Authenticator = (*Service)(nil)
)
