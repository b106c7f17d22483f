package app

import (
	"context"
	"errors"
	"maps"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/auth"
)

var (
	errBadLogin   = core.Errorf(core.CodeUnauthenticated, "Invalid credentials")
	errBadAccess  = core.Errorf(core.CodeUnauthenticated, "Invalid or expired token")
	errBadRefresh = core.Errorf(core.CodeUnauthenticated, "Invalid refresh token")
	errEmailTaken = core.Errorf(core.CodeInvalid, "User with this email already exists")
)

// freshEnough: an access token with more than this left is not renewed.
const freshEnough = 5 * time.Minute

// Signup registers a clinician and logs them in.
func (s *Service) Signup(ctx context.Context, r core.Signup, from core.Client) (core.SignedIn, error) {
	if err := s.checkSignup(&r); err != nil {
		return core.SignedIn{}, err
	}
	// A try that fails counts, so that probing for taken addresses gets slow.
	if err := s.Throttle.Try(ctx, "", from.Address); err != nil {
		return core.SignedIn{}, err
	}
	hash, err := s.Passwords.Hash(ctx, r.Password)
	if err != nil {
		return core.SignedIn{}, err
	}
	ev := core.AuditEvent{At: s.now(), Type: core.EventRegistered, Action: core.ActionCreate,
		Outcome: core.OutcomeSuccess, Role: core.RoleClinician, Address: from.Address}
	var c core.Clinician
	err = core.Accounted(ctx, s.Audit, s.Registration, &ev, func(stored core.AuditEvent) (err error) {
		c, err = s.Registration.RegisterClinician(ctx, core.NewClinician{
			User: core.NewUser{Email: r.Email, FirstName: r.FirstName, LastName: r.LastName,
				Role: core.RoleClinician, PasswordHash: hash},
			SpecializationID: &r.SpecializationID, PhoneNumber: r.PhoneNumber,
		}, stored)
		ev.UserID, ev.Detail = c.User.ID, map[string]any{"clinician_id": c.ID}
		return err
	})
	if core.CodeOf(err) == core.CodeConflict {
		return core.SignedIn{}, errEmailTaken.WithCause(err)
	}
	s.Throttle.Undo(ctx, "", from.Address)
	if err != nil {
		return core.SignedIn{}, err
	}
	return s.open(ctx, c.User, &c, from)
}

func (s *Service) checkSignup(r *core.Signup) error {
	f := fields{}
	r.Email = f.email("email", r.Email)
	r.FirstName = f.text("first_name", r.FirstName, 150)
	r.LastName = f.text("last_name", r.LastName, 150)
	r.PhoneNumber = f.text("phone_number", r.PhoneNumber, 20)
	var weak *core.Error
	if r.Password == "" {
		f.add("password", "This field may not be blank.")
	} else if err := auth.CheckPassword(r.Password, 0, r.Email, r.FirstName, r.LastName); errors.As(err, &weak) {
		maps.Copy(f, weak.Fields)
	}
	if len(f) == 0 && r.Password != r.PasswordConfirm {
		f.add("non_field_errors", "Passwords do not match")
	}
	return f.err()
}

// Login checks an e-mail address and password and opens a session. Unknown
// address, wrong password and disabled account are told apart in the audit log only.
func (s *Service) Login(ctx context.Context, email, password string, from core.Client) (core.SignedIn, error) {
	if err := s.Throttle.Try(ctx, email, from.Address); err != nil {
		return core.SignedIn{}, err
	}
	cred, ok, err := s.checkPassword(ctx, email, password)
	if err != nil {
		s.Throttle.Undo(ctx, email, from.Address)
		return core.SignedIn{}, err
	}
	refused := core.AuditEvent{At: s.now(), Type: core.EventLogin, Action: core.ActionExecute,
		UserID: cred.User.ID, Role: cred.User.RoleName, Address: from.Address}
	switch {
	case !ok || cred.User.ID == 0 || !cred.User.IsActive:
		refused.Detail = map[string]any{"reason": loginReason(cred, ok)}
		return core.SignedIn{}, s.refuse(ctx, refused, errBadLogin)
	case cred.User.RoleName != core.RoleClinician:
		refused.Detail = map[string]any{"reason": "role"}
		return core.SignedIn{}, s.refuse(ctx, refused, errNotClinician)
	}
	s.Throttle.Succeeded(ctx, email, from.Address)
	if s.Passwords.NeedsUpgrade(cred.PasswordHash) {
		s.upgradeHash(ctx, cred.User.ID, password)
	}
	var profile *core.Clinician
	switch c, err := s.People.ClinicianByUser(ctx, cred.User.ID); {
	case err == nil:
		profile = &c
	case !core.IsNotFound(err):
		return core.SignedIn{}, err
	}
	return s.open(ctx, cred.User, profile, from)
}

