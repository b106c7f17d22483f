package tui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// Screen is one page of the program. Screens are pointers and never know the
// root: they ask for things with the requests of requests.go.
type Screen interface {
	// Init starts the first work. It is called once, after SetSize.
	Init() tea.Cmd
	// Update takes the screen's own results, and the keys no binding took.
	Update(tea.Msg) tea.Cmd
	// View draws at most the size that was set.
	View() string
	SetSize(w, h int)
	// Route is what the screen was made of.
	Route() Route
	// Keys is what keys do now, the most used first.
	Keys() []ui.Binding
	// Typing reports whether letters are text now; bindings of printable keys
	// then do not work.
	Typing() bool
	// Scope is the screen's address and lifetime.
	Scope() *ui.Scope
	// Close ends the screen's work.
	Close()
}

// patientScreen is a screen about one patient. The root draws the banner.
type patientScreen interface{ Banner() ui.Banner }

// documentScreen is a screen about one document; the zero Record: none yet.
type documentScreen interface{ Document() core.Record }

// refresher is a screen that reads again what it shows: after the connection
// came back, after a new login, when it is uncovered.
type refresher interface{ Refresh() tea.Cmd }

// guest is a screen that works without a session: a refusal there is an answer, not
// the end of one.
type guest interface{ Guest() }

// chooser is a screen that asked who somebody is, and is told who was picked. The
// picker is still on top: it is left, or replaced, by what the chooser asks for.
type chooser interface{ Chosen(core.PatientSummary) }

// keeper is a screen that holds a document and is told what became of it on a screen above.
type keeper interface{ DocumentChanged(core.Record) }

// returner is a screen that is told from which document one comes back to it.
type returner interface{ CameFrom(core.Record) }

// watcher is a screen that shows how a reading goes, so that nobody has to be told.
type watcher interface{ WatchesReading() }

// leaver is a screen that may have to be asked before it is left. The
// question is "" when it may go.
type leaver interface{ Leaving() (question string) }

// base is what all screens share.
type base struct {
	*env
	route Route
	scope *ui.Scope
	w, h  int
}

func newBase(e *env, r Route) base { return base{env: e, route: r, scope: e.newScope()} }

func (b *base) SetSize(w, h int) { b.w, b.h = w, h }
func (b *base) Route() Route     { return b.route }
func (b *base) Scope() *ui.Scope { return b.scope }
func (b *base) Close()           { b.scope.Close() }
func (b *base) Typing() bool     { return false }
func (b *base) Init() tea.Cmd    { return nil }

// env is what screens may use. It belongs to the event loop.
type env struct {
	backend  Backend
	now      func() time.Time
	loc      *time.Location
	th       *ui.Theme
	readOnly bool
	startDir string
	email    string

	term   *terminal    // beside the frames
	charts *openCharts  // patients seen in this session
	drafts *draftKeeper // what was typed and not sent
	noCopy bool         // the clipboard is not to be used

	images string   // auto, kitty, half or off
	crew   *ui.Crew // work under way

	address string // of the server
	kept    kept

	ctx     context.Context
	lastID  ui.ID
	outbox  []any // requests of the update that runs now
	profile *core.Profile
	limits  *core.Limits
	online  bool
	keyAt   time.Time // of the last key
	pauses  pauses
}

// kept says where the session is kept.
type kept struct{ Place, Reason string }

// pauses are the program's waiting times; tests shorten them.
type pauses struct {
	Search    time.Duration // between the last letter and the question
	Dashboard time.Duration
	Jobs      time.Duration // between looks at a record list with running jobs
	Progress  time.Duration // between drawings of a running transfer; braille displays and slow lines follow once a second
	Draft     time.Duration // between the last letter of a draft and the server's having it
	Deaf      time.Duration // keys are ignored after a screen opened by itself or another patient came
	KeepAlive time.Duration
	Probe     time.Duration // between looks whether the server is there
	Retry     time.Duration // the first, then doubled
	Idle      time.Duration // without a key nothing is asked any more
	Toast     time.Duration
	Lock      time.Duration // without a key until the screen is locked; 0 never
	Logoff    time.Duration // without a key until the session is ended
}

func usualPauses() pauses {
	return pauses{
		Search: 80 * time.Millisecond, Dashboard: time.Minute, Jobs: 5 * time.Second, Progress: time.Second, Draft: time.Second,
		Deaf: 250 * time.Millisecond, KeepAlive: 2 * time.Minute, Probe: 4 * time.Second, Retry: time.Second,
		Idle: 10 * time.Minute, Toast: 6 * time.Second, Lock: 2 * time.Minute, Logoff: 30 * time.Minute,
	}
}

func (e *env) newScope() *ui.Scope {
	e.lastID++
	return ui.NewScope(e.ctx, e.lastID, e.crew)
}

// idle reports whether nobody has pressed a key for long: background reads
// stop then, so that the program does not keep a forgotten session alive.
func (e *env) idle() bool { return e.now().Sub(e.keyAt) > e.pauses.Idle }

// today is the clinic's day.
func (e *env) today() time.Time { return e.now().In(e.loc) }

// changeOff says why changes are not possible, "" when they are.
func (e *env) changeOff() string {
	switch {
	case e.readOnly:
		return "Read-only mode: changes are switched off."
	case !e.online:
		return "Not connected to the server; wait until the footer says connected."
	}
	return ""
}

// analyzeOff says why documents cannot be read, "" when they can.
func (e *env) analyzeOff() string {
	if off := e.changeOff(); off != "" {
		return off
	}
	if e.limits != nil && e.limits.OCREngine == "" {
		if e.limits.OCRMessage != "" {
			return e.limits.OCRMessage
		}
		return "The server has no engine that reads documents; ask its administrator."
	}
	return ""
}

// wrongPatient is shown instead of data that belongs to somebody else.
func wrongPatient() error {
	return core.Errorf(core.CodeInternal,
		"The server's answer belongs to another patient and is not shown. Go back and open the patient again.")
}

// changeRecordOff says why a document cannot be changed.
func (e *env) changeRecordOff(r core.Record) string {
	if off := e.changeOff(); off != "" {
		return off
	}
	if err := r.Changeable(); err != nil {
		return core.MessageOf(err)
	}
	return ""
}

// userID is who is signed in; 0 nobody.
func (e *env) userID() int64 {
	if e.profile == nil {
		return 0
	}
	return e.profile.User.ID
}
