package boot

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"clinician/internal/clients/sibling"
	"clinician/internal/core"
	"clinician/internal/core/metrics"
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
	service map[string][]byte // service keys by label
	clock   core.Clock
	log     *slog.Logger
	metrics *metrics.Metrics // nil: nothing is counted, as in the shell

	location *time.Location // the clinic's
}

// Labels of the service keys; see vault.OpenServiceKeys.
const (
	labelAuditLog    = "clinician audit log v1"
	labelCorrections = "clinician text corrections v1"
)

// openData opens the data directory of c, making it when it is new. Only who holds
// its lock serves it.
func openData(ctx context.Context, c Config, log *slog.Logger, clock core.Clock, serves bool) (*data, error) {
	if err := prepareDataDir(c.DataDir); err != nil {
		return nil, err
	}
	roots, err := rootKeys(c)
	if err != nil {
		return nil, err
	}
	return openDataUnder(ctx, c, log, clock, serves, roots)
}

// openDataUnder opens it under the first of the root keys; others are older.
func openDataUnder(ctx context.Context, c Config, log *slog.Logger, clock core.Clock, serves bool, roots []vault.RootKey) (d *data, err error) {
	if clock == nil {
		clock = core.SystemClock
	}
	d = &data{clock: clock, log: log, location: time.Local}
	if serves {
		d.metrics = metrics.New()
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
			d = nil
		}
	}()
	if c.TimeZone != "" {
		if d.location, err = time.LoadLocation(c.TimeZone); err != nil {
			return d, err
		}
	}
	if d.disk, err = openVaultDir(c); err != nil {
		return d, err
	}
	if d.service, err = vault.OpenServiceKeys(ctx, d.disk, []string{labelAuditLog, labelCorrections}, roots[0], roots[1:]...); core.CodeOf(err) == core.CodeUnavailable {
		return d, badVault(c, roots[0], err)
	} else if err != nil {
		return d, err
	}
	if d.Store, err = store.Open(ctx, store.Options{
		Path: databasePath(c), AuditKey: d.service[labelAuditLog], Clock: clock, Journal: serves, Committed: d.committed,
		Audited: d.tell,
	}); err != nil {
		return d, badLog(c, roots[0], err)
	}
	d.Audit = d.Store
	if d.vault, err = vault.New(d.disk, d.Store, roots[0], roots[1:]...); err != nil {
		return d, err
	}
	d.Records = d.recordsAt(clock)
	if serves {
		if err = d.Records.Ping(ctx); err != nil {
			return d, badVault(c, roots[0], err)
		}
	}
	d.Values, err = newValues(d)
	return d, err
}

// committed counts a transaction.
func (d *data) committed(changes int) {
	if d.metrics != nil {
		d.metrics.Group(changes)
	}
}

// via is how a service is reached, counted; nil: as its client does by itself.
func (d *data) via(service string) http.RoundTripper {
	if d.metrics == nil {
		return nil
	}
	return d.metrics.Transport(service, sibling.Pool())
}

// recordsAt gives the records with another clock: demo data was uploaded in the past.
func (d *data) recordsAt(clock core.Clock) *records.Store {
	return records.New(records.Options{Vault: d.vault, Index: d.Store, Logger: d.log, Clock: clock})
}

// Close closes the database and the vault.
func (d *data) Close() error {
	var errs []error
	if d.disk != nil {
		errs = append(errs, d.disk.Close())
	}
	if d.Store != nil {
		errs = append(errs, d.Store.Close())
	}
	return errors.Join(errs...)
}
