package vault

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"clinician/internal/core"
)

const (
	formatVersion  = 1
	gcmOverhead    = 12 + 16
	wrappedSize    = 1 + gcmOverhead + keySize
	cachedKeys     = 512 // patient keys kept in clear, in memory
	contextContent = "clinician content key v1\x00"
	contextPatient = "clinician patient key v1\x00"
	contextBytes   = "clinician sealed bytes v1\x00"
	rotationBatch  = 500
	sampleKeys     = 8
)

// PatientKey is a patient's key as stored: wrapped under the root key RootID.
type PatientKey struct {
	PatientID int64
	RootID    string
	Wrapped   []byte
}

// KeyStore keeps the wrapped patient keys.
type KeyStore interface {
	// PatientKey is CodeNotFound when the patient has none yet.
	PatientKey(ctx context.Context, patientID int64) (PatientKey, error)
	// AddPatientKey stores k unless the patient has a key already, and gives the
	// one that is stored: the first writer wins.
	AddPatientKey(ctx context.Context, k PatientKey) (PatientKey, error)
	// PatientKeysNotUnder gives up to limit keys wrapped under another root key.
	PatientKeysNotUnder(ctx context.Context, rootID string, limit int) ([]PatientKey, error)
	// SamplePatientKeys gives up to limit keys, the oldest patients' and the newest's.
	SamplePatientKeys(ctx context.Context, limit int) ([]PatientKey, error)
	// ReplacePatientKeys stores new wrappings, all or none; one whose patient's
	// key is no longer wrapped under oldRootID is left alone.
	ReplacePatientKeys(ctx context.Context, oldRootID string, keys []PatientKey) error
}

// Vault seals and opens content. Safe for many goroutines.
type Vault struct {
	blobs core.Blobs
	keys  KeyStore
	root  string                 // id of the root key new keys are wrapped under
	roots map[string]cipher.AEAD // by id; the others only unwrap
	cache *keyCache
}

// New makes a vault. Old root keys are needed while RotateRoot has not finished.
func New(blobs core.Blobs, keys KeyStore, root RootKey, old ...RootKey) (*Vault, error) {
	v := &Vault{blobs: blobs, keys: keys, root: root.ID(), roots: make(map[string]cipher.AEAD), cache: newKeyCache(cachedKeys)}
	for _, k := range append([]RootKey{root}, old...) {
		if len(k.secret) != keySize {
			return nil, errors.New("vault: no root key")
		}
		gcm, err := newGCM(k.Derive(labelVault))
		if err != nil {
			return nil, err
		}
		v.roots[k.ID()] = gcm
	}
	return v, nil
}

// Sealed is content that Stage has stored.
type Sealed struct {
	Key  []byte // content key in clear: keep it in memory only, until Wrap
	Size int64  // of the clear content
}

// Ref leads to sealed content.
type Ref struct {
	Subject   string // what the content is, and the name of its blob
	PatientID int64
	Wrapped   []byte // content key as Wrap made it
}

