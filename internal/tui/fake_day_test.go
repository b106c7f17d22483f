package tui

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/tui/page"
)

func (f *fake) Appointments(ctx context.Context, q core.AppointmentFilter) (core.AppointmentList, error) {
	list := fakeAppointments()
	off := list[0]
	off.ID, off.Status = 9, core.AppointmentCancelled
	list = append(list, off)
	if f.free {
		list = nil
	}
	if len(q.Statuses) > 0 {
		list = slices.DeleteFunc(list, func(a core.Appointment) bool { return !slices.Contains(q.Statuses, a.Status) })
	}
	if q.PatientID != 0 {
		list = slices.DeleteFunc(list, func(a core.Appointment) bool { return a.PatientID != q.PatientID })
	}
	return core.AppointmentList{Count: len(list), Results: list, AsAt: fakeNow}, f.note(ctx, "Appointments")
}

func (f *fake) Notifications(ctx context.Context, q core.NotificationQuery) (core.NotificationPage, error) {
	page := core.NotificationPage{Notifications: []core.Notification{}, AsAt: fakeNow}
	for _, n := range fakeNotifications() {
		if !f.free && (q.State == "" || q.State == n.State) && (q.Level == "" || q.Level == n.Level) {
			page.Notifications = append(page.Notifications, n)
		}
	}
	page.Count = len(page.Notifications)
	return page, f.note(ctx, "Notifications")
}

func fakeNotifications() []core.Notification {
	patient, record := int64(4), "r1"
	return []core.Notification{
		{ID: 2, Kind: "message", Level: "action", Text: "Laboratory asks for a call back about a result", PatientID: &patient,
			PatientName: "CANTÚ, Catalina (Mrs)", PatientMRN: "4128870031", CreatedAt: fakeNow.Add(-time.Hour), State: core.NotificationOpen},
		{ID: 1, Kind: "record_added", Level: "info", Text: "A document arrived", PatientID: &patient, RecordID: &record,
			PatientName: "CANTÚ, Catalina (Mrs)", PatientMRN: "4128870031", CreatedAt: fakeNow.Add(-2 * time.Hour), State: core.NotificationOpen},
	}
}

func (f *fake) changed(ctx context.Context, id int64, call, seen string, change func(*core.Notification)) (core.Notification, error) {
	f.mu.Lock()
	f.saw(call, seen)
	f.mu.Unlock()
	for _, n := range fakeNotifications() {
		if n.ID == id {
			change(&n)
			return n, f.note(ctx, call)
		}
	}
	return core.Notification{}, core.Errorf(core.CodeNotFound, "There is no such notification.")
}

func (f *fake) ChangeNotification(ctx context.Context, id int64, version string, act core.NotificationAct, until time.Time) (core.Notification, error) {
	switch act {
	case core.NotificationView:
		return f.changed(ctx, id, "ViewNotification", version, func(n *core.Notification) { n.ReadAt = &fakeNow })
	case core.NotificationAcknowledge:
		return f.changed(ctx, id, "Acknowledge", version, func(n *core.Notification) { n.DoneAt, n.State = &fakeNow, core.NotificationDone })
	case core.NotificationDefer:
		return f.changed(ctx, id, "Defer", version, func(n *core.Notification) { n.DeferredUntil, n.State = &until, core.NotificationDeferred })
	}
	return f.changed(ctx, id, "Reopen", version, func(*core.Notification) {})
}

func (f *fake) ForwardNotification(ctx context.Context, id int64, version, email, _ string) (core.Notification, error) {
	return f.changed(ctx, id, "Forward", version, func(n *core.Notification) { n.ForwardedTo, n.State = email, core.NotificationDone })
}

func (f *fake) jobsIn(ctx context.Context, state string) ([]core.Job, error) {
	out := []core.Job{}
	for _, j := range f.jobs {
		if state == "failed" && j.Status == core.JobFailed || state == "running" && !j.Status.Final() {
			j.PatientName, j.PatientBorn, j.PatientMRN = "CANTÚ, Catalina (Mrs)", core.Date{Year: 1940, Month: 5, Day: 8}, "4128870031"
			out = append(out, j)
		}
	}
	return out, f.note(ctx, "JobsIn")
}

func (f *fake) SearchText(ctx context.Context, q core.TextQuery) (core.TextHits, error) {
	hits := core.TextHits{Hits: []core.TextHit{}, Documents: f.of.Documents - f.of.NotRead, Unread: f.of.NotRead, Total: f.of.Documents, AsAt: fakeNow}
	context := "No evidence of cisplatin toxicity"
	if i := strings.Index(context, q.Text); i >= 0 && q.Text != "" && (q.PatientID == 0 || q.PatientID == 4) {
		hits.Hits = append(hits.Hits, core.TextHit{PatientID: 4, PatientName: "CANTÚ, Catalina (Mrs)", PatientMRN: "4128870031",
			PatientBorn: core.Date{Year: 1940, Month: 5, Day: 8}, RecordID: "r1", JobID: "job-r1", Title: "Referral letter Dr Okoro",
			TypeName: "Referral", DocumentDate: core.Date{Year: 2026, Month: 11, Day: 12}, Page: 1, Context: context,
			Matches: []core.TextSpan{{Start: i, End: i + len(q.Text)}}, Places: []core.TextPlace{{Word: 3, Words: 1}}, Count: 1})
	}
	hits.Count = len(hits.Hits)
	for i := range hits.Hits {
		if q.PatientID == 0 {
			hits.Hits[i].NameAlert = f.namesake
		}
	}
	return hits, f.note(ctx, "SearchPatient")
}

