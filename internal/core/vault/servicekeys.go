package vault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"clinician/internal/core"
)

// The keys that belong to no patient (of the audit log, of corrected text) are
// derived from the first root key that data had, and stay when that changes: what
// was signed with them must verify for ever. Once the root key has changed they lie
// in blobs of their own, sealed under each root key that is in use.
const (
	servicePrefix  = "keys/" // and the id of the root key
	contextService = "clinician service keys v1\x00"
)

// OpenServiceKeys gives the service keys by their labels. Old root keys are tried
// as well, while RotateRoot has not finished; the last of them is the oldest. An
// error when data was sealed under none of these root keys.
func OpenServiceKeys(ctx context.Context, blobs core.Blobs, labels []string, root RootKey, old ...RootKey) (map[string][]byte, error) {
	roots := append([]RootKey{root}, old...)
	for _, k := range roots {
		keys, err := readServiceKeys(ctx, blobs, k)
		if core.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return withLabels(keys, k, labels), nil
	}
	changed := false
	if err := blobs.List(ctx, servicePrefix, func(core.BlobInfo) error { changed = true; return nil }); err != nil {
		return nil, err
	}
	if changed {
		return nil, fmt.Errorf("root key %s is not the one this data is sealed under; give the one it was changed to", root.ID())
	}
	return withLabels(map[string][]byte{}, roots[len(roots)-1], labels), nil
}

// withLabels derives what was not there when the root key changed.
func withLabels(keys map[string][]byte, k RootKey, labels []string) map[string][]byte {
	for _, l := range labels {
		if len(keys[l]) != keySize {
			keys[l] = k.Derive(l)
		}
	}
	return keys
}

// SealServiceKeys keeps the service keys for those who have this root key. Doing
// it again is no error.
func SealServiceKeys(ctx context.Context, blobs core.Blobs, keys map[string][]byte, under RootKey) error {
	clear, err := json.Marshal(keys)
	if err != nil {
		return err
	}
	gcm, err := newGCM(under.Derive(labelVault))
	if err != nil {
		return err
	}
	sealed := gcm.Seal([]byte{formatVersion}, nil, clear, []byte(contextService+under.ID()))
	_, err = blobs.Put(ctx, servicePrefix+under.ID(), bytes.NewReader(sealed))
	if core.CodeOf(err) == core.CodeConflict {
		_, err = readServiceKeys(ctx, blobs, under)
	}
	return err
}

// HasServiceKeys reports whether SealServiceKeys kept them for this root key.
func HasServiceKeys(ctx context.Context, blobs core.Blobs, under RootKey) (bool, error) {
	_, err := readServiceKeys(ctx, blobs, under)
	if core.IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// ForgetServiceKeys removes what SealServiceKeys kept for this root key.
func ForgetServiceKeys(ctx context.Context, blobs core.Blobs, under RootKey) error {
	return blobs.Delete(ctx, servicePrefix+under.ID())
}

func readServiceKeys(ctx context.Context, blobs core.Blobs, under RootKey) (map[string][]byte, error) {
	r, err := blobs.Open(ctx, servicePrefix+under.ID(), 0)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	sealed, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		return nil, err
	}
	gcm, err := newGCM(under.Derive(labelVault))
	if err != nil {
		return nil, err
	}
	if len(sealed) < 1 || sealed[0] != formatVersion {
		return nil, damaged(errors.New("service keys have a wrong form"))
	}
	clear, err := gcm.Open(nil, nil, sealed[1:], []byte(contextService+under.ID()))
	if err != nil {
		return nil, damaged(err)
	}
	keys := make(map[string][]byte)
	if err := json.Unmarshal(clear, &keys); err != nil {
		return nil, damaged(err)
	}
	return keys, nil
}
