package coretest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
)

// AuditLog checks a core.AuditLog. open gives an empty one that lives until
// the test ends.
func AuditLog(t *testing.T, open func(t *testing.T) core.AuditLog) {
	for name, test := range map[string]func(*testing.T, core.AuditLog){
		"append and query": appendAndQuery,
		"filters":          auditFilters,
		"latest":           latestActs,
		"many at once":     manyAtOnce,
		"intents":          intents,
		"crash":            intentsAfterACrash,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func appendAndQuery(t *testing.T, log core.AuditLog) {
	ctx := t.Context()
	if n, err := log.Verify(ctx); n != 0 || err != nil {
		t.Fatalf("an empty log verifies as %d, %v", n, err)
	}
	full := core.AuditEvent{
		At: at, Type: core.EventRecordDownloaded, Action: core.ActionRead, Outcome: core.OutcomeDenied, Service: "clinician-admin",
		UserID: 1, Role: core.RoleClinician, SessionID: "s", Address: "10.0.0.1", PatientID: 2, RecordID: "r", JobID: "j", Purpose: "TREAT",
		Detail: map[string]any{
			"clinician_id": int64(1) << 60, "share": 0.5, "why": "<&> é", "ok": true, "none": nil,
			"list": []any{int64(1), "two"}, "map": map[string]any{"n": int64(3)},
		},
	}
	bare := core.AuditEvent{Type: core.EventLogout}
	for _, ev := range []core.AuditEvent{full, bare} {
		if err := log.Append(ctx, ev); err != nil {
			t.Fatal(err)
		}
	}
	if len(full.Detail) != 7 {
		t.Error("the caller's event was changed")
	}
	got := must[[]core.AuditEvent](t)(log.Query(ctx, core.AuditQuery{}))
	if len(got) != 2 {
		t.Fatalf("got %d events", len(got))
	}
	full.Seq, full.Hash = 1, got[1].Hash
	wantSame(t, got[1], full)
	if got[0].Seq != 2 || got[0].At.IsZero() || got[0].Service != "clinician-service" || got[0].PrevHash != full.Hash || full.Hash == "" {
		t.Errorf("the bare event became %+v", got[0])
	}
	if n, err := log.Verify(ctx); n != 2 || err != nil {
		t.Errorf("verified %d, %v", n, err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := log.Append(ended, bare); err == nil {
		t.Error("appended although nobody waits")
	}
}

func latestActs(t *testing.T, log core.AuditLog) {
	ctx := t.Context()
	var want []core.AuditEvent // newest first
	for i := range int64(7) {
		ev := core.AuditEvent{At: at.Add(time.Duration(i) * time.Second), Type: core.EventRecordRead, Outcome: core.OutcomeSuccess,
			Service: "clinician-admin", UserID: i, PatientID: 1 + i%2, RecordID: fmt.Sprint("r", i)}
		if i == 4 {
			ev.Outcome = core.OutcomeDenied
		}
		if ev.PatientID == 1 {
			want = append([]core.AuditEvent{ev}, want...)
		}
		ev.Detail, ev.Address = map[string]any{"n": 1}, "10.0.0.1"
		if err := log.Append(ctx, ev); err != nil {
			t.Fatal(err)
		}
		if i == 3 { // some are older than a question for the whole log
			must[[]core.AuditEvent](t)(log.Query(ctx, core.AuditQuery{}))
		}
	}
	for limit := range len(want) + 2 {
		got := must[[]core.AuditEvent](t)(log.Latest(ctx, 1, limit))
		if len(got) != min(limit, len(want)) {
			t.Fatalf("%d asked for, %d given", limit, len(got))
		}
		for i := range got {
			wantSame(t, got[i], want[i])
		}
	}
	if got := must[[]core.AuditEvent](t)(log.Latest(ctx, 0, 5)); len(got) != 0 {
		t.Errorf("of no patient: %+v", got)
	}
}

func auditFilters(t *testing.T, log core.AuditLog) {
	ctx := t.Context()
	for i := range int64(12) {
		ev := core.AuditEvent{Type: fmt.Sprint("type", i%2), UserID: i % 3, PatientID: i % 4, At: at.Add(time.Duration(i) * time.Second)}
		if i%2 == 0 {
			ev.RecordID = fmt.Sprint("r", i)
		}
		if err := log.Append(ctx, ev); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		q    core.AuditQuery
		want []int64
	}{
		{core.AuditQuery{Limit: 3}, []int64{12, 11, 10}},
		{core.AuditQuery{Limit: 2, BeforeSeq: 3}, []int64{2, 1}},
		{core.AuditQuery{UserID: 1}, []int64{11, 8, 5, 2}},
		{core.AuditQuery{PatientID: 3}, []int64{12, 8, 4}},
		{core.AuditQuery{RecordID: "r4"}, []int64{5}},
		{core.AuditQuery{Type: "type1", UserID: 1}, []int64{8, 2}},
		{core.AuditQuery{PatientID: 3, BeforeSeq: 12, Limit: 1}, []int64{8}},
		{core.AuditQuery{Type: "other"}, []int64{}},
	} {
		got := []int64{}
		for _, ev := range must[[]core.AuditEvent](t)(log.Query(ctx, test.q)) {
			got = append(got, ev.Seq)
		}
		wantSame(t, got, test.want)
	}
}

func manyAtOnce(t *testing.T, log core.AuditLog) {
	const writers, each = 8, 10
	var wg sync.WaitGroup
	for w := range int64(writers) {
		wg.Go(func() {
			for range each {
				if err := log.Append(t.Context(), core.AuditEvent{Type: "test", UserID: w + 1}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n, err := log.Verify(t.Context()); n != writers*each || err != nil {
		t.Errorf("verified %d, %v; want %d", n, err, writers*each)
	}
}
