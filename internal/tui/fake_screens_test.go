package tui

import (
	"context"
	"time"

	"clinician/internal/core"
)

// busyDay is a day with something of everything.
func (f *fake) busyDay(d *core.Dashboard) {
	at := func(h, m int) time.Time { return time.Date(2026, 11, 24, h, m, 0, 0, time.UTC) }
	d.UpcomingAppointments = nil
	for i, p := range []int{3, 1, 0, 4, 7, 2, 3, 1, 0} {
		x := fakePeople[p]
		born, _ := core.ParseDate(x.born)
		d.UpcomingAppointments = append(d.UpcomingAppointments, core.Appointment{ID: int64(i + 1), PatientID: int64(p + 1),
			PatientName: core.DisplayName(x.last, x.first, x.title), PatientMRN: x.mrn, PatientBorn: born, Start: at(9, 20+20*i), End: at(9, 40+20*i),
			Type: "Follow-up", Location: "Room 3", Status: core.AppointmentBooked, UnreadRecords: i % 3})
	}
	d.UpcomingAppointments[1].NameAlert = "also BREITENBERG, Bryan  Born 30-Aug-1964  MRN 412 887 0011"
	d.UpcomingAppointments[0].UnreadRecords, d.UpcomingAppointments[0].CriticalValues = 2, ptr(0)
	d.UpcomingAppointments[6].UnreadRecords, d.UpcomingAppointments[6].CriticalValues = 2, ptr(0)
	d.UpcomingAppointments[1].CriticalValues = ptr(2)
	d.UpcomingAppointments[2].CriticalValues = ptr(0)
	d.UpcomingAppointments[5].CriticalValues = ptr(1)
	n := fakeNotifications()
	n = append(n, core.Notification{ID: 3, Kind: "check_patient", Level: "action", Text: "A page may belong to somebody else", PatientID: ptr(int64(4)),
		RecordID: ptr("r1"), PatientName: "CANTÚ, Catalina (Mrs)", CreatedAt: fakeNow.Add(-3 * time.Hour), State: core.NotificationOpen})
	n = append(n, core.Notification{ID: 4, Kind: "message", Level: "action", Text: "A transfer letter waits for your signature", PatientID: ptr(int64(1)),
		PatientName: "ABBOTT, Gail (Ms)", CreatedAt: fakeNow.Add(-4 * time.Hour), State: core.NotificationOpen})
	d.ActionItems = []core.Notification{n[0], n[2], n[3]}
	d.Notifications = n
	d.TodayAppointments, d.PendingAppointments, d.UnreadRecords = 9, 25, 6
	d.OpenNotifications, d.ActionCount, d.RunningJobs, d.FailedJobs = 4, 3, 1, 1
	d.Jobs = []core.Job{
		{ID: "job-a", RecordID: "r2", PatientID: 4, FileName: "blood-count.png", Status: core.JobProcessing, Progress: 40, CreatedAt: at(8, 1)},
		{ID: "job-r3", RecordID: "r3", PatientID: 4, FileName: "ct-thorax.pdf", Status: core.JobFailed, Error: "The file is encrypted.", CreatedAt: at(2, 14)},
	}
}

func (f *fake) allRecords(ctx context.Context, id int64) ([]core.Record, error) {
	return f.PatientRecords(ctx, id, false)
}
