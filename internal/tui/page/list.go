package page

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

// List is exactly the rows that a number of the day counted. It may show
// several patients and has no banner.
type List[T any] struct {
	Base
	ListOf[T]
	Rows  []T
	total int
	next  string
	left  string
	State ui.State
	table *ui.Table
	marks Marks
	seen  string // the name alert that was shown last
}

// ListOf says what a list holds and how.
type ListOf[T any] struct {
	What  func() string // for the head: what the rows are
	Order string        // how they are sorted, and which are left out: "newest first"
	Empty string        // that there are none; said only when the server said so
	Then  string        // what to do when there is nothing
	Cols  []ui.Column
	Load  func(ctx context.Context, cursor string) (ListPage[T], error)
	Cell  func(row T, col int) string
	Open  func(row T) tea.Cmd
	Keys  func(row T, has bool) []ui.Binding // further ones; may be nil
	Other func(msg tea.Msg) tea.Cmd          // answers to what keys asked for; may be nil
	Mute  func(row T) bool                   // may be nil
	Alert func(row T) string                 // whom the row's patient could be mistaken for, "" nobody; may be nil
	Foot  func(row T) string                 // says in full what the selected row has no room for; may be nil
	// Document is the document of a row, and Reads has those read that are marked. Both or none.
	Document func(row T) core.Record
	Reads    Analyzer
}

// ListPage is one page of rows.
type ListPage[T any] struct {
	Items []T
	Count int
	Next  string
	AsAt  time.Time

	// Left says what the rows cannot tell of, because it was not read; "" nothing. It
	// stands above them, and in the place of ListOf.Empty.
	Left string

	Banner ui.Banner // whose rows they are, in lists about one patient
}

func NewList[T any](e *Env, r Route, of ListOf[T]) *List[T] {
	return &List[T]{Base: NewBase(e, r), ListOf: of, table: ui.NewTable(of.Cols...)}
}

func (s *List[T]) Init() tea.Cmd { return s.Refresh() }

func (s *List[T]) Refresh() tea.Cmd { s.scope.Drop(SlotMore); return s.fetch(SlotList, "") }

func (s *List[T]) fetch(slot ui.Slot, cursor string) tea.Cmd {
	load := s.Load
	return ui.Load(s.scope, slot, func(ctx context.Context) (ListPage[T], error) { return load(ctx, cursor) })
}

func (s *List[T]) SetSize(w, h int) {
	s.Base.SetSize(w, h)
	s.resize()
}

// resize gives the table what is left of the place.
func (s *List[T]) resize() { s.table.SetSize(s.W, max(2, s.H-2-s.footRoom()-len(s.markLines()))) }

// footRoom is how many lines are kept for what is said of the selected row.
func (s *List[T]) footRoom() int {
	if s.Foot == nil || s.H < 8 {
		return 0
	}
	return 2
}

func (s *List[T]) selected() (row T, ok bool) {
	if i := s.table.Cursor(); i >= 0 && i < len(s.Rows) {
		return s.Rows[i], true
	}
	return row, false
}

func (s *List[T]) Keys() []ui.Binding {
	row, has := s.selected()
	no := ""
	switch {
	case !s.State.Got:
		no = "Wait until the list is loaded."
	case !has:
		no = "There is nothing to open."
	}
	keys := []ui.Binding{{Keys: []string{"enter"}, Help: "open", Off: no, Run: func() tea.Cmd { return s.OpenRow(row) }}}
	if s.ListOf.Keys != nil {
		keys = append(keys, s.ListOf.Keys(row, has)...)
	}
	if s.Document != nil {
		keys = append(keys, s.markKeys(row, has, no)...)
	}
	keys = append(keys,
		ui.Binding{Keys: []string{"r"}, Help: "refresh", Quiet: true, Run: s.Refresh},
		ui.Binding{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: Do(s.Pop)})
	return append(keys, ui.MoveKeys(s.table, s.more)...)
}

// markKeys mark documents of the list and have them read, the selected one when none is
// marked.
func (s *List[T]) markKeys(row T, has bool, no string) []ui.Binding {
	var rec core.Record
	if has {
		rec = s.Document(row)
	}
	list := s.documents()
	read, marked := s.marks.Analyse(&s.Base, s.Reads, list)
	if !marked {
		read = ui.Binding{Name: "analyse", Keys: []string{"A"}, Help: "analyse", Act: true,
			Off: First(no, Unreadable(rec), s.AnalyzeOff()), Run: func() tea.Cmd { return AskMarked(&s.Base, s.Reads, []core.Record{rec}) }}
	}
	return append(s.marks.Keys(list, rec, no, func(down int) { s.table.Move(down); s.resize() }), read)
}

