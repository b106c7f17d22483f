package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"clinician/internal/core"
)

// Lengths of what people write about a record, in characters.
const (
	longestTitle  = 255
	longestSource = 255
	longestTag    = 40
	mostTags      = 20
	longestReason = 500
	leastReason   = 3
)

// EditRecord changes what is said about a record. The audit event names the
// fields, never what they hold.
func (s *Session) EditRecord(ctx context.Context, id string, e core.RecordEdit) (core.Record, error) {
	ev := s.changing(core.EventRecordUpdated, core.ActionUpdate, e.Version)
	r, err := s.allowRecord(ctx, id, &ev)
	if err != nil {
		return core.Record{}, err
	}
	f := fields{}
	changed, err := s.cleanEdit(ctx, &e, f)
	if err != nil {
		return core.Record{}, err
	}
	if err := f.err(); err != nil {
		return core.Record{}, err
	}
	ev.PatientID, ev.Detail = r.PatientID, map[string]any{"fields": changed}
	var out core.Record
	err = core.Accounted(ctx, s.Audit, s.Lifecycle, &ev, func(stored core.AuditEvent) (err error) {
		out, err = s.Lifecycle.EditRecord(ctx, id, e, stored)
		return err
	})
	return s.changed(ctx, r, ev, out, err)
}

// cleanEdit checks and cleans e, and names the fields it changes.
func (s *Session) cleanEdit(ctx context.Context, e *core.RecordEdit, f fields) (changed []string, err error) {
	note := func(name string, set bool) bool {
		if set {
			changed = append(changed, name)
		}
		return set
	}
	if note("medical_record_type_id", e.TypeID != nil) {
		if _, err := s.knownType(ctx, *e.TypeID, f); err != nil {
			return nil, err
		}
	}
	if note("title", e.Title != nil) {
		e.Title = f.optionalText("title", e.Title, longestTitle)
	}
	if note("document_date", e.DocumentDate != nil) {
		s.checkDocumentDate(*e.DocumentDate, f)
	}
	if note("source", e.Source != nil) {
		*e.Source = cleanSource(*e.Source, f)
	}
	if note("received_by", e.ReceivedBy != nil) {
		*e.ReceivedBy = cleanReceivedBy(*e.ReceivedBy, f)
	}
	if note("tags", e.Tags != nil) {
		*e.Tags = cleanTags(*e.Tags, f)
	}
	return changed, nil
}

func (s *Session) checkDocumentDate(d core.Date, f fields) {
	if now := core.DateOf(s.now().In(s.loc)); !d.IsZero() && now.Before(d) {
		f.add("document_date", "The document date lies in the future.")
	}
}

func cleanSource(source string, f fields) string {
	source = CleanLine(source)
	if utf8.RuneCountInString(source) > longestSource {
		f.add("source", "Ensure this field has no more than 255 characters.")
	}
	return source
}

// cleanReceivedBy takes "" for an upload.
func cleanReceivedBy(way string, f fields) string {
	if way = strings.ToLower(strings.TrimSpace(way)); way == "" {
		way = core.ReceivedBy()[0]
	}
	if !slices.Contains(core.ReceivedBy(), way) {
		f.add("received_by", "This is one of: "+strings.Join(core.ReceivedBy(), ", ")+".")
	}
	return way
}

// cleanTags drops empty tags and repetitions, whatever their case.
func cleanTags(tags []string, f fields) []string {
	clean := []string{}
	for _, t := range tags {
		if t = CleanLine(t); t == "" || slices.ContainsFunc(clean, func(o string) bool { return strings.EqualFold(o, t) }) {
			continue
		}
		if utf8.RuneCountInString(t) > longestTag {
			f.add("tags", "Ensure no tag has more than 40 characters.")
		}
		clean = append(clean, t)
	}
	if len(clean) > mostTags {
		f.add("tags", "Ensure this field has no more than 20 elements.")
	}
	return clean
}

// cleanReason wants a reason that says something.
func cleanReason(reason string, f fields) string {
	reason = f.text("reason", reason, longestReason)
	if reason != "" && utf8.RuneCountInString(reason) < leastReason {
		f.add("reason", "Say why, in a few words.")
	}
	return reason
}

