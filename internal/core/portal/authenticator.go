package portal

import (
	"context"
	"crypto/sha256"

	"clinician/internal/core"
	"clinician/internal/core/auth"
)

// Authenticator is core.Authenticator where auth-service signs people in as well: its
// access tokens and ours are taken, both checked here with the shared key, and whether
// their holder is let in now was asked there at most MaxAge ago.
type Authenticator struct {
	sessions *Sessions
	tokens   *auth.Access // one that is Shared
	verifier core.TokenVerifier
	asked    *fresh[[sha256.Size]byte]
	now      core.Clock
}

var _ core.Authenticator = (*Authenticator)(nil)

// NewAuthenticator makes an Authenticator.
func NewAuthenticator(s *Sessions, tokens *auth.Access, verifier core.TokenVerifier, now core.Clock) *Authenticator {
	return &Authenticator{sessions: s, tokens: tokens, verifier: verifier, asked: newFresh[[sha256.Size]byte](now, verifierName), now: now}
}

var (
	errToken = core.Errorf(core.CodeUnauthenticated, "Invalid or expired token")
	errRole  = core.Errorf(core.CodeForbidden, "Access denied. Clinicians only.")
)

// Authenticate proves who holds an access token.
func (a *Authenticator) Authenticate(ctx context.Context, access string, from core.Client) (core.Principal, error) {
	who, err := a.tokens.Verify(access)
	if err != nil {
		return core.Principal{}, errToken.WithCause(err)
	}
	if who.SessionID != "" { // ours: a session that ended needs nobody else to be asked
		if _, _, _, err := a.sessions.DB.Caller(ctx, who.SessionID, a.now()); err != nil {
			return core.Principal{}, asBadToken(err)
		}
	}
	_, err = a.asked.ensure(ctx, sha256.Sum256([]byte(access)), MaxAge, func(ctx context.Context) error {
		u, err := a.verifier.VerifyToken(ctx, access)
		switch {
		case core.CodeOf(err) == core.CodeUnauthenticated:
			return core.Errorf(core.CodeNotFound, "Invalid or expired token").WithCause(err) // remembered for as long
		case err == nil && u.ID != who.UserID:
			return core.Errorf(core.CodeNotFound, "Invalid or expired token")
		}
		return err
	})
	if core.IsNotFound(err) {
		return core.Principal{}, errToken.WithCause(err)
	}
	if err != nil {
		return core.Principal{}, err
	}
	if who.SessionID == "" {
		who.SessionID = adoptedID(access)
		_, err := a.sessions.adopt(ctx, core.NewSession{ID: who.SessionID, UserID: who.UserID, Token: auth.HashRefresh(access), At: a.now(), ExpiresAt: who.ExpiresAt},
			core.AuditEvent{Outcome: core.OutcomeSuccess, Address: from.Address})
		if err != nil {
			return core.Principal{}, asBadToken(err)
		}
	}
	session, user, clinicianID, err := a.sessions.Caller(ctx, who.SessionID, a.now())
	switch {
	case err != nil:
		return core.Principal{}, asBadToken(err)
	case user.ID != who.UserID:
		return core.Principal{}, errToken
	case user.RoleName != core.RoleClinician && user.RoleName != core.RoleAdmin:
		return core.Principal{}, errRole
	}
	return core.Principal{UserID: user.ID, Email: user.Email, Role: user.RoleName, SessionID: session.ID, ClinicianID: clinicianID,
		ExpiresAt: who.ExpiresAt, Client: from}, nil
}

// asBadToken words the end of a session as callers of the replaced service know it.
func asBadToken(err error) error {
	if core.CodeOf(err) == core.CodeUnauthenticated {
		return errToken.WithCause(err)
	}
	return err
}