func (f *fake) TrendNames(ctx context.Context, _ int64) (core.TrendNames, error) {
	if f.noTrends {
		return core.TrendNames{Coverage: f.of}, f.note(ctx, "TrendNames")
	}
	return core.TrendNames{Coverage: f.of, Results: []core.TrendName{{Name: "Creatinine", Points: 2, Verified: 1, Units: []string{"µmol/L"}, Latest: core.Date{Year: 2026, Month: 11, Day: 12}}}},
		f.note(ctx, "TrendNames")
}

func (f *fake) PatientOverview(ctx context.Context, id int64) (core.PatientOverview, error) {
	o := core.PatientOverview{PatientID: id, Medicines: f.medicines, AsAt: fakeNow}
	o.Coverage = f.of
	if !f.noTrends {
		r, _ := f.PatientResults(ctx, id)
		for _, row := range r.Results {
			row.Values = row.Values[len(row.Values)-1:]
			o.LastResults = append(o.LastResults, row)
		}
		said := func(kind core.ValueKind, name string) core.Statement {
			return core.Statement{Value: core.Value{Kind: kind, Name: name, PatientID: id, RecordID: "r1", Page: 1, Boxes: []core.Box{{X: 10, Y: 10, W: 40, H: 12}}},
				Title: "Referral letter Dr Okoro", DocumentDate: core.Date{Year: 2026, Month: 11, Day: 12}}
		}
		verified := said(core.ValueDiagnosis, "Invasive ductal carcinoma")
		verified.Review = &core.Review{Status: core.ReviewVerified, ByName: "Aria Blake", At: fakeNow}
		o.Problems, o.Pending = []core.Statement{verified}, []core.Statement{said(core.ValueDiagnosis, "Hypertension"), said(core.ValueAllergy, "Codeine")}
		o.Tasks = fakeNotifications()[:1]
		next := fakeAppointments()[0]
		o.Next = &next
	}
	return o, f.note(ctx, "PatientOverview")
}

func (f *fake) PatientResults(ctx context.Context, id int64) (core.PatientResults, error) {
	if f.noTrends {
		return core.PatientResults{PatientID: id, Coverage: f.of}, f.note(ctx, "PatientResults")
	}
	first, last := core.Date{Year: 2026, Month: 9, Day: 1}, core.Date{Year: 2026, Month: 11, Day: 12}
	value := func(d core.Date, text, unit, rng, flag string) core.ResultValue {
		_, n := core.PlainNumber(text)
		low, high := core.RangeBounds(rng)
		return core.ResultValue{Lab: "Northern Laboratory", TrendPoint: core.TrendPoint{ValueID: "v" + text, Date: d, Text: text, Number: n, Unit: unit, Range: rng,
			Low: low, High: high, Interpret: flag, RecordID: "r1", JobID: "job-r1", Page: 1, Boxes: []core.Box{{X: 10, Y: 10, W: 40, H: 12}}}}
	}
	converted, verified, doubtful := value(first, "11.9", "g/dL", "11.5 - 16.5", "N"), value(first, "88", "µmol/L", "60 - 110", "N"), value(last, "69", "mmol/L", "3.5 - 5.3", "")
	converted.InUnit, verified.Verified, doubtful.Doubts = &core.Amount{Text: "119", Number: 119, Unit: "g/L"}, true, []string{"a size potassium can hardly have"}
	other := value(first, "98", "", "", "")
	other.AsPrinted = true
	r := core.PatientResults{PatientID: id, Days: []core.Date{first, last}, Coverage: f.of, AsAt: fakeNow, Results: []core.ResultRow{
		{Group: "Full blood count", Name: "Haemoglobin", Unit: "g/L", Values: []core.ResultValue{converted, value(last, "112", "g/L", "115 - 165", "L")},
			Change: &core.ResultChange{By: -7, Text: "-7", Since: first, From: "119", OtherLab: true}},
		{Group: "Kidneys and electrolytes", Name: "Potassium", Unit: "mmol/L", Values: []core.ResultValue{value(first, "4.1", "mmol/L", "3.5 - 5.3", "N"), doubtful}, NoChange: core.NoChangeDoubt},
		{Group: "Kidneys and electrolytes", Name: "Creatinine", Unit: "µmol/L", Values: []core.ResultValue{verified, value(last, "104", "µmol/L", "60 - 110", "N")},
			Change: &core.ResultChange{By: 16, Text: "+16", Since: first, From: "88"}},
		{Group: "Vital signs", Name: "Oxygen saturation", Unit: "%", Values: []core.ResultValue{other}, NoChange: core.NoChangeUnit},
	}}
	if f.undated {
		r.Days = append([]core.Date{{}}, r.Days...)
		r.Results[2].Values = append([]core.ResultValue{value(core.Date{}, "131", "µmol/L", "60 - 110", "H")}, r.Results[2].Values...)
	}
	r.Count = len(r.Results)
	return r, f.note(ctx, "PatientResults")
}

