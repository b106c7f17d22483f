package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// TestNobodyElsesPatient tries everything that names a patient, record or job
// with another clinician's valid token. What it must never get is a success
// or anything of what is inside.
func TestNobodyElsesPatient(t *testing.T) {
	w := newWorld(t)
	const secret = "haemoglobin 7.1"
	rec := w.upload(secret)
	var job wire.Submitted
	w.call("POST", wire.PathRecordAct(rec.ID, "analyze"), w.ann.Tokens.Access, nil).shaped("clin_record_analyze_5page_200").into(&job)
	w.reads.complete(job.JobID, secret)

	note, err := w.store.Notify(t.Context(), core.Notification{UserID: w.ann.User.ID, Kind: "message", Level: "action", Text: secret, PatientID: &w.annPatient.ID})
	must(t, err)

	var up core.Upload
	w.call("POST", wire.PathUploads, w.ann.Tokens.Access, wire.BeginUpload{PatientID: w.annPatient.ID, Filename: "note.txt", Size: 5, TypeID: 1}).want(201).into(&up)

	tried := 0
	for _, rt := range w.api.routes() {
		if rt.action.access == anybody || !strings.Contains(rt.path, "{") {
			continue
		}
		id := rec.ID
		if strings.Contains(rt.path, "/ocr/") {
			id = job.JobID
		}
		if strings.Contains(rt.path, "/notifications/") {
			id = itoa(note.ID)
		}
		var headers []string
		if strings.HasPrefix(rt.path, wire.PathUploads) {
			id, headers = up.ID, []string{"Content-Type", wire.PieceType, wire.UploadOffset, "0"}
		}
		path := strings.NewReplacer("{patient}", itoa(w.annPatient.ID), "{id}", id, "{page}", "1").Replace(rt.path)
		a := w.call(rt.method, path, w.ben.Tokens.Access, nil, headers...)
		nobodys := strings.NewReplacer("{patient}", "999999", "{id}", unknownLike(id), "{page}", "1").Replace(rt.path)
		if b := w.call(rt.method, nobodys, w.ben.Tokens.Access, nil, headers...); b.status != a.status || string(b.body) != string(a.body) {
			t.Errorf("%s %s = %d %s, but of what does not exist %d %s", rt.method, path, a.status, a.body, b.status, b.body)
		}
		if a.status != 403 && a.status != 404 {
			t.Errorf("%s %s = %d %s", rt.method, path, a.status, a.body)
		}
		for _, s := range []string{secret, "Quillfeather", "note.txt"} {
			if strings.Contains(string(a.body), s) {
				t.Errorf("%s %s shows %q", rt.method, path, s)
			}
		}
		tried++
	}
	if tried < 18 {
		t.Errorf("only %d routes were tried", tried)
	}
	for _, path := range []string{wire.PathPatients, wire.PathDashboard, wire.PathJobs, wire.PathJobs + "?record_id=" + rec.ID, wire.PathPatients + "?q=Quill"} {
		a := w.call("GET", path, w.ben.Tokens.Access, nil).want(200)
		if s := string(a.body); strings.Contains(s, "Quillfeather") || strings.Contains(s, job.JobID) || strings.Contains(s, "note.txt") {
			t.Errorf("%s shows another's patient: %s", path, s)
		}
	}
	denied := 0
	events, err := w.store.Query(t.Context(), core.AuditQuery{UserID: w.ben.User.ID, Limit: 500})
	must(t, err)
	for _, e := range events {
		if e.Outcome == core.OutcomeDenied {
			denied++
		}
	}
	if denied != 2*tried {
		t.Errorf("%d refusals in the audit log for %d tries, half of them of what does not exist", denied, 2*tried)
	}
	w.call("GET", wire.PathRecord(rec.ID), w.ann.Tokens.Access, nil).want(200) // and it is still there
}

// unknownLike gives an id of the same form that nothing has.
func unknownLike(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '9'
		}
		return r
	}, id)
}

