package databaseservice

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"clinician/internal/clients/sibling"
	"clinician/internal/core"
)

// fieldErrors makes an error of a 400 whose body names fields as Django's services
// do. Its sentences are the other side's: of them only which fields are wrong is
// taken, and whether something is there already.
func fieldErrors(a *sibling.Answer, fields map[string]string) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(a.Body, &all); err != nil {
		return a.Unexpected()
	}
	e := core.Errorf(core.CodeInvalid, "%s did not take this.", Name)
	e.Fields = map[string][]string{}
	for theirs, ours := range fields {
		if _, bad := all[theirs]; bad {
			e.Fields[ours] = []string{"This value is not accepted."}
		}
	}
	if len(e.Fields) == 0 {
		return a.Unexpected()
	}
	return e
}

// roleID finds the number of a role: it is the service's own.
func (c *Client) roleID(ctx context.Context, role core.Role) (int64, error) {
	roles, err := get[[]core.RoleDetail](ctx, c, "/api/roles/", nil, "")
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(roles, func(r core.RoleDetail) bool { return r.Name == role })
	if i < 0 {
		e := core.Errorf(core.CodeInvalid, "%s has no role %s.", Name, role)
		e.Fields = map[string][]string{"role": {e.Message}}
		return 0, e
	}
	return roles[i].ID, nil
}

// CreateSourceUser stores a user.
func (c *Client) CreateSourceUser(ctx context.Context, u core.NewUser) (core.User, error) {
	role, err := c.roleID(ctx, u.Role)
	if err != nil {
		return core.User{}, err
	}
	a, err := c.call(ctx, sibling.Request{Method: http.MethodPost, Path: "/api/users/", JSON: map[string]any{
		"email": u.Email, "password": u.PasswordHash, "first_name": u.FirstName, "last_name": u.LastName, "role": role, "is_active": true,
	}}, "", http.StatusCreated, http.StatusBadRequest)
	if err != nil {
		return core.User{}, err
	}
	if a.Status == http.StatusBadRequest {
		var bad struct{ Email []string }
		if json.Unmarshal(a.Body, &bad) == nil && slices.ContainsFunc(bad.Email, func(s string) bool { return strings.Contains(s, "exists") }) {
			return core.User{}, core.Errorf(core.CodeConflict, "User with this email already exists")
		}
		return core.User{}, fieldErrors(a, map[string]string{"email": "email", "first_name": "first_name", "last_name": "last_name"})
	}
	var made core.User
	if err := a.JSON(&made); err != nil {
		return made, err
	}
	if made.ID == 0 {
		return made, a.Unexpected()
	}
	return made, nil
}

// ChangeSourceUser changes a user.
func (c *Client) ChangeSourceUser(ctx context.Context, id int64, change core.SourceUserChange) (core.User, error) {
	a, err := c.call(ctx, sibling.Request{Method: http.MethodPatch, Path: sibling.Path("/api/users/%v/", id), JSON: change, Repeat: true},
		noUser, http.StatusOK, http.StatusBadRequest)
	if err != nil {
		return core.User{}, err
	}
	if a.Status == http.StatusBadRequest {
		return core.User{}, fieldErrors(a, map[string]string{"first_name": "first_name", "last_name": "last_name"})
	}
	var u core.User
	if err = a.JSON(&u); err == nil && u.ID != id {
		err = c.confused("users", id, u.ID)
	}
	return u, err
}

// DeleteSourceUser removes a user; one that is not there is removed.
func (c *Client) DeleteSourceUser(ctx context.Context, id int64) error {
	_, err := c.call(ctx, sibling.Request{Method: http.MethodDelete, Path: sibling.Path("/api/users/%v/", id), Repeat: true},
		"", http.StatusNoContent, http.StatusOK, http.StatusNotFound)
	return err
}

// CreateSourceClinician stores the profile of a user.
func (c *Client) CreateSourceClinician(ctx context.Context, userID int64, specializationID *int64, phone string) (core.Clinician, error) {
	body := map[string]any{"user_id": userID, "phone_number": phone}
	if specializationID != nil {
		body["specialization_id"] = *specializationID
	}
	a, err := c.call(ctx, sibling.Request{Method: http.MethodPost, Path: "/api/clinicians/", JSON: body},
		"", http.StatusCreated, http.StatusNotFound, http.StatusBadRequest)
	if err != nil {
		return core.Clinician{}, err
	}
	var v core.Clinician
	switch a.Status {
	case http.StatusNotFound:
		return v, badSpecialization()
	case http.StatusBadRequest:
		return v, a.Unexpected() // raw text of its database
	}
	if err = a.JSON(&v); err == nil && (v.ID == 0 || v.User.ID != userID) {
		err = c.confused("clinician of user", userID, v.User.ID)
	}
	return v, err
}

func badSpecialization() error {
	e := core.Errorf(core.CodeInvalid, "Invalid specialization")
	e.Fields = map[string][]string{"specialization_id": {e.Message}}
	return e
}