func (f *fake) Trend(ctx context.Context, _ int64, name string) (core.PatientTrend, error) {
	a, b, low, high := 88.0, 104.0, 60.0, 110.0
	point := func(d core.Date, text string, n *float64, verified bool) core.TrendPoint {
		return core.TrendPoint{ValueID: "v" + text, Date: d, Text: text, Number: n, Unit: "µmol/L", Range: "60 - 110", Low: &low, High: &high,
			Verified: verified, RecordID: "r1", JobID: "job-r1", Page: 1, Boxes: []core.Box{{X: 10, Y: 10, W: 40, H: 12}}}
	}
	points := []core.TrendPoint{point(core.Date{Year: 2026, Month: 9, Day: 1}, "88", &a, true), point(core.Date{Year: 2026, Month: 11, Day: 12}, "104", &b, false)}
	if f.undated { // the server puts it first
		points = append([]core.TrendPoint{point(core.Date{}, "131", &high, false)}, points...)
	}
	return core.PatientTrend{Coverage: f.of, Trend: core.Trend{Name: name, Series: []core.TrendSeries{{Unit: "µmol/L", Lab: "Northern Laboratory", Points: points}}}},
		f.note(ctx, "Trend")
}

func (f *fake) UnreadRecords(ctx context.Context, q core.UnreadQuery) (core.UnreadPage, error) {
	if err := f.note(ctx, "UnreadRecords"); err != nil {
		return core.UnreadPage{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	shown := core.UnreadPage{Records: []core.UnreadRecord{}, AsAt: fakeNow}
	for _, p := range f.patients {
		for _, r := range f.details[p.ID].MedicalRecords {
			if page.IsUnread(r) {
				shown.Records = append(shown.Records, core.UnreadRecord{Patient: p, Record: r})
			}
		}
	}
	shown.Count = len(shown.Records)
	if q.After != "" {
		f.behind(q.After, &shown)
	}
	return shown, nil
}

// behind leaves of a page what stands behind a document, or else all but it.
func (f *fake) behind(after string, shown *core.UnreadPage) {
	all := shown.Records
	at := slices.IndexFunc(all, func(u core.UnreadRecord) bool { return u.Record.ID == after })
	if shown.Records = all[at+1:]; at >= 0 && len(shown.Records) == 0 {
		shown.Records, shown.Around = all[:at], true
	}
}

// AccessHistory has f.acts older acts beside the one of GRAY, in pages.
func (f *fake) AccessHistory(ctx context.Context, patientID int64, limit int, cursor string) (core.AccessPage, error) {
	page := core.AccessPage{PatientID: patientID, AsAt: fakeNow}
	from, _ := strconv.Atoi(cursor)
	for i := from; i <= f.acts && len(page.Accesses) < limit; i++ {
		a := core.Access{At: fakeNow.Add(-time.Duration(i+1) * time.Hour), UserID: 9, Who: "GRAY, Ruth", Role: core.RoleClinician, Type: core.EventPatientViewed,
			Act: core.ActOf(core.EventPatientViewed), Action: core.ActionRead, Outcome: core.OutcomeSuccess, Purpose: "TREAT"}
		if i > 0 {
			a.UserID, a.Who, a.RecordID, a.Type, a.Act = 7, "BLAKE, Aria", "r1", core.EventResultRead, core.ActOf(core.EventResultRead)
		}
		if i == f.acts && i > 0 {
			a.UserID, a.Who, a.Outcome = 8, "MOTT, Ned", core.OutcomeDenied
		}
		page.Accesses = append(page.Accesses, a)
		page.Next = strconv.Itoa(i + 1)
	}
	if from+len(page.Accesses) > f.acts {
		page.Next = ""
	}
	if cursor == "" {
		all := slices.Clone(page.Accesses)
		for i := len(all); i <= f.acts; i++ {
			all = append(all, core.Access{UserID: 7, Who: "BLAKE, Aria", Role: core.RoleClinician, Outcome: core.OutcomeSuccess, At: fakeNow.Add(-time.Duration(i+1) * time.Hour)})
		}
		page.People = core.PeopleOf(all)
	}
	return page, f.note(ctx, "AccessHistory")
}
