package page

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// Submit asks the server to read a record; the answer is a Result[submitted].
func Submit(b *Base, rec core.Record) tea.Cmd {
	backend := b.Backend
	b.Info("Asking the server to read “" + rec.Title + "” …")
	return ui.Load(b.scope, SlotSubmit, func(ctx context.Context) (Submitted, error) {
		out, err := backend.Analyze(ctx, rec.ID, core.AnalyzeOptions{})
		return Submitted{rec, out.Job.ID}, err
	})
}

type Submitted struct {
	Record core.Record
	JobID  string
}
