package web

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/wire"
)

//go:embed templates/*.html
var templates embed.FS

// views are the parsed pages by name.
type views map[string]*template.Template

// parseViews reads every page with the layout around it; what is wrong with a template
// is a fault of the build. static gives the address of an asset.
func parseViews(static func(name string) string) views {
	base := template.Must(template.New("layout.html").Funcs(template.FuncMap{
		"static": static,
		"known":  present.Or,
		"plural": core.Plural,
		"words":  func(list ...string) []string { return list },
		"dict":   dict,
	}).ParseFS(templates, "templates/layout.html", "templates/parts.html"))
	files, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		panic(err)
	}
	v := views{}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "layout" || name == "parts" {
			continue
		}
		v[name] = template.Must(template.Must(base.Clone()).ParseFS(templates, file))
	}
	return v
}

// dict gives a part of a page several things by name.
func dict(pairs ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

// page is what the layout needs, and what its middle does.
type page struct {
	Title   string  // without names: it goes into the browser's history
	Section string  // of the menu
	Banner  *banner // nil: not of one patient
	Done    string  // what the act before this page did
	Problem string  // why the form was not taken
	Fields  map[string][]string
	Reload  int // seconds after which a browser without a script asks again; 0: it does not
	Body    any

	// filled in by render
	Me     string
	Token  string
	Notice string
	Idle   int // seconds without a key or a touch after which the page signs out
	AsAt   string
}

// render writes a page. It is made whole before the first byte leaves, so that a fault
// becomes an error and not half a page.
func (g *guest) render(v *visit, status int, view string, p page) error {
	p.Token, p.Notice = g.formToken(), g.site.Notice
	p.Idle = int(g.site.Idle.Seconds())
	p.AsAt = present.Moment(g.site.now(), g.site.Location)
	if v != nil {
		p.Me = v.Principal().Email
	}
	var b bytes.Buffer
	if err := g.site.views[view].Execute(&b, p); err != nil {
		return core.Errorf(core.CodeInternal, "%s", core.MessageOf(nil)).WithCause(err)
	}
	h := g.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Cache-Control", "no-store") // what was seen is gone after signing out
	g.w.WriteHeader(status)
	if g.r.Method != http.MethodHead {
		_, _ = g.w.Write(b.Bytes()) // the caller may be gone
	}
	return nil
}

// show renders a page of somebody who is signed in. What an earlier act did is taken
// from the address, by a word of ours.
func (v *visit) show(view string, p page) error {
	if p.Done == "" {
		p.Done = deeds[v.r.URL.Query().Get("done")]
	}
	return v.render(v, http.StatusOK, view, p)
}

// deeds are what acts did, by the word that their redirect carries.
var deeds = map[string]string{
	"added":            "The document was added.",
	"added-unread":     "The document was added, but it could not be given to the machine to read. Try that again below.",
	"analyze":          "The document will be read.",
	"cancelled":        "The reading was cancelled.",
	"check":            "Noted: the document belongs to this patient. It counts again.",
	"corrected":        "The correction was stored.",
	"deleted":          "The document was removed for good.",
	"details":          "What is said about the document was changed.",
	"error":            "The document was marked as entered in error. It does not count any more.",
	"note-acknowledge": "The notification is done.",
	"note-defer":       "The notification comes back later.",
	"note-forward":     "The notification was forwarded.",
	"note-reopen":      "The notification is open again.",
	"note-view":        "The notification was viewed.",
	"profile":          "Your profile was changed.",
	"rejected":         "The value was rejected.",
	"restored":         "The document counts again.",
	"reviewed":         "Noted.",
	"unlocked":         "This copy opens without the password. The protected document is kept in the chart, entered in error.",
	"undo":             "What was said of the value was taken back.",
	"verified":         "The value was verified.",
}

// fail answers an error with a page; v is nil for who is not signed in.
func (s *Site) fail(g *guest, v *visit, err error) {
	code := core.CodeOf(err)
	var userID int64
	if v != nil {
		userID = v.Principal().UserID
	}
	s.logFailure(g.r.Context(), g.r, userID, err)
	if v != nil && code == core.CodeUnauthenticated { // it ended while the page was made
		s.turnAway(g, err)
		return
	}
	if after := retryAfter(err); after > 0 {
		g.w.Header().Set("Retry-After", strconv.Itoa(after))
	}
	s.problem(g, v, wire.Status(code), headings[code], sentence(err))
}

var headings = map[core.Code]string{
	core.CodeForbidden:   "Not allowed",
	core.CodeNotFound:    "Not found",
	core.CodeConflict:    "Not possible now",
	core.CodeInvalid:     "Something in the form is not right",
	core.CodeTooLarge:    "Too large",
	core.CodeRateLimited: "Too many tries",
	core.CodeUnavailable: "Not available",
}

func (s *Site) problem(g *guest, v *visit, status int, heading, message string) {
	if heading == "" {
		heading = "This did not work"
	}
	err := g.render(v, status, "problem", page{Title: heading, Body: struct{ Heading, Message string }{heading, message}})
	if err != nil {
		http.Error(g.w, core.MessageOf(nil), http.StatusInternalServerError)
	}
}
