package account

import (
	"context"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// profileScreen shows and changes the user's own profile, and ends sessions.
type profileScreen struct {
	page.Base
	clinic  Clinic
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

func NewProfile(clinic Clinic, e *page.Env, r page.Profile) page.Screen {
	s := &profileScreen{Base: page.NewBase(e, r), clinic: clinic}
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
	return tea.Batch(s.Refresh(), loadSpecializations(s.clinic, &s.Base))
}

func (s *profileScreen) Refresh() tea.Cmd {
	if s.editing {
		return nil
	}
	return ui.Load(s.Scope(), slotProfile, s.clinic.Profile)
}

func (s *profileScreen) Keys() []ui.Binding {
	if s.editing {
		return []ui.Binding{
			{Keys: []string{"ctrl+s"}, Help: "save", Run: s.save},
			{Keys: []string{"enter"}, Help: "next, then save"},
			{Keys: []string{"left", "right"}, Show: "Left/Right", Help: "choose", Quiet: true},
			{Keys: []string{"esc"}, Help: "do not save", Run: page.Do(func() { s.Drop(&s.form, s.endEdit) })},
		}
	}
	edit := ui.Binding{Keys: []string{"E"}, Help: "edit", Off: s.ChangeOff(), Run: page.Do(s.edit)}
	if !s.state.Got {
		edit.Off = "Wait until the profile is loaded."
	}
	return []ui.Binding{
		edit,
		{Keys: []string{"L"}, Help: "log out", Run: page.Do(func() {
			s.Confirm("Log out on this computer?", "log out", func() tea.Cmd { return s.logout(false) })
		})},
		{Keys: []string{"ctrl+e"}, Help: "log out everywhere", Run: page.Do(func() {
			s.Confirm("Log out here and on every other computer where you are signed in?", "log out everywhere", func() tea.Cmd { return s.logout(true) })
		})},
		{Keys: []string{"r"}, Help: "refresh", Quiet: true, Run: s.Refresh},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.Pop)},
	}
}

func (s *profileScreen) logout(everywhere bool) tea.Cmd {
	clinic := s.clinic
	return ui.Load(s.Scope(), slotLogout, func(ctx context.Context) (bool, error) { return everywhere, clinic.Logout(ctx, everywhere) })
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
	s.form.Settle()
	s.form.Focus("first_name")
	s.editing, s.err = true, ""
}

func (s *profileScreen) endEdit() { s.editing, s.err = false, "" }

// Leaving asks before what was typed is lost.
func (s *profileScreen) Leaving() string {
	if !s.editing {
		return ""
	}
	return page.Unsaved(&s.form)
}

// save sends only what was changed.
func (s *profileScreen) save() tea.Cmd {
	if s.Scope().Busy(slotSave) {
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
		s.Info("Nothing was changed.")
		return nil
	}
	s.err, c.Version = "", s.data.Version
	clinic := s.clinic
	return ui.Load(s.Scope(), slotSave, func(ctx context.Context) (core.Profile, error) { return clinic.UpdateProfile(ctx, c) })
}

func (s *profileScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.editing && !s.Scope().Busy(slotSave) && s.form.Update(m) {
			return s.save()
		}
	case ui.Result[[]core.Specialization]:
		if m.Err == nil {
			s.form.Field("specialization_id").Options = specializationOptions(m.Value)
		}
	case ui.Result[core.Profile]:
		s.answered(m)
	case ui.Result[bool]:
		s.SignedOut("") // forgotten here in any case
		if m.Err != nil {
			s.Bad(core.MessageOf(m.Err))
		}
	}
	return nil
}

func (s *profileScreen) answered(m ui.Result[core.Profile]) {
	saving := m.Slot == slotSave
	if m.Err != nil {
		if now, says, ok := page.Outdated[core.Profile](m.Err); ok {
			s.data, s.Profile = now, &now
			s.err = says + " What you typed is still here: Ctrl-S saves it over that."
		} else if saving {
			s.err = page.FormErrors(&s.form, m.Err)
		} else {
			s.state.Fail(m.Err)
		}
		return
	}
	s.data, s.Profile = m.Value, &m.Value
	s.state.Done(s.Now())
	if saving {
		s.editing = false
		s.Info("Saved.")
	}
}

func (s *profileScreen) View() string {
	if cover, ok := s.state.Cover(s.Theme, "your profile", s.W); ok {
		return cover
	}
	if s.editing {
		foot := ""
		if s.err != "" {
			foot = ui.Block(s.Theme.Bad.Render, "! "+s.err, s.W)
		} else if s.Scope().Busy(slotSave) {
			foot = " Saving …"
		}
		return " " + s.Theme.Head.Render("Edit my profile") + "\n\n" + s.form.View(s.Theme, s.W, max(1, s.H-4)) + "\n\n" + foot
	}
	p := s.data
	special := "Not recorded"
	if p.SpecializationDetail != nil {
		special = present.Or(p.SpecializationDetail.CancerType)
	}
	available := "No"
	if p.IsAvailable {
		available = "Yes"
	}
	rows := [][2]string{
		{"Name", present.Or(page.Who(&p))}, {"E-mail", present.Or(p.User.Email)}, {"Telephone", present.Or(p.PhoneNumber)},
		{"Specialization", special}, {"Available", available}, {"Member since", present.Day(p.User.DateJoined, s.Location)},
		{"Server", s.Address},
	}
	var b strings.Builder
	b.WriteString(" " + s.Theme.Head.Render("My profile") + "\n")
	if stale := s.state.StaleLine(s.Theme, s.Location, s.W); stale != "" {
		b.WriteString(stale)
	}
	for _, r := range rows {
		b.WriteString("\n " + s.Theme.Dim.Render(ui.Pad(r[0], 15)) + " " + ui.Cut(r[1], s.W-18))
	}
	return b.String() + "\n\n" + keptWhere(&s.Base)
}
