package archive

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
)

// small is a backup of a few parts.
func small(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, About{Made: time.Date(2026, 12, 1, 9, 0, 0, 5, time.UTC), RootKey: "abcd", Records: 2})
	must(t, err)
	for _, p := range parts {
		must(t, w.Add(p[0], int64(len(p[1])), strings.NewReader(p[1])))
	}
	must(t, w.Close(sign))
	return b.Bytes()
}

var parts = [][2]string{{"vault/keys/ab12", "k"}, {Database, strings.Repeat("SQLite", 300)}, {"vault/records/r-1", strings.Repeat("x", 512)}, {"vault/records/r-2", ""}}

func sign(sums []byte) []byte { return bytes.Repeat([]byte{sums[0]}, 32) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// readAll reads a backup to its end.
func readAll(r io.Reader, with ...age.Identity) (got [][2]string, a *Reader, err error) {
	a, _, err = Open(r, with)
	if err != nil {
		return nil, a, err
	}
	for {
		p, err := a.Next()
		if err == io.EOF {
			return got, a, nil
		}
		if err != nil {
			return got, a, err
		}
		b, err := io.ReadAll(p.Content)
		if err != nil {
			return got, a, err
		}
		got = append(got, [2]string{p.Name, string(b)})
	}
}

func TestWhatWasWrittenIsRead(t *testing.T) {
	t.Parallel()
	got, a, err := readAll(bytes.NewReader(small(t)))
	if err != nil || fmt.Sprint(got) != fmt.Sprint(parts) {
		t.Fatalf("%v, %v", got, err)
	}
	if a.About.RootKey != "abcd" || a.About.Records != 2 || a.About.Made != time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC) {
		t.Errorf("about %+v", a.About)
	}
	sums, signature := a.Sums()
	if !bytes.Equal(signature, sign(sums)) || bytes.Count(sums, []byte("\n")) != 1+len(parts) {
		t.Errorf("signed %x over %s", signature, sums)
	}
	if _, err := a.Next(); err != io.EOF {
		t.Errorf("then %v", err)
	}
	// Who does not look at the parts gets the same verdict.
	b, _, err := Open(bytes.NewReader(small(t)), nil)
	must(t, err)
	for err == nil {
		_, err = b.Next()
	}
	if err != io.EOF {
		t.Error(err)
	}
}

// Any tar program unpacks it.
func TestItIsATarArchive(t *testing.T) {
	t.Parallel()
	r := tar.NewReader(bytes.NewReader(small(t)))
	var names []string
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		must(t, err)
		names = append(names, h.Name)
		if h.Mode != 0o600 {
			t.Errorf("%s has mode %o", h.Name, h.Mode)
		}
	}
	if got := strings.Join(names, " "); got != "backup.json vault/keys/ab12 clinician.db vault/records/r-1 vault/records/r-2 SHA256SUMS SHA256SUMS.hmac" {
		t.Error(got)
	}
}

// Each byte counts: of the parts, their heads, what fills the blocks, the end.
func TestEveryByteIsCovered(t *testing.T) {
	t.Parallel()
	whole := small(t)
	for i := range whole {
		b := bytes.Clone(whole)
		b[i] ^= 1 << (i % 8)
		// The signature is for who has the key; its letters are checked there.
		if got, a, err := readAll(bytes.NewReader(b)); err == nil {
			if sums, signature := a.Sums(); bytes.Equal(signature, sign(sums)) {
				t.Fatalf("byte %d of %d was changed, and %v came out", i, len(whole), got)
			}
		} else if !errors.Is(err, ErrDamaged) {
			t.Fatalf("byte %d: %v", i, err)
		}
	}
	for n := range whole {
		if _, _, err := readAll(bytes.NewReader(whole[:n])); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut to %d of %d bytes: %v", n, len(whole), err)
		}
	}
	for _, more := range []string{"\x00", strings.Repeat("\x00", 1024), "x", string(whole)} {
		if _, _, err := readAll(bytes.NewReader(append(bytes.Clone(whole), more...))); !errors.Is(err, ErrDamaged) {
			t.Errorf("with %d more bytes: %v", len(more), err)
		}
	}
}

