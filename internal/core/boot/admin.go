package boot

import (
	"context"
	"errors"
	"fmt"
	"io"
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

// AdminPorts are the parts that subcommands of the shell work with.
type AdminPorts struct {
	People       core.People
	Registration core.Registration
	Assignments  core.Assignments
	Assigner     core.Assigner
	Finder       core.PatientFinder
	Import       core.PatientImport
	Calendar     core.Calendar
	Inbox        core.Inbox
	Records      core.Records
	Lifecycle    core.RecordLifecycle
	Jobs         JobReader
	Audit        core.AuditLog
}

// JobReader is what of core.Recognizer can be asked without a queue.
type JobReader interface {
	// Job is CodeNotFound for an unknown id.
	Job(ctx context.Context, id string) (core.Job, error)
}

// Admin is what an administrator does from the shell: it checks what is asked for,
// and accounts for every change. A server may run on the same data at the same
// time.
type Admin struct {
	AdminPorts
	data      *data // what is kept here, for demo data and the check of the vault
	passwords *auth.Passwords
	from      Config // what was opened
	closers   []io.Closer
}

// OpenAdmin opens the data that c names. The caller closes it.
func OpenAdmin(ctx context.Context, c Config) (*Admin, error) {
	d, err := openData(ctx, c, slog.New(slog.DiscardHandler), nil, false)
	if err != nil {
		return nil, err
	}
	p, err := d.openPeople(ctx, c, nil)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return &Admin{AdminPorts: AdminPorts{
		People: p.People, Registration: p.Registration, Assignments: p.Assignments, Assigner: p.Assigner, Finder: d.Store, Import: p.PatientImport,
		Calendar: d.Store, Inbox: d.Store, Records: d.Records, Lifecycle: d.Store, Jobs: d.Store, Audit: d.Audit,
	}, data: d, passwords: p.passwords, from: c, closers: p.closers}, nil
}

// Close closes what was opened.
func (a *Admin) Close() error {
	var errs []error
	for _, c := range a.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(append(errs, a.data.Close())...)
}

// account makes a change through port with the event that tells of it; see
// core.Accounted. done may complete the event with what came into being, for a port
// that stores no events; nil: nothing does.
func account[T any](ctx context.Context, ledger core.AuditLog, port any, ev core.AuditEvent,
	change func(core.AuditEvent) (T, error), done func(*core.AuditEvent, T)) (out T, err error) {
	err = core.Accounted(ctx, ledger, port, &ev, func(stored core.AuditEvent) (err error) {
		if out, err = change(stored); err == nil && done != nil {
			done(&ev, out)
		}
		return err
	})
	return out, err
}

// shellEvent starts the audit event of an act from the shell. Who it was is what
// the operating system says.
func shellEvent(kind string, action core.Action) core.AuditEvent {
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
	return account(ctx, a.Audit, a.Registration, shellEvent(core.EventPatientCreated, core.ActionCreate),
		func(stored core.AuditEvent) (core.Patient, error) {
			return a.Registration.CreatePatient(ctx, n, stored)
		},
		func(ev *core.AuditEvent, p core.Patient) { ev.PatientID = p.ID })
}

// Assign gives a patient to the clinician with that e-mail address.
func (a *Admin) Assign(ctx context.Context, patientID int64, email string, subtype *int64, notes string) (core.Assignment, error) {
	c, err := a.clinician(ctx, email)
	if err != nil {
		return core.Assignment{}, err
	}
	ev := shellEvent(core.EventPatientAssigned, core.ActionUpdate)
	ev.PatientID = patientID
	ev.Detail["clinician_id"] = c.ID
	done, err := account(ctx, a.Audit, a.Assigner, ev, func(stored core.AuditEvent) (core.Assignment, error) {
		return a.Assigner.Assign(ctx, patientID, c.ID, subtype, notes, stored)
	}, nil)
	if core.IsNotFound(err) {
		return done, core.Errorf(core.CodeNotFound, "There is no patient %d.", patientID)
	}
	return done, err
}

func (a *Admin) clinician(ctx context.Context, email string) (core.Clinician, error) {
	cred, err := a.People.Credential(ctx, email)
	if core.IsNotFound(err) {
		return core.Clinician{}, core.Errorf(core.CodeNotFound, "There is no user with the e-mail address %s.", email)
	}
	if err != nil {
		return core.Clinician{}, err
	}
	c, err := a.People.ClinicianByUser(ctx, cred.User.ID)
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
	if !slices.Contains([]core.Role{core.RoleClinician, core.RoleNurse, core.RoleClerk, core.RoleAdmin, core.RolePrivacyOfficer}, u.Role) {
		return core.User{}, core.Errorf(core.CodeInvalid,
			"%q is not a role a user can be created with; use CLINICIAN, NURSE, CLERK, ADMIN or PRIVACY_OFFICER.", u.Role)
	}
	return account(ctx, a.Audit, a.Registration, shellEvent(core.EventUserCreated, core.ActionCreate),
		func(stored core.AuditEvent) (core.User, error) {
			if u.Role != core.RoleClinician {
				return a.Registration.CreateUser(ctx, u, stored)
			}
			c, err := a.Registration.RegisterClinician(ctx, core.NewClinician{User: u, PhoneNumber: phone}, stored)
			return c.User, err
		}, func(ev *core.AuditEvent, u core.User) { ev.Detail["new_user_id"] = u.ID })
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
	cred, err := a.People.Credential(ctx, email)
	if core.IsNotFound(err) {
		return core.Errorf(core.CodeNotFound, "There is no user with the e-mail address %s.", email)
	}
	if err != nil {
		return err
	}
	ev := shellEvent(core.EventUserDisabled, core.ActionUpdate)
	ev.Detail["active"] = active
	ev.Detail["subject_user_id"] = cred.User.ID
	err = core.Accounted(ctx, a.Audit, a.Registration, &ev, func(stored core.AuditEvent) error {
		return a.Registration.SetActive(ctx, cred.User.ID, active, stored)
	})
	if err != nil {
		return fmt.Errorf("change %s: %w", email, err)
	}
	return nil
}
