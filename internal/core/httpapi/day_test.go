package httpapi

import (
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

func (w *world) book(clinician, patient int64, start time.Time, status core.AppointmentStatus) core.Appointment {
	w.t.Helper()
	a, err := w.store.CreateAppointment(w.t.Context(), core.Appointment{PatientID: patient, ClinicianID: clinician, Start: start,
		End: start.Add(20 * time.Minute), Type: "Follow-up", Status: status})
	must(w.t, err)
	return a
}

func TestAppointments(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	now := time.Now()
	noon := time.Date(now.Year(), now.Month(), now.Day(), 12, 0, 0, 0, time.Local)
	yesterday := w.book(w.ann.Clinician.ID, w.annPatient.ID, noon.AddDate(0, 0, -1), core.AppointmentFulfilled)
	today := w.book(w.ann.Clinician.ID, w.annPatient.ID, noon, core.AppointmentBooked)
	later := w.book(w.ann.Clinician.ID, w.annPatient.ID, noon.AddDate(0, 0, 5), core.AppointmentPending)
	w.book(w.ben.Clinician.ID, w.benPatient.ID, noon, core.AppointmentBooked)
	day := func(t time.Time) string { return t.Format(time.DateOnly) }
	for _, c := range []struct {
		query string
		want  []core.Appointment
	}{
		{"", []core.Appointment{today, later}},
		{"?from=" + day(noon) + "&to=" + day(noon), []core.Appointment{today}},
		{"?from=" + day(noon.AddDate(0, 0, -3)), []core.Appointment{yesterday, today, later}},
		{"?to=" + day(noon.AddDate(0, 0, -1)), []core.Appointment{yesterday}},
		{"?from=" + noon.Add(time.Minute).UTC().Format(time.RFC3339), []core.Appointment{later}},
		{"?status=pending,cancelled", []core.Appointment{later}},
		{"?patient=" + itoa(w.annPatient.ID) + "&limit=1", []core.Appointment{today}},
	} {
		var got core.AppointmentList
		w.call("GET", wire.PathAppointments+c.query, ann, nil).want(200).into(&got)
		if len(got.Results) != len(c.want) || got.AsAt.IsZero() {
			t.Errorf("%q: %+v", c.query, got)
			continue
		}
		for i, a := range got.Results {
			if a.ID != c.want[i].ID || a.PatientName != "QUILLFEATHER, Catalina" {
				t.Errorf("%q: %+v, want %+v", c.query, a, c.want[i])
			}
		}
	}
	w.call("GET", wire.PathAppointments+"?patient="+itoa(w.benPatient.ID), ann, nil).want(403)
	for _, q := range []string{"?from=tomorrow", "?to=2026-02-30", "?status=gone", "?limit=0", "?patient=x"} {
		w.call("GET", wire.PathAppointments+q, ann, nil).want(400)
	}
	w.call("GET", wire.PathAppointments, "", nil).want(401)
}

func TestNotifications(t *testing.T) {
	w := newWorld(t)
	ann, ben := w.ann.Tokens.Access, w.ben.Tokens.Access
	tell := func(level string, patient *int64) core.Notification {
		n, err := w.store.Notify(t.Context(), core.Notification{UserID: w.ann.User.ID, Kind: "message", Level: level, Text: "look", PatientID: patient})
		must(t, err)
		return n
	}
	info, action, bare := tell("info", nil), tell("action", &w.annPatient.ID), tell("action", nil)
	page := func(query string) (p core.NotificationPage) {
		t.Helper()
		w.call("GET", wire.PathNotifications+query, ann, nil).want(200).into(&p)
		return p
	}
	if p := page(""); p.Count != 3 || p.Unread != 3 || p.Notifications[1].PatientName != "QUILLFEATHER, Catalina" {
		t.Errorf("open: %+v", p)
	}
	if p := page("?level=action&limit=1"); p.Count != 2 || len(p.Notifications) != 1 || page("?level=action&limit=1&cursor=" + p.Next).Notifications[0].ID != action.ID {
		t.Errorf("first page: %+v", p)
	}
	act := func(id int64, act string, body any) answer {
		return w.call("POST", wire.PathNotificationAct(id, act), ann, body)
	}
	var n core.Notification
	act(info.ID, "view", nil).want(200).into(&n)
	if n.State != core.NotificationDone {
		t.Errorf("viewed: %+v", n)
	}
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	act(bare.ID, "defer", wire.Defer{Until: until}).want(200).into(&n)
	if n.State != core.NotificationDeferred || !n.DeferredUntil.Equal(until) || page("?state=deferred").Count != 1 {
		t.Errorf("deferred: %+v", n)
	}
	for _, body := range []any{nil, `{"until":"soon"}`, wire.Defer{Until: time.Now().Add(-time.Hour)}, wire.Defer{Until: time.Now().AddDate(2, 0, 0)}} {
		act(bare.ID, "defer", body).want(400)
	}
	act(bare.ID, "reopen", nil).want(200)
	act(bare.ID, "acknowledge", nil).want(200)

	var d core.Dashboard
	w.call("GET", wire.PathDashboard, ann, nil).want(200).into(&d)
	if d.OpenNotifications != 1 || d.UnreadNotifications != 1 || d.ActionCount != 1 || len(d.ActionItems) != 1 || d.ActionItems[0].ID != action.ID {
		t.Errorf("dashboard: %+v", d)
	}

	// Ben is not Catalina's clinician, so he must not be told of her.
	forward := wire.Forward{Clinician: "BEN@example.org", Note: "please"}
	act(action.ID, "forward", forward).want(403)
	if got := w.audited(core.EventNotification); got[0].Outcome != core.OutcomeDenied || got[0].PatientID != w.annPatient.ID {
		t.Errorf("the refusal is recorded as %+v", got[0])
	}
	act(bare.ID, "forward", forward).want(200).into(&n)
	if n.ForwardedTo != "BAKER, ben" {
		t.Errorf("forwarded: %+v", n)
	}
	for _, email := range []string{"ann@example.org", "nobody@example.org", "no address", ""} {
		act(action.ID, "forward", wire.Forward{Clinician: email}).want(400)
	}
	var bens core.NotificationPage
	w.call("GET", wire.PathNotifications, ben, nil).want(200).into(&bens)
	if bens.Count != 1 || bens.Notifications[0].Note != "please" || bens.Notifications[0].From != "ABBOTT, ann" {
		t.Errorf("Ben's: %+v", bens)
	}
	w.call("GET", wire.PathNotification(bens.Notifications[0].ID), ben, nil).want(200)
	w.call("GET", wire.PathNotification(bens.Notifications[0].ID), ann, nil).want(404)
	w.call("GET", wire.PathNotifications+"?state=gone", ann, nil).want(400)
	w.call("GET", wire.PathNotifications+"?cursor="+itoa(bens.Notifications[0].ID), ann, nil).want(400)
}

// The numbers on the dashboard are those of the lists they open.
func TestDashboardCountsJobs(t *testing.T) {
	w := newWorld(t)
	rec := w.upload("x")
	now := time.Now()
	_, err := w.store.CreateJob(t.Context(), core.Job{ID: "failing", RecordID: rec.ID, PatientID: rec.PatientID, UserID: w.ann.User.ID,
		Status: core.JobPending, CreatedAt: now}, core.AuditEvent{Type: core.EventJobSubmitted})
	must(t, err)
	c, j, _, err := w.store.ClaimJob(t.Context(), "test", now, now.Add(time.Hour))
	must(t, err)
	j.Status, j.CompletedAt = core.JobFailed, &now
	must(t, w.store.FinishJob(t.Context(), c, j, nil, core.AuditEvent{Type: core.EventJobEnded}))
	var d core.Dashboard
	w.call("GET", wire.PathDashboard, w.ann.Tokens.Access, nil).want(200).into(&d)
	if d.FailedJobs != 1 || d.RunningJobs != 0 {
		t.Errorf("dashboard: %d failed, %d running", d.FailedJobs, d.RunningJobs)
	}
	w.call("GET", wire.PathJobs+"?state=gone", w.ann.Tokens.Access, nil).want(400)
	w.call("GET", wire.PathDashboard, w.ben.Tokens.Access, nil).want(200).into(&d)
	if d.FailedJobs != 0 {
		t.Error("Ben counts Ann's failed jobs")
	}
}

// Today's appointments say how much there is that was not read, and whether
// any of it is critical.
func TestDashboardCountsCriticalValues(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	noon := time.Now().Truncate(time.Minute)
	w.book(w.ann.Clinician.ID, w.annPatient.ID, noon, core.AppointmentArrived)
	w.book(w.ann.Clinician.ID, w.annPatient.ID, noon.AddDate(0, 0, 3), core.AppointmentBooked)
	want := func(when string, unread, critical, notSearched int) {
		t.Helper()
		var d core.Dashboard
		w.call("GET", wire.PathDashboard, ann, nil).want(200).into(&d)
		if len(d.UpcomingAppointments) != 2 || d.UpcomingAppointments[1].CriticalValues != nil {
			t.Fatalf("%s: %+v", when, d.UpcomingAppointments)
		}
		a := d.UpcomingAppointments[0]
		if a.UnreadRecords != unread || a.CriticalValues == nil || *a.CriticalValues != critical || a.NotSearched != notSearched {
			t.Errorf("%s: %+v", when, a)
		}
	}
	want("at first", 0, 0, 0)
	rec := w.upload("x")
	w.call("DELETE", wire.PathRecord(rec.ID)+wire.ActReviewed+"/", ann, nil).want(200) // who sends a document has read it
	want("before anybody read it", 1, 0, 1)
	w.read(rec, "K=6.8 mmol/L HH\nHb=112 g/L L\nNa=112 mmol/L LL")
	want("after a report came in", 1, 2, 0)
	w.call("POST", wire.PathRecordValues(rec.ID)+"p1-K/review/", ann, `{"status":"rejected","reason":"misread"}`).want(200)
	want("after one was rejected", 1, 1, 0)
	other := w.upload("y")
	w.call("DELETE", wire.PathRecord(other.ID)+wire.ActReviewed+"/", ann, nil).want(200)
	want("with one more that nobody read", 2, 1, 1)
	w.read(other, "nothing to measure")
	want("after that had no values", 2, 1, 0)
	w.call("POST", wire.PathRecord(other.ID)+wire.ActReviewed+"/", ann, nil).want(200)
	w.call("POST", wire.PathRecord(rec.ID)+wire.ActReviewed+"/", ann, nil).want(200)
	want("after it was read", 0, 0, 0)
}