// checkPassword finds the account and compares. An account that does not exist
// costs as much time as one that does.
func (s *Service) checkPassword(ctx context.Context, email, password string) (core.Credential, bool, error) {
	cred, err := s.People.Credential(ctx, email)
	if err != nil && !core.IsNotFound(err) {
		return cred, false, err
	}
	ok, err := s.Passwords.Verify(ctx, cred.PasswordHash, password)
	return cred, ok, err
}

func loginReason(cred core.Credential, passwordOK bool) string {
	switch {
	case cred.User.ID == 0:
		return "unknown_user"
	case !passwordOK:
		return "wrong_password"
	}
	return "disabled"
}

// upgradeHash replaces a hash of an older kind now that the password is known
// to be right. Failing is no reason to refuse the login.
func (s *Service) upgradeHash(ctx context.Context, userID int64, password string) {
	hash, err := s.Passwords.Hash(ctx, password)
	if err == nil {
		err = s.Registration.SetPassword(ctx, userID, hash)
	}
	if err != nil {
		s.log.WarnContext(ctx, "password hash not upgraded", "user_id", userID, "err", err)
	}
}

// open starts a session and issues its first tokens.
func (s *Service) open(ctx context.Context, u core.User, c *core.Clinician, from core.Client) (core.SignedIn, error) {
	now := s.now()
	sid := auth.NewID()
	refresh, hash := auth.NewRefresh()
	session, err := s.Sessions.Open(ctx, core.NewSession{ID: sid, UserID: u.ID, Token: hash, Refresh: refresh,
		At: now, ExpiresAt: now.Add(s.lifetime)},
		core.AuditEvent{At: now, Type: core.EventLogin, Action: core.ActionExecute, Outcome: core.OutcomeSuccess,
			UserID: u.ID, Role: u.RoleName, SessionID: sid, Address: from.Address,
			Detail: map[string]any{"user_id": u.ID}})
	if err != nil {
		return core.SignedIn{}, err
	}
	access, _, err := s.Tokens.Issue(u, session.ID)
	if err != nil {
		return core.SignedIn{}, err
	}
	u.LastLogin = &now
	return core.SignedIn{User: u, Clinician: c, Tokens: core.Tokens{Access: access, Refresh: refresh}}, nil
}

// Refresh exchanges a refresh token for a new pair. A client that lost the
// answer and asks again within the grace time gets the same pair's refresh token.
func (s *Service) Refresh(ctx context.Context, presented string, from core.Client) (core.Tokens, error) {
	tokens, _, err := s.exchange(ctx, presented, from)
	return tokens, err
}

// exchange is Refresh and says whose tokens they are.
func (s *Service) exchange(ctx context.Context, presented string, from core.Client) (core.Tokens, int64, error) {
	successor, hash := auth.NewRefresh()
	sealed, err := auth.SealSuccessor(presented, successor)
	if err != nil {
		return core.Tokens{}, 0, errBadRefresh.WithCause(err)
	}
	rotated, err := s.Sessions.Rotate(ctx, core.Rotation{
		Presented: auth.HashRefresh(presented), Successor: hash, Sealed: sealed, PresentedToken: presented, SuccessorToken: successor,
		At: s.now(), Idle: s.idle, Grace: s.grace,
	}, core.AuditEvent{At: s.now(), Type: core.EventTokenRefreshed, Action: core.ActionExecute,
		Outcome: core.OutcomeSuccess, Address: from.Address})
	if err != nil {
		return core.Tokens{}, 0, err
	}
	if rotated.Replayed != nil {
		if successor, err = auth.OpenSuccessor(presented, rotated.Replayed); err != nil {
			return core.Tokens{}, 0, errBadRefresh.WithCause(err)
		}
	}
	u, err := s.People.User(ctx, rotated.Session.UserID)
	if err != nil {
		return core.Tokens{}, 0, err
	}
	access, _, err := s.Tokens.Issue(u, rotated.Session.ID)
	return core.Tokens{Access: access, Refresh: successor}, u.ID, err
}

