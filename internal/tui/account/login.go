package account

import (
	"context"
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// loginScreen signs a clinician in. It also comes up over everything when a
// session ends; the screens below wait.
type loginScreen struct {
	page.Base
	clinic   Clinic
	form     ui.Form
	sentence string // why it came up
	gate     bool
	err      error
}

const (
	slotLogin   ui.Slot = "login"
	slotAccount ui.Slot = "account"
)

func NewLogin(clinic Clinic, e *page.Env, r page.Login) page.Screen {
	s := &loginScreen{Base: page.NewBase(e, r), clinic: clinic, sentence: r.Sentence, gate: r.Gate}
	s.form.Fields = []*ui.Field{
		{Key: "email", Label: "E-mail"},
		{Key: "password", Label: "Password", Input: ui.Input{Secret: true}},
	}
	email := e.Email
	if e.Profile != nil {
		email = e.Profile.User.Email
	}
	if email != "" {
		s.form.Field("email").Input.Set(email)
		s.form.Focus("password")
	}
	return s
}

func (s *loginScreen) Guest()       {}
func (s *loginScreen) Typing() bool { return true }

// Refresh is called when the server is there again.
func (s *loginScreen) Refresh() tea.Cmd {
	if core.CodeOf(s.err) == core.CodeUnavailable {
		s.err = nil
	}
	return nil
}

func (s *loginScreen) Keys() []ui.Binding {
	account := ui.Binding{Keys: []string{"ctrl+n"}, Help: "create an account", Run: page.Do(func() { s.Push(page.Signup{}) })}
	if s.gate {
		account.Off = "Sign in again first, or quit with Ctrl-C."
	}
	return []ui.Binding{
		{Keys: []string{"enter"}, Help: "sign in"},
		{Keys: []string{"tab", "shift+tab"}, Help: "next field", Quiet: true},
		account,
		{Keys: []string{"ctrl+c"}, Help: "quit", Run: page.Do(s.Quit)},
	}
}

func (s *loginScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.Scope().Busy(slotLogin) {
			return nil
		}
		if s.form.Update(m) {
			return s.send()
		}
	case ui.Result[core.SignedIn]:
		return s.answered(m)
	}
	return nil
}

func (s *loginScreen) send() tea.Cmd {
	email, password := strings.TrimSpace(s.form.Field("email").Value()), s.form.Field("password").Value()
	missing := map[string][]string{}
	if email == "" {
		missing["email"] = []string{"Type your e-mail address."}
	}
	if password == "" {
		missing["password"] = []string{"Type your password."}
	}
	s.form.SetErrors(missing)
	if len(missing) > 0 {
		return nil
	}
	s.err = nil
	clinic := s.clinic
	return ui.Load(s.Scope(), slotLogin, func(ctx context.Context) (core.SignedIn, error) {
		return clinic.Login(ctx, email, password)
	})
}

func (s *loginScreen) answered(m ui.Result[core.SignedIn]) tea.Cmd {
	if m.Err != nil {
		s.err = m.Err
		if core.CodeOf(m.Err) != core.CodeUnavailable { // keep it while the server is away
			s.form.Field("password").Input.Set("")
		}
		s.form.Focus("password")
		var e *core.Error
		if errors.As(m.Err, &e) && len(e.Fields) > 0 { // the address is none: that is where to type
			if rest := s.form.SetErrors(e.Fields); len(rest) == 0 {
				s.err = nil
			}
			if len(e.Fields["email"]) > 0 {
				s.form.Focus("email")
			}
		}
		return nil
	}
	s.form.Field("password").Input.Set("")
	s.Profile = page.ProfileOf(m.Value)
	s.SignedIn(m.Value.User.ID)
	return nil
}

func (s *loginScreen) View() string {
	var b strings.Builder
	if s.H >= 16 {
		b.WriteString("\n")
	}
	b.WriteString(" " + s.Theme.Head.Render("Sign in to "+s.Address) + "\n")
	if s.sentence != "" {
		for _, l := range ui.Wrap("! "+s.sentence, s.W-2) {
			b.WriteString(" " + s.Theme.Warn.Render(l) + "\n")
		}
	}
	b.WriteString("\n" + s.form.View(s.Theme, s.W, 6) + "\n\n")
	b.WriteString(s.outcome() + "\n")
	if s.H >= 12 {
		b.WriteString("\n" + keptWhere(&s.Base))
	}
	return b.String()
}

func (s *loginScreen) outcome() string {
	switch {
	case s.Scope().Busy(slotLogin):
		return " Signing in …"
	case core.CodeOf(s.err) == core.CodeUnavailable || s.err == nil && !s.Online:
		return ui.Block(s.Theme.Bad.Render, "! "+s.Away(s.err), s.W) + "\n" +
			ui.Block(s.Theme.Dim.Render, "It is tried again by itself; Enter tries now.", s.W)
	case s.err != nil:
		return ui.Block(s.Theme.Bad.Render, "! "+present.NotSignedIn(s.err), s.W)
	}
	return ""
}

// keptWhere says what happens to the session when the program ends.
func keptWhere(b *page.Base) string {
	text := "You stay signed in: the session is kept in this computer's keyring."
	switch {
	case b.Kept.Place == "":
		return ""
	case b.Kept.Place != "keyring":
		text = "You stay signed in until this program ends: the session is kept in memory only."
		if reason := strings.TrimSuffix(b.Kept.Reason, "."); reason != "" {
			text += " (" + reason + ".)"
		}
	}
	return ui.Block(b.Theme.Dim.Render, text, b.W)
}
