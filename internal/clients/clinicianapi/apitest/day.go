package apitest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// day answers appointments, notifications, searches and trends.
func (s *Server) day() map[string]http.HandlerFunc {
	note := wire.PathNotifications + "{id}/"
	patient := wire.PathPatients + "{id}/"
	return map[string]http.HandlerFunc{
		"GET " + wire.PathDashboard:      s.dashboard,
		"GET " + wire.PathAppointments:   s.appointments,
		"GET " + wire.PathNotifications:  s.notifications,
		"POST " + note + "{act}/":        s.changeNotification,
		"GET " + wire.PathSearch:         s.search,
		"GET " + patient + "search/":     s.search,
		"GET " + patient + "trends/":     s.trends,
		"GET " + patient + "results/":    s.results,
		"GET " + patient + "overview/":   s.overview,
		"GET " + patient + "access/":     s.accessHistory,
		"GET " + wire.PathUnread + "{$}": s.unread,
	}
}

// appointment is the one there is.
func appointment() core.Appointment {
	return core.Appointment{ID: 1, PatientID: 7, PatientName: "CANTÚ, Catalina (Mrs)", PatientMRN: "4128870031",
		PatientBorn: core.Date{Year: 1940, Month: time.May, Day: 8}, ClinicianID: 3, Start: at, End: at.Add(20 * time.Minute),
		Type: "Follow-up", Location: "Room 3", Status: core.AppointmentBooked}
}

// dashboard is a day with one appointment, whose patient has a critical value.
func (s *Server) dashboard(w http.ResponseWriter, _ *http.Request) {
	critical, meeting, later := 1, appointment(), appointment()
	meeting.UnreadRecords, meeting.CriticalValues = 2, &critical
	later.Start = later.Start.AddDate(0, 0, 1)
	Answer(w, 200, core.Dashboard{TodayAppointments: 1, PendingAppointments: 2, UnreadRecords: 2, ActionCount: 1, FailedJobs: 1, AsAt: at,
		UpcomingAppointments: []core.Appointment{meeting, later}, ActionItems: []core.Notification{note(1)}})
}

func (s *Server) accessHistory(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64) // not one of the patients: 0
	if _, ok := patient(id); !ok {
		Answer(w, 403, wire.ErrorBody{Error: "Access denied. You are not assigned to this patient.", Code: core.CodeForbidden})
		return
	}
	act := core.Access{At: at, UserID: 2, Who: "LEE, Ann", Role: core.RoleClinician, Type: core.EventPatientViewed, Act: core.ActOf(core.EventPatientViewed),
		Action: core.ActionRead, Outcome: core.OutcomeSuccess, Purpose: "TREAT"}
	refused, broken := act, act
	refused.Who, refused.Outcome = "EVIL\x1b[31m, Eve", core.OutcomeDenied
	broken.Who, broken.Purpose, broken.Urgent = "GRAY, Ruth", "BTG", true
	Answer(w, 200, core.AccessPage{PatientID: id, Accesses: []core.Access{act, refused, broken}, Next: "41", AsAt: at})
}

func (s *Server) unread(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	defer s.Unlock()
	page := core.UnreadPage{Count: 2, AsAt: at, Records: []core.UnreadRecord{{Patient: patients()[0], Record: s.records[0]}}}
	if r.URL.Query().Get("cursor") == "" {
		page.Next = "1.r-1"
	}
	Answer(w, 200, page)
}

func (s *Server) appointments(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	list := []core.Appointment{appointment()}
	if q.Get("from") > "2026-03-03" || q.Get("status") == "cancelled" || q.Get("patient") == "8" {
		list = []core.Appointment{}
	}
	Answer(w, 200, core.AppointmentList{Count: len(list), Results: list, AsAt: at})
}

func note(id int64) core.Notification {
	patient, record := int64(7), "r-1"
	n := core.Notification{ID: id, Kind: "message", Level: "action", Text: "Please call the laboratory\x1b[31m", PatientID: &patient,
		PatientName: "CANTÚ, Catalina (Mrs)", PatientMRN: "4128870031", CreatedAt: at, State: core.NotificationOpen}
	if id == 2 {
		n.Level, n.Text, n.RecordID = "info", "A document arrived", &record
	}
	return n
}

func (s *Server) notifications(w http.ResponseWriter, r *http.Request) {
	page := core.NotificationPage{Notifications: []core.Notification{}, AsAt: at}
	for id := int64(2); id >= 1; id-- {
		n := note(id)
		if state := r.URL.Query().Get("state"); state == "all" || state == string(n.State) {
			page.Notifications = append(page.Notifications, n)
		}
	}
	page.Count, page.Unread = len(page.Notifications), len(page.Notifications)
	Answer(w, 200, page)
}