// RefreshIfActive renews an access token that is about to end, so that a user
// who is working is not logged out and one who is not costs nothing. It never
// fails because of bad tokens: those answer {"active": false}.
func (s *Service) RefreshIfActive(ctx context.Context, access, refresh string, from core.Client) (core.ActiveSession, error) {
	who, err := s.Authenticate(ctx, access, from)
	switch {
	case core.CodeOf(err) == core.CodeUnauthenticated || core.CodeOf(err) == core.CodeForbidden:
		return core.ActiveSession{}, nil
	case err != nil:
		return core.ActiveSession{}, err
	}
	needs := who.ExpiresAt.Sub(s.now()) <= freshEnough
	if !needs {
		return core.ActiveSession{Active: true, NeedsRefresh: &needs}, nil
	}
	if ok, err := s.sameLogin(ctx, who, refresh); err != nil || !ok {
		return core.ActiveSession{}, err
	}
	tokens, userID, err := s.exchange(ctx, refresh, from)
	if core.CodeOf(err) == core.CodeUnauthenticated || err == nil && userID != who.UserID {
		return core.ActiveSession{}, nil
	}
	return core.ActiveSession{Active: err == nil, NeedsRefresh: &needs, Access: tokens.Access, Refresh: tokens.Refresh}, err
}

// sameLogin reports whether a refresh token is of the caller's session. Those of another
// service are known by their user only, which exchange says of one that never came here.
func (s *Service) sameLogin(ctx context.Context, who core.Principal, refresh string) (bool, error) {
	adopted := core.IsAdopted(who.SessionID)
	owner, err := s.Sessions.ByToken(ctx, auth.HashRefresh(refresh))
	switch {
	case core.IsNotFound(err):
		return adopted && refresh != "", nil
	case err != nil:
		return false, err
	}
	return owner.ID == who.SessionID || adopted && owner.UserID == who.UserID, nil
}

// Authenticate proves who holds an access token: signature, kind and time of
// the token, then that its session and user are alive at this moment.
// CodeUnauthenticated otherwise; CodeForbidden when the role may not be here.
// Another Authenticator, when there is one, decides instead.
func (s *Service) Authenticate(ctx context.Context, access string, from core.Client) (core.Principal, error) {
	if s.Authenticator != nil {
		return s.Authenticator.Authenticate(ctx, access, from)
	}
	who, err := s.Tokens.Verify(access)
	if err != nil {
		return core.Principal{}, errBadAccess.WithCause(err)
	}
	session, user, clinicianID, err := s.Sessions.Caller(ctx, who.SessionID, s.now())
	switch {
	case core.CodeOf(err) == core.CodeUnauthenticated:
		return core.Principal{}, errBadAccess.WithCause(err)
	case err != nil:
		return core.Principal{}, err
	case user.ID != who.UserID:
		return core.Principal{}, errBadAccess
	case user.RoleName != core.RoleClinician && user.RoleName != core.RoleAdmin:
		return core.Principal{}, errNotClinician
	}
	return core.Principal{UserID: user.ID, Email: user.Email, Role: user.RoleName, SessionID: session.ID, ClinicianID: clinicianID,
		ExpiresAt: who.ExpiresAt, Client: from}, nil
}

// Logout ends this session, or all of the user's, with their temporary views and
// whatever is being given out to them. refresh may name another session of the
// same user, as clients of the old service send it; it is ended too.
func (s *Session) Logout(ctx context.Context, refresh string, everywhere bool) error {
	defer s.sessionsEnded(ctx, s.who.UserID)
	return s.logout(ctx, refresh, everywhere)
}

func (s *Session) logout(ctx context.Context, refresh string, everywhere bool) error {
	ev := s.event(core.EventLogout, core.ActionExecute)
	ev.Detail = map[string]any{"user_id": s.who.UserID, "everywhere": everywhere}
	if everywhere {
		if _, err := s.Sessions.RevokeUser(ctx, s.who.UserID, ev); err != nil {
			return err
		}
		return s.closeViews(ctx, "")
	}
	if refresh != "" {
		if err := s.endOther(ctx, refresh, ev); err != nil {
			return err
		}
	}
	if err := s.Sessions.Revoke(ctx, s.who.SessionID, ev); err != nil {
		return err
	}
	return s.closeViews(ctx, s.who.SessionID)
}

// endOther ends another session of the caller, by its refresh token. In a portal it may
// be one that never came here.
func (s *Session) endOther(ctx context.Context, refresh string, ev core.AuditEvent) error {
	other, err := s.Sessions.ByToken(ctx, auth.HashRefresh(refresh))
	if e, ok := s.Sessions.(core.TokenEnder); ok && core.IsNotFound(err) {
		return e.EndToken(ctx, s.who.UserID, refresh)
	}
	if core.IsNotFound(err) || err == nil && (other.UserID != s.who.UserID || other.ID == s.who.SessionID) {
		return nil
	}
	if err != nil {
		return err
	}
	ev.SessionID = other.ID
	if err := s.Sessions.Revoke(ctx, other.ID, ev); err != nil {
		return err
	}
	return s.closeViews(ctx, other.ID)
}
