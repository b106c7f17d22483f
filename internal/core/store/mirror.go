package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"clinician/internal/core"
)

// A database can be the mirror of a core.PeopleSource: users, clinicians, patients,
// assignments and catalogues are then the source's rows, under its ids, and are
// changed by the functions in this file and mirror_*.go only. They write no audit
// events: a mirrored row is no act of anybody. What the source has no field for
// (title, allergies, alerts, …) stays ours.

// unnumbered marks the record number of a patient who has none: the column wants one.
// A number that we made up would be taken for the hospital's, on screens and when a
// document is compared with its patient.
const unnumbered = "~"

// shownMRN is a stored record number as everybody else may see it: "" for none.
func shownMRN(stored string) string {
	if strings.HasPrefix(stored, unnumbered) {
		return ""
	}
	return stored
}

// IsMirror reports whether the people here are another service's.
func (db *DB) IsMirror(ctx context.Context) (bool, error) {
	var n int
	err := ask(ctx, db.read, "SELECT COUNT(*) FROM mirror").into(&n)
	if err != nil {
		return false, fmt.Errorf("look for the mirror: %w", err)
	}
	return n > 0, nil
}

// BecomeMirror makes an empty database a mirror: its catalogues make room for the
// source's. CodeConflict when it has people of its own, whose ids would be taken
// for the source's. Being one already is fine.
func (db *DB) BecomeMirror(ctx context.Context) error {
	if is, err := db.IsMirror(ctx); err != nil || is {
		return err
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		var people int
		if err := ask(ctx, tx, "SELECT COUNT(*) FROM users").into(&people); err != nil {
			return fmt.Errorf("look for people: %w", err)
		}
		if people > 0 {
			return core.Errorf(core.CodeConflict, "This data directory has people of its own, whose numbers mean somebody else to another service.")
		}
		for _, text := range []string{"DELETE FROM cancer_types WHERE parent_id IS NOT NULL", "DELETE FROM cancer_types",
			"DELETE FROM medical_record_types", "DELETE FROM languages"} {
			if _, err := tx.Exec(ctx, text); err != nil {
				return fmt.Errorf("make room for the catalogues: %w", err)
			}
		}
		_, err := tx.Exec(ctx, "INSERT INTO mirror (id, started_at, events_sent) VALUES (1, ?, (SELECT COALESCE(MAX(seq), 0) FROM audit_events))", micros(db.now()))
		if err != nil {
			return fmt.Errorf("begin the mirror: %w", err)
		}
		return nil
	})
}

// MirrorCatalogue takes over the source's lists. What it no longer has stays where
// rows refer to it.
func (db *DB) MirrorCatalogue(ctx context.Context, c core.SourceCatalogue) error {
	codes, err := recordTypeCodes()
	if err != nil {
		return err
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, r := range c.Roles { // under our numbers: others refer to them
			_, err := tx.Exec(ctx, "UPDATE roles SET display_name = ?, description = ? WHERE name = ?", r.DisplayName, r.Description, r.Name)
			if err != nil {
				return fmt.Errorf("mirror role: %w", err)
			}
		}
		for _, t := range c.CancerTypes { // types come before their subtypes
			if err := mirrorCancerType(ctx, tx, t); err != nil {
				return err
			}
		}
		for _, t := range c.RecordTypes {
			_, err := tx.Exec(ctx, insert("medical_record_types", typeColumns)+` ON CONFLICT (id) DO UPDATE SET
				type_name = excluded.type_name, is_active = excluded.is_active, created_at = excluded.created_at, loinc = excluded.loinc`,
				t.ID, t.TypeName, t.IsActive, micros(t.CreatedAt), codes[t.TypeName])
			if err != nil {
				return fmt.Errorf("mirror record type %d: %w", t.ID, err)
			}
		}
		for i, l := range c.Languages {
			if err := mirrorLanguage(ctx, tx, l, true, i); err != nil {
				return err
			}
		}
		return nil
	})
}

func mirrorLanguage(ctx context.Context, tx *Tx, l core.Language, offered bool, order int) error {
	text := insert("languages", languageColumns)
	if offered {
		text += ` ON CONFLICT (code) DO UPDATE SET name = excluded.name, native_name = excluded.native_name,
			is_active = excluded.is_active, display_order = excluded.display_order`
	} else {
		text += " ON CONFLICT DO NOTHING"
	}
	if _, err := tx.Exec(ctx, text, l.Code, l.Name, l.NativeName, offered, order); err != nil {
		return fmt.Errorf("mirror language: %w", err)
	}
	return nil
}

func mirrorCancerType(ctx context.Context, tx *Tx, t core.SourceCancerType) error {
	_, err := tx.Exec(ctx, insert("cancer_types", cancerColumns)+` ON CONFLICT (id) DO UPDATE SET cancer_type = excluded.cancer_type,
		description = CASE excluded.description WHEN '' THEN cancer_types.description ELSE excluded.description END,
		parent_id = COALESCE(excluded.parent_id, cancer_types.parent_id)`,
		t.ID, t.CancerType, t.Description, t.ParentID)
	if err != nil {
		return fmt.Errorf("mirror cancer type %d: %w", t.ID, err)
	}
	return nil
}

// MirrorUser takes over a user. Somebody who was locked out loses their sessions.
func (db *DB) MirrorUser(ctx context.Context, u core.User) error {
	if now, err := db.User(ctx, u.ID); err == nil && sameUser(now, u) {
		return nil
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error { return db.mirrorUser(ctx, tx, u) })
}

