package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/text"
)

// firstMRN is where numbers that we give start: a range that is plainly not
// a hospital's own.
const firstMRN = 9990000001

type patientRow struct {
	userRow
	ID                    int64
	Mrn                   string
	Title                 string
	PreferredName         string
	DateOfBirth           string
	Gender                core.Gender
	DeceasedDate          string
	PreferredLanguageID   *string
	PhoneNumber           string
	Address               string
	EmergencyContactName  string
	EmergencyContactPhone string
	AllergyStatus         core.AllergyStatus
	Allergies             string
	Alerts                string
	Sensitive             bool
	CreatedAt             int64
	UpdatedAt             int64
}

func (r *patientRow) fields() []any {
	return append(r.userRow.fields(), &r.ID, &r.Mrn, &r.Title, &r.PreferredName, &r.DateOfBirth, &r.Gender, &r.DeceasedDate,
		&r.PreferredLanguageID, &r.PhoneNumber, &r.Address, &r.EmergencyContactName,
		&r.EmergencyContactPhone, &r.AllergyStatus, &r.Allergies, &r.Alerts, &r.Sensitive, &r.CreatedAt,
		&r.UpdatedAt)
}

const patientColumns = `user_id, mrn, title, preferred_name, date_of_birth, gender, deceased_date,
	preferred_language_id, phone_number, address, emergency_contact_name, emergency_contact_phone,
	allergy_status, allergies, alerts, sensitive, created_at, updated_at`

const selectPatients = `SELECT ` + userColumns + `,
	p.id, p.mrn, p.title, p.preferred_name, p.date_of_birth, p.gender, p.deceased_date, p.preferred_language_id,
	p.phone_number, p.address, p.emergency_contact_name, p.emergency_contact_phone,
	p.allergy_status, p.allergies, p.alerts, p.sensitive, p.created_at, p.updated_at
	FROM patients p JOIN users u ON u.id = p.user_id JOIN roles r ON r.id = u.role_id `

func (r patientRow) patient() (core.Patient, error) {
	p := core.Patient{
		ID: r.ID, UserID: r.UserID, CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt), User: r.user(),
		Demographics: core.Demographics{
			MRN: shownMRN(r.Mrn), Title: r.Title, PreferredName: r.PreferredName, Gender: r.Gender,
			PreferredLanguageID: r.PreferredLanguageID, PhoneNumber: r.PhoneNumber, Address: r.Address,
			EmergencyContactName: r.EmergencyContactName, EmergencyContactPhone: r.EmergencyContactPhone,
			AllergyStatus: r.AllergyStatus, Sensitive: r.Sensitive,
		},
	}
	if r.PreferredLanguageID != nil {
		p.PreferredLanguage = *r.PreferredLanguageID
	}
	var err1, err2 error
	p.DateOfBirth, err1 = storedDate(r.DateOfBirth)
	p.DeceasedDate, err2 = storedDate(r.DeceasedDate)
	return p, errors.Join(err1, err2,
		json.Unmarshal([]byte(r.Allergies), &p.Allergies), json.Unmarshal([]byte(r.Alerts), &p.Alerts))
}

// CreatePatient stores a patient, who is a user that cannot log in. Without
// an MRN it gives the next free one, without an e-mail one that leads nowhere.
func (db *DB) CreatePatient(ctx context.Context, p core.NewPatient, ev core.AuditEvent) (core.Patient, error) {
	p, err := tidy(p)
	if err != nil {
		return core.Patient{}, err
	}
	var made core.Patient
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if p.MRN == "" {
			next, err := nextMRN(ctx, tx)
			if err != nil {
				return err
			}
			p.MRN = strconv.FormatInt(next, 10)
		}
		id, err := insertPatient(ctx, tx, p, db.now())
		if err != nil {
			return err
		}
		if made, err = patientByID(ctx, tx, id); err != nil {
			return err
		}
		ev.PatientID = id
		return db.appendAudit(ctx, tx, ev)
	})
	if err != nil {
		return core.Patient{}, err
	}
	return made, nil
}

// tidy gives p its defaults and refuses what cannot be stored.
func tidy(p core.NewPatient) (core.NewPatient, error) {
	p.MRN = text.MRN(p.MRN)
	if strings.Trim(p.MRN, "0123456789") != "" || len(p.MRN) > 20 {
		return p, invalid("mrn", "A medical record number has digits only, at most 20.")
	}
	if p.Gender == "" {
		p.Gender = core.GenderOther
	}
	if p.AllergyStatus == "" {
		p.AllergyStatus = core.AllergiesNotRecorded
	}
	if p.PreferredLanguageID != nil && *p.PreferredLanguageID == "" {
		p.PreferredLanguageID = nil
	}
	if p.Allergies == nil {
		p.Allergies = []core.Allergy{}
	}
	if p.Alerts == nil {
		p.Alerts = []string{}
	}
	return p, nil
}

