package coretest

import (
	"slices"
	"strings"
	"time"

	"clinician/internal/core"
)

func clinicAccount(f clinic) {
	ctx := f.t.Context()
	p := got(f.Ann.Profile(ctx))(f)
	f.same("user", plain(p.User), plain(f.AnnUser.Summary()))
	if p.SpecializationDetail == nil || anyOf(*p.Specialization != 1, p.SpecializationDetail.ID != 1, p.PhoneNumber != "555-0100", !p.IsAvailable, p.CreatedAt.IsZero()) {
		f.t.Errorf("profile: %+v", p)
	}
	all := got(f.Ann.Specializations(ctx))(f)
	if len(all) < 2 || all[0].CancerType == "" {
		f.t.Fatalf("specializations: %+v", all)
	}
	other := all[len(all)-1].ID
	changed := got(f.Ann.UpdateProfile(ctx, core.ProfileChange{FirstName: ptr("Anne"), PhoneNumber: ptr("555-0199"), SpecializationID: &other, IsAvailable: ptr(false)}))(f)
	if anyOf(changed.ID != p.ID, changed.User.FirstName != "Anne", changed.User.LastName != "Abbott", changed.PhoneNumber != "555-0199",
		*changed.Specialization != other, changed.IsAvailable) {
		f.t.Errorf("changed: %+v", changed)
	}
	f.same("stored", plain(got(f.Ann.Profile(ctx))(f)), plain(changed))
	_, err := f.Ann.UpdateProfile(ctx, core.ProfileChange{FirstName: ptr(""), PhoneNumber: ptr(strings.Repeat("1", 21))})
	f.refused("wrong texts", err, core.CodeInvalid, "first_name", "phone_number")
	_, err = f.Ann.UpdateProfile(ctx, core.ProfileChange{SpecializationID: ptr(int64(9999))})
	f.refused("no such specialization", err, core.CodeInvalid, "specialization_id")

	if types := got(f.Ann.RecordTypes(ctx))(f); len(types) != 20 || anyOf(types[0].TypeName == "", types[0].CreatedAt.IsZero()) {
		f.t.Errorf("record types: %+v", types)
	}
	l := got(f.Ann.Limits(ctx))(f)
	if anyOf(l.MaxFileBytes != core.MaxFileBytes, !slices.Equal(l.AcceptedTypes, core.AcceptedTypes()),
		!slices.Equal(l.OCRTypes, core.OCRTypes()), l.MaxPages != core.MaxPages, l.OCREngine == "", l.OCRMessage != "",
		!slices.Contains(l.OCRLanguages, f.Slow), l.TempSeconds <= 0) {
		f.t.Errorf("limits: %+v", l)
	}
}

