package document

import (
	"context"
	"path/filepath"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// browser is the upload's list of files.
type browser struct {
	table *ui.Table
	list  page.Listing
	ready bool
}

// browse opens the list at the directory that was typed, or the start.
func (s *uploadScreen) browse() tea.Cmd {
	dir := s.Local.Resolve("")
	if typed := s.form.Field("file").Value(); typed != "" {
		dir = filepath.Dir(s.Local.Resolve(typed))
	}
	s.browser = &browser{table: ui.NewTable(
		ui.Column{Title: "Name", Width: 20, Flex: true},
		ui.Column{Title: "Size", Width: 9, Right: true},
		ui.Column{Title: "Changed", Width: 17, Drop: 1},
	)}
	s.SetSize(s.W, s.H)
	return s.enter(dir)
}

func (s *uploadScreen) enter(dir string) tea.Cmd {
	local := s.Local
	return ui.Load(s.Scope(), page.SlotDir, func(context.Context) (page.Listing, error) { return local.List(dir) })
}

// show takes a directory; loc is for the times in it.
func (b *browser) show(l page.Listing, loc *time.Location) {
	b.list, b.ready = l, true
	b.table.SetRows(len(l.Entries), func(r, c int) string {
		e := l.Entries[r]
		switch {
		case c == 0 && e.Dir:
			return ui.Clean(e.Name) + "/"
		case c == 0:
			return ui.Clean(e.Name)
		case c == 1 && e.Dir:
			return ""
		case c == 1:
			return present.Size(e.Size)
		}
		return present.Moment(e.At, loc)
	})
	b.table.Select(0)
}

func (b *browser) keys(s *uploadScreen) []ui.Binding {
	return append([]ui.Binding{
		{Keys: []string{"enter", "l", "right"}, Help: "open", Run: s.pick},
		{Keys: []string{"backspace", "h", "left"}, Show: "Backspace", Help: "directory above", Run: func() tea.Cmd {
			return s.enter(filepath.Dir(b.list.Dir))
		}},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back to the form", Run: page.Do(func() { s.browser = nil })},
	}, ui.MoveKeys(b.table, nil)...)
}

// pick opens a directory or takes a file.
func (s *uploadScreen) pick() tea.Cmd {
	i := s.browser.table.Cursor()
	if i < 0 {
		return nil
	}
	e := s.browser.list.Entries[i]
	path := filepath.Join(s.browser.list.Dir, e.Name)
	if e.Dir {
		return s.enter(path)
	}
	s.browser = nil
	s.form.Field("file").Input.Set(path)
	s.form.Focus("type")
	s.suggest()
	return nil
}

func (b *browser) view(th *ui.Theme, w int) string {
	if !b.ready {
		return ui.Loading(th, "the directory")
	}
	head := " " + th.Head.Render("Files in ") + ui.Cut(ui.Clean(b.list.Dir), w-12)
	if len(b.list.Entries) == 0 {
		return head + "\n" + ui.Empty(th, "No files here.", "Backspace goes to the directory above.", w)
	}
	return head + "\n" + b.table.View(th)
}
