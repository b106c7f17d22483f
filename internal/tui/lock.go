package tui

import (
	"context"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// lock covers everything, banner included, until the password of the person
// whose screens wait below was given. Work under way goes on unseen.
type lock struct {
	input ui.Input
	err   error
	leave bool // Ctrl-C was pressed once
}

const (
	slotIdle   ui.Slot = "idle"
	slotUnlock ui.Slot = "unlock"
	slotLogoff ui.Slot = "logoff"
)

// idleLook is how often the clock is looked at: timers stand still while the
// machine sleeps, the clock does not.
const idleLook = 30 * time.Second

// watchIdle looks again when the screen would have to be locked or the session ended.
func (r *root) watchIdle() tea.Cmd {
	limit := r.Pauses.Lock
	if limit <= 0 {
		return nil
	}
	if r.locked != nil || r.gate != nil {
		limit = r.Pauses.Logoff
	}
	left := min(limit-page.Since(r.Now(), r.KeyAt), idleLook)
	return ui.After(r.scope, slotIdle, max(left, 10*time.Millisecond))
}

// checkIdle locks or signs off when nobody has pressed a key for long. done
// says that it did.
func (r *root) checkIdle() (cmd tea.Cmd, done bool) {
	if r.owner == 0 || r.Pauses.Lock <= 0 {
		return nil, false
	}
	idle := page.Since(r.Now(), r.KeyAt)
	switch {
	case idle >= r.Pauses.Logoff:
		return r.logoff(), true
	case idle >= r.Pauses.Lock && r.locked == nil && r.gate == nil:
		return r.lock(), true
	}
	return nil, false
}

// lock blanks the screen at once. The screens stay as they are.
func (r *root) lock() tea.Cmd {
	if r.owner == 0 || r.locked != nil {
		return nil
	}
	r.locked = &lock{input: ui.Input{Secret: true}}
	r.overlay, r.toast, r.prefix = nil, nil, ""
	return tea.Batch(tea.ClearScreen, r.watchIdle())
}

// lockKey takes every key while the screen is locked.
func (r *root) lockKey(k tea.KeyMsg) tea.Cmd {
	l := r.locked
	switch k.String() {
	case "ctrl+c":
		if l.leave {
			r.quit = true
		}
		l.leave = true
		return nil
	case "ctrl+l":
		return tea.ClearScreen
	case "ctrl+z":
		return r.suspend()
	case "esc":
		l.leave = false
		l.input.Set("")
		return nil
	case "enter":
		return r.unlock()
	}
	l.leave = false
	if !r.scope.Busy(slotUnlock) {
		l.input.Update(k)
	}
	return nil
}

func (r *root) unlock() tea.Cmd {
	password := r.locked.input.Value()
	if password == "" || r.scope.Busy(slotUnlock) || r.Profile == nil {
		return nil
	}
	r.locked.err = nil
	backend, email := r.Backend, r.Profile.User.Email
	return ui.Load(r.scope, slotUnlock, func(ctx context.Context) (core.SignedIn, error) {
		return backend.Unlock(ctx, email, password)
	})
}

// unlocked goes on exactly where the person was.
func (r *root) unlocked(m ui.Result[core.SignedIn]) tea.Cmd {
	if r.locked == nil {
		return nil
	}
	if m.Err == nil && m.Value.User.ID != r.owner {
		m.Err = core.Errorf(core.CodeForbidden, "These screens belong to somebody else.")
	}
	if m.Err != nil {
		r.locked.err = m.Err
		if core.CodeOf(m.Err) != core.CodeUnavailable { // keep it while the server is away
			r.locked.input.Set("")
		}
		return r.heard(m.Err)
	}
	r.locked = nil
	if r.gate != nil { // the session had ended meanwhile
		r.gate.Close()
		r.gate = nil
	}
	r.resize()
	return tea.Batch(tea.ClearScreen, r.heard(nil), r.refresh(), r.deafen(), r.watchIdle())
}

// logoff ends the session because nobody is there, and forgets what was shown.
func (r *root) logoff() tea.Cmd {
	sentence := "You were signed out because no key was pressed for " + present.Lasting(r.Pauses.Logoff) + "."
	if r.Profile != nil {
		r.Email = r.Profile.User.Email
	}
	r.locked, r.overlay, r.toast = nil, nil, nil
	r.owner, r.Profile = 0, nil
	r.Drafts, r.Charts = &page.DraftKeeper{}, &page.OpenCharts{}
	backend := r.Backend
	end := ui.Load(r.scope, slotLogoff, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, backend.Logout(ctx, false)
	})
	return tea.Batch(tea.ClearScreen, r.restart(page.Login{Sentence: sentence}), end)
}

// suspend puts the program in the background with an empty screen.
func (r *root) suspend() tea.Cmd {
	r.away = true
	return tea.Suspend
}

// resumedFromShell is called when the program is in the foreground again.
func (r *root) resumedFromShell() tea.Cmd {
	r.away = false
	cmd, done := r.checkIdle()
	if !done {
		cmd = r.refresh()
	}
	return tea.Batch(tea.ClearScreen, cmd, r.watchIdle())
}

// lockView is all there is to see while the screen is locked: no patient, no
// banner, no trail.
func (r *root) lockView() string {
	l := r.locked
	name := page.Who(r.Profile)
	lines := []string{" " + r.Theme.Brand.Render("Clinician") + r.Theme.Dim.Render(" is locked"), "",
		" " + r.Theme.Dim.Render("Signed in: ") + ui.Cut(name, max(0, r.w-13)),
		" " + r.Theme.Dim.Render("Password:  ") + l.input.View(r.Theme, max(1, min(40, r.w-13)), true), ""}
	say := func(style func(...string) string, text string) {
		for _, line := range ui.Wrap(text, max(10, min(76, r.w-2))) {
			lines = append(lines, " "+style(line))
		}
	}
	switch {
	case l.leave:
		say(r.Theme.Warn.Render, "! Ctrl-C again ends the program. What was typed and not sent is lost then.")
	case r.scope.Busy(slotUnlock):
		say(r.Theme.Plain.Render, "Unlocking …")
	case core.CodeOf(l.err) == core.CodeUnavailable || l.err == nil && !r.Online:
		say(r.Theme.Bad.Render, "! "+r.Away(l.err)+" The screen stays locked; Enter tries again.")
	case l.err != nil:
		say(r.Theme.Bad.Render, "! "+core.MessageOf(l.err))
	default:
		say(r.Theme.Dim.Render, "Enter goes on where you were. Everything is as you left it.")
	}
	if r.demoHint != "" {
		say(r.Theme.Dim.Render, r.demoHint)
	}
	return ui.Fit(strings.Join(lines, "\n"), r.w, r.h)
}
