package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/store"
	"clinician/internal/core/store/storetest"
)

// TestAuditedIsToldOnce writes events from many goroutines, by way of the journal and in
// transactions, and wants each told once with its writer's context, and none of a change
// that failed.
func TestAuditedIsToldOnce(t *testing.T) {
	t.Parallel()
	for _, journal := range []bool{false, true} {
		var mu sync.Mutex
		told := map[string]int{}
		db, err := storetest.Open(t, store.Options{Path: filepath.Join(t.TempDir(), "c.db"), AuditKey: make([]byte, 32), Journal: journal,
			Audited: func(ctx context.Context, ev core.AuditEvent) {
				mu.Lock()
				defer mu.Unlock()
				if core.RequestID(ctx) != ev.Type {
					t.Errorf("%s was told as %q", ev.Type, core.RequestID(ctx))
				}
				told[ev.Type]++
			}})
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i := range 40 {
			name := fmt.Sprintf("event-%d", i)
			ctx := core.WithRequestID(t.Context(), name)
			all.Go(func() {
				ev := core.AuditEvent{Type: name}
				var err error
				switch i % 4 {
				case 0:
					_, err = db.CreatePatient(ctx, core.NewPatient{FirstName: "A", LastName: name}, ev)
				case 1:
					err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
						return errors.Join(db.AppendWithin(ctx, tx, ev), errors.New("not to be"))
					})
					if err == nil {
						t.Error("a failed change was kept")
					}
					err = nil
				default:
					err = db.Append(ctx, ev)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		for i := range 40 {
			want := 1
			if i%4 == 1 {
				want = 0
			}
			if n := told[fmt.Sprintf("event-%d", i)]; n != want {
				t.Errorf("journal %v: event %d was told %d times, want %d", journal, i, n, want)
			}
		}
	}
}
