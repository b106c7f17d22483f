package tui

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core/wire"
	"clinician/internal/tui/ui"
)

// making follows how the demo's data come into being.
type making struct {
	next func(context.Context) (wire.DemoMaking, error) // nil: they are all there
	at   wire.DemoMaking
}

const slotMaking ui.Slot = "demo data"

// followMaking waits for the next word on the demo's data.
func (r *root) followMaking() tea.Cmd {
	if r.making.next == nil {
		return nil
	}
	return ui.Load(r.scope, slotMaking, r.making.next)
}

// made takes it; an error says that there is no more to come.
func (r *root) made(m ui.Result[wire.DemoMaking]) tea.Cmd {
	if m.Err != nil {
		r.making = making{}
		return nil
	}
	r.making.at = m.Value
	return r.followMaking()
}

// inWords is what every screen says of a demo.
func (m making) inWords() string {
	if m.at.Done >= m.at.Total {
		return "DEMO DATA"
	}
	return fmt.Sprintf("DEMO DATA, being made: %d of %d documents", m.at.Done, m.at.Total)
}
