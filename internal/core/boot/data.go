package boot

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/records"
	"clinician/internal/core/store"
	"clinician/internal/core/values"
	"clinician/internal/core/vault"
)

// data is what is kept: database, vault and records.
type data struct {
	Store   *store.DB
	Audit   core.AuditLog
	Records *records.Store
	Values  *values.Store
	vault   *vault.Vault
	disk    *vault.Disk
	clock   core.Clock
	log     *slog.Logger

	location *time.Location // the clinic's
}

// openData opens the data directory of c, making it when it is new.
func openData(ctx context.Context, c Config, log *slog.Logger, clock core.Clock) (*data, error) {
	if clock == nil {
		clock = core.SystemClock
	}
	if err := prepareDataDir(c.DataDir); err != nil {
		return nil, err
	}
	root, err := rootKey(c)
	if err != nil {
		return nil, err
	}
	d := &data{clock: clock, log: log, location: time.Local}
	if c.TimeZone != "" {
		if d.location, err = time.LoadLocation(c.TimeZone); err != nil {
			return nil, err
		}
	}
	d.Store, err = store.Open(ctx, store.Options{
		Path: filepath.Join(c.DataDir, "clinician.db"), AuditKey: root.Derive("clinician audit log v1"), Clock: clock,
	})
	if err != nil {
		return nil, err
	}
	d.Audit = d.Store
	if d.disk, err = vault.OpenDisk(filepath.Join(c.DataDir, "vault")); err != nil {
		return nil, errors.Join(err, d.Store.Close())
	}
	if d.vault, err = vault.New(d.disk, d.Store, root); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	d.Records = d.recordsAt(clock)
	if d.Values, err = newValues(d, root); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// recordsAt gives the records with another clock: demo data was uploaded in the past.
func (d *data) recordsAt(clock core.Clock) *records.Store {
	return records.New(records.Options{Vault: d.vault, Index: d.Store, Logger: d.log, Clock: clock})
}

// Close closes the database and the vault.
func (d *data) Close() error { return errors.Join(d.disk.Close(), d.Store.Close()) }
