package httpapi

import (
	"slices"
	"sync"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// TestActsRaceReassignment: an act that policy allowed and that is stored only after
// the patient went to somebody else is refused, whole, and never stands in the
// audit log as a success behind the reassignment.
func TestActsRaceReassignment(t *testing.T) {
	w := newWorld(t)
	rec := w.upload("x")
	assign := func(to core.SignedIn) {
		_, err := w.store.Assign(t.Context(), w.annPatient.ID, to.Clinician.ID, nil, "", core.AuditEvent{
			Type: core.EventPatientAssigned, Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, PatientID: w.annPatient.ID})
		must(t, err)
	}
	ann := w.ann.Tokens.Access
	acts := []func() answer{
		func() answer {
			return w.send(wire.PathPatientRecords(w.annPatient.ID), ann, "medical_record_type_id", "1", "file:note.txt", "raced")
		},
		func() answer { return w.call("GET", wire.PathPatient(w.annPatient.ID), ann, nil) },
		func() answer { return w.call("GET", wire.PathRecordAct(rec.ID, "download"), ann, nil) },
		func() answer { return w.call("POST", wire.PathRecordLifecycle(rec.ID, wire.ActReviewed), ann, nil) },
	}
	done, refused := 0, 0
	for round := range 40 {
		answers, answered := make([]answer, len(acts)), make(chan struct{}, len(acts))
		var all sync.WaitGroup
		for i, act := range acts {
			all.Go(func() {
				answers[i] = act()
				answered <- struct{}{}
			})
		}
		for range round % len(acts) { // in the middle of those that are still under way
			<-answered
		}
		assign(w.ben)
		all.Wait()
		for i, a := range answers {
			switch a.status {
			case 200, 201:
				done++
			case 403, 404:
				refused++
			default:
				t.Fatalf("act %d: %d %s", i, a.status, a.body)
			}
		}
		assign(w.ann)
	}
	t.Logf("%d acts were done, %d refused", done, refused)
	events, err := w.store.Query(t.Context(), core.AuditQuery{PatientID: w.annPatient.ID, Limit: 10000})
	must(t, err)
	slices.Reverse(events)
	var owner any
	for _, e := range events {
		if e.Type == core.EventPatientAssigned {
			owner = e.Detail["clinician_id"]
		}
		if e.UserID == w.ann.User.ID && e.Outcome == core.OutcomeSuccess && owner != w.ann.Clinician.ID {
			t.Errorf("event %d, %s, is a success of somebody who was not the patient's clinician", e.Seq, e.Type)
		}
	}
}
