package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"clinician/internal/core"
	"clinician/internal/core/vault"
)

var _ vault.KeyStore = (*DB)(nil)

type patientKeyRow struct {
	PatientID int64
	RootID    string
	Wrapped   []byte
}

func (r *patientKeyRow) fields() []any {
	return []any{&r.PatientID, &r.RootID, &r.Wrapped}
}

func (r patientKeyRow) key() vault.PatientKey {
	return vault.PatientKey{PatientID: r.PatientID, RootID: r.RootID, Wrapped: r.Wrapped}
}

// PatientKey gives a patient's wrapped key.
func (db *DB) PatientKey(ctx context.Context, patientID int64) (vault.PatientKey, error) {
	return patientKey(ctx, db.read, patientID)
}

func patientKey(ctx context.Context, q querier, patientID int64) (vault.PatientKey, error) {
	var k patientKeyRow
	err := ask(ctx, q, "SELECT patient_id, root_id, wrapped FROM patient_keys WHERE patient_id = ?", patientID).into(k.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return vault.PatientKey{}, core.Errorf(core.CodeNotFound, "The patient has no key yet.")
	}
	if err != nil {
		return vault.PatientKey{}, fmt.Errorf("read patient key: %w", err)
	}
	return k.key(), nil
}

// AddPatientKey stores a first key and gives the one that is stored.
func (db *DB) AddPatientKey(ctx context.Context, k vault.PatientKey) (stored vault.PatientKey, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := patientExists(ctx, tx, k.PatientID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, insert("patient_keys", "patient_id, root_id, wrapped")+" ON CONFLICT (patient_id) DO NOTHING", k.PatientID, k.RootID, k.Wrapped)
		if err != nil {
			return fmt.Errorf("store patient key: %w", err)
		}
		stored, err = patientKey(ctx, tx, k.PatientID)
		return err
	})
	return stored, err
}

// PatientKeysNotUnder gives keys that still wait for the new root key.
func (db *DB) PatientKeysNotUnder(ctx context.Context, rootID string, limit int) ([]vault.PatientKey, error) {
	rows, err := rowsOf(ctx, db.read, (*patientKeyRow).fields,
		"SELECT patient_id, root_id, wrapped FROM patient_keys WHERE root_id <> ? ORDER BY patient_id LIMIT ?", rootID, limit)
	if err != nil {
		return nil, fmt.Errorf("list patient keys: %w", err)
	}
	keys := make([]vault.PatientKey, len(rows))
	for i, r := range rows {
		keys[i] = r.key()
	}
	return keys, nil
}

// SamplePatientKeys gives the keys of the oldest and the newest patients.
func (db *DB) SamplePatientKeys(ctx context.Context, limit int) (keys []vault.PatientKey, err error) {
	for _, order := range []string{"ASC", "DESC"} {
		rows, err := rowsOf(ctx, db.read, (*patientKeyRow).fields,
			"SELECT patient_id, root_id, wrapped FROM patient_keys ORDER BY patient_id "+order+" LIMIT ?", (limit+1)/2)
		if err != nil {
			return nil, fmt.Errorf("read some patient keys: %w", err)
		}
		for _, r := range rows {
			keys = append(keys, r.key())
		}
	}
	return keys, nil
}

// ReplacePatientKeys stores new wrappings of keys that are still under oldRootID.
func (db *DB) ReplacePatientKeys(ctx context.Context, oldRootID string, keys []vault.PatientKey) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, k := range keys {
			_, err := tx.Exec(ctx, "UPDATE patient_keys SET root_id = ?, wrapped = ? WHERE patient_id = ? AND root_id = ?",
				k.RootID, k.Wrapped, k.PatientID, oldRootID)
			if err != nil {
				return fmt.Errorf("replace patient key: %w", err)
			}
		}
		return nil
	})
}

func patientExists(ctx context.Context, q querier, id int64) error {
	var n int
	if err := ask(ctx, q, "SELECT COUNT(*) FROM patients WHERE id = ?", id).into(&n); err != nil {
		return fmt.Errorf("look for patient: %w", err)
	}
	if n == 0 {
		return core.Errorf(core.CodeNotFound, "Patient not found")
	}
	return nil
}