// A screen that asks how far a job is does one act, however often it asks.
func TestPollingIsOneAct(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	rec := w.upload("x")
	var job wire.Submitted
	w.call("POST", wire.PathRecordAct(rec.ID, "analyze"), ann, nil).want(200).into(&job)
	for range 20 {
		w.call("GET", wire.PathJob(job.JobID), ann, nil).want(200)
		w.call("GET", wire.PathJobStatus(job.JobID), ann, nil).want(200)
		w.call("GET", wire.PathJobs+"?record_id="+rec.ID, ann, nil).want(200)
	}
	if n := len(w.audited(core.EventJobRead)); n != 2 { // the job, and the list of one
		t.Errorf("%d events", n)
	}
	_, err := w.store.Assign(t.Context(), w.annPatient.ID, w.ben.Clinician.ID, nil, "", core.AuditEvent{
		Type: core.EventPatientAssigned, Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, PatientID: w.annPatient.ID})
	must(t, err)
	w.call("GET", wire.PathJob(job.JobID), ann, nil).want(404) // asked each time
}

// TestReassignedPatient: access follows the assignment at once, both ways.
func TestReassignedPatient(t *testing.T) {
	w := newWorld(t)
	rec := w.upload("x")
	_, err := w.store.Assign(t.Context(), w.annPatient.ID, w.ben.Clinician.ID, nil, "", core.AuditEvent{
		Type: core.EventPatientAssigned, Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, PatientID: w.annPatient.ID})
	must(t, err)
	path := wire.PathRecordAct(rec.ID, "download")
	w.call("GET", path, w.ann.Tokens.Access, nil).want(404)
	w.call("GET", path, w.ben.Tokens.Access, nil).want(200)
}

func TestJobs(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	rec := w.upload("x")
	analyze := func() string {
		var s wire.Submitted
		a := w.call("POST", wire.PathRecordAct(rec.ID, "analyze"), ann, core.AnalyzeOptions{Language: "eng"}).want(200).into(&s)
		if s.OCRService != "" || s.WebSocketURL != wire.PathJobProgress(s.JobID) {
			t.Errorf("submitted: %s", a.body)
		}
		return s.JobID
	}
	id := analyze()
	for _, base := range []string{"/api/clinician/ocr/job/", "/api/ocr/job/"} {
		var st wire.JobStatus
		w.call("GET", base+id+"/status/", ann, nil).want(200).into(&st)
		if st.Job.ID != id || !st.Success {
			t.Errorf("status: %+v", st)
		}
	}
	w.reads.move(id, "reading", 0, func(j *core.Job) { j.Status = core.JobProcessing })
	w.call("GET", wire.PathJobResult(id), ann, nil).same("clin_ocr_result_5page_notready")
	w.call("GET", wire.PathJobPage(id, 1), ann, nil).want(200)
	w.call("GET", wire.PathJobPage(id, 2), ann, nil).want(404)
	w.reads.complete(id, "text")
	w.call("GET", wire.PathJobResult(id), ann, nil).shaped("clin_ocr_result_5page_200")
	w.call("POST", wire.PathJobCancel(id), ann, nil).want(400) // contract: 400 when it has ended
	w.call("POST", wire.PathJobCancel(analyze()), ann, `{}`).same("ocr_cancel_200")
	var jobs wire.Jobs
	w.call("GET", wire.PathJobs+"?record_id="+rec.ID, ann, nil).want(200).into(&jobs)
	if jobs.Count != 2 || len(jobs.Jobs) != 2 {
		t.Errorf("jobs: %+v", jobs)
	}
	w.call("GET", "/api/ocr/jobs/?limit=x", ann, nil).want(400)
}

