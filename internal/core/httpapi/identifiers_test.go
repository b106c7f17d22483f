package httpapi

import (
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// The server alone decides whether what was typed is the patient: for every act
// that would harm the wrong one, wrong identifiers are refused, recorded as
// denied and change nothing. No client is asked.
func TestIdentifiersAreComparedByTheServer(t *testing.T) {
	t.Parallel()
	held := func(w *world, rec core.Record) {
		w.call("POST", wire.PathRecordLifecycle(rec.ID, wire.ActLegalHold), w.ann.Tokens.Access, wire.Reason{Reason: "claim 17"}).want(200)
	}
	for name, c := range map[string]struct {
		method, path func(id string) string
		event        string
		before       func(*world, core.Record)
	}{
		"delete":           {is("DELETE"), func(id string) string { return wire.PathRecordAct(id, "delete") }, core.EventRecordDeleted, nil},
		"entered in error": {is("POST"), func(id string) string { return wire.PathRecordLifecycle(id, wire.ActEnteredInError) }, core.EventRecordErrored, nil},
		"release":          {is("DELETE"), func(id string) string { return wire.PathRecordLifecycle(id, wire.ActLegalHold) }, core.EventRecordReleased, held},
		"move":             {is("POST"), func(id string) string { return wire.PathRecordLifecycle(id, wire.ActMove) }, core.EventRecordMoved, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ann, rec := w.ann.Tokens.Access, w.upload("haemoglobin 7.1")
			if c.before != nil {
				c.before(w, rec)
			}
			var was core.Record
			w.call("GET", wire.PathRecord(rec.ID), ann, nil).want(200).into(&was)
			who, year := w.annPatient, w.annPatient.DateOfBirth.Year
			typed := func(family string, year int) map[string]any {
				return map[string]any{"reason": "filed wrongly", "patient_id": who.ID, "family_name": family, "birth_year": year}
			}
			for _, wrong := range []map[string]any{typed("Somebody", year), typed(who.User.LastName, year+1), typed("", year)} {
				status := 403
				if name == "move" && wrong["family_name"] == "" {
					status = 400 // both are required of another patient
				}
				w.call(c.method(rec.ID), c.path(rec.ID), ann, wrong).want(status)
			}
			var is core.Record
			w.call("GET", wire.PathRecord(rec.ID), ann, nil).want(200).into(&is)
			if is.Status != was.Status || is.PatientID != was.PatientID || (is.LegalHold == nil) != (was.LegalHold == nil) {
				t.Errorf("wrong identifiers made it %+v", is)
			}
			denied := 0
			for _, ev := range w.audited(c.event) {
				if ev.Outcome == core.OutcomeSuccess {
					t.Errorf("recorded as done: %+v", ev)
				} else if ev.Outcome == core.OutcomeDenied && ev.RecordID == rec.ID && ev.PatientID == w.annPatient.ID {
					denied++
				}
			}
			if denied < 2 {
				t.Errorf("%d denials recorded", denied)
			}
			status := 200
			if name == "move" {
				status = 409 // it is in that chart already
			}
			w.call(c.method(rec.ID), c.path(rec.ID), ann, typed(" "+who.User.LastName+" ", year)).want(status)
		})
	}
}

// Guessing identifiers is slowed down, whatever act it is tried with.
func TestGuessingIdentifiersIsSlowedDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, rec := w.ann.Tokens.Access, w.upload("haemoglobin 7.1")
	last := 0
	for i := range 30 {
		last = w.call("DELETE", wire.PathRecordAct(rec.ID, "delete"), ann, map[string]any{"family_name": "Guess", "birth_year": 1900 + i}).status
		if last == 429 {
			break
		}
	}
	if last != 429 {
		t.Errorf("the thirtieth guess is answered %d", last)
	}
	w.call("POST", wire.PathRecordLifecycle(rec.ID, wire.ActEnteredInError), ann,
		map[string]any{"reason": "filed wrongly", "family_name": w.annPatient.User.LastName, "birth_year": w.annPatient.DateOfBirth.Year}).want(429)
}

func is(method string) func(string) string { return func(string) string { return method } }
