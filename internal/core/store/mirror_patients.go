package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"clinician/internal/core"
)

// mirrorBatch is how many patients share a transaction, so that others can write
// between them.
const mirrorBatch = 500

// MirrorPatient takes over a patient with user and assignment.
func (db *DB) MirrorPatient(ctx context.Context, p core.SourcePatient) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error { return db.mirrorPatient(ctx, tx, p) })
}

// MirrorPanel takes over all patients of a clinician, and takes those that are not in
// list away from them. Patients that were sent as last time cost nothing. It gives how
// many rows changed.
func (db *DB) MirrorPanel(ctx context.Context, clinicianID int64, list []core.SourcePatient) (int, error) {
	type mark struct {
		id   int64
		mark []byte
	}
	rows, err := rowsOf(ctx, db.read, func(m *mark) []any { return []any{&m.id, &m.mark} },
		`SELECT a.patient_id, m.mark FROM patient_assignments a LEFT JOIN mirror_patients m ON m.patient_id = a.patient_id
		WHERE a.assigned_clinician_id = ?`, clinicianID)
	if err != nil {
		return 0, fmt.Errorf("read the panel: %w", err)
	}
	had := make(map[int64]core.Mark, len(rows))
	for _, r := range rows {
		had[r.id] = core.Mark(append(r.mark, make([]byte, 32)...)[:32])
	}
	var changed []core.SourcePatient
	for _, p := range list {
		if was, ok := had[p.ID]; !ok || was != p.Mark {
			changed = append(changed, p)
		}
		delete(had, p.ID)
	}
	gone := make([]int64, 0, len(had))
	for id := range had {
		gone = append(gone, id)
	}
	total := len(changed) + len(gone)
	if len(gone) > 0 { // first: what is not theirs any more must not wait
		err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
			for _, id := range gone {
				if err := release(ctx, tx, id, &clinicianID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	for len(changed) > 0 {
		n := min(mirrorBatch, len(changed))
		err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
			for _, p := range changed[:n] {
				if err := db.mirrorPatient(ctx, tx, p); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		changed = changed[n:]
	}
	return total, nil
}

// MirrorUnassigned takes a patient away from a clinician, whoever has them now.
func (db *DB) MirrorUnassigned(ctx context.Context, clinicianID, patientID int64) error {
	if mine, err := db.IsAssigned(ctx, clinicianID, patientID); err != nil || !mine {
		return err
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error { return release(ctx, tx, patientID, &clinicianID) })
}

func (db *DB) mirrorPatient(ctx context.Context, tx *Tx, p core.SourcePatient) error {
	u := p.User
	if u.ID == 0 { // the source's patient points at no user
		u = core.User{ID: p.UserID, Email: placeholderEmail(strconv.FormatInt(p.ID, 10)), RoleName: core.RolePatient, DateJoined: p.CreatedAt}
	}
	if err := db.mirrorUser(ctx, tx, u); err != nil {
		return err
	}
	if l := p.PreferredLanguageID; l != nil {
		if err := mirrorLanguage(ctx, tx, core.Language{Code: *l, Name: *l, NativeName: *l}, false, 1000); err != nil {
			return err
		}
	}
	mrn := p.MRN
	if mrn == "" {
		mrn = unnumbered + strconv.FormatInt(p.ID, 10)
	}
	allergies, alerts := "[]", "[]"
	_, err := tx.Exec(ctx, `INSERT INTO patients (id, `+patientColumns+`) VALUES (?, ?, ?, '', '', ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, FALSE, ?, ?)
		ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, date_of_birth = excluded.date_of_birth, gender = excluded.gender,
		mrn = CASE WHEN substr(excluded.mrn, 1, 1) = '`+unnumbered+`' THEN patients.mrn ELSE excluded.mrn END,
		preferred_language_id = excluded.preferred_language_id, phone_number = excluded.phone_number, address = excluded.address,
		emergency_contact_name = excluded.emergency_contact_name, emergency_contact_phone = excluded.emergency_contact_phone,
		created_at = excluded.created_at, updated_at = excluded.updated_at`,
		p.ID, u.ID, mrn, p.DateOfBirth.String(), p.Gender, p.PreferredLanguageID, p.PhoneNumber, p.Address, p.EmergencyContactName,
		p.EmergencyContactPhone, core.AllergiesNotRecorded, allergies, alerts, micros(p.CreatedAt), micros(p.UpdatedAt))
	if err != nil {
		return fmt.Errorf("mirror patient %d: %w", p.ID, err)
	}
	if err := mirrorAssignment(ctx, tx, p.ID, p.Assignment); err != nil {
		return err
	}
	if p.Mark == (core.Mark{}) {
		_, err = tx.Exec(ctx, "DELETE FROM mirror_patients WHERE patient_id = ?", p.ID)
	} else {
		_, err = tx.Exec(ctx, insert("mirror_patients", "patient_id, mark")+" ON CONFLICT (patient_id) DO UPDATE SET mark = excluded.mark", p.ID, p.Mark[:])
	}
	if err != nil {
		return fmt.Errorf("mark patient %d: %w", p.ID, err)
	}
	return nil
}

// mirrorAssignment takes over who has a patient. A clinician who is not mirrored here
// is nobody here.
func mirrorAssignment(ctx context.Context, tx *Tx, patientID int64, a *core.Assignment) error {
	if a == nil || a.AssignedClinician == nil {
		return release(ctx, tx, patientID, nil)
	}
	switch err := clinicianExists(ctx, tx, *a.AssignedClinician); {
	case core.IsNotFound(err):
		return release(ctx, tx, patientID, nil)
	case err != nil:
		return err
	}
	if a.CancerSubtype != nil {
		if err := mirrorSubtype(ctx, tx, a); err != nil {
			return err
		}
	}
	at := a.CreatedAt
	if _, err := assignTo(ctx, tx, patientID, *a.AssignedClinician, a.CancerSubtype, a.Notes, 0, at); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "UPDATE patient_assignments SET id = ?, created_at = ?, updated_at = ? WHERE patient_id = ?",
		a.ID, micros(a.CreatedAt), micros(a.UpdatedAt), patientID)
	if err != nil {
		return fmt.Errorf("mirror the assignment of patient %d: %w", patientID, err)
	}
	return nil
}

// mirrorSubtype makes sure that the subtype of an assignment is in the catalogue. The
// assignment names its type but not the type's id.
func mirrorSubtype(ctx context.Context, tx *Tx, a *core.Assignment) error {
	var parent *int64
	var id int64
	err := ask(ctx, tx, "SELECT id FROM cancer_types WHERE cancer_type = ? AND parent_id IS NULL ORDER BY id LIMIT 1", a.CancerTypeName).into(&id)
	if err == nil {
		parent = &id
	} else if !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("look for cancer type: %w", err)
	}
	return mirrorCancerType(ctx, tx, core.SourceCancerType{Specialization: core.Specialization{ID: *a.CancerSubtype, CancerType: a.CancerSubtypeName}, ParentID: parent})
}

// release ends a patient's assignment: to from, or with nil to anybody. It keeps the
// counters of who had them.
func release(ctx context.Context, tx *Tx, patientID int64, from *int64) error {
	var before *int64
	var sound *string
	err := ask(ctx, tx, "SELECT assigned_clinician_id, sound_key FROM patient_assignments WHERE patient_id = ?", patientID).into(&before, &sound)
	if errors.Is(err, sql.ErrNoRows) || err == nil && (before == nil || from != nil && *before != *from) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read assignment: %w", err)
	}
	if _, err := tx.Exec(ctx, "UPDATE patient_assignments SET assigned_clinician_id = NULL WHERE patient_id = ?", patientID); err != nil {
		return fmt.Errorf("end assignment: %w", err)
	}
	if _, err := tx.Exec(ctx, "DELETE FROM mirror_patients WHERE patient_id = ?", patientID); err != nil {
		return fmt.Errorf("end assignment: %w", err)
	}
	if sound != nil {
		if err := keepAlikes(ctx, tx, *before, *sound); err != nil {
			return err
		}
	}
	if err := handOver(ctx, tx, patientID); err != nil {
		return err
	}
	return count(ctx, tx, *before, -1)
}
