package coretest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
)

// Blobs checks the contract of core.Blobs. open makes an empty store.
func Blobs(t *testing.T, open func(t *testing.T) core.Blobs) {
	t.Run("keeps what was put", func(t *testing.T) {
		b := open(t)
		for _, size := range []int{0, 1, 64 << 10, 200_001} {
			content := bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
			name := "records/r" + strings.Repeat("x", size%7)
			n, err := b.Put(t.Context(), name, bytes.NewReader(content))
			if err != nil || n != int64(size) {
				t.Fatalf("Put of %d bytes = %d, %v", size, n, err)
			}
			for _, offset := range []int64{0, int64(size / 2), int64(size), int64(size) + 5} {
				want := content[min(offset, int64(size)):]
				if got := readBlob(t, b, name, offset); !bytes.Equal(got, want) {
					t.Errorf("size %d from %d: got %d bytes, want %d", size, offset, len(got), len(want))
				}
			}
			if err := b.Delete(t.Context(), name); err != nil {
				t.Fatal(err)
			}
		}
	})
	t.Run("takes content", func(t *testing.T) { takesContent(t, open(t)) })
	t.Run("writes a name once", func(t *testing.T) {
		b := open(t)
		put(t, b, "a/b", "first")
		if _, err := b.Put(t.Context(), "a/b", strings.NewReader("second")); core.CodeOf(err) != core.CodeConflict {
			t.Errorf("second Put = %v, want conflict", err)
		}
		if got := readBlob(t, b, "a/b", 0); string(got) != "first" {
			t.Errorf("content is now %q", got)
		}
	})
	t.Run("one of many writers wins", func(t *testing.T) {
		b := open(t)
		var wins sync.Map
		var group sync.WaitGroup
		for _, text := range []string{"one", "two", "three", "four", "five", "six"} {
			group.Go(func() {
				if _, err := b.Put(context.Background(), "race", strings.NewReader(text)); err == nil {
					wins.Store(text, true)
				}
			})
		}
		group.Wait()
		got := string(readBlob(t, b, "race", 0))
		wins.Range(func(text, _ any) bool {
			if text != got {
				t.Errorf("%q was told it won, stored is %q", text, got)
			}
			return true
		})
	})
	t.Run("keeps nothing of content that fails", func(t *testing.T) {
		b := open(t)
		broken := errors.New("line dropped")
		_, err := b.Put(t.Context(), "half", io.MultiReader(strings.NewReader(strings.Repeat("x", 100_000)), failing{broken}))
		if !errors.Is(err, broken) {
			t.Errorf("Put = %v, want the content's own error", err)
		}
		if _, err := b.Open(t.Context(), "half", 0); !core.IsNotFound(err) {
			t.Errorf("Open = %v, want not found", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := b.Put(ctx, "late", strings.NewReader("x")); !errors.Is(err, context.Canceled) {
			t.Errorf("Put with a cancelled context = %v", err)
		}
		if got := list(t, b, ""); len(got) != 0 {
			t.Errorf("there are still %v", got)
		}
	})
	t.Run("says what is there", func(t *testing.T) {
		b := open(t)
		for _, name := range []string{"records/1", "records/22", "other/1", "top"} {
			put(t, b, name, name)
		}
		if got := list(t, b, "records/"); !slices.Equal(got, []string{"records/1", "records/22"}) {
			t.Errorf("List(records/) = %v", got)
		}
		if got := list(t, b, ""); len(got) != 4 {
			t.Errorf("List() = %v", got)
		}
		stop := errors.New("enough")
		if err := b.List(t.Context(), "", func(core.BlobInfo) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("List ended with %v, want the callback's error", err)
		}
	})
	t.Run("deletes", func(t *testing.T) {
		b := open(t)
		put(t, b, "gone", "x")
		for range 2 {
			if err := b.Delete(t.Context(), "gone"); err != nil {
				t.Errorf("Delete = %v", err)
			}
		}
		if _, err := b.Open(t.Context(), "gone", 0); !core.IsNotFound(err) {
			t.Errorf("Open = %v, want not found", err)
		}
		put(t, b, "gone", "again")
	})
	t.Run("opens from anywhere", func(t *testing.T) {
		b := open(t)
		put(t, b, "a", "0123456789")
		if _, err := b.Open(t.Context(), "a", -1); core.CodeOf(err) != core.CodeInvalid {
			t.Errorf("Open before the start = %v, want invalid", err)
		}
		r, err := b.Open(t.Context(), "a", 4)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if s, ok := r.(io.Seeker); ok { // counts from the blob's own start
			if at, err := s.Seek(0, io.SeekCurrent); err != nil || at != 4 {
				t.Errorf("stands at %d, %v", at, err)
			}
		}
		if err := b.Delete(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err == nil && string(got) != "456789" {
			t.Errorf("deleted while it was read: %q without an error", got)
		}
	})
	t.Run("sweeps what nobody points to", func(t *testing.T) { sweepsOrphans(t, open(t)) })
	t.Run("sweeps nothing when it cannot ask", func(t *testing.T) {
		b := open(t)
		put(t, b, "records/1", "x")
		down := errors.New("the index does not answer")
		n, err := b.Sweep(t.Context(), core.BlobSweep{Prefix: "records/", Before: later(), Keep: func(context.Context, []string) (map[string]bool, error) {
			return map[string]bool{}, down
		}})
		if n != 0 || !errors.Is(err, down) {
			t.Errorf("Sweep = %d, %v", n, err)
		}
		if n, err := b.Sweep(t.Context(), core.BlobSweep{Prefix: "records/", Before: later()}); n != 0 || err != nil {
			t.Errorf("Sweep without Keep = %d, %v", n, err)
		}
		if got := list(t, b, ""); len(got) != 1 {
			t.Errorf("left: %v", got)
		}
	})
	t.Run("sweeps in batches", func(t *testing.T) {
		b := open(t)
		var group sync.WaitGroup
		for i := range core.SweepBatch + 3 {
			group.Go(func() { // stores that sync are faster together
				if _, err := b.Put(context.Background(), fmt.Sprintf("r/%d", i), strings.NewReader("x")); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		asked := 0
		n, err := b.Sweep(t.Context(), core.BlobSweep{Prefix: "r/", Before: later(), Keep: func(_ context.Context, names []string) (map[string]bool, error) {
			if len(names) == 0 || len(names) > core.SweepBatch {
				t.Errorf("asked about %d names", len(names))
			}
			asked += len(names)
			return map[string]bool{"r/7": true}, nil
		}})
		if n != core.SweepBatch+2 || asked != core.SweepBatch+3 || err != nil {
			t.Errorf("Sweep = %d, %v after asking about %d", n, err, asked)
		}
		if got := list(t, b, ""); !slices.Equal(got, []string{"r/7"}) {
			t.Errorf("left: %v", got)
		}
	})
	t.Run("leaves a Put under way alone", func(t *testing.T) { sweepsBesidePut(t, open(t), false) })
	t.Run("never finishes a Put that was swept", func(t *testing.T) { sweepsBesidePut(t, open(t), true) })
	t.Run("refuses names that are not ours", func(t *testing.T) {
		b := open(t)
		for _, name := range []string{"", "/a", "a/", "a//b", "../a", "a/../b", ".hidden", "a/.tmp-x", "A", "a b", "a\x00", "é", strings.Repeat("a", 201)} {
			if _, err := b.Put(t.Context(), name, strings.NewReader("x")); core.CodeOf(err) != core.CodeInvalid {
				t.Errorf("Put(%q) = %v, want invalid", name, err)
			}
			if _, err := b.Open(t.Context(), name, 0); core.CodeOf(err) != core.CodeInvalid {
				t.Errorf("Open(%q) = %v, want invalid", name, err)
			}
			if err := b.Delete(t.Context(), name); core.CodeOf(err) != core.CodeInvalid {
				t.Errorf("Delete(%q) = %v, want invalid", name, err)
			}
		}
	})
}

// later is after everything a test puts, also by a clock that is a little off.
func later() time.Time { return time.Now().Add(time.Hour) }

// takesContent: Ping says so, and leaves nothing.
func takesContent(t *testing.T, b core.Blobs) {
	put(t, b, "a/b", "kept")
	if err := b.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := list(t, b, ""); len(got) != 1 || got[0] != "a/b" {
		t.Errorf("after Ping there are %v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Ping(ctx); err == nil {
		t.Error("it answers whom nobody waits for")
	}
}

func sweepsOrphans(t *testing.T, b core.Blobs) {
	for _, name := range []string{"records/kept", "records/orphan", "records-too/1", "uploads/1"} {
		put(t, b, name, "x")
	}
	var asked []string
	sweep := core.BlobSweep{Prefix: "records/", Before: time.Now().Add(-time.Hour), Keep: func(_ context.Context, names []string) (map[string]bool, error) {
		asked = append(asked, names...)
		return map[string]bool{"records/kept": true, "records/orphan": false}, nil
	}}
	if n, err := b.Sweep(t.Context(), sweep); n != 0 || err != nil || len(asked) != 0 {
		t.Errorf("of young ones: Sweep = %d, %v, asked about %v", n, err, asked)
	}
	sweep.Before = later()
	if n, err := b.Sweep(t.Context(), sweep); n != 1 || err != nil {
		t.Errorf("Sweep = %d, %v", n, err)
	}
	if slices.Sort(asked); !slices.Equal(asked, []string{"records/kept", "records/orphan"}) {
		t.Errorf("asked about %v", asked)
	}
	if got := list(t, b, ""); !slices.Equal(got, []string{"records-too/1", "records/kept", "uploads/1"}) {
		t.Errorf("left: %v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if n, err := b.Sweep(ctx, sweep); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("with a cancelled context: Sweep = %d, %v", n, err)
	}
}

// sweepsBesidePut sweeps while a Put waits for the rest of its content: with all
// also what is written to now. Such a Put may fail, or not have begun to write;
// what it says is what is there.
func sweepsBesidePut(t *testing.T, b core.Blobs, all bool) {
	content := strings.Repeat("x", 300_000)
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := b.Put(context.Background(), "records/slow", r)
		done <- err
	}()
	if _, err := io.WriteString(w, content[:200_000]); err != nil {
		t.Fatal(err)
	}
	s := core.BlobSweep{StalledBefore: time.Now().Add(-time.Hour), Prefix: "", Before: later(),
		Keep: func(context.Context, []string) (map[string]bool, error) { return nil, nil }}
	if all {
		s.StalledBefore = later()
	}
	n, err := b.Sweep(t.Context(), s)
	if err != nil || n != 0 && !all {
		t.Errorf("Sweep = %d, %v", n, err)
	}
	if _, err := io.WriteString(w, content[200_000:]); err != nil {
		t.Fatal(err)
	}
	w.Close()
	err = <-done
	if err != nil && (!all || n == 0) {
		t.Fatalf("Put = %v", err)
	}
	if err != nil {
		if _, err := b.Open(t.Context(), "records/slow", 0); !core.IsNotFound(err) {
			t.Errorf("Open after a Put that failed = %v, want not found", err)
		}
		return
	}
	if got := readBlob(t, b, "records/slow", 0); string(got) != content {
		t.Errorf("%d bytes are there of %d", len(got), len(content))
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func put(t *testing.T, b core.Blobs, name, content string) {
	t.Helper()
	if _, err := b.Put(t.Context(), name, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
}

func readBlob(t *testing.T, b core.Blobs, name string, offset int64) []byte {
	t.Helper()
	r, err := b.Open(t.Context(), name, offset)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func list(t *testing.T, b core.Blobs, prefix string) []string {
	t.Helper()
	var names []string
	err := b.List(t.Context(), prefix, func(i core.BlobInfo) error {
		if i.ModTime.IsZero() || i.Size <= 0 {
			t.Errorf("blob %s has size %d and time %s", i.Name, i.Size, i.ModTime)
		}
		names = append(names, i.Name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}
