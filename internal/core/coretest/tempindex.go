package coretest

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"clinician/internal/core"
)

// TempIndexFixture is an empty index and its time.
type TempIndexFixture struct {
	Index core.TempIndex
	Now   func() time.Time
	// Pass lets d go by for the index.
	Pass func(t *testing.T, d time.Duration)
	// Life is how long entries of the suite live: long enough to look at them.
	Life time.Duration
}

// TempIndex checks the contract of core.TempIndex.
func TempIndex(t *testing.T, open func(t *testing.T) TempIndexFixture) {
	t.Run("keeps entries of their owner", func(t *testing.T) { tempOwner(t, open(t)) })
	t.Run("forgets what expired", func(t *testing.T) { tempExpiry(t, open(t)) })
	t.Run("lists a user's entries", func(t *testing.T) { tempByUser(t, open(t)) })
}

func (f TempIndexFixture) entry(id string, user int64) core.TempEntry {
	now := f.Now().UTC().Truncate(time.Microsecond)
	return core.TempEntry{
		ID: id, Path: "/data/temp/" + id, CreatedAt: now, ExpiresAt: now.Add(f.Life), RecordID: "r1", PatientID: 3, UserID: user,
		SessionID: "s1", MIME: core.MIMEPDF, Filename: "a \"b\" ü.pdf", Size: 12, Key: []byte{0, 1, 0xfe, 0xff},
	}
}

func (f TempIndexFixture) put(t *testing.T, e core.TempEntry) core.TempEntry {
	t.Helper()
	if err := f.Index.Put(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return e
}

func sameEntry(a, b core.TempEntry) bool {
	return a.ID == b.ID && a.Path == b.Path && a.CreatedAt.Equal(b.CreatedAt) && a.ExpiresAt.Equal(b.ExpiresAt) &&
		a.RecordID == b.RecordID && a.PatientID == b.PatientID && a.UserID == b.UserID && a.SessionID == b.SessionID &&
		a.MIME == b.MIME && a.Filename == b.Filename && a.Size == b.Size && bytes.Equal(a.Key, b.Key)
}

func (f TempIndexFixture) alive(t *testing.T, id string) bool {
	t.Helper()
	alive, err := f.Index.Alive(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return alive
}

func tempOwner(t *testing.T, f TempIndexFixture) {
	e := f.put(t, f.entry("one.pdf", 7))
	if got, err := f.Index.Get(t.Context(), 7, "one.pdf"); err != nil || !sameEntry(got, e) {
		t.Errorf("Get = %+v, %v", got, err)
	}
	if !f.alive(t, "one.pdf") || f.alive(t, "two.pdf") {
		t.Error("alive is wrong")
	}
	for _, c := range []struct {
		user int64
		id   string
	}{{8, "one.pdf"}, {0, "one.pdf"}, {7, "two.pdf"}, {7, ""}, {7, "*"}, {7, "one.pd?"}} {
		if got, err := f.Index.Get(t.Context(), c.user, c.id); !core.IsNotFound(err) || got.Key != nil {
			t.Errorf("Get(%d, %q) = %+v, %v", c.user, c.id, got, err)
		}
		if _, err := f.Index.Delete(t.Context(), c.user, c.id); !core.IsNotFound(err) {
			t.Errorf("Delete(%d, %q) = %v", c.user, c.id, err)
		}
	}
	if !f.alive(t, "one.pdf") {
		t.Error("somebody else's Delete ended it")
	}
	if got, err := f.Index.Delete(t.Context(), 7, "one.pdf"); err != nil || !sameEntry(got, e) {
		t.Errorf("Delete = %+v, %v", got, err)
	}
	if _, err := f.Index.Delete(t.Context(), 7, "one.pdf"); !core.IsNotFound(err) {
		t.Errorf("second Delete = %v", err)
	}
	if f.alive(t, "one.pdf") {
		t.Error("alive after Delete")
	}
}

func tempExpiry(t *testing.T, f TempIndexFixture) {
	short, long := f.entry("short.pdf", 7), f.entry("long.pdf", 7)
	long.ExpiresAt = long.CreatedAt.Add(time.Hour)
	f.put(t, long) // the longer first: the shorter must not cut its life
	f.put(t, short)
	f.Pass(t, f.Life)
	if _, err := f.Index.Get(t.Context(), 7, "short.pdf"); !core.IsNotFound(err) {
		t.Errorf("Get = %v", err)
	}
	if _, err := f.Index.Delete(t.Context(), 7, "short.pdf"); !core.IsNotFound(err) {
		t.Errorf("Delete = %v", err)
	}
	if f.alive(t, "short.pdf") || !f.alive(t, "long.pdf") {
		t.Error("alive is wrong")
	}
	list, err := f.Index.ByUser(t.Context(), 7)
	if err != nil || len(list) != 1 || list[0].ID != "long.pdf" {
		t.Errorf("ByUser = %+v, %v", list, err)
	}
	f.put(t, short) // already over
	if f.alive(t, "short.pdf") {
		t.Error("put when over, and alive")
	}
}

func tempByUser(t *testing.T, f TempIndexFixture) {
	for i, id := range []string{"a.pdf", "b.pdf", "c.pdf"} {
		e := f.entry(id, 7)
		e.CreatedAt = e.CreatedAt.Add(time.Duration(i) * time.Millisecond)
		e.ExpiresAt = e.ExpiresAt.Add(time.Duration(i) * time.Millisecond)
		f.put(t, e)
	}
	f.put(t, f.entry("d.pdf", 77))
	if _, err := f.Index.Delete(t.Context(), 7, "b.pdf"); err != nil {
		t.Fatal(err)
	}
	for user, want := range map[int64][]string{7: {"a.pdf", "c.pdf"}, 77: {"d.pdf"}, 777: nil} {
		list, err := f.Index.ByUser(t.Context(), user)
		var ids []string
		for _, e := range list {
			ids = append(ids, e.ID)
		}
		if err != nil || !slices.Equal(ids, want) {
			t.Errorf("ByUser(%d) = %v, %v; want %v", user, ids, err, want)
		}
	}
}