// ChangeSourceClinician changes a profile, under the names that the service knows. An
// empty change is sent too: it is noted there as the time of the last change.
func (c *Client) ChangeSourceClinician(ctx context.Context, clinicianID int64, change core.ProfileChange) (core.Clinician, error) {
	body := map[string]any{}
	if change.SpecializationID != nil {
		body["specialization"] = *change.SpecializationID
	}
	if change.PhoneNumber != nil {
		body["phone_number"] = *change.PhoneNumber
	}
	if change.IsAvailable != nil {
		body["is_available"] = *change.IsAvailable
	}
	a, err := c.call(ctx, sibling.Request{Method: http.MethodPatch, Path: sibling.Path("/api/clinicians/%v/", clinicianID), JSON: body, Repeat: true},
		noClinician, http.StatusOK, http.StatusBadRequest)
	if err != nil {
		return core.Clinician{}, err
	}
	if a.Status == http.StatusBadRequest {
		return core.Clinician{}, fieldErrors(a, map[string]string{"specialization": "specialization_id", "phone_number": "phone_number", "is_available": "is_available"})
	}
	var v core.Clinician
	if err = a.JSON(&v); err == nil && v.ID != clinicianID {
		err = c.confused("clinicians", clinicianID, v.ID)
	}
	return v, err
}

// CreateSourcePatient stores a patient of a user. What the service has no field for
// is not sent.
func (c *Client) CreateSourcePatient(ctx context.Context, userID int64, n core.NewPatient) (core.Patient, error) {
	body := map[string]any{"user_id": userID, "date_of_birth": n.DateOfBirth, "gender": n.Gender, "phone_number": n.PhoneNumber,
		"address": n.Address, "emergency_contact_name": n.EmergencyContactName, "emergency_contact_phone": n.EmergencyContactPhone}
	if n.PreferredLanguageID != nil {
		body["preferred_language_id"] = *n.PreferredLanguageID
	}
	a, err := c.call(ctx, sibling.Request{Method: http.MethodPost, Path: "/api/patients/", JSON: body}, "", http.StatusCreated, http.StatusBadRequest)
	if err != nil {
		return core.Patient{}, err
	}
	if a.Status == http.StatusBadRequest {
		return core.Patient{}, fieldErrors(a, map[string]string{"date_of_birth": "date_of_birth", "gender": "gender",
			"phone_number": "phone_number", "preferred_language_id": "preferred_language_id"})
	}
	p, err := patient(a.Body)
	if err != nil || p.ID == 0 {
		return core.Patient{}, a.Unexpected()
	}
	return p.Patient, nil
}

// AssignSource stores or replaces an assignment.
func (c *Client) AssignSource(ctx context.Context, patientID, clinicianID, subtype int64, notes string, by int64) error {
	body := map[string]any{"patient": patientID, "assigned_clinician": clinicianID, "cancer_subtype": subtype, "notes": notes}
	if by != 0 {
		body["updated_by"] = by
	}
	a, err := c.call(ctx, sibling.Request{Method: http.MethodPost, Path: "/api/patient-assignments/", JSON: body, Repeat: true},
		"", http.StatusCreated, http.StatusOK, http.StatusBadRequest)
	if err == nil && a.Status == http.StatusBadRequest {
		err = fieldErrors(a, map[string]string{"patient": "patient_id", "assigned_clinician": "clinician_id", "cancer_subtype": "cancer_subtype"})
	}
	return err
}

// CreateSourceToken registers a refresh token.
func (c *Client) CreateSourceToken(ctx context.Context, userID int64, token string, expires time.Time) error {
	_, err := c.call(ctx, sibling.Request{Method: http.MethodPost, Path: "/api/refresh-tokens/create_token/",
		JSON: map[string]any{"user_id": userID, "token": token, "expires_at": expires.UTC().Format("2006-01-02T15:04:05.999999-07:00")}}, "", http.StatusCreated)
	return err
}

// SourceToken says whose a refresh token is.
func (c *Client) SourceToken(ctx context.Context, token string) (int64, time.Time, error) {
	v, err := get[struct {
		UserID  int64     `json:"user_id"`
		Expires time.Time `json:"expires_at"`
		Valid   bool      `json:"is_valid"`
	}](ctx, c, "/api/refresh-tokens/validate_token/", url.Values{"token": {token}}, "Invalid refresh token")
	if err != nil {
		return 0, time.Time{}, err
	}
	if !v.Valid || v.UserID == 0 {
		return 0, time.Time{}, core.Errorf(core.CodeNotFound, "Invalid refresh token")
	}
	return v.UserID, v.Expires, nil
}

// InvalidateSourceToken ends a refresh token.
func (c *Client) InvalidateSourceToken(ctx context.Context, token string) error {
	_, err := c.call(ctx, sibling.Request{Method: http.MethodPost, Path: "/api/refresh-tokens/invalidate_token/",
		JSON: map[string]string{"token": token}, Repeat: true}, "", http.StatusOK, http.StatusNotFound)
	return err
}

// InvalidateSourceTokens ends all refresh tokens of a user.
func (c *Client) InvalidateSourceTokens(ctx context.Context, userID int64) error {
	_, err := c.call(ctx, sibling.Request{Method: http.MethodPost, Path: "/api/refresh-tokens/invalidate_user_tokens/",
		JSON: map[string]int64{"user_id": userID}, Repeat: true}, "", http.StatusOK)
	return err
}

// PostEvent adds to the event log.
func (c *Client) PostEvent(ctx context.Context, e core.SourceEvent) error {
	a, err := c.call(ctx, sibling.Request{Method: http.MethodPost, Path: "/api/events/", JSON: e}, "", http.StatusCreated, http.StatusBadRequest)
	if err == nil && a.Status == http.StatusBadRequest {
		return core.Errorf(core.CodeInvalid, "%s did not take an event.", Name).WithCause(fmt.Errorf("event %s: status 400", e.Type))
	}
	return err
}
