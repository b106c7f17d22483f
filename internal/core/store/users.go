package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"clinician/internal/core"
)

var (
	_ core.People       = (*DB)(nil)
	_ core.Registration = (*DB)(nil)
	_ core.Assignments  = (*DB)(nil)
	_ core.Assigner     = (*DB)(nil)
	_ core.RecentCharts = (*DB)(nil)
	_ core.Catalogues   = (*DB)(nil)
	_ core.Calendar     = (*DB)(nil)
)

// userRow is a user with its role, as the columns of userColumns.
type userRow struct {
	UserID          int64
	Email           string
	FirstName       string
	LastName        string
	IsActive        bool
	DateJoined      int64
	LastLogin       *int64
	RoleID          int64
	RoleName        core.Role
	RoleDisplay     string
	RoleDescription string
}

func (r *userRow) fields() []any {
	return []any{&r.UserID, &r.Email, &r.FirstName, &r.LastName, &r.IsActive, &r.DateJoined, &r.LastLogin, &r.RoleID,
		&r.RoleName, &r.RoleDisplay, &r.RoleDescription}
}

// userColumns is of users u joined with roles r.
const userColumns = `u.id AS user_id, u.email, u.first_name, u.last_name, u.is_active, u.date_joined, u.last_login,
	r.id AS role_id, r.name AS role_name, r.display_name AS role_display, r.description AS role_description`

func (r userRow) user() core.User {
	return core.User{
		ID: r.UserID, Email: r.Email, FirstName: r.FirstName, LastName: r.LastName,
		Role:       r.RoleID,
		RoleDetail: core.RoleDetail{ID: r.RoleID, Name: r.RoleName, DisplayName: r.RoleDisplay, Description: r.RoleDescription},
		RoleName:   r.RoleName, IsActive: r.IsActive,
		DateJoined: fromMicros(r.DateJoined), LastLogin: fromMicrosPtr(r.LastLogin),
	}
}

// CreateUser stores a user of any role but clinician and patient.
func (db *DB) CreateUser(ctx context.Context, u core.NewUser, ev core.AuditEvent) (core.User, error) {
	if u.Role == core.RoleClinician || u.Role == core.RolePatient {
		return core.User{}, invalid("role", "Clinicians and patients are created with their profile, not as plain users.")
	}
	var made core.User
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		id, err := insertUser(ctx, tx, u, db.now())
		if err != nil {
			return err
		}
		if made, err = userByID(ctx, tx, id); err != nil {
			return err
		}
		if ev.UserID == 0 {
			ev.UserID = id
		}
		return db.appendAudit(ctx, tx, withDetail(ev, "new_user_id", id))
	})
	if err != nil {
		return core.User{}, err
	}
	return made, nil
}

func insertUser(ctx context.Context, tx *Tx, u core.NewUser, at time.Time) (int64, error) {
	var roleID, id int64
	err := ask(ctx, tx, "SELECT id FROM roles WHERE name = ?", u.Role).into(&roleID)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, invalid("role", "This role does not exist.")
	}
	if err != nil {
		return 0, fmt.Errorf("look for role: %w", err)
	}
	email := strings.TrimSpace(u.Email)
	err = ask(ctx, tx, `INSERT INTO users (email, email_key, password, first_name, last_name, role_id, is_active, date_joined)
		VALUES (?, ?, ?, ?, ?, ?, TRUE, ?) RETURNING id`,
		email, emailKey(email), u.PasswordHash, u.FirstName, u.LastName, roleID, micros(at)).into(&id)
	if tx.d.isUnique(err) {
		return 0, core.Errorf(core.CodeConflict, "User with this email already exists")
	}
	if err != nil {
		return 0, fmt.Errorf("store user: %w", err)
	}
	return id, nil
}

// emailKey is what addresses are compared by.
func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// User gives a user by id.
func (db *DB) User(ctx context.Context, id int64) (core.User, error) {
	return userByID(ctx, db.read, id)
}

func userByID(ctx context.Context, q querier, id int64) (core.User, error) {
	var row userRow
	err := ask(ctx, q, "SELECT "+userColumns+" FROM users u JOIN roles r ON r.id = u.role_id WHERE u.id = ?", id).into(row.fields()...)
	if err != nil {
		return core.User{}, notFoundOr(err, "User not found", "read user")
	}
	return row.user(), nil
}

// Users lists everybody with an account but the patients, by id.
func (db *DB) Users(ctx context.Context) ([]core.User, error) {
	rows, err := rowsOf(ctx, db.read, (*userRow).fields, "SELECT "+userColumns+` FROM users u JOIN roles r ON r.id = u.role_id
		WHERE u.role_id <> 1 ORDER BY u.id`)
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	list := make([]core.User, len(rows))
	for i, r := range rows {
		list[i] = r.user()
	}
	return list, nil
}

// Credential gives what a login with this e-mail is checked against.
func (db *DB) Credential(ctx context.Context, email string) (core.Credential, error) {
	var row userRow
	var password string
	err := ask(ctx, db.read, "SELECT "+userColumns+`, u.password FROM users u JOIN roles r ON r.id = u.role_id
		WHERE u.email_key = ?`, emailKey(email)).into(append(row.fields(), &password)...)
	if err != nil {
		return core.Credential{}, notFoundOr(err, "User not found", "read credential")
	}
	return core.Credential{User: row.user(), PasswordHash: password}, nil
}

// SetPassword replaces a user's stored hash.
func (db *DB) SetPassword(ctx context.Context, userID int64, hash string) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		res, err := tx.Exec(ctx, "UPDATE users SET password = ? WHERE id = ?", hash, userID)
		return oneRow(res, err, "User not found", "set password")
	})
}

// SetActive enables or disables a user. Disabling ends the user's sessions.
func (db *DB) SetActive(ctx context.Context, userID int64, active bool, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		res, err := tx.Exec(ctx, "UPDATE users SET is_active = ? WHERE id = ?", active, userID)
		if err := oneRow(res, err, "User not found", "enable or disable user"); err != nil {
			return err
		}
		ev := withDetail(ev, "subject_user_id", userID)
		if !active {
			ended, err := endSessions(ctx, tx, userID, db.eventTime(ev))
			if err != nil {
				return err
			}
			ev = withDetail(ev, "sessions_ended", len(ended))
		}
		return db.appendAudit(ctx, tx, withDetail(ev, "is_active", active))
	})
}

// eventTime is when ev happens: its own time, or now.
func (db *DB) eventTime(ev core.AuditEvent) time.Time {
	if ev.At.IsZero() {
		return db.now()
	}
	return ev.At
}

// invalid is CodeInvalid for one field.
func invalid(field, message string) *core.Error {
	e := core.Errorf(core.CodeInvalid, "%s", message)
	e.Fields = map[string][]string{field: {message}}
	return e
}

// notFoundOr says message when there was no row, else that doing failed.
func notFoundOr(err error, message, doing string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return core.Errorf(core.CodeNotFound, "%s", message)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// notFoundOrNil is nil when there was no row, else says that doing failed.
func notFoundOrNil(err error, doing string) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// oneRow expects a statement to have met its row.
func oneRow(res sql.Result, err error, message, doing string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if n == 0 {
		return core.Errorf(core.CodeNotFound, "%s", message)
	}
	return nil
}
