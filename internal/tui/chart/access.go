package chart

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// accessScreen is the part of a chart that says who looked at it: first the people, behind
// them everything that ever happened to it, newest first, in pages. It shares the chart's
// scope.
type accessScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	titled func(recordID string) string // what the chart calls a document, "" unknown
	rows   []core.Access
	next   string // cursor of the page behind the rows
	state  ui.State
	table  *ui.Table // of acts
	people []core.AccessPerson
	since  *time.Time // what was done before is not counted for people
	who    *ui.Table  // of people
	acts   bool       // they are on screen
}

const (
	accessPage             = 100
	slotAccess     ui.Slot = "access"
	slotAccessMore ui.Slot = "more access"
)

func newAccess(clinic Clinic, b page.Base, of ui.Banner, titled func(string) string) *accessScreen {
	return &accessScreen{Base: b, clinic: clinic, banner: of, titled: titled, who: ui.NewTable(
		ui.Column{Title: "", Width: 1},
		ui.Column{Title: "Who", Width: 18, Flex: true},
		ui.Column{Title: "Role", Width: 14},
		ui.Column{Title: "How often", Width: 10, Flex: true},
		ui.Column{Title: "Last", Width: 17},
		ui.Column{Title: "First", Width: 17, Drop: 1},
	), table: ui.NewTable(
		ui.Column{Title: "", Width: 1},
		ui.Column{Title: "When", Width: 17},
		ui.Column{Title: "Who", Width: 16, Flex: true},
		ui.Column{Title: "What", Width: 26, Flex: true},
		ui.Column{Title: "Document", Width: 22, Flex: true, Drop: 1},
	)}
}

func (s *accessScreen) SetSize(w, h int) {
	s.Base.SetSize(w, h)
	s.table.SetSize(w, max(2, h-1-s.footRoom()))
	s.who.SetSize(w, max(2, h-1-s.footRoom()))
}

// footRoom is how many lines are kept for the selected act in full.
func (s *accessScreen) footRoom() int {
	if s.H < 8 {
		return 0
	}
	return 2
}

// Refresh reads the first page again, unless somebody is far down the list.
func (s *accessScreen) Refresh() tea.Cmd {
	if s.table.Cursor() >= accessPage && s.state.Err == nil {
		return nil
	}
	s.Scope().Drop(slotAccessMore)
	return s.fetch(slotAccess, "")
}

func (s *accessScreen) fetch(slot ui.Slot, cursor string) tea.Cmd {
	clinic, id := s.clinic, s.banner.ID
	return ui.Load(s.Scope(), slot, func(ctx context.Context) (core.AccessPage, error) {
		return clinic.AccessHistory(ctx, id, accessPage, cursor)
	})
}

// more asks for the next page when the end of the rows comes near.
func (s *accessScreen) more() tea.Cmd {
	if s.list() != s.table || s.next == "" || s.Scope().Busy(slotAccessMore) || s.Scope().Busy(slotAccess) || s.table.Cursor() < len(s.rows)-accessPage/4 {
		return nil
	}
	return s.fetch(slotAccessMore, s.next)
}

// answered takes a page.
func (s *accessScreen) answered(m ui.Result[core.AccessPage]) {
	if m.Err == nil && m.Value.PatientID != s.banner.ID {
		m.Err = page.WrongPatient()
	}
	if m.Err != nil {
		s.state.Fail(m.Err)
		return
	}
	if m.Slot == slotAccess {
		s.rows = nil
		s.state.Done(m.Value.AsAt)
		s.people, s.since = m.Value.People, m.Value.PeopleSince
		people := s.people
		s.who.SetRows(len(people), func(r, c int) string { return s.personCell(people[r], c) })
	}
	s.state.Err = nil
	s.rows, s.next = append(s.rows, m.Value.Accesses...), m.Value.Next
	rows := s.rows
	s.table.SetRows(len(rows), func(r, c int) string { return s.cell(rows[r], c) })
}

