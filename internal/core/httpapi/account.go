package httpapi

import (
	"net/http"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/auth"
	"clinician/internal/core/wire"
)

func (a *API) signup(w http.ResponseWriter, r *http.Request) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	s := core.Signup{
		Email:            f.email("email"),
		Password:         f.secret("password", auth.MaxPasswordBytes),
		PasswordConfirm:  f.secret("password_confirm", auth.MaxPasswordBytes),
		FirstName:        f.text("first_name", 150),
		LastName:         f.text("last_name", 150),
		SpecializationID: f.integer("specialization_id"),
		PhoneNumber:      f.text("phone_number", 20),
	}
	f.atLeast("password", s.Password, auth.DefaultMinPassword)
	if err := f.err(); err != nil {
		return err
	}
	in, err := a.App.Signup(r.Context(), s, a.client(r))
	if err != nil {
		return err
	}
	return signedIn(w, f, http.StatusCreated, in)
}

func (a *API) login(w http.ResponseWriter, r *http.Request) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	email, password := f.email("email"), f.secret("password", auth.MaxPasswordBytes)
	if err := f.err(); err != nil {
		return err
	}
	in, err := a.App.Login(r.Context(), email, password, a.client(r))
	if err != nil {
		return err
	}
	return signedIn(w, f, http.StatusOK, in)
}

func signedIn(w http.ResponseWriter, f *form, status int, in core.SignedIn) error {
	w.Header().Set("Cache-Control", "no-store") // tokens
	return f.answer(w, status, in)
}

func (a *API) refresh(w http.ResponseWriter, r *http.Request) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	token := f.text("refresh", 4096)
	if err := f.err(); err != nil {
		return err
	}
	tokens, err := a.App.Refresh(r.Context(), token, a.client(r))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return f.answer(w, http.StatusOK, tokens)
}

// refreshIfActive takes the refresh token from the body, or from the cookie
// that the portal's login sets.
func (a *API) refreshIfActive(w http.ResponseWriter, r *http.Request) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	refresh := f.optionalText("refresh")
	if err := f.err(); err != nil {
		return err
	}
	cookie := false
	if c, err := r.Cookie(a.Cookies.Refresh); refresh == "" && err == nil {
		refresh, cookie = c.Value, true
	}
	access, _ := bearerToken(r)
	active, err := a.App.RefreshIfActive(r.Context(), access, refresh, a.client(r))
	if err != nil {
		return err
	}
	if cookie && active.Refresh != "" { // the one in the cookie is spent now
		for _, k := range a.Cookies.Tokens(core.Tokens{Access: active.Access, Refresh: active.Refresh}, a.Secure(r)) {
			http.SetCookie(w, k)
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return f.answer(w, http.StatusOK, active)
}

func (a *API) logout(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	refresh, everywhere := f.optionalText("refresh"), f.changedBoolean("everywhere")
	if err := f.err(); err != nil {
		return err
	}
	if err := s.Logout(r.Context(), refresh, everywhere != nil && *everywhere); err != nil {
		return err
	}
	return f.answer(w, http.StatusOK, wire.Message{Message: "Successfully logged out"})
}

func (a *API) profile(w http.ResponseWriter, r *http.Request, s *app.Session) error {
	p, err := s.Profile(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, p)
}

func (a *API) updateProfile(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error {
	f, err := a.form(w, r)
	if err != nil {
		return err
	}
	change := core.ProfileChange{
		Version:          seen,
		FirstName:        f.changedText("first_name", 150),
		LastName:         f.changedText("last_name", 150),
		PhoneNumber:      f.changedText("phone_number", 20),
		SpecializationID: f.changedInteger("specialization_id"),
		IsAvailable:      f.changedBoolean("is_available"),
	}
	if err := f.err(); err != nil {
		return err
	}
	p, err := s.UpdateProfile(r.Context(), change)
	if err != nil {
		return err
	}
	return f.answer(w, http.StatusOK, p)
}
