package httpapi

import (
	"net/http"
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/wire"
)

// route is one line of the table.
type route struct {
	method string
	path   string // a ServeMux pattern; with "{x}" for variable segments
	family family // how errors are worded
	action action // who may call, and what answers
}

// routes is everything this server answers.
func (a *API) routes() []route {
	const (
		get, post, put, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete
		patch               = http.MethodPatch

		patient = wire.PathPatients + "{patient}/"

		notification = wire.PathNotifications + "{id}/"

		refresh2  = "/api/clinician/auth/refresh_if_active/" // the original's spelling; its own pages use the other
		jobAlias  = "/api/ocr/job/{id}/"                     // the OCR service's own paths
		jobsAlias = "/api/ocr/jobs/"
	)
	record := wire.PathRecord("{id}")
	act := func(name string) string { return wire.PathRecordAct("{id}", name) }
	lifecycle := func(name string) string { return wire.PathRecordLifecycle("{id}", name) }

	return append([]route{
		{post, wire.PathSignup, clinical, public(a.signup)},
		{post, wire.PathLogin, clinical, public(a.login)},
		{post, wire.PathRefresh, clinical, public(a.refresh)},
		{post, wire.PathRefreshIfActive, clinical, public(a.refreshIfActive)},
		{post, refresh2, clinical, public(a.refreshIfActive)},
		{post, wire.PathLogout, clinical, authenticated(a.logout)},
		{get, wire.PathProfile, clinical, authenticated(a.profile)},
		{put, wire.PathProfile, clinical, changing(a.updateProfile)},

		{get, wire.PathSpecializations, clinical, public(a.specializations)},
		{get, wire.PathRecordTypes, clinical, public(a.recordTypes)},
		{get, wire.PathLanguages, clinical, public(a.languages)},
		{get, wire.PathLimits, clinical, public(a.limits)},

		{get, wire.PathDashboard, clinical, authenticated(a.dashboard)},
		{get, wire.PathAppointments, clinical, authenticated(a.appointments)},
		{get, wire.PathNotifications, clinical, authenticated(a.notifications)},
		{get, notification, clinical, authenticated(a.notification)},
		{post, notification + "view/", clinical, changing(a.notificationAct(core.NotificationView))},
		{post, notification + "acknowledge/", clinical, changing(a.notificationAct(core.NotificationAcknowledge))},
		{post, notification + "reopen/", clinical, changing(a.notificationAct(core.NotificationReopen))},
		{post, notification + "defer/", clinical, changing(a.deferNotification)},
		{post, notification + "forward/", clinical, changing(a.forwardNotification)},
		{get, wire.PathSearch, clinical, authenticated(a.searchAll)},
		{get, patient + "search/", clinical, authenticated(a.searchPatient)},
		{get, patient + "access/", clinical, authenticated(a.accessHistory)},
		{get, patient + "trends/", clinical, authenticated(a.trends)},
		{get, patient + "overview/", clinical, authenticated(a.patientOverview)},
		{get, patient + "results/", clinical, authenticated(a.patientResults)},

		{get, wire.PathPatients, clinical, authenticated(a.patients)},
		{get, patient, clinical, authenticated(a.patient)},
		{get, patient + "dashboard/", clinical, authenticated(a.patientDashboard)},
		{get, patient + "records/", clinical, authenticated(a.patientRecords)},
		{post, patient + "records/", clinical, authenticated(a.uploadToPatient)},

		{get, wire.PathUnread, clinical, authenticated(a.unreadRecords)},
		{get, record, clinical, authenticated(a.record)},
		{patch, record, clinical, changing(a.editRecord)},
		{post, lifecycle(wire.ActEnteredInError), clinical, changing(a.withReason(enterInError))},
		{post, lifecycle(wire.ActRestore), clinical, changing(a.withReason(restoreRecord))},
		{post, lifecycle(wire.ActLegalHold), clinical, changing(a.withReason(holdRecord))},
		{del, lifecycle(wire.ActLegalHold), clinical, changing(a.withReason(releaseRecord))},
		{post, lifecycle(wire.ActMove), clinical, changing(a.moveRecord)},
		{post, lifecycle(wire.ActSplit), clinical, changing(a.splitRecord)},
		{post, lifecycle(wire.ActReviewed), clinical, changing(reviewed(true))},
		{del, lifecycle(wire.ActReviewed), clinical, changing(reviewed(false))},
		{post, lifecycle(wire.ActVerify), clinical, authenticated(a.verifyRecord)},
		{post, lifecycle(wire.ActUnlock), clinical, changing(a.unlockRecord)},
		{get, record + "pages/{page}/image/", clinical, viewing(a.pageImage)},
		{get, record + "values/", clinical, authenticated(a.recordValues)},
		{post, record + "values/{value}/review/", clinical, changing(a.reviewValue)},
		{del, record + "values/{value}/review/", clinical, changing(a.undoReview)},
		{get, record + "text/{page}/", clinical, authenticated(a.recordText)},
		{put, record + "text/{page}/", clinical, changing(a.correctText)},
		{del, record + "text/{page}/", clinical, changing(a.undoCorrection)},
		{put, record + "text/{page}/draft/", clinical, authenticated(a.keepDraft)},
		{del, record + "text/{page}/draft/", clinical, authenticated(a.dropDraft)},
		{get, wire.PathTasks, clinical, authenticated(a.tasks)},
		{post, wire.PathRecordTasks("{id}"), clinical, authenticated(a.sendTask)},
		{post, wire.PathTaskAct("{id}", core.TaskAccept), clinical, changing(a.taskAct(core.TaskAccept))},
		{post, wire.PathTaskAct("{id}", core.TaskComplete), clinical, changing(a.taskAct(core.TaskComplete))},
		{post, wire.PathTaskAct("{id}", core.TaskCancel), clinical, changing(a.taskAct(core.TaskCancel))},
		{get, wire.PathRecordNotes("{id}"), clinical, authenticated(a.recordNotes)},
		{post, wire.PathRecordNotes("{id}"), clinical, authenticated(a.addNote)},
		{post, wire.PathNoteInError("{id}", "{note}"), clinical, changing(a.noteInError)},
		{get, wire.PathPatientCheck("{id}"), clinical, authenticated(a.patientCheck)},
		{post, wire.PathPatientCheckResolve("{id}"), clinical, changing(a.resolveCheck)},
		{get, act("download"), files, viewing(a.download)},
		{post, act("view"), files, authenticated(a.view)},
		{del, act("delete"), files, changing(a.deleteRecord)},
		{post, act("analyze"), files, authenticated(a.analyze)},
		{post, wire.PathUpload, files, authenticated(a.upload)}, // the file service has no slash here
		{post, wire.PathUpload + "/", files, authenticated(a.upload)},
		{get, wire.PathUploads, clinical, authenticated(a.uploadList)},
		{post, wire.PathUploads, clinical, authenticated(a.beginUpload)},
		{get, wire.PathUploadPieces("{id}"), clinical, authenticated(a.uploadState)},
		{patch, wire.PathUploadPieces("{id}"), clinical, authenticated(a.addPiece)},
		{del, wire.PathUploadPieces("{id}"), clinical, authenticated(a.abandonUpload)},
		{post, wire.PathTempCleanup, files, authenticated(a.cleanupTemp)},
		{get, wire.PathTempView + "{id}", files, viewing(a.tempView)},

		{get, wire.PathJobs, ocr, authenticated(a.jobs)},
		{get, wire.PathJob("{id}"), ocr, authenticated(a.job)},
		{get, wire.PathJobStatus("{id}"), ocr, authenticated(a.job)},
		{get, wire.PathJobResult("{id}"), ocr, authenticated(a.jobResult)},
		{post, wire.PathJobCancel("{id}"), ocr, authenticated(a.cancelJob)},
		{post, wire.PathJobRetry("{id}"), ocr, authenticated(a.retryJob)},
		{get, wire.PathJob("{id}") + "pages/{page}/", ocr, authenticated(a.jobPage)},
		{get, jobsAlias, ocr, authenticated(a.jobs)},
		{get, jobAlias + "status/", ocr, authenticated(a.job)},
		{get, jobAlias + "result/", ocr, authenticated(a.jobResult)},
		{post, jobAlias + "cancel/", ocr, authenticated(a.cancelJob)},
		{get, wire.PathJobProgress("{id}"), ocr, public(a.progress)}, // authenticates over the socket

		{get, wire.PathHealth, clinical, public(a.health)},
		{get, "/health", clinical, public(a.health)}, // probes do not follow redirects
		{get, "/health/live", clinical, public(a.live)},
		{get, "/health/live/", clinical, public(a.live)},
		{get, "/health/ready", clinical, public(a.ready)},
		{get, "/health/ready/", clinical, public(a.ready)},
		{get, "/api/", clinical, authenticated(a.root)},
	}, a.docRoutes()...)
}

