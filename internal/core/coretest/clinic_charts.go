package coretest

import (
	"slices"
	"strings"
	"time"

	"clinician/internal/core"
)

func patientNames(list []core.PatientSummary) []string {
	names := []string{}
	for _, p := range list {
		names = append(names, core.DisplayName(p.User.LastName, p.User.FirstName, ""))
	}
	return names
}

func clinicPatients(f clinic) {
	ctx := f.t.Context()
	for _, name := range []string{"Abel", "Novak", "Zimmer"} {
		f.AddPatient(f.t, "Eva", name)
	}
	all := []string{"ABEL, Eva", "NOVAK, Eva", "QUILLFEATHER, Catalina", "ZIMMER, Eva"}

	page := got(f.Ann.Patients(ctx, core.PatientQuery{}))(f)
	f.same("all", patientNames(page.Patients), all)
	f.same("all of them", page.Count, 4)
	f.same("the next page of all", page.Next, "")
	var seen []string
	for q := (core.PatientQuery{Limit: 3}); ; q.Cursor = page.Next {
		page = got(f.Ann.Patients(ctx, q))(f)
		f.same("count", page.Count, 4)
		if seen = append(seen, patientNames(page.Patients)...); page.Next == "" {
			break
		}
	}
	f.same("page by page", seen, all)
	last := got(f.Ann.Patients(ctx, core.PatientQuery{Limit: 3, FromEnd: true}))(f)
	f.same("from the end", patientNames(last.Patients), all[1:])
	first := got(f.Ann.Patients(ctx, core.PatientQuery{Limit: 3, FromEnd: true, Cursor: last.Next}))(f)
	f.same("the one before", patientNames(first.Patients), all[:1])

	some := got(f.Ann.Patients(ctx, core.PatientQuery{Text: "quill"}))(f)
	f.same("found", patientNames(some.Patients), all[2:3])
	if p := some.Patients[0]; anyOf(p.ID != f.AnnPatient.ID, p.MRN != f.AnnPatient.MRN, p.DateOfBirth != f.AnnPatient.DateOfBirth,
		p.Gender != core.GenderFemale, !p.DeceasedDate.IsZero(), p.UnreadRecords != 0, p.LastViewedAt != nil) {
		f.t.Errorf("found %+v", p)
	}
	none := got(f.Ann.Patients(ctx, core.PatientQuery{Text: "zorngarten"}))(f)
	f.same("another's", none.Patients, []core.PatientSummary{})
	f.same("another's count", none.Count, 0)

	_, err := f.Ann.Patients(ctx, core.PatientQuery{Limit: 3, Cursor: "nonsense"})
	f.refused("no page", err, core.CodeInvalid, "cursor")
	_, err = f.Ann.Patients(ctx, core.PatientQuery{Limit: 1001})
	f.refused("too large a page", err, core.CodeInvalid, "limit")
}

