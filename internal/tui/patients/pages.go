package patients

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// jump is an end of the list that has to be fetched.
type jump int

const (
	stay jump = iota
	toFirst
	toLast
)

// patientRows moves through the whole list, of which only a part is here.
type patientRows struct{ s *patientsScreen }

func (r patientRows) Move(n int) { r.s.table.Move(n) }
func (r patientRows) Page(n int) { r.s.table.Page(n) }

// End goes to the end of the list. Where the server did not count it whole, it
// goes as far as it is here.
func (r patientRows) End(last bool) {
	s := r.s
	switch {
	case last && s.next != "" && !s.uncounted():
		s.jump = toLast
	case !last && s.skipped > 0:
		s.jump = toFirst
	default:
		s.table.End(last)
	}
}

// uncounted reports whether there are more hits than the server counts.
func (s *patientsScreen) uncounted() bool { return s.total >= manyHits && s.asked != "" }

func (s *patientsScreen) load() tea.Cmd {
	s.dropPages()
	s.Scope().Drop(slotTyped)
	return s.fetch(page.SlotList, "")
}

// dropPages forgets the pages under way.
func (s *patientsScreen) dropPages() {
	for _, slot := range []ui.Slot{page.SlotMore, slotLast, slotPrev} {
		s.Scope().Drop(slot)
	}
	s.jump = stay
}

func (s *patientsScreen) fetch(slot ui.Slot, cursor string) tea.Cmd {
	q := core.PatientQuery{Text: strings.TrimSpace(s.filter.Value()), Limit: pageSize, Cursor: cursor, FromEnd: slot == slotLast || slot == slotPrev}
	if slot == page.SlotList {
		s.asked = q.Text
	}
	clinic := s.clinic
	return ui.Load(s.Scope(), slot, func(ctx context.Context) (core.PatientPage, error) { return clinic.Patients(ctx, q) })
}

// more asks for the pages that a move leads to: an end of the list, or the next
// page when the end of the rows comes near.
func (s *patientsScreen) more() tea.Cmd {
	jump := s.jump
	s.jump = stay
	switch {
	case jump == toFirst:
		s.table.End(false)
		return s.load()
	case jump == toLast && !s.searching():
		s.dropPages()
		return s.fetch(slotLast, "")
	case s.before != "" && s.table.Cursor() < s.table.Rows()+pageSize/4 && !s.Scope().Busy(slotPrev) && !s.searching():
		return s.fetch(slotPrev, s.before)
	}
	if s.next == "" || s.Scope().Busy(page.SlotMore) || s.Scope().Busy(page.SlotList) || s.Scope().Busy(slotTyped) ||
		s.table.Cursor() < len(s.rows)-s.table.Rows()-pageSize/4 {
		return nil
	}
	return s.fetch(page.SlotMore, s.next)
}

func (s *patientsScreen) answered(m ui.Result[core.PatientPage]) tea.Cmd {
	if m.Err != nil {
		s.state.Fail(m.Err)
		return nil
	}
	first := m.Slot == page.SlotList
	if first {
		s.rows = nil
		s.state.Done(s.Now())
		s.total = m.Value.Count
		s.warned = 0
	}
	s.state.Err = nil
	came := m.Value.Patients
	switch m.Slot {
	case slotLast:
		s.rows, s.next, s.before = came, "", m.Value.Next
		s.skipped = max(0, s.total-len(came))
	case slotPrev:
		s.rows, s.before = slices.Concat(came, s.rows), m.Value.Next
		s.skipped = max(0, s.skipped-len(came))
		s.table.Before(len(came), len(s.rows), s.draw)
		return nil
	default:
		s.rows, s.next = append(s.rows, came...), m.Value.Next
	}
	if first {
		s.readings, s.before, s.skipped = m.Value.DateReadings, "", 0
	}
	s.table.SetRows(len(s.rows), s.draw)
	if m.Slot == slotLast {
		s.table.End(true)
	}
	return nil
}

func (s *patientsScreen) draw(row, col int) string {
	if col == 0 {
		return s.digit(row)
	}
	return s.cell(s.rows[row], col)
}