// access says who may call.
type access int

const (
	anybody access = iota
	bearer         // Authorization: Bearer
	viewer         // the same, or the cookie of pages on GET: a page links to the file or shows it
)

// action is a handler with the proof of identity it needs. Public handlers
// get no session and so cannot act for anybody.
type action struct {
	access access
	serve  func(w http.ResponseWriter, r *http.Request, s *app.Session) error
}

type sessionHandler = func(w http.ResponseWriter, r *http.Request, s *app.Session) error

// changeHandler changes something of which the caller saw a version, "" when they do not
// say; see changing.
type changeHandler = func(w http.ResponseWriter, r *http.Request, s *app.Session, seen string) error

func authenticated(h sessionHandler) action { return action{bearer, h} }
func viewing(h sessionHandler) action       { return action{viewer, h} }

// changing is for a route that changes what somebody else may change as well: it is handed
// the version that the caller saw of it (If-Match) and refuses, with what stands
// (CodeConflict), when it is another one.
func changing(h changeHandler) action {
	return action{bearer, func(w http.ResponseWriter, r *http.Request, s *app.Session) error {
		seen, err := ifMatch(r)
		if err != nil {
			return err
		}
		return h(w, r, s, seen)
	}}
}

func public(h func(w http.ResponseWriter, r *http.Request) error) action {
	return action{anybody, func(w http.ResponseWriter, r *http.Request, _ *app.Session) error { return h(w, r) }}
}

