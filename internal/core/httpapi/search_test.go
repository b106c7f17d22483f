package httpapi

import (
	"net/url"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// readText has a record read; form feeds are between the pages of the text.
func (w *world) readText(rec core.Record, text string) string {
	w.t.Helper()
	id := w.read(rec, strings.Split(text, "\f")...)
	w.reads.mu.Lock()
	w.reads.texts[id] = text
	w.reads.mu.Unlock()
	return id
}

func (w *world) search(token, path, q string) (hits core.TextHits) {
	w.t.Helper()
	w.call("GET", path+"?q="+url.QueryEscape(q), token, nil).want(200).into(&hits)
	return hits
}

func TestSearch(t *testing.T) {
	w := newWorld(t)
	ann, ben := w.ann.Tokens.Access, w.ben.Tokens.Access
	rec := w.upload("x")
	job := w.readText(rec, "Nothing here\fThere was no evidence of CISPLATÍN toxicity. Count 1,000.")
	w.upload("not read")
	mine := wire.PathPatientSearch(w.annPatient.ID)

	hits := w.search(ann, mine, "cisplatin")
	if hits.Count != 1 || hits.Documents != 1 || hits.Unread != 1 || hits.AsAt.IsZero() {
		t.Fatalf("%+v", hits)
	}
	h := hits.Hits[0]
	if h.RecordID != rec.ID || h.JobID != job || h.Page != 2 || h.PatientID != w.annPatient.ID || h.PatientName != "QUILLFEATHER, Catalina" ||
		h.Title != rec.Title || h.Context != "There was no evidence of CISPLATÍN toxicity." || h.Matches[0] != (core.TextSpan{Start: 25, End: 34}) ||
		h.Places[0].Word != 5 || h.Places[0].Boxes[0].X != 50 {
		t.Errorf("%+v", h)
	}
	namesake := w.patient("Katalina", "Quilfeather", w.ann.Clinician.ID)
	alert := "also QUILFEATHER, Katalina  Born " + namesake.DateOfBirth.Display() + "  MRN " + core.DisplayMRN(namesake.MRN)
	if all := w.search(ann, wire.PathSearch, "cisplatin"); all.Count != 1 || all.Hits[0].NameAlert != alert {
		t.Errorf("among all patients the hit warns %q, want %q", all.Hits[0].NameAlert, alert)
	}
	if one := w.search(ann, mine, "cisplatin"); one.Hits[0].NameAlert != "" {
		t.Errorf("in one chart nobody is mistaken for another: %q", one.Hits[0].NameAlert)
	}
	for q, n := range map[string]int{`"no evidence"`: 1, "1000": 1, "nothing evidence": 0, "quill": 0} {
		if got := w.search(ann, wire.PathSearch, q); got.Count != n {
			t.Errorf("%q: %+v", q, got)
		}
	}
	if got := w.search(ben, wire.PathSearch, "cisplatin"); got.Count != 0 || got.Documents != 0 || got.Unread != 0 {
		t.Errorf("Ben finds Ann's: %+v", got)
	}
	w.call("GET", mine+"?q=cisplatin", ben, nil).want(403)
	w.call("GET", mine, ann, nil).want(400)
	w.call("GET", mine+"?q=x&cursor=gone", ann, nil).want(400)
	w.call("GET", wire.PathSearch+"?q=x&limit=1000", ann, nil).want(400)

	// One event for each search, with counts and without the words.
	events := w.audited(core.EventDocumentsSearched)
	if len(events) != 9 { // Ann's 3 + 4, Ben's 1 and his refusal
		t.Errorf("%d events: %+v", len(events), events)
	}
	for _, e := range events {
		if s := mustJSON(e); strings.Contains(s, "cisplatin") || strings.Contains(s, "evidence") {
			t.Errorf("the audit log says what was searched for: %s", s)
		}
	}
	if s := w.log.String(); strings.Contains(s, "cisplatin") || strings.Contains(s, "evidence") {
		t.Error("the log says what was searched for")
	}

	w.call("DELETE", wire.PathRecordAct(rec.ID, "delete"), ann, nil).want(200)
	if got := w.search(ann, mine, "cisplatin"); got.Count != 0 {
		t.Errorf("a deleted document is found: %+v", got)
	}
}

// Pages of hits go on where the last one ended, and end.
func TestSearchPages(t *testing.T) {
	w := newWorld(t)
	for _, text := range []string{"one cisplatin\ftwo cisplatin", "three cisplatin", "four", "five cisplatin"} {
		w.readText(w.upload(text), text)
	}
	seen, cursor, calls := "", "", 0
	for calls < 9 {
		var hits core.TextHits
		w.call("GET", wire.PathSearch+"?q=cisplatin&limit=1&cursor="+cursor, w.ann.Tokens.Access, nil).want(200).into(&hits)
		for _, h := range hits.Hits {
			seen += h.Context + "; "
		}
		calls++
		if cursor = hits.Next; cursor == "" {
			break
		}
	}
	if seen != "five cisplatin; three cisplatin; one cisplatin; two cisplatin; " || calls != 3 {
		t.Errorf("%d pages: %s", calls, seen)
	}
}

// What people corrected counts, not what was read.
func TestSearchCorrected(t *testing.T) {
	w := newWorld(t)
	rec := w.upload("x")
	w.readText(rec, "given cisplatm today")
	_, err := w.values.CorrectText(t.Context(), core.NewCorrection{RecordID: rec.ID, Page: 1, Text: "given cisplatin today",
		EngineText: "given cisplatm today", By: w.ann.User.ID}, core.AuditEvent{Type: core.EventTextCorrected})
	must(t, err)
	if got := w.search(w.ann.Tokens.Access, wire.PathSearch, "cisplatin"); got.Count != 1 || !got.Hits[0].Corrected || len(got.Hits[0].Places) != 0 {
		t.Errorf("the corrected word: %+v", got)
	}
	if got := w.search(w.ann.Tokens.Access, wire.PathSearch, "cisplatm"); got.Count != 0 {
		t.Errorf("the word that was misread: %+v", got)
	}
	if got := w.search(w.ann.Tokens.Access, wire.PathSearch, "given"); got.Count != 1 || len(got.Hits[0].Places) != 1 {
		t.Errorf("a word both have: %+v", got)
	}
}