// EnterInError takes a record out of work: out of lists and counts, its text and
// values out of use. Nothing is removed, and RestoreRecord brings it back.
func (s *Session) EnterInError(ctx context.Context, id string, c core.Confirmation) (core.Record, error) {
	r, err := s.change(ctx, id, c, core.EventRecordErrored, s.Lifecycle.EnterInError)
	if err != nil {
		return r, err
	}
	if err := s.cancelJobs(ctx, r); err != nil {
		s.log.WarnContext(ctx, "jobs of a record entered in error go on", "record_id", r.ID, "err", err)
	}
	s.closeViewsOf(ctx, r.ID)
	s.recordChanged(ctx, r.ID)
	return r, nil
}

// RestoreRecord brings back a record that was entered in error.
func (s *Session) RestoreRecord(ctx context.Context, id string, c core.Confirmation) (core.Record, error) {
	return s.change(ctx, id, c, core.EventRecordRestored, s.Lifecycle.RestoreRecord)
}

// HoldRecord places a legal hold: from now on nobody changes, moves or removes
// the record.
func (s *Session) HoldRecord(ctx context.Context, id string, c core.Confirmation) (core.Record, error) {
	return s.change(ctx, id, c, core.EventRecordHeld, s.Lifecycle.HoldRecord)
}

// ReleaseRecord takes a legal hold away. Only who placed it can do that here;
// the privacy officer has it done in the shell.
func (s *Session) ReleaseRecord(ctx context.Context, id string, c core.Confirmation) (core.Record, error) {
	ev := s.event(core.EventRecordReleased, core.ActionUpdate)
	r, err := s.allowRecord(ctx, id, &ev)
	if err != nil {
		return core.Record{}, err
	}
	if h := r.LegalHold; h != nil && h.By != s.who.UserID {
		ev.PatientID, ev.RecordID = r.PatientID, r.ID
		return core.Record{}, s.refuse(ctx, ev, core.Errorf(core.CodeForbidden,
			"Only who placed a legal hold can release it. Ask them or the privacy officer."))
	}
	return s.change(ctx, id, c, core.EventRecordReleased, s.Lifecycle.ReleaseRecord)
}

// change is the pattern of acts that need a reason, and maybe two identifiers.
func (s *Session) change(ctx context.Context, id string, c core.Confirmation, event string,
	act func(context.Context, string, string, core.AuditEvent) (core.Record, error)) (core.Record, error) {
	ev := s.changing(event, core.ActionUpdate, c.Version)
	r, err := s.allowRecord(ctx, id, &ev)
	if err != nil {
		return core.Record{}, err
	}
	f := fields{}
	reason := cleanReason(c.Reason, f)
	if err := f.err(); err != nil {
		return core.Record{}, err
	}
	if err := s.confirm(ctx, ev, r, c.Identifiers); err != nil {
		return core.Record{}, err
	}
	ev.PatientID = r.PatientID
	var out core.Record
	err = core.Accounted(ctx, s.Audit, s.Lifecycle, &ev, func(stored core.AuditEvent) (err error) {
		out, err = act(ctx, id, reason, stored)
		return err
	})
	return s.changed(ctx, r, ev, out, err)
}

// changed ends a change of record r: a refusal because of a legal hold is
// recorded, what went well is given as the caller sees it.
func (s *Session) changed(ctx context.Context, r core.Record, ev core.AuditEvent, out core.Record, err error) (core.Record, error) {
	switch {
	case core.IsNotFound(err):
		return core.Record{}, errRecordNotFound
	case err != nil:
		return core.Record{}, s.held(ctx, r, ev, err)
	}
	return s.withReview(ctx, out)
}

// held records that a legal hold stood against an act, that its patient went to
// somebody else meanwhile or that the record was changed by somebody else, and gives back what the caller is told.
func (s *Session) held(ctx context.Context, r core.Record, ev core.AuditEvent, err error) error {
	var e *core.Error
	if errors.As(err, &e) && e.Current != nil {
		ev.PatientID, ev.RecordID = r.PatientID, r.ID
		return s.outdated(ctx, ev, err)
	}
	if errors.Is(err, core.ErrUnassigned) {
		return s.meanwhile(ctx, ev, err)
	}
	if r.LegalHold == nil || core.CodeOf(err) != core.CodeConflict {
		return err
	}
	ev.PatientID, ev.RecordID, ev.Outcome = r.PatientID, r.ID, core.OutcomeDenied
	ev.Detail, ev.Guard = map[string]any{"legal_hold": true}, nil
	if err := s.Audit.Append(ctx, ev); err != nil {
		s.log.ErrorContext(ctx, "a denial could not be recorded", "event", ev.Type, "err", err)
	}
	return err
}

