package vault

import (
	"bytes"
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"clinician/internal/core"
)

// memoryKeys is a KeyStore for tests.
type memoryKeys struct {
	mu   sync.Mutex
	keys map[int64]PatientKey
}

func (m *memoryKeys) PatientKey(_ context.Context, id int64) (PatientKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.keys[id]
	if !ok {
		return PatientKey{}, core.Errorf(core.CodeNotFound, "no key")
	}
	return k, nil
}

func (m *memoryKeys) AddPatientKey(_ context.Context, k PatientKey) (PatientKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.keys[k.PatientID]; !ok {
		m.keys[k.PatientID] = k
	}
	return m.keys[k.PatientID], nil
}

func (m *memoryKeys) SamplePatientKeys(ctx context.Context, limit int) ([]PatientKey, error) {
	return m.PatientKeysNotUnder(ctx, "", limit)
}

func (m *memoryKeys) PatientKeysNotUnder(_ context.Context, root string, limit int) ([]PatientKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []PatientKey
	for _, k := range m.keys {
		if k.RootID != root && len(list) < limit {
			list = append(list, k)
		}
	}
	return list, nil
}

func (m *memoryKeys) ReplacePatientKeys(_ context.Context, old string, keys []PatientKey) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range keys {
		if m.keys[k.PatientID].RootID == old {
			m.keys[k.PatientID] = k
		}
	}
	return nil
}

type fixture struct {
	*Vault
	keys *memoryKeys
	root RootKey
	dir  string
	disk *Disk
}

func newFixture(t testing.TB) fixture {
	t.Helper()
	d, dir := newDisk(t)
	f := fixture{keys: &memoryKeys{keys: make(map[int64]PatientKey)}, root: GenerateRootKey(), dir: dir, disk: d}
	f.Vault = f.with(t, f.root)
	return f
}

