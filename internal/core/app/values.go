package app

import (
	"context"
	"strings"
	"unicode/utf8"

	"clinician/internal/core"
)

// What people write about a value or a document, in characters.
const (
	maxValueText = 200
	maxReason    = 1000
)

// RecordValues lists the values of a record's newest reading, with reviews.
func (s *Session) RecordValues(ctx context.Context, recordID string, f core.ValueFilter) (core.RecordValues, error) {
	if err := checkFilter(f); err != nil {
		return core.RecordValues{}, err
	}
	r, err := s.readFound(ctx, recordID)
	if err != nil {
		return core.RecordValues{}, err
	}
	d, err := s.Values.Newest(ctx, r.ID)
	if core.IsNotFound(err) {
		d, err = core.DocumentValues{RecordID: r.ID, PatientID: r.PatientID, Check: r.PatientCheck}, nil
	}
	if err != nil {
		return core.RecordValues{}, err
	}
	out := core.RecordValues{RecordID: d.RecordID, JobID: d.JobID, PatientID: d.PatientID, PatientCheck: d.Check, Analyzed: d.Analyzed,
		Message: aboutValues(d), Total: len(d.Values), Results: []core.Value{}, Orphaned: orEmpty(d.Orphaned),
		TypeName: d.TypeName, DocumentDate: d.DocumentDate, RulesVersion: d.RulesVersion}
	for _, v := range d.Values {
		if v.Review == nil {
			out.Unverified++
		}
		if matches(v, f) {
			out.Results = append(out.Results, v)
		}
	}
	out.Count = len(out.Results)
	return out, nil
}

// aboutValues says what to know about a list of values.
func aboutValues(d core.DocumentValues) string {
	switch {
	case d.JobID == "":
		return "The document has not been read. Start that with analyze."
	case !d.Analyzed:
		return "No values are kept of the newest reading. Have the document read again."
	case d.Check == core.CheckPatient:
		return "Check the patient first: this document may belong to somebody else."
	}
	return ""
}

func checkFilter(f core.ValueFilter) error {
	problems := fields{}
	switch f.Kind {
	case "", core.ValueLaboratory, core.ValueVital, core.ValueMedication, core.ValueDiagnosis, core.ValueAllergy, core.ValueDate:
	default:
		problems.add("kind", "Kinds are laboratory, vital, medication, diagnosis, allergy and date.")
	}
	switch f.Status {
	case "", core.StatusUnverified, string(core.ReviewVerified), string(core.ReviewCorrected), string(core.ReviewRejected):
	default:
		problems.add("status", "A value is unverified, verified, corrected or rejected.")
	}
	return problems.err()
}

func matches(v core.Value, f core.ValueFilter) bool {
	status := core.StatusUnverified
	if v.Review != nil {
		status = string(v.Review.Status)
	}
	return (f.Kind == "" || f.Kind == v.Kind) && (f.Status == "" || f.Status == status)
}

// ReviewValue stores the caller's word on a value.
func (s *Session) ReviewValue(ctx context.Context, recordID, valueID string, in core.ValueReview) (core.Value, error) {
	ev := s.event(core.EventValueReviewed, core.ActionUpdate)
	if _, err := s.allowWork(ctx, recordID, &ev); err != nil {
		return core.Value{}, err
	}
	review, err := cleanReview(in)
	if err != nil {
		return core.Value{}, err
	}
	review.By, review.ByName = s.who.UserID, s.name(ctx)
	ev.Detail = map[string]any{"value_id": valueID, "status": string(review.Status)}
	v, err := s.Values.Review(ctx, recordID, valueID, review, ev)
	return v, s.outdated(ctx, ev, err)
}

