package auth

import (
	"context"
	"time"

	"clinician/internal/core"
)

// TypeDelegated is the kind of the tokens that a Delegation mints: another service
// takes them for the person's own, and this one refuses them.
const TypeDelegated = "delegated"

// Delegation is a core.Delegation that mints tokens with the key that the other
// services share. All fields are needed.
type Delegation struct {
	Tokens      *Access
	People      core.People
	Assignments core.Assignments
}

var _ core.Delegation = Delegation{}

var (
	errNotActive = core.Errorf(core.CodeForbidden,
		"The person who asked for this has no active account any more. The patient's clinician can ask for it again.")
	errNotTheirs = core.Errorf(core.CodeForbidden,
		"The patient went to another clinician after this was asked for. Their clinician can ask for it again.")
)

// OnBehalf asks who the user is and whether the patient is theirs, then mints; see
// core.Delegation. Nothing is remembered from one time to the next.
func (d Delegation) OnBehalf(ctx context.Context, userID, patientID int64) (core.Acting, error) {
	u, err := d.People.User(ctx, userID)
	switch {
	case core.IsNotFound(err), err == nil && !u.IsActive:
		return core.Acting{}, errNotActive
	case err != nil:
		return core.Acting{}, err
	}
	c, err := d.People.ClinicianByUser(ctx, userID)
	switch {
	case core.IsNotFound(err):
		return core.Acting{}, errNotTheirs
	case err != nil:
		return core.Acting{}, err
	}
	switch ok, err := d.Assignments.IsAssigned(ctx, c.ID, patientID); {
	case err != nil:
		return core.Acting{}, err
	case !ok:
		return core.Acting{}, errNotTheirs
	}
	token, expires, err := d.Tokens.delegate(u, core.DelegationLifetime)
	return core.Acting{
		Principal: core.Principal{UserID: u.ID, Email: u.Email, Role: u.RoleName, ClinicianID: c.ID, ExpiresAt: expires},
		Token:     core.NewToken(token),
	}, err
}

// delegate makes a token with the claims that all services of the portal know, and no
// others: their library refuses one that names an audience.
func (a *Access) delegate(u core.User, lifetime time.Duration) (string, time.Time, error) {
	return a.sign(claims{UserID: u.ID, Email: u.Email, Role: u.RoleName, TokenType: TypeDelegated}, lifetime)
}
