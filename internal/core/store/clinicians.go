package store

import (
	"context"
	"fmt"

	"clinician/internal/core"
)

type clinicianRow struct {
	userRow
	ID                int64
	SpecializationID  *int64
	CancerType        *string
	CancerDescription *string
	PhoneNumber       string
	IsAvailable       bool
	CreatedAt         int64
	UpdatedAt         int64
}

func (r *clinicianRow) fields() []any {
	return append(r.userRow.fields(), &r.ID, &r.SpecializationID, &r.CancerType, &r.CancerDescription, &r.PhoneNumber, &r.IsAvailable,
		&r.CreatedAt, &r.UpdatedAt)
}

// selectClinicians ends before its WHERE.
const selectClinicians = `SELECT ` + userColumns + `,
	c.id, c.specialization_id, t.cancer_type, t.description AS cancer_description,
	c.phone_number, c.is_available, c.created_at, c.updated_at
	FROM clinicians c JOIN users u ON u.id = c.user_id JOIN roles r ON r.id = u.role_id
	LEFT JOIN cancer_types t ON t.id = c.specialization_id `

func (r clinicianRow) clinician() core.Clinician {
	c := core.Clinician{
		ID: r.ID, User: r.user(), PhoneNumber: r.PhoneNumber, IsAvailable: r.IsAvailable,
		CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt), Specialization: r.SpecializationID,
	}
	if r.SpecializationID != nil && r.CancerType != nil && r.CancerDescription != nil {
		c.SpecializationDetail = &core.Specialization{
			ID: *r.SpecializationID, CancerType: *r.CancerType, Description: *r.CancerDescription,
		}
	}
	return c
}

// RegisterClinician stores user and profile in one step.
func (db *DB) RegisterClinician(ctx context.Context, c core.NewClinician, ev core.AuditEvent) (core.Clinician, error) {
	if c.User.Role == "" {
		c.User.Role = core.RoleClinician
	}
	if c.User.Role != core.RoleClinician {
		return core.Clinician{}, invalid("role", "A clinician's profile needs the role CLINICIAN.")
	}
	var made core.Clinician
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := specializationExists(ctx, tx, c.SpecializationID); err != nil {
			return err
		}
		at := db.now()
		userID, err := insertUser(ctx, tx, c.User, at)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO clinicians (user_id, specialization_id, phone_number, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?)`, userID, c.SpecializationID, c.PhoneNumber, micros(at), micros(at))
		if err != nil {
			return fmt.Errorf("store clinician: %w", err)
		}
		if made, err = clinicianWhere(ctx, tx, "c.user_id = ?", userID); err != nil {
			return err
		}
		if ev.UserID == 0 {
			ev.UserID = userID
		}
		return db.appendAudit(ctx, tx, withDetail(withDetail(ev, "clinician_id", made.ID), "new_user_id", userID))
	})
	if err != nil {
		return core.Clinician{}, err
	}
	return made, nil
}

// specializationExists wants a top-level cancer type, or none.
func specializationExists(ctx context.Context, tx *Tx, id *int64) error {
	if id == nil {
		return nil
	}
	var n int
	if err := ask(ctx, tx, "SELECT COUNT(*) FROM cancer_types WHERE id = ? AND parent_id IS NULL", *id).into(&n); err != nil {
		return fmt.Errorf("look for specialization: %w", err)
	}
	if n == 0 {
		return invalid("specialization_id", "Invalid specialization")
	}
	return nil
}

// ClinicianByUser gives the clinician's profile of a user.
func (db *DB) ClinicianByUser(ctx context.Context, userID int64) (core.Clinician, error) {
	return clinicianWhere(ctx, db.read, "c.user_id = ?", userID)
}

// ClinicianByEmail gives the clinician with this e-mail, compared without case.
func (db *DB) ClinicianByEmail(ctx context.Context, email string) (core.Clinician, error) {
	return clinicianWhere(ctx, db.read, "u.email_key = ?", emailKey(email))
}

// Clinicians lists all clinicians by id.
func (db *DB) Clinicians(ctx context.Context) ([]core.Clinician, error) {
	rows, err := rowsOf(ctx, db.read, (*clinicianRow).fields, selectClinicians+"ORDER BY c.id")
	if err != nil {
		return nil, fmt.Errorf("list clinicians: %w", err)
	}
	list := make([]core.Clinician, len(rows))
	for i, r := range rows {
		list[i] = r.clinician()
	}
	return list, nil
}

func clinicianWhere(ctx context.Context, q querier, where string, arg any) (core.Clinician, error) {
	var row clinicianRow
	if err := ask(ctx, q, selectClinicians+"WHERE "+where, arg).into(row.fields()...); err != nil {
		return core.Clinician{}, notFoundOr(err, "Clinician profile not found", "read clinician")
	}
	return row.clinician(), nil
}

// UpdateProfile changes what change names of the user's profile.
func (db *DB) UpdateProfile(ctx context.Context, userID int64, change core.ProfileChange, ev core.AuditEvent) (core.Clinician, error) {
	var made core.Clinician
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		before, err := clinicianWhere(ctx, tx, "c.user_id = ?", userID)
		if err == nil {
			p := before.Profile()
			err = core.Unseen(ev, p.Version, p)
		}
		if err != nil {
			return err
		}
		if err := specializationExists(ctx, tx, change.SpecializationID); err != nil {
			return err
		}
		var profile, user changes
		profile.set("updated_at = ?", micros(db.now()))
		if change.PhoneNumber != nil {
			profile.set("phone_number = ?", *change.PhoneNumber)
		}
		if change.SpecializationID != nil {
			profile.set("specialization_id = ?", *change.SpecializationID)
		}
		if change.IsAvailable != nil {
			profile.set("is_available = ?", *change.IsAvailable)
		}
		res, err := profile.apply(ctx, tx, "clinicians", "user_id = ?", userID)
		if err := oneRow(res, err, "Clinician profile not found", "change profile"); err != nil {
			return err
		}
		if change.FirstName != nil || change.LastName != nil {
			if change.FirstName != nil {
				user.set("first_name = ?", *change.FirstName)
			}
			if change.LastName != nil {
				user.set("last_name = ?", *change.LastName)
			}
			if _, err := user.apply(ctx, tx, "users", "id = ?", userID); err != nil {
				return fmt.Errorf("change name: %w", err)
			}
		}
		if made, err = clinicianWhere(ctx, tx, "c.user_id = ?", userID); err != nil {
			return err
		}
		return db.appendAudit(ctx, tx, withDetail(ev, "clinician_id", made.ID))
	})
	if err != nil {
		return core.Clinician{}, err
	}
	return made, nil
}

func clinicianExists(ctx context.Context, tx *Tx, id int64) error {
	var n int
	if err := ask(ctx, tx, "SELECT COUNT(*) FROM clinicians WHERE id = ?", id).into(&n); err != nil {
		return fmt.Errorf("look for clinician: %w", err)
	}
	if n == 0 {
		return core.Errorf(core.CodeNotFound, "Clinician profile not found")
	}
	return nil
}
