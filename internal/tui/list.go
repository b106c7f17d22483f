package tui

import (
	"context"
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/tui/ui"
)

// listScreen is exactly the rows that a number of the day counted. It may show
// several patients and has no banner.
type listScreen[T any] struct {
	base
	listOf[T]
	rows  []T
	total int
	next  string
	state ui.State
	table *ui.Table
	seen  string // the name alert that was shown last
}

// listOf says what a list holds and how.
type listOf[T any] struct {
	what  func() string // for the head: what the rows are
	empty string
	then  string // what to do when there is nothing
	cols  []ui.Column
	load  func(ctx context.Context, cursor string) (listPage[T], error)
	cell  func(row T, col int) string
	open  func(row T) tea.Cmd
	keys  func(row T, has bool) []ui.Binding // further ones; may be nil
	other func(msg tea.Msg) tea.Cmd          // answers to what keys asked for; may be nil
	mute  func(row T) bool                   // may be nil
	alert func(row T) string                 // whom the row's patient could be mistaken for, "" nobody; may be nil
	foot  func(row T) string                 // says in full what the selected row has no room for; may be nil
}

// listPage is one page of rows.
type listPage[T any] struct {
	Items []T
	Count int
	Next  string
	AsAt  time.Time

	Banner ui.Banner // whose rows they are, in lists about one patient
}

func newList[T any](e *env, r Route, of listOf[T]) *listScreen[T] {
	return &listScreen[T]{base: newBase(e, r), listOf: of, table: ui.NewTable(of.cols...)}
}

func (s *listScreen[T]) Init() tea.Cmd { return s.Refresh() }

func (s *listScreen[T]) Refresh() tea.Cmd { s.scope.Drop(slotMore); return s.fetch(slotList, "") }

func (s *listScreen[T]) fetch(slot ui.Slot, cursor string) tea.Cmd {
	load := s.load
	return ui.Load(s.scope, slot, func(ctx context.Context) (listPage[T], error) { return load(ctx, cursor) })
}

func (s *listScreen[T]) SetSize(w, h int) {
	s.base.SetSize(w, h)
	s.table.SetSize(w, max(2, h-2-s.footRoom()))
}

// footRoom is how many lines are kept for what is said of the selected row.
func (s *listScreen[T]) footRoom() int {
	if s.foot == nil || s.h < 8 {
		return 0
	}
	return 2
}

func (s *listScreen[T]) selected() (row T, ok bool) {
	if i := s.table.Cursor(); i >= 0 && i < len(s.rows) {
		return s.rows[i], true
	}
	return row, false
}

func (s *listScreen[T]) Keys() []ui.Binding {
	row, has := s.selected()
	no := ""
	if !has {
		no = "There is nothing to open."
	}
	keys := []ui.Binding{{Keys: []string{"enter"}, Help: "open", Off: no, Run: func() tea.Cmd { return s.openRow(row) }}}
	if s.listOf.keys != nil {
		keys = append(keys, s.listOf.keys(row, has)...)
	}
	keys = append(keys,
		ui.Binding{Keys: []string{"r"}, Help: "refresh", Quiet: true, Run: s.Refresh},
		ui.Binding{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: do(s.pop)})
	return append(keys, ui.MoveKeys(s.table, s.more)...)
}

// openRow opens a row; at the second key when its patient has a namesake.
func (s *listScreen[T]) openRow(row T) tea.Cmd {
	if s.alert != nil {
		if alert := s.alert(row); alert != "" && alert != s.seen {
			s.seen = alert
			s.alarm(nameAlert(alert))
			return nil
		}
	}
	s.seen = ""
	return s.open(row)
}

func (s *listScreen[T]) more() tea.Cmd {
	if s.next == "" || s.scope.Busy(slotMore) || s.scope.Busy(slotList) || s.table.Cursor() < len(s.rows)-20 {
		return nil
	}
	return s.fetch(slotMore, s.next)
}

func (s *listScreen[T]) Update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(ui.Result[listPage[T]])
	if !ok {
		if s.other != nil {
			return s.other(msg)
		}
		return nil
	}
	if m.Err != nil {
		s.state.Fail(m.Err)
		return nil
	}
	if m.Slot == slotList {
		s.rows = nil
	}
	at := m.Value.AsAt
	if at.IsZero() {
		at = s.now()
	}
	s.state.Done(at)
	s.rows, s.total, s.next = append(s.rows, m.Value.Items...), m.Value.Count, m.Value.Next
	s.table.SetRows(len(s.rows), func(r, c int) string { return s.cell(s.rows[r], c) })
	if s.mute != nil {
		s.table.Mute(func(r int) bool { return s.mute(s.rows[r]) })
	}
	return nil
}

func (s *listScreen[T]) View() string {
	head := " " + s.th.Head.Render(s.what())
	if cover, ok := s.state.Cover(s.th, "the list", s.w); ok {
		return head + "\n" + cover
	}
	head = ui.Sides(fmt.Sprintf("%s  %d", head, s.total), s.th.Dim.Render("as at "+ui.Clock(s.state.AsAt, s.loc)+" "), s.w)
	second := s.state.StaleLine(s.th, s.loc, s.w)
	if len(s.rows) == 0 {
		return head + "\n" + second + "\n" + ui.Empty(s.th, s.empty, s.then, s.w)
	}
	out := head + "\n" + second + "\n" + s.table.View(s.th)
	row, has := s.selected()
	if !has || s.footRoom() == 0 {
		return out
	}
	return ui.Fit(out, s.w, s.h-s.footRoom()) + "\n" + ui.Fit(ui.Block(s.th.Dim.Render, s.foot(row), s.w), s.w, s.footRoom())
}

// rowDigits names the keys that open the row they stand at; screens act on them
// themselves.
func rowDigits() ui.Binding {
	return ui.Binding{Keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, Show: "1-9", Help: "open row", Quiet: true}
}

// nameAlert is what is said before somebody with a namesake is opened.
func nameAlert(others string) string {
	return "NAME ALERT  " + others + ". Compare birth dates, then press the key again."
}
