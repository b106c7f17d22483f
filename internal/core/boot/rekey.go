package boot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"clinician/internal/core"
	"clinician/internal/core/vault"
)

// Rekeyed tells of a change of the root key. Keys are named by their ids.
type Rekeyed struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Patients int    `json:"patients"` // whose keys were wrapped anew, now
	Resumed  bool   `json:"resumed"`  // a change that was begun before
	Changed  bool   `json:"changed"`  // false: this was the key already
}

// Rekey changes the root key of the data that c names: the keys of patients are
// wrapped under the new one, documents stay as they are. No server may run on the
// data. After a crash it is called again and goes on; until then servers start all
// the same, since they take the previous key beside the present one.
//
// With a key file, fresh is the new key, or the zero one for a generated key. With
// a key in the environment, CLINICIAN_ROOT_KEY is the new one and
// CLINICIAN_ROOT_KEY_PREVIOUS the old one.
func Rekey(ctx context.Context, c Config, fresh vault.RootKey) (Rekeyed, error) {
	if err := prepareDataDir(c.DataDir); err != nil {
		return Rekeyed{}, err
	}
	lock, err := lockDataDir(c.DataDir)
	if err != nil {
		return Rekeyed{}, err
	}
	defer lock.Close()
	if err := notWhileBackedUp(ctx, c); err != nil {
		return Rekeyed{}, err
	}
	change, err := beginRekey(c, fresh)
	if err != nil {
		return Rekeyed{}, err
	}
	done := Rekeyed{From: change.Old.ID(), To: change.New.ID(), Resumed: change.Switched}
	if over, err := rekeyed(ctx, c, change); over || err != nil {
		return done, err
	}
	if !change.Switched {
		if err := sealForBoth(ctx, c, change); err != nil {
			return done, err
		}
		if err := change.Switch(); err != nil {
			return done, fmt.Errorf("put the new root key in place: %w", err)
		}
	}
	done.Changed = true
	if done.Patients, err = rewrap(ctx, c, change); err != nil {
		return done, fmt.Errorf("%s wrapped anew, then it broke off; nothing is lost, run it again: %w", core.Plural(done.Patients, "key was", "keys were"), err)
	}
	if c.RootKey != "" {
		return done, nil
	}
	return done, change.Finish()
}

// notWhileBackedUp refuses while a backup is made, which would have keys of both kinds.
func notWhileBackedUp(ctx context.Context, c Config) error {
	disk, err := openVaultDir(c)
	if err != nil {
		return err
	}
	defer disk.Close()
	release, err := disk.Hold(ctx)
	if err == nil {
		release()
	}
	return err
}

// beginRekey finds old and new key.
func beginRekey(c Config, fresh vault.RootKey) (vault.KeyChange, error) {
	if c.RootKey == "" {
		return vault.BeginKeyChange(rootKeyPath(c), fresh)
	}
	if c.RootKeyPrevious == "" {
		return vault.KeyChange{}, core.Errorf(core.CodeInvalid,
			"The root key comes from the environment: give the new one as CLINICIAN_ROOT_KEY and the old one as CLINICIAN_ROOT_KEY_PREVIOUS.")
	}
	next, err := vault.ParseRootKey(c.RootKey)
	if err != nil {
		return vault.KeyChange{}, err
	}
	old, err := vault.ParseRootKey(c.RootKeyPrevious)
	return vault.KeyChange{Old: old, New: next}, err
}

// rekeyed reports whether there is nothing to do: the key is the same, or an
// earlier run finished.
func rekeyed(ctx context.Context, c Config, change vault.KeyChange) (bool, error) {
	if change.Old.ID() == change.New.ID() {
		return true, nil
	}
	if c.RootKey == "" {
		return false, nil
	}
	disk, err := vault.OpenDisk(filepath.Join(c.DataDir, "vault"))
	if err != nil {
		return false, err
	}
	defer disk.Close()
	under, err := vault.HasServiceKeys(ctx, disk, change.New)
	if err != nil || !under {
		return false, err
	}
	before, err := vault.HasServiceKeys(ctx, disk, change.Old)
	return !before, err
}

// sealForBoth makes sure that the old key is the right one, and keeps the keys
// that belong to no patient for those who have either root key.
func sealForBoth(ctx context.Context, c Config, change vault.KeyChange) error {
	roots := []vault.RootKey{change.Old}
	if c.RootKey != "" { // an earlier run may have come far
		roots = []vault.RootKey{change.New, change.Old}
	}
	d, err := openDataUnder(ctx, c, slog.New(slog.DiscardHandler), nil, false, roots)
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.Audit.Verify(ctx)
	if err = errors.Join(err, d.vault.CheckRoots(ctx)); err != nil {
		return core.Errorf(core.CodeInvalid, "The old root key does not fit this data, or the audit log is damaged. Nothing was changed.").WithCause(err)
	}
	for _, k := range []vault.RootKey{change.Old, change.New} {
		if err := vault.SealServiceKeys(ctx, d.disk, d.service, k); err != nil {
			return err
		}
	}
	return nil
}

// rewrap wraps the patients' keys that are still under the old root key, and
// records it.
func rewrap(ctx context.Context, c Config, change vault.KeyChange) (n int, err error) {
	d, err := openDataUnder(ctx, c, slog.New(slog.DiscardHandler), nil, false, []vault.RootKey{change.New, change.Old})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	record := func(step string, patients int) error {
		ev := shellEvent(core.EventRootKeyChanged, core.ActionExecute)
		ev.Detail["step"], ev.Detail["from"], ev.Detail["to"], ev.Detail["patients"] = step, change.Old.ID(), change.New.ID(), patients
		return d.Audit.Append(ctx, ev)
	}
	if err := record("begun", 0); err != nil {
		return 0, err
	}
	if n, err = d.vault.RotateRoot(ctx); err != nil {
		return n, err
	}
	if err := record("finished", n); err != nil {
		return n, err
	}
	return n, vault.ForgetServiceKeys(ctx, d.disk, change.Old)
}
