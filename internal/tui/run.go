package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"clinician/internal/core/wire"
	"clinician/internal/tui/background"
	"clinician/internal/tui/disk"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// Options say how the program runs. Backend is needed, the rest has defaults.
type Options struct {
	Backend  page.Backend
	Clock    func() time.Time // time.Now
	Location *time.Location   // the clinic's time zone; time.Local
	Demo     bool             // says DEMO DATA on every screen
	// Making gives the next word on how the demo's data come into being, an error when all
	// are there; nil: they are.
	Making   func(context.Context) (wire.DemoMaking, error)
	ReadOnly bool                // switches off everything that changes something
	Local    page.Local          // the user's files and other programs; those of this machine
	Email    string              // filled in at the login
	Open     Place               // where to go after the sign-in; the day
	Theme    string              // one of ui.ThemeNames; "" is auto
	Mouse    bool                // the wheel scrolls and a click chooses a row
	Lock     time.Duration       // without a key until the screen is locked; two minutes
	Logoff   time.Duration       // without a key until the session is ended; half an hour
	NoCopy   bool                // nothing goes to the clipboard
	Images   string              // auto, kitty, iterm2, sixel, half or off; "" is auto
	Passes   bool                // tmux lets pictures through to terminals that draw them in cells
	Keys     map[string][]string // other keys for actions, checked by CheckKeys
	Debug    io.Writer           // takes the kinds of messages, no content; may be nil

	Ephemeral    bool   // server and data end with the program, so that it asks before it ends
	DemoPassword string // shown where it is asked for; with Demo only

	CrashDir string    // where the report of a fault goes; the user's cache directory
	Input    io.Reader // the terminal
	Output   io.Writer // the terminal
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Location == nil {
		o.Location = time.Local
	}
	if o.Local == nil {
		o.Local = disk.New("")
	}
	if o.CrashDir == "" {
		if dir, err := os.UserCacheDir(); err == nil {
			o.CrashDir = filepath.Join(dir, "clinician")
		} else {
			o.CrashDir = os.TempDir()
		}
	}
	if o.Lock <= 0 {
		o.Lock = 2 * time.Minute
	}
	if o.Logoff <= 0 {
		o.Logoff = max(30*time.Minute, o.Lock)
	}
	if o.Output == nil {
		o.Output = os.Stdout
	}
	return o
}

// hangTime is how long the program may take to leave the terminal in order
// after it was told to stop.
const hangTime = 3 * time.Second

// Run shows the program until the user quits, ctx ends, or it is told to stop
// (SIGINT, SIGTERM, and SIGHUP when the terminal goes away). It leaves the terminal as it was and nothing of what it
// showed. After a fault it gives an error that says where the report is; the
// report is readable by the user only and nothing of it reaches the terminal.
func Run(ctx context.Context, o Options) error {
	o = o.withDefaults()
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	renderer := lipgloss.NewRenderer(o.Output)
	renderer.SetHasDarkBackground(background.Dark(os.Getenv("COLORFGBG"))) // never asked: see package background
	o.Local.Sweep()
	defer o.Local.Sweep()
	if os.Getenv("NO_COLOR") != "" {
		o.Theme = "mono"
	}
	o.Passes = o.Passes || disk.TmuxPasses(ctx, os.Getenv)
	r := newRoot(ctx, o, ui.NamedTheme(renderer, o.Theme))
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithAltScreen(), tea.WithOutput(framed(r.Term, o.Output))}
	if o.Input != nil {
		opts = append(opts, tea.WithInput(o.Input))
	}
	if o.Mouse {
		opts = append(opts, tea.WithMouseCellMotion())
	}
	p := tea.NewProgram(r, opts...)
	r.onCrash = func() { go p.Quit() } // Quit waits for the loop that calls this
	done := make(chan error, 1)
	go func() {
		_, err := p.Run()
		done <- err
	}()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		select {
		case err = <-done:
		case <-time.After(hangTime): // the terminal may be gone and swallow writes
			r.Crew.Wait(hangTime)
			return errors.New("the terminal did not answer")
		}
	}
	r.lastDrafts(hangTime)
	r.closeAll()
	r.Crew.Wait(hangTime) // half-written files are being removed
	r.Term.Drain(hangTime / 10)
	if r.crash != nil {
		return report(o.CrashDir, o.Clock(), r.crash)
	}
	if ctx.Err() != nil {
		return nil // told to stop: nothing went wrong
	}
	return err
}

func caught(p any) *ui.Panicked { return &ui.Panicked{Value: p, Stack: debug.Stack()} }

// report writes what is known of a fault to a file of the user's own. The
// panic's value may quote what was on screen, so it goes nowhere else.
func report(dir string, at time.Time, p *ui.Panicked) error {
	fault := errors.New("clinician stopped because of a fault of its own; nothing that was saved is lost")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault
	}
	name := filepath.Join(dir, "crash-"+at.UTC().Format("20060102-150405")+".txt")
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fault
	}
	_, err = fmt.Fprintf(f, "%v\n\n%s\n", p.Value, p.Stack)
	if err = errors.Join(err, f.Close()); err != nil {
		return fault
	}
	return fmt.Errorf("%w; the report for whoever looks after it is %s (it may hold patient data)", fault, name)
}