// sameUser compares what a mirror keeps; the number of the role is ours.
func sameUser(a, b core.User) bool {
	return a.ID == b.ID && a.Email == b.Email && a.FirstName == b.FirstName && a.LastName == b.LastName && a.RoleName == b.RoleName &&
		a.IsActive == b.IsActive && a.DateJoined.Equal(b.DateJoined)
}

func (db *DB) mirrorUser(ctx context.Context, tx *Tx, u core.User) error {
	var role int64
	err := ask(ctx, tx, "SELECT id FROM roles WHERE name = ?", u.RoleName).into(&role)
	if errors.Is(err, sql.ErrNoRows) { // one that the source has and we have no rules for: it may do nothing
		role, err = insertID(ctx, tx, insert("roles", "name, display_name, description"), u.RoleName, u.RoleDetail.DisplayName, u.RoleDetail.Description)
	}
	if err != nil {
		return fmt.Errorf("look for role: %w", err)
	}
	key, err := mirrorEmailKey(ctx, tx, u)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO users (id, email, email_key, first_name, last_name, role_id, is_active, date_joined, last_login)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET email = excluded.email, email_key = excluded.email_key,
		first_name = excluded.first_name, last_name = excluded.last_name, role_id = excluded.role_id, is_active = excluded.is_active,
		date_joined = excluded.date_joined, last_login = excluded.last_login`,
		u.ID, u.Email, key, u.FirstName, u.LastName, role, u.IsActive, micros(u.DateJoined), microsPtr(u.LastLogin))
	if err != nil {
		return fmt.Errorf("mirror user %d: %w", u.ID, err)
	}
	if u.IsActive {
		return nil
	}
	_, err = endSessions(ctx, tx, u.ID, db.now())
	return err
}

// mirrorEmailKey is what the address is looked up by. The source tells addresses
// apart that differ in their case only.
func mirrorEmailKey(ctx context.Context, tx *Tx, u core.User) (string, error) {
	key := emailKey(u.Email)
	var other int64
	err := ask(ctx, tx, "SELECT id FROM users WHERE email_key = ? AND id <> ?", key, u.ID).into(&other)
	if errors.Is(err, sql.ErrNoRows) {
		return key, nil
	}
	if err != nil {
		return "", fmt.Errorf("look for e-mail address: %w", err)
	}
	return key + " " + strconv.FormatInt(u.ID, 10), nil
}

// MirrorClinicians takes over clinicians with their users.
func (db *DB) MirrorClinicians(ctx context.Context, list ...core.Clinician) error {
	var changed []core.Clinician
	for _, c := range list {
		now, err := db.ClinicianByUser(ctx, c.User.ID)
		if err == nil && sameClinician(now, c) {
			continue
		}
		changed = append(changed, c)
	}
	if len(changed) == 0 {
		return nil
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, c := range changed {
			if err := db.mirrorClinician(ctx, tx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

func sameClinician(a, b core.Clinician) bool {
	same := a.ID == b.ID && sameUser(a.User, b.User) && a.PhoneNumber == b.PhoneNumber && a.IsAvailable == b.IsAvailable &&
		a.UpdatedAt.Equal(b.UpdatedAt) && (a.Specialization == nil) == (b.Specialization == nil)
	return same && (a.Specialization == nil || *a.Specialization == *b.Specialization)
}

func (db *DB) mirrorClinician(ctx context.Context, tx *Tx, c core.Clinician) error {
	if err := db.mirrorUser(ctx, tx, c.User); err != nil {
		return err
	}
	if s := c.SpecializationDetail; s != nil {
		if err := mirrorCancerType(ctx, tx, core.SourceCancerType{Specialization: *s}); err != nil {
			return err
		}
	} else {
		c.Specialization = nil
	}
	// A profile that was made anew for the same user has another id.
	if _, err := tx.Exec(ctx, "UPDATE clinicians SET id = ? WHERE user_id = ? AND id <> ?", c.ID, c.User.ID, c.ID); err != nil {
		return fmt.Errorf("mirror clinician %d: %w", c.ID, err)
	}
	_, err := tx.Exec(ctx, `INSERT INTO clinicians (id, user_id, specialization_id, phone_number, is_available, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, specialization_id = excluded.specialization_id,
		phone_number = excluded.phone_number, is_available = excluded.is_available, created_at = excluded.created_at, updated_at = excluded.updated_at`,
		c.ID, c.User.ID, c.Specialization, c.PhoneNumber, c.IsAvailable, micros(c.CreatedAt), micros(c.UpdatedAt))
	if err != nil {
		return fmt.Errorf("mirror clinician %d: %w", c.ID, err)
	}
	return nil
}

// UserOfClinician gives the user behind a clinician's profile.
func (db *DB) UserOfClinician(ctx context.Context, clinicianID int64) (int64, error) {
	var id int64
	if err := ask(ctx, db.read, "SELECT user_id FROM clinicians WHERE id = ?", clinicianID).into(&id); err != nil {
		return 0, notFoundOr(err, "Clinician profile not found", "read clinician")
	}
	return id, nil
}

// ClinicianOfUser gives the id of a user's clinician's profile.
func (db *DB) ClinicianOfUser(ctx context.Context, userID int64) (int64, error) {
	var id int64
	if err := ask(ctx, db.read, "SELECT id FROM clinicians WHERE user_id = ?", userID).into(&id); err != nil {
		return 0, notFoundOr(err, "Clinician profile not found", "read clinician")
	}
	return id, nil
}
