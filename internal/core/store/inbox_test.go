package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/store"
)

func note(t *testing.T, db *store.DB, n core.Notification) core.Notification {
	t.Helper()
	made, err := db.Notify(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func inbox(t *testing.T, db *store.DB, q core.NotificationQuery) core.NotificationPage {
	t.Helper()
	page, err := db.NotificationPage(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestInbox(t *testing.T) {
	now := time.Date(2026, 11, 24, 8, 5, 0, 0, time.UTC)
	path := t.TempDir() + "/c.db"
	db, err := store.Open(t.Context(), store.Options{Path: path, AuditKey: make([]byte, 32), Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	ann, ben := register(t, db, "ann@example.com"), register(t, db, "ben@example.com")
	info := note(t, db, core.Notification{UserID: ann.User.ID, Kind: "message", Text: "one"})
	action := note(t, db, core.Notification{UserID: ann.User.ID, Kind: "message", Level: "action", Text: "two"})
	third := note(t, db, core.Notification{UserID: ann.User.ID, Kind: "message", Level: "action", Text: "three"})
	open := core.NotificationQuery{UserID: ann.User.ID, State: core.NotificationOpen}
	ev := core.AuditEvent{Type: core.EventNotification, Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, UserID: ann.User.ID}
	do := func(id int64, act core.NotificationAct, until time.Time) core.Notification {
		t.Helper()
		n, err := db.ChangeNotification(t.Context(), core.NotificationChange{ID: id, UserID: ann.User.ID, Act: act, Until: until}, ev)
		if err != nil {
			t.Fatalf("%s: %v", act, err)
		}
		return n
	}
	want := func(when string, unread int, ids ...int64) {
		t.Helper()
		page := inbox(t, db, open)
		got := make([]int64, len(page.Notifications))
		for i, n := range page.Notifications {
			got[i] = n.ID
		}
		if fmt.Sprint(got) != fmt.Sprint(ids) || page.Unread != unread || page.Count != len(ids) {
			t.Errorf("%s: open are %v, %d unread, count %d; want %v, %d", when, got, page.Unread, page.Count, ids, unread)
		}
	}
	want("at first", 3, third.ID, action.ID, info.ID)
	if n := do(info.ID, core.NotificationView, time.Time{}); n.State != core.NotificationDone || n.ReadAt == nil {
		t.Errorf("viewed: %+v", n)
	}
	do(action.ID, core.NotificationView, time.Time{})
	want("after viewing", 1, third.ID, action.ID)
	do(action.ID, core.NotificationAcknowledge, time.Time{})
	do(action.ID, core.NotificationAcknowledge, time.Time{}) // again is no second act
	want("after acknowledging", 1, third.ID)
	do(action.ID, core.NotificationReopen, time.Time{})
	do(info.ID, core.NotificationReopen, time.Time{})
	want("after reopening", 2, third.ID, action.ID, info.ID)

	until := now.Add(2 * time.Hour)
	if n := do(third.ID, core.NotificationDefer, until); n.State != core.NotificationDeferred || !n.DeferredUntil.Equal(until) {
		t.Errorf("deferred: %+v", n)
	}
	want("after deferring", 1, action.ID, info.ID)
	now = until
	want("when the time has come", 2, third.ID, action.ID, info.ID)
	do(third.ID, core.NotificationAcknowledge, time.Time{})
	_, err = db.ChangeNotification(t.Context(), core.NotificationChange{ID: third.ID, UserID: ann.User.ID, Act: core.NotificationDefer, Until: now.Add(time.Hour)}, ev)
	if core.CodeOf(err) != core.CodeConflict {
		t.Errorf("a done one was deferred: %v", err)
	}

	_, err = db.ChangeNotification(t.Context(), core.NotificationChange{ID: action.ID, UserID: ben.User.ID, Act: core.NotificationAcknowledge}, ev)
	if core.CodeOf(err) != core.CodeNotFound {
		t.Errorf("Ben acknowledged Ann's: %v", err)
	}
	n, err := db.ForwardNotification(t.Context(), ann.User.ID, action.ID, ben.User.ID, "please", ev)
	if err != nil || n.State != core.NotificationDone || n.ForwardedTo == "" {
		t.Errorf("forwarded: %+v, %v", n, err)
	}
	if got := inbox(t, db, core.NotificationQuery{UserID: ben.User.ID}).Notifications; len(got) != 1 || got[0].Note != "please" || got[0].From == "" || got[0].Level != "action" {
		t.Errorf("Ben got %+v", got)
	}
	for _, act := range []func() error{
		func() error {
			_, err := db.ForwardNotification(t.Context(), ann.User.ID, action.ID, ben.User.ID, "", ev)
			return err
		},
		func() error {
			_, err := db.ChangeNotification(t.Context(), core.NotificationChange{ID: action.ID, UserID: ann.User.ID, Act: core.NotificationReopen}, ev)
			return err
		},
	} {
		if err := act(); core.CodeOf(err) != core.CodeConflict {
			t.Errorf("a forwarded one was changed: %v", err)
		}
	}
	events, err := db.Query(t.Context(), core.AuditQuery{Type: core.EventNotification})
	if err != nil || len(events) != 8 { // view, view, acknowledge, reopen, reopen, defer, acknowledge, forward
		t.Errorf("%d events, %v", len(events), err)
	}
}

func TestInboxPages(t *testing.T) {
	db := open(t, "")
	ann := register(t, db, "ann@example.com")
	for i := range 5 {
		note(t, db, core.Notification{UserID: ann.User.ID, Kind: "message", Text: fmt.Sprint(i)})
	}
	var texts []string
	q := core.NotificationQuery{UserID: ann.User.ID, Limit: 2}
	for range 10 {
		page := inbox(t, db, q)
		for _, n := range page.Notifications {
			texts = append(texts, n.Text)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	if got := strings.Join(texts, ""); got != "43210" {
		t.Errorf("pages give %s", got)
	}
	if _, err := db.NotificationPage(t.Context(), core.NotificationQuery{UserID: ann.User.ID, Cursor: "x"}); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("a wrong cursor: %v", err)
	}
}

// A handover takes the patient's name out of the old clinician's notifications.
func TestInboxNamesOwnPatientsOnly(t *testing.T) {
	db := open(t, "")
	ann, ben := register(t, db, "ann@example.com"), register(t, db, "ben@example.com")
	ids, err := db.ImportPatients(t.Context(), ann.ID, []core.ImportPatient{{NewPatient: core.NewPatient{FirstName: "Cat", LastName: "Cantú"}}}, core.AuditEvent{Type: core.EventDemoData})
	if err != nil {
		t.Fatal(err)
	}
	made := note(t, db, core.Notification{UserID: ann.User.ID, Kind: "message", Text: "x", PatientID: &ids[0]})
	if made.PatientName != "CANTÚ, Cat" || made.PatientMRN == "" {
		t.Errorf("made %+v", made)
	}
	if _, err := db.Assign(t.Context(), ids[0], ben.ID, nil, "", core.AuditEvent{Type: core.EventPatientAssigned}); err != nil {
		t.Fatal(err)
	}
	if n, err := db.Notification(t.Context(), ann.User.ID, made.ID); err != nil || n.PatientName != "" || n.PatientMRN != "" {
		t.Errorf("after the handover: %+v, %v", n, err)
	}
}

func TestJobStates(t *testing.T) {
	db := open(t, "")
	ann := register(t, db, "ann@example.com")
	born := core.Date{Year: 1940, Month: time.May, Day: 8}
	ids, err := db.ImportPatients(t.Context(), ann.ID, []core.ImportPatient{{NewPatient: core.NewPatient{FirstName: "Cat", LastName: "Cantú",
		Demographics: core.Demographics{DateOfBirth: born}}}}, core.AuditEvent{Type: core.EventDemoData})
	if err != nil {
		t.Fatal(err)
	}
	insert(t, db, "r-1", ann.User.ID, ids[0])
	at := time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC)
	job := func(id string, end core.JobStatus) {
		t.Helper()
		at = at.Add(time.Minute)
		j := core.Job{ID: id, RecordID: "r-1", PatientID: ids[0], UserID: ann.User.ID, Status: core.JobPending, CreatedAt: at}
		if _, err := db.CreateJob(t.Context(), j, core.AuditEvent{Type: core.EventJobSubmitted}); err != nil {
			t.Fatal(err)
		}
		if end == "" {
			return
		}
		c, j, ok, err := db.ClaimJob(t.Context(), "n", at, at.Add(time.Hour))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		j.Status, j.CompletedAt = end, &at
		if err := db.FinishJob(t.Context(), c, j, nil, core.AuditEvent{Type: core.EventJobEnded}); err != nil {
			t.Fatal(err)
		}
	}
	want := func(running, failed int) {
		t.Helper()
		for state, n := range map[string]int{"running": running, "failed": failed} {
			q := core.JobQuery{ClinicianID: ann.ID, State: state}
			count, err1 := db.CountJobs(t.Context(), q)
			list, err2 := db.Jobs(t.Context(), q)
			if err1 != nil || err2 != nil || count != n || len(list) != n {
				t.Errorf("%s: %d counted, %d listed, want %d (%v, %v)", state, count, len(list), n, err1, err2)
			}
			for _, j := range list {
				if j.PatientName != "CANTÚ, Cat" || j.PatientBorn != born || j.PatientMRN == "" {
					t.Errorf("%s: whose document it is: %+v", state, j)
				}
			}
		}
	}
	job("j-1", core.JobFailed)
	want(0, 1)
	job("j-2", "")
	want(1, 0) // a new try takes the failure's place
	docs, err := db.ReadDocuments(t.Context(), ann.ID, 0, "", 10)
	if err != nil || len(docs) != 0 {
		t.Errorf("unread documents can be searched: %v, %v", docs, err)
	}
	if of, err := db.Readable(t.Context(), ann.ID, ids[0]); err != nil || of != (core.Coverage{Documents: 1, NotRead: 1}) {
		t.Errorf("%+v, %v", of, err)
	}
}

// What a reading left to be done ends with the next that was completed, which
// says for itself what is missing; also when the record goes out of work.
func TestNoticesOfAReadingEnd(t *testing.T) {
	db := open(t, "")
	ann := register(t, db, "ann@example.com")
	p, err := db.CreatePatient(t.Context(), core.NewPatient{FirstName: "Pat", LastName: "Doe"}, core.AuditEvent{Type: core.EventPatientCreated})
	if err != nil {
		t.Fatal(err)
	}
	insert(t, db, "r-1", ann.User.ID, p.ID)
	record := "r-1"
	at := time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC)
	open := func() (kinds []string) {
		t.Helper()
		for _, n := range inbox(t, db, core.NotificationQuery{UserID: ann.User.ID, State: core.NotificationOpen}).Notifications {
			kinds = append(kinds, n.Kind)
		}
		slices.Sort(kinds)
		return kinds
	}
	read := func(id string, end core.JobStatus, failed int) {
		t.Helper()
		at = at.Add(time.Minute)
		_, err := db.CreateJob(t.Context(), core.Job{ID: id, RecordID: record, PatientID: p.ID, UserID: ann.User.ID, Status: core.JobPending, CreatedAt: at}, core.AuditEvent{Type: core.EventJobSubmitted})
		if err != nil {
			t.Fatal(err)
		}
		c, j, ok, err := db.ClaimJob(t.Context(), "n", at, at.Add(time.Hour))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		j.Status, j.Pages, j.FailedPages, j.CompletedAt = end, 3, failed, &at
		if err := db.FinishJob(t.Context(), c, j, nil, core.AuditEvent{Type: core.EventJobEnded}); err != nil {
			t.Fatal(err)
		}
	}
	for i, step := range []struct {
		end    core.JobStatus
		failed int
		want   []string
	}{
		{core.JobFailed, 3, []string{"message", "ocr_failed", "ocr_partial"}}, // nothing was put right
		{core.JobCompleted, 1, []string{"message"}},
		{core.JobCompleted, 0, []string{"message"}},
	} {
		for _, kind := range []string{"ocr_failed", "ocr_partial", "message"} {
			if kind != "message" || i == 0 {
				note(t, db, core.Notification{UserID: ann.User.ID, Kind: kind, Level: "action", Text: "x", RecordID: &record})
			}
		}
		read(fmt.Sprint("j-", i), step.end, step.failed)
		if got := open(); !slices.Equal(got, step.want) {
			t.Errorf("after %s with %d failed pages: %v, want %v", step.end, step.failed, got, step.want)
		}
		if f, err := db.NewestFindings(t.Context(), record); step.end == core.JobCompleted && (err != nil || f.InPart != (step.failed > 0)) {
			t.Errorf("with %d failed pages it was read in part: %t, %v", step.failed, f.InPart, err)
		}
		if step.end == core.JobFailed {
			read("j-again", core.JobCompleted, 0)
		}
	}
	note(t, db, core.Notification{UserID: ann.User.ID, Kind: "ocr_partial", Level: "action", Text: "x", RecordID: &record})
	if _, err := db.EnterInError(t.Context(), record, "not hers", core.AuditEvent{Type: core.EventRecordErrored, UserID: ann.User.ID}); err != nil {
		t.Fatal(err)
	}
	if got := open(); !slices.Equal(got, []string{"message"}) {
		t.Errorf("after it was entered in error: %v", got)
	}
}

// Searches go through current documents, newest first, in pages.
func TestReadDocuments(t *testing.T) {
	db := open(t, "")
	ann := register(t, db, "ann@example.com")
	ids, err := db.ImportPatients(t.Context(), ann.ID, []core.ImportPatient{{NewPatient: core.NewPatient{FirstName: "Cat", LastName: "Cantú"}},
		{NewPatient: core.NewPatient{FirstName: "Bob", LastName: "Mertz"}}}, core.AuditEvent{Type: core.EventDemoData})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		id := fmt.Sprint("r-", i)
		insert(t, db, id, ann.User.ID, ids[i%2])
		if i == 5 {
			break // was never read
		}
		at := time.UnixMicro(int64(i + 1))
		if _, err := db.CreateJob(t.Context(), core.Job{ID: "j-" + id, RecordID: id, PatientID: ids[i%2], UserID: ann.User.ID,
			Status: core.JobCompleted, CreatedAt: at}, core.AuditEvent{Type: core.EventJobSubmitted}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.EnterInError(t.Context(), "r-3", "wrong", core.AuditEvent{Type: core.EventRecordErrored, UserID: ann.User.ID}); err != nil {
		t.Fatal(err)
	}
	list := func(patient int64) string {
		t.Helper()
		var all []string
		for after := ""; ; {
			docs, err := db.ReadDocuments(t.Context(), ann.ID, patient, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range docs {
				all = append(all, d.RecordID)
				if d.JobID != "j-"+d.RecordID {
					t.Errorf("%+v", d)
				}
			}
			if len(docs) < 2 {
				return strings.Join(all, " ")
			}
			after = docs[1].RecordID
		}
	}
	if got := list(0); got != "r-4 r-2 r-1 r-0" {
		t.Errorf("all: %s", got)
	}
	if got := list(ids[1]); got != "r-1" {
		t.Errorf("one patient: %s", got)
	}
	if of, err := db.Readable(t.Context(), ann.ID, 0); err != nil || of != (core.Coverage{Documents: 5, NotRead: 1}) {
		t.Errorf("%+v, %v", of, err)
	}
	err = db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE ocr_jobs SET partial_pages = 1 WHERE record_id = 'r-1'")
		return err
	})
	if of, counted := db.Readable(t.Context(), ann.ID, 0); err != nil || counted != nil || of.InPart != 1 {
		t.Errorf("read in part: %+v, %v, %v", of, err, counted)
	}
	if docs, err := db.ReadDocuments(t.Context(), ann.ID+1, ids[1], "", 9); err != nil || len(docs) != 0 {
		t.Errorf("somebody else's: %v, %v", docs, err)
	}
	if _, err := db.ReadDocuments(t.Context(), ann.ID, 0, "nothing", 9); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("a wrong cursor: %v", err)
	}
	about, err := db.DescribeDocuments(t.Context(), 0, []string{"r-1"})
	if h := about["r-1"]; err != nil || h.PatientName != "MERTZ, Bob" || h.Title != "A title" || h.TypeName == "" {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestNameAlerts(t *testing.T) {
	db := open(t, "")
	ann, ben := register(t, db, "ann@example.com"), register(t, db, "ben@example.com")
	add := func(clinician int64, names ...string) {
		t.Helper()
		var list []core.ImportPatient
		for i, n := range names {
			last, first, _ := strings.Cut(n, ",")
			list = append(list, core.ImportPatient{NewPatient: core.NewPatient{FirstName: first, LastName: last,
				Demographics: core.Demographics{MRN: fmt.Sprintf("41288700%d%d", clinician, i), DateOfBirth: core.Date{Year: 1964, Month: time.June, Day: 10 + i}}}})
		}
		if _, err := db.ImportPatients(t.Context(), clinician, list, core.AuditEvent{Type: core.EventDemoData}); err != nil {
			t.Fatal(err)
		}
	}
	add(ann.ID, "Breitenberg,Bryan", "Breitenburg,Brian", "Cantú,Catherine", "Cantu,Katharine Anne", "Smith,John", "Jones,John", "李,伟", "李,伟")
	add(ben.ID, "Smith,John")
	page, err := db.Patients(t.Context(), ann.ID, core.PatientQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	with := map[string]string{"Bryan": "also BREITENBURG, Brian  Born 11-Jun-1964  MRN ", "Brian": "also BREITENBERG, Bryan  Born 10-Jun-1964  MRN ",
		"Catherine": "also CANTU, Katharine Anne", "Katharine Anne": "also CANTÚ, Catherine", "伟": "also 李, 伟"}
	for _, p := range page.Patients {
		want := with[p.User.FirstName]
		if want == "" && p.NameAlert != "" || !strings.HasPrefix(p.NameAlert, want) {
			t.Errorf("%s, %s: %q, want %q", p.User.LastName, p.User.FirstName, p.NameAlert, want)
		}
	}
}

func TestDateReadings(t *testing.T) {
	db := open(t, "")
	ann := register(t, db, "ann@example.com")
	for text, want := range map[string]string{
		"8/5/40": "[1940-05-08 1940-08-05]", "8 5 1940": "[1940-05-08 1940-08-05]", "13/5/40": "[]", "8 May 1940": "[]", "1940-05-08": "[]",
		"19400508": "[]", "05081940": "[1940-08-05 1940-05-08]", "8may40": "[]", "8th May 1940": "[]", "5/5/40": "[]", "smith": "[]", "": "[]",
	} {
		page, err := db.Patients(t.Context(), ann.ID, core.PatientQuery{Text: text, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		got := make([]string, len(page.DateReadings))
		for i, d := range page.DateReadings {
			got[i] = d.String()
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%q: %v, want %s", text, got, want)
		}
	}
}
