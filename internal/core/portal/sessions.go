package portal

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/auth"
	"clinician/internal/core/store"
)

// Sessions is core.Sessions in the portal: our own sessions, whose refresh tokens are
// registered at the source, so that a log-out anywhere in the portal ends them; and
// the refresh tokens of auth-service, which are exchanged too. A session is alive
// when its user was active at the source at most MaxAge ago.
type Sessions struct {
	*store.DB // what needs no other word
	people    *People
	seal      cipher.AEAD
}

var (
	_ core.Sessions   = (*Sessions)(nil)
	_ core.TokenEnder = (*Sessions)(nil)
)

// adoptedID is the id of the session that stands for a token of another service.
func adoptedID(token string) string {
	h := sha256.Sum256([]byte("clinician adopted session " + token))
	return core.AdoptedSession + hex.EncodeToString(h[:16])
}

// NewSessions makes a Sessions. key (32 bytes or more) seals the tokens that are
// remembered to be ended at the source.
func NewSessions(p *People, key []byte) (*Sessions, error) {
	k, err := hkdf.Key(sha256.New, key, nil, "clinician portal tokens v1", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &Sessions{DB: p.db, people: p, seal: aead}, err
}

// Caller says who a session is of, when it and its user are alive.
func (s *Sessions) Caller(ctx context.Context, sessionID string, at time.Time) (core.Session, core.User, int64, error) {
	session, u, clinicianID, err := s.DB.Caller(ctx, sessionID, at)
	if err != nil {
		return session, u, clinicianID, err
	}
	changed, err := s.people.ensurePerson(ctx, u.ID)
	switch {
	case core.IsNotFound(err):
		return core.Session{}, core.User{}, 0, errEnded.WithCause(err)
	case err != nil:
		return core.Session{}, core.User{}, 0, err
	case !changed:
		return session, u, clinicianID, nil
	}
	return s.DB.Caller(ctx, sessionID, at)
}

var errEnded = core.Errorf(core.CodeUnauthenticated, "Your session has ended. Log in again.")

// Active is Caller without the profile.
func (s *Sessions) Active(ctx context.Context, sessionID string, at time.Time) (core.Session, core.User, error) {
	session, u, _, err := s.Caller(ctx, sessionID, at)
	return session, u, err
}

// Open registers the refresh token at the source, then stores the session.
func (s *Sessions) Open(ctx context.Context, n core.NewSession, ev core.AuditEvent) (core.Session, error) {
	if err := s.people.source.CreateSourceToken(ctx, n.UserID, n.Refresh, n.ExpiresAt); err != nil {
		return core.Session{}, err
	}
	made, err := s.DB.Open(ctx, n, ev)
	if err != nil {
		s.end(ctx, n.Refresh)
		return made, err
	}
	if _, err := s.people.source.ChangeSourceUser(ctx, n.UserID, core.SourceUserChange{LastLogin: &n.At}); err != nil {
		s.people.log.WarnContext(ctx, "the last login is not noted in database-service", "user_id", n.UserID, "err", err)
	}
	return made, s.keep(ctx, n.ID, n.Refresh)
}

// Rotate exchanges a token of ours for its successor, and one of auth-service for
// itself, as long as the source calls it valid.
func (s *Sessions) Rotate(ctx context.Context, r core.Rotation, ev core.AuditEvent) (core.Rotated, error) {
	known, current, err := s.TokenIsCurrent(ctx, r.Presented)
	if err != nil {
		return core.Rotated{}, err
	}
	if known && !current { // a lost answer, or a stolen token: ours to judge
		return s.DB.Rotate(ctx, r, ev)
	}
	userID, expires, err := s.people.source.SourceToken(ctx, r.PresentedToken)
	if core.IsNotFound(err) {
		return core.Rotated{}, s.endedElsewhere(ctx, r, known)
	}
	if err != nil {
		return core.Rotated{}, err
	}
	if _, err := s.people.ensurePerson(ctx, userID); err != nil {
		if core.IsNotFound(err) {
			return core.Rotated{}, s.endedElsewhere(ctx, r, known)
		}
		return core.Rotated{}, err
	}
	if known {
		session, err := s.ByToken(ctx, r.Presented)
		if err != nil {
			return core.Rotated{}, err
		}
		if !core.IsAdopted(session.ID) {
			return s.rotateOurs(ctx, session, r, ev)
		}
	}
	return s.useForeign(ctx, r, ev, userID, expires)
}

var errRefresh = core.Errorf(core.CodeUnauthenticated, "Invalid refresh token")

// endedElsewhere ends the session of a token that is no longer valid at the source.
func (s *Sessions) endedElsewhere(ctx context.Context, r core.Rotation, known bool) error {
	if !known {
		return errRefresh
	}
	session, err := s.ByToken(ctx, r.Presented)
	if err != nil || session.RevokedAt != nil {
		return errRefresh
	}
	ev := core.AuditEvent{At: r.At, Type: core.EventLogout, Action: core.ActionExecute, Outcome: core.OutcomeSuccess, UserID: session.UserID,
		Detail: map[string]any{"user_id": session.UserID, "reason": "ended_elsewhere"}}
	if err := s.DB.Revoke(ctx, session.ID, ev); err != nil {
		return err
	}
	return errRefresh
}

// rotateOurs has the successor registered before it is given out.
func (s *Sessions) rotateOurs(ctx context.Context, session core.Session, r core.Rotation, ev core.AuditEvent) (core.Rotated, error) {
	if err := s.people.source.CreateSourceToken(ctx, session.UserID, r.SuccessorToken, session.ExpiresAt); err != nil {
		return core.Rotated{}, err
	}
	out, err := s.DB.Rotate(ctx, r, ev)
	if err != nil || out.Replayed != nil {
		s.end(ctx, r.SuccessorToken)
		return out, err
	}
	s.end(ctx, r.PresentedToken)
	return out, s.keep(ctx, session.ID, r.SuccessorToken)
}

// useForeign exchanges a refresh token of auth-service for itself: it is not ours to
// replace. A session that was ended here stays ended.
func (s *Sessions) useForeign(ctx context.Context, r core.Rotation, ev core.AuditEvent, userID int64, expires time.Time) (core.Rotated, error) {
	if !r.At.Before(expires) {
		return core.Rotated{}, core.Errorf(core.CodeUnauthenticated, "Refresh token expired")
	}
	id := adoptedID(r.PresentedToken)
	session, err := s.adopt(ctx, core.NewSession{ID: id, UserID: userID, Token: r.Presented, At: r.At, ExpiresAt: expires}, ev)
	if err != nil {
		return core.Rotated{}, err
	}
	if err := s.keep(ctx, id, r.PresentedToken); err != nil {
		return core.Rotated{}, err
	}
	same, err := auth.SealSuccessor(r.PresentedToken, r.PresentedToken)
	return core.Rotated{Session: session, Replayed: same}, err
}

// adopt opens the session that stands for a token of another service, or gives the one
// there is. The role of who holds it is checked, for there was no login here.
func (s *Sessions) adopt(ctx context.Context, n core.NewSession, ev core.AuditEvent) (core.Session, error) {
	if _, err := s.people.ensurePerson(ctx, n.UserID); err != nil {
		if core.IsNotFound(err) {
			return core.Session{}, errEnded.WithCause(err)
		}
		return core.Session{}, err
	}
	u, err := s.DB.User(ctx, n.UserID)
	if err != nil {
		return core.Session{}, err
	}
	if !u.IsActive {
		return core.Session{}, errEnded
	}
	if u.RoleName != core.RoleClinician && u.RoleName != core.RoleAdmin {
		return core.Session{}, core.Errorf(core.CodeForbidden, "Access denied. Clinicians only.")
	}
	ev.Type, ev.Action, ev.Role = core.EventSessionAdopted, core.ActionExecute, u.RoleName
	if err := s.AdoptSession(ctx, n, ev); err != nil {
		return core.Session{}, err
	}
	session, _, err := s.DB.Active(ctx, n.ID, n.At)
	return session, err
}

// Revoke ends a session here first, then its token for the whole portal.
func (s *Sessions) Revoke(ctx context.Context, sessionID string, ev core.AuditEvent) error {
	sealed, err := s.SourceTokenOf(ctx, sessionID)
	if err != nil {
		return err
	}
	if err := s.DB.Revoke(ctx, sessionID, ev); err != nil || sealed == nil {
		return err
	}
	token, err := s.seal.Open(nil, nil, sealed, []byte(sessionID))
	if err != nil { // sealed under a key that was changed since
		s.people.log.WarnContext(ctx, "a session ended here, its refresh token goes on elsewhere until it expires", "session_id", sessionID)
		return nil
	}
	return s.people.source.InvalidateSourceToken(ctx, string(token))
}

// EndToken ends a refresh token of auth-service that was never exchanged here.
func (s *Sessions) EndToken(ctx context.Context, userID int64, token string) error {
	owner, _, err := s.people.source.SourceToken(ctx, token)
	if core.IsNotFound(err) || err == nil && owner != userID {
		return nil
	}
	if err != nil {
		return err
	}
	return s.people.source.InvalidateSourceToken(ctx, token)
}

// RevokeUser ends all sessions of a user, in the whole portal.
func (s *Sessions) RevokeUser(ctx context.Context, userID int64, ev core.AuditEvent) ([]string, error) {
	ended, err := s.DB.RevokeUser(ctx, userID, ev)
	if err != nil {
		return ended, err
	}
	return ended, s.people.source.InvalidateSourceTokens(ctx, userID)
}

// keep remembers by which token the source knows a session.
func (s *Sessions) keep(ctx context.Context, sessionID, token string) error {
	return s.KeepSourceToken(ctx, sessionID, s.seal.Seal(nil, nil, []byte(token), []byte(sessionID)))
}

// end ends a token at the source that is of no use any more. Failing does no harm: we
// refuse it, and it expires there.
func (s *Sessions) end(ctx context.Context, token string) {
	if err := s.people.source.InvalidateSourceToken(context.WithoutCancel(ctx), token); err != nil {
		s.people.log.WarnContext(ctx, "a spent refresh token was not ended in database-service", "err", err)
	}
}
