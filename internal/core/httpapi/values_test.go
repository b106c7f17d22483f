package httpapi

import (
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
	queue "clinician/internal/core/ocr"
	"clinician/internal/core/store"
	"clinician/internal/core/values"
	"clinician/internal/core/vault"
	"clinician/internal/core/wire"
)

// newValues finds things by coretest's rules: what the endpoints do with findings
// does not depend on ours.
func newValues(t testing.TB, db *store.DB, v *vault.Vault) *values.Store {
	t.Helper()
	s, err := values.New(values.Options{Index: db, Vault: v, People: db, SignKey: make([]byte, 32), Extract: coretest.ExtractLines, Check: coretest.CheckNames})
	must(t, err)
	return s
}

// read puts a completed job of a record with these pages into the store, as the
// queue does. It gives the job's id.
func (w *world) read(rec core.Record, pages ...string) string {
	w.t.Helper()
	ctx := w.t.Context()
	var s wire.Submitted
	w.call("POST", wire.PathRecordAct(rec.ID, "analyze"), w.ann.Tokens.Access, nil).want(200).into(&s)
	w.reads.complete(s.JobID, strings.Join(pages, "\n"))
	j := core.Job{ID: s.JobID, RecordID: rec.ID, PatientID: rec.PatientID, UserID: w.ann.User.ID, Language: s.JobID, Status: core.JobPending, CreatedAt: core.SystemClock()}
	_, err := w.store.CreateJob(ctx, j, core.AuditEvent{})
	must(w.t, err)
	claim, j, ok, err := w.store.ClaimJob(ctx, "test", time.Now(), time.Now().Add(time.Minute))
	if !ok || err != nil {
		w.t.Fatalf("claim: %v %v", ok, err)
	}
	var read []core.Page
	for i, text := range pages {
		read = append(read, core.Page{Number: i + 1, Status: "read", Text: text})
	}
	a, err := w.values.Analyze(ctx, j, read)
	must(w.t, err)
	now := core.SystemClock()
	j.Status, j.CompletedAt, j.Analysis = core.JobCompleted, &now, core.AnalysisDone
	must(w.t, w.store.FinishJob(ctx, queue.Claim{JobID: j.ID, Node: "test", Attempt: claim.Attempt}, j, &a, core.AuditEvent{Type: core.EventJobEnded}))
	return s.JobID
}

