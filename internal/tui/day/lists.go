package day

import (
	"context"
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// NewAppointments lists appointments of the clinic's day, or the coming ones.
func NewAppointments(clinic Clinic, e *page.Env, r page.Appointments) page.Screen {
	q := core.AppointmentFilter{From: core.DateOf(e.Today()).String(), To: core.DateOf(e.Today()).String(), // those the day counts
		Statuses: []core.AppointmentStatus{core.AppointmentPending, core.AppointmentBooked, core.AppointmentArrived, core.AppointmentFulfilled}}
	what, empty := "Appointments today", "No appointments today, or only ones that were cancelled or missed."
	if !r.Today {
		q = core.AppointmentFilter{From: e.Now().Format(time.RFC3339), Statuses: []core.AppointmentStatus{core.AppointmentBooked, core.AppointmentPending}}
		what, empty = "Appointments to come", "No appointments to come."
	}
	return page.NewList(e, r, page.ListOf[core.Appointment]{
		What: func() string { return what }, Order: "earliest first", Empty: empty, Then: "",
		Cols: []ui.Column{{Title: "When", Width: 21}, {Title: "Patient", Width: 20, Flex: true}, {Title: "Born", Width: 11}, {Title: "What", Width: 18, Drop: 2}, {Title: "Status", Width: 9, Drop: 1}},
		Load: func(ctx context.Context, _ string) (page.ListPage[core.Appointment], error) {
			a, err := clinic.Appointments(ctx, q)
			return page.ListPage[core.Appointment]{Items: a.Results, Count: a.Count, AsAt: a.AsAt}, err
		},
		Cell: func(a core.Appointment, c int) string {
			switch c {
			case 0:
				return present.Weekday(a.Start, e.Location) + " " + present.Clock(a.Start, e.Location)
			case 1:
				return a.PatientName
			case 2:
				return a.PatientBorn.Display()
			case 3:
				return present.Or(page.First(a.Type, a.Reason))
			}
			return string(a.Status)
		},
		Open:  func(a core.Appointment) tea.Cmd { e.Push(page.Chart{Patient: page.BannerOfAppointment(a)}); return nil },
		Alert: func(a core.Appointment) string { return a.NameAlert },
		Mute:  func(a core.Appointment) bool { return a.End.Before(e.Now()) || a.Status == core.AppointmentCancelled },
	})
}

// NewJobs lists the documents that are being read, or whose reading failed.
func NewJobs(clinic Clinic, e *page.Env, r page.Jobs) page.Screen {
	what := map[string]string{"running": "Being read", "failed": "Could not be read"}[r.State]
	empty := map[string]string{"running": "No document of your patients is being read now.", "failed": "No reading of your patients' documents has failed."}[r.State]
	return page.NewList(e, r, page.ListOf[core.Job]{
		What: func() string { return what }, Order: "newest first", Empty: empty, Then: "A document's reading starts with A.",
		Cols: []ui.Column{{Title: "Since", Width: 17, Drop: 1}, {Title: "Patient", Width: 17, Flex: true}, {Title: "Born", Width: 11, Drop: 2},
			{Title: "Document", Width: 14, Flex: true}, {Title: "State", Width: 24}},
		Load: func(ctx context.Context, _ string) (page.ListPage[core.Job], error) {
			const most = 100
			jobs, err := clinic.Jobs(ctx, core.JobFilter{State: r.State, Limit: most})
			out := page.ListPage[core.Job]{Items: jobs, Count: len(jobs)}
			if len(jobs) == most {
				out.Left = fmt.Sprintf("Only the newest %d are here; there may be more.", most)
			}
			return out, err
		},
		Cell: func(j core.Job, c int) string {
			switch c {
			case 0:
				return present.Moment(j.CreatedAt, e.Location)
			case 1:
				return present.Or(j.PatientName)
			case 2:
				return j.PatientBorn.Display()
			case 3:
				return j.FileName
			}
			return page.JobState(j)
		},
		Foot: page.JobFoot,
		Open: func(j core.Job) tea.Cmd {
			e.Push(page.Chart{Patient: page.BannerOfJob(j), Record: j.RecordID})
			return nil
		},
	})
}

// NewUnread lists every document the user has not reviewed.
func NewUnread(clinic Clinic, e *page.Env, r page.Unread) page.Screen {
	return page.NewList(e, r, page.ListOf[core.UnreadRecord]{
		What: func() string { return "Documents you have not reviewed" }, Order: "newest first", Empty: "You have reviewed every document of your patients.", Then: "",
		Cols: []ui.Column{{Title: "Patient", Width: 20, Flex: true}, {Title: "Born", Width: 11}, {Title: "Document", Width: 18, Flex: true}, {Title: "Type", Width: 14, Drop: 1}, {Title: "Uploaded", Width: 11, Drop: 2}},
		Load: func(ctx context.Context, cursor string) (page.ListPage[core.UnreadRecord], error) {
			p, err := clinic.UnreadRecords(ctx, core.UnreadQuery{Limit: 100, Cursor: cursor})
			return page.ListPage[core.UnreadRecord]{Items: p.Records, Count: p.Count, Next: p.Next, AsAt: p.AsAt}, err
		},
		Cell: func(u core.UnreadRecord, c int) string {
			switch c {
			case 0:
				return core.DisplayName(u.Patient.User.LastName, u.Patient.User.FirstName, u.Patient.Title)
			case 1:
				return u.Patient.DateOfBirth.Display()
			case 2:
				return page.TitleOf(u.Record)
			case 3:
				return u.Record.Type.TypeName
			}
			return present.Day(u.Record.UploadedAt, e.Location)
		},
		Open: func(u core.UnreadRecord) tea.Cmd {
			e.Push(page.Chart{Patient: ui.BannerOfSummary(u.Patient), Record: u.Record.ID})
			return nil
		},
		Alert:    func(u core.UnreadRecord) string { return u.Patient.NameAlert },
		Document: func(u core.UnreadRecord) core.Record { return u.Record },
		Reads:    clinic,
	})
}