// TestEveryActIsRecorded does everything once and looks for its event.
func TestEveryActIsRecorded(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	rec := w.upload("x")
	var v wire.TempView
	var s wire.Submitted
	w.call("POST", wire.PathRecordAct(rec.ID, "analyze"), ann, nil).want(200).into(&s)
	w.call("POST", wire.PathRecordAct(rec.ID, "view"), ann, nil).want(200).into(&v)
	var up core.Upload
	w.call("POST", wire.PathUploads, ann, wire.BeginUpload{PatientID: w.annPatient.ID, Filename: "note.txt", Size: 5, TypeID: 1}).want(201).into(&up)
	acts := []struct {
		method, path string
		body         any
		event        string
		record       bool
	}{
		{"GET", wire.PathProfile, nil, core.EventProfileViewed, false},
		{"PUT", wire.PathProfile, `{}`, core.EventProfileUpdated, false},
		{"GET", wire.PathDashboard, nil, core.EventDashboardViewed, false},
		{"GET", wire.PathPatients, nil, core.EventPatientsViewed, false},
		{"GET", wire.PathPatient(w.annPatient.ID), nil, core.EventPatientViewed, false},
		{"GET", wire.PathPatientDashboard(w.annPatient.ID), nil, core.EventPatientDashboard, false},
		{"GET", wire.PathPatientRecords(w.annPatient.ID), nil, core.EventRecordsListed, false},
		{"GET", wire.PathRecord(rec.ID), nil, core.EventRecordRead, true},
		{"GET", wire.PathRecordAct(rec.ID, "download"), nil, core.EventRecordDownloaded, true},
		{"GET", wire.PathRecordImage(rec.ID, 1), nil, core.EventRecordViewed, true},
		{"GET", v.TempURL, nil, core.EventTempOpened, true},
		{"POST", wire.PathTempCleanup, wire.TempCleanup{TempID: v.TempID}, core.EventTempClosed, true},
		{"GET", wire.PathJob(s.JobID), nil, core.EventJobRead, true},
		{"GET", wire.PathJobPage(s.JobID, 1), nil, core.EventResultRead, true},
		{"POST", wire.PathJobCancel(s.JobID), nil, core.EventJobCancelled, true},
		{"GET", wire.PathUploads, nil, core.EventUploadsRead, false},
		{"GET", wire.PathUploadPieces(up.ID), nil, core.EventUploadsRead, false},
		{"DELETE", wire.PathUploadPieces(up.ID), nil, core.EventUploadAbandoned, false},
		{"DELETE", wire.PathRecordAct(rec.ID, "delete"), nil, core.EventRecordDeleted, true},
		{"POST", wire.PathLogout, nil, core.EventLogout, false},
	}
	for _, act := range acts {
		before := len(w.audited(act.event))
		w.call(act.method, act.path, ann, act.body).want(http.StatusOK)
		list := w.audited(act.event)
		if len(list) != before+1 {
			t.Errorf("%s %s wrote %d %s", act.method, act.path, len(list)-before, act.event)
			continue
		}
		e := list[0]
		if e.UserID != w.ann.User.ID || e.Outcome != core.OutcomeSuccess || e.Address != "127.0.0.1" || e.SessionID == "" {
			t.Errorf("%s: %+v", act.event, e)
		}
		if act.record && (e.RecordID != rec.ID || e.PatientID != w.annPatient.ID) {
			t.Errorf("%s does not say what of whom: %+v", act.event, e)
		}
	}
	if _, err := w.store.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestLogsHoldNoSecrets goes through a day and reads the log.
func TestLogsHoldNoSecrets(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	rec := w.upload("haemoglobin 7.1")
	w.call("POST", wire.PathLogin, "", wire.Login{Email: "ann@example.org", Password: "wrong-" + password})
	w.call("GET", wire.PathPatients+"?q=Quillfeather", ann, nil).want(200)
	w.call("GET", wire.PathPatient(w.annPatient.ID), ann, nil).want(200)
	w.call("GET", wire.PathRecordAct(rec.ID, "download"), ann, nil).want(200)
	w.call("GET", "/api/Quillfeather/"+ann+"/?q=Quillfeather", ann, nil).want(404)
	w.call("POST", wire.PathRefresh, "", wire.Refresh{Refresh: w.ann.Tokens.Refresh}).want(200)
	w.call("POST", wire.PathSignup, "", `{"password":"`+password+`","email":`).want(400)
	must(t, w.store.Close())
	w.call("GET", wire.PathPatients+"?q=Quillfeather", ann, nil) // whatever fails inside
	log := w.log.String()
	for _, s := range []string{password, ann, w.ann.Tokens.Refresh, "Quillfeather", "Catalina", "haemoglobin", "ann@example", "note.txt", "q="} {
		if strings.Contains(log, s) {
			t.Errorf("the log holds %q", s)
		}
	}
	for _, s := range []string{`"route":"/api/clinician/patients/{patient}/"`, `"status":200`, `"user_id":` + itoa(w.ann.User.ID), `"duration"`, `"request_id"`} {
		if !strings.Contains(log, s) {
			t.Errorf("the log has no %s", s)
		}
	}
}

// TestWhoLooked: the history names people, tells of refusals and of the question itself.
func TestWhoLooked(t *testing.T) {
	w := newWorld(t)
	rec := w.upload("x")
	ann, path := w.ann.Tokens.Access, wire.PathPatientAccess(w.annPatient.ID)
	w.call("GET", wire.PathPatient(w.annPatient.ID), w.ben.Tokens.Access, nil).want(403)
	w.call("GET", wire.PathRecordAct(rec.ID, "download"), ann, nil).want(200)
	var page core.AccessPage
	w.call("GET", path+"?limit=3", ann, nil).want(200).into(&page)
	if len(page.Accesses) != 3 || page.Next == "" || page.PatientID != w.annPatient.ID {
		t.Fatalf("history: %+v", page)
	}
	for i, want := range []core.Access{
		{Who: "ABBOTT, ann", Act: "asked who looked at the chart", Outcome: core.OutcomeSuccess},
		{Who: "ABBOTT, ann", Act: "fetched a document", Outcome: core.OutcomeSuccess, RecordID: rec.ID},
		{Who: "BAKER, ben", Act: "opened the chart", Outcome: core.OutcomeDenied},
	} {
		a := page.Accesses[i]
		if !strings.EqualFold(a.Who, want.Who) || a.Act != want.Act || a.Outcome != want.Outcome || a.RecordID != want.RecordID || a.Role != core.RoleClinician || a.Purpose != "TREAT" || a.Urgent {
			t.Errorf("%d: %+v, want %+v", i, a, want)
		}
	}
	var rest core.AccessPage
	w.call("GET", path+"?cursor="+page.Next, ann, nil).want(200).into(&rest)
	if n := len(rest.Accesses); n == 0 || rest.Next != "" || rest.Accesses[0].Act != "added a document" || rest.Accesses[n-1].Who != "the system" {
		t.Errorf("the rest: %+v", rest)
	}
	for _, e := range w.audited(core.EventAccessRead) {
		if e.PatientID != w.annPatient.ID || e.UserID != w.ann.User.ID {
			t.Errorf("audited as %+v", e)
		}
	}
	w.call("GET", path+"?cursor=x", ann, nil).want(400)
	w.call("GET", path, w.ben.Tokens.Access, nil).want(403)
	w.call("GET", wire.PathPatientAccess(99999), ann, nil).want(403)
}

// TestUnread: the list is what the dashboard counts.
func TestUnread(t *testing.T) {
	w := newWorld(t)
	rec := w.upload("x")
	ann := w.ann.Tokens.Access
	count := func() int {
		t.Helper()
		var d core.Dashboard
		var page core.UnreadPage
		w.call("GET", wire.PathDashboard, ann, nil).want(200).into(&d)
		w.call("GET", wire.PathUnread, ann, nil).want(200).into(&page)
		if page.Count != d.UnreadRecords || len(page.Records) != page.Count {
			t.Errorf("dashboard %d, list %d of %d", d.UnreadRecords, len(page.Records), page.Count)
		}
		for _, u := range page.Records {
			if u.Record.ID != rec.ID || u.Patient.ID != w.annPatient.ID || u.Patient.User.LastName != "Quillfeather" {
				t.Errorf("listed: %+v", u)
			}
		}
		return page.Count
	}
	if n := count(); n != 0 {
		t.Errorf("who sent it has read it: %d unread", n)
	}
	w.call("DELETE", wire.PathRecordLifecycle(rec.ID, wire.ActReviewed), ann, nil).want(200)
	if n := count(); n != 1 {
		t.Errorf("%d unread, want 1", n)
	}
	if a := w.call("GET", wire.PathUnread, w.ben.Tokens.Access, nil).want(200); strings.Contains(string(a.body), "Quillfeather") {
		t.Errorf("somebody else's: %s", a.body)
	}
	w.call("GET", wire.PathUnread+"?limit=201", ann, nil).want(400)
	if evs := w.audited(core.EventRecordsListed); len(evs) == 0 || evs[0].Detail["unread"] != true {
		t.Errorf("audit: %+v", evs)
	}
}
