package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/disk"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// lockable gives a driver whose screen locks after two minutes.
func lockable(t *testing.T, f *fake, w, h int) *driver {
	t.Helper()
	d := newDriver(t, f, w, h, termenv.Ascii)
	d.settle()
	d.r.Pauses.Lock, d.r.Pauses.Logoff = 2*time.Minute, 30*time.Minute
	return d
}

// idle lets time pass and the clock be looked at.
func (d *driver) idle(t time.Duration) {
	d.t.Helper()
	d.now = d.now.Add(t)
	cmd, _ := d.r.checkIdle()
	d.run(cmd)
	d.post(nil)
	d.settle()
}

func TestLockKeepsPlaceAndDraft(t *testing.T) {
	d := lockable(t, newFake(), 80, 24)
	d.chart()
	d.press("U", "down", "down", "down")
	d.write("half a tit")
	d.idle(time.Minute)
	d.sees("Upload for")
	d.idle(2 * time.Minute)
	d.fits()
	d.sees("locked", "Password")
	d.seesNot("CANTÚ", "Upload", "half", "1940", "DEMO")
	d.write("wrong")
	d.press("enter")
	d.sees("E-mail or password is wrong")
	d.f.set("Unlock", errAway)
	d.write("correct horse")
	d.press("enter")
	d.sees("The server cannot be reached. The screen stays locked")
	d.f.set("Unlock", nil)
	d.press("enter")
	d.sees("Upload for CANTÚ", "half a tit")
	d.write("le")
	d.sees("half a title")
}

func TestTheKeyThatComesTooLateIsNotTaken(t *testing.T) {
	d := lockable(t, newFake(), 80, 24)
	d.chart()
	d.now = d.now.Add(3 * time.Minute)
	d.press("D") // nobody knows who pressed it
	d.sees("locked")
	if _, ok := d.r.top().Route().(page.Chart); !ok {
		t.Errorf("it went on to %T", d.r.top())
	}
}

func TestLockByKeyAndByName(t *testing.T) {
	d := lockable(t, newFake(), 80, 24)
	d.chart()
	d.press("ctrl+x")
	d.sees("Ctrl-X l: lock the screen")
	d.press("l")
	d.sees("is locked")
	d.write("correct horse")
	d.press("enter")
	d.sees("Documents")
	d.press(":")
	d.write("lock")
	d.press("enter")
	d.sees("is locked")
	d.press("ctrl+c")
	d.sees("Ctrl-C again ends the program")
	d.press("esc", "ctrl+c")
	if d.r.quit {
		t.Fatal("one press ended it")
	}
	d.post(keyMsg("ctrl+c"))
	if !d.r.quit {
		t.Error("two presses did not")
	}
}

func TestAnotherPersonCannotUnlock(t *testing.T) {
	d := lockable(t, newFake(), 80, 24)
	d.login()
	d.idle(3 * time.Minute)
	d.r.owner = 99 // as if the screens were somebody else's
	d.write("correct horse")
	d.press("enter")
	d.sees("belong to somebody else")
}

// TestLogoffForgetsEverything: after half an hour nothing of the session is left.
func TestLogoffForgetsEverything(t *testing.T) {
	d := lockable(t, newFake(), 80, 24)
	d.chart()
	d.r.KeepDraft(page.TextDraft{Record: "r1", Page: 1, Lines: []string{"a draft"}, At: fakeNow})
	d.idle(31 * time.Minute)
	d.sees("You were signed out because no key was pressed for 30 min", "aria.blake@clinic.example")
	d.seesNot("CANTÚ")
	if d.f.count("Logout") != 1 || len(d.r.stack) != 1 || d.r.Profile != nil || d.r.Charts.Len() != 0 || d.r.Drafts.Len() != 0 {
		t.Errorf("left: %d logouts, %d screens, %v, %v, %v", d.f.count("Logout"), len(d.r.stack), d.r.Profile, d.r.Charts, d.r.Drafts)
	}
}

