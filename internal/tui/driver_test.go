package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"clinician/internal/tui/disk"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// driver plays the program without a terminal: keys go in, commands run, the
// screen comes out. Time stands still at fakeNow and long ticks never come.
type driver struct {
	t    testing.TB
	r    *root
	f    *fake
	msgs chan tea.Msg
	end  chan struct{}
	now  time.Time
	out  screenBuffer // what goes to the terminal beside the frames
}

type drive func(*driver)

func newDriver(t testing.TB, f *fake, w, h int, profile termenv.Profile, with ...func(*Options)) *driver {
	t.Helper()
	d := &driver{t: t, f: f, msgs: make(chan tea.Msg), end: make(chan struct{}), now: fakeNow}
	o := Options{Backend: f, Clock: func() time.Time { return d.now }, Location: time.UTC, Local: disk.New("/home/aria/scans"), CrashDir: t.TempDir(), Output: &d.out}
	for _, set := range with {
		set(&o)
	}
	renderer := lipgloss.NewRenderer(nil)
	renderer.SetColorProfile(profile)
	renderer.SetHasDarkBackground(true)
	ctx, cancel := context.WithCancel(context.Background())
	d.r = newRoot(ctx, o.withDefaults(), ui.NamedTheme(renderer, o.Theme))
	d.r.Pauses = page.Pauses{Dashboard: time.Hour, Jobs: time.Hour, Deaf: time.Hour, KeepAlive: time.Hour,
		Probe: time.Hour, Retry: time.Hour, Idle: time.Hour, Toast: time.Hour, Progress: time.Hour}
	t.Cleanup(func() {
		d.r.closeAll()
		cancel()
		close(d.end)
	})
	d.run(d.r.Init())
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
	return d
}

// run starts a command the way the runtime does.
func (d *driver) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		if list, ok := msg.(tea.BatchMsg); ok {
			for _, c := range list {
				d.run(c)
			}
			return
		}
		if msg == nil {
			return
		}
		select {
		case d.msgs <- msg:
		case <-d.end:
		}
	}()
}

// post gives the program one message and does not wait for what follows.
func (d *driver) post(msg tea.Msg) {
	if _, ok := msg.(tea.KeyMsg); ok {
		d.r.acts = acts{} // people look before they act
	}
	_, cmd := d.r.Update(msg)
	d.run(cmd)
}

// soon presses a key at the time it is, whatever was pressed before, and waits.
func (d *driver) soon(key string) {
	d.t.Helper()
	_, cmd := d.r.Update(keyMsg(key))
	d.run(cmd)
	d.settle()
}

// send gives the program a message and waits until nothing but ticks is under way.
func (d *driver) send(msg tea.Msg) {
	d.t.Helper()
	d.post(msg)
	d.settle()
}

func (d *driver) settle() {
	d.t.Helper()
	deadline := time.After(2 * time.Minute)
	for d.working() && !d.r.quit {
		select {
		case m := <-d.msgs:
			d.post(m)
		case <-deadline:
			d.t.Fatalf("work does not end; the screen is\n%s", d.r.View())
		}
	}
	d.r.deaf = false
	if _, ok := d.r.top().(page.DocumentScreen); ok {
		d.r.View() // what was drawn of a value or a page counts as seen
	}
}

func (d *driver) working() bool {
	busy := d.r.scope.Working()
	for _, s := range d.r.stack {
		busy = busy || s.Scope().Working()
	}
	return busy || d.r.gate != nil && d.r.gate.Scope().Working()
}

// read presses a key that starts a reading whose stream falls silent, and
// waits until all was seen that came before.
func (d *driver) read(key string) {
	d.t.Helper()
	d.post(keyMsg(key))
	deadline := time.After(2 * time.Minute)
	for {
		if _, ok := d.r.top().Route().(page.Reading); ok && d.f.silent.Load() && !d.r.top().Scope().Busy("live page") {
			break
		}
		select {
		case m := <-d.msgs:
			d.post(m)
		case <-deadline:
			d.t.Fatalf("the frames do not come; the screen is\n%s", d.r.View())
		}
	}
	d.r.deaf = false
}

// resize changes the terminal without waiting: a stream may be silent.
func (d *driver) resize(w, h int) { d.post(tea.WindowSizeMsg{Width: w, Height: h}) }

var namedKeys = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "down": tea.KeyDown, "up": tea.KeyUp, "left": tea.KeyLeft, "right": tea.KeyRight,
	"ctrl+c": tea.KeyCtrlC, "ctrl+s": tea.KeyCtrlS, "ctrl+o": tea.KeyCtrlO, "ctrl+n": tea.KeyCtrlN, "ctrl+x": tea.KeyCtrlX, "ctrl+u": tea.KeyCtrlU,
	"f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6, "f7": tea.KeyF7, "f8": tea.KeyF8, "end": tea.KeyEnd, "pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace, "ctrl+e": tea.KeyCtrlE, "ctrl+l": tea.KeyCtrlL, "ctrl+y": tea.KeyCtrlY, "ctrl+g": tea.KeyCtrlG, "ctrl+k": tea.KeyCtrlK, "ctrl+d": tea.KeyCtrlD,
}

func keyMsg(name string) tea.KeyMsg {
	if t, ok := namedKeys[name]; ok {
		return tea.KeyMsg{Type: t}
	}
	if k, ok := keyNamed(name); ok {
		return k
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

// press presses keys, one after the other.
func (d *driver) press(names ...string) {
	d.t.Helper()
	for _, n := range names {
		d.send(keyMsg(n))
	}
}

// write types a text letter by letter.
func (d *driver) write(text string) {
	d.t.Helper()
	for _, r := range text {
		d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
}

func (d *driver) login() {
	d.t.Helper()
	d.write("aria.blake@clinic.example")
	d.press("enter")
	d.write("correct horse")
	d.press("enter")
	d.sees("Appointments")
}

// chart logs in and opens the patient with documents.
func (d *driver) chart() {
	d.t.Helper()
	d.login()
	d.press("1")
	d.sees("Documents")
}

func (d *driver) sees(parts ...string) {
	d.t.Helper()
	view := d.r.View()
	for _, p := range parts {
		if !strings.Contains(view, p) {
			d.t.Fatalf("%q is not on the screen:\n%s", p, view)
		}
	}
}

func (d *driver) seesNot(parts ...string) {
	d.t.Helper()
	view := d.r.View()
	for _, p := range parts {
		if strings.Contains(view, p) {
			d.t.Fatalf("%q is on the screen:\n%s", p, view)
		}
	}
}

// fits checks that a frame has exactly the size of the terminal.
func (d *driver) fits() {
	d.t.Helper()
	view := d.r.View()
	lines := strings.Split(view, "\n")
	if len(lines) != d.r.h {
		d.t.Errorf("the frame has %d lines, the terminal %d:\n%s", len(lines), d.r.h, view)
	}
	for i, l := range lines {
		if n := lipgloss.Width(l); n > d.r.w {
			d.t.Errorf("line %d is %d cells wide, the terminal %d: %q", i+1, n, d.r.w, l)
		}
	}
}
