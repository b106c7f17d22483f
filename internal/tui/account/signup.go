package account

import (
	"context"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// signupScreen creates an account. What the server refuses is said at the field.
type signupScreen struct {
	page.Base
	clinic Clinic
	form   ui.Form
	err    string
}

const slotSpecializations ui.Slot = "specializations"

func NewSignup(clinic Clinic, e *page.Env, r page.Signup) page.Screen {
	s := &signupScreen{Base: page.NewBase(e, r), clinic: clinic}
	s.form.Fields = []*ui.Field{
		{Key: "email", Label: "E-mail"},
		{Key: "first_name", Label: "Given name"},
		{Key: "last_name", Label: "Family name"},
		{Key: "specialization_id", Label: "Specialization", Choice: true, Index: -1},
		{Key: "phone_number", Label: "Telephone", Input: ui.Input{Hint: "may stay empty"}},
		{Key: "password", Label: "Password", Input: ui.Input{Secret: true}},
		{Key: "password_confirm", Label: "Password again", Input: ui.Input{Secret: true}},
	}
	return s
}

func (s *signupScreen) Guest() {}
func (s *signupScreen) Leaving() string {
	return page.Unsaved(&s.form)
}
func (s *signupScreen) Typing() bool  { return true }
func (s *signupScreen) Init() tea.Cmd { return s.Refresh() }

func (s *signupScreen) Refresh() tea.Cmd {
	if len(s.form.Field("specialization_id").Options) > 0 {
		return nil
	}
	return loadSpecializations(s.clinic, &s.Base)
}

func loadSpecializations(clinic Clinic, b *page.Base) tea.Cmd {
	return ui.Load(b.Scope(), slotSpecializations, clinic.Specializations)
}

func (s *signupScreen) Keys() []ui.Binding {
	return []ui.Binding{
		{Keys: []string{"enter"}, Help: "next field, then create"},
		{Keys: []string{"ctrl+s"}, Help: "create", Run: s.send},
		{Keys: []string{"tab", "down"}, Show: "Tab/Down", Help: "next field", Quiet: true},
		{Keys: []string{"shift+tab", "up"}, Show: "Shift-Tab/Up", Help: "field before", Quiet: true},
		{Keys: []string{"left", "right"}, Show: "Left/Right", Help: "choose", Quiet: true},
		{Keys: []string{"esc"}, Help: "back to sign in", Run: page.Do(s.Pop)},
	}
}

func (s *signupScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.Scope().Busy(slotAccount) {
			return nil
		}
		if s.form.Update(m) {
			return s.send()
		}
	case ui.Result[[]core.Specialization]:
		if m.Err != nil {
			s.err = core.MessageOf(m.Err)
			return nil
		}
		s.form.Field("specialization_id").Options = specializationOptions(m.Value)
	case ui.Result[core.SignedIn]:
		return s.answered(m)
	}
	return nil
}

func specializationOptions(list []core.Specialization) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, x := range list {
		out[i] = ui.Option{Value: strconv.FormatInt(x.ID, 10), Label: x.CancerType}
	}
	return out
}

func (s *signupScreen) send() tea.Cmd {
	if s.Scope().Busy(slotAccount) {
		return nil
	}
	get := func(key string) string { return strings.TrimSpace(s.form.Field(key).Value()) }
	errs := map[string][]string{}
	for key, sentence := range map[string]string{
		"email": "Type your e-mail address.", "first_name": "Type your given name.",
		"last_name": "Type your family name.", "specialization_id": "Choose your specialization.",
		"password": "Type a password.",
	} {
		if get(key) == "" {
			errs[key] = []string{sentence}
		}
	}
	password := s.form.Field("password").Value()
	if password != s.form.Field("password_confirm").Value() {
		errs["password_confirm"] = []string{"The two passwords are not the same."}
	}
	s.err = ""
	s.form.SetErrors(errs)
	if len(errs) > 0 {
		return nil
	}
	id, _ := strconv.ParseInt(get("specialization_id"), 10, 64) // the options are numbers
	in := core.Signup{
		Email: get("email"), Password: password, PasswordConfirm: password,
		FirstName: get("first_name"), LastName: get("last_name"), SpecializationID: id, PhoneNumber: get("phone_number"),
	}
	clinic := s.clinic
	return ui.Load(s.Scope(), slotAccount, func(ctx context.Context) (core.SignedIn, error) { return clinic.Signup(ctx, in) })
}

func (s *signupScreen) answered(m ui.Result[core.SignedIn]) tea.Cmd {
	if m.Err == nil {
		s.Profile = page.ProfileOf(m.Value)
		s.Info("Your account is ready.")
		s.form.Settle()
		s.SignedIn(m.Value.User.ID)
		return nil
	}
	s.err = page.FormErrors(&s.form, m.Err)
	return nil
}

func (s *signupScreen) View() string {
	head := " " + s.Theme.Head.Render("A new account on "+s.Address)
	foot := ""
	switch {
	case s.Scope().Busy(slotAccount):
		foot = " Creating the account …"
	case s.err != "":
		foot = ui.Block(s.Theme.Bad.Render, "! "+s.err, s.W)
	}
	room := s.H - 2
	if foot != "" {
		room -= 1 + strings.Count(foot, "\n") + 1
	}
	return head + "\n\n" + s.form.View(s.Theme, s.W, max(1, room)) + "\n\n" + foot
}