func TestValues(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	rec := w.upload("x")
	var v core.RecordValues
	w.call("GET", wire.PathRecordValues(rec.ID), ann, nil).want(200).into(&v)
	if v.Analyzed || v.Message == "" || v.Count != 0 || v.Results == nil || v.Orphaned == nil {
		t.Fatalf("never read: %+v", v)
	}
	job := w.read(rec, "Patient: Catalina\nHb=7.1\nK=4.0\nNa=139", "CRP=5")
	list := func(query string) core.RecordValues {
		t.Helper()
		var v core.RecordValues
		w.call("GET", wire.PathRecordValues(rec.ID)+query, ann, nil).want(200).into(&v)
		return v
	}
	if v = list(""); v.Count != 4 || v.Unverified != 4 || v.JobID != job || v.PatientCheck != core.CheckMatch || v.Results[0].RecordID != rec.ID || len(v.Results[0].Boxes) != 1 {
		t.Fatalf("values: %+v", v)
	}
	review := func(id string, r core.ValueReview) answer {
		t.Helper()
		return w.call("POST", wire.PathValueReview(rec.ID, id), ann, r)
	}
	var got core.Value
	review("p1-Hb", core.ValueReview{Status: core.ReviewVerified}).want(200).into(&got)
	if got.Review == nil || got.Review.Status != core.ReviewVerified || got.Review.ByName != "ann Abbott" {
		t.Errorf("verified: %+v", got.Review)
	}
	review("p1-K", core.ValueReview{Status: core.ReviewCorrected, Value: "4.9", Unit: "mmol/L"}).want(200)
	review("p1-Na", core.ValueReview{Status: core.ReviewRejected, Reason: "a date"}).want(200)
	review("p1-Na", core.ValueReview{Status: core.ReviewRejected}).want(400)
	review("p1-Na", core.ValueReview{Status: core.ReviewCorrected}).want(400)
	review("p1-Na", core.ValueReview{Status: "fine"}).want(400)
	review("p9-Na", core.ValueReview{Status: core.ReviewVerified}).want(404)
	if v = list("?status=unverified"); v.Count != 1 || v.Total != 4 || v.Unverified != 1 || v.Results[0].ID != "p2-CRP" {
		t.Errorf("unverified: %+v", v)
	}
	if v = list("?kind=medication"); v.Count != 0 || v.Total != 4 {
		t.Errorf("medication: %+v", v)
	}
	w.call("GET", wire.PathRecordValues(rec.ID)+"?kind=lab", ann, nil).want(400)
	var result core.Result
	w.call("GET", wire.PathJobResult(job), ann, nil).want(200).into(&result)
	if result.Findings == nil || len(result.Findings.Values) != 4 || result.Findings.Values[1].Review == nil || result.Findings.Values[1].Review.Text != "4.9" {
		t.Errorf("findings of the result: %+v", result.Findings)
	}

	// Read again: what has the same words keeps its review, what has others is
	// new, and nobody's word is lost.
	w.read(rec, "Patient: Catalina\nHb=7.1\nK=4.8\nNa=139", "CRP=5")
	v = list("")
	if v.Results[0].Review == nil || v.Results[1].Review != nil || v.Results[2].Review == nil || v.Unverified != 2 {
		t.Errorf("after the second reading: %+v", v)
	}
	if len(v.Orphaned) != 1 || v.Orphaned[0].Value.Text != "4.0" || v.Orphaned[0].Value.Review.Text != "4.9" {
		t.Errorf("orphaned: %+v", v.Orphaned)
	}
	w.call("DELETE", wire.PathValueReview(rec.ID, "p1-Hb"), ann, nil).want(200)
	w.call("DELETE", wire.PathValueReview(rec.ID, "p1-Hb"), ann, nil).want(404)
	if v = list(""); v.Unverified != 3 {
		t.Errorf("after undo: %+v", v)
	}
	if n := len(w.audited(core.EventValueReviewed)); n != 4 { // three reviews and an undo; refusals of form are no acts
		t.Errorf("%d reviews in the audit log", n)
	}
	if s := mustJSON(w.audited(core.EventValueReviewed)); strings.Contains(s, "4.9") || strings.Contains(s, "a date") {
		t.Error("clinical text in the audit log")
	}

	ben := w.ben.Tokens.Access
	for _, try := range []answer{
		w.call("GET", wire.PathRecordValues(rec.ID), ben, nil), w.call("POST", wire.PathValueReview(rec.ID, "p1-Hb"), ben, core.ValueReview{Status: core.ReviewVerified}),
		w.call("DELETE", wire.PathValueReview(rec.ID, "p1-Na"), ben, nil), w.call("GET", wire.PathPatientCheck(rec.ID), ben, nil),
		w.call("POST", wire.PathPatientCheckResolve(rec.ID), ben, wire.ResolveCheck{Reason: "mine"}),
		w.call("GET", wire.PathRecordText(rec.ID, 1), ben, nil), w.call("PUT", wire.PathRecordText(rec.ID, 1), ben, `{"text":"x"}`),
		w.call("DELETE", wire.PathRecordText(rec.ID, 1), ben, nil), w.call("POST", wire.PathJobRetry(job), ben, nil),
	} {
		try.want(404)
	}
	if v = list(""); v.Unverified != 3 {
		t.Errorf("after Ben: %+v", v)
	}
}

