package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"clinician/internal/core"
)

type assignmentRow struct {
	ID                int64
	CancerSubtypeID   *int64
	CancerSubtypeName string
	CancerTypeName    string
	ClinicianID       *int64
	Notes             string
	CreatedAt         int64
	UpdatedAt         int64
}

func (r *assignmentRow) fields() []any {
	return []any{&r.ID, &r.CancerSubtypeID, &r.CancerSubtypeName, &r.CancerTypeName, &r.ClinicianID, &r.Notes,
		&r.CreatedAt, &r.UpdatedAt}
}

func assignmentOf(ctx context.Context, q querier, patientID int64) (core.Assignment, error) {
	var r assignmentRow
	err := ask(ctx, q, `SELECT a.id, a.cancer_subtype_id, COALESCE(s.cancer_type, '') AS cancer_subtype_name,
		COALESCE(t.cancer_type, '') AS cancer_type_name, a.assigned_clinician_id AS clinician_id,
		a.notes, a.created_at, a.updated_at
		FROM patient_assignments a LEFT JOIN cancer_types s ON s.id = a.cancer_subtype_id
		LEFT JOIN cancer_types t ON t.id = s.parent_id WHERE a.patient_id = ?`, patientID).into(r.fields()...)
	if err != nil {
		return core.Assignment{}, notFoundOr(err, "The patient is not assigned to anybody.", "read assignment")
	}
	return core.Assignment{
		ID: r.ID, CancerSubtype: r.CancerSubtypeID, CancerSubtypeName: r.CancerSubtypeName, CancerTypeName: r.CancerTypeName,
		AssignedClinician: r.ClinicianID, Notes: r.Notes, CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
	}, nil
}

// IsAssigned reports whether the patient is assigned to the clinician now.
func (db *DB) IsAssigned(ctx context.Context, clinicianID, patientID int64) (bool, error) {
	var n int
	err := ask(ctx, db.read, "SELECT COUNT(*) FROM patient_assignments WHERE patient_id = ? AND assigned_clinician_id = ?",
		patientID, clinicianID).into(&n)
	if err != nil {
		return false, fmt.Errorf("look for assignment: %w", err)
	}
	return n > 0, nil
}

// Assign gives the patient to a clinician and ends any other assignment. For
// a new clinician the assignment's CreatedAt starts anew.
func (db *DB) Assign(ctx context.Context, patientID, clinicianID int64, subtype *int64, notes string, ev core.AuditEvent) (core.Assignment, error) {
	var made core.Assignment
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := patientExists(ctx, tx, patientID); err != nil {
			return err
		}
		if err := clinicianExists(ctx, tx, clinicianID); err != nil {
			return err
		}
		if err := subtypeExists(ctx, tx, subtype); err != nil {
			return err
		}
		before, err := assignTo(ctx, tx, patientID, clinicianID, subtype, notes, ev.UserID, db.eventTime(ev))
		if err != nil {
			return err
		}
		if made, err = assignmentOf(ctx, tx, patientID); err != nil {
			return err
		}
		ev.PatientID = patientID
		ev := withDetail(ev, "clinician_id", clinicianID)
		if before != nil && *before != clinicianID {
			ev = withDetail(ev, "previous_clinician_id", *before)
		}
		return db.appendAudit(ctx, tx, ev)
	})
	if err != nil {
		return core.Assignment{}, err
	}
	return made, nil
}

func subtypeExists(ctx context.Context, tx *Tx, id *int64) error {
	if id == nil {
		return nil
	}
	var n int
	if err := ask(ctx, tx, "SELECT COUNT(*) FROM cancer_types WHERE id = ? AND parent_id IS NOT NULL", *id).into(&n); err != nil {
		return fmt.Errorf("look for cancer subtype: %w", err)
	}
	if n == 0 {
		return invalid("cancer_subtype", "This is not a cancer subtype.")
	}
	return nil
}

// assignTo writes the assignment and keeps the clinicians' counters; before is
// who had the patient.
func assignTo(ctx context.Context, tx *Tx, patientID, clinicianID int64, subtype *int64, notes string, by int64, at time.Time) (before *int64, err error) {
	var lastName, firstName, mrn, born string
	err = ask(ctx, tx, `SELECT u.last_name, u.first_name, p.mrn, p.date_of_birth FROM patients p JOIN users u ON u.id = p.user_id
		WHERE p.id = ?`, patientID).into(&lastName, &firstName, &mrn, &born)
	if err != nil {
		return nil, fmt.Errorf("read patient: %w", err)
	}
	var sounded *string
	err = ask(ctx, tx, "SELECT assigned_clinician_id, sound_key FROM patient_assignments WHERE patient_id = ?", patientID).into(&before, &sounded)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("read assignment: %w", err)
	}
	var updatedBy *int64 // nil: the system or the shell
	if by != 0 {
		updatedBy = &by
	}
	k := keysOf(lastName, firstName, mrn)
	_, err = tx.Exec(ctx, `INSERT INTO patient_assignments AS a
		(patient_id, cancer_subtype_id, assigned_clinician_id, notes, updated_by_id, created_at, updated_at,
		 family_key, given_key, initials, mrn_tail, born, sound_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (patient_id) DO UPDATE SET
			created_at = CASE WHEN a.assigned_clinician_id = excluded.assigned_clinician_id THEN a.created_at ELSE excluded.created_at END,
			cancer_subtype_id = COALESCE(excluded.cancer_subtype_id, a.cancer_subtype_id),
			assigned_clinician_id = excluded.assigned_clinician_id, notes = excluded.notes,
			updated_by_id = excluded.updated_by_id, updated_at = excluded.updated_at,
			family_key = excluded.family_key, given_key = excluded.given_key, initials = excluded.initials,
			mrn_tail = excluded.mrn_tail, born = excluded.born, sound_key = excluded.sound_key`,
		patientID, subtype, clinicianID, notes, updatedBy, micros(at), micros(at),
		k.family, k.given, k.initials, k.mrnTail, born, k.sound)
	if err != nil {
		return nil, fmt.Errorf("store assignment: %w", err)
	}
	if before != nil && sounded != nil {
		if err := keepAlikes(ctx, tx, *before, *sounded); err != nil {
			return nil, err
		}
	}
	if err := keepAlikes(ctx, tx, clinicianID, k.sound); err != nil {
		return nil, err
	}
	if before != nil && *before == clinicianID {
		return before, nil
	}
	if before != nil {
		if err := count(ctx, tx, *before, -1); err != nil {
			return nil, err
		}
	}
	if err := handOver(ctx, tx, patientID); err != nil {
		return nil, err
	}
	return before, count(ctx, tx, clinicianID, 1)
}

// count adds to a clinician's number of patients.
func count(ctx context.Context, tx *Tx, clinicianID int64, add int) error {
	_, err := tx.Exec(ctx, "UPDATE clinicians SET patient_count = patient_count + ? WHERE id = ?", add, clinicianID)
	if err != nil {
		return fmt.Errorf("count patients: %w", err)
	}
	return nil
}
