package tui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// mover is a screen that sends or fetches a file now.
type mover interface {
	// Moving says what ("upload") and how much of it is done (0..1, -1 not
	// known); "" when nothing is.
	Moving() (what string, part float64)
}

const (
	slotReadings     ui.Slot = "readings"
	slotReadingsTick ui.Slot = "readings tick"
)

// states are the readings that were asked about.
type states map[string]core.JobStatus

// follow remembers a reading that was begun here, so that its end is told
// wherever the user is then, and forgets one whose end was seen on its screen.
func (r *root) follow(m ui.Addressed) tea.Cmd {
	if seen, ok := m.(ui.Result[core.JobEvent]); ok && seen.Value.Final() {
		delete(r.readings, seen.Value.Job.ID)
		return nil
	}
	sub, ok := m.(ui.Result[page.Submitted])
	if !ok || sub.Err != nil || sub.Value.JobID == "" {
		return nil
	}
	if r.readings == nil {
		r.readings = states{}
	}
	r.readings[sub.Value.JobID] = core.JobPending
	return ui.After(r.scope, slotReadingsTick, r.Pauses.Jobs)
}

// askReadings asks how far the readings are.
func (r *root) askReadings() tea.Cmd {
	if len(r.readings) == 0 || r.owner == 0 {
		return nil
	}
	if !r.Online || r.Idle() {
		return ui.After(r.scope, slotReadingsTick, r.Pauses.Jobs)
	}
	var ids []string
	for id := range r.readings {
		ids = append(ids, id)
	}
	backend := r.Backend
	return ui.Load(r.scope, slotReadings, func(ctx context.Context) (states, error) {
		got := states{}
		for _, id := range ids {
			j, err := backend.Job(ctx, id)
			switch {
			case err == nil:
				got[id] = j.Status
			case core.CodeOf(err) == core.CodeNotFound || core.CodeOf(err) == core.CodeForbidden:
				got[id] = core.JobCancelled // it is gone
			default:
				return got, err
			}
		}
		return got, nil
	})
}

// readingsAnswered tells which have ended. No patient is named: another one's
// chart may be on screen.
func (r *root) readingsAnswered(m ui.Result[states]) tea.Cmd {
	done, failed := 0, 0
	for id, s := range m.Value {
		if _, ours := r.readings[id]; !ours || !s.Final() {
			continue
		}
		delete(r.readings, id)
		switch s {
		case core.JobCompleted:
			done++
		case core.JobFailed:
			failed++
		}
	}
	if _, watching := r.top().(page.Watcher); !watching && r.locked == nil {
		switch {
		case failed > 0:
			r.Bad("A document you sent to be read could not be read; its chart says why.")
		case done > 0:
			r.Info("A document you sent to be read is done.")
		}
	}
	if len(r.readings) == 0 {
		return r.heard(m.Err)
	}
	return tea.Batch(r.heard(m.Err), ui.After(r.scope, slotReadingsTick, r.Pauses.Jobs))
}

// activity says what goes on in the background: "OCR 2 running, 1 upload 43 %".
func (r *root) activity() string {
	var parts []string
	if n := len(r.readings); n > 0 {
		parts = append(parts, fmt.Sprintf("OCR %d running", n))
	}
	count, sum := map[string]int{}, map[string]float64{}
	var order []string
	for _, s := range r.stack {
		mv, ok := s.(mover)
		if !ok {
			continue
		}
		what, part := mv.Moving()
		if what == "" {
			continue
		}
		if count[what] == 0 {
			order = append(order, what)
		}
		count[what]++
		sum[what] += max(0, part)
	}
	for _, what := range order {
		n, name := count[what], what
		if n > 1 {
			name += "s"
		}
		parts = append(parts, fmt.Sprintf("%d %s %.0f %%", n, name, 100*sum[what]/float64(n)))
	}
	return strings.Join(parts, ", ")
}
