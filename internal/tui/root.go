package tui

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// root owns the stack of screens, what lies over them, and everything that
// concerns all of them: size, session, connection. Its Update knows four
// kinds of messages, in this order: the system's, addressed results, input, and
// the requests of screens.
type root struct {
	*page.Env
	Backend page.Backend
	routes  routes
	stack   []page.Screen
	gate    page.Screen // login over everything, after a session ended
	overlay overlay
	scope   *ui.Scope

	keymap   keymap
	prefix   string // first key of a pair, pressed
	locked   *lock  // covers everything
	away     bool   // in the background: nothing is drawn
	readings states // begun here and not ended
	debug    *dump
	demoHint string
	lostAt   time.Time // when the server was not there any more

	w, h      int
	demo      bool
	making    making
	ephemeral bool // its server and data end with the program
	deaf      bool // keys are ignored for a moment
	acts      acts
	patient   int64
	toast     *page.Toast
	retries   int
	keys      int   // pressed since the last keep-alive
	owner     int64 // user the stack belongs to
	place     Place // where to go after the sign-in
	quit      bool
	later     bool // take up the old session when the server is there
	crash     *ui.Panicked
	onCrash   func() // ends the program; View cannot
	started   bool
	ask       bool // the terminal is asked whether it draws pictures
}

// overlay covers the screen but never the banner.
type overlay interface {
	// Key takes every key; done closes the overlay.
	Key(k tea.KeyMsg) (cmd tea.Cmd, done bool)
	View(w, h int) string
	Keys() []ui.Binding
}

// Slots of the root's own work.
const (
	slotResume    ui.Slot = "resume"
	slotKeepAlive ui.Slot = "keepalive"
	slotAlive     ui.Slot = "alive tick"
	slotProbe     ui.Slot = "probe"
	slotProbeTick ui.Slot = "probe tick"
	slotKept      ui.Slot = "kept"
	slotToast     ui.Slot = "toast"
	slotDeaf      ui.Slot = "deaf"
)

func newRoot(ctx context.Context, o Options, th *ui.Theme) *root {
	e := &page.Env{
		Now: o.Clock, Location: o.Location, Theme: th, ReadOnly: o.ReadOnly,
		Local: o.Local, Getenv: os.Getenv, Email: o.Email, Address: ui.Clean(o.Backend.Address()), Ctx: ctx, Online: true, Pauses: page.UsualPauses(),
		Term: &page.Terminal{Out: o.Output}, Charts: &page.OpenCharts{}, Drafts: &page.DraftKeeper{},
		NoCopy: o.NoCopy, Images: o.Images, Crew: &ui.Crew{},
	}
	e.Pauses.Lock, e.Pauses.Logoff = o.Lock, o.Logoff
	e.KeyAt = e.Now()
	r := &root{Env: e, Backend: o.Backend, routes: newRoutes(o.Backend), place: o.Open, demo: o.Demo, making: making{next: o.Making}, ephemeral: o.Ephemeral, scope: e.NewScope(), keymap: o.Keys, debug: &dump{o.Debug, o.Clock}}
	if o.Demo && o.DemoPassword != "" {
		r.demoHint = "This is a demo: the password is " + o.DemoPassword
	}
	var ask bool
	e.Graphics, ask = ui.Around(th, os.Getenv, o.Passes)
	r.ask = ask && (o.Images == "" || o.Images == "auto" || o.Images == ui.Sixel)
	r.stack = []page.Screen{r.routes.screen(e, starting{})}
	return r
}

func (r *root) Init() tea.Cmd {
	resume := ui.Load(r.scope, slotResume, r.Backend.Resume)
	if r.ask {
		r.Term.Query()
	}
	return tea.Batch(resume, r.whereKept(), r.probe(), r.followMaking(), ui.After(r.scope, slotAlive, r.Pauses.KeepAlive), r.watchIdle())
}