func (s *Session) withReview(ctx context.Context, r core.Record) (core.Record, error) {
	at, err := s.Lifecycle.ReviewedAt(ctx, s.who.UserID, r.ID)
	r.Reviewed = at
	return r, err
}

// ReviewRecord notes that the caller has read the record, or has not.
func (s *Session) ReviewRecord(ctx context.Context, id, version string, reviewed bool) (core.Record, error) {
	ev := s.changing(core.EventRecordReviewed, core.ActionUpdate, version)
	before, err := s.allowRecord(ctx, id, &ev)
	if err != nil {
		return core.Record{}, err
	}
	ev.PatientID, ev.Detail = before.PatientID, map[string]any{"reviewed": reviewed}
	now := s.now()
	at := &now
	if !reviewed {
		at = nil
	}
	if err := core.Accounted(ctx, s.Audit, s.Lifecycle, &ev, func(stored core.AuditEvent) error {
		return s.Lifecycle.SetReviewed(ctx, s.who.UserID, id, at, stored)
	}); err != nil {
		return core.Record{}, s.outdated(ctx, ev, err)
	}
	r, err := s.Records.Record(ctx, id)
	if err != nil {
		return core.Record{}, err
	}
	return s.withReview(ctx, r)
}

// VerifyRecord reads the whole content again and compares it with what came in.
func (s *Session) VerifyRecord(ctx context.Context, id string) (core.Integrity, error) {
	ev := s.event(core.EventRecordVerified, core.ActionExecute)
	r, err := s.allowRecord(ctx, id, &ev)
	if err != nil {
		return core.Integrity{}, err
	}
	if r.Status == core.RecordMoved {
		return core.Integrity{}, errMoved
	}
	found, err := s.Contents.VerifyRecord(ctx, s.who, id)
	if err != nil {
		return core.Integrity{}, err
	}
	ev.PatientID, ev.RecordID = r.PatientID, r.ID
	ev.Detail = map[string]any{"ok": found.OK}
	if !found.OK {
		ev.Outcome = core.OutcomeFailure
		s.log.ErrorContext(ctx, "content of a record is not what came in", "record_id", r.ID, "problem", found.Problem)
	}
	return found, s.record(ctx, ev)
}

var (
	errMoved   = core.Errorf(core.CodeConflict, "This record was moved to another chart.")
	errErrored = core.Errorf(core.CodeConflict, "This record was entered in error. Restore it before you work on it.")
	errHidden  = core.Errorf(core.CodeConflict,
		"This record was entered in error and is kept out of sight. Restore it, or ask for it all the same: include=all, on the command line --all.")
)

// inWork refuses a record that is not a current one.
func inWork(r core.Record) error {
	switch r.Status {
	case core.RecordMoved:
		return errMoved
	case core.RecordEnteredInError:
		return errErrored
	}
	return nil
}

// readable refuses the content of a record that is out of work; with all only
// when there is none here.
func readable(r core.Record, all bool) error {
	switch {
	case r.Status == core.RecordMoved:
		return errMoved
	case r.Status == core.RecordEnteredInError && !all:
		return errHidden
	}
	return nil
}

// cancelJobs ends the jobs of a record that have not ended.
func (s *Session) cancelJobs(ctx context.Context, r core.Record) error {
	jobs, err := s.Recognizer.Jobs(ctx, core.JobQuery{RecordID: r.ID})
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if j.Status.Final() {
			continue
		}
		ev := s.event(core.EventJobCancelled, core.ActionUpdate)
		ev.RecordID, ev.JobID = r.ID, j.ID
		if _, err := s.allowPatient(ctx, r.PatientID, &ev, errRecordNotFound); err != nil {
			return err
		}
		if _, err := s.Recognizer.Cancel(ctx, j.ID, ev); err != nil && core.CodeOf(err) != core.CodeConflict {
			return s.meanwhile(ctx, ev, err)
		}
	}
	return nil
}

// closeViewsOf removes the caller's temporary views of a record. Nobody could
// open them any more; this is only to not wait for their time.
func (s *Session) closeViewsOf(ctx context.Context, recordID string) {
	if _, err := s.Temp.RemoveRecord(context.WithoutCancel(ctx), s.who.UserID, recordID); err != nil {
		s.log.WarnContext(ctx, "temporary views stay until their time", "record_id", recordID, "err", err)
	}
}
