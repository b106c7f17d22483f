package portal

import (
	"context"
	"crypto/rand"
	"encoding/hex"

	"clinician/internal/core"
)

// The changes: made at the source first, then taken over. The events of acts are kept
// by core.Accounted, since nothing here shares a transaction with the audit log; what
// is handed here is the zero event.

// CreateUser stores a user of any role but clinician and patient.
func (p *People) CreateUser(ctx context.Context, u core.NewUser, _ core.AuditEvent) (core.User, error) {
	if u.Role == core.RoleClinician || u.Role == core.RolePatient {
		return core.User{}, invalid("role", "Clinicians and patients are created with their profile, not as plain users.")
	}
	made, err := p.source.CreateSourceUser(ctx, u)
	if err != nil {
		return core.User{}, err
	}
	if err := p.db.MirrorUser(ctx, made); err != nil {
		return core.User{}, err
	}
	return p.db.User(ctx, made.ID)
}

// SetPassword replaces the hash, which must be of the kind the whole portal reads.
func (p *People) SetPassword(ctx context.Context, userID int64, hash string) error {
	_, err := p.source.ChangeSourceUser(ctx, userID, core.SourceUserChange{Password: &hash})
	return err
}

// SetActive lets a user in or locks one out, everywhere in the portal.
func (p *People) SetActive(ctx context.Context, userID int64, active bool, _ core.AuditEvent) error {
	u, err := p.source.ChangeSourceUser(ctx, userID, core.SourceUserChange{IsActive: &active})
	if err != nil {
		return err
	}
	p.users.forget(userID)
	p.clinicians.forget(userID)
	if err := p.db.MirrorUser(ctx, u); err != nil { // ends the sessions here
		return err
	}
	if active {
		return nil
	}
	return p.source.InvalidateSourceTokens(ctx, userID)
}

// RegisterClinician stores user and profile. The source has no one step for both: when
// the second fails, the first is taken back, so that the address can be used again.
func (p *People) RegisterClinician(ctx context.Context, n core.NewClinician, _ core.AuditEvent) (core.Clinician, error) {
	if n.User.Role == "" {
		n.User.Role = core.RoleClinician
	}
	if n.User.Role != core.RoleClinician {
		return core.Clinician{}, invalid("role", "A clinician's profile needs the role CLINICIAN.")
	}
	if err := p.knownSpecialization(ctx, n.SpecializationID); err != nil {
		return core.Clinician{}, err
	}
	u, err := p.source.CreateSourceUser(ctx, n.User)
	if err != nil {
		return core.Clinician{}, err
	}
	made, err := p.source.CreateSourceClinician(ctx, u.ID, n.SpecializationID, n.PhoneNumber)
	if core.IsUnanswered(err) { // it may be there: only the answer is missing
		if there, again := p.source.SourceClinician(context.WithoutCancel(ctx), u.ID); again == nil {
			made, err = there, nil
		}
	}
	if err != nil {
		if back := p.source.DeleteSourceUser(context.WithoutCancel(ctx), u.ID); back != nil {
			p.log.ErrorContext(ctx, "a user without a profile stays in database-service; delete it there", "user_id", u.ID, "err", back)
		}
		return core.Clinician{}, err
	}
	if err := p.db.MirrorClinicians(ctx, made); err != nil {
		return core.Clinician{}, err
	}
	p.clinicians.forget(u.ID)
	return p.db.ClinicianByUser(ctx, u.ID)
}

// knownSpecialization wants a top-level cancer type of the catalogue, or none.
func (p *People) knownSpecialization(ctx context.Context, id *int64) error {
	if id == nil {
		return nil
	}
	list, err := p.Specializations(ctx)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.ID == *id {
			return nil
		}
	}
	return invalid("specialization_id", "Invalid specialization")
}