func (r *root) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	defer func() {
		if p := recover(); p != nil {
			cmd = r.panicked(p)
		}
	}()
	r.debug.message(msg)
	var cmds []tea.Cmd
	switch m := msg.(type) {
	case tea.WindowSizeMsg:
		r.w, r.h = m.Width, m.Height
		r.resize()
		if !r.started {
			r.started = true
			cmds = append(cmds, r.top().Init())
		}
	case tea.ResumeMsg:
		cmds = append(cmds, r.resumedFromShell())
	case ui.Panicked:
		r.crash, r.quit = &m, true
		return r, tea.Quit
	case ui.Addressed:
		cmds = append(cmds, r.result(m))
	case tea.KeyMsg:
		for _, k := range oneByOne(m) {
			cmds = append(cmds, r.key(k), r.requests())
		}
	case tea.MouseMsg:
		cmds = append(cmds, r.mouse(m))
	case fmt.Stringer: // the last one: keys are such as well
		r.answered(m)
	}
	cmds = append(cmds, r.requests())
	r.acts.shows(r.top(), r.overlay, r.Now())
	if r.quit {
		return r, tea.Quit
	}
	if r.w > 0 { // an answer may have made the banner higher
		r.top().SetSize(r.w, r.bodyHeight(r.top()))
	}
	return r, tea.Batch(cmds...)
}

// result gives an answer to whoever asked, if it is still wanted.
func (r *root) result(m ui.Addressed) tea.Cmd {
	a := m.Where()
	if a.To == r.scope.ID() {
		if !r.scope.Take(a) {
			return nil
		}
		return r.own(m)
	}
	s := r.find(a.To)
	if s == nil || !s.Scope().Take(a) {
		return nil
	}
	cmds := []tea.Cmd{r.follow(m)}
	if _, tick := m.(ui.Result[ui.Tick]); !tick && !local[a.Slot] {
		if a.Slot == page.SlotNext && core.CodeOf(m.Failure()) == core.CodeUnavailable {
			cmds = append(cmds, r.probe()) // a stream may break while the server is well
		} else {
			cmds = append(cmds, r.heard(m.Failure()))
		}
		if _, guest := s.(page.Guest); core.CodeOf(m.Failure()) == core.CodeUnauthenticated && !guest {
			r.Ask(page.SignedOutReq{Sentence: "Your session has ended. Sign in to go on where you were."})
		}
	}
	return tea.Batch(append(cmds, s.Update(m))...)
}

// local is work that does not ask the server, and so says nothing of it.
var local = map[ui.Slot]bool{page.SlotComplete: true, page.SlotDir: true}

func (r *root) find(id ui.ID) page.Screen {
	if r.gate != nil && r.gate.Scope().ID() == id {
		return r.gate
	}
	for _, s := range r.stack {
		if s.Scope().ID() == id {
			return s
		}
	}
	return nil
}

// top is the screen that is seen.
func (r *root) top() page.Screen {
	if r.gate != nil {
		return r.gate
	}
	return r.stack[len(r.stack)-1]
}

// requests deals with what screens asked for, in order.
func (r *root) requests() tea.Cmd {
	var cmds []tea.Cmd
	for len(r.Outbox) > 0 {
		q := r.Outbox[0]
		r.Outbox = r.Outbox[1:]
		r.debug.request(q)
		cmds = append(cmds, r.request(q))
	}
	r.Outbox = nil
	return tea.Batch(append(cmds, r.patientChange())...)
}

func (r *root) request(q any) tea.Cmd {
	switch q := q.(type) {
	case page.PushReq:
		r.toast = nil // it was about the screen before
		r.stack = append(r.stack, r.routes.screen(r.Env, q.Route))
		return r.open()
	case page.PopReq:
		return r.leave(r.back)
	case page.ReplaceReq:
		return r.replaced(q)
	case page.HomeReq:
		return r.restart(q.Route)
	case page.AlarmReq:
		return tea.Batch(r.request(page.ToastReq{Toast: page.Toast{Level: page.LevelWarn, Text: ui.Clean(q.Text)}}), r.deafen())
	case page.ToastReq:
		r.toast = &q.Toast
		stays := r.Pauses.Toast
		if q.Toast.Level == page.LevelBad { // what went wrong is read twice
			stays *= 2
		}
		return ui.After(r.scope, slotToast, stays)
	case page.ConfirmReq:
		r.overlay = r.question(q)
	case page.AnswerReq:
		r.picked(q.Patient)
	case page.ChangedReq:
		r.tell(q.Record)
	case page.QuitReq:
		return r.leaveAll(r.end)
	case page.SignedInReq:
		return r.signedIn(q.UserID)
	case page.SignedOutReq:
		return r.signedOut(q.Sentence)
	case page.DraftReq:
		return r.draftsSoon(r.Pauses.Draft)
	}
	return nil
}