func (s *accessScreen) cell(a core.Access, col int) string {
	switch col {
	case 0:
		if a.Urgent || a.Outcome != core.OutcomeSuccess {
			return "!"
		}
		return ""
	case 1:
		return present.Moment(a.At, s.Location)
	case 2:
		return s.doer(a)
	case 3:
		return a.Told()
	}
	return s.titled(a.RecordID)
}

func (s *accessScreen) personCell(p core.AccessPerson, col int) string {
	switch col {
	case 0:
		if p.Refused+p.Urgent > 0 {
			return "!"
		}
		return ""
	case 1:
		return s.named(p.UserID, p.Who)
	case 2:
		return strings.ToLower(string(p.Role))
	case 3:
		return present.ActsOf(p)
	case 4:
		return present.Moment(p.Last, s.Location)
	}
	return present.Moment(p.First, s.Location)
}

// list is the table that is on screen.
func (s *accessScreen) list() *ui.Table {
	if s.acts || len(s.people) == 0 {
		return s.table
	}
	return s.who
}

// behind goes from the people to the acts, to the newest of the one under the cursor, and back.
func (s *accessScreen) behind() tea.Cmd {
	if s.acts {
		s.acts = false
		return nil
	}
	i := s.who.Cursor()
	if i < 0 || i >= len(s.people) {
		return nil
	}
	s.acts = true
	p := s.people[i]
	s.table.Select(max(0, slices.IndexFunc(s.rows, func(a core.Access) bool { return a.UserID == p.UserID && (p.UserID != 0 || a.Who == p.Who) })))
	return s.more()
}

func (s *accessScreen) keys() []ui.Binding {
	b := ui.Binding{Name: "what they did", Keys: []string{"enter"}, Help: "what they did", Run: s.behind}
	if s.acts {
		b.Help = "who they are"
	}
	if len(s.people) == 0 {
		b.Off = "Nobody is counted."
	}
	return []ui.Binding{b}
}

func (s *accessScreen) named(id int64, who string) string {
	if id != 0 && id == s.UserID() {
		return "you"
	}
	return present.Or(who)
}

func (s *accessScreen) doer(a core.Access) string {
	return s.named(a.UserID, a.Who)
}

// full says of the selected act what its row has no room for.
func (s *accessScreen) full() string {
	if s.list() == s.who {
		text := page.Count(len(s.people), "line") + ", who acted last first; Enter shows what they did."
		if s.since != nil {
			text += " What was done before " + present.Moment(*s.since, s.Location) + " is not counted."
		}
		return text
	}
	i := s.table.Cursor()
	if i < 0 {
		return ""
	}
	a := s.rows[i]
	parts := []string{s.doer(a)}
	if a.Role != "" && a.UserID != s.UserID() {
		parts[0] += " (" + strings.ToLower(string(a.Role)) + ")"
	}
	parts[0] += " " + a.Told()
	if title := s.titled(a.RecordID); title != "" {
		parts[0] += ": “" + title + "”"
	}
	if a.Purpose != "" {
		parts = append(parts, "purpose "+a.Purpose)
	}
	return strings.Join(parts, "; ") + "."
}

func (s *accessScreen) View() string {
	if cover, ok := s.state.Cover(s.Theme, "who looked", s.W); ok {
		return cover
	}
	if len(s.rows) == 0 {
		return ui.Empty(s.Theme, "Nothing was noted about this chart.", "", s.W)
	}
	out := s.list().View(s.Theme)
	if stale := s.state.StaleLine(s.Theme, s.Location, s.W); stale != "" {
		return stale + "\n" + ui.Fit(out, s.W, s.H-1)
	}
	if s.footRoom() == 0 {
		return out
	}
	return ui.Fit(out, s.W, s.H-s.footRoom()) + "\n" + ui.Fit(ui.Block(s.Theme.Dim.Render, s.full(), s.W), s.W, s.footRoom())
}
