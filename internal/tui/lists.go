package tui

import (
	"context"
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
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

func (s *listScreen[T]) Init() tea.Cmd    { return s.Refresh() }
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

// rowDigits names the keys that open the row they stand at; screens act on them
// themselves.
func rowDigits() ui.Binding {
	return ui.Binding{Keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, Show: "1-9", Help: "open row", Quiet: true}
}

// nameAlert is what is said before somebody with a namesake is opened.
func nameAlert(others string) string {
	return "NAME ALERT  " + others + ". Compare birth dates, then press the key again."
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

// newAppointments lists appointments of the clinic's day, or the coming ones.
func newAppointments(e *env, r Appointments) Screen {
	q := core.AppointmentFilter{From: core.DateOf(e.today()).String(), To: core.DateOf(e.today()).String(), // those the day counts
		Statuses: []core.AppointmentStatus{core.AppointmentPending, core.AppointmentBooked, core.AppointmentArrived, core.AppointmentFulfilled}}
	what := "Appointments today"
	if !r.Today {
		q = core.AppointmentFilter{From: e.now().Format(time.RFC3339), Statuses: []core.AppointmentStatus{core.AppointmentBooked, core.AppointmentPending}}
		what = "Appointments to come"
	}
	backend := e.backend
	return newList(e, r, listOf[core.Appointment]{
		what: func() string { return what }, empty: "None.", then: "",
		cols: []ui.Column{{Title: "When", Width: 21}, {Title: "Patient", Width: 20, Flex: true}, {Title: "Born", Width: 11}, {Title: "What", Width: 18, Drop: 2}, {Title: "Status", Width: 9, Drop: 1}},
		load: func(ctx context.Context, _ string) (listPage[core.Appointment], error) {
			a, err := backend.Appointments(ctx, q)
			return listPage[core.Appointment]{Items: a.Results, Count: a.Count, AsAt: a.AsAt}, err
		},
		cell: func(a core.Appointment, c int) string {
			switch c {
			case 0:
				return ui.Weekday(a.Start, e.loc) + " " + ui.Clock(a.Start, e.loc)
			case 1:
				return a.PatientName
			case 2:
				return a.PatientBorn.Display()
			case 3:
				return ui.Or(first(a.Type, a.Reason))
			}
			return string(a.Status)
		},
		open:  func(a core.Appointment) tea.Cmd { e.push(Chart{Patient: bannerOfAppointment(a)}); return nil },
		alert: func(a core.Appointment) string { return a.NameAlert },
		mute:  func(a core.Appointment) bool { return a.End.Before(e.now()) || a.Status == core.AppointmentCancelled },
	})
}

func bannerOfAppointment(a core.Appointment) ui.Banner {
	return ui.Banner{ID: a.PatientID, Name: a.PatientName, Born: a.PatientBorn, MRN: a.PatientMRN, Loading: true}
}

// newJobs lists the documents that are being read, or whose reading failed.
func newJobs(e *env, r Jobs) Screen {
	what := map[string]string{"running": "Being read", "failed": "Could not be read"}[r.State]
	backend := e.backend
	return newList(e, r, listOf[core.Job]{
		what: func() string { return what }, empty: "None.", then: "A document's reading starts with A.",
		cols: []ui.Column{{Title: "Since", Width: 17, Drop: 1}, {Title: "Patient", Width: 17, Flex: true}, {Title: "Born", Width: 11, Drop: 2},
			{Title: "Document", Width: 14, Flex: true}, {Title: "State", Width: 24}},
		load: func(ctx context.Context, _ string) (listPage[core.Job], error) {
			jobs, err := backend.Jobs(ctx, core.JobFilter{State: r.State, Limit: 100})
			return listPage[core.Job]{Items: jobs, Count: len(jobs)}, err
		},
		cell: func(j core.Job, c int) string {
			switch c {
			case 0:
				return ui.Moment(j.CreatedAt, e.loc)
			case 1:
				return ui.Or(j.PatientName)
			case 2:
				return j.PatientBorn.Display()
			case 3:
				return j.FileName
			}
			return jobState(j)
		},
		foot: jobFoot,
		open: func(j core.Job) tea.Cmd {
			e.push(Chart{Patient: bannerOfJob(j), Record: j.RecordID})
			return nil
		},
	})
}

// bannerOfJob is what a job knows of its patient.
func bannerOfJob(j core.Job) ui.Banner {
	return ui.Banner{ID: j.PatientID, Name: j.PatientName, Born: j.PatientBorn, MRN: j.PatientMRN, Loading: true}
}

// jobState is a job in a few words.
func jobState(j core.Job) string {
	switch j.Status {
	case core.JobFailed:
		return "! " + first(j.Error, j.Message, "failed")
	case core.JobPending:
		if j.Position > 0 {
			return fmt.Sprintf(". waiting, %d before it", j.Position)
		}
		return ". " + first(j.WaitingFor, "waiting, next")
	case core.JobProcessing:
		return fmt.Sprintf("* reading, %d %%", j.Progress)
	}
	return string(j.Status)
}

// newUnread lists every document the user has not reviewed.
func newUnread(e *env, r Unread) Screen {
	backend := e.backend
	return newList(e, r, listOf[core.UnreadRecord]{
		what: func() string { return "Documents you have not reviewed" }, empty: "You have reviewed every document of your patients.", then: "",
		cols: []ui.Column{{Title: "Patient", Width: 20, Flex: true}, {Title: "Born", Width: 11}, {Title: "Document", Width: 18, Flex: true}, {Title: "Type", Width: 14, Drop: 1}, {Title: "Uploaded", Width: 11, Drop: 2}},
		load: func(ctx context.Context, cursor string) (listPage[core.UnreadRecord], error) {
			p, err := backend.UnreadRecords(ctx, core.UnreadQuery{Limit: 100, Cursor: cursor})
			return listPage[core.UnreadRecord]{Items: p.Records, Count: p.Count, Next: p.Next, AsAt: p.AsAt}, err
		},
		cell: func(u core.UnreadRecord, c int) string {
			switch c {
			case 0:
				return core.DisplayName(u.Patient.User.LastName, u.Patient.User.FirstName, u.Patient.Title)
			case 1:
				return u.Patient.DateOfBirth.Display()
			case 2:
				return titleOf(u.Record)
			case 3:
				return u.Record.Type.TypeName
			}
			return ui.Day(u.Record.UploadedAt, e.loc)
		},
		open: func(u core.UnreadRecord) tea.Cmd {
			e.push(Chart{Patient: ui.BannerOfSummary(u.Patient), Record: u.Record.ID})
			return nil
		},
		alert: func(u core.UnreadRecord) string { return u.Patient.NameAlert },
	})
}