func clinicDay(f clinic) {
	ctx := f.t.Context()
	d := got(f.Ann.Dashboard(ctx))(f)
	if d.Profile == nil || anyOf(d.UserID != f.AnnUser.ID, d.FirstName != "Ann", d.LastName != "Abbott", d.Email != f.AnnUser.Email, d.TotalPatients != 1,
		d.AsAt.IsZero()) {
		f.t.Errorf("day: %+v", d)
	}
	f.same("no appointments", d.UpcomingAppointments, []core.Appointment{})
	f.same("no patients", d.RecentPatients, []core.PatientSummary{})
	f.same("no notifications", d.Notifications, []core.Notification{})
	f.same("nothing to do", d.ActionItems, []core.Notification{})
	f.same("no jobs", d.Jobs, []core.Job{})
	f.same("no list", got(f.Ann.Appointments(ctx, core.AppointmentFilter{}))(f).Results, []core.Appointment{})

	start := f.Now().Add(time.Minute).Truncate(time.Second)
	book := func(after time.Duration, status core.AppointmentStatus) core.Appointment {
		return f.Appoint(f.t, core.Appointment{PatientID: f.AnnPatient.ID, Start: start.Add(after), End: start.Add(after + time.Hour), Type: "Follow-up",
			Reason: "Results", Location: "Room 3", Status: status})
	}
	later, first, off := book(48*time.Hour, core.AppointmentPending), book(0, core.AppointmentBooked), book(24*time.Hour, core.AppointmentCancelled)
	list := got(f.Ann.Appointments(ctx, core.AppointmentFilter{}))(f)
	if len(list.Results) != 3 || anyOf(list.Count != 3, list.Results[0].ID != first.ID, list.Results[1].ID != off.ID, list.Results[2].ID != later.ID,
		list.AsAt.IsZero()) {
		f.t.Fatalf("appointments: %+v", list)
	}
	a := list.Results[0]
	if anyOf(a.PatientID != f.AnnPatient.ID, a.PatientName != "QUILLFEATHER, Catalina", a.PatientMRN != f.AnnPatient.MRN,
		a.PatientBorn != f.AnnPatient.DateOfBirth, !a.Start.Equal(start), a.Type != "Follow-up", a.Reason != "Results",
		a.Location != "Room 3", a.Status != core.AppointmentBooked, a.CriticalValues != nil) {
		f.t.Errorf("appointment: %+v", a)
	}
	some := got(f.Ann.Appointments(ctx, core.AppointmentFilter{Statuses: []core.AppointmentStatus{core.AppointmentPending, core.AppointmentBooked}, PatientID: f.AnnPatient.ID, Limit: 1}))(f)
	if len(some.Results) != 1 || anyOf(some.Count != 2, some.Results[0].ID != first.ID) {
		f.t.Errorf("some: %+v", some)
	}
	day := core.DateOf(start.Add(48 * time.Hour)).String()
	f.same("a day", got(f.Ann.Appointments(ctx, core.AppointmentFilter{From: day, To: day}))(f).Count, 1)
	f.same("a time", got(f.Ann.Appointments(ctx, core.AppointmentFilter{From: start.Add(time.Hour).Format(time.RFC3339)}))(f).Count, 2)
	_, err := f.Ann.Appointments(ctx, core.AppointmentFilter{From: "soon", To: "later", Statuses: []core.AppointmentStatus{"odd"}})
	f.refused("wrong filter", err, core.CodeInvalid, "from", "status", "to")
	_, err = f.Ann.Appointments(ctx, core.AppointmentFilter{Limit: 501})
	f.refused("too long a list", err, core.CodeInvalid, "limit")

	got(f.Ann.Patient(ctx, f.AnnPatient.ID))(f)
	f.unread()
	d = got(f.Ann.Dashboard(ctx))(f)
	if len(d.UpcomingAppointments) != 2 || len(d.RecentPatients) != 1 || d.RecentPatients[0].LastViewedAt == nil || anyOf(d.UnreadRecords != 1, d.PendingAppointments != 2, d.RecentPatients[0].UnreadRecords != 1) {
		f.t.Errorf("the day so far: %+v", d)
	}
}

