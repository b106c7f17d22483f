package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"github.com/uptrace/bun"

	"clinician/internal/core"
)

// importBatch is how many patients share a transaction: enough to make the
// sync cheap, few enough not to keep other writers waiting for long.
const importBatch = 2000

// ImportPatient is a patient of a bulk import with the assignment.
type ImportPatient struct {
	core.NewPatient
	CancerSubtype *int64
	Notes         string
}

// ImportPatients stores many patients at once, all assigned to one clinician,
// and gives their ids in the order of list. Each batch is stored with an event
// like ev or not at all; when one fails, the batches before it stay and their
// ids are given with the error.
func (db *DB) ImportPatients(ctx context.Context, clinicianID int64, list []ImportPatient, ev core.AuditEvent) ([]int64, error) {
	tidied := make([]ImportPatient, len(list))
	for i, p := range list {
		var err error
		tidied[i] = p
		if tidied[i].NewPatient, err = tidy(p.NewPatient); err != nil {
			return nil, err
		}
	}
	ids := make([]int64, 0, len(list))
	for len(tidied) > 0 {
		n := min(importBatch, len(tidied))
		var batch []int64
		err := db.Write(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
			batch, err = db.importBatch(ctx, tx, clinicianID, tidied[:n], ev)
			return err
		})
		if err != nil {
			return ids, err
		}
		ids, tidied = append(ids, batch...), tidied[n:]
	}
	return ids, nil
}

func (db *DB) importBatch(ctx context.Context, tx bun.Tx, clinicianID int64, list []ImportPatient, ev core.AuditEvent) ([]int64, error) {
	if err := clinicianExists(ctx, tx, clinicianID); err != nil {
		return nil, err
	}
	known := make(map[int64]bool)
	for _, p := range list {
		if p.CancerSubtype == nil || known[*p.CancerSubtype] {
			continue
		}
		if err := subtypeExists(ctx, tx, p.CancerSubtype); err != nil {
			return nil, err
		}
		known[*p.CancerSubtype] = true
	}
	im, err := newImporter(ctx, tx)
	if err != nil {
		return nil, err
	}
	defer im.close()
	im.clinician, im.by, im.at = clinicianID, ev.UserID, micros(db.eventTime(ev))
	if im.mrn, err = nextMRN(ctx, tx); err != nil {
		return nil, err
	}
	ids := make([]int64, len(list))
	for i, p := range list {
		if ids[i], err = im.add(ctx, p); err != nil {
			return nil, err
		}
	}
	if err := count(ctx, tx, clinicianID, len(list)); err != nil {
		return nil, err
	}
	for key, value := range map[string]any{
		"clinician_id": clinicianID, "patient_count": len(list),
		"first_patient_id": ids[0], "last_patient_id": ids[len(ids)-1],
	} {
		ev = withDetail(ev, key, value)
	}
	return ids, db.appendAudit(ctx, tx, ev)
}

// importer holds the prepared statements of one batch.
type importer struct {
	user, patient, assignment *sql.Stmt

	clinician, by, at int64
	mrn               int64 // next free number
}

func newImporter(ctx context.Context, tx bun.Tx) (*importer, error) {
	im := &importer{}
	for _, s := range []struct {
		stmt **sql.Stmt
		text string
	}{
		{&im.user, `INSERT INTO users (email, email_key, first_name, last_name, role_id, date_joined) VALUES (?, ?, ?, ?, 1, ?)`},
		{&im.patient, `INSERT INTO patients (user_id, mrn, title, preferred_name, date_of_birth, gender, deceased_date,
			preferred_language_id, phone_number, address, emergency_contact_name, emergency_contact_phone,
			allergy_status, allergies, alerts, sensitive, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&im.assignment, `INSERT INTO patient_assignments (patient_id, cancer_subtype_id, assigned_clinician_id, notes,
			updated_by_id, created_at, updated_at, family_key, given_key, initials, mrn_tail, born, sound_key)
			VALUES (?, ?, ?, ?, NULLIF(?, 0), ?, ?, ?, ?, ?, ?, ?, ?)`},
	} {
		var err error
		if *s.stmt, err = tx.Tx.PrepareContext(ctx, s.text); err != nil {
			im.close()
			return nil, fmt.Errorf("prepare import: %w", err)
		}
	}
	return im, nil
}

func (im *importer) close() {
	for _, s := range []*sql.Stmt{im.user, im.patient, im.assignment} {
		if s != nil {
			s.Close()
		}
	}
}

// add stores one patient and gives the id.
func (im *importer) add(ctx context.Context, p ImportPatient) (int64, error) {
	if p.MRN == "" {
		p.MRN = strconv.FormatInt(im.mrn, 10)
		im.mrn++
	} else if n, err := strconv.ParseInt(p.MRN, 10, 64); err == nil && len(p.MRN) == 10 && n >= im.mrn {
		im.mrn = n + 1
	}
	if p.Email == "" {
		p.Email = placeholderEmail(p.MRN)
	}
	allergies, alerts, err := lists(p.NewPatient)
	if err != nil {
		return 0, err
	}
	userID, err := insertID(im.user.ExecContext(ctx, p.Email, emailKey(p.Email), p.FirstName, p.LastName, im.at))
	if isUnique(err) {
		return 0, core.Errorf(core.CodeConflict, "User with this email already exists")
	}
	if err != nil {
		return 0, fmt.Errorf("import user: %w", err)
	}
	born := p.DateOfBirth.String()
	id, err := insertID(im.patient.ExecContext(ctx, userID, p.MRN, p.Title, p.PreferredName, born, string(p.Gender),
		p.DeceasedDate.String(), p.PreferredLanguageID, p.PhoneNumber, p.Address, p.EmergencyContactName,
		p.EmergencyContactPhone, string(p.AllergyStatus), allergies, alerts, p.Sensitive, im.at, im.at))
	switch {
	case isUnique(err):
		return 0, core.Errorf(core.CodeConflict, "A patient with this medical record number already exists")
	case isForeignKey(err):
		return 0, invalid("preferred_language_id", "This language is not in the list.")
	case err != nil:
		return 0, fmt.Errorf("import patient: %w", err)
	}
	k := keysOf(p.LastName, p.FirstName, p.MRN)
	_, err = im.assignment.ExecContext(ctx, id, p.CancerSubtype, im.clinician, p.Notes, im.by, im.at, im.at,
		k.family, k.given, k.initials, k.mrnTail, born, k.sound)
	if err != nil {
		return 0, fmt.Errorf("import assignment: %w", err)
	}
	return id, nil
}

func insertID(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}
