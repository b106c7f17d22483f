package coretest

import (
	"context"
	"testing"
	"time"

	"clinician/internal/core"
)

// resolver knows of some patients whether an act on them was done elsewhere.
type resolver map[int64]bool

func (r resolver) WasDone(_ context.Context, intent core.AuditEvent) (done, known bool, err error) {
	done, known = r[intent.PatientID]
	return done, known, nil
}

func intents(t *testing.T, log core.AuditLog) {
	ctx := t.Context()
	ev := core.AuditEvent{Type: core.EventPatientAssigned, Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, PatientID: 7, At: at}
	newest := func() core.AuditEvent { return newestEvent(t, log) }
	// What goes well: the intent is durable before the change, the outcome after it.
	err := core.Accounted(ctx, log, "another system", &ev, func(in core.AuditEvent) error {
		if in.Type != "" {
			t.Errorf("a port that stores no events was handed %+v", in)
		}
		if n := newest(); n.Outcome != core.OutcomeIntended || n.PatientID != 7 || n.Type != ev.Type {
			t.Errorf("before the change the log ends with %+v", n)
		}
		ev.RecordID = "made by the change"
		return nil
	})
	if end := newest(); err != nil || end.Outcome != core.OutcomeSuccess || end.Detail["intent"] != int64(1) || end.RecordID != "made by the change" {
		t.Errorf("%v; the log ends with %+v", err, end)
	}
	refusedIntents(t, log)
	if open := must[[]core.AuditEvent](t)(log.OpenIntents(ctx)); len(open) != 0 {
		t.Errorf("open: %+v", open)
	}
	if err := log.Conclude(ctx, 1, ev); core.CodeOf(err) != core.CodeConflict {
		t.Errorf("an act ended twice: %v", err)
	}
	if n, err := log.Verify(ctx); n != 8 || err != nil {
		t.Errorf("verified %d, %v", n, err)
	}
}

func newestEvent(t *testing.T, log core.AuditLog) core.AuditEvent {
	t.Helper()
	return must[[]core.AuditEvent](t)(log.Query(t.Context(), core.AuditQuery{Limit: 1}))[0]
}

// What is refused elsewhere, and what nobody knows.
func refusedIntents(t *testing.T, log core.AuditLog) {
	ev := core.AuditEvent{Type: core.EventPatientAssigned, Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, PatientID: 7, At: at}
	for code, want := range map[core.Code]core.Outcome{core.CodeConflict: core.OutcomeFailure, core.CodeForbidden: core.OutcomeDenied, core.CodeUnavailable: core.OutcomeUnknown} {
		if err := core.Accounted(t.Context(), log, nil, &ev, func(core.AuditEvent) error { return core.Errorf(code, "No.") }); core.CodeOf(err) != code {
			t.Errorf("%s became %v", code, err)
		}
		if end := newestEvent(t, log); end.Outcome != want {
			t.Errorf("%s is recorded as %s", code, end.Outcome)
		}
	}
}

// A crash between intent and outcome leaves an intent, which the next start ends.
func intentsAfterACrash(t *testing.T, log core.AuditLog) {
	ctx := t.Context()
	for patient := range int64(3) {
		if _, err := log.Intend(ctx, core.AuditEvent{Type: core.EventPatientAssigned, PatientID: patient + 1, At: at.Add(time.Duration(patient) * time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	knows := resolver{1: true, 2: false}
	n, err := core.ResolveIntents(ctx, log, at.Add(2*time.Hour), "no resolver", knows)
	if n != 2 || err != nil {
		t.Fatalf("ended %d, %v", n, err)
	}
	got := must[[]core.AuditEvent](t)(log.Query(ctx, core.AuditQuery{Limit: 2}))
	if got[1].Outcome != core.OutcomeSuccess || got[1].PatientID != 1 || got[0].Outcome != core.OutcomeFailure || got[0].PatientID != 2 {
		t.Errorf("ended as %+v", got)
	}
	// The third began a moment ago: another process may be at it.
	if open := must[[]core.AuditEvent](t)(log.OpenIntents(ctx)); len(open) != 1 || open[0].PatientID != 3 {
		t.Errorf("open: %+v", open)
	}
	if n, err := core.ResolveIntents(ctx, log, at.Add(4*time.Hour), knows); n != 1 || err != nil {
		t.Fatalf("ended %d, %v", n, err)
	}
	if end := must[[]core.AuditEvent](t)(log.Query(ctx, core.AuditQuery{Limit: 1}))[0]; end.Outcome != core.OutcomeUnknown {
		t.Errorf("what nobody knows is recorded as %s", end.Outcome)
	}
}