// replaced puts another screen in the place of the top one.
func (r *root) replaced(q page.ReplaceReq) tea.Cmd {
	r.toast = nil
	next := r.routes.screen(r.Env, q.Route)
	r.top().Close()
	if r.gate != nil {
		r.gate = next
	} else {
		r.stack[len(r.stack)-1] = next
	}
	cmd := r.open()
	if q.Self {
		return tea.Batch(cmd, r.deafen())
	}
	return cmd
}

// picked tells the screen below the picker who was picked.
func (r *root) picked(p core.PatientSummary) {
	if n := len(r.stack); n > 1 {
		if asked, ok := r.stack[n-2].(page.Chooser); ok {
			asked.Chosen(p)
		}
	}
}

// tell gives the screens that hold a document what it is now.
func (r *root) tell(rec core.Record) {
	for _, s := range r.stack {
		if k, ok := s.(page.Keeper); ok {
			k.DocumentChanged(rec)
		}
	}
}

// open starts the screen that has just come on top.
func (r *root) open() tea.Cmd {
	r.overlay = nil
	r.resize()
	return r.top().Init()
}

// end ends the program, after a question if what was done here would be lost.
func (r *root) end() tea.Cmd {
	quit := func() tea.Cmd { r.quit = true; return nil }
	if !r.ephemeral || r.owner == 0 {
		return quit()
	}
	r.overlay = r.question(page.ConfirmReq{Question: "Quit? The demo's data ends with it.", Verb: "quit", Yes: quit})
	return nil
}

// leave does f, after a question if the screen has one.
func (r *root) leave(f func() tea.Cmd) tea.Cmd { return r.leaveThese(f, r.top()) }

// leaveAll does f, which ends every screen, after a question if one of them has one.
func (r *root) leaveAll(f func() tea.Cmd) tea.Cmd { return r.leaveThese(f, r.stack...) }

func (r *root) leaveThese(f func() tea.Cmd, screens ...page.Screen) tea.Cmd {
	for i := len(screens) - 1; i >= 0; i-- {
		if l, ok := screens[i].(page.Leaver); ok {
			if question := l.Leaving(); question != "" {
				r.overlay = r.question(page.ConfirmReq{Question: question, Verb: "leave", Yes: f})
				return nil
			}
		}
	}
	return f()
}

// question asks, and says whom it is about when the question does not.
func (r *root) question(q page.ConfirmReq) *confirmBox {
	c := &confirmBox{th: r.Theme, req: q, keys: r.keymap}
	if p, ok := r.top().(page.PatientScreen); ok {
		if b := p.Banner(); b.Name != "" && !strings.Contains(q.Question, b.Name) {
			c.about = page.Identified(b)
		}
	}
	return c
}

// back closes the top screen and wakes the one below.
func (r *root) back() tea.Cmd {
	if r.gate != nil || len(r.stack) < 2 {
		return nil
	}
	left := r.top()
	left.Close()
	r.stack = r.stack[:len(r.stack)-1]
	r.overlay = nil
	r.resize()
	if to, ok := r.top().(page.Returner); ok {
		if of, ok := left.(page.DocumentScreen); ok {
			to.CameFrom(of.Document())
		}
	}
	return r.refresh()
}

func (r *root) restart(to page.Route) tea.Cmd {
	for _, old := range r.stack {
		old.Close()
	}
	if r.gate != nil {
		r.gate.Close()
		r.gate = nil
	}
	r.stack = []page.Screen{r.routes.screen(r.Env, to)}
	return r.open()
}

// refresh lets the top screen read again what it shows.
func (r *root) refresh() tea.Cmd {
	if s, ok := r.top().(page.Refresher); ok {
		return s.Refresh()
	}
	return nil
}

// patientChange throws type-ahead away when another patient came on screen.
func (r *root) patientChange() tea.Cmd {
	id := int64(0)
	if p, ok := r.top().(page.PatientScreen); ok {
		id = p.Banner().ID
	}
	changed := id != r.patient && id != 0
	r.patient = id
	if !changed {
		return nil
	}
	r.resize()
	return r.deafen()
}

func (r *root) deafen() tea.Cmd {
	r.deaf = true
	return ui.After(r.scope, slotDeaf, r.Pauses.Deaf)
}

func (r *root) panicked(p any) tea.Cmd {
	r.crash, r.quit = caught(p), true
	return tea.Quit
}

// closeAll ends everything; Run calls it at the end.
func (r *root) closeAll() {
	for _, s := range r.stack {
		s.Close()
	}
	if r.gate != nil {
		r.gate.Close()
	}
	r.scope.Close()
}