func cleanReview(in core.ValueReview) (core.NewReview, error) {
	f := fields{}
	r := core.NewReview{Review: core.Review{Status: in.Status}, Seen: in.Version}
	switch in.Status {
	case core.ReviewVerified:
		if r.Typed = CleanLine(in.Value); utf8.RuneCountInString(r.Typed) > maxValueText {
			f.add("value", "Ensure this field has no more than 200 characters.")
		}
	case core.ReviewCorrected:
		r.Text, r.Unit = f.text("value", in.Value, maxValueText), CleanLine(in.Unit)
	case core.ReviewRejected:
		f.text("reason", in.Reason, maxReason)
	default:
		f.add("status", "Say verified, corrected or rejected.")
	}
	if r.Reason = CleanLine(in.Reason); utf8.RuneCountInString(r.Reason) > maxReason && in.Status != core.ReviewRejected {
		f.add("reason", "Ensure this field has no more than 1000 characters.")
	}
	if utf8.RuneCountInString(r.Unit) > maxValueText {
		f.add("unit", "Ensure this field has no more than 200 characters.")
	}
	return r, f.err()
}

// UndoReview makes a value unverified again.
func (s *Session) UndoReview(ctx context.Context, recordID, valueID, version string) (core.Value, error) {
	ev := s.event(core.EventValueReviewed, core.ActionDelete)
	if _, err := s.allowWork(ctx, recordID, &ev); err != nil {
		return core.Value{}, err
	}
	ev.Detail = map[string]any{"value_id": valueID, "status": core.StatusUnverified}
	v, err := s.Values.UndoReview(ctx, recordID, valueID, version, s.who.UserID, ev)
	return v, s.outdated(ctx, ev, err)
}

// allowWork is allowRecord for what people add to a record, which needs it to
// be a current one. It fills in ev.
func (s *Session) allowWork(ctx context.Context, recordID string, ev *core.AuditEvent) (core.Record, error) {
	r, err := s.allowRecord(ctx, recordID, ev)
	if err != nil {
		return r, err
	}
	ev.PatientID, ev.RecordID = r.PatientID, r.ID
	return r, inWork(r)
}

// readFound allows and records one act of reading what was found in a record.
// Of one that is out of work nothing is given: it would look like any other value.
func (s *Session) readFound(ctx context.Context, recordID string) (core.Record, error) {
	ev := s.event(core.EventValuesRead, core.ActionRead)
	r, err := s.allowWork(ctx, recordID, &ev)
	if err != nil {
		return core.Record{}, err
	}
	return r, s.record(ctx, ev)
}

// name is what the caller is called; "" when that cannot be looked up, for it
// is stored again with every answer.
func (s *Session) name(ctx context.Context) string {
	u, err := s.People.User(ctx, s.who.UserID)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(u.FirstName + " " + u.LastName)
}

// PatientCheck says page by page whether a record belongs to its patient.
func (s *Session) PatientCheck(ctx context.Context, recordID string) (core.DocumentCheck, error) {
	r, err := s.readFound(ctx, recordID)
	if err != nil {
		return core.DocumentCheck{}, err
	}
	d, err := s.Values.Check(ctx, r.ID)
	if core.IsNotFound(err) {
		d, err = core.DocumentCheck{RecordID: r.ID, PatientID: r.PatientID, Check: r.PatientCheck, Pages: []core.CheckedPage{}}, nil
	}
	d.Version = r.Version
	return d, err
}

// ResolveCheck decides that a record belongs to its patient.
func (s *Session) ResolveCheck(ctx context.Context, recordID, version, reason string) (core.DocumentCheck, error) {
	ev := s.changing(core.EventCheckResolved, core.ActionUpdate, version)
	if _, err := s.allowWork(ctx, recordID, &ev); err != nil {
		return core.DocumentCheck{}, err
	}
	f := fields{}
	reason = f.text("reason", reason, maxReason)
	if err := f.err(); err != nil {
		return core.DocumentCheck{}, err
	}
	check, err := s.Values.ResolveCheck(ctx, recordID, s.who.UserID, reason, ev)
	if err != nil {
		return core.DocumentCheck{}, s.outdated(ctx, ev, err)
	}
	r, err := s.Records.Record(ctx, recordID)
	check.Version = r.Version
	return check, err
}
