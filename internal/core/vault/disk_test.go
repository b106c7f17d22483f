package vault

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
)

func newDisk(t testing.TB) (*Disk, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "blobs")
	d, err := OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d, dir
}

func TestDiskContract(t *testing.T) {
	coretest.Blobs(t, func(t *testing.T) core.Blobs {
		d, _ := newDisk(t)
		return d
	})
}

func TestDiskIsClosedToOthers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "blobs")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	d, err := OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Put(t.Context(), "records/1", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, dir + "/records": 0o700, dir + "/records/1": 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
	}
}

func TestDiskDoesNotFollowLinksOut(t *testing.T) {
	d, dir := newDisk(t)
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if r, err := d.Open(t.Context(), "link", 0); err == nil {
		r.Close()
		t.Error("a link out of the vault was followed")
	}
}

// A crash leaves temporary files, and the sweep takes only those that nobody
// writes to any more.
func TestSweepTakesWhatACrashLeft(t *testing.T) {
	d, dir := newDisk(t)
	if _, err := d.Put(t.Context(), "records/1", strings.NewReader("kept")); err != nil {
		t.Fatal(err)
	}
	left, busy := filepath.Join(dir, "records", tempPrefix+"left"), filepath.Join(dir, tempPrefix+"busy")
	for _, f := range []string{left, busy} {
		if err := os.WriteFile(f, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(left, old, old); err != nil {
		t.Fatal(err)
	}
	n, err := d.Sweep(t.Context(), core.BlobSweep{StalledBefore: time.Now().Add(-time.Hour)})
	if err != nil || n != 1 {
		t.Fatalf("Sweep = %d, %v", n, err)
	}
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("leftover is still there: %v", err)
	}
	for _, f := range []string{busy, filepath.Join(dir, "records", "1")} {
		if _, err := os.Stat(f); err != nil {
			t.Errorf("the sweep took too much: %v", err)
		}
	}
}

func TestFullDiskIsSaid(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full on this system")
	}
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("cannot open /dev/full:", err)
	}
	defer f.Close()
	_, err = f.Write([]byte("x"))
	err = diskError("write", err)
	if core.CodeOf(err) != core.CodeUnavailable || !strings.Contains(core.MessageOf(err), "full") {
		t.Errorf("a full disk is told as %v", err)
	}
}

// A directory that took the vault's name is not the vault, and one that is gone neither.
func TestPingKnowsItsDirectory(t *testing.T) {
	d, dir := newDisk(t)
	for _, step := range []struct {
		what string
		do   func() error
		ok   bool
	}{
		{"as it was opened", func() error { return nil }, true},
		{"moved away", func() error { return os.Rename(dir, dir+".away") }, false},
		{"another in its place", func() error { return os.Mkdir(dir, 0o700) }, false},
		{"put back", func() error { return errors.Join(os.Remove(dir), os.Rename(dir+".away", dir)) }, true},
		{"removed", func() error { return os.RemoveAll(dir) }, false},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if err := d.Ping(t.Context()); (err == nil) != step.ok {
			t.Errorf("%s: %v", step.what, err)
		}
	}
}

// While blobs are held, by whatever process, none goes; what was deleted goes with a later
// sweep.
func TestHeldBlobsStay(t *testing.T) {
	d, dir := newDisk(t)
	other, err := OpenDisk(dir) // another process'
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for _, name := range []string{"records/1", "records/2", "records/3"} {
		if _, err := d.Put(t.Context(), name, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	release, err := other.Hold(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	nobodys := core.BlobSweep{Prefix: "records/", Before: time.Now().Add(time.Hour), Keep: func(context.Context, []string) (map[string]bool, error) {
		return map[string]bool{"records/3": true}, nil
	}}
	count := func() (n int) {
		if err := d.List(t.Context(), "", func(core.BlobInfo) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := d.Delete(t.Context(), "records/1"); err != nil {
		t.Error(err)
	}
	if n, err := d.Sweep(t.Context(), nobodys); n != 0 || err != nil || count() != 3 {
		t.Errorf("swept %d, %v; %d are left", n, err, count())
	}
	if _, err := d.Put(t.Context(), "records/4", strings.NewReader("x")); err != nil {
		t.Errorf("while held: %v", err)
	}
	release()
	if n, err := d.Sweep(t.Context(), nobodys); n != 3 || err != nil || count() != 1 {
		t.Errorf("then swept %d, %v; %d are left", n, err, count())
	}
	if release, err = other.Hold(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer release()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Hold(ctx); err == nil {
		t.Error("held twice")
	}
}

// Looking for a few names does not look at all others.
func TestListLooksWhereNamesCanBe(t *testing.T) {
	d, _ := newDisk(t)
	for _, name := range []string{"keys/1", "records/1", "top"} {
		if _, err := d.Put(t.Context(), name, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	for prefix, want := range map[string]string{"": "keys/1 records/1 top", "keys/": "keys/1", "keys/1": "keys/1", "k": "keys/1", "keys/2": "", "nothing/": "", "top": "top"} {
		var got []string
		if err := d.List(t.Context(), prefix, func(b core.BlobInfo) error { got = append(got, b.Name); return nil }); err != nil {
			t.Fatal(err)
		}
		if slices.Sort(got); strings.Join(got, " ") != want {
			t.Errorf("%q gives %v", prefix, got)
		}
	}
}
