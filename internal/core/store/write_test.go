package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"clinician/internal/core"
	"clinician/internal/core/store"
)

func insertLanguage(ctx context.Context, tx *store.Tx, code string) error {
	_, err := tx.Exec(ctx, "INSERT INTO languages (code, name, native_name, display_order) VALUES (?, ?, ?, 9)", code, code, code)
	return err
}

func hasLanguage(t *testing.T, db *store.DB, code string) bool {
	t.Helper()
	list, err := db.Languages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		if l.Code == code {
			return true
		}
	}
	return false
}

// group runs fns in one commit: the first one waits until all others queue
// behind it.
func group(t *testing.T, db *store.DB, fns ...func(context.Context, *store.Tx) error) []error {
	t.Helper()
	errs := make([]error, len(fns))
	started, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = db.Write(t.Context(), func(context.Context, *store.Tx) error {
			close(started)
			<-release
			return nil
		})
	})
	<-started
	for i, fn := range fns {
		wg.Go(func() { errs[i] = db.Write(t.Context(), fn) })
	}
	db.WaitQueued(len(fns))
	close(release)
	wg.Wait()
	return errs
}

func TestWriteKeepsNeighboursApart(t *testing.T) {
	db := open(t, "")
	broken := errors.New("broken")
	errs := group(t, db,
		func(ctx context.Context, tx *store.Tx) error { return insertLanguage(ctx, tx, "de") },
		func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(insertLanguage(ctx, tx, "nl"), broken)
		},
		func(ctx context.Context, tx *store.Tx) error {
			if err := insertLanguage(ctx, tx, "it"); err != nil {
				return err
			}
			panic("a bug")
		},
		func(ctx context.Context, tx *store.Tx) error { return insertLanguage(ctx, tx, "en") }, // exists
		func(ctx context.Context, tx *store.Tx) error { return insertLanguage(ctx, tx, "pt") },
	)
	if errs[0] != nil || errs[4] != nil {
		t.Errorf("good changes failed: %v, %v", errs[0], errs[4])
	}
	if !errors.Is(errs[1], broken) || errs[2] == nil || errs[3] == nil {
		t.Errorf("bad changes gave %v, %v, %v", errs[1], errs[2], errs[3])
	}
	for code, want := range map[string]bool{"de": true, "pt": true, "nl": false, "it": false} {
		if hasLanguage(t, db, code) != want {
			t.Errorf("language %s is there: %v", code, !want)
		}
	}
}

// A change that takes the transaction with it (as a full disk does) must not
// let its neighbours be told that theirs were kept.
func TestWriteLosesGroupAsAWhole(t *testing.T) {
	db := open(t, "")
	errs := group(t, db,
		func(ctx context.Context, tx *store.Tx) error {
			if err := insertLanguage(ctx, tx, "de"); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "ROLLBACK")
			return errors.Join(err, errors.New("disk full"))
		},
		func(ctx context.Context, tx *store.Tx) error { return insertLanguage(ctx, tx, "pt") },
	)
	// Which of the two ran first is open; whoever was told yes must be kept.
	for i, code := range []string{"de", "pt"} {
		if kept := hasLanguage(t, db, code); kept != (errs[i] == nil) {
			t.Errorf("%s: kept %v, told %v", code, kept, errs[i])
		}
	}
	if errs[0] == nil {
		t.Error("the failed change was told yes")
	}
	if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return insertLanguage(ctx, tx, "sv") }); err != nil {
		t.Errorf("the writer does not go on: %v", err)
	}
}

func TestWriteManyAtOnce(t *testing.T) {
	db := open(t, "")
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return insertLanguage(ctx, tx, fmt.Sprint("x", i)) }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	list, err := db.Languages(t.Context())
	if err != nil || len(list) != 106 {
		t.Errorf("%d languages, %v", len(list), err)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "a.db"), AuditKey: auditKey})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			err := db.Append(t.Context(), core.AuditEvent{Type: "test"})
			if err != nil && core.CodeOf(err) != core.CodeUnavailable {
				t.Error(err)
			}
		})
	}
	for range 2 {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	if err := db.Append(t.Context(), core.AuditEvent{Type: "test"}); core.CodeOf(err) != core.CodeUnavailable {
		t.Errorf("append after close gives %v", err)
	}
	if err := db.Ping(t.Context()); core.CodeOf(err) != core.CodeUnavailable {
		t.Errorf("ping after close gives %v", err)
	}
}
