package tui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

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