func clinicNotifications(f clinic) {
	ctx := f.t.Context()
	none := got(f.Ann.Notifications(ctx, core.NotificationQuery{}))(f)
	f.same("none", none.Notifications, []core.Notification{})
	var ids []int64
	for _, level := range []string{"info", "action", "action"} {
		ids = append(ids, f.Notify(f.t, core.Notification{Kind: "message", Level: level, Text: "Look at this.", PatientID: &f.AnnPatient.ID}).ID)
	}
	slices.Reverse(ids) // newest first
	var seen []int64
	for q := (core.NotificationQuery{Limit: 2}); ; {
		page := got(f.Ann.Notifications(ctx, q))(f)
		if anyOf(page.Count != 3, page.Unread != 3, page.AsAt.IsZero()) {
			f.t.Errorf("page: %+v", page)
		}
		for _, n := range page.Notifications {
			seen = append(seen, n.ID)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	f.same("page by page", seen, ids)
	n := got(f.Ann.Notifications(ctx, core.NotificationQuery{Level: "info"}))(f).Notifications[0]
	if anyOf(n.ID != ids[2], n.Kind != "message", n.Text != "Look at this.", *n.PatientID != f.AnnPatient.ID, n.RecordID != nil,
		n.JobID != nil, n.ReadAt != nil, n.State != core.NotificationOpen, n.PatientName != "QUILLFEATHER, Catalina",
		n.PatientMRN != f.AnnPatient.MRN, n.CreatedAt.IsZero()) {
		f.t.Errorf("notification: %+v", n)
	}
	d := got(f.Ann.Dashboard(ctx))(f)
	if len(d.Notifications) != 3 || len(d.ActionItems) != 2 || anyOf(d.OpenNotifications != 3, d.ActionCount != 2, d.UnreadNotifications != 3) {
		f.t.Errorf("on the dashboard: %+v", d)
	}
	clinicNotificationActs(f, ids[0])
	clinicNotificationsRefused(f, ids[0])
}

func clinicNotificationActs(f clinic, id int64) {
	ctx := f.t.Context()
	change := func(id int64, act core.NotificationAct, until time.Time) core.Notification {
		f.t.Helper()
		return got(f.Ann.ChangeNotification(ctx, id, "", act, until))(f)
	}
	if n := change(id, core.NotificationView, time.Time{}); n.ReadAt == nil || anyOf(n.ID != id, n.State != core.NotificationOpen) {
		f.t.Errorf("viewed: %+v", n)
	}
	if n := change(id, core.NotificationAcknowledge, time.Time{}); n.State != core.NotificationDone || n.DoneAt == nil {
		f.t.Errorf("acknowledged: %+v", n)
	}
	if n := change(id, core.NotificationReopen, time.Time{}); n.State != core.NotificationOpen || n.DoneAt != nil {
		f.t.Errorf("reopened: %+v", n)
	}
	until := f.Now().Add(time.Hour).Truncate(time.Second)
	if n := change(id, core.NotificationDefer, until); n.State != core.NotificationDeferred || !n.DeferredUntil.Equal(until) {
		f.t.Errorf("deferred: %+v", n)
	}
	f.same("open", got(f.Ann.Notifications(ctx, core.NotificationQuery{State: core.NotificationOpen}))(f).Count, 2)
	f.same("deferred", got(f.Ann.Notifications(ctx, core.NotificationQuery{State: core.NotificationDeferred}))(f).Count, 1)
}

func clinicNotificationsRefused(f clinic, id int64) {
	ctx := f.t.Context()
	for what, until := range map[string]time.Time{"no time": {}, "a time that is over": f.Now().Add(-time.Hour), "too far away": f.Now().Add(500 * 24 * time.Hour)} {
		_, err := f.Ann.ChangeNotification(ctx, id, "", core.NotificationDefer, until)
		f.refused(what, err, core.CodeInvalid, "until")
	}
	for _, id := range []int64{1 << 40, -1} {
		_, err := f.Ann.ChangeNotification(ctx, id, "", core.NotificationView, time.Time{})
		f.refused("an unknown one", err, core.CodeNotFound)
	}
	_, err := f.Ben.ChangeNotification(ctx, id, "", core.NotificationView, time.Time{})
	f.refused("another's", err, core.CodeNotFound)
	_, err = f.Ann.Notifications(ctx, core.NotificationQuery{Cursor: "nonsense"})
	f.refused("no page", err, core.CodeInvalid, "cursor")
	_, err = f.Ann.Notifications(ctx, core.NotificationQuery{Limit: 201})
	f.refused("too large a page", err, core.CodeInvalid, "limit")
	_, err = f.Ann.Notifications(ctx, core.NotificationQuery{State: "odd", Level: "odd"})
	f.refused("wrong filter", err, core.CodeInvalid, "level", "state")
}

func clinicForward(f clinic) {
	ctx := f.t.Context()
	about := f.Notify(f.t, core.Notification{Kind: "message", Level: "action", Text: "Look at this.", PatientID: &f.AnnPatient.ID})
	plainOne := f.Notify(f.t, core.Notification{Kind: "message", Level: "action", Text: "The lift is out of order."})
	_, err := f.Ann.ForwardNotification(ctx, about.ID, "", f.BenUser.Email, "Please")
	f.refused("about a patient who is not theirs", err, core.CodeForbidden)
	_, err = f.Ann.ForwardNotification(ctx, plainOne.ID, "", "nobody@example.org", "")
	f.refused("to nobody", err, core.CodeInvalid, "clinician_email")
	_, err = f.Ann.ForwardNotification(ctx, plainOne.ID, "", "not an address", strings.Repeat("x", 501))
	f.refused("wrong texts", err, core.CodeInvalid, "clinician_email", "note")
	_, err = f.Ann.ForwardNotification(ctx, 1<<40, "", f.BenUser.Email, "")
	f.refused("an unknown one", err, core.CodeNotFound)

	n := got(f.Ann.ForwardNotification(ctx, plainOne.ID, "", f.BenUser.Email, "Please"))(f)
	if anyOf(n.ID != plainOne.ID, n.State != core.NotificationDone, n.ForwardedTo != "BAKER, Ben") {
		f.t.Errorf("forwarded: %+v", n)
	}
	_, err = f.Ann.ForwardNotification(ctx, plainOne.ID, "", f.BenUser.Email, "Please")
	f.refused("twice", err, core.CodeConflict)
	_, err = f.Ann.ChangeNotification(ctx, plainOne.ID, "", core.NotificationReopen, time.Time{})
	f.refused("reopen what is with somebody else", err, core.CodeConflict)
	theirs := got(f.Ben.Notifications(ctx, core.NotificationQuery{}))(f).Notifications
	if len(theirs) != 1 || anyOf(theirs[0].From != "ABBOTT, Ann", theirs[0].Note != "Please", theirs[0].Text != "The lift is out of order.") {
		f.t.Errorf("arrived: %+v", theirs)
	}
}