func clinicCharts(f clinic) {
	ctx := f.t.Context()
	id := f.AnnPatient.ID
	d := got(f.Ann.Patient(ctx, id))(f)
	f.same("patient", plain(d.Patient), plain(f.AnnPatient))
	f.same("records", d.MedicalRecords, []core.Record{})
	f.same("medicines", d.Medicines, core.Medicines{Prescriptions: []core.Prescription{}, Stopped: []core.Prescription{}})
	f.same("appointments", d.Appointments, []core.Appointment{})
	if len(d.RecentActivity) == 0 || anyOf(d.RecentActivity[0].Type != core.EventPatientViewed, d.RecentActivity[0].UserID != f.AnnUser.ID,
		d.RecentActivity[0].Who != "ABBOTT, Ann", d.RecentActivity[0].Act != "opened the chart") {
		f.t.Errorf("activity %+v", d.RecentActivity)
	}
	r := f.note("Sodium 140 mmol/L")
	start := f.Now().Add(time.Hour).Truncate(time.Second)
	meeting := f.Appoint(f.t, core.Appointment{PatientID: id, Start: start, End: start.Add(time.Hour), Status: core.AppointmentBooked})
	d = got(f.Ann.Patient(ctx, id))(f)
	if len(d.MedicalRecords) != 1 || len(d.Appointments) != 1 || anyOf(d.MedicalRecords[0].ID != r.ID, d.Appointments[0].ID != meeting.ID, !d.Appointments[0].Start.Equal(start)) {
		f.t.Errorf("chart %+v", d)
	}

	board := got(f.Ann.PatientDashboard(ctx, id))(f)
	f.same("who looks", plain(board.User), plain(f.AnnUser.Summary()))
	f.same("their profile", plain(board.Clinician), plain(got(f.Ann.Profile(ctx))(f)))
	f.same("the same chart", plain(board.PatientDetail), plain(d))
	f.same("records counted", board.RecordCount, 1)

	for what, id := range map[string]int64{"another's": f.BenPatient.ID, "unknown": 1 << 40} {
		_, err := f.Ann.Patient(ctx, id)
		f.refused("Patient "+what, err, core.CodeForbidden)
		_, err = f.Ann.PatientDashboard(ctx, id)
		f.refused("PatientDashboard "+what, err, core.CodeForbidden)
		_, err = f.Ann.PatientRecords(ctx, id, false)
		f.refused("PatientRecords "+what, err, core.CodeForbidden)
		_, err = f.Ann.AccessHistory(ctx, id, 0, "")
		f.refused("AccessHistory "+what, err, core.CodeForbidden)
		_, err = f.Ann.SearchText(ctx, core.TextQuery{PatientID: id, Text: "sodium"})
		f.refused("SearchText "+what, err, core.CodeForbidden)
		_, err = f.Ann.TrendNames(ctx, id)
		f.refused("TrendNames "+what, err, core.CodeForbidden)
		_, err = f.Ann.Trend(ctx, id, "Sodium")
		f.refused("Trend "+what, err, core.CodeForbidden)
		_, err = f.Ann.PatientResults(ctx, id)
		f.refused("PatientResults "+what, err, core.CodeForbidden)
		_, err = f.Ann.PatientOverview(ctx, id)
		f.refused("PatientOverview "+what, err, core.CodeForbidden)
		_, err = f.Ann.Appointments(ctx, core.AppointmentFilter{PatientID: id})
		f.refused("Appointments "+what, err, core.CodeForbidden)
		_, err = f.Ann.Upload(ctx, core.NewDocument{PatientID: id, TypeID: 1, Filename: "x.txt", Size: 1, Content: strings.NewReader("x")}, nil)
		f.refused("Upload "+what, err, core.CodeForbidden)
	}
}

func clinicAccess(f clinic) {
	ctx := f.t.Context()
	id := f.AnnPatient.ID
	got(f.Ann.Patient(ctx, id))(f)
	_, err := f.Ben.Patient(ctx, id)
	f.refused("Ben's try", err, core.CodeForbidden)

	first := got(f.Ann.AccessHistory(ctx, id, 2, ""))(f)
	if len(first.Accesses) != 2 || anyOf(first.PatientID != id, first.Next == "", first.AsAt.IsZero()) {
		f.t.Fatalf("first page %+v", first)
	}
	own, tried := first.Accesses[0], first.Accesses[1]
	if anyOf(own.Type != core.EventAccessRead, own.Who != "ABBOTT, Ann", own.UserID != f.AnnUser.ID, own.Role != core.RoleClinician,
		own.Outcome != core.OutcomeSuccess) {
		f.t.Errorf("the question itself: %+v", own)
	}
	if anyOf(tried.Outcome != core.OutcomeDenied, tried.Who != "BAKER, Ben", tried.Told() != "REFUSED: opened the chart") {
		f.t.Errorf("the refusal: %+v", tried)
	}
	var types []string
	for page := first; page.Next != ""; {
		page = got(f.Ann.AccessHistory(ctx, id, 2, page.Next))(f)
		for _, a := range page.Accesses {
			types = append(types, a.Type)
		}
	}
	if !slices.Contains(types, core.EventPatientViewed) || types[len(types)-1] != core.EventPatientCreated {
		f.t.Errorf("the pages behind: %v", types)
	}
	_, err = f.Ann.AccessHistory(ctx, id, 0, "nonsense")
	f.refused("no page", err, core.CodeInvalid, "cursor")
	_, err = f.Ann.AccessHistory(ctx, id, 501, "")
	f.refused("too large a page", err, core.CodeInvalid, "limit")
}