// What is sent of a version, and what is answered to one that is old.
func TestReviewVersions(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	rec := w.upload("x")
	w.read(rec, "Patient: Catalina\nHb=7.1")
	path := wire.PathValueReview(rec.ID, "p1-Hb")
	var v core.RecordValues
	w.call("GET", wire.PathRecordValues(rec.ID), ann, nil).want(200).into(&v)
	fresh := v.Results[0].Version
	for _, odd := range []string{"*", `W/"` + fresh + `"`, `"a", "b"`, `""`, " "} {
		w.call("POST", path, ann, `{"status":"verified"}`, "If-Match", odd).want(400)
		w.call("DELETE", path, ann, nil, "If-Match", odd).want(400)
	}
	var rejected core.Value
	w.call("POST", path, ann, `{"status":"rejected","reason":"another patient"}`, "If-Match", `"`+fresh+`"`).want(200).into(&rejected)
	for _, try := range []answer{
		w.call("POST", path, ann, `{"status":"verified"}`, "If-Match", fresh), // quotes may be left out
		w.call("DELETE", path, ann, nil, "If-Match", `"`+fresh+`"`),
	} {
		var e struct {
			wire.ErrorBody
			Current core.Value `json:"current"`
		}
		try.want(409).into(&e)
		if e.Code != core.CodeConflict || !strings.Contains(e.Error, "ann Abbott rejected this value on ") || e.Current.Review == nil ||
			e.Current.Version != rejected.Version || e.Current.Review.Reason != "another patient" {
			t.Errorf("%s", try.body)
		}
	}
	denied := w.audited(core.EventValueReviewed)
	if n := len(denied); n != 3 || denied[0].Outcome != core.OutcomeDenied || denied[0].RecordID != rec.ID || strings.Contains(mustJSON(denied), "another patient") {
		t.Errorf("audit: %s", mustJSON(denied))
	}
	w.call("DELETE", path, ann, nil, "If-Match", rejected.Version).want(200)
}

func TestPatientCheck(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	rec := w.upload("x")
	w.read(rec, "Patient: Dimitri\nHb=7.1")
	var d core.DocumentCheck
	w.call("GET", wire.PathPatientCheck(rec.ID), ann, nil).want(200).into(&d)
	if d.Check != core.CheckPatient || len(d.Pages) != 1 || d.Pages[0].Reason == "" || d.Resolution != nil {
		t.Fatalf("check: %+v", d)
	}
	var records wire.List[core.Record]
	w.call("GET", wire.PathPatientRecords(w.annPatient.ID), ann, nil).want(200).into(&records)
	if records.Results[0].PatientCheck != core.CheckPatient {
		t.Errorf("the list does not mark it: %+v", records.Results[0])
	}
	told, unread, err := w.store.Notifications(t.Context(), w.ann.User.ID, 10)
	must(t, err)
	if unread != 1 || told[0].Kind != "check_patient" || told[0].Level != "action" || strings.Contains(told[0].Text, "Dimitri") || *told[0].RecordID != rec.ID {
		t.Errorf("notifications: %+v", told)
	}
	for trusted, want := range map[bool]int{false: 1, true: 0} {
		list, err := w.values.ByPatient(t.Context(), w.annPatient.ID, core.ValueQuery{Trusted: trusted})
		must(t, err)
		if len(list) != want {
			t.Errorf("trusted %v: %d documents", trusted, len(list))
		}
	}
	asks := func(want int, when string) {
		t.Helper()
		var open core.NotificationPage
		w.call("GET", wire.PathNotifications, ann, nil).want(200).into(&open)
		if open.Count != want || open.Unread != want {
			t.Errorf("%s: %d notifications ask for a decision, %d unread; want %d", when, open.Count, open.Unread, want)
		}
	}
	asks(1, "in doubt")
	w.read(rec, "Patient: Dimitri\nHb=7.1")
	asks(1, "read again, still in doubt")
	resolve := func(reason string) answer {
		return w.call("POST", wire.PathPatientCheckResolve(rec.ID), ann, wire.ResolveCheck{Reason: reason})
	}
	resolve(" ").want(400)
	resolve("Dimitri is her second name").want(200).into(&d)
	if d.Check != core.CheckResolved || d.Resolution == nil || d.Resolution.ByName != "ann Abbott" {
		t.Errorf("resolved: %+v", d)
	}
	asks(0, "resolved")
	resolve("again").want(409)
	w.read(rec, "Patient: Dimitri\nHb=7.2") // the same doubt was decided already
	w.call("GET", wire.PathPatientCheck(rec.ID), ann, nil).want(200).into(&d)
	if d.Check != core.CheckResolved {
		t.Errorf("the decision was forgotten: %+v", d)
	}
	w.read(rec, "Patient: Dorothea\nHb=7.2")
	w.call("GET", wire.PathPatientCheck(rec.ID), ann, nil).want(200).into(&d)
	if d.Check != core.CheckPatient {
		t.Errorf("another name is another doubt: %+v", d)
	}
	asks(1, "in doubt anew")
	w.call("POST", wire.PathRecordLifecycle(rec.ID, wire.ActEnteredInError), ann, wire.Reason{Reason: "scanned twice"}).want(200)
	asks(0, "entered in error")
	w.call("POST", wire.PathRecordLifecycle(rec.ID, wire.ActRestore), ann, wire.Reason{Reason: "it was not"}).want(200)
	asks(1, "restored")
	w.call("DELETE", wire.PathRecordAct(rec.ID, "delete"), ann, nil).want(200)
	asks(0, "deleted")
	if list := w.audited(core.EventCheckResolved); len(list) != 1 || strings.Contains(mustJSON(list), "second name") {
		t.Errorf("audit: %+v", list)
	}
}

