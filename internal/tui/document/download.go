package document

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

// downloadScreen saves a document to a file only its user can read. It does
// not overwrite without being told to, and a broken download leaves nothing.
type downloadScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	record core.Record
	form   ui.Form
	got    page.Transfer
	err    string
	saved  string
}

const slotDownload ui.Slot = "download"

func NewDownload(clinic Clinic, e *page.Env, r page.Download) page.Screen {
	s := &downloadScreen{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient, record: r.Record}
	f := &ui.Field{Key: "path", Label: "Save as", Input: ui.Input{Max: 4096}}
	f.Input.Set(e.Local.Resolve(page.LocalName(r.Record.Filename)))
	s.form.Fields = []*ui.Field{f}
	return s
}

func (s *downloadScreen) Banner() ui.Banner { return s.banner }
func (s *downloadScreen) busy() bool        { return s.Scope().Busy(slotDownload) }
func (s *downloadScreen) Typing() bool      { return !s.busy() && s.saved == "" }

// Moving is for the footer of every screen.
func (s *downloadScreen) Moving() (string, float64) {
	if !s.busy() {
		return "", 0
	}
	return "download", s.got.Part()
}

func (s *downloadScreen) Leaving() string {
	if s.busy() {
		return "The download of “" + present.Or(s.record.Title) + "” of " + s.banner.Name + " is still running. Stop it? Nothing is kept then."
	}
	return page.Unsaved(&s.form)
}

func (s *downloadScreen) Keys() []ui.Binding {
	switch {
	case s.saved != "":
		return []ui.Binding{{Keys: []string{"enter", "esc", "q"}, Show: "Enter/Esc", Help: "back", Run: page.Do(s.Pop)}}
	case s.busy():
		return []ui.Binding{{Keys: []string{"ctrl+k"}, Help: "cancel the download", Run: page.Do(func() {
			s.Scope().Drop(slotDownload)
			s.err = "Cancelled; nothing was kept."
		})}}
	}
	return []ui.Binding{
		{Keys: []string{"enter"}, Help: "save"},
		{Keys: []string{"ctrl+u"}, Help: "clear the path", Quiet: true},
		{Keys: []string{"esc"}, Help: "back", Run: page.Do(s.Pop)},
	}
}

func (s *downloadScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.Typing() && s.form.Update(m) {
			return s.start(false)
		}
	case ui.Result[ui.Tick]:
		if s.busy() {
			return ui.After(s.Scope(), slotProgress, s.Pauses.Progress)
		}
	case ui.Result[string]:
		switch {
		case errors.Is(m.Err, page.ErrExists) || core.CodeOf(m.Err) == core.CodeConflict:
			s.Confirm("There is a file of this name already. Overwrite it with “"+present.Or(s.record.Title)+"” of "+s.banner.Name+"?",
				"overwrite", func() tea.Cmd { return s.start(true) })
		case m.Err != nil:
			s.err = core.MessageOf(m.Err)
		default:
			s.saved = m.Value
			s.form.Settle()
		}
	}
	return nil
}

func (s *downloadScreen) start(overwrite bool) tea.Cmd {
	typed := s.form.Field("path").Value()
	if strings.TrimSpace(typed) == "" {
		s.form.SetErrors(map[string][]string{"path": {"Where to? Type a path."}})
		return nil
	}
	path := s.Local.Resolve(typed)
	s.err = ""
	s.got = page.NewTransfer(s.record.Size, s.Now())
	clinic, local, id, got := s.clinic, s.Local, s.record.ID, s.got.Done
	name := page.LocalName(s.record.Filename)
	return tea.Batch(ui.Load(s.Scope(), slotDownload, func(ctx context.Context) (string, error) {
		return page.SaveRecord(ctx, local, clinic, id, path, name, overwrite, got.Store)
	}), ui.After(s.Scope(), slotProgress, s.Pauses.Progress))
}

func (s *downloadScreen) View() string {
	head := "\n " + s.Theme.Head.Render(ui.Cut("Download “"+present.Or(s.record.Title)+"”", s.W-2)) + "\n" +
		ui.Block(s.Theme.Dim.Render, present.Or(s.record.Type.TypeName)+", "+present.Size(s.record.Size)+", of "+s.banner.Name, s.W) + "\n\n"
	switch {
	case s.saved != "":
		return head + ui.Block(s.Theme.Strong.Render, "Saved as "+s.saved, s.W) + "\n\n" +
			ui.Block(s.Theme.Warn.Render, "! It is not encrypted there. Only your user can read it; remove it when it is no longer needed.", s.W)
	case s.busy():
		return head + s.got.View(s.Theme, s.Now(), s.W)
	}
	foot := ui.Block(s.Theme.Dim.Render, "The copy leaves the protection of the chart. It is made readable for your user only.", s.W)
	if s.err != "" {
		foot = ui.Block(s.Theme.Bad.Render, "! "+s.err, s.W)
	}
	return head + s.form.View(s.Theme, s.W, 3) + "\n\n" + foot
}