func clinicSearch(f clinic) {
	ctx := f.t.Context()
	query := func(text string) core.TextQuery { return core.TextQuery{Text: text, PatientID: f.AnnPatient.ID} }
	empty := got(f.Ann.SearchText(ctx, query("zebra")))(f)
	f.same("no documents", empty.Hits, []core.TextHit{})

	var records []core.Record
	for _, text := range []string{"A zebra crossing.", "Another zebra.\fThe second page has a Zebra and a zebra."} {
		r := f.note(text)
		f.read(r.ID)
		records = append(records, r)
	}
	other := f.noteOf(f.AddPatient(f.t, "Eva", "Novak"), "The zebra of somebody else.")
	f.read(other.ID)
	f.note("zebra that nobody has read")

	hits := got(f.Ann.SearchText(ctx, query("zebra")))(f)
	if len(hits.Hits) != 3 || anyOf(hits.Count != 3, hits.Documents != 2, hits.Unread != 1, hits.Total != 3, hits.Failed != 0, hits.Next != "", hits.AsAt.IsZero()) {
		f.t.Fatalf("hits %+v", hits)
	}
	h := hits.Hits[1]
	if anyOf(h.RecordID != records[1].ID, h.Page != 2, h.Count != 2, h.PatientID != f.AnnPatient.ID,
		h.PatientName != "QUILLFEATHER, Catalina", h.PatientMRN != f.AnnPatient.MRN, h.PatientBorn != f.AnnPatient.DateOfBirth,
		h.Corrected, h.JobID == "", !h.DocumentDate.IsZero()) {
		f.t.Errorf("hit %+v", h)
	}
	f.same("where", []rune(h.Context)[h.Matches[0].Start:h.Matches[0].End], []rune("Zebra"))
	everybody := got(f.Ann.SearchText(ctx, core.TextQuery{Text: "zebra"}))(f)
	if everybody.Count != 4 || everybody.Hits[0].RecordID != other.ID {
		f.t.Errorf("of all patients: %+v", everybody)
	}
	var found []string
	q := query("zebra")
	for q.Limit = 1; ; {
		page := got(f.Ann.SearchText(ctx, q))(f)
		for _, h := range page.Hits {
			found = append(found, h.RecordID)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	f.same("page by page", found, []string{records[1].ID, records[1].ID, records[0].ID})
	f.same("a phrase", got(f.Ann.SearchText(ctx, query(`"second page"`)))(f).Count, 1)
	none := got(f.Ann.SearchText(ctx, query("okapi")))(f)
	f.same("nothing", none.Hits, []core.TextHit{})

	_, err := f.Ann.SearchText(ctx, query(""))
	f.refused("nothing asked", err, core.CodeInvalid, "q")
	q.Cursor = unknown
	_, err = f.Ann.SearchText(ctx, q)
	f.refused("no page", err, core.CodeInvalid, "cursor")
	q.Cursor, q.Limit = "", 201
	_, err = f.Ann.SearchText(ctx, q)
	f.refused("too large a page", err, core.CodeInvalid, "limit")
}

// labReport is a report of Ann's patient.
func labReport(collected, potassium string) string {
	return "LABORATORY REPORT\nPatient: QUILLFEATHER, Catalina   DOB: 04-May-1960\nCollected: " + collected +
		"\n\nPotassium " + potassium + " mmol/L 3.5 - 5.3\nSodium 140 mmol/L 135 - 145\n"
}

func clinicTrends(f clinic) {
	ctx := f.t.Context()
	id := f.AnnPatient.ID
	none := got(f.Ann.TrendNames(ctx, id))(f)
	if anyOf(none.PatientID != id, none.Count != 0, none.AsAt.IsZero()) {
		f.t.Errorf("no trends: %+v", none)
	}
	f.same("no trends", none.Results, []core.TrendName{})
	_, err := f.Ann.Trend(ctx, id, "Potassium")
	f.refused("no such value", err, core.CodeNotFound)
	covers := func(when string, want core.Coverage) {
		f.t.Helper()
		f.same("results "+when, got(f.Ann.TrendNames(ctx, id))(f).Coverage, want)
		f.same("medicines "+when, got(f.Ann.Patient(ctx, id))(f).Coverage, want)
	}
	covers("of no documents", core.Coverage{})

	late, early := f.note(labReport("2026-11-20", "6.9 HH")), f.note(labReport("2026-11-02", "4.1"))
	covers("that nobody read", core.Coverage{Documents: 2, NotRead: 2})
	f.read(late.ID)
	covers("of one of two", core.Coverage{Documents: 2, NotRead: 1})
	f.read(early.ID)
	covers("of both", core.Coverage{Documents: 2})
	f.same("of one result", got(f.Ann.Trend(ctx, id, "potassium"))(f).Coverage, core.Coverage{Documents: 2})
	names := got(f.Ann.TrendNames(ctx, id))(f)
	if names.Count != 2 || len(names.Results) != 2 {
		f.t.Fatalf("trends: %+v", names)
	}
	k := names.Results[0]
	if anyOf(k.Name != "Potassium", k.Points != 2, k.Verified != 0, !slices.Equal(k.Units, []string{"mmol/L"}),
		k.Latest != (core.Date{Year: 2026, Month: 11, Day: 20})) {
		f.t.Errorf("potassium: %+v", k)
	}
	trend := got(f.Ann.Trend(ctx, id, "potassium"))(f)
	if len(trend.Series) != 1 || len(trend.Series[0].Points) != 2 || anyOf(trend.PatientID != id, trend.Name != "Potassium") {
		f.t.Fatalf("trend: %+v", trend)
	}
	first, second := trend.Series[0].Points[0], trend.Series[0].Points[1]
	if anyOf(first.RecordID != early.ID, first.Text != "4.1", *first.Number != 4.1, *first.Low != 3.5, *first.High != 5.3,
		first.Review != nil, first.Verified) {
		f.t.Errorf("first point: %+v", first)
	}
	if anyOf(second.RecordID != late.ID, second.Text != "6.9", second.Interpret != "HH",
		second.Date != (core.Date{Year: 2026, Month: 11, Day: 20})) {
		f.t.Errorf("second point: %+v", second)
	}
	f.same("the beginning of a name", got(f.Ann.Trend(ctx, id, "Pot"))(f).Name, "Potassium")
	_, err = f.Ann.Trend(ctx, id, "Zinc")
	f.refused("another value", err, core.CodeNotFound)
	_, err = f.Ann.Trend(ctx, id, "")
	f.refused("no name", err, core.CodeNotFound)
}

func clinicResults(f clinic) {
	ctx := f.t.Context()
	id := f.AnnPatient.ID
	none := got(f.Ann.PatientResults(ctx, id))(f)
	if anyOf(none.PatientID != id, none.Count != 0, none.AsAt.IsZero()) {
		f.t.Errorf("no results: %+v", none)
	}
	f.same("no results", none.Results, []core.ResultRow{})
	f.same("no days", none.Days, []core.Date{})

	late, early := f.note(labReport("2026-11-20", "6.9 HH")), f.note(labReport("2026-11-02", "4.1"))
	f.read(early.ID)
	r := got(f.Ann.PatientResults(ctx, id))(f)
	f.same("covers", r.Coverage, core.Coverage{Documents: 2, NotRead: 1})
	potassium := func() core.ResultRow {
		rows := got(f.Ann.PatientResults(ctx, id))(f).Results
		return rows[slices.IndexFunc(rows, func(r core.ResultRow) bool { return r.Name == "Potassium" })]
	}
	f.same("why no change", potassium().NoChange, core.NoChangeOnly)
	f.read(late.ID)
	r = got(f.Ann.PatientResults(ctx, id))(f)
	first, last := core.Date{Year: 2026, Month: 11, Day: 2}, core.Date{Year: 2026, Month: 11, Day: 20}
	f.same("days", r.Days, []core.Date{first, last})
	if anyOf(r.Count != 2, len(r.Results) != 2, !r.Whole()) {
		f.t.Fatalf("results: %+v", r)
	}
	k := potassium()
	if anyOf(k.Unit != "mmol/L", k.Group == "", len(k.Values) != 2, k.Change == nil) {
		f.t.Fatalf("potassium: %+v", k)
	}
	f.same("change", *k.Change, core.ResultChange{By: 2.8, Text: "+2.8", Since: first, From: "4.1"})
	f.same("the points of its trend", []core.TrendPoint{k.Values[0].TrendPoint, k.Values[1].TrendPoint}, got(f.Ann.Trend(ctx, id, "potassium"))(f).Series[0].Points)
	v := got(f.Ann.RecordValues(ctx, late.ID, core.ValueFilter{Kind: core.ValueLaboratory}))(f).Results[0]
	got(f.Ann.ReviewValue(ctx, late.ID, v.ID, core.ValueReview{Version: v.Version, Status: core.ReviewRejected, Reason: "Haemolysed"}))(f)
	k = potassium()
	f.same("rejected", []any{len(k.Values), k.NoChange}, []any{1, core.NoChangeOnly})
}

func clinicOverview(f clinic) {
	ctx := f.t.Context()
	id := f.AnnPatient.ID
	o := got(f.Ann.PatientOverview(ctx, id))(f)
	if anyOf(o.PatientID != id, o.Next != nil, o.AsAt.IsZero(), o.Documents != 0) {
		f.t.Errorf("nothing is known: %+v", o)
	}
	f.same("empty lists", []any{o.Problems, o.DocumentAllergies, o.Pending, o.LastResults, o.Tasks},
		[]any{[]core.Statement{}, []core.Statement{}, []core.Statement{}, []core.ResultRow{}, []core.Notification{}})

	letter := f.note("DISCHARGE SUMMARY\nPatient: QUILLFEATHER, Catalina   DOB: 04-May-1960\n\nDiagnoses:\n1. Hypertension\n2. Asthma\n\nAllergies: Penicillin\n\nMedications:\nRamipril 5 mg oral once daily\n")
	report := f.note(labReport("2026-11-20", "6.9 HH"))
	f.read(letter.ID)
	f.read(report.ID)
	o = got(f.Ann.PatientOverview(ctx, id))(f)
	f.same("nothing is verified", []int{len(o.Problems), len(o.DocumentAllergies), len(o.Prescriptions)}, []int{0, 0, 0})
	names := map[string]core.Statement{}
	for _, s := range o.Pending {
		names[s.Name] = s
	}
	if anyOf(names["Hypertension"].RecordID != letter.ID, names["Asthma"].Kind != core.ValueDiagnosis, names["Penicillin"].Kind != core.ValueAllergy, names["Ramipril"].Kind != core.ValueMedication) {
		f.t.Fatalf("unverified: %+v", o.Pending)
	}
	if len(o.LastResults) != 2 || anyOf(o.LastResults[0].Name != "Potassium", len(o.LastResults[0].Values) != 1, o.Documents != 2) {
		f.t.Errorf("critical first: %+v", o.LastResults)
	}
	for _, name := range []string{"Hypertension", "Penicillin"} {
		v := names[name]
		got(f.Ann.ReviewValue(ctx, letter.ID, v.ID, core.ValueReview{Version: v.Version, Status: core.ReviewVerified, Value: v.Text}))(f)
	}
	v := names["Asthma"]
	got(f.Ann.ReviewValue(ctx, letter.ID, v.ID, core.ValueReview{Version: v.Version, Status: core.ReviewRejected, Reason: "Ruled out"}))(f)
	patient := id
	f.Notify(f.t, core.Notification{Kind: "message", Level: "action", Text: "Call her back", PatientID: &patient})
	f.Notify(f.t, core.Notification{Kind: "message", Level: "action", Text: "Of nobody"})
	o = got(f.Ann.PatientOverview(ctx, id))(f)
	if len(o.Problems) != 1 || len(o.DocumentAllergies) != 1 || anyOf(o.Problems[0].Name != "Hypertension", o.Problems[0].Review == nil, o.DocumentAllergies[0].Name != "Penicillin", o.Problems[0].Title == "") {
		f.t.Errorf("verified: %+v", o)
	}
	f.same("left to verify", []any{len(o.Pending), o.Pending[0].Name, o.Unverified}, []any{1, "Ramipril", 1})
	if len(o.Tasks) != 1 || o.Tasks[0].Text != "Call her back" {
		f.t.Errorf("tasks: %+v", o.Tasks)
	}
}
