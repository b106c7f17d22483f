package databaseservice

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"clinician/internal/clients/sibling"
	"clinician/internal/core"
)

const (
	noUser      = "User not found"
	noClinician = "Clinician profile not found"
	noPatient   = "Patient not found"
)

// SourceUser gives a user by id.
func (c *Client) SourceUser(ctx context.Context, id int64) (core.User, error) {
	u, err := get[core.User](ctx, c, sibling.Path("/api/users/%v/", id), nil, noUser)
	if err == nil && u.ID != id {
		err = c.confused("users", id, u.ID)
	}
	return u, err
}

// confused is the error for an answer about somebody else.
func (c *Client) confused(what string, asked, got int64) error {
	return core.Errorf(core.CodeBadGateway, "%s answered about somebody else. Tell your administrator.", Name).
		WithCause(&mixUp{what, asked, got})
}

type mixUp struct {
	what       string
	asked, got int64
}

func (m *mixUp) Error() string {
	return "asked for " + m.what + " " + number(m.asked) + ", got " + number(m.got)
}

// credential is how by_email shows a user: with the hash, and the role as an object.
type credential struct {
	core.User
	Password string          `json:"password"`
	Role     core.RoleDetail `json:"role"`
}

// SourceCredential looks an account up by its exact e-mail.
func (c *Client) SourceCredential(ctx context.Context, email string) (core.Credential, error) {
	v, err := get[credential](ctx, c, "/api/users/by_email/", url.Values{"email": {email}}, noUser)
	if err != nil {
		return core.Credential{}, err
	}
	u := v.User
	u.RoleDetail, u.Role, u.RoleName = v.Role, v.Role.ID, v.Role.Name
	if u.ID == 0 || u.Email != email {
		return core.Credential{}, c.confused("an account", 0, u.ID)
	}
	return core.Credential{User: u, PasswordHash: v.Password}, nil
}

// SourceClinician gives the profile of a user.
func (c *Client) SourceClinician(ctx context.Context, userID int64) (core.Clinician, error) {
	v, err := get[core.Clinician](ctx, c, "/api/clinicians/by_user/", url.Values{"user_id": {number(userID)}}, noClinician)
	if err == nil && (v.User.ID != userID || v.ID == 0) {
		err = c.confused("clinician of user", userID, v.User.ID)
	}
	return v, err
}

// SourceClinicians lists all clinicians.
func (c *Client) SourceClinicians(ctx context.Context) ([]core.Clinician, error) {
	return pages[core.Clinician](ctx, c, "/api/clinicians/", nil)
}

// patient reads a patient as it was sent.
func patient(raw json.RawMessage) (core.SourcePatient, error) {
	p := core.SourcePatient{Mark: sha256.Sum256(append([]byte(readingRules), raw...))}
	if err := json.Unmarshal(raw, &p.Patient); err != nil {
		return p, err
	}
	if p.AllergyStatus == "" { // the service knows nothing of allergies
		p.AllergyStatus = core.AllergiesNotRecorded
	}
	takeOutFillers(&p.Patient)
	return p, nil
}

// readingRules goes into the mark of a patient: with other rules all are read anew.
const readingRules = "2 "

// takeOutFillers empties what a row holds before anybody has said anything: a patient
// who made an account was "born" on 1 January 1900 and is of gender OTHER until somebody
// fills the form in. Nobody alive is that old; OTHER beside a real date was chosen.
func takeOutFillers(p *core.Patient) {
	if (p.DateOfBirth == core.Date{Year: 1900, Month: time.January, Day: 1}) {
		p.DateOfBirth = core.Date{}
		if p.Gender == core.GenderOther {
			p.Gender = core.GenderNotKnown
		}
	}
	for _, field := range []*string{&p.PhoneNumber, &p.Address, &p.EmergencyContactName, &p.EmergencyContactPhone} {
		if saysNothing(*field) {
			*field = ""
		}
	}
}

// saysNothing reports whether a text was typed because a form wanted one. "None" is not
// among them: it may be an answer.
func saysNothing(text string) bool {
	switch strings.ToLower(strings.Trim(text, " .-_?")) {
	case "", "n/a", "na", "unknown", "not known", "not provided", "not specified", "null", "undefined", "tbd":
		return true
	}
	return false
}

