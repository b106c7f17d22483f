package page

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// Analyzer has documents read.
type Analyzer interface {
	Analyze(ctx context.Context, recordID string, o core.AnalyzeOptions) (core.Submission, error)
}

// Submit asks the server to read a record; the answer is a Result[submitted].
func Submit(b *Base, a Analyzer, rec core.Record) tea.Cmd {
	b.Info("Asking the server to read “" + rec.Title + "” …")
	return ui.Load(b.scope, SlotSubmit, func(ctx context.Context) (Submitted, error) {
		out, err := a.Analyze(ctx, rec.ID, core.AnalyzeOptions{})
		return Submitted{rec, out.Job.ID}, err
	})
}

type Submitted struct {
	Record core.Record
	JobID  string
}
