package httpapi

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// change is what a route is called with that changes what somebody else may change too.
type change struct {
	of   string // what it changes: its current version is asked for there
	body any
}

// changes are the routes with a version, by method and path.
func changes(rec core.Record, ben core.User) map[string]change {
	record := wire.PathRecord("{id}")
	life := func(name string) string { return wire.PathRecordLifecycle("{id}", name) }
	why := wire.Reason{Reason: "because of this"}
	note := wire.PathNotifications + "{id}/"
	parts := []core.SplitPart{{Pages: []int{1}, PatientID: rec.PatientID}, {Pages: []int{2}, PatientID: rec.PatientID}}
	return map[string]change{
		"PUT " + wire.PathProfile:                             {wire.PathProfile, `{"phone_number":"1"}`},
		"PATCH " + record:                                     {record, `{"title":"another"}`},
		"POST " + life(wire.ActEnteredInError):                {record, why},
		"POST " + life(wire.ActRestore):                       {record, why},
		"POST " + life(wire.ActLegalHold):                     {record, why},
		"DELETE " + life(wire.ActLegalHold):                   {record, why},
		"POST " + life(wire.ActMove):                          {record, core.MoveRecord{PatientID: rec.PatientID, Confirmation: core.Confirmation{Reason: "misfiled", Identifiers: core.Identifiers{FamilyName: "Quillfeather", BirthYear: 1960}}}},
		"POST " + life(wire.ActSplit):                         {record, core.SplitRecord{Reason: "two papers", Parts: parts}},
		"POST " + life(wire.ActUnlock):                        {record, core.UnlockRecord{Password: "x"}},
		"POST " + life(wire.ActReviewed):                      {record, nil},
		"DELETE " + life(wire.ActReviewed):                    {record, nil},
		"POST " + record + "values/{value}/review/":           {record + "values/", `{"status":"rejected","reason":"a stain"}`},
		"DELETE " + record + "values/{value}/review/":         {record + "values/", nil},
		"PUT " + record + "text/{page}/":                      {record + "text/{page}/", `{"text":"x"}`},
		"DELETE " + record + "text/{page}/":                   {record + "text/{page}/", nil},
		"POST " + wire.PathNoteInError("{id}", "{note}"):      {wire.PathRecordNotes("{id}"), why},
		"POST " + wire.PathTaskAct("{id}", core.TaskAccept):   {wire.PathTasks + "?state=all", nil},
		"POST " + wire.PathTaskAct("{id}", core.TaskComplete): {wire.PathTasks + "?state=all", nil},
		"POST " + wire.PathTaskAct("{id}", core.TaskCancel):   {wire.PathTasks + "?state=all", nil},
		"POST " + wire.PathPatientCheckResolve("{id}"):        {wire.PathPatientCheck("{id}"), why},
		"DELETE " + wire.PathRecordAct("{id}", "delete"):      {record, nil},
		"POST " + note + "view/":                              {note, nil},
		"POST " + note + "acknowledge/":                       {note, nil},
		"POST " + note + "reopen/":                            {note, nil},
		"POST " + note + "defer/":                             {note, `{"until":"2026-12-24T10:00:00Z"}`},
		"POST " + note + "forward/":                           {note, wire.Forward{Clinician: ben.Email}},
	}
}

// unversioned are the routes that change something and take no version, and why not.
var unversioned = map[string]string{
	"POST " + wire.PathSignup:                                  "makes an account; there is nothing before it",
	"POST " + wire.PathLogin:                                   "begins a session",
	"POST " + wire.PathRefresh:                                 "a session's own token; one that was used is refused",
	"POST " + wire.PathRefreshIfActive:                         "as refresh",
	"POST /api/clinician/auth/refresh_if_active/":              "as refresh",
	"POST " + wire.PathLogout:                                  "ends the caller's own session",
	"POST " + wire.PathPatients + "{patient}/records/":         "adds a record",
	"POST " + wire.PathUpload:                                  "adds a record",
	"POST " + wire.PathUpload + "/":                            "adds a record",
	"POST " + wire.PathUploads:                                 "begins an upload",
	"PATCH " + wire.PathUploadPieces("{id}"):                   "Upload-Offset says what was seen of it",
	"DELETE " + wire.PathUploadPieces("{id}"):                  "the caller's own; nobody else sees it",
	"POST " + wire.PathTempCleanup:                             "the caller's own view",
	"POST " + wire.PathRecordAct("{id}", "view"):               "reads",
	"POST " + wire.PathRecordLifecycle("{id}", wire.ActVerify): "reads",
	"POST " + wire.PathRecordAct("{id}", "analyze"):            "adds a reading; one that runs is given back",
	"POST " + wire.PathJobCancel("{id}"):                       "a job that has ended is refused, and there is nothing else to be seen of it",
	"POST " + wire.PathJobRetry("{id}"):                        "adds a reading; one that runs is given back",
	"POST /api/ocr/job/{id}/cancel/":                           "as cancel",
	"PUT " + wire.PathRecord("{id}") + "text/{page}/draft/":    "the caller's own; it says over how many steps it was typed",
	"POST " + wire.PathRecordTasks("{id}"):                     "adds a task",
	"POST " + wire.PathRecordNotes("{id}"):                     "adds a note; what is there stays as it is",
	"DELETE " + wire.PathRecord("{id}") + "text/{page}/draft/": "the caller's own; nobody else sees it",
}