// TestSuspendLeavesAnEmptyFrame, and locks when it was away for long.
func TestSuspendLeavesAnEmptyFrame(t *testing.T) {
	d := lockable(t, newFake(), 80, 24)
	d.chart()
	d.r.key(keyMsg("ctrl+z"))
	if v := d.r.View(); v != "" {
		t.Fatalf("in the background it shows %q", v)
	}
	d.now = d.now.Add(time.Minute)
	d.send(tea.ResumeMsg{})
	d.sees("Documents")
	d.r.key(keyMsg("ctrl+z"))
	d.now = d.now.Add(5 * time.Minute)
	d.send(tea.ResumeMsg{})
	d.sees("is locked")
	d.seesNot("CANTÚ")
}

func TestPalette(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii, func(o *Options) { o.ReadOnly = true })
	d.settle()
	d.chart()
	d.press(":")
	d.sees("CANTÚ", "upload", "values")
	d.write("uplo")
	d.sees("Not now: Read-only mode")
	d.press("enter")
	d.sees("Read-only mode: changes are switched off.", "Do:")
	d.press("esc", "ctrl+p")
	d.write("gtpat")
	d.press("enter")
	d.sees("My patients")
	d.press(":")
	d.write("gototoday")
	d.press("enter")
	d.sees("Appointments")
	if len(d.r.stack) != 1 {
		t.Errorf("%d screens are open", len(d.r.stack))
	}
	d.press(":")
	d.write("xyzzy")
	d.sees("Nothing here is called like this")
}

// What another screen can do is found by its name, with the screens that do it,
// behind what can be done here.
func TestPaletteKnowsWhatIsDoneElsewhere(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press(":")
	d.seesNot("on: ")
	d.write("split")
	d.sees("> split", "on: Check patient, Document, Patient", "Not here. This is done on: Check patient, Document, Patient.")
	d.press("enter")
	d.sees("Do:", "This is done on:")
	d.press("esc", ":")
	d.write("re")
	d.sees("> refresh")
	d.fits()
}

func TestFuzzy(t *testing.T) {
	for _, tt := range []struct{ q, better, worse string }{
		{"up", "upload", "clean up"}, {"gp", "go to patients", "draw again, please"}, {"lock", "lock the screen", "block"},
	} {
		if fuzzy(tt.q, tt.better) <= fuzzy(tt.q, tt.worse) {
			t.Errorf("%q: %q has %d, %q has %d", tt.q, tt.better, fuzzy(tt.q, tt.better), tt.worse, fuzzy(tt.q, tt.worse))
		}
	}
	if fuzzy("ba", "ab") >= 0 || fuzzy("", "ab") != 0 {
		t.Error("letters match in the wrong order")
	}
}

func TestOtherKeys(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii, func(o *Options) {
		o.Keys = map[string][]string{"upload": {"ctrl+u", "f6"}, "yes": {"J"}, "lock": {"f9"}, "open": {"o"}}
	})
	d.settle()
	d.login()
	d.press("o")
	d.sees("Documents", "Ctrl-U/F6 upload")
	d.press("U")
	d.sees("Documents") // the old key is free
	d.press("ctrl+u")
	d.sees("Upload for")
	d.press("esc", ":")
	d.write("upload")
	d.sees("Ctrl-U/F6")
	d.press("esc", "esc", "m", "L")
	d.sees("J")
	d.press("Y")
	d.sees("Log out on this computer?", "J log out") // in a dialog too the old key is nobody's
	d.press("J")
	d.sees("Sign in to")
}

func TestCheckKeys(t *testing.T) {
	for _, ok := range [][]string{{"upload", "ctrl+u", "F", "f5", "alt+u"}, {"help", "h"}, {"yes", "J"}} {
		if err := CheckKeys(ok[0], ok[1:]); err != nil {
			t.Errorf("%v: %v", ok, err)
		}
	}
	for want, bad := range map[string][]string{"no action": {"fly", "f"}, "no key": {"upload", "hyper+u"}, "always quits": {"help", "ctrl+c"}, "capital letter": {"upload", "u"}} {
		if err := CheckKeys(bad[0], bad[1:]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v gives %v, not %q", bad, err, want)
		}
	}
}

