package app

import (
	"context"
	"errors"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

// changing is event for an act on something of which the caller saw a version.
func (s *Session) changing(kind string, action core.Action, version string) core.AuditEvent {
	ev := s.event(kind, action)
	ev.Seen = version
	return ev
}

// outdated records that a change was refused because somebody else was first, and says
// what they did and when; other errors are meanwhile's.
func (s *Session) outdated(ctx context.Context, ev core.AuditEvent, err error) error {
	var e *core.Error
	if !errors.As(err, &e) || e.Current == nil {
		return s.meanwhile(ctx, ev, err)
	}
	told := *e
	switch now := e.Current.(type) {
	case core.Record:
		told.Message = s.whatHappened(ctx, now)
	case core.PageCorrections:
		told.Message = textHappened(now, ev.Seen)
	case core.Note:
		told.Message = "This note is not what you saw any more. Nothing was done: look at it again."
		if now.StatusAt != nil {
			told.Message = "This note was already entered in error by " + now.StatusByName + " on " + moment(*now.StatusAt) + ". Nothing was done."
		}
	case core.Task:
		told.Message = "This task is " + string(now.Status) + " since " + moment(now.LastModified) + ". Nothing was done: look at it again."
	case core.Notification:
		told.Message = "This notification is not what you saw any more: it was dealt with elsewhere, or there is news. Nothing was done: look at it again."
	case core.Profile:
		told.Message = "Your profile was changed on " + moment(now.UpdatedAt) + ", after you saw it. Nothing was done: look at it again."
	}
	return s.refuse(ctx, ev, &told)
}

const lookAgain = ", after you saw it. Nothing was done: look at it again."

// whatHappened says of a record that is not what somebody saw who changed it last, as far
// as the audit log knows. Why they did is in the record itself.
func (s *Session) whatHappened(ctx context.Context, r core.Record) string {
	events, err := s.Audit.Query(ctx, core.AuditQuery{RecordID: r.ID, Limit: 200})
	if err != nil {
		s.log.WarnContext(ctx, "who changed a record is not known", "record_id", r.ID, "err", err)
	}
	for _, ev := range events {
		switch {
		case ev.Outcome != core.OutcomeSuccess || !changesRecord(ev.Type):
			continue
		case ev.Type == core.EventJobEnded && r.PatientCheck != core.CheckPatient:
			continue
		case ev.Type == core.EventJobEnded:
			return "The document was read on " + moment(ev.At) + " and may belong to another patient. Nothing was done: look at it again."
		}
		who := "Somebody else"
		if u, err := s.People.User(ctx, ev.UserID); err == nil {
			who = strings.TrimSpace(u.FirstName + " " + u.LastName)
		}
		return who + " " + core.ActOf(ev.Type) + " on " + moment(ev.At) + lookAgain
	}
	return "This record was changed after you saw it. Nothing was done: look at it again."
}

// changesRecord reports whether events of a type change what the version of a record is of.
func changesRecord(eventType string) bool {
	switch eventType {
	case core.EventRecordUpdated, core.EventRecordErrored, core.EventRecordRestored, core.EventRecordHeld, core.EventRecordReleased,
		core.EventRecordMoved, core.EventRecordSplit, core.EventRecordUnlocked, core.EventCheckResolved, core.EventJobEnded:
		return true
	}
	return false
}

func textHappened(p core.PageCorrections, seen string) string {
	if len(p.History) == 0 {
		return "This page was read again" + lookAgain
	}
	last := p.History[len(p.History)-1]
	who, did := last.ByName, "corrected this page"
	if who == "" {
		who = "Somebody else"
	}
	if last.Undoes != 0 {
		did = "took the last correction of this page back"
	}
	if seen == "" {
		return who + " " + did + " on " + moment(last.At) + ". To change that, say which version of it you saw (If-Match)."
	}
	return who + " " + did + " on " + moment(last.At) + lookAgain
}

func moment(t time.Time) string { return present.Moment(t, time.UTC) + " UTC" }