// Stage seals content to durable storage under a fresh key. subject names the
// blob and must be new. Errors of content are returned as they are.
func (v *Vault) Stage(ctx context.Context, subject string, content io.Reader) (Sealed, error) {
	s := Sealed{Key: randomKey()}
	count := &counter{r: content}
	sealed, err := SealReader(s.Key, subject, count)
	if err != nil {
		return Sealed{}, err
	}
	if _, err := v.blobs.Put(ctx, subject, sealed); err != nil {
		return Sealed{}, err
	}
	s.Size = count.n
	return s, nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// Wrap encrypts a content key under the patient's key, which is created when
// the patient has none.
func (v *Vault) Wrap(ctx context.Context, patientID int64, subject string, key []byte) ([]byte, error) {
	if len(key) != keySize {
		return nil, errors.New("vault: a content key has 32 bytes")
	}
	patient, err := v.patientKey(ctx, patientID, true)
	if err != nil {
		return nil, err
	}
	return wrap(patient, key, contentBinding(patientID, subject)), nil
}

// Open gives the clear content from offset on; the caller closes it. It costs by
// what is read, wherever that is; see OpenRange. What was tampered with ends in an
// error that has ErrDamaged in its chain; a blob that is missing is CodeNotFound.
func (v *Vault) Open(ctx context.Context, ref Ref, offset int64) (io.ReadCloser, error) {
	if offset < 0 {
		return nil, core.Errorf(core.CodeInvalid, "The position to read from must not be negative.")
	}
	key, err := v.unwrapContent(ctx, ref)
	if err != nil {
		return nil, err
	}
	return OpenRange(key, ref.Subject, offset, func(at int64) (io.ReadCloser, error) {
		return v.blobs.Open(ctx, ref.Subject, at)
	})
}

// OpenStaged is Open for content whose key from Stage is still in memory.
func (v *Vault) OpenStaged(ctx context.Context, subject string, key []byte, offset int64) (io.ReadCloser, error) {
	if offset < 0 {
		return nil, core.Errorf(core.CodeInvalid, "The position to read from must not be negative.")
	}
	return OpenRange(key, subject, offset, func(at int64) (io.ReadCloser, error) {
		return v.blobs.Open(ctx, subject, at)
	})
}

// Delete removes the blob; one that is not there is no error.
func (v *Vault) Delete(ctx context.Context, subject string) error {
	return v.blobs.Delete(ctx, subject)
}

// List calls f for each blob whose subject starts with prefix.
func (v *Vault) List(ctx context.Context, prefix string, f func(core.BlobInfo) error) error {
	return v.blobs.List(ctx, prefix, f)
}

// Sweep removes what came to nothing; see core.Blobs. Names are subjects.
func (v *Vault) Sweep(ctx context.Context, s core.BlobSweep) (int, error) {
	return v.blobs.Sweep(ctx, s)
}

// Rewrap gives the wrapped content key for another patient; the blob stays as
// it is.
func (v *Vault) Rewrap(ctx context.Context, ref Ref, toPatient int64) ([]byte, error) {
	key, err := v.unwrapContent(ctx, ref)
	if err != nil {
		return nil, err
	}
	return v.Wrap(ctx, toPatient, ref.Subject, key)
}

// EnsureKey makes the patient's key when there is none yet, so that what
// follows needs none to be stored.
func (v *Vault) EnsureKey(ctx context.Context, patientID int64) error {
	_, err := v.patientKey(ctx, patientID, true)
	return err
}

// Unwraps reports, as an error, whether the content key of ref opens. It does
// not look at the content.
func (v *Vault) Unwraps(ctx context.Context, ref Ref) error {
	_, err := v.unwrapContent(ctx, ref)
	return err
}

func (v *Vault) unwrapContent(ctx context.Context, ref Ref) ([]byte, error) {
	patient, err := v.patientKey(ctx, ref.PatientID, false)
	if err != nil {
		return nil, err
	}
	return unwrap(patient, ref.Wrapped, contentBinding(ref.PatientID, ref.Subject))
}

// SealBytes seals something small enough to stay in memory, such as the result
// of reading a record. Its wrapped key is part of the answer.
func (v *Vault) SealBytes(ctx context.Context, patientID int64, subject string, clear []byte) ([]byte, error) {
	key := randomKey()
	wrapped, err := v.Wrap(ctx, patientID, subject, key)
	if err != nil {
		return nil, err
	}
	gcm, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	sealed := make([]byte, 0, len(wrapped)+len(clear)+gcmOverhead)
	return gcm.Seal(append(sealed, wrapped...), nil, clear, []byte(contextBytes+subject)), nil
}

// OpenBytes gives back what SealBytes sealed for the same patient and subject.
func (v *Vault) OpenBytes(ctx context.Context, patientID int64, subject string, sealed []byte) ([]byte, error) {
	if len(sealed) < wrappedSize+gcmOverhead {
		return nil, damaged(errors.New("sealed bytes are too short"))
	}
	key, err := v.unwrapContent(ctx, Ref{Subject: subject, PatientID: patientID, Wrapped: sealed[:wrappedSize]})
	if err != nil {
		return nil, err
	}
	gcm, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	clear, err := gcm.Open(nil, nil, sealed[wrappedSize:], []byte(contextBytes+subject))
	if err != nil {
		return nil, damaged(err)
	}
	return clear, nil
}

// RewrapBytes gives sealed bytes for another patient.
func (v *Vault) RewrapBytes(ctx context.Context, fromPatient, toPatient int64, subject string, sealed []byte) ([]byte, error) {
	if len(sealed) < wrappedSize {
		return nil, damaged(errors.New("sealed bytes are too short"))
	}
	wrapped, err := v.Rewrap(ctx, Ref{Subject: subject, PatientID: fromPatient, Wrapped: sealed[:wrappedSize]}, toPatient)
	if err != nil {
		return nil, err
	}
	return append(wrapped, sealed[wrappedSize:]...), nil
}

// ErrAnotherRoot is in the chain of errors about a patient's key that is under a root key
// which the vault does not have.
var ErrAnotherRoot = errors.New("another root key")

// Ping reports whether content can be stored and a sample of the patients' keys opens.
func (v *Vault) Ping(ctx context.Context) error {
	if err := v.blobs.Ping(ctx); err != nil {
		return err
	}
	sample, err := v.keys.SamplePatientKeys(ctx, sampleKeys)
	if err != nil {
		return err
	}
	return v.opens(sample)
}

// opens fails with the first of the keys that this vault cannot open.
func (v *Vault) opens(keys []PatientKey) error {
	for _, k := range keys {
		if _, err := v.unwrapPatient(k); err != nil {
			return fmt.Errorf("key of patient %d: %w", k.PatientID, err)
		}
	}
	return nil
}

// RootID names the root key that new keys are wrapped under.
func (v *Vault) RootID() string { return v.root }

// Has reports whether there is a blob; what it holds is not looked at.
func (v *Vault) Has(ctx context.Context, subject string) (bool, error) {
	r, err := v.blobs.Open(ctx, subject, 0)
	if core.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, r.Close()
}

// CheckRoots opens the patient keys that RotateRoot would wrap next, and fails
// when they are under a root key that this vault does not have. It changes nothing.
func (v *Vault) CheckRoots(ctx context.Context) error {
	batch, err := v.keys.PatientKeysNotUnder(ctx, v.root, rotationBatch)
	if err != nil {
		return err
	}
	return v.opens(batch)
}

// RotateRoot wraps all patient keys under the vault's root key that are still
// under one of the old ones, and says how many. It may be interrupted and
// called again, and reads and writes go on meanwhile.
func (v *Vault) RotateRoot(ctx context.Context) (int, error) {
	total := 0
	for {
		batch, err := v.keys.PatientKeysNotUnder(ctx, v.root, rotationBatch)
		if err != nil || len(batch) == 0 {
			return total, err
		}
		byRoot := make(map[string][]PatientKey)
		for _, k := range batch {
			clear, err := v.unwrapPatient(k)
			if err != nil {
				return total, fmt.Errorf("key of patient %d: %w", k.PatientID, err)
			}
			byRoot[k.RootID] = append(byRoot[k.RootID], v.wrapPatient(k.PatientID, clear))
		}
		for old, keys := range byRoot {
			if err := v.keys.ReplacePatientKeys(ctx, old, keys); err != nil {
				return total, err
			}
			total += len(keys)
		}
	}
}

// patientKey gives the patient's key ready for use.
func (v *Vault) patientKey(ctx context.Context, patientID int64, create bool) (cipher.AEAD, error) {
	if gcm, ok := v.cache.get(patientID); ok {
		return gcm, nil
	}
	stored, err := v.keys.PatientKey(ctx, patientID)
	switch {
	case core.IsNotFound(err) && create:
		stored, err = v.keys.AddPatientKey(ctx, v.wrapPatient(patientID, randomKey()))
	case core.IsNotFound(err):
		return nil, damaged(err)
	}
	if err != nil {
		return nil, err
	}
	if stored.PatientID != patientID {
		return nil, damaged(errors.New("key of another patient"))
	}
	clear, err := v.unwrapPatient(stored)
	if err != nil {
		return nil, err
	}
	gcm, err := newGCM(clear)
	if err != nil {
		return nil, err
	}
	v.cache.put(patientID, gcm)
	return gcm, nil
}

func (v *Vault) wrapPatient(patientID int64, key []byte) PatientKey {
	return PatientKey{patientID, v.root, wrap(v.roots[v.root], key, patientBinding(patientID))}
}

func (v *Vault) unwrapPatient(k PatientKey) ([]byte, error) {
	root, ok := v.roots[k.RootID]
	if !ok {
		return nil, damaged(fmt.Errorf("wrapped under root key %s, which this server does not have: %w", k.RootID, ErrAnotherRoot))
	}
	return unwrap(root, k.Wrapped, patientBinding(k.PatientID))
}

func wrap(under cipher.AEAD, key, binding []byte) []byte {
	return under.Seal([]byte{formatVersion}, nil, key, binding)
}

func unwrap(under cipher.AEAD, wrapped, binding []byte) ([]byte, error) {
	if len(wrapped) != wrappedSize || wrapped[0] != formatVersion {
		return nil, damaged(errors.New("wrapped key has a wrong form"))
	}
	key, err := under.Open(nil, nil, wrapped[1:], binding)
	if err != nil {
		return nil, damaged(err)
	}
	return key, nil
}

func contentBinding(patientID int64, subject string) []byte {
	b := binary.BigEndian.AppendUint64([]byte(contextContent), uint64(patientID))
	return append(b, subject...)
}

func patientBinding(patientID int64) []byte {
	return binary.BigEndian.AppendUint64([]byte(contextPatient), uint64(patientID))
}

// newGCM is AES-256-GCM that puts a random nonce before each ciphertext.
func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
