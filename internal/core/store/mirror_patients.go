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
	return db.mirrorPatients(ctx, []core.SourcePatient{p})
}

// MirrorPanel takes over all patients of a clinician, and takes those that are not in
// list away from them. Patients that were sent as last time cost nothing. It gives how
// many rows changed; CodeNotFound when the clinician has patients but is not mirrored:
// they would be nobody's then.
func (db *DB) MirrorPanel(ctx context.Context, clinicianID int64, list []core.SourcePatient) (int, error) {
	if _, err := db.UserOfClinician(ctx, clinicianID); err != nil && (len(list) > 0 || !core.IsNotFound(err)) {
		return 0, err
	}
	had, err := db.panelMarks(ctx, clinicianID)
	if err != nil {
		return 0, err
	}
	var changed []core.SourcePatient
	for _, p := range list {
		if was, ok := had[p.ID]; !ok || was != p.Mark {
			changed = append(changed, p)
		}
		delete(had, p.ID)
	}
	total := len(changed) + len(had)
	if len(had) > 0 { // first: what is not theirs any more must not wait
		err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
			for id := range had {
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
		if err := db.mirrorPatients(ctx, changed[:n]); err != nil {
			return 0, err
		}
		changed = changed[n:]
	}
	return total, nil
}

// panelMarks says how a clinician's patients were sent last.
func (db *DB) panelMarks(ctx context.Context, clinicianID int64) (map[int64]core.Mark, error) {
	type mark struct {
		id   int64
		mark []byte
	}
	rows, err := rowsOf(ctx, db.read, func(m *mark) []any { return []any{&m.id, &m.mark} },
		`SELECT a.patient_id, m.mark FROM patient_assignments a LEFT JOIN mirror_patients m ON m.patient_id = a.patient_id
		WHERE a.assigned_clinician_id = ?`, clinicianID)
	if err != nil {
		return nil, fmt.Errorf("read the panel: %w", err)
	}
	had := make(map[int64]core.Mark, len(rows))
	for _, r := range rows {
		var m core.Mark
		copy(m[:], r.mark)
		had[r.id] = m
	}
	return had, nil
}

// MirrorUnassigned takes a patient away from a clinician, whoever has them now.
func (db *DB) MirrorUnassigned(ctx context.Context, clinicianID, patientID int64) error {
	if mine, err := db.IsAssigned(ctx, clinicianID, patientID); err != nil || !mine {
		return err
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error { return release(ctx, tx, patientID, &clinicianID) })
}

// mirrorPatients takes over patients in one transaction.
func (db *DB) mirrorPatients(ctx context.Context, list []core.SourcePatient) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		m := mirrorer{db: db, tx: tx, known: map[string]bool{}, sounds: map[panelSound]bool{}, counts: map[int64]int{}}
		for _, p := range list {
			if err := m.patient(ctx, p); err != nil {
				return err
			}
		}
		return m.finish(ctx)
	})
}

// mirrorer takes over the patients of one transaction. What several of them share is
// looked up once, and what is kept of a panel is worked out once, at the end.
type mirrorer struct {
	db     *DB
	tx     *Tx
	known  map[string]bool // languages and subtypes that are there, clinicians with whether they are
	sounds map[panelSound]bool
	counts map[int64]int // by how much each clinician's number of patients changes
}

type panelSound struct {
	clinician int64
	sound     string
}

