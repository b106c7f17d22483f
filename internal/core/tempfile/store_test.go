package tempfile

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"go.uber.org/goleak"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/core/vault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock starts at the real time, because files carry that.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time       { return core.SystemClock().Add(time.Duration(c.offset.Load())) }
func (c *clock) pass(d time.Duration) { c.offset.Add(int64(d)) }
func view(user int64, n int) core.TempEntry {
	return core.TempEntry{UserID: user, RecordID: "r1", PatientID: 3, SessionID: "s1", MIME: core.MIMEPDF, Filename: "a.pdf", Size: int64(n)}
}

func build(t *testing.T, index core.TempIndex) (*Store, string, *clock) {
	t.Helper()
	c := &clock{}
	if index == nil {
		index = NewMemory(c.now)
	}
	dir := filepath.Join(t.TempDir(), "temp")
	s, err := New(Options{Dir: dir, Index: index, Clock: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, dir, c
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range list {
		names = append(names, f.Name())
	}
	return names
}

func create(t *testing.T, s *Store, user int64, content []byte) core.TempEntry {
	t.Helper()
	e, err := s.Create(t.Context(), view(user, len(content)), bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestMemoryContract(t *testing.T) {
	coretest.TempIndex(t, func(*testing.T) coretest.TempIndexFixture {
		c := &clock{}
		start := c.now()
		now := func() time.Time { return start.Add(time.Duration(c.offset.Load())) }
		return coretest.TempIndexFixture{
			Index: NewMemory(now), Now: now, Life: time.Minute,
			Pass: func(_ *testing.T, d time.Duration) { c.pass(d) },
		}
	})
}

func TestViewIsForItsOwner(t *testing.T) {
	s, dir, _ := build(t, nil)
	content := bytes.Repeat([]byte("clear content "), 20_000)
	e := create(t, s, 7, content)
	if !idForm.MatchString(e.ID) || !strings.HasSuffix(e.ID, ".pdf") || e.ExpiresAt.Sub(e.CreatedAt) != TTL || e.Path != filepath.Join(dir, e.ID) {
		t.Errorf("entry %+v", e)
	}
	raw, err := os.ReadFile(e.Path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("clear content")) {
		t.Error("clear content on disk")
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, e.Path: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	got, c, err := s.Open(t.Context(), 7, e.ID)
	if err != nil || got.Filename != "a.pdf" || got.Size != int64(len(content)) {
		t.Fatalf("%+v, %v", got, err)
	}
	defer c.Close()
	if err := iotest.TestReader(c, content); err != nil { // also Seek, forwards and back
		t.Error(err)
	}
	for _, c := range []struct {
		user int64
		id   string
	}{{8, e.ID}, {7, "../" + e.ID}, {7, "x"}, {7, ""}, {7, strings.ToUpper(e.ID)}, {7, e.ID + "/"}} {
		if _, _, err := s.Open(t.Context(), c.user, c.id); !core.IsNotFound(err) {
			t.Errorf("Open(%d, %q) = %v", c.user, c.id, err)
		}
		if err := s.Remove(t.Context(), c.user, c.id); !core.IsNotFound(err) {
			t.Errorf("Remove(%d, %q) = %v", c.user, c.id, err)
		}
	}
	if err := s.Remove(t.Context(), 7, e.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Open(t.Context(), 7, e.ID); !core.IsNotFound(err) || len(files(t, dir)) != 0 {
		t.Errorf("after Remove: %v, files %v", err, files(t, dir))
	}
}

func TestTamperedViewDoesNotOpen(t *testing.T) {
	s, _, _ := build(t, nil)
	a, b := create(t, s, 7, []byte("alpha")), create(t, s, 7, []byte("beta!"))
	if err := os.Rename(a.Path, b.Path); err != nil {
		t.Fatal(err)
	}
	_, c, err := s.Open(t.Context(), 7, b.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got, err := io.ReadAll(c); !errors.Is(err, vault.ErrDamaged) || len(got) != 0 {
		t.Errorf("another view's file: %q, %v", got, err)
	}
}

func TestNothingStaysOfAFailure(t *testing.T) {
	broken := errors.New("line dropped")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx     context.Context
		content io.Reader
		want    error
	}{
		"content fails": {t.Context(), io.MultiReader(strings.NewReader("123"), iotest.ErrReader(broken)), broken},
		"too short":     {t.Context(), strings.NewReader("1234"), nil},
		"too long":      {t.Context(), strings.NewReader("123456"), nil},
		"cancelled":     {ctx, strings.NewReader("12345"), context.Canceled},
	} {
		s, dir, _ := build(t, nil)
		_, err := s.Create(c.ctx, view(7, 5), c.content)
		if err == nil || c.want != nil && !errors.Is(err, c.want) && !strings.Contains(err.Error(), c.want.Error()) {
			t.Errorf("%s: %v", name, err)
		}
		list, lerr := s.index.ByUser(t.Context(), 7)
		if len(files(t, dir)) != 0 || len(list) != 0 || lerr != nil {
			t.Errorf("%s left %v, %v", name, files(t, dir), list)
		}
	}
}

// dead is an index that does not answer.
type dead struct{ core.TempIndex }

var errDown = core.Errorf(core.CodeUnavailable, "down")

func (dead) Put(context.Context, core.TempEntry) error               { return errDown }
func (dead) ByUser(context.Context, int64) ([]core.TempEntry, error) { return nil, nil }
func (dead) Alive(context.Context, string) (bool, error)             { return false, errDown }

func TestWithoutTheIndexThereIsNoFile(t *testing.T) {
	s, dir, _ := build(t, dead{})
	if _, err := s.Create(t.Context(), view(7, 1), strings.NewReader("x")); core.CodeOf(err) != core.CodeUnavailable {
		t.Errorf("Create = %v", err)
	}
	if got := files(t, dir); len(got) != 0 {
		t.Errorf("left %v", got)
	}
}

func TestSweepTrustsTheDirectory(t *testing.T) {
	s, dir, c := build(t, nil)
	kept := create(t, s, 7, []byte("kept"))
	for _, name := range []string{"stray.pdf", newID(core.MIMEPDF)} { // of an earlier process
		if err := os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.Sweep(t.Context()); err != nil || n != 2 {
		t.Fatalf("Sweep = %d, %v", n, err)
	}
	if got := files(t, dir); len(got) != 1 || got[0] != kept.ID {
		t.Fatalf("left %v", got)
	}
	c.pass(TTL + time.Minute)
	if n, err := s.Sweep(t.Context()); err != nil || n != 1 || len(files(t, dir)) != 0 {
		t.Errorf("an hour later: %d, %v, %v", n, err, files(t, dir))
	}
}

// While the index is away, views that may be open stay; what is too old goes.
func TestSweepWithoutTheIndex(t *testing.T) {
	s, dir, _ := build(t, dead{})
	old := time.Now().Add(-2 * TTL)
	for _, name := range []string{"young.pdf", "old.pdf"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(filepath.Join(dir, "old.pdf"), old, old); err != nil {
		t.Fatal(err)
	}
	n, err := s.Sweep(t.Context())
	if n != 1 || core.CodeOf(err) != core.CodeUnavailable {
		t.Errorf("Sweep = %d, %v", n, err)
	}
	if got := files(t, dir); len(got) != 1 || got[0] != "young.pdf" {
		t.Errorf("left %v", got)
	}
}

func TestRemoveUserAndSession(t *testing.T) {
	s, dir, c := build(t, nil)
	create(t, s, 7, []byte("a"))
	other := view(7, 1)
	other.SessionID = "s2"
	if _, err := s.Create(t.Context(), other, strings.NewReader("b")); err != nil {
		t.Fatal(err)
	}
	create(t, s, 8, []byte("c"))
	if n, err := s.RemoveUser(t.Context(), 7, "s2"); err != nil || n != 1 {
		t.Errorf("session: %d, %v", n, err)
	}
	if n, err := s.RemoveUser(t.Context(), 7, ""); err != nil || n != 1 {
		t.Errorf("user: %d, %v", n, err)
	}
	if got := files(t, dir); len(got) != 1 {
		t.Errorf("left %v", got)
	}
	for range maxPerUser + 3 {
		c.pass(time.Millisecond)
		create(t, s, 9, []byte("x"))
	}
	if got := files(t, dir); len(got) != maxPerUser+1 {
		t.Errorf("one user holds %d views", len(got)-1)
	}
}

func TestRunSweepsAtOnceAndOnTicks(t *testing.T) {
	c := &clock{}
	ticks := make(chan time.Time)
	dir := filepath.Join(t.TempDir(), "temp")
	s, err := New(Options{Dir: dir, Index: NewMemory(c.now), Clock: c.now, Ticks: ticks})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	drop := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	drop("first.pdf")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx)
	}()
	ticks <- time.Time{} // is taken only after the first sweep
	ticks <- time.Time{} // and this after the second
	if got := files(t, dir); len(got) != 0 {
		t.Errorf("left at start: %v", got)
	}
	drop("second.pdf")
	ticks <- time.Time{}
	ticks <- time.Time{}
	if got := files(t, dir); len(got) != 0 {
		t.Errorf("left after a tick: %v", got)
	}
	cancel()
	<-done
}
