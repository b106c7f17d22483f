package document

import (
	"context"
	"io"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// openCopy is a document in a file for another program to show. It goes when the
// document is closed, after copyLife, with the program, or at its next start.
type openCopy struct{ end func() }

// copyLife is how long another program gets to show a document.
const copyLife = 10 * time.Minute

const (
	slotOpen    ui.Slot = "open copy"
	slotOpenEnd ui.Slot = "end of copy"
)

// opened is a copy that another program was told to show.
type opened struct{ Remove func() }

// openOff says why a document cannot be opened elsewhere.
func (s *viewerScreen) openOff() string {
	if !s.Online {
		return "Not connected to the server; wait until the footer says connected."
	}
	return s.Local.ShowOff()
}

func (s *viewerScreen) openCopy() tea.Cmd {
	if s.Scope().Busy(slotOpen) {
		return nil
	}
	s.copy.remove()
	clinic, local, id, name := s.clinic, s.Local, s.record.ID, page.LocalName(s.record.Filename)
	s.Info("Fetching “" + present.Or(s.record.Title) + "” for another program …")
	return ui.Load(s.Scope(), slotOpen, func(ctx context.Context) (opened, error) {
		remove, err := local.Show(name, func(w io.Writer) error { return clinic.Download(ctx, id, false, w, func(int64) {}) })
		if err != nil {
			return opened{}, err
		}
		if ctx.Err() != nil { // nobody is left to remove it
			remove()
			return opened{}, ctx.Err()
		}
		return opened{remove}, nil
	})
}

func (s *viewerScreen) copyOpened(m ui.Result[opened]) tea.Cmd {
	if m.Err != nil {
		s.Bad(core.MessageOf(m.Err))
		return nil
	}
	s.copy.end, s.opened = m.Value.Remove, true
	s.Info("Opened in another program. The copy is removed when you leave this document, at the latest in ten minutes.")
	return ui.After(s.Scope(), slotOpenEnd, copyLife)
}

// remove deletes the copy.
func (c *openCopy) remove() {
	if c.end != nil {
		c.end()
		c.end = nil
	}
}