// What is no error of the backup is none.
func TestAnErrorOfReadingStays(t *testing.T) {
	t.Parallel()
	gone := errors.New("the disk went away")
	whole := small(t)
	for _, n := range []int{0, 100, 2000, 5000} {
		if _, _, err := readAll(io.MultiReader(bytes.NewReader(whole[:n]), failing{gone})); !errors.Is(err, gone) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestOtherArchivesAreRefused(t *testing.T) {
	t.Parallel()
	make := func(change func(w *Writer) error) []byte {
		var b bytes.Buffer
		w, err := NewWriter(&b, About{})
		must(t, err)
		must(t, change(w))
		must(t, w.Close(sign))
		return b.Bytes()
	}
	for name, b := range map[string][]byte{
		"a path out of it": make(func(w *Writer) error { return w.add("vault/../../etc/passwd", 1, strings.NewReader("x")) }),
		"a hidden file":    make(func(w *Writer) error { return w.add("vault/.hold", 1, strings.NewReader("x")) }),
		"another file":     make(func(w *Writer) error { return w.add("root.key", 1, strings.NewReader("x")) }),
		"twice the same": make(func(w *Writer) error {
			return errors.Join(w.Add("vault/a", 1, strings.NewReader("x")), w.Add("vault/a", 1, strings.NewReader("x")))
		}),
		"nothing": nil,
		"a link": make(func(w *Writer) error {
			return w.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: "vault/a", Linkname: "/etc"})
		}),
	} {
		if _, _, err := readAll(bytes.NewReader(b)); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := readAll(bytes.NewReader(withHole(t))); !errors.Is(err, ErrDamaged) {
		t.Errorf("a file with a hole: %v", err)
	}
	var b bytes.Buffer
	w, err := NewWriter(&b, About{})
	must(t, err)
	if err := w.Add("vault/a", 5, strings.NewReader("four")); err == nil {
		t.Error("a part that ended early was taken")
	}
}

// withHole is a backup with a part of 512 bytes that says it has a petabyte, of which the
// rest is a hole.
func withHole(t *testing.T) []byte {
	t.Helper()
	whole := small(t)
	at := bytes.Index(whole, []byte("vault/records/r-1"))
	head := whole[at : at+512]
	head[156] = 'S'
	copy(head[257:], "ustar  \x00")
	clear(head[265:500])
	const real = 1 << 50
	number := func(field []byte, n int64) {
		clear(field)
		binary.BigEndian.PutUint64(field[len(field)-8:], uint64(n))
		field[0] = 0x80
	}
	number(head[386:398], real-512)
	number(head[398:410], 512)
	number(head[483:495], real)
	copy(head[148:156], "        ")
	sum := 0
	for _, c := range head {
		sum += int(c)
	}
	copy(head[148:156], fmt.Sprintf("%06o\x00 ", sum))
	r := tar.NewReader(bytes.NewReader(whole))
	for {
		h, err := r.Next()
		must(t, err)
		if h.Name == "vault/records/r-1" {
			if h.Size != real {
				t.Fatalf("it has %d bytes", h.Size)
			}
			return whole
		}
	}
}

func TestEncrypted(t *testing.T) {
	t.Parallel()
	key, err := age.GenerateX25519Identity()
	must(t, err)
	other, err := age.GenerateX25519Identity()
	must(t, err)
	var b bytes.Buffer
	w, err := Encrypt(&b, []age.Recipient{key.Recipient()})
	must(t, err)
	_, err = w.Write(small(t))
	must(t, err)
	must(t, w.Close())
	if got, _, err := readAll(bytes.NewReader(b.Bytes()), key); err != nil || fmt.Sprint(got) != fmt.Sprint(parts) {
		t.Errorf("%v, %v", got, err)
	}
	for _, with := range [][]age.Identity{nil, {other}} {
		if _, _, err := readAll(bytes.NewReader(b.Bytes()), with...); err == nil || errors.Is(err, ErrDamaged) {
			t.Errorf("with another key: %v", err)
		}
	}
	for i := 0; i < b.Len(); i += 37 {
		changed := bytes.Clone(b.Bytes())
		changed[i] ^= 4
		if _, _, err := readAll(bytes.NewReader(changed), key); err == nil {
			t.Errorf("byte %d of %d was changed", i, b.Len())
		}
		if _, _, err := readAll(bytes.NewReader(b.Bytes()[:i]), key); err == nil {
			t.Errorf("cut to %d of %d bytes", i, b.Len())
		}
	}
}

// Whatever is taken is what a Writer writes.
func FuzzRead(f *testing.F) {
	whole := small(f)
	f.Add(whole)
	f.Add(whole[:1500])
	f.Add([]byte("age-encryption.org/v1\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, a, err := readAll(bytes.NewReader(b))
		if err != nil {
			return
		}
		var again bytes.Buffer
		about, err := encode(a.About)
		must(t, err)
		w := &Writer{tar: tar.NewWriter(&again), made: a.About.Made}
		must(t, w.add(aboutName, int64(len(about)), bytes.NewReader(about)))
		for _, p := range got {
			must(t, w.Add(p[0], int64(len(p[1])), strings.NewReader(p[1])))
		}
		_, signature := a.Sums()
		must(t, w.Close(func([]byte) []byte { return signature }))
		if !bytes.Equal(again.Bytes(), b) && !bytes.HasPrefix(b, []byte(intro)) {
			t.Fatalf("%d bytes were taken that are written as %d", len(b), again.Len())
		}
	})
}
