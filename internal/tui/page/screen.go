package page

import (
	"context"
	"slices"
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

// PatientScreen is a screen about one patient. The root draws the banner.
type PatientScreen interface{ Banner() ui.Banner }

// DocumentScreen is a screen about one document; the zero Record: none yet.
type DocumentScreen interface{ Document() core.Record }

// Refresher is a screen that reads again what it shows: after the connection
// came back, after a new login, when it is uncovered.
type Refresher interface{ Refresh() tea.Cmd }

// Guest is a screen that works without a session: a refusal there is an answer, not
// the end of one.
type Guest interface{ Guest() }

// Chooser is a screen that asked who somebody is, and is told who was picked. The
// picker is still on top: it is left, or replaced, by what the chooser asks for.
type Chooser interface{ Chosen(core.PatientSummary) }

// Keeper is a screen that holds a document and is told what became of it on a screen above.
type Keeper interface{ DocumentChanged(core.Record) }

// Returner is a screen that is told from which document one comes back to it.
type Returner interface{ CameFrom(core.Record) }

// Watcher is a screen that shows how a reading goes, so that nobody has to be told.
type Watcher interface{ WatchesReading() }

// Leaver is a screen that may have to be asked before it is left. The
// question is "" when it may go.
type Leaver interface{ Leaving() (question string) }

// Base is what all screens share.
type Base struct {
	*Env
	route Route
	scope *ui.Scope
	W, H  int
}

func NewBase(e *Env, r Route) Base { return Base{Env: e, route: r, scope: e.NewScope()} }

func (b *Base) SetSize(w, h int) { b.W, b.H = w, h }
func (b *Base) Route() Route     { return b.route }
func (b *Base) Scope() *ui.Scope { return b.scope }
func (b *Base) Close()           { b.scope.Close() }
func (b *Base) Typing() bool     { return false }
func (b *Base) Init() tea.Cmd    { return nil }

// Env is what screens may use. It belongs to the event loop.
type Env struct {
	Now      func() time.Time
	Location *time.Location
	Theme    *ui.Theme
	ReadOnly bool
	Local    Local               // the user's files and other programs
	Getenv   func(string) string // what the terminal says of itself
	Email    string

	Term   *Terminal    // beside the frames
	Charts *OpenCharts  // patients seen in this session
	Drafts *DraftKeeper // what was typed and not sent
	NoCopy bool         // the clipboard is not to be used

	Images   string      // auto, kitty, iterm2, sixel, half or off
	Graphics ui.Graphics // how the terminal is given pictures
	Crew     *ui.Crew    // work under way

	Address string // of the server
	Kept    Kept

	Ctx     context.Context
	lastID  ui.ID
	Outbox  []any // requests of the update that runs now
	Profile *core.Profile
	Limits  *core.Limits
	Online  bool
	Lost    error     // why the server is not there, while Online is false; nil: not known
	KeyAt   time.Time // of the last key
	Pauses  Pauses
}

// Kept says where the session is kept.
type Kept struct{ Place, Reason string }

// Pauses are the program's waiting times; tests shorten them.
type Pauses struct {
	Search    time.Duration // between the last letter and the question
	Dashboard time.Duration
	Jobs      time.Duration // between looks at a record list with running jobs
	Progress  time.Duration // between drawings of a running transfer; braille displays and slow lines follow once a second
	Draft     time.Duration // between the last letter of a draft and the server's having it
	Deaf      time.Duration // keys are ignored after a screen opened by itself or another patient came, and those that act after anything changed
	KeepAlive time.Duration
	Probe     time.Duration // between looks whether the server is there
	Retry     time.Duration // the first, then doubled
	Idle      time.Duration // without a key nothing is asked any more
	Toast     time.Duration
	Lock      time.Duration // without a key until the screen is locked; 0 never
	Logoff    time.Duration // without a key until the session is ended
}

func UsualPauses() Pauses {
	return Pauses{
		Search: 80 * time.Millisecond, Dashboard: time.Minute, Jobs: 5 * time.Second, Progress: time.Second, Draft: time.Second,
		Deaf: 250 * time.Millisecond, KeepAlive: 2 * time.Minute, Probe: 4 * time.Second, Retry: time.Second,
		Idle: 10 * time.Minute, Toast: 6 * time.Second, Lock: 2 * time.Minute, Logoff: 30 * time.Minute,
	}
}

func (e *Env) NewScope() *ui.Scope {
	e.lastID++
	return ui.NewScope(e.Ctx, e.lastID, e.Crew)
}

// Idle reports whether nobody has pressed a key for long: background reads
// stop then, so that the program does not keep a forgotten session alive.
func (e *Env) Idle() bool { return e.Now().Sub(e.KeyAt) > e.Pauses.Idle }

// Today is the clinic's day.
func (e *Env) Today() time.Time { return e.Now().In(e.Location) }

// ChangeOff says why changes are not possible, "" when they are.
func (e *Env) ChangeOff() string {
	switch {
	case e.ReadOnly:
		return "Read-only mode: changes are switched off."
	case !e.Online:
		return "Not connected to the server; wait until the footer says connected."
	}
	return ""
}

// AnalyzeOff says why documents cannot be read, "" when they can.
func (e *Env) AnalyzeOff() string {
	if off := e.ChangeOff(); off != "" {
		return off
	}
	if e.Limits != nil && e.Limits.OCREngine == "" {
		if e.Limits.OCRMessage != "" {
			return e.Limits.OCRMessage
		}
		return "The server has no engine that reads documents; ask its administrator."
	}
	return ""
}

// Away says why the server is not there, and what to do; err is what a try of one's
// own met, nil when there was none.
func (e *Env) Away(err error) string {
	if err == nil {
		err = e.Lost
	}
	if err == nil {
		return "The server at " + e.Address + " cannot be reached. Check that it runs and that the address is right."
	}
	return core.MessageOf(err)
}

// WrongPatient is shown instead of data that belongs to somebody else.
func WrongPatient() error {
	return core.Errorf(core.CodeInternal,
		"The server's answer belongs to another patient and is not shown. Go back and open the patient again.")
}

// OwnMedicines reports whether all that is listed is of this patient.
func OwnMedicines(m core.Medicines, patientID int64) bool {
	return !slices.ContainsFunc(slices.Concat(m.Prescriptions, m.Stopped), func(p core.Prescription) bool { return p.PatientID != patientID })
}

// ChangeRecordOff says why a document cannot be changed.
func (e *Env) ChangeRecordOff(r core.Record) string {
	if off := e.ChangeOff(); off != "" {
		return off
	}
	if err := r.Changeable(); err != nil {
		return core.MessageOf(err)
	}
	return ""
}

// UserID is who is signed in; 0 nobody.
func (e *Env) UserID() int64 {
	if e.Profile == nil {
		return 0
	}
	return e.Profile.User.ID
}