func (m *mirrorer) patient(ctx context.Context, p core.SourcePatient) error {
	u := p.User
	if u.ID == 0 { // the source's patient points at no user
		u = core.User{ID: p.UserID, Email: placeholderEmail(strconv.FormatInt(p.ID, 10)), RoleName: core.RolePatient, DateJoined: p.CreatedAt}
	}
	if err := m.db.mirrorUser(ctx, m.tx, u); err != nil {
		return err
	}
	if l := p.PreferredLanguageID; l != nil && !m.known["language "+*l] {
		if err := mirrorLanguage(ctx, m.tx, core.Language{Code: *l, Name: *l, NativeName: *l}, false, 1000); err != nil {
			return err
		}
		m.known["language "+*l] = true
	}
	if err := m.fields(ctx, p, u.ID); err != nil {
		return err
	}
	if err := m.assignment(ctx, p); err != nil {
		return err
	}
	var err error
	if p.Mark == (core.Mark{}) {
		_, err = m.tx.Exec(ctx, "DELETE FROM mirror_patients WHERE patient_id = ?", p.ID)
	} else {
		_, err = m.tx.Exec(ctx, insert("mirror_patients", "patient_id, mark")+" ON CONFLICT (patient_id) DO UPDATE SET mark = excluded.mark", p.ID, p.Mark[:])
	}
	if err != nil {
		return fmt.Errorf("mark patient %d: %w", p.ID, err)
	}
	return nil
}

// fields stores the patient's own row. What the source says nothing of is ours and stays.
func (m *mirrorer) fields(ctx context.Context, p core.SourcePatient, userID int64) error {
	mrn := p.MRN
	if mrn == "" {
		mrn = unnumbered + strconv.FormatInt(p.ID, 10)
	}
	own := ownFields(p.Demographics)
	allergies, alerts, err := lists(core.NewPatient{Demographics: own})
	if err != nil {
		return err
	}
	_, err = m.tx.Exec(ctx, upsertPatient, p.ID, userID, mrn, p.Title, p.PreferredName, p.DateOfBirth.String(), p.Gender, p.DeceasedDate.String(),
		p.PreferredLanguageID, p.PhoneNumber, p.Address, p.EmergencyContactName, p.EmergencyContactPhone, own.AllergyStatus, allergies, alerts,
		p.Sensitive, micros(p.CreatedAt), micros(p.UpdatedAt))
	if err != nil {
		return fmt.Errorf("mirror patient %d: %w", p.ID, err)
	}
	return nil
}

