package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// submit asks the server to read a record; the answer is a Result[submitted].
func submit(b *base, rec core.Record) tea.Cmd {
	backend := b.backend
	b.info("Asking the server to read “" + rec.Title + "” …")
	return ui.Load(b.scope, slotSubmit, func(ctx context.Context) (submitted, error) {
		out, err := backend.Analyze(ctx, rec.ID, core.AnalyzeOptions{})
		return submitted{rec, out.Job.ID}, err
	})
}

type submitted struct {
	Record core.Record
	JobID  string
}
