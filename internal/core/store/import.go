package store

import (
	"context"
	"fmt"
	"strconv"

	"clinician/internal/core"
)

// importBatch is how many patients share a transaction: enough to make the
// sync cheap, few enough not to keep other writers waiting for long.
const importBatch = 2000

// ImportPatients stores many patients at once, all assigned to one clinician,
// and gives their ids in the order of list. Each batch is stored with an event
// like ev or not at all; when one fails, the batches before it stay and their
// ids are given with the error.
func (db *DB) ImportPatients(ctx context.Context, clinicianID int64, list []core.ImportPatient, ev core.AuditEvent) ([]int64, error) {
	tidied := make([]core.ImportPatient, len(list))
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
		err := db.Write(ctx, func(ctx context.Context, tx *Tx) (err error) {
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

func (db *DB) importBatch(ctx context.Context, tx *Tx, clinicianID int64, list []core.ImportPatient, ev core.AuditEvent) ([]int64, error) {
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
	im := &importer{tx: tx, clinician: clinicianID, by: ev.UserID, at: micros(db.eventTime(ev)), sounds: map[string]bool{}}
	var err error
	if im.mrn, err = nextMRN(ctx, tx); err != nil {
		return nil, err
	}
	ids := make([]int64, len(list))
	for i, p := range list {
		if ids[i], err = im.add(ctx, p); err != nil {
			return nil, err
		}
	}
	for sound := range im.sounds {
		if err := keepAlikes(ctx, tx, clinicianID, sound); err != nil {
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

// importer stores the patients of one batch.
type importer struct {
	tx                *Tx
	clinician, by, at int64
	mrn               int64 // next free number
	sounds            map[string]bool
}

// add stores one patient and gives the id.
func (im *importer) add(ctx context.Context, p core.ImportPatient) (int64, error) {
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
	userID, err := insertID(ctx, im.tx, insert("users", "email, email_key, first_name, last_name, role_id, date_joined"),
		p.Email, emailKey(p.Email), p.FirstName, p.LastName, 1, im.at)
	if im.tx.d.isUnique(err) {
		return 0, core.Errorf(core.CodeConflict, "User with this email already exists")
	}
	if err != nil {
		return 0, fmt.Errorf("import user: %w", err)
	}
	born := p.DateOfBirth.String()
	id, err := insertID(ctx, im.tx, insert("patients", patientColumns), userID, p.MRN, p.Title, p.PreferredName, born, string(p.Gender),
		p.DeceasedDate.String(), p.PreferredLanguageID, p.PhoneNumber, p.Address, p.EmergencyContactName,
		p.EmergencyContactPhone, string(p.AllergyStatus), allergies, alerts, p.Sensitive, im.at, im.at)
	switch {
	case im.tx.d.isUnique(err):
		return 0, core.Errorf(core.CodeConflict, "A patient with this medical record number already exists")
	case im.tx.d.isForeign(err):
		return 0, invalid("preferred_language_id", "This language is not in the list.")
	case err != nil:
		return 0, fmt.Errorf("import patient: %w", err)
	}
	k := keysOf(p.LastName, p.FirstName, p.MRN)
	im.sounds[k.sound] = true
	_, err = im.tx.Exec(ctx, `INSERT INTO patient_assignments (patient_id, cancer_subtype_id, assigned_clinician_id, notes,
		updated_by_id, created_at, updated_at, family_key, given_key, initials, mrn_tail, born, sound_key)
		VALUES (?, ?, ?, ?, NULLIF(?, 0), ?, ?, ?, ?, ?, ?, ?, ?)`, id, p.CancerSubtype, im.clinician, p.Notes, im.by, im.at, im.at,
		k.family, k.given, k.initials, k.mrnTail, born, k.sound)
	if err != nil {
		return 0, fmt.Errorf("import assignment: %w", err)
	}
	return id, nil
}

// insertID runs an INSERT and gives the id of its row.
func insertID(ctx context.Context, tx *Tx, text string, args ...any) (int64, error) {
	return tx.d.insertID(ctx, tx, text, args)
}