// nextMRN gives the first number above all that were given so far.
func nextMRN(ctx context.Context, tx *Tx) (int64, error) {
	var last string
	err := ask(ctx, tx, `SELECT COALESCE((SELECT mrn FROM patients
		WHERE mrn >= ? AND mrn <= '9999999999' AND LENGTH(mrn) = 10 ORDER BY mrn DESC LIMIT 1), '')`,
		strconv.Itoa(firstMRN)).into(&last)
	if err != nil {
		return 0, fmt.Errorf("find a free record number: %w", err)
	}
	if last == "" {
		return firstMRN, nil
	}
	n, err := strconv.ParseInt(last, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("find a free record number: %w", err)
	}
	if n >= 9999999999 {
		return 0, core.Errorf(core.CodeConflict, "There is no free record number left. Give one yourself.")
	}
	return n + 1, nil
}

// placeholderEmail is the address of a patient who has none.
func placeholderEmail(mrn string) string { return "patient-" + mrn + "@patients.invalid" }

func insertPatient(ctx context.Context, tx *Tx, p core.NewPatient, at time.Time) (int64, error) {
	if p.Email == "" {
		p.Email = placeholderEmail(p.MRN)
	}
	allergies, alerts, err := lists(p)
	if err != nil {
		return 0, err
	}
	userID, err := insertUser(ctx, tx, core.NewUser{
		Email: p.Email, FirstName: p.FirstName, LastName: p.LastName, Role: core.RolePatient,
	}, at)
	if err != nil {
		return 0, err
	}
	id, err := insertID(ctx, tx, insert("patients", patientColumns),
		userID, p.MRN, p.Title, p.PreferredName, p.DateOfBirth.String(), p.Gender, p.DeceasedDate.String(),
		p.PreferredLanguageID, p.PhoneNumber, p.Address, p.EmergencyContactName, p.EmergencyContactPhone,
		p.AllergyStatus, allergies, alerts, p.Sensitive, micros(at), micros(at))
	switch {
	case tx.d.isUnique(err):
		e := core.Errorf(core.CodeConflict, "A patient with this medical record number already exists")
		e.Fields = map[string][]string{"mrn": {e.Message}}
		return 0, e
	case tx.d.isForeign(err):
		return 0, invalid("preferred_language_id", "This language is not in the list.")
	case err != nil:
		return 0, fmt.Errorf("store patient: %w", err)
	}
	return id, nil
}

// lists gives what of p is stored as JSON.
func lists(p core.NewPatient) (allergies, alerts string, err error) {
	a, err1 := json.Marshal(p.Allergies)
	b, err2 := json.Marshal(p.Alerts)
	return string(a), string(b), errors.Join(err1, err2)
}

// Patient gives a patient with the assignment, if there is one.
func (db *DB) Patient(ctx context.Context, id int64) (core.Patient, error) {
	return patientByID(ctx, db.read, id)
}

func patientByID(ctx context.Context, q querier, id int64) (core.Patient, error) {
	var row patientRow
	if err := ask(ctx, q, selectPatients+"WHERE p.id = ?", id).into(row.fields()...); err != nil {
		return core.Patient{}, notFoundOr(err, "Patient not found", "read patient")
	}
	p, err := row.patient()
	if err != nil {
		return core.Patient{}, fmt.Errorf("read patient %d: %w", id, err)
	}
	a, err := assignmentOf(ctx, q, id)
	if core.IsNotFound(err) {
		return p, nil
	}
	if err != nil {
		return core.Patient{}, err
	}
	p.Assignment = &a
	return p, nil
}

// PatientByEmail finds a patient by the e-mail address of the user behind it,
// without case.
func (db *DB) PatientByEmail(ctx context.Context, email string) (core.Patient, error) {
	cred, err := db.Credential(ctx, email)
	if err != nil {
		return core.Patient{}, err
	}
	var id int64
	if err := ask(ctx, db.read, "SELECT id FROM patients WHERE user_id = ?", cred.User.ID).into(&id); err != nil {
		return core.Patient{}, notFoundOr(err, "Patient not found", "read patient")
	}
	return db.Patient(ctx, id)
}

// PatientByMRN finds a patient's id by medical record number, with or without
// spaces in it.
func (db *DB) PatientByMRN(ctx context.Context, mrn string) (int64, error) {
	var id int64
	if err := ask(ctx, db.read, "SELECT id FROM patients WHERE mrn = ?", text.MRN(mrn)).into(&id); err != nil {
		return 0, notFoundOr(err, "There is no patient with this medical record number.", "read patient")
	}
	return id, nil
}
