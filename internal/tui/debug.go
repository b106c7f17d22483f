package tui

import (
	"fmt"
	"io"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// dump writes what kinds of messages come, one on a line. Types, slots and
// error codes only: no key, no name, no text ever gets in.
type dump struct {
	out io.Writer
	now func() time.Time
}

func (d *dump) message(msg tea.Msg) {
	if d == nil || d.out == nil {
		return
	}
	line := fmt.Sprintf("%s %T", d.now().UTC().Format("15:04:05.000"), msg)
	switch m := msg.(type) {
	case tea.WindowSizeMsg:
		line += fmt.Sprintf(" %dx%d", m.Width, m.Height)
	case ui.Addressed:
		a := m.Where()
		line += fmt.Sprintf(" to=%d slot=%q", a.To, a.Slot)
		if err := m.Failure(); err != nil {
			line += " failed=" + string(core.CodeOf(err))
		}
	}
	_, _ = fmt.Fprintln(d.out, line) // a full disk must not end the work
}

func (d *dump) request(q any) {
	if d != nil && d.out != nil {
		_, _ = fmt.Fprintf(d.out, "%s %T\n", d.now().UTC().Format("15:04:05.000"), q)
	}
}
