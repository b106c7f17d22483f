package tui

import (
	"context"
	"path/filepath"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/tui/ui"
)

// browser is the upload's list of files.
type browser struct {
	table *ui.Table
	list  listing
	ready bool
}

// browse opens the list at the directory that was typed, or the start.
func (s *uploadScreen) browse() tea.Cmd {
	dir := s.startDir
	if typed := s.form.Field("file").Value(); typed != "" {
		dir = filepath.Dir(resolve(typed, s.startDir))
	}
	s.browser = &browser{table: ui.NewTable(
		ui.Column{Title: "Name", Width: 20, Flex: true},
		ui.Column{Title: "Size", Width: 9, Right: true},
		ui.Column{Title: "Changed", Width: 17, Drop: 1},
	)}
	s.SetSize(s.w, s.h)
	return s.enter(dir)
}

func (s *uploadScreen) enter(dir string) tea.Cmd {
	return ui.Load(s.scope, slotDir, func(context.Context) (listing, error) { return readDir(dir) })
}

// show takes a directory; loc is for the times in it.
func (b *browser) show(l listing, loc *time.Location) {
	b.list, b.ready = l, true
	b.table.SetRows(len(l.entries), func(r, c int) string {
		e := l.entries[r]
		switch {
		case c == 0 && e.dir:
			return ui.Clean(e.name) + "/"
		case c == 0:
			return ui.Clean(e.name)
		case c == 1 && e.dir:
			return ""
		case c == 1:
			return ui.Size(e.size)
		}
		return ui.Moment(e.at, loc)
	})
	b.table.Select(0)
}

func (b *browser) keys(s *uploadScreen) []ui.Binding {
	return append([]ui.Binding{
		{Keys: []string{"enter", "l", "right"}, Help: "open", Run: s.pick},
		{Keys: []string{"backspace", "h", "left"}, Show: "Backspace", Help: "directory above", Run: func() tea.Cmd {
			return s.enter(filepath.Dir(b.list.dir))
		}},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back to the form", Run: do(func() { s.browser = nil })},
	}, ui.MoveKeys(b.table, nil)...)
}

// pick opens a directory or takes a file.
func (s *uploadScreen) pick() tea.Cmd {
	i := s.browser.table.Cursor()
	if i < 0 {
		return nil
	}
	e := s.browser.list.entries[i]
	path := filepath.Join(s.browser.list.dir, e.name)
	if e.dir {
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
	head := " " + th.Head.Render("Files in ") + ui.Cut(ui.Clean(b.list.dir), w-12)
	if len(b.list.entries) == 0 {
		return head + "\n" + ui.Empty(th, "No files here.", "Backspace goes to the directory above.", w)
	}
	return head + "\n" + b.table.View(th)
}
