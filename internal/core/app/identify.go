package app

import (
	"context"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/text"
)

// What is said about identifiers that do not fit, whether there is such a patient
// or not: of another patient's chart, and of the record's own.
var (
	errNotThatPatient = core.Errorf(core.CodeForbidden,
		"Patient number, family name and year of birth do not belong together. Nothing was moved; read all three again from that patient's chart.")
	errNotThisPatient = core.Errorf(core.CodeForbidden,
		"What was typed does not fit this record's patient. Nothing was done; read it again from the patient's banner.")
	errUnconfirmed = core.Errorf(core.CodeConflict,
		"Neither birth date nor MRN of this patient is recorded, so nobody can make sure who it is. Nothing was done; have one of them recorded first.")
)

// identify checks what was typed of a patient, whom the caller need not be assigned
// to. Guessing is slowed down; ev is recorded as denied when it does not fit.
func (s *Session) identify(ctx context.Context, ev core.AuditEvent, patientID int64, typed core.Identifiers, refusal *core.Error) error {
	guesser := "identify " + strconv.FormatInt(s.who.UserID, 10)
	if err := s.Throttle.Try(ctx, guesser, ""); err != nil {
		return err
	}
	p, err := s.People.Patient(ctx, patientID)
	if err != nil && !core.IsNotFound(err) {
		s.Throttle.Undo(ctx, guesser, "")
		return err
	}
	if err != nil || !fits(p, typed) {
		ev.Detail = map[string]any{"asked_patient_id": patientID}
		return s.refuse(ctx, ev, refusal)
	}
	s.Throttle.Undo(ctx, guesser, "") // and not more: knowing one patient must not buy guesses at others
	return nil
}

// confirm checks what was typed of a record's own patient, if anything was, before
// an act that would harm the wrong one. Nothing is typed by callers of the replaced
// service's API, which has no place for it.
func (s *Session) confirm(ctx context.Context, ev core.AuditEvent, r core.Record, typed core.Identifiers) error {
	if !typed.Given() {
		return nil
	}
	ev.PatientID, ev.RecordID = r.PatientID, r.ID
	if p, err := s.People.Patient(ctx, r.PatientID); err == nil && p.DateOfBirth.IsZero() && text.MRN(p.MRN) == "" {
		return s.refuse(ctx, ev, errUnconfirmed)
	}
	return s.identify(ctx, ev, r.PatientID, typed, errNotThisPatient)
}

// fits reports whether what was typed is what the chart says: the family name, and
// the year of birth or, where none is recorded, the last four of the MRN.
func fits(p core.Patient, typed core.Identifiers) bool {
	family := strings.TrimSpace(typed.FamilyName)
	if family == "" || !text.SameName(family, p.User.LastName) {
		return false
	}
	if year := p.DateOfBirth.Year; year != 0 {
		return typed.BirthYear == year
	}
	ending := text.MRN(p.MRN)
	ending = ending[max(0, len(ending)-4):]
	return ending != "" && text.MRN(typed.MRNEnding) == ending
}