// TestDebugHoldsNoContent dumps a session with passwords, patients and a
// search, and looks for any of it.
func TestDebugHoldsNoContent(t *testing.T) {
	var out strings.Builder
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii, func(o *Options) { o.Debug = &out })
	d.settle()
	d.chart()
	d.press("enter", "/")
	d.write("HER2")
	d.press("enter")
	d.f.set("*", errAway)
	d.press("esc", "esc", "r")
	dump := out.String()
	for _, secret := range []string{"correct", "horse", "aria", "blake", "Cant", "CANT", "HER2", "Okoro", "1940", "412", "r1", "reached"} {
		if strings.Contains(dump, secret) {
			t.Errorf("the dump holds %q:\n%s", secret, dump)
		}
	}
	for _, kind := range []string{"tea.KeyMsg", "core.Dashboard", "failed=unavailable", "80x24", "page.PushReq"} {
		if !strings.Contains(dump, kind) {
			t.Errorf("the dump lacks %q:\n%s", kind, dump)
		}
	}
}

func TestReadingsAreFollowedEverywhere(t *testing.T) {
	f := newFake()
	f.hold, f.frames = true, f.frames[:3]
	d := newDriver(t, f, 120, 40, termenv.Ascii)
	d.settle()
	d.chart()
	d.read("A")
	d.post(keyMsg("esc"))
	d.sees("OCR 1 running")
	d.r.readingsAnswered(ui.Result[states]{Value: states{"job-r1": core.JobCompleted}})
	d.post(nil)
	d.sees("A document you sent to be read is done.")
	d.seesNot("OCR 1 running")
}

func TestQuittingAsksForAnUploadBelow(t *testing.T) {
	f := newFake()
	f.pace = 50 * time.Millisecond
	d := newDriver(t, f, 120, 40, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("U")
	d.write(scan(t))
	d.post(keyMsg("ctrl+s"))
	for deadline := time.Now().Add(2 * time.Minute); !strings.Contains(d.r.View(), "1 upload") && time.Now().Before(deadline); {
		d.post(nil)
	}
	d.r.Push(page.Patients{}) // as the palette does
	d.post(nil)
	d.sees("1 upload", "My patients")
	d.post(keyMsg("ctrl+c"))
	d.sees("CANTÚ, Catalina", "still running")
	if d.r.quit {
		t.Error("it quits without asking")
	}
	d.r.closeAll()
}

// What the backend does about a lost connection is not done here again.
func TestFilesAreSentOnce(t *testing.T) {
	f := newFake()
	for _, err := range []error{errAway, core.Errorf(core.CodeTooLarge, "Too large.")} {
		before := f.count("Upload")
		f.set("Upload", err)
		s := page.Sending{Backend: f, Local: disk.New(""), Progress: func(int64, int64) {}, Again: func(int) { t.Error("it is tried again") }}
		if _, got := s.Send(t.Context(), scan(t), 1<<30, core.NewDocument{PatientID: 4}); core.CodeOf(got) != core.CodeOf(err) || f.count("Upload") != before+1 {
			t.Errorf("sent %d times, %v", f.count("Upload")-before, got)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := page.Sending{Backend: f, Local: disk.New(""), Progress: func(int64, int64) {}}
	if _, err := s.Send(ctx, scan(t), 1<<30, core.NewDocument{PatientID: 4}); err == nil {
		t.Error("a cancelled upload works")
	}
}

func TestMouse(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("p")
	at := func() int { return d.r.cursorLine() }
	first := at()
	d.send(tea.MouseMsg{Button: tea.MouseButtonWheelDown, Action: tea.MouseActionPress})
	if at() != first+wheelStep {
		t.Errorf("the wheel went from %d to %d", first, at())
	}
	d.send(tea.MouseMsg{Button: tea.MouseButtonLeft, Action: tea.MouseActionPress, Y: first + 1 + len(d.r.head())})
	if at() != first+1 {
		t.Errorf("the click chose line %d, not %d", at(), first+1)
	}
	if _, ok := d.r.top().Route().(page.Patients); !ok {
		t.Error("a click opened something")
	}
}

// TestEveryTheme draws screens in every theme: nothing may be said by colour
// alone, so without colours the same words and signs are there.
func TestEveryTheme(t *testing.T) {
	plain := ""
	for _, name := range append([]string{"mono"}, ui.ThemeNames...) {
		d := newDriver(t, newFake(), 80, 24, termenv.ANSI256)
		renderer := lipgloss.NewRenderer(io.Discard)
		renderer.SetColorProfile(termenv.ANSI256)
		*d.r.Theme = *ui.NamedTheme(renderer, name)
		d.settle()
		d.chart()
		view := ui.Unstyled(d.r.View())
		if plain == "" {
			plain = view
		}
		if view != plain {
			t.Errorf("%s says something else:\n%s", name, view)
		}
	}
}

func TestNoColourInTheRealProgram(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	screen, _, err := runWith(t, newFake(), func(s *screenBuffer) {
		for deadline := time.Now().Add(2 * time.Minute); !strings.Contains(s.String(), "Password") && time.Now().Before(deadline); {
			time.Sleep(5 * time.Millisecond)
		}
	}, func(o *Options) { o.Theme = "dark" })
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if strings.Contains(screen, "\x1b[38") || strings.Contains(screen, ";38;") || strings.Contains(screen, "\x1b[48") {
		t.Errorf("there are colours: %q", screen)
	}
}

// overlays are what may lie over a screen, drawn at every size.
var overlays = []struct {
	name string
	go_  drive
}{
	{"locked", func(d *driver) { d.chart(); d.run(d.r.lock()); d.post(nil) }},
	{"locked-wrong", func(d *driver) { d.chart(); d.run(d.r.lock()); d.write("no"); d.press("enter") }},
	{"locked-away", func(d *driver) {
		d.chart()
		d.run(d.r.lock())
		d.f.set("*", errAway)
		d.write("correct horse")
		d.press("enter")
	}},
	{"signed-out", func(d *driver) { d.chart(); d.r.Pauses.Logoff = 30 * time.Minute; d.run(d.r.logoff()); d.settle() }},
	{"palette", func(d *driver) { d.chart(); d.press(":") }},
	{"palette-filter", func(d *driver) { d.chart(); d.press(":"); d.write("goto") }},
	{"palette-none", func(d *driver) { d.chart(); d.press(":"); d.write("zzz") }},
	{"confirm-patient", func(d *driver) {
		d.chart()
		d.r.Confirm("Really?", "do it", func() tea.Cmd { return nil })
		d.post(nil)
	}},
}

func TestOverlays(t *testing.T) {
	for _, s := range overlays {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s/%dx%d", s.name, size[0], size[1]), func(t *testing.T) {
				d := newDriver(t, newFake(), size[0], size[1], termenv.Ascii)
				d.settle()
				s.go_(d)
				d.fits()
				golden.RequireEqual(t, []byte(d.r.View()))
			})
		}
	}
}

