package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// A note is never changed or removed, by whatever request; who may not see the chart does
// not learn that there is one, and the audit log has no word of it.
func TestNotesStay(t *testing.T) {
	w := newWorld(t)
	ann, ben := w.ann.Tokens.Access, w.ben.Tokens.Access
	rec := w.upload("x")
	var n core.Note
	w.call("POST", wire.PathRecordNotes(rec.ID), ann, map[string]any{"text": "Call the ward", "author": w.ben.User.ID, "author_name": "Ben", "at": "2001-01-01T00:00:00Z",
		"status": "entered-in-error"}).want(201).into(&n)
	if n.Author != w.ann.User.ID || n.AuthorName != "ann Abbott" || n.At.Year() < 2020 || n.Status != core.NoteFinal {
		t.Errorf("what a client says of its author counts: %+v", n)
	}
	path := wire.PathRecordNotes(rec.ID)
	for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodDelete} {
		w.call(method, path, ann, `{"text":"y"}`).want(405)
		if a := w.call(method, path+n.ID+"/", ann, `{"text":"y"}`); a.status < 400 {
			t.Errorf("%s of a note: %d", method, a.status)
		}
	}
	for _, a := range []answer{w.call("GET", path, ben, nil), w.call("POST", path, ben, core.NewNote{Text: "mine"}),
		w.call("POST", wire.PathNoteInError(rec.ID, n.ID), ben, wire.Reason{Reason: "not mine"})} {
		a.want(404)
		if strings.Contains(string(a.body), "ward") {
			t.Errorf("Ben reads %s", a.body)
		}
	}
	other := w.upload("y")
	w.call("POST", wire.PathNoteInError(other.ID, n.ID), ann, wire.Reason{Reason: "by another record"}).want(404)
	w.call("POST", wire.PathRecordNotes(other.ID), ann, core.NewNote{Text: "z", AddendumTo: n.ID}).want(400)
	var all core.RecordNotes
	w.call("GET", path, ann, nil).want(200).into(&all)
	if len(all.Results) != 1 || all.Results[0] != n {
		t.Errorf("what stands: %+v, written: %+v", all.Results, n)
	}
	for _, kind := range []string{core.EventNoteAdded, core.EventNoteErrored, core.EventNotesRead} {
		events := w.audited(kind)
		if len(events) == 0 || strings.Contains(mustJSON(events), "ward") {
			t.Errorf("%s: %s", kind, mustJSON(events))
		}
	}
	if added := w.audited(core.EventNoteAdded); len(added) != 2 { // Ann's, and Ben's try
		t.Errorf("%d events of writing", len(added))
	}
}