// A legal hold keeps the text as it is. What a clinician says of values and of whose
// the record is stands beside it.
func TestWorkUnderLegalHold(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	rec := w.upload("x")
	text, draft := wire.PathRecordText(rec.ID, 1), wire.PathRecordTextDraft(rec.ID, 1)
	w.read(rec, "Patient: Dimitri\nHb=7.1")
	w.call("PUT", text, ann, `{"text":"two"}`).want(200)
	w.call("PUT", draft, ann, `{"text":"three"}`).want(200)
	w.call("POST", wire.PathRecordLifecycle(rec.ID, wire.ActLegalHold), ann, wire.Reason{Reason: "claim 17"}).want(200)
	refused := []answer{w.call("PUT", text, ann, `{"text":"four"}`), w.call("DELETE", text, ann, nil), w.call("PUT", draft, ann, `{"text":"four"}`)}
	for i, r := range refused {
		var e wire.ErrorBody
		if r.want(409).into(&e); !strings.Contains(e.Error, "ann Abbott, who placed it, or the privacy officer") {
			t.Errorf("%d: %q", i, e.Error)
		}
	}
	denied := 0
	for _, ev := range append(w.audited(core.EventTextCorrected), w.audited(core.EventTextDrafted)...) {
		if ev.Outcome == core.OutcomeDenied {
			denied++
		}
	}
	if denied != len(refused) {
		t.Errorf("%d refusals were recorded", denied)
	}
	w.call("DELETE", draft, ann, nil).want(200)
	var got core.PageCorrections
	if w.call("GET", text, ann, nil).want(200).into(&got); *got.CorrectedText != "two" || got.Draft != nil {
		t.Errorf("the text: %s", mustJSON(got))
	}
	w.call("POST", wire.PathValueReview(rec.ID, "p1-Hb"), ann, core.ValueReview{Status: core.ReviewVerified}).want(200)
	w.call("DELETE", wire.PathValueReview(rec.ID, "p1-Hb"), ann, nil).want(200)
	w.call("POST", wire.PathPatientCheckResolve(rec.ID), ann, wire.ResolveCheck{Reason: "her second name"}).want(200)
	w.call("POST", wire.PathRecordAct(rec.ID, "analyze"), ann, nil).want(200)
}

