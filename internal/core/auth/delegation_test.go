package auth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
)

// town is the people and assignments of a Delegation: Ann, user 7 and clinician 3, and
// her patient 11.
type town struct {
	core.People
	core.Assignments
	inactive, unassigned bool
	down                 error
}

func (p town) User(_ context.Context, id int64) (core.User, error) {
	if id != ann.ID {
		return core.User{}, core.Errorf(core.CodeNotFound, "User not found")
	}
	u := ann
	u.IsActive = !p.inactive
	return u, p.down
}

func (p town) ClinicianByUser(_ context.Context, userID int64) (core.Clinician, error) {
	return core.Clinician{ID: 3}, nil
}

func (p town) IsAssigned(_ context.Context, clinicianID, patientID int64) (bool, error) {
	return clinicianID == 3 && patientID == 11 && !p.unassigned, p.down
}

// What is minted is what the services of the portal read, good for two minutes, and no
// access to this service.
func TestDelegationMints(t *testing.T) {
	t.Parallel()
	now := start
	a := access(t, &now, keyA)
	by, err := Delegation{a, town{}, town{}}.OnBehalf(t.Context(), 7, 11)
	if err != nil {
		t.Fatal(err)
	}
	if by.UserID != 7 || by.ClinicianID != 3 || by.Email != ann.Email || by.Role != core.RoleClinician || !by.ExpiresAt.Equal(start.Add(2*time.Minute)) {
		t.Errorf("minted for %+v", by.Principal)
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(by.Token.Reveal(), ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	// A library that is told of no audience refuses a token that names one.
	if got := slices.Sorted(maps.Keys(claims)); !slices.Equal(got, []string{"email", "exp", "iat", "jti", "role", "token_type", "user_id"}) {
		t.Errorf("claims %v", claims)
	}
	if claims["user_id"] != 7.0 || claims["role"] != "CLINICIAN" || claims["exp"] != float64(start.Add(2*time.Minute).Unix()) {
		t.Errorf("claims %v", claims)
	}
	if p, err := a.Verify(by.Token.Reveal()); core.CodeOf(err) != core.CodeUnauthenticated {
		t.Errorf("gives access here: %+v, %v", p, err)
	}
}

// Nothing is minted for who may not, or when nobody can say.
func TestDelegationRefuses(t *testing.T) {
	t.Parallel()
	now := start
	a := access(t, &now, keyA)
	away := core.Errorf(core.CodeUnavailable, "away")
	for name, c := range map[string]struct {
		town    town
		user    int64
		patient int64
		want    core.Code
	}{
		"unknown user":      {town{}, 8, 11, core.CodeForbidden},
		"disabled":          {town{inactive: true}, 7, 11, core.CodeForbidden},
		"another's patient": {town{}, 7, 12, core.CodeForbidden},
		"reassigned":        {town{unassigned: true}, 7, 11, core.CodeForbidden},
		"nobody answers":    {town{down: away}, 7, 11, core.CodeUnavailable},
	} {
		by, err := Delegation{a, c.town, c.town}.OnBehalf(t.Context(), c.user, c.patient)
		if core.CodeOf(err) != c.want || !by.Token.IsZero() || by.UserID != 0 {
			t.Errorf("%s: %+v, %v", name, by.Principal, err)
		}
	}
}
