package tui

import (
	"context"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// profileScreen shows and changes the user's own profile, and ends sessions.
type profileScreen struct {
	base
	data    core.Profile
	state   ui.State
	form    ui.Form
	editing bool
	err     string
}

const (
	slotProfile ui.Slot = "profile"
	slotSave    ui.Slot = "save"
	slotLogout  ui.Slot = "logout"
)

func newProfile(e *env, r Profile) Screen {
	s := &profileScreen{base: newBase(e, r)}
	s.form.Fields = []*ui.Field{
		{Key: "first_name", Label: "Given name"},
		{Key: "last_name", Label: "Family name"},
		{Key: "phone_number", Label: "Telephone"},
		{Key: "specialization_id", Label: "Specialization", Choice: true, Index: -1},
		{Key: "is_available", Label: "Available", Choice: true, Options: []ui.Option{{Value: "true", Label: "Yes"}, {Value: "false", Label: "No"}}},
	}
	return s
}

func (s *profileScreen) Typing() bool { return s.editing }
func (s *profileScreen) Init() tea.Cmd {
	return tea.Batch(s.Refresh(), loadSpecializations(&s.base))
}

func (s *profileScreen) Refresh() tea.Cmd {
	if s.editing {
		return nil
	}
	return ui.Load(s.scope, slotProfile, s.backend.Profile)
}

func (s *profileScreen) Keys() []ui.Binding {
	if s.editing {
		return []ui.Binding{
			{Keys: []string{"ctrl+s"}, Help: "save", Run: s.save},
			{Keys: []string{"enter"}, Help: "next, then save"},
			{Keys: []string{"left", "right"}, Show: "Left/Right", Help: "choose", Quiet: true},
			{Keys: []string{"esc"}, Help: "do not save", Run: do(func() { s.editing, s.err = false, "" })},
		}
	}
	edit := ui.Binding{Keys: []string{"E"}, Help: "edit", Off: s.changeOff(), Run: do(s.edit)}
	if !s.state.Got {
		edit.Off = "Wait until the profile is loaded."
	}
	return []ui.Binding{
		edit,
		{Keys: []string{"L"}, Help: "log out", Run: do(func() {
			s.confirm("Log out on this computer?", "log out", func() tea.Cmd { return s.logout(false) })
		})},
		{Keys: []string{"ctrl+e"}, Help: "log out everywhere", Run: do(func() {
			s.confirm("Log out here and on every other computer where you are signed in?", "log out everywhere", func() tea.Cmd { return s.logout(true) })
		})},
		{Keys: []string{"r"}, Help: "refresh", Quiet: true, Run: s.Refresh},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: do(s.pop)},
	}
}

func (s *profileScreen) logout(everywhere bool) tea.Cmd {
	backend := s.backend
	return ui.Load(s.scope, slotLogout, func(ctx context.Context) (bool, error) { return everywhere, backend.Logout(ctx, everywhere) })
}

// edit fills the form with what is stored.
func (s *profileScreen) edit() {
	p := s.data
	s.form.Field("first_name").Input.Set(p.User.FirstName)
	s.form.Field("last_name").Input.Set(p.User.LastName)
	s.form.Field("phone_number").Input.Set(p.PhoneNumber)
	if p.Specialization != nil {
		s.form.Field("specialization_id").Choose(strconv.FormatInt(*p.Specialization, 10))
	}
	s.form.Field("is_available").Choose(strconv.FormatBool(p.IsAvailable))
	s.form.SetErrors(nil)
	s.form.Focus("first_name")
	s.editing, s.err = true, ""
}

// save sends only what was changed.
func (s *profileScreen) save() tea.Cmd {
	if s.scope.Busy(slotSave) {
		return nil
	}
	var c core.ProfileChange
	text := func(key, old string) *string {
		if v := strings.TrimSpace(s.form.Field(key).Value()); v != old {
			return &v
		}
		return nil
	}
	c.FirstName = text("first_name", s.data.User.FirstName)
	c.LastName = text("last_name", s.data.User.LastName)
	c.PhoneNumber = text("phone_number", s.data.PhoneNumber)
	if id, err := strconv.ParseInt(s.form.Field("specialization_id").Value(), 10, 64); err == nil &&
		(s.data.Specialization == nil || *s.data.Specialization != id) {
		c.SpecializationID = &id
	}
	if on := s.form.Field("is_available").Value() == "true"; on != s.data.IsAvailable {
		c.IsAvailable = &on
	}
	if c == (core.ProfileChange{}) {
		s.editing = false
		s.info("Nothing was changed.")
		return nil
	}
	s.err = ""
	backend := s.backend
	return ui.Load(s.scope, slotSave, func(ctx context.Context) (core.Profile, error) { return backend.UpdateProfile(ctx, c) })
}

func (s *profileScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.editing && !s.scope.Busy(slotSave) && s.form.Update(m) {
			return s.save()
		}
	case ui.Result[[]core.Specialization]:
		if m.Err == nil {
			s.form.Field("specialization_id").Options = specializationOptions(m.Value)
		}
	case ui.Result[core.Profile]:
		s.answered(m)
	case ui.Result[bool]:
		s.signedOut("") // forgotten here in any case
		if m.Err != nil {
			s.bad(core.MessageOf(m.Err))
		}
	}
	return nil
}

func (s *profileScreen) answered(m ui.Result[core.Profile]) {
	saving := m.Slot == slotSave
	if m.Err != nil {
		if saving {
			s.err = formErrors(&s.form, m.Err)
		} else {
			s.state.Fail(m.Err)
		}
		return
	}
	s.data, s.profile = m.Value, &m.Value
	s.state.Done(s.now())
	if saving {
		s.editing = false
		s.info("Saved.")
	}
}

func (s *profileScreen) View() string {
	if cover, ok := s.state.Cover(s.th, "your profile", s.w); ok {
		return cover
	}
	if s.editing {
		foot := ""
		if s.err != "" {
			foot = ui.Block(s.th.Bad.Render, "! "+s.err, s.w)
		} else if s.scope.Busy(slotSave) {
			foot = " Saving …"
		}
		return " " + s.th.Head.Render("Edit my profile") + "\n\n" + s.form.View(s.th, s.w, max(1, s.h-4)) + "\n\n" + foot
	}
	p := s.data
	special := "Not recorded"
	if p.SpecializationDetail != nil {
		special = ui.Or(p.SpecializationDetail.CancerType)
	}
	available := "No"
	if p.IsAvailable {
		available = "Yes"
	}
	rows := [][2]string{
		{"Name", ui.Or(who(&p))}, {"E-mail", ui.Or(p.User.Email)}, {"Telephone", ui.Or(p.PhoneNumber)},
		{"Specialization", special}, {"Available", available}, {"Member since", ui.Day(p.User.DateJoined, s.loc)},
		{"Server", s.address},
	}
	var b strings.Builder
	b.WriteString(" " + s.th.Head.Render("My profile") + "\n")
	if stale := s.state.StaleLine(s.th, s.loc, s.w); stale != "" {
		b.WriteString(stale)
	}
	for _, r := range rows {
		b.WriteString("\n " + s.th.Dim.Render(ui.Pad(r[0], 15)) + " " + ui.Cut(r[1], s.w-18))
	}
	return b.String() + "\n\n" + keptWhere(&s.base)
}
