package web

import (
	"net/http"
	"slices"
	"strings"
)

// route is one line of the table.
type route struct {
	method string
	path   string // a ServeMux pattern
	action action // who may come, and what answers
}

// action is a handler with the proof of identity it needs. A public one gets a guest,
// who has no use cases of a person.
type action struct {
	public func(g *guest) error
	person func(v *visit) error
	// streams: the handler reads the body itself and asks for the form's token.
	streams bool
}

func public(h func(g *guest) error) action   { return action{public: h} }
func signedIn(h func(v *visit) error) action { return action{person: h} }
func streaming(h func(v *visit) error) action {
	return action{person: h, streams: true}
}

// Paths of the pages, as the service this one replaces had them, and ours beside them.
const (
	pathLogin         = "/login/"
	pathSignup        = "/signup/"
	pathLogout        = "/logout/"
	pathDashboard     = "/clinician/dashboard/"
	pathPatients      = "/clinician/patients/"
	pathRecords       = "/clinician/records/"
	pathUnread        = "/clinician/unread/"
	pathReadings      = "/clinician/readings/"
	pathAppointments  = "/clinician/appointments/"
	pathNotifications = "/clinician/notifications/"
	pathProfile       = "/clinician/profile/"
	pathStatic        = "/clinician/static/"
)

// routes is every page there is.
func (s *Site) routes() []route {
	const (
		get, post = http.MethodGet, http.MethodPost
		patient   = pathPatients + "{patient}/"
		record    = pathRecords + "{record}/"
	)
	list := []route{
		{get, "/", public(s.home)},
		{get, pathLogin, public(s.loginPage)},
		{post, pathLogin, public(s.login)},
		{post, pathLogout, public(s.logout)},
		{post, "/logout", public(s.logout)}, // the original's form has no slash
		{get, pathStatic + "{file}", public(s.staticFile)},

		{get, pathDashboard, signedIn(s.dashboard)},
		{get, pathPatients, signedIn(s.patients)},
		{get, patient + "dashboard/", signedIn(s.chart)},
		{get, patient + "add-record/", signedIn(s.addRecordPage)},
		{post, patient + "add-record/", streaming(s.addRecord)},
		{get, patient + "access/", signedIn(s.access)},
		{get, patient + "results/", signedIn(s.results)},

		{get, record, signedIn(s.document)},
		{get, record + "file/", signedIn(s.file)},
		{post, record + "view/", signedIn(s.openView)},
		{get, record + "view/{temp}/", signedIn(s.viewing)},
		{post, record + "view/{temp}/close/", signedIn(s.closeView)},
		{post, record + "analyze/", signedIn(onRecord("analyze", analyze))},
		{post, record + "reviewed/", signedIn(onRecord("reviewed", markReviewed))},
		{post, record + "check/", signedIn(onRecord("check", resolveCheck))},
		{post, record + "details/", signedIn(onRecord("details", editRecord))},
		{post, record + "entered-in-error/", signedIn(onRecord("error", enterInError))},
		{post, record + "restore/", signedIn(onRecord("restored", restore))},
		{post, record + "unlock/", signedIn(s.unlockRecord)},
		{post, record + "delete/", signedIn(s.deleteRecord)},
		{post, record + "values/{value}/", signedIn(s.reviewValue)},
		{post, pathReadings + "{job}/cancel/", signedIn(s.cancelReading)},

		{get, pathUnread, signedIn(s.unread)},
		{get, pathReadings, signedIn(s.readings)},
		{get, pathAppointments, signedIn(s.appointments)},
		{get, pathNotifications, signedIn(s.notifications)},
		{post, pathNotifications + "{id}/", signedIn(s.changeNotification)},
		{get, pathProfile, signedIn(s.profile)},
		{post, pathProfile, signedIn(s.updateProfile)},
	}
	if !s.NoSignup {
		list = append(list, route{get, pathSignup, public(s.signupPage)}, route{post, pathSignup, public(s.signup)})
	}
	return list
}

// newMux turns the table into a ServeMux with one endpoint for each path, so that a
// wrong method on a known path can be told from an unknown path.
func (s *Site) newMux() *http.ServeMux {
	endpoints := map[string]*endpoint{}
	mux := http.NewServeMux()
	for _, rt := range s.routes() {
		e := endpoints[rt.path]
		if e == nil {
			e = &endpoint{site: s, path: rt.path, methods: map[string]action{}}
			endpoints[rt.path] = e
			pattern := rt.path
			if strings.HasSuffix(pattern, "/") {
				pattern += "{$}"
			}
			mux.Handle(pattern, e)
		}
		e.methods[rt.method] = rt.action
		if rt.method == http.MethodGet {
			e.methods[http.MethodHead] = rt.action
		}
	}
	mux.Handle("/{rest...}", &endpoint{site: s, path: "(no page)"})
	return mux
}

// endpoint is one path. One without methods is what does not exist.
type endpoint struct {
	site    *Site
	path    string
	methods map[string]action
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := e.site
	s.API.Note(r, e.path, 0)
	g := &guest{site: s, w: w, r: r}
	act, ok := e.methods[r.Method]
	if !ok {
		e.refuse(g)
		return
	}
	if err := s.guard(g, act.streams); err != nil {
		s.fail(g, nil, err)
		return
	}
	if act.public != nil {
		if err := act.public(g); err != nil {
			s.fail(g, nil, err)
		}
		return
	}
	v, err := s.identify(g)
	if err != nil {
		s.turnAway(g, err)
		return
	}
	s.API.Note(r, e.path, v.Principal().UserID)
	if err := act.person(v); err != nil {
		s.fail(g, v, err)
	}
}

// refuse answers a path that does not exist, and a method that a path does not have.
// Who is not signed in does not learn which it is.
func (e *endpoint) refuse(g *guest) {
	v, err := e.site.identify(g)
	if err != nil {
		e.site.turnAway(g, err)
		return
	}
	if e.methods == nil {
		e.site.problem(g, v, http.StatusNotFound, "There is no such page", "The address may be misspelt, or the page is gone.")
		return
	}
	var allowed []string
	for m := range e.methods {
		allowed = append(allowed, m)
	}
	slices.Sort(allowed)
	g.w.Header().Set("Allow", strings.Join(allowed, ", "))
	e.site.problem(g, v, http.StatusMethodNotAllowed, "That cannot be done here", "Go back, and use the buttons of the page.")
}

// slashed gives the address with its final slash when a GET lacks only that; "" otherwise.
func (s *Site) slashed(r *http.Request) string {
	if strings.HasSuffix(r.URL.Path, "/") || r.Method != http.MethodGet && r.Method != http.MethodHead || s.known(r) {
		return ""
	}
	other := *r
	u := *r.URL
	u.Path += "/"
	if u.RawPath != "" {
		u.RawPath += "/"
	}
	other.URL = &u
	if !s.known(&other) {
		return ""
	}
	return u.RequestURI()
}

// known reports whether a page has exactly this path.
func (s *Site) known(r *http.Request) bool {
	h, _ := s.mux.Handler(r)
	e, ok := h.(*endpoint)
	return ok && e.methods != nil
}