const upsertPatient = `INSERT INTO patients (id, ` + patientColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, date_of_birth = excluded.date_of_birth, gender = excluded.gender,
	mrn = CASE WHEN substr(excluded.mrn, 1, 1) = '` + unnumbered + `' THEN patients.mrn ELSE excluded.mrn END,
	preferred_language_id = excluded.preferred_language_id, phone_number = excluded.phone_number, address = excluded.address,
	title = CASE excluded.title WHEN '' THEN patients.title ELSE excluded.title END,
	preferred_name = CASE excluded.preferred_name WHEN '' THEN patients.preferred_name ELSE excluded.preferred_name END,
	deceased_date = CASE excluded.deceased_date WHEN '' THEN patients.deceased_date ELSE excluded.deceased_date END,
	allergies = CASE excluded.allergy_status WHEN 'not_recorded' THEN patients.allergies ELSE excluded.allergies END,
	allergy_status = CASE excluded.allergy_status WHEN 'not_recorded' THEN patients.allergy_status ELSE excluded.allergy_status END,
	alerts = CASE excluded.alerts WHEN '[]' THEN patients.alerts ELSE excluded.alerts END,
	sensitive = excluded.sensitive OR patients.sensitive,
	emergency_contact_name = excluded.emergency_contact_name, emergency_contact_phone = excluded.emergency_contact_phone,
	created_at = excluded.created_at, updated_at = excluded.updated_at`

// ownFields gives what the source may say nothing of its value for nothing.
func ownFields(d core.Demographics) core.Demographics {
	if d.AllergyStatus == "" {
		d.AllergyStatus = core.AllergiesNotRecorded
	}
	if d.Allergies == nil {
		d.Allergies = []core.Allergy{}
	}
	if d.Alerts == nil {
		d.Alerts = []string{}
	}
	return d
}

// assignment takes over who has a patient. A clinician who is not mirrored here is
// nobody here.
func (m *mirrorer) assignment(ctx context.Context, p core.SourcePatient) error {
	a := p.Assignment
	if a == nil || a.AssignedClinician == nil {
		return release(ctx, m.tx, p.ID, nil)
	}
	if here, err := m.mirrored(ctx, *a.AssignedClinician); err != nil {
		return err
	} else if !here {
		return release(ctx, m.tx, p.ID, nil)
	}
	if a.CancerSubtype != nil {
		if err := m.subtype(ctx, a); err != nil {
			return err
		}
	}
	before, sounded, there, err := assignedNow(ctx, m.tx, p.ID)
	if err != nil {
		return err
	}
	last, first, mrn := p.User.LastName, p.User.FirstName, p.MRN
	k := keysOf(last, first, mrn)
	_, err = m.tx.Exec(ctx, upsertAssignment, a.ID, p.ID, a.CancerSubtype, a.AssignedClinician, a.Notes, micros(a.CreatedAt), micros(a.UpdatedAt),
		k.family, k.given, k.initials, k.mrnTail, p.DateOfBirth.String(), k.sound)
	if err != nil {
		return fmt.Errorf("mirror the assignment of patient %d: %w", p.ID, err)
	}
	m.sounds[panelSound{*a.AssignedClinician, k.sound}] = true
	if before != nil && sounded != nil {
		m.sounds[panelSound{*before, *sounded}] = true
	}
	if before != nil && *before == *a.AssignedClinician {
		return nil
	}
	if before != nil {
		m.counts[*before]--
	}
	m.counts[*a.AssignedClinician]++
	if !there { // never anybody's here: there is nothing to hand over
		return nil
	}
	return handOver(ctx, m.tx, p.ID)
}

const upsertAssignment = `INSERT INTO patient_assignments (id, patient_id, cancer_subtype_id, assigned_clinician_id, notes, created_at, updated_at,
	family_key, given_key, initials, mrn_tail, born, sound_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (patient_id) DO UPDATE SET id = excluded.id, cancer_subtype_id = excluded.cancer_subtype_id,
	assigned_clinician_id = excluded.assigned_clinician_id, notes = excluded.notes, created_at = excluded.created_at, updated_at = excluded.updated_at,
	family_key = excluded.family_key, given_key = excluded.given_key, initials = excluded.initials, mrn_tail = excluded.mrn_tail,
	born = excluded.born, sound_key = excluded.sound_key`

// finish works out what is kept of the panels that changed.
func (m *mirrorer) finish(ctx context.Context) error {
	for s := range m.sounds {
		if err := keepAlikes(ctx, m.tx, s.clinician, s.sound); err != nil {
			return err
		}
	}
	for clinician, n := range m.counts {
		if err := count(ctx, m.tx, clinician, n); err != nil {
			return err
		}
	}
	return nil
}

// mirrored reports whether a clinician is mirrored here.
func (m *mirrorer) mirrored(ctx context.Context, clinicianID int64) (bool, error) {
	key := "clinician " + strconv.FormatInt(clinicianID, 10)
	if here, asked := m.known[key]; asked {
		return here, nil
	}
	err := clinicianExists(ctx, m.tx, clinicianID)
	if err != nil && !core.IsNotFound(err) {
		return false, err
	}
	m.known[key] = err == nil
	return err == nil, nil
}

// subtype makes sure that the subtype of an assignment is in the catalogue.
func (m *mirrorer) subtype(ctx context.Context, a *core.Assignment) error {
	key := "subtype " + strconv.FormatInt(*a.CancerSubtype, 10) + " " + a.CancerSubtypeName
	if m.known[key] {
		return nil
	}
	m.known[key] = true
	return mirrorSubtype(ctx, m.tx, a)
}

// assignedNow says who has a patient and what they sound like; there is false when the
// patient was never anybody's here.
func assignedNow(ctx context.Context, tx *Tx, patientID int64) (clinician *int64, sound *string, there bool, err error) {
	err = ask(ctx, tx, "SELECT assigned_clinician_id, sound_key FROM patient_assignments WHERE patient_id = ?", patientID).into(&clinician, &sound)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil, false, nil
	}
	if err != nil {
		return nil, nil, false, fmt.Errorf("read assignment: %w", err)
	}
	return clinician, sound, true, nil
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
	before, sound, _, err := assignedNow(ctx, tx, patientID)
	if err != nil || before == nil || from != nil && *before != *from {
		return err
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