// SourcePatient gives a patient with the user behind it.
func (c *Client) SourcePatient(ctx context.Context, id int64) (core.SourcePatient, error) {
	a, err := c.call(ctx, sibling.Request{Path: sibling.Path("/api/patients/%v/", id)}, noPatient, http.StatusOK)
	if err != nil {
		return core.SourcePatient{}, err
	}
	p, err := patient(a.Body)
	if err != nil {
		return p, a.JSON(&p.Patient) // which words it
	}
	if p.ID != id {
		return p, c.confused("patients", id, p.ID)
	}
	if p.User.ID == 0 {
		u, err := c.SourceUser(ctx, p.UserID)
		if err != nil && !core.IsNotFound(err) { // a patient's user is a number there, and may point nowhere
			return p, err
		}
		p.User = u
	}
	p.Mark = core.Mark{} // of another shape than in a panel: they cannot be compared
	return p, nil
}

// SourcePanel gives all patients of a clinician.
func (c *Client) SourcePanel(ctx context.Context, clinicianID int64, known core.Mark) (core.SourcePanel, error) {
	a, err := c.call(ctx, sibling.Request{Path: "/api/patients/by_clinician/", Query: url.Values{"clinician_id": {number(clinicianID)}},
		Timeout: panelTime, MaxBytes: panelBytes}, "", http.StatusOK)
	if err != nil {
		return core.SourcePanel{}, err
	}
	out := core.SourcePanel{Mark: sha256.Sum256(a.Body)}
	if out.Mark == known {
		out.Same = true
		return out, nil
	}
	if b := bytes.TrimSpace(a.Body); len(b) == 0 || b[0] != '[' { // null must not pass for "no patients"
		return out, a.Unexpected()
	}
	var rows []json.RawMessage
	if err := a.JSON(&rows); err != nil {
		return out, err
	}
	out.Patients = make([]core.SourcePatient, len(rows))
	for i, raw := range rows {
		if out.Patients[i], err = patient(raw); err != nil || out.Patients[i].ID == 0 {
			return out, a.Unexpected()
		}
	}
	return out, nil
}

// SourceAssigned asks for the assignment as it is now.
func (c *Client) SourceAssigned(ctx context.Context, patientID, clinicianUserID int64) (bool, error) {
	v, err := get[struct {
		IsAssigned *bool `json:"is_assigned"`
	}](ctx, c, "/api/patient-assignments/check_assignment/",
		url.Values{"patient_id": {number(patientID)}, "clinician_user_id": {number(clinicianUserID)}}, "")
	if err != nil {
		return false, err
	}
	if v.IsAssigned == nil {
		return false, core.Errorf(core.CodeBadGateway, "%s gave no usable answer. Try again; if it stays, tell your administrator.", Name)
	}
	return *v.IsAssigned, nil
}

// cancerType is a type with its subtypes below it.
type cancerType struct {
	core.Specialization
	Parent   *int64       `json:"parent"`
	Subtypes []cancerType `json:"subtypes"`
}

func (t cancerType) flatten(parent *int64, to []core.SourceCancerType) []core.SourceCancerType {
	if parent == nil {
		parent = t.Parent
	}
	to = append(to, core.SourceCancerType{Specialization: t.Specialization, ParentID: parent})
	for _, s := range t.Subtypes {
		to = s.flatten(&t.ID, to)
	}
	return to
}

// SourceCatalogue gives the lists that people choose from.
func (c *Client) SourceCatalogue(ctx context.Context) (core.SourceCatalogue, error) {
	var out core.SourceCatalogue
	var err error
	if out.Roles, err = get[[]core.RoleDetail](ctx, c, "/api/roles/", nil, ""); err != nil {
		return out, err
	}
	types, err := get[[]cancerType](ctx, c, "/api/cancer-types/top_level/", nil, "")
	if err != nil {
		return out, err
	}
	for _, t := range types {
		out.CancerTypes = t.flatten(nil, out.CancerTypes)
	}
	if out.RecordTypes, err = get[[]core.RecordType](ctx, c, "/api/medical-record-types/", nil, ""); err != nil {
		return out, err
	}
	out.Languages, err = get[[]core.Language](ctx, c, "/api/languages/", nil, "")
	return out, err
}
