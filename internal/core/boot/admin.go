package boot

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/auth"
)

// Admin is the data of a server, opened from the shell for one command. A
// server may run on the same data at the same time.
type Admin struct {
	*data
	passwords *auth.Passwords
	from      Config // what was opened
}

// OpenAdmin opens the data that c names. The caller closes it.
func OpenAdmin(ctx context.Context, c Config) (*Admin, error) {
	d, err := openData(ctx, c, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return nil, err
	}
	return &Admin{data: d, passwords: auth.NewPasswords(0), from: c}, nil
}

// event starts the audit event of an act from the shell. Who it was is what
// the operating system says.
func (a *Admin) event(kind string, action core.Action) core.AuditEvent {
	return core.AuditEvent{Type: kind, Action: action, Outcome: core.OutcomeSuccess, Service: "clinician-admin",
		Purpose: "HOPERAT", Detail: map[string]any{"os_uid": os.Getuid()}}
}

// CreatePatient checks and stores a patient.
func (a *Admin) CreatePatient(ctx context.Context, n core.NewPatient) (core.Patient, error) {
	bad := map[string][]string{}
	n.FirstName, n.LastName = app.CleanLine(n.FirstName), app.CleanLine(n.LastName)
	if n.LastName == "" {
		bad["last_name"] = []string{"This field is required."}
	}
	if n.DateOfBirth.IsZero() {
		bad["date_of_birth"] = []string{"This field is required, as YYYY-MM-DD."}
	} else if core.DateOf(core.SystemClock()).Before(n.DateOfBirth) {
		bad["date_of_birth"] = []string{"The birth date lies in the future."}
	}
	n.Gender = core.Gender(strings.ToUpper(string(n.Gender)))
	if !slices.Contains([]core.Gender{core.GenderMale, core.GenderFemale, core.GenderOther}, n.Gender) {
		bad["gender"] = []string{"Give MALE, FEMALE or OTHER."}
	}
	if n.AllergyStatus == "" {
		n.AllergyStatus = core.AllergiesNotRecorded
		if len(n.Allergies) > 0 {
			n.AllergyStatus = core.AllergiesKnown
		}
	}
	if len(bad) > 0 {
		return core.Patient{}, &core.Error{Code: core.CodeInvalid, Message: "The patient was not stored:", Fields: bad}
	}
	return a.Store.CreatePatient(ctx, n, a.event(core.EventPatientCreated, core.ActionCreate))
}

// Assign gives a patient to the clinician with that e-mail address.
func (a *Admin) Assign(ctx context.Context, patientID int64, email string, subtype *int64, notes string) (core.Assignment, error) {
	c, err := a.clinician(ctx, email)
	if err != nil {
		return core.Assignment{}, err
	}
	ev := a.event(core.EventPatientAssigned, core.ActionUpdate)
	ev.PatientID = patientID
	ev.Detail["clinician_id"] = c.ID
	done, err := a.Store.Assign(ctx, patientID, c.ID, subtype, notes, ev)
	if core.IsNotFound(err) {
		return done, core.Errorf(core.CodeNotFound, "There is no patient %d.", patientID)
	}
	return done, err
}

func (a *Admin) clinician(ctx context.Context, email string) (core.Clinician, error) {
	cred, err := a.Store.Credential(ctx, email)
	if core.IsNotFound(err) {
		return core.Clinician{}, core.Errorf(core.CodeNotFound, "There is no user with the e-mail address %s.", email)
	}
	if err != nil {
		return core.Clinician{}, err
	}
	c, err := a.Store.ClinicianByUser(ctx, cred.User.ID)
	if core.IsNotFound(err) {
		return c, core.Errorf(core.CodeNotFound, "%s is not a clinician.", email)
	}
	return c, err
}

// CreateUser stores a user with a password; a clinician gets a profile too.
// Names that are missing are taken from the e-mail address.
func (a *Admin) CreateUser(ctx context.Context, u core.NewUser, password, phone string) (core.User, error) {
	local, _, ok := strings.Cut(u.Email, "@")
	if !ok || local == "" {
		return core.User{}, core.Errorf(core.CodeInvalid, "%q is not an e-mail address.", u.Email)
	}
	first, last, _ := strings.Cut(strings.NewReplacer("_", ".", "-", ".").Replace(local), ".")
	if u.FirstName = app.CleanLine(u.FirstName); u.FirstName == "" {
		u.FirstName = capital(first)
	}
	if u.LastName = app.CleanLine(u.LastName); u.LastName == "" {
		if u.LastName = capital(last); u.LastName == "" {
			u.LastName = capital(first)
		}
	}
	if err := auth.CheckPassword(password, 0, u.Email); err != nil {
		return core.User{}, err
	}
	var err error
	if u.PasswordHash, err = a.passwords.Hash(ctx, password); err != nil {
		return core.User{}, err
	}
	ev := a.event(core.EventUserCreated, core.ActionCreate)
	switch u.Role {
	case core.RoleClinician:
		c, err := a.Store.RegisterClinician(ctx, core.NewClinician{User: u, PhoneNumber: phone}, ev)
		return c.User, err
	case core.RoleAdmin, core.RoleNurse, core.RoleClerk, core.RolePrivacyOfficer:
		return a.Store.CreateUser(ctx, u, ev)
	}
	return core.User{}, core.Errorf(core.CodeInvalid,
		"%q is not a role a user can be created with; use CLINICIAN, NURSE, CLERK, ADMIN or PRIVACY_OFFICER.", u.Role)
}

func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + s[n:]
}

// SetActive lets a user in or locks one out, ending all sessions at once.
func (a *Admin) SetActive(ctx context.Context, email string, active bool) error {
	cred, err := a.Store.Credential(ctx, email)
	if core.IsNotFound(err) {
		return core.Errorf(core.CodeNotFound, "There is no user with the e-mail address %s.", email)
	}
	if err != nil {
		return err
	}
	ev := a.event(core.EventUserDisabled, core.ActionUpdate)
	ev.Detail["active"] = active
	if err := a.Store.SetActive(ctx, cred.User.ID, active, ev); err != nil {
		return fmt.Errorf("change %s: %w", email, err)
	}
	return nil
}
