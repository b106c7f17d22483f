package app

import (
	"context"
	"strconv"

	"clinician/internal/core"
)

// errNotThatPatient is the one answer to identifiers that do not fit, whether
// there is such a patient or not.
var errNotThatPatient = core.Errorf(core.CodeForbidden,
	"Patient number, family name and year of birth do not belong together. Nothing was moved; read all three again from that patient's chart.")

// MoveRecord gives a misfiled record to the patient it belongs to, of whatever
// clinician. Two identifiers of that patient must be named. What is given back
// is the tombstone that stays.
func (s *Session) MoveRecord(ctx context.Context, id string, m core.MoveRecord) (core.Record, error) {
	ev := s.event(core.EventRecordMoved, core.ActionUpdate)
	r, err := s.allowRecord(ctx, id, ev)
	if err != nil {
		return core.Record{}, err
	}
	f := fields{}
	m.Reason = cleanReason(m.Reason, f)
	for name, n := range map[string]int64{"patient_id": m.PatientID, "birth_year": int64(m.BirthYear)} {
		if n == 0 {
			f.add(name, "This field is required.")
		}
	}
	m.FamilyName = f.text("family_name", m.FamilyName, longestTitle)
	if err := f.err(); err != nil {
		return core.Record{}, err
	}
	ev.PatientID, ev.RecordID = r.PatientID, r.ID
	if err := s.identify(ctx, ev, m.PatientID, m.FamilyName, m.BirthYear); err != nil {
		return core.Record{}, err
	}
	stone, err := s.Life.MoveRecord(ctx, id, core.RecordMove{PatientID: m.PatientID, Reason: m.Reason}, ev)
	switch {
	case core.IsNotFound(err):
		return core.Record{}, errRecordNotFound
	case err != nil:
		return core.Record{}, s.held(ctx, r, ev, err)
	}
	s.closeViewsOf(ctx, id)
	s.log.InfoContext(ctx, "record moved", "record_id", id)
	return stone, nil
}

// identify checks two identifiers of a patient the caller need not be assigned
// to. Guessing is slowed down; ev is recorded as denied when they do not fit.
func (s *Session) identify(ctx context.Context, ev core.AuditEvent, patientID int64, familyName string, birthYear int) error {
	guesser := "identify " + strconv.FormatInt(s.who.UserID, 10)
	if err := s.Throttle.Try(guesser, ""); err != nil {
		return err
	}
	ok, err := s.Life.IsPatient(ctx, patientID, familyName, birthYear)
	if err != nil {
		s.Throttle.Undo(guesser, "")
		return err
	}
	if !ok {
		ev.Detail = map[string]any{"asked_patient_id": patientID}
		return s.refuse(ctx, ev, errNotThatPatient)
	}
	s.Throttle.Undo(guesser, "") // and not more: knowing one patient must not buy guesses at others
	return nil
}
