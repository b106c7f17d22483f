package web

import (
	"net/http"
	"strconv"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// home goes to the day, or to signing in.
func (s *Site) home(g *guest) error {
	if _, err := s.identify(g); err != nil {
		s.turnAway(g, err)
		return nil
	}
	g.redirect(pathDashboard)
	return nil
}

// loginForm is what the page for signing in shows.
type loginForm struct {
	Email, Next string
	Signup      bool
	Reason      string // why one is here
}

// reasons are why somebody was sent to the page for signing in, by the word that the
// address carries.
var reasons = map[string]string{
	"session_expired": "Your session has ended. Sign in again.",
	"unauthorized":    "This account has no access here: clinicians only.",
	"signed_out":      "You have signed out.",
	"idle":            "You were signed out because nothing was done for a while.",
}

// next is where to go after signing in; the day when it is not a page of ours.
func (g *guest) next(where string) string {
	if !ownPath(where) {
		return pathDashboard
	}
	return where
}

func (s *Site) loginPage(g *guest) error {
	q := g.r.URL.Query()
	form := loginForm{Next: g.next(q.Get("next")), Signup: !s.NoSignup, Reason: reasons[q.Get("error")]}
	if form.Reason == "" {
		if _, err := s.identify(g); err == nil {
			g.redirect(form.Next)
			return nil
		}
	}
	return g.render(nil, http.StatusOK, "login", page{Title: "Sign in", Body: form})
}

func (s *Site) login(g *guest) error {
	form := loginForm{Email: g.form.Get("email"), Next: g.next(g.form.Get("next")), Signup: !s.NoSignup}
	in, err := s.App.Login(g.r.Context(), form.Email, g.form.Get("password"), s.API.Client(g.r))
	if err != nil {
		return g.again(err, "login", page{Title: "Sign in", Body: form})
	}
	g.enter(in, form.Next)
	return nil
}

// enter begins a session in this browser.
func (g *guest) enter(in core.SignedIn, next string) {
	g.site.API.Note(g.r, g.r.URL.Path, in.User.ID)
	g.keep(in.Tokens)
	g.newFormToken()
	g.redirect(next)
}

// again shows a form once more with what is wrong with it; failures that are not the
// form's go their usual way.
func (g *guest) again(err error, view string, p page) error {
	p.Problem, p.Fields = core.MessageOf(err), fieldsOf(err)
	switch code := core.CodeOf(err); code {
	case core.CodeUnauthenticated:
		p.Problem = "E-mail address or password is not right. Check both and try again."
		return g.render(nil, http.StatusUnauthorized, view, p)
	case core.CodeRateLimited:
		g.w.Header().Set("Retry-After", strconv.Itoa(max(1, retryAfter(err))))
		return g.render(nil, wire.Status(code), view, p)
	case core.CodeInvalid, core.CodeForbidden, core.CodeConflict:
		return g.render(nil, wire.Status(code), view, p)
	}
	return err
}

// signupForm is what the page for new accounts shows.
type signupForm struct {
	core.Signup
	Specializations []core.Specialization
}

func (s *Site) signupPage(g *guest) error {
	return s.showSignup(g, core.Signup{}, nil)
}

func (s *Site) showSignup(g *guest, typed core.Signup, wrong error) error {
	list, err := s.App.Specializations(g.r.Context())
	if err != nil {
		return err
	}
	typed.Password, typed.PasswordConfirm = "", ""
	p := page{Title: "New account", Body: signupForm{typed, list}}
	if wrong != nil {
		return g.again(wrong, "signup", p)
	}
	return g.render(nil, http.StatusOK, "signup", p)
}

func (s *Site) signup(g *guest) error {
	f := g.form
	specialization, err := strconv.ParseInt(f.Get("specialization_id"), 10, 64)
	typed := core.Signup{Email: f.Get("email"), Password: f.Get("password"), PasswordConfirm: f.Get("password_confirm"),
		FirstName: f.Get("first_name"), LastName: f.Get("last_name"), PhoneNumber: f.Get("phone_number"), SpecializationID: specialization}
	if err != nil {
		e := core.Errorf(core.CodeInvalid, "Choose a specialization.")
		e.Fields = map[string][]string{"specialization_id": {"Choose one."}}
		return s.showSignup(g, typed, e)
	}
	in, err := s.App.Signup(g.r.Context(), typed, s.API.Client(g.r))
	if err != nil {
		return s.showSignup(g, typed, err)
	}
	g.enter(in, pathDashboard)
	return nil
}

// logout ends the session of this browser, or all of the person's, and has the browser
// forget what it holds of these pages. Who is not signed in any more is let through.
func (s *Site) logout(g *guest) error {
	v, err := s.identify(g)
	if err == nil {
		s.API.Note(g.r, pathLogout, v.Principal().UserID)
		err = v.Logout(g.r.Context(), g.cookie(s.Cookies.Refresh), g.form.Get("everywhere") != "")
	}
	if err != nil && core.CodeOf(err) != core.CodeUnauthenticated && core.CodeOf(err) != core.CodeForbidden {
		return err
	}
	g.w.Header().Del("Set-Cookie") // of a session that was renewed on the way
	g.keep(core.Tokens{})
	g.w.Header().Set("Clear-Site-Data", `"cache"`)
	why := "signed_out"
	if g.form.Get("idle") != "" {
		why = "idle"
	}
	g.redirect(pathLogin + "?error=" + why)
	return nil
}