func TestCorrections(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	rec := w.upload("x")
	path := wire.PathRecordText(rec.ID, 1)
	w.call("PUT", path, ann, `{"text":"two"}`).want(409) // not read yet
	job := w.read(rec, "one")
	w.call("PUT", path, ann, `{}`).want(400)
	w.call("PUT", path, ann, `{"text":"a","edits":[{"from":0,"to":1,"text":"b"}]}`).want(400)
	w.call("PUT", path, ann, `{"edits":[{"from":0,"to":2,"text":"b"}]}`).want(400)
	w.call("PUT", path, ann, `{"edits":7}`).want(400)
	w.call("PUT", wire.PathRecordText(rec.ID, 2), ann, `{"text":"two"}`).want(404)
	w.call("PUT", wire.PathRecordText(rec.ID, 0), ann, `{"text":"two"}`).want(404)
	var got core.PageCorrections
	w.call("PUT", path, ann, `{"text":"two\nlines","reason":"misread"}`).want(200)
	w.call("PUT", path, ann, `{"edits":[{"from":0,"to":1,"text":"three"},{"from":1,"to":1,"text":"more"}]}`).want(200).into(&got)
	if got.EngineText != "one" || *got.CorrectedText != "three more" || got.Correction.Number != 2 || len(got.History) != 2 || got.History[0].Signature == "" ||
		got.History[0].InForce || got.History[0].Reason != "misread" || got.History[0].ByName != "ann Abbott" {
		t.Errorf("corrected: %s", mustJSON(got))
	}
	var page wire.PageAnswer
	w.call("GET", wire.PathJobPage(job, 1), ann, nil).want(200).into(&page)
	if page.Page.Text != "one" || page.Page.CorrectedText == nil || *page.Page.CorrectedText != "three more" {
		t.Errorf("page: %+v", page.Page)
	}
	w.read(rec, "one") // reading again changes nothing of it
	w.call("DELETE", path, ann, nil).want(200).into(&got)
	if *got.CorrectedText != "two\nlines" || len(got.History) != 3 || got.History[2].Undoes != 2 || got.Correction.Number != 1 {
		t.Errorf("after undo: %s", mustJSON(got))
	}
	w.call("DELETE", path, ann, nil).want(200).into(&got)
	if got = (core.PageCorrections{}); w.call("GET", path, ann, nil).want(200).into(&got).status != 200 || got.CorrectedText != nil || len(got.History) != 4 {
		t.Errorf("after both undone: %s", mustJSON(got))
	}
	w.call("DELETE", path, ann, nil).want(404)

	draft := wire.PathRecordTextDraft(rec.ID, 1)
	w.call("PUT", draft, ann, `{}`).want(400)
	w.call("PUT", draft, ann, `{"text":"x","line":-1}`).want(400)
	w.call("PUT", wire.PathRecordTextDraft(rec.ID, 2), ann, `{"text":"x"}`).want(404)
	w.call("PUT", draft, w.ben.Tokens.Access, `{"text":"x"}`).want(404)
	w.call("DELETE", draft, w.ben.Tokens.Access, nil).want(404)
	w.call("PUT", draft, ann, `{"text":"thr\nee","line":1,"steps":4}`).want(200)
	got = core.PageCorrections{}
	if w.call("GET", path, ann, nil).want(200).into(&got); got.Draft == nil || got.Draft.Text != "thr\nee" || got.Draft.Line != 1 || got.CorrectedText != nil {
		t.Errorf("with a draft: %s", mustJSON(got))
	}
	w.call("DELETE", draft, ann, nil).want(200)
	got = core.PageCorrections{}
	if w.call("GET", path, ann, nil).want(200).into(&got); got.Draft != nil {
		t.Errorf("thrown away: %s", mustJSON(got))
	}
	if n := len(w.audited(core.EventTextCorrected)); n != 4 {
		t.Errorf("%d corrections in the audit log", n)
	}
}

func TestRetryAndPriority(t *testing.T) {
	w := newWorld(t)
	ann := w.ann.Tokens.Access
	rec := w.upload("x")
	var s wire.Submitted
	w.call("POST", wire.PathRecordAct(rec.ID, "analyze"), ann, core.AnalyzeOptions{Priority: core.PriorityUrgent}).want(200).into(&s)
	w.call("POST", wire.PathJobRetry(s.JobID), ann, nil).want(400) // still under way; OCR paths answer conflicts so
	w.reads.complete(s.JobID, "text")
	var again wire.Submitted
	w.call("POST", wire.PathJobRetry(s.JobID), ann, core.AnalyzeOptions{Language: "deu"}).want(200).into(&again)
	var st wire.JobStatus
	w.call("GET", wire.PathJob(again.JobID), ann, nil).want(200).into(&st)
	if st.Job.ForceOCR {
		t.Error("OCR is forced without being asked for")
	}
	if again.JobID == s.JobID || st.Job.RetryOf != s.JobID || st.Job.Language != "deu" || st.Job.Priority != core.PriorityUrgent {
		t.Errorf("retried: %+v", st.Job)
	}
	force := true
	for _, c := range []struct {
		asked *bool
		want  bool
	}{{&force, true}, {nil, true}, {new(bool), false}} {
		w.reads.complete(again.JobID, "text")
		w.call("POST", wire.PathJobRetry(again.JobID), ann, core.AnalyzeOptions{ForceOCR: c.asked}).want(200).into(&again)
		w.call("GET", wire.PathJob(again.JobID), ann, nil).want(200).into(&st)
		if st.Job.ForceOCR != c.want || st.Job.Language != "deu" {
			t.Errorf("forcing OCR: %+v, want %v", st.Job, c.want)
		}
	}
	w.call("POST", wire.PathRecordAct(rec.ID, "analyze"), ann, map[string]any{"force_ocr": "perhaps"}).want(400)
}