// with is another process on the same storage.
func (f fixture) with(t testing.TB, root RootKey, old ...RootKey) *Vault {
	t.Helper()
	v, err := New(f.disk, f.keys, root, old...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (f fixture) seal(t testing.TB, patient int64, subject string, content []byte) Ref {
	t.Helper()
	s, err := f.Stage(t.Context(), subject, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if s.Size != int64(len(content)) {
		t.Fatalf("sealed %d bytes of %d", s.Size, len(content))
	}
	w, err := f.Wrap(t.Context(), patient, subject, s.Key)
	if err != nil {
		t.Fatal(err)
	}
	return Ref{Subject: subject, PatientID: patient, Wrapped: w}
}

func read(v *Vault, ref Ref, offset int64) ([]byte, error) {
	r, err := v.Open(context.Background(), ref, offset)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func sample(size int) []byte {
	b := make([]byte, size)
	chacha := rand.NewChaCha8([32]byte{byte(size)})
	chacha.Read(b)
	return b
}

// Sizes around every border of the stream format.
const (
	header  = 40
	tag     = 16
	segment = chunkSize
	first   = segment - header - tag // clear bytes of the first segment
	later   = segment - tag
)

func TestSealAndOpen(t *testing.T) {
	f := newFixture(t)
	for i, size := range []int{0, 1, first - 1, first, first + 1, first + later, first + later + 1, 300_000} {
		content := sample(size)
		ref := f.seal(t, 7, fmt.Sprintf("records/%d", i), content)
		for _, offset := range []int{0, 1, size / 2, first, size - 1, size, size + 9} {
			if offset < 0 {
				continue
			}
			got, err := read(f.Vault, ref, int64(offset))
			if err != nil || !bytes.Equal(got, content[min(offset, size):]) {
				t.Errorf("size %d from %d: %d bytes, %v", size, offset, len(got), err)
			}
		}
		raw, err := os.ReadFile(filepath.Join(f.dir, ref.Subject))
		if err != nil {
			t.Fatal(err)
		}
		if size > 32 && bytes.Contains(raw, content[:32]) {
			t.Error("clear content is on disk")
		}
	}
}

// Each vector changes one thing about a sealed stream; none may open as whole,
// and what is given out before the defect must be the true beginning. What is read
// from the second segment on does not touch the first: there a defect of the first
// segment alone is not noticed, and all that is given out is true.
func TestTamperedStreams(t *testing.T) {
	content := sample(first + 2*later + 1000)
	type change func(raw []byte) []byte
	flip := func(at int) change {
		return func(raw []byte) []byte {
			if at < 0 {
				at += len(raw)
			}
			raw[at] ^= 1
			return raw
		}
	}
	cut := func(to int) change { return func(raw []byte) []byte { return raw[:to] } }
	vectors := map[string]change{
		"header length byte":               flip(0),
		"first byte of the salt":           flip(1),
		"last byte of the salt":            flip(32),
		"nonce prefix":                     flip(33),
		"first byte of the first segment":  flip(header),
		"middle of the first segment":      flip(segment / 2),
		"tag of the first segment":         flip(segment - 1),
		"first byte of the second segment": flip(segment),
		"tag of the second segment":        flip(2*segment - 1),
		"third segment":                    flip(2*segment + 100),
		"first byte of the last segment":   flip(3 * segment),
		"last byte":                        flip(-1),
		"tag of the last segment":          flip(-tag),
		"empty file":                       cut(0),
		"one byte":                         cut(1),
		"half a header":                    cut(header / 2),
		"header only":                      cut(header),
		"header and half a tag":            cut(header + tag/2),
		"cut in the first segment":         cut(segment / 2),
		"cut after the first segment":      cut(segment),
		"cut after the second segment":     cut(2 * segment),
		"cut after the third segment":      cut(3 * segment),
		"cut in a later segment":           cut(2*segment + 77),
		"last byte missing":                func(raw []byte) []byte { return raw[:len(raw)-1] },
		"no header":                        func(raw []byte) []byte { return raw[header:] },
		"one byte more":                    func(raw []byte) []byte { return append(raw, 0) },
		"a segment more":                   func(raw []byte) []byte { return append(raw, raw[segment:2*segment]...) },
		"whole stream twice":               func(raw []byte) []byte { return append(raw, raw...) },
		"last segment twice":               func(raw []byte) []byte { return append(raw, raw[3*segment:]...) },
		"second segment missing":           func(raw []byte) []byte { return append(raw[:segment:segment], raw[2*segment:]...) },
		"first segment missing":            func(raw []byte) []byte { return append(raw[:header:header], raw[segment:]...) },
		"second and third swapped": func(raw []byte) []byte {
			return slices.Concat(raw[:segment], raw[2*segment:3*segment], raw[segment:2*segment], raw[3*segment:])
		},
		"all zero": func(raw []byte) []byte { return make([]byte, len(raw)) },
	}
	f := newFixture(t)
	ref := f.seal(t, 7, "records/a", content)
	path := filepath.Join(f.dir, ref.Subject)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range vectors {
		t.Run(name, func(t *testing.T) {
			raw := change(bytes.Clone(whole))
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, offset := range []int64{0, first + 10, first + later, first + 2*later + 5, int64(len(content)), 1 << 30} {
				got, err := read(f.Vault, ref, offset)
				if untouched(whole, raw, offset) {
					if err != nil || !bytes.Equal(got, content[offset:]) {
						t.Errorf("from %d, behind the defect: %d bytes, %v", offset, len(got), err)
					}
					continue
				}
				if !errors.Is(err, ErrDamaged) || core.CodeOf(err) != core.CodeInternal {
					t.Errorf("from %d: %d bytes, %v", offset, len(got), err)
				}
				if !bytes.HasPrefix(content[min(offset, int64(len(content))):], got) {
					t.Errorf("from %d: gave out bytes that were not sealed", offset)
				}
			}
		})
	}
}

// untouched reports whether reading from offset on meets nothing that was
// changed: header, and all from the segment that holds offset.
func untouched(whole, raw []byte, offset int64) bool {
	if offset < first {
		return bytes.Equal(whole, raw)
	}
	start := (1 + (offset-first)/later) * segment
	return start < int64(len(raw)) && bytes.Equal(whole[:header], raw[:header]) && bytes.Equal(whole[start:], raw[start:])
}

// Reading a range costs by the range: header and segments of it, nothing before.
func TestRangesReadNoMoreThanTheyNeed(t *testing.T) {
	key := randomKey()
	content := sample(20*segment + 77)
	sealed, err := SealReader(key, "s", bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(sealed)
	if err != nil {
		t.Fatal(err)
	}
	for _, seekable := range []bool{false, true} {
		for _, offset := range []int64{0, 5, first, first + 3*later + 9, int64(len(content)) - 1} {
			read := 0
			open := func(at int64) (io.ReadCloser, error) {
				src := bytes.NewReader(raw)
				if _, err := src.Seek(at, io.SeekStart); err != nil {
					return nil, err
				}
				if seekable {
					return &countedSeeker{counted{src, &read}, src}, nil
				}
				return &counted{src, &read}, nil
			}
			r, err := OpenRange(key, "s", offset, open)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]byte, 1)
			if _, err := io.ReadFull(r, got); err != nil || got[0] != content[offset] {
				t.Errorf("from %d: %x, %v", offset, got, err)
			}
			if read > header+segment+1 {
				t.Errorf("from %d: one byte needed %d sealed ones (seekable %v)", offset, read, seekable)
			}
			rest, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(rest, content[offset+1:]) {
				t.Errorf("from %d: %d bytes, %v", offset, len(rest), err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if _, err := r.Read(got); err == nil || err == io.EOF {
				t.Errorf("Read after Close = %v", err)
			}
		}
	}
}

type counted struct {
	io.Reader
	n *int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	*c.n += n
	return n, err
}

func (*counted) Close() error { return nil }

type countedSeeker struct {
	counted
	io.Seeker
}

// All ways of reading give the same bytes, whatever the size of the pieces.
func TestReadingInPieces(t *testing.T) {
	f := newFixture(t)
	content := sample(3*segment + 5)
	ref := f.seal(t, 7, "records/a", content)
	for _, size := range []int{1, 1000, later - 1, later, later + 1, segment, 3 * segment} {
		for _, offset := range []int64{0, first - 1, first + 100} {
			r, err := f.Open(t.Context(), ref, offset)
			if err != nil {
				t.Fatal(err)
			}
			var got []byte
			buf := make([]byte, size)
			for {
				n, err := r.Read(buf)
				got = append(got, buf[:n]...)
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(got, content[offset:]) {
				t.Errorf("in pieces of %d from %d: not the content", size, offset)
			}
			r.Close()
		}
	}
}

// After the error there is nothing more, and in particular no io.EOF that a
// caller could take for the end.
func TestDamageIsRemembered(t *testing.T) {
	f := newFixture(t)
	ref := f.seal(t, 7, "records/a", sample(first+10))
	path := filepath.Join(f.dir, ref.Subject)
	if err := os.Truncate(path, segment+5); err != nil {
		t.Fatal(err)
	}
	r, err := f.Open(t.Context(), ref, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.Copy(io.Discard, r); !errors.Is(err, ErrDamaged) {
		t.Fatalf("first error: %v", err)
	}
	if _, err := r.Read(make([]byte, 10)); !errors.Is(err, ErrDamaged) {
		t.Errorf("second error: %v", err)
	}
}

func TestDamageInTheFirstSegmentIsSeenBeforeReading(t *testing.T) {
	f := newFixture(t)
	ref := f.seal(t, 7, "records/a", sample(100))
	path := filepath.Join(f.dir, ref.Subject)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-1] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := f.Open(t.Context(), ref, 0); err == nil {
		r.Close()
		t.Error("opened, so a server would have said 200")
	}
}

func TestBindings(t *testing.T) {
	f := newFixture(t)
	a := f.seal(t, 7, "records/a", []byte("alpha"))
	b := f.seal(t, 7, "records/b", []byte("beta"))
	f.seal(t, 8, "records/c", []byte("gamma"))
	with := func(ref Ref, change func(*Ref)) Ref {
		ref.Wrapped = bytes.Clone(ref.Wrapped)
		change(&ref)
		return ref
	}
	wrong := map[string]Ref{
		"another patient":         with(a, func(r *Ref) { r.PatientID = 8 }),
		"a patient without a key": with(a, func(r *Ref) { r.PatientID = 9 }),
		"another subject":         with(a, func(r *Ref) { r.Subject = "records/b" }),
		"another record's key":    with(a, func(r *Ref) { r.Wrapped = b.Wrapped }),
		"a changed key":           with(a, func(r *Ref) { r.Wrapped[20] ^= 1 }),
		"another version":         with(a, func(r *Ref) { r.Wrapped[0]++ }),
		"a short key":             with(a, func(r *Ref) { r.Wrapped = r.Wrapped[:30] }),
		"no key":                  with(a, func(r *Ref) { r.Wrapped = nil }),
	}
	for name, ref := range wrong {
		if got, err := read(f.Vault, ref, 0); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	swap(t, filepath.Join(f.dir, a.Subject), filepath.Join(f.dir, b.Subject))
	for _, ref := range []Ref{a, b} {
		if got, err := read(f.Vault, ref, 0); !errors.Is(err, ErrDamaged) {
			t.Errorf("swapped blob %s: %q, %v", ref.Subject, got, err)
		}
	}
	if _, err := read(f.with(t, GenerateRootKey()), a, 0); !errors.Is(err, ErrDamaged) {
		t.Errorf("another root key: %v", err)
	}
	f.keys.keys[7], f.keys.keys[8] = PatientKey{7, f.keys.keys[8].RootID, f.keys.keys[8].Wrapped}, f.keys.keys[7]
	if _, err := read(f.with(t, f.root), a, 0); !errors.Is(err, ErrDamaged) {
		t.Errorf("swapped patient keys: %v", err)
	}
}

func swap(t *testing.T, a, b string) {
	t.Helper()
	for _, step := range [][2]string{{a, a + ".x"}, {b, a}, {a + ".x", b}} {
		if err := os.Rename(step[0], step[1]); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMissingBlobIsNotFound(t *testing.T) {
	f := newFixture(t)
	ref := f.seal(t, 7, "records/a", []byte("alpha"))
	if err := f.Delete(t.Context(), ref.Subject); err != nil {
		t.Fatal(err)
	}
	if _, err := read(f.Vault, ref, 0); !core.IsNotFound(err) {
		t.Errorf("Open = %v", err)
	}
}

func TestRewrapLeavesTheBlobAlone(t *testing.T) {
	f := newFixture(t)
	ref := f.seal(t, 7, "records/a", []byte("alpha"))
	before, _ := os.ReadFile(filepath.Join(f.dir, ref.Subject))
	moved := Ref{Subject: ref.Subject, PatientID: 8}
	var err error
	if moved.Wrapped, err = f.Rewrap(t.Context(), ref, 8); err != nil {
		t.Fatal(err)
	}
	after, _ := os.ReadFile(filepath.Join(f.dir, ref.Subject))
	if !bytes.Equal(before, after) {
		t.Error("the blob was written anew")
	}
	if got, err := read(f.Vault, moved, 0); err != nil || string(got) != "alpha" {
		t.Errorf("moved: %q, %v", got, err)
	}
}

func TestSealBytes(t *testing.T) {
	f := newFixture(t)
	for _, clear := range [][]byte{nil, []byte("x"), sample(200_000)} {
		sealed, err := f.SealBytes(t.Context(), 7, "results/1", clear)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.OpenBytes(t.Context(), 7, "results/1", sealed)
		if err != nil || !bytes.Equal(got, clear) {
			t.Fatalf("%d bytes came back as %d: %v", len(clear), len(got), err)
		}
		for _, at := range []int{0, 1, 30, wrappedSize - 1, wrappedSize, wrappedSize + 12, len(sealed) - 1} {
			bad := bytes.Clone(sealed)
			bad[at] ^= 1
			if _, err := f.OpenBytes(t.Context(), 7, "results/1", bad); !errors.Is(err, ErrDamaged) {
				t.Errorf("flip at %d: %v", at, err)
			}
		}
		for _, bad := range [][]byte{nil, sealed[:wrappedSize], sealed[:len(sealed)-1], append(bytes.Clone(sealed), 0)} {
			if _, err := f.OpenBytes(t.Context(), 7, "results/1", bad); !errors.Is(err, ErrDamaged) {
				t.Errorf("length %d of %d: %v", len(bad), len(sealed), err)
			}
		}
		if _, err := f.OpenBytes(t.Context(), 7, "results/2", sealed); !errors.Is(err, ErrDamaged) {
			t.Errorf("another subject: %v", err)
		}
		moved, err := f.RewrapBytes(t.Context(), 7, 8, "results/1", sealed)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.OpenBytes(t.Context(), 8, "results/1", moved); err != nil || !bytes.Equal(got, clear) {
			t.Errorf("moved: %v", err)
		}
		if _, err := f.OpenBytes(t.Context(), 7, "results/1", moved); !errors.Is(err, ErrDamaged) {
			t.Errorf("moved away, still opens: %v", err)
		}
	}
}

func TestFirstWriterOfAPatientKeyWins(t *testing.T) {
	f := newFixture(t)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			v := f.with(t, f.root)
			key := randomKey()
			subject := fmt.Sprintf("records/%d", i)
			w, err := v.Wrap(context.Background(), 7, subject, key)
			if err != nil {
				t.Error(err)
				return
			}
			got, err := f.with(t, f.root).unwrapContent(context.Background(), Ref{Subject: subject, PatientID: 7, Wrapped: w})
			if err != nil || !bytes.Equal(got, key) {
				t.Errorf("wrapped under a key that did not stay: %v", err)
			}
		})
	}
	group.Wait()
}

func TestRotateRoot(t *testing.T) {
	f := newFixture(t)
	refs := make([]Ref, rotationBatch+20)
	for i := range refs {
		key := randomKey()
		w, err := f.Wrap(t.Context(), int64(i+1), "records/x", key)
		if err != nil {
			t.Fatal(err)
		}
		refs[i] = Ref{Subject: "records/x", PatientID: int64(i + 1), Wrapped: w}
	}
	fresh := GenerateRootKey()
	v := f.with(t, fresh, f.root)
	if n, err := v.RotateRoot(t.Context()); err != nil || n != len(refs) {
		t.Fatalf("RotateRoot = %d, %v", n, err)
	}
	if n, err := v.RotateRoot(t.Context()); err != nil || n != 0 {
		t.Errorf("a second time: %d, %v", n, err)
	}
	alone := f.with(t, fresh)
	for _, ref := range refs {
		if _, err := alone.unwrapContent(t.Context(), ref); err != nil {
			t.Fatalf("patient %d: %v", ref.PatientID, err)
		}
	}
	if _, err := f.with(t, f.root).unwrapContent(t.Context(), refs[0]); !errors.Is(err, ErrDamaged) {
		t.Errorf("the old root key still opens: %v", err)
	}
}

// brokenKeys fails to store after some batches.
type brokenKeys struct {
	*memoryKeys
	left int
}

func (b *brokenKeys) ReplacePatientKeys(ctx context.Context, old string, keys []PatientKey) error {
	if b.left--; b.left < 0 {
		return errors.New("the power failed")
	}
	return b.memoryKeys.ReplacePatientKeys(ctx, old, keys)
}

// A rotation that breaks off between batches leaves keys under both root keys;
// who has both reads all, and the next run does the rest.
func TestRotateRootGoesOnAfterACrash(t *testing.T) {
	f := newFixture(t)
	refs := make([]Ref, 2*rotationBatch+20)
	for i := range refs {
		w, err := f.Wrap(t.Context(), int64(i+1), "records/x", randomKey())
		if err != nil {
			t.Fatal(err)
		}
		refs[i] = Ref{Subject: "records/x", PatientID: int64(i + 1), Wrapped: w}
	}
	fresh := GenerateRootKey()
	broken, err := New(f.disk, &brokenKeys{f.keys, 1}, fresh, f.root)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := broken.RotateRoot(t.Context()); err == nil || n != rotationBatch {
		t.Fatalf("RotateRoot = %d, %v", n, err)
	}
	both := f.with(t, fresh, f.root)
	for _, ref := range refs {
		if err := both.Unwraps(t.Context(), ref); err != nil {
			t.Fatalf("patient %d: %v", ref.PatientID, err)
		}
	}
	if err := f.with(t, fresh, GenerateRootKey()).CheckRoots(t.Context()); !errors.Is(err, ErrDamaged) {
		t.Errorf("CheckRoots with a wrong old key = %v", err)
	}
	if n, err := f.with(t, fresh, GenerateRootKey()).RotateRoot(t.Context()); !errors.Is(err, ErrDamaged) || n != 0 {
		t.Errorf("RotateRoot with a wrong old key = %d, %v", n, err)
	}
	if n, err := both.RotateRoot(t.Context()); err != nil || n != rotationBatch+20 {
		t.Errorf("RotateRoot = %d, %v", n, err)
	}
}

func TestKeyCacheIsBounded(t *testing.T) {
	c := newKeyCache(3)
	for id := range int64(10) {
		c.put(id, cipher.AEAD(nil))
		c.get(7)
	}
	if c.order.Len() != 3 || len(c.at) != 3 {
		t.Fatalf("%d entries, %d in the map", c.order.Len(), len(c.at))
	}
	if _, ok := c.get(7); !ok {
		t.Error("the one that was used most is gone")
	}
}

// zeros is size bytes that cost no memory.
func zeros(size int64) io.Reader { return io.LimitReader(zeroReader{}, size) }

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestStreamingNeedsLittleMemory(t *testing.T) {
	f := newFixture(t)
	allocated := func(work func()) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		work()
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	var ref Ref
	spent := allocated(func() {
		s, err := f.Stage(t.Context(), "records/big", zeros(64<<20))
		if err != nil {
			t.Fatal(err)
		}
		w, err := f.Wrap(t.Context(), 7, "records/big", s.Key)
		if err != nil {
			t.Fatal(err)
		}
		ref = Ref{Subject: "records/big", PatientID: 7, Wrapped: w}
	})
	if spent > 2<<20 {
		t.Errorf("sealing 64 MB allocated %d KB", spent>>10)
	}
	spent = allocated(func() {
		r, err := f.Open(t.Context(), ref, 10<<20)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if n, err := io.Copy(io.Discard, r); err != nil || n != 54<<20 {
			t.Fatalf("%d bytes, %v", n, err)
		}
	})
	if spent > 2<<20 {
		t.Errorf("opening 64 MB allocated %d KB", spent>>10)
	}
}

// openAll gives the clear content of a sealed stream from its start.
func openAll(key, sealed []byte) (io.Reader, error) {
	return OpenRange(key, "s", 0, func(int64) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(sealed)), nil })
}

func FuzzOpenRange(f *testing.F) {
	key := randomKey()
	sealed, err := SealReader(key, "s", bytes.NewReader(sample(100)))
	if err != nil {
		f.Fatal(err)
	}
	good, err := io.ReadAll(sealed)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:40])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if bytes.Equal(raw, good) {
			return
		}
		r, err := openAll(key, raw)
		if err != nil {
			return
		}
		if got, err := io.ReadAll(r); err == nil {
			t.Errorf("forged stream of %d bytes opened as %d", len(raw), len(got))
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	key := randomKey()
	b.SetBytes(5 << 20)
	for b.Loop() {
		r, err := SealReader(key, "s", zeros(5<<20))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	key := randomKey()
	sealed, err := SealReader(key, "s", zeros(5<<20))
	if err != nil {
		b.Fatal(err)
	}
	raw, err := io.ReadAll(sealed)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(5 << 20)
	for b.Loop() {
		r, err := openAll(key, raw)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStageOnDisk(b *testing.B) {
	f := newFixture(b)
	b.SetBytes(5 << 20)
	i := 0
	for b.Loop() {
		i++
		if _, err := f.Stage(b.Context(), fmt.Sprintf("records/%d", i), zeros(5<<20)); err != nil {
			b.Fatal(err)
		}
	}
}
