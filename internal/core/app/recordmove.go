package app

import (
	"context"

	"clinician/internal/core"
)

// MoveRecord gives a misfiled record to the patient it belongs to, of whatever
// clinician. Two identifiers of that patient must be named. What is given back
// is the tombstone that stays.
func (s *Session) MoveRecord(ctx context.Context, id string, m core.MoveRecord) (core.Record, error) {
	ev := s.changing(core.EventRecordMoved, core.ActionUpdate, m.Version)
	r, err := s.allowRecord(ctx, id, &ev)
	if err != nil {
		return core.Record{}, err
	}
	f := fields{}
	m.Reason = cleanReason(m.Reason, f)
	if m.PatientID == 0 {
		f.add("patient_id", "This field is required.")
	}
	if m.BirthYear == 0 && m.MRNEnding == "" {
		f.add("birth_year", "This field is required.")
	}
	m.FamilyName = f.text("family_name", m.FamilyName, longestTitle)
	if err := f.err(); err != nil {
		return core.Record{}, err
	}
	ev.PatientID, ev.RecordID = r.PatientID, r.ID
	if err := s.identify(ctx, ev, m.PatientID, m.Identifiers, errNotThatPatient); err != nil {
		return core.Record{}, err
	}
	var stone core.Record
	err = core.Accounted(ctx, s.Audit, s.Contents, &ev, func(stored core.AuditEvent) (err error) {
		stone, err = s.Contents.MoveRecord(ctx, s.who, id, core.RecordMove{PatientID: m.PatientID, Reason: m.Reason}, stored)
		return err
	})
	switch {
	case core.IsNotFound(err):
		return core.Record{}, errRecordNotFound
	case err != nil:
		return core.Record{}, s.held(ctx, r, ev, err)
	}
	s.closeViewsOf(ctx, id)
	s.recordChanged(ctx, id)
	s.log.InfoContext(ctx, "record moved", "record_id", id)
	return stone, nil
}
