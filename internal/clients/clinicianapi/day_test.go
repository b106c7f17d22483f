package clinicianapi_test

import (
	"net/http"
	"testing"
	"time"

	"clinician/internal/clients/clinicianapi/apitest"
	"clinician/internal/core"
	"clinician/internal/core/wire"
)

func TestDay(t *testing.T) {
	s := apitest.Start(t)
	c, ctx := loggedIn(t, s, nil), t.Context()
	list, err := c.Appointments(ctx, core.AppointmentFilter{From: "2026-03-01", PatientID: 7, Statuses: []core.AppointmentStatus{"booked", "arrived"}, Limit: 5})
	if err != nil || list.Count != 1 || list.Results[0].PatientID != 7 {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := c.Appointments(ctx, core.AppointmentFilter{PatientID: 8}); err != nil || list.Results == nil || len(list.Results) != 0 {
		t.Errorf("none: %+v, %v", list, err)
	}
	day, err := c.Dashboard(ctx)
	if a := day.UpcomingAppointments; err != nil || len(a) != 2 || a[0].CriticalValues == nil || *a[0].CriticalValues != 1 || a[0].UnreadRecords != 2 || a[1].CriticalValues != nil {
		t.Errorf("critical values of the day: %+v, %v", a, err)
	}
	page, err := c.Notifications(ctx, core.NotificationQuery{})
	if err != nil || len(page.Notifications) != 2 {
		t.Errorf("all: %+v, %v", page, err)
	}
	until := time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
	for name, do := range map[core.NotificationState]func() (core.Notification, error){
		core.NotificationOpen: func() (core.Notification, error) {
			return c.ChangeNotification(ctx, 1, "", core.NotificationView, time.Time{})
		},
		core.NotificationDone: func() (core.Notification, error) {
			return c.ChangeNotification(ctx, 1, "", core.NotificationAcknowledge, time.Time{})
		},
		core.NotificationDeferred: func() (core.Notification, error) {
			return c.ChangeNotification(ctx, 1, "", core.NotificationDefer, until)
		},
	} {
		n, err := do()
		if err != nil || n.State != name || name == core.NotificationDeferred && !n.DeferredUntil.Equal(until) {
			t.Errorf("%s: %+v, %v", name, n, err)
		}
	}
	if n, err := c.ForwardNotification(ctx, 1, "", "ben@example.org", "please"); err != nil || n.ForwardedTo == "" {
		t.Errorf("forward: %+v, %v", n, err)
	}
	if _, err := c.ForwardNotification(ctx, 1, "", "bob@example.org", ""); core.CodeOf(err) != core.CodeForbidden {
		t.Errorf("forward to a stranger: %v", err)
	}
	if _, err := c.ChangeNotification(ctx, 99, "", core.NotificationAcknowledge, time.Time{}); core.CodeOf(err) != core.CodeNotFound {
		t.Errorf("an unknown one: %v", err)
	}
	if s.Count("POST "+wire.PathNotificationAct(1, "acknowledge")) != 1 {
		t.Error("acknowledge was sent more than once")
	}
}

// What belongs to another patient than was asked for is never shown.
func TestSearchRefusesOtherPatients(t *testing.T) {
	s := apitest.Start(t)
	c, ctx := loggedIn(t, s, nil), t.Context()
	hits, err := c.SearchText(ctx, core.TextQuery{PatientID: 7, Text: "cisplatin"})
	if err != nil || hits.Count != 1 || hits.Hits[0].Places[0].Boxes[0].X != 1 {
		t.Errorf("%+v, %v", hits, err)
	}
	if hits, err := c.SearchText(ctx, core.TextQuery{PatientID: 8, Text: "cisplatin"}); core.CodeOf(err) != core.CodeInternal || hits.Hits != nil {
		t.Errorf("another patient's: %+v, %v", hits, err)
	}
	if hits, err := c.SearchText(ctx, core.TextQuery{Text: "nothing"}); err != nil || hits.Hits == nil {
		t.Errorf("none: %+v, %v", hits, err)
	}
	if _, err := c.SearchText(ctx, core.TextQuery{}); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("no words: %v", err)
	}
	if names, err := c.TrendNames(ctx, 7); err != nil || len(names.Results) != 1 {
		t.Errorf("%+v, %v", names, err)
	}
	if trend, err := c.Trend(ctx, 7, "creatinine"); err != nil || len(trend.Series) != 1 || trend.Name != "Creatinine" {
		t.Errorf("%+v, %v", trend, err)
	}
	if _, err := c.Trend(ctx, 7, "zinc"); core.CodeOf(err) != core.CodeNotFound {
		t.Errorf("an unknown one: %v", err)
	}
	s.Override["GET "+wire.PathPatientTrends(7)] = func(w http.ResponseWriter, _ *http.Request) {
		apitest.Answer(w, 200, core.TrendNames{PatientID: 8})
	}
	if _, err := c.TrendNames(ctx, 7); core.CodeOf(err) != core.CodeInternal {
		t.Errorf("another patient's: %v", err)
	}
	if r, err := c.PatientResults(ctx, 7); err != nil || len(r.Results) != 2 || len(r.Days) != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	if o, err := c.PatientOverview(ctx, 7); err != nil || len(o.Problems) != 1 {
		t.Errorf("%+v, %v", o, err)
	}
	s.Override["GET "+wire.PathPatientOverview(7)] = func(w http.ResponseWriter, _ *http.Request) {
		apitest.Answer(w, 200, core.PatientOverview{PatientID: 8})
	}
	if _, err := c.PatientOverview(ctx, 7); core.CodeOf(err) != core.CodeInternal {
		t.Errorf("another patient's: %v", err)
	}
	s.Override["GET "+wire.PathPatientResults(7)] = func(w http.ResponseWriter, _ *http.Request) {
		apitest.Answer(w, 200, core.PatientResults{PatientID: 8})
	}
	if _, err := c.PatientResults(ctx, 7); core.CodeOf(err) != core.CodeInternal {
		t.Errorf("another patient's: %v", err)
	}
	if _, err := c.Trend(ctx, 7, "k"); core.CodeOf(err) != core.CodeInternal {
		t.Errorf("another patient's: %v", err)
	}
}