// versioned is a world with something of every kind that can be changed.
func versioned(t *testing.T) (w *world, fill func(path string) string, all map[string]change) {
	w = newWorld(t)
	rec := w.upload("%PDF-1.4 x")
	w.read(rec, "Patient: Dimitri\nHb=7.1")
	var written core.Note
	w.call("POST", wire.PathRecordNotes(rec.ID), w.ann.Tokens.Access, core.NewNote{Text: "Call the ward"}).want(201).into(&written)
	var task core.Task
	w.call("POST", wire.PathRecordTasks(rec.ID), w.ann.Tokens.Access, core.NewTask{Owner: w.ann.User.Email, Note: "Call", Due: core.DateOf(time.Now().AddDate(0, 0, 1))}).want(201).into(&task)
	note, err := w.store.Notify(t.Context(), core.Notification{UserID: w.ann.User.ID, Kind: "message", Level: "action", Text: "look"})
	must(t, err)
	return w, func(path string) string {
		id := rec.ID
		if strings.HasPrefix(path, wire.PathNotifications) {
			id = itoa(note.ID)
		}
		if strings.HasPrefix(path, wire.PathTasks) {
			id = task.ID
		}
		return strings.NewReplacer("{id}", id, "{page}", "1", "{value}", "p1-Hb", "{note}", written.ID).Replace(path)
	}, changes(rec, w.ben.User)
}

// TestEveryChangeHasAVersion: who changes something has seen it as it is. A route that
// changes something either refuses an old version, and shows what stands, or has a reason
// in unversioned.
func TestEveryChangeHasAVersion(t *testing.T) {
	w, fill, all := versioned(t)
	ann := w.ann.Tokens.Access
	routes := map[string]bool{}
	for _, rt := range w.api.routes() {
		name := rt.method + " " + rt.path
		routes[name] = true
		if rt.method == http.MethodGet {
			continue
		}
		how, has := all[name]
		if has == (unversioned[name] != "") {
			t.Errorf("%s needs a line in changes, or a reason in unversioned", name)
		}
		if !has {
			continue
		}
		for _, odd := range []string{"*", `W/"a"`, `"a", "b"`} {
			w.call(rt.method, fill(rt.path), ann, how.body, "If-Match", odd).want(400)
		}
		var e struct {
			Code    core.Code      `json:"code"`
			Current map[string]any `json:"current"`
		}
		a := w.call(rt.method, fill(rt.path), ann, how.body, "If-Match", `"0123456789abcdef01234567"`).into(&e)
		if strings.HasSuffix(rt.path, "/reopen/") { // it is open: that changes nothing
			continue
		}
		if a.status != 409 || e.Code != core.CodeConflict || e.Current["version"] == nil {
			t.Errorf("%s with an old version: %d %s", name, a.status, a.body)
		}
	}
	for name := range all {
		if !routes[name] {
			t.Errorf("%s is no route any more", name)
		}
	}
	for name := range unversioned {
		if !routes[name] {
			t.Errorf("%s is no route any more", name)
		}
	}
}

