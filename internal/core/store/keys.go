package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"clinician/internal/core"
	"clinician/internal/core/vault"
)

var _ vault.KeyStore = (*DB)(nil)

type patientKeyRow struct {
	bun.BaseModel `bun:"table:patient_keys"`
	PatientID     int64 `bun:",pk"`
	RootID        string
	Wrapped       []byte
}

func (r patientKeyRow) key() vault.PatientKey {
	return vault.PatientKey{PatientID: r.PatientID, RootID: r.RootID, Wrapped: r.Wrapped}
}

// PatientKey gives a patient's wrapped key.
func (db *DB) PatientKey(ctx context.Context, patientID int64) (vault.PatientKey, error) {
	return patientKey(ctx, db.read, patientID)
}

func patientKey(ctx context.Context, q bun.IDB, patientID int64) (vault.PatientKey, error) {
	var row patientKeyRow
	err := q.NewSelect().Model(&row).Where("patient_id = ?", patientID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return vault.PatientKey{}, core.Errorf(core.CodeNotFound, "The patient has no key yet.")
	}
	if err != nil {
		return vault.PatientKey{}, fmt.Errorf("read patient key: %w", err)
	}
	return row.key(), nil
}

// AddPatientKey stores a first key and gives the one that is stored.
func (db *DB) AddPatientKey(ctx context.Context, k vault.PatientKey) (stored vault.PatientKey, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := patientExists(ctx, tx, k.PatientID); err != nil {
			return err
		}
		row := patientKeyRow{PatientID: k.PatientID, RootID: k.RootID, Wrapped: k.Wrapped}
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (patient_id) DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("store patient key: %w", err)
		}
		stored, err = patientKey(ctx, tx, k.PatientID)
		return err
	})
	return stored, err
}

// PatientKeysNotUnder gives keys that still wait for the new root key.
func (db *DB) PatientKeysNotUnder(ctx context.Context, rootID string, limit int) ([]vault.PatientKey, error) {
	var rows []patientKeyRow
	err := db.read.NewSelect().Model(&rows).Where("root_id <> ?", rootID).Order("patient_id").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list patient keys: %w", err)
	}
	keys := make([]vault.PatientKey, len(rows))
	for i, r := range rows {
		keys[i] = r.key()
	}
	return keys, nil
}

// ReplacePatientKeys stores new wrappings of keys that are still under oldRootID.
func (db *DB) ReplacePatientKeys(ctx context.Context, oldRootID string, keys []vault.PatientKey) error {
	return db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, k := range keys {
			_, err := tx.NewRaw("UPDATE patient_keys SET root_id = ?, wrapped = ? WHERE patient_id = ? AND root_id = ?",
				k.RootID, k.Wrapped, k.PatientID, oldRootID).Exec(ctx)
			if err != nil {
				return fmt.Errorf("replace patient key: %w", err)
			}
		}
		return nil
	})
}

func patientExists(ctx context.Context, q bun.IDB, id int64) error {
	var n int
	if err := q.NewRaw("SELECT COUNT(*) FROM patients WHERE id = ?", id).Scan(ctx, &n); err != nil {
		return fmt.Errorf("look for patient: %w", err)
	}
	if n == 0 {
		return core.Errorf(core.CodeNotFound, "Patient not found")
	}
	return nil
}