// TestAHangUpRemovesHalfADownload: Run waits for what cleans up.
func TestAHangUpRemovesHalfADownload(t *testing.T) {
	dir := t.TempDir()
	crew := &ui.Crew{}
	s := ui.NewScope(t.Context(), 2, crew)
	f := newFake()
	started := make(chan struct{})
	slow := slowDownload{f, started}
	cmd := ui.Load(s, "download", func(ctx context.Context) (string, error) {
		return page.SaveRecord(ctx, disk.New(dir), slow, "r1", filepath.Join(dir, "x.pdf"), "x.pdf", false, func(int64) {})
	})
	go cmd()
	<-started
	s.Close()
	crew.Wait(5 * time.Second)
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// slowDownload writes half and waits for the end.
type slowDownload struct {
	*fake
	started chan struct{}
}

func (s slowDownload) Download(ctx context.Context, _ string, _ bool, w io.Writer, _ func(int64)) error {
	if _, err := io.WriteString(w, "half"); err != nil {
		return err
	}
	close(s.started)
	<-ctx.Done()
	return ctx.Err()
}

// S14: when the link goes, the screen itself says how old its data is.
func TestALostLinkMarksTheScreenAsOld(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.chart()
	d.f.set("*", errAway)
	d.now = d.now.Add(time.Minute)
	d.run(d.r.probe())
	d.settle()
	d.sees("NOT CONNECTED since 08:06", "not connected, showing data as at 08:05")
	d.f.set("*", nil)
	d.run(d.r.probe())
	d.settle()
	d.seesNot("NOT CONNECTED", "showing data as at")
	if page.UsualPauses().Probe >= 5*time.Second {
		t.Error("it takes longer than five seconds to notice")
	}
}