func (s *Server) changeNotification(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if id != 1 && id != 2 {
		Fail(w, core.CodeNotFound, "There is no such notification.")
		return
	}
	n := note(id)
	n.ReadAt = &at
	var body struct {
		wire.Defer
		wire.Forward
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	switch r.PathValue("act") {
	case "acknowledge":
		n.State, n.DoneAt = core.NotificationDone, &at
	case "defer":
		n.State, n.DeferredUntil = core.NotificationDeferred, &body.Until
	case "forward":
		if body.Clinician != "ben@example.org" {
			Fail(w, core.CodeForbidden, "This is about a patient who is not assigned to Bob Stone. Have the patient assigned to them first.")
			return
		}
		n.State, n.DoneAt, n.ForwardedTo = core.NotificationDone, &at, "BAKER, Ben"
	}
	Answer(w, 200, n)
}

func (s *Server) search(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query().Get("q")
	if q == "" {
		Answer(w, 400, map[string][]string{"q": {"Type a word to search for."}})
		return
	}
	hits := core.TextHits{Hits: []core.TextHit{}, Documents: 2, Unread: 1, Total: 3, AsAt: at}
	if q == "cisplatin" {
		hits.Hits = []core.TextHit{{PatientID: 7, PatientName: "CANTÚ, Catalina (Mrs)", PatientMRN: "4128870031", RecordID: "r-1", JobID: "j-done",
			Title: "CT report", TypeName: "Imaging Report", DocumentDate: core.Date{Year: 2026, Month: time.February, Day: 1}, UploadedAt: at, Page: 2,
			Context: "was not given Cisplatin\x1b[31m today", Matches: []core.TextSpan{{Start: 14, End: 23}},
			Places: []core.TextPlace{{Word: 3, Words: 1, Boxes: []core.Box{{X: 1, Y: 2, W: 3, H: 4}}}}, Count: 1}}
		hits.Next = "r-1"
	}
	hits.Count = len(hits.Hits)
	Answer(w, 200, hits)
}

func (s *Server) trends(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	name := r.URL.Query().Get("name")
	seen := core.Date{Year: 2026, Month: time.February, Day: 1}
	switch name {
	case "":
		Answer(w, 200, core.TrendNames{PatientID: id, Count: 1, AsAt: at, Results: []core.TrendName{
			{Name: "Creatinine", Points: 3, Verified: 1, Units: []string{"µmol/L"}, Latest: seen}}})
	case "creatinine":
		high := 110.0
		Answer(w, 200, core.PatientTrend{PatientID: id, AsAt: at, Trend: core.Trend{Name: "Creatinine", Series: []core.TrendSeries{{Unit: "µmol/L", Lab: "North Lab",
			Points: []core.TrendPoint{{Text: "140", RecordID: "r-3", Page: 1}, {Date: core.Date{Year: 2026, Month: time.January, Day: 5}, Text: "88", Verified: true, RecordID: "r-2", Page: 1},
				{Date: seen, Text: "121", Range: "<110", High: &high, Interpret: "H", RecordID: "r-1", Page: 2}}}}}})
	default:
		Fail(w, core.CodeNotFound, "No document of this patient has a value of this name. The list of trends shows which there are.")
	}
}

func (s *Server) results(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	first, last := core.Date{Year: 2026, Month: time.January, Day: 5}, core.Date{Year: 2026, Month: time.February, Day: 1}
	value := func(d core.Date, text, unit, rng, flag, record string) core.ResultValue {
		_, n := core.PlainNumber(text)
		return core.ResultValue{Lab: "North Lab", TrendPoint: core.TrendPoint{Date: d, Text: text, Number: n, Unit: unit, Range: rng, Interpret: flag, RecordID: record, Page: 1}}
	}
	early, doubtful := value(first, "1.0", "mg/dL", "", "", "r-2"), value(last, "69", "mmol/L", "3.5 - 5.3", "", "r-1")
	early.InUnit, early.Verified = &core.Amount{Text: "88", Number: 88, Unit: "µmol/L"}, true
	doubtful.Doubts = []string{"a size potassium can hardly have"}
	Answer(w, 200, core.PatientResults{PatientID: id, AsAt: at, Days: []core.Date{first, last}, Count: 2,
		Coverage: core.Coverage{Documents: 4, NotRead: 1}, Results: []core.ResultRow{
			{Group: "Kidneys and electrolytes", Name: "Potassium", Unit: "mmol/L", NoChange: core.NoChangeDoubt,
				Values: []core.ResultValue{value(first, "4.1", "mmol/L", "3.5 - 5.3", "N", "r-2"), doubtful}},
			{Group: "Kidneys and electrolytes", Name: "Creatinine", Unit: "µmol/L", Change: &core.ResultChange{By: 33, Text: "+33", Since: first, From: "88"},
				Values: []core.ResultValue{early, value(last, "121", "µmol/L", "<110", "H", "r-1")}},
		}})
}

func (s *Server) overview(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	verified := core.Statement{Value: core.Value{Kind: core.ValueDiagnosis, Name: "Hypertension", PatientID: id, RecordID: "r-1", Page: 2,
		Review: &core.Review{Status: core.ReviewVerified, ByName: "Ann Lee"}}, Title: "Discharge letter"}
	Answer(w, 200, core.PatientOverview{PatientID: id, AsAt: at, Problems: []core.Statement{verified},
		Medicines: core.Medicines{Coverage: core.Coverage{Documents: 4, NotRead: 1}}})
}
