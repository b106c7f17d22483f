package tui

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/wire"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// own deals with the answers to the root's own questions.
func (r *root) own(m ui.Addressed) tea.Cmd {
	switch m := m.(type) {
	case ui.Result[core.Profile]:
		return tea.Batch(r.heard(m.Err), r.resumed(m))
	case ui.Result[core.Limits]:
		if m.Err == nil {
			r.Limits = &m.Value
		}
		was := r.Online
		cmd := tea.Batch(r.heard(m.Err), r.nextProbe())
		if was && !r.Online { // the screen asks too, fails, and says how old its data is
			cmd = tea.Batch(cmd, r.refresh())
		}
		return cmd
	case ui.Result[page.Chart]:
		return r.wentTo(m)
	case ui.Result[page.Kept]:
		r.Kept = m.Value
	case ui.Result[core.SignedIn]:
		return r.unlocked(m)
	case ui.Result[sentDrafts]:
		return r.draftsSent(m)
	case ui.Result[states]:
		return r.readingsAnswered(m)
	case ui.Result[struct{}]:
		if m.Slot == slotLogoff { // gone here in any case
			return nil
		}
		return r.keptAlive(m.Err)
	case ui.Result[wire.DemoMaking]:
		return r.made(m)
	case ui.Result[ui.Tick]:
		return r.ticked(m.Slot)
	}
	return nil
}

// keptAlive takes the answer to a keep-alive; nil may mean that nobody was asked.
func (r *root) keptAlive(err error) tea.Cmd {
	if core.CodeOf(err) == core.CodeUnauthenticated && r.owner != 0 {
		r.Ask(page.SignedOutReq{Sentence: "Your session has ended. Sign in to go on where you were."})
	}
	if err == nil {
		return nil
	}
	return r.heard(err)
}

func (r *root) ticked(slot ui.Slot) tea.Cmd {
	switch slot {
	case slotToast:
		r.toast = nil
	case slotDeaf:
		r.deaf = false
	case slotProbeTick:
		return r.probe()
	case slotDraftTick:
		return r.draftsNow()
	case slotReadingsTick:
		return r.askReadings()
	case slotIdle:
		cmd, done := r.checkIdle()
		if done {
			return cmd
		}
		return r.watchIdle()
	case slotAlive:
		next := ui.After(r.scope, slotAlive, r.Pauses.KeepAlive)
		if r.keys == 0 || r.owner == 0 || r.gate != nil {
			return next
		}
		r.keys = 0
		backend := r.Backend
		return tea.Batch(next, ui.Load(r.scope, slotKeepAlive, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, backend.KeepAlive(ctx)
		}))
	}
	return nil
}

// whereKept asks where the session is kept; a login may change it.
func (r *root) whereKept() tea.Cmd {
	backend := r.Backend
	return ui.Load(r.scope, slotKept, func(context.Context) (page.Kept, error) {
		place, reason := backend.Keyring()
		return page.Kept{Place: place, Reason: reason}, nil
	})
}

// resumed goes to the day when an old session was taken up, else to the login.
func (r *root) resumed(m ui.Result[core.Profile]) tea.Cmd {
	if r.owner != 0 { // somebody was quicker with the password
		return nil
	}
	if m.Err == nil {
		r.Profile, r.owner = &m.Value, m.Value.User.ID
		r.KeyAt = r.Now()
		r.Ask(page.HomeReq{Route: page.Today{}})
		return r.goTo()
	}
	r.later = core.CodeOf(m.Err) == core.CodeUnavailable
	if _, waiting := r.top().Route().(starting); waiting {
		r.Ask(page.HomeReq{Route: page.Login{}})
	}
	return nil
}

// signedIn goes on where the same person was, or starts with the day.
func (r *root) signedIn(userID int64) tea.Cmd {
	same := r.gate != nil && userID == r.owner
	r.owner, r.keys = userID, 0
	if !same {
		return tea.Batch(r.restart(page.Today{}), r.whereKept(), r.goTo())
	}
	r.gate.Close()
	r.gate = nil
	r.resize()
	return tea.Batch(r.refresh(), r.deafen())
}

// signedOut puts the login over everything. With a sentence the session ended
// by itself and the screens wait below; without, the user left and nothing stays.
func (r *root) signedOut(sentence string) tea.Cmd {
	if sentence == "" {
		r.owner, r.Profile = 0, nil
		r.Drafts, r.Charts, r.readings = &page.DraftKeeper{}, &page.OpenCharts{}, nil
		return r.restart(page.Login{})
	}
	if r.gate != nil || r.owner == 0 {
		return nil
	}
	r.overlay = nil
	r.gate = r.routes.screen(r.Env, page.Login{Sentence: sentence, Gate: true})
	return tea.Batch(r.open(), r.deafen())
}

// heard learns from an answer whether the server is there.
func (r *root) heard(err error) tea.Cmd {
	code := core.CodeOf(err)
	if code == core.CodeCanceled || errors.Is(err, context.Canceled) {
		return nil
	}
	if code == core.CodeUnavailable {
		if errors.Is(err, core.ErrUntrusted) && !errors.Is(r.Lost, core.ErrUntrusted) && r.owner != 0 {
			r.Bad(core.MessageOf(err))
		}
		r.Lost = err
		if !r.Online {
			return nil
		}
		r.Online, r.retries, r.lostAt = false, 0, r.Now()
		return r.nextProbe()
	}
	if r.Online {
		return nil
	}
	r.Online, r.Lost, r.retries = true, nil, 0
	cmd := tea.Batch(r.refresh(), r.nextProbe())
	if r.later && r.owner == 0 { // the kept session could not be tried before
		r.later = false
		return tea.Batch(cmd, ui.Load(r.scope, slotResume, r.Backend.Resume))
	}
	return cmd
}

// probe asks something small to see whether the server is there.
func (r *root) probe() tea.Cmd {
	if r.Online && r.Idle() {
		return r.nextProbe()
	}
	return ui.Load(r.scope, slotProbe, r.Backend.Limits)
}

// nextProbe waits longer and longer while the server is away.
func (r *root) nextProbe() tea.Cmd {
	d := r.Pauses.Probe
	if !r.Online {
		d = min(d, r.Pauses.Retry<<min(r.retries, 10))
		r.retries++
	}
	return ui.After(r.scope, slotProbeTick, max(d, time.Millisecond))
}