// newMux turns the table into a ServeMux with one endpoint for each path, so
// that identity is checked before the method, as callers are used to.
func (a *API) newMux() *http.ServeMux {
	endpoints := map[string]*endpoint{}
	mux := http.NewServeMux()
	for _, rt := range a.routes() {
		e := endpoints[rt.path]
		if e == nil {
			e = &endpoint{api: a, path: rt.path, family: rt.family, methods: map[string]action{}}
			endpoints[rt.path] = e
			pattern := rt.path
			if strings.HasSuffix(pattern, "/") {
				pattern += "{$}"
			}
			mux.Handle(pattern, e)
		}
		e.add(rt)
	}
	mux.Handle("/api/{rest...}", &endpoint{api: a, path: "/api/…", family: clinical, missing: bearer})
	mux.Handle(everythingElse, &endpoint{api: a, path: "…", family: clinical, missing: anybody})
	return mux
}

const everythingElse = "/"

// endpoint is one path. One without methods answers what does not exist.
type endpoint struct {
	api     *API
	path    string
	family  family
	methods map[string]action
	missing access // who is told that a path does not exist
	allow   string
}

func (e *endpoint) add(rt route) {
	e.methods[rt.method] = rt.action
	if rt.method == http.MethodGet {
		e.methods[http.MethodHead] = rt.action
	}
	names := []string{http.MethodOptions}
	for m := range e.methods {
		names = append(names, m)
	}
	slices.Sort(names)
	e.allow = strings.Join(names, ", ")
	e.missing = rt.action.access
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	noteOf(r).pattern = e.path
	if err := e.serve(w, r); err != nil {
		e.api.fail(w, r, e.family, err)
	}
}

func (e *endpoint) serve(w http.ResponseWriter, r *http.Request) error {
	act, ok := e.methods[r.Method]
	if !ok {
		act.access = e.missing
	}
	s, err := e.api.identify(r, act.access)
	if err != nil {
		return err
	}
	if act.access != anybody {
		w.Header().Set("Cache-Control", "no-store")
	}
	switch {
	case e.methods == nil:
		return errNoSuchPath
	case ok:
		return act.serve(w, r, s)
	}
	w.Header().Set("Allow", e.allow)
	if r.Method == http.MethodOptions {
		return writeJSON(w, http.StatusOK, map[string]any{"name": e.path, "description": "",
			"renders": []string{"application/json"}, "parses": acceptedBodies})
	}
	return methodNotAllowed(r.Method)
}

// slashes redirects a GET whose path lacks only its final slash, before
// anything else is asked, and tells other methods what is wrong: a redirect
// would lose their body.
func (a *API) slashes(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/") || a.known(r) {
			next.ServeHTTP(w, r)
			return
		}
		slashed := *r
		u := *r.URL
		u.Path += "/"
		if u.RawPath != "" {
			u.RawPath += "/"
		}
		slashed.URL = &u
		if !a.known(&slashed) {
			next.ServeHTTP(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			a.fail(w, r, clinical, errSlash)
			return
		}
		w.Header().Set("Location", u.RequestURI())
		w.WriteHeader(http.StatusMovedPermanently)
	})
}

// known reports whether a route of the table has exactly this path.
func (a *API) known(r *http.Request) bool {
	h, _ := a.mux.Handler(r)
	e, ok := h.(*endpoint)
	return ok && e.methods != nil
}