func (s *List[T]) documents() []core.Record {
	out := make([]core.Record, len(s.Rows))
	for i, row := range s.Rows {
		out[i] = s.Document(row)
	}
	return out
}

// markLines say what is marked, or what became of it.
func (s *List[T]) markLines() []string {
	if s.Document == nil {
		return nil
	}
	return s.marks.Lines(s.Theme, s.documents(), s.W)
}

// OpenRow opens a row; at the second key when its patient has a namesake.
func (s *List[T]) OpenRow(row T) tea.Cmd {
	if s.Alert != nil {
		if alert := s.Alert(row); alert != "" && alert != s.seen {
			s.seen = alert
			s.Alarm(NameAlert(alert))
			return nil
		}
	}
	s.seen = ""
	return s.Open(row)
}

func (s *List[T]) more() tea.Cmd {
	if s.next == "" || s.scope.Busy(SlotMore) || s.scope.Busy(SlotList) || s.table.Cursor() < len(s.Rows)-20 {
		return nil
	}
	return s.fetch(SlotMore, s.next)
}

func (s *List[T]) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(ui.Result[Asked]); ok {
		s.marks.Answered(m)
		s.resize()
		return s.Refresh()
	}
	m, ok := msg.(ui.Result[ListPage[T]])
	if !ok {
		if s.Other != nil {
			return s.Other(msg)
		}
		return nil
	}
	if m.Err != nil {
		s.State.Fail(m.Err)
		return nil
	}
	if m.Slot == SlotList {
		s.Rows = nil
	}
	at := m.Value.AsAt
	if at.IsZero() {
		at = s.Now()
	}
	s.State.Done(at)
	s.Rows, s.total, s.next = append(s.Rows, m.Value.Items...), m.Value.Count, m.Value.Next
	s.left = m.Value.Left
	s.table.SetRows(len(s.Rows), func(r, c int) string { return s.Cell(s.Rows[r], c) })
	if s.Document != nil {
		s.table.Marked(func(r int) bool { return s.marks.Has(s.Document(s.Rows[r])) })
	}
	if s.Mute != nil {
		s.table.Mute(func(r int) bool { return s.Mute(s.Rows[r]) })
	}
	return nil
}

func (s *List[T]) View() string {
	head := " " + s.Theme.Head.Render(s.What())
	if cover, ok := s.State.Cover(s.Theme, "the list", s.W); ok {
		return head + "\n" + cover
	}
	head = ui.Sides(head+"  "+present.Rows(s.table.First()+1, s.table.Last()+1, s.total, s.Order), s.Theme.Dim.Render("as at "+present.Clock(s.State.AsAt, s.Location)+" "), s.W)
	second := s.second()
	switch {
	case len(s.Rows) > 0:
	case s.left != "":
		return head + "\n" + ui.Empty(s.Theme, s.left, s.Then, s.W)
	case s.total > 0:
		return head + "\n" + second + "\n" + ui.Empty(s.Theme, "The list changed while it was read.", "r reads it again.", s.W)
	default:
		return head + "\n" + second + "\n" + ui.Empty(s.Theme, s.Empty, s.Then, s.W)
	}
	out := head + "\n" + second + "\n" + s.table.View(s.Theme)
	if lines := s.markLines(); len(lines) > 0 {
		return ui.Fit(out, s.W, s.H-len(lines)) + "\n" + strings.Join(lines, "\n")
	}
	row, has := s.selected()
	if !has || s.footRoom() == 0 {
		return out
	}
	return ui.Fit(out, s.W, s.H-s.footRoom()) + "\n" + ui.Fit(ui.Block(s.Theme.Dim.Render, s.Foot(row), s.W), s.W, s.footRoom())
}

// second is what has to be known before the rows are believed.
func (s *List[T]) second() string {
	switch stale := s.State.StaleLine(s.Theme, s.Location, s.W); {
	case stale != "":
		return stale
	case s.left != "":
		return ui.Partial(s.Theme, s.left, s.W)
	case len(s.Rows) < s.total && s.next == "" && len(s.Rows) > 0:
		return ui.Partial(s.Theme, fmt.Sprintf("Only the first %d of %d are here.", len(s.Rows), s.total), s.W)
	}
	return ""
}

// RowDigits names the keys that open the row they stand at; screens act on them
// themselves.
func RowDigits() ui.Binding {
	return ui.Binding{Keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, Show: "1-9", Help: "open row", Quiet: true}
}

// NameAlert is what is said before somebody with a namesake is opened.
func NameAlert(others string) string {
	return "NAME ALERT  " + others + ". Compare birth dates, then press the key again."
}