// UpdateProfile changes the profile, and the names, which are the user's. An empty
// change is noted there as the time of the last one.
func (p *People) UpdateProfile(ctx context.Context, userID int64, change core.ProfileChange, ev core.AuditEvent) (core.Clinician, error) {
	if err := p.knownSpecialization(ctx, change.SpecializationID); err != nil {
		return core.Clinician{}, err
	}
	c, err := p.source.SourceClinician(ctx, userID)
	if err != nil {
		return core.Clinician{}, err
	}
	before := c.Profile()
	if err := core.Unseen(ev, before.Version, before); err != nil {
		return core.Clinician{}, err
	}
	if change.FirstName != nil || change.LastName != nil {
		u, err := p.source.ChangeSourceUser(ctx, userID, core.SourceUserChange{FirstName: change.FirstName, LastName: change.LastName})
		if err != nil {
			return core.Clinician{}, err
		}
		if err := p.db.MirrorUser(ctx, u); err != nil {
			return core.Clinician{}, err
		}
	}
	if c, err = p.source.ChangeSourceClinician(ctx, c.ID, change); err != nil {
		return core.Clinician{}, err
	}
	if err := p.db.MirrorClinicians(ctx, c); err != nil {
		return core.Clinician{}, err
	}
	p.clinicians.forget(userID)
	p.users.forget(userID)
	return p.db.ClinicianByUser(ctx, userID)
}

// CreatePatient stores a patient with the user behind them. What the source has no
// field for cannot be given here.
func (p *People) CreatePatient(ctx context.Context, n core.NewPatient, _ core.AuditEvent) (core.Patient, error) {
	if d := n.Demographics; d.MRN != "" || d.Title != "" || d.PreferredName != "" || !d.DeceasedDate.IsZero() || len(d.Allergies) > 0 || len(d.Alerts) > 0 || d.Sensitive {
		return core.Patient{}, core.Errorf(core.CodeInvalid,
			"database-service has no fields for a record number, title, preferred name, date of death, allergies, alerts or sensitivity: leave them out.")
	}
	if n.Email == "" {
		var b [8]byte
		rand.Read(b[:]) // never fails, by its documentation
		n.Email = "patient-" + hex.EncodeToString(b[:]) + "@patients.invalid"
	}
	if n.Gender == "" {
		n.Gender = core.GenderOther
	}
	u, err := p.source.CreateSourceUser(ctx, core.NewUser{Email: n.Email, FirstName: n.FirstName, LastName: n.LastName, Role: core.RolePatient, PasswordHash: "!"})
	if err != nil {
		return core.Patient{}, err
	}
	made, err := p.source.CreateSourcePatient(ctx, u.ID, n)
	if err != nil {
		if back := p.source.DeleteSourceUser(context.WithoutCancel(ctx), u.ID); back != nil {
			p.log.ErrorContext(ctx, "a user without a patient stays in database-service; delete it there", "user_id", u.ID, "err", back)
		}
		return core.Patient{}, err
	}
	made.User = u
	if err := p.db.MirrorPatient(ctx, core.SourcePatient{Patient: made}); err != nil {
		return core.Patient{}, err
	}
	return p.db.Patient(ctx, made.ID)
}

// Assign gives a patient to a clinician.
func (p *People) Assign(ctx context.Context, patientID, clinicianID int64, subtype *int64, notes string, ev core.AuditEvent) (core.Assignment, error) {
	was, err := p.source.SourcePatient(ctx, patientID)
	if err != nil {
		return core.Assignment{}, err
	}
	if subtype == nil && was.Assignment != nil {
		subtype = was.Assignment.CancerSubtype
	}
	if subtype == nil {
		return core.Assignment{}, invalid("cancer_subtype", "database-service needs a cancer subtype for an assignment: give one.")
	}
	if err := p.source.AssignSource(ctx, patientID, clinicianID, *subtype, notes, ev.UserID); err != nil {
		return core.Assignment{}, err
	}
	p.patients.forget(patientID)
	p.asked.forget(pair{clinicianID, patientID})
	p.panels.forget(clinicianID)
	if was.Assignment != nil && was.Assignment.AssignedClinician != nil {
		p.asked.forget(pair{*was.Assignment.AssignedClinician, patientID})
		p.panels.forget(*was.Assignment.AssignedClinician)
	}
	if err := p.fetchPatient(ctx, patientID); err != nil {
		return core.Assignment{}, err
	}
	now, err := p.db.Patient(ctx, patientID)
	if err != nil || now.Assignment == nil {
		return core.Assignment{}, err
	}
	return *now.Assignment, nil
}

// invalid is CodeInvalid for one field.
func invalid(field, message string) *core.Error {
	e := core.Errorf(core.CodeInvalid, "%s", message)
	e.Fields = map[string][]string{field: {message}}
	return e
}