// Of two workstations that saw the same and change it at once one is heard. The other
// hears what stands; what it says then, having seen that, counts.
func TestTwoWorkstations(t *testing.T) {
	for _, name := range []string{
		"PUT " + wire.PathProfile, "PATCH " + wire.PathRecord("{id}"),
		"POST " + wire.PathRecordLifecycle("{id}", wire.ActEnteredInError), "POST " + wire.PathRecordLifecycle("{id}", wire.ActLegalHold),
		"PUT " + wire.PathRecord("{id}") + "text/{page}/", "POST " + wire.PathPatientCheckResolve("{id}"),
		"POST " + wire.PathNotifications + "{id}/defer/", "POST " + wire.PathNotifications + "{id}/forward/",
		"POST " + wire.PathRecord("{id}") + "values/{value}/review/", "POST " + wire.PathNoteInError("{id}", "{note}"),
		"POST " + wire.PathTaskAct("{id}", core.TaskComplete),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, fill, all := versioned(t)
			method, path, _ := strings.Cut(name, " ")
			how := all[name]
			seen := version(w, fill(how.of))
			answers := make([]answer, 4)
			var both sync.WaitGroup
			for i := range answers {
				both.Go(func() {
					answers[i] = w.call(method, fill(path), w.ann.Tokens.Access, how.body, "If-Match", `"`+seen+`"`)
				})
			}
			both.Wait()
			heard := 0
			for _, a := range answers {
				switch {
				case a.status == 200:
					heard++
				case a.status != 409:
					t.Errorf("%d %s", a.status, a.body)
				}
			}
			if heard != 1 && !(heard > 1 && same(answers)) {
				t.Errorf("%d of %d were heard", heard, len(answers))
			}
			if now := version(w, fill(how.of)); heard == 1 && now == seen {
				t.Errorf("the version is still %q", now)
			}
		})
	}
}

// same reports whether all that were heard answer the same thing: doing again what was
// done is no change.
func same(answers []answer) bool {
	heard := slices.DeleteFunc(slices.Clone(answers), func(a answer) bool { return a.status != 200 })
	return !slices.ContainsFunc(heard, func(a answer) bool { return string(a.body) != string(heard[0].body) })
}

// version is what Ann sees of a thing now.
func version(w *world, path string) string {
	w.t.Helper()
	a := w.call("GET", path, w.ann.Tokens.Access, nil).want(200)
	if tag := strings.Trim(a.header.Get("ETag"), `"`); tag != "" {
		return tag
	}
	var v core.RecordValues
	a.into(&v)
	return v.Results[0].Version
}

// What a record's conflict says: who did what, when, and in what stands why.
func TestConflictSaysWho(t *testing.T) {
	w, fill, _ := versioned(t)
	ann, record := w.ann.Tokens.Access, fill(wire.PathRecord("{id}"))
	seen := version(w, record)
	w.call("POST", fill(wire.PathRecordLifecycle("{id}", wire.ActEnteredInError)), ann, wire.Reason{Reason: "another patient"}, "If-Match", seen).want(200)
	for _, act := range []string{wire.ActReviewed, wire.ActRestore, wire.ActLegalHold} {
		var e struct {
			Error   string      `json:"error"`
			Current core.Record `json:"current"`
		}
		w.call("POST", fill(wire.PathRecordLifecycle("{id}", act)), ann, wire.Reason{Reason: "it was not"}, "If-Match", seen).want(409).into(&e)
		if !strings.HasPrefix(e.Error, "ann Abbott marked a document as entered in error on ") || e.Current.StatusReason != "another patient" || strings.Contains(e.Error, "another") {
			t.Errorf("%s: %+v", act, e)
		}
	}
	text := fill(wire.PathRecord("{id}") + "text/1/")
	w.call("POST", fill(wire.PathRecordLifecycle("{id}", wire.ActRestore)), ann, wire.Reason{Reason: "it was not"}, "If-Match", version(w, record)).want(200)
	fresh := version(w, text)
	w.call("PUT", text, ann, `{"text":"one","reason":"misread"}`, "If-Match", fresh).want(200)
	var e struct {
		Error   string               `json:"error"`
		Current core.PageCorrections `json:"current"`
	}
	w.call("PUT", text, ann, `{"text":"two"}`, "If-Match", fresh).want(409).into(&e)
	if !strings.HasPrefix(e.Error, "ann Abbott corrected this page on ") || *e.Current.CorrectedText != "one" || e.Current.Correction.Reason != "misread" {
		t.Errorf("text: %+v", e)
	}
	w.call("PUT", text, ann, `{"text":"two"}`).want(200) // one's own words need no version
}
