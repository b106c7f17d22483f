package page

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

// Asked says what became of asking for many documents to be read.
type Asked struct {
	Queued  []core.Record // will be read
	Before  []core.Record // somebody had asked for them already
	Refused []Refusal
	Left    int // were not asked for, because of an error that is no refusal
}

// Refusal is a document that the server does not read, and why.
type Refusal struct {
	Record core.Record
	Why    string
}

// AskMany asks the server to read documents, one after the other. What it refuses does
// not stop the others; the loss of the server or of the session does, and is the error.
func AskMany(ctx context.Context, a Analyzer, records []core.Record) (Asked, error) {
	var out Asked
	for i, r := range records {
		sub, err := a.Analyze(ctx, r.ID, core.AnalyzeOptions{})
		switch code := core.CodeOf(err); {
		case err == nil && sub.Existing:
			out.Before = append(out.Before, r)
		case err == nil:
			out.Queued = append(out.Queued, r)
		case code == core.CodeUnauthenticated || code == core.CodeUnavailable || ctx.Err() != nil:
			out.Left = len(records) - i
			return out, err
		default:
			out.Refused = append(out.Refused, Refusal{r, core.MessageOf(err)})
		}
	}
	return out, nil
}

// Sentences say in full how many were queued, which were refused and why.
func (a Asked) Sentences() []string {
	total := len(a.Queued) + len(a.Before) + len(a.Refused) + a.Left
	parts := []string{fmt.Sprintf("%d of %s queued to be read", len(a.Queued), Count(total, "document"))}
	if n := len(a.Before); n > 0 {
		parts = append(parts, fmt.Sprintf("%d asked for before", n))
	}
	if n := len(a.Refused); n > 0 {
		parts = append(parts, fmt.Sprintf("%d refused", n))
	}
	if a.Left > 0 {
		parts = append(parts, fmt.Sprintf("%d not asked for", a.Left))
	}
	out := []string{strings.Join(parts, ", ") + "."}
	for _, r := range a.Refused {
		out = append(out, "Refused: "+present.Or(r.Record.Title)+". "+r.Why)
	}
	return out
}

const slotMarked ui.Slot = "marked"

// Marks are documents of a list that one key has read.
type Marks struct {
	ids  map[string]bool
	said []string // of those that were asked for last
}

// Has reports whether a document is marked.
func (m *Marks) Has(r core.Record) bool { return m.ids[r.ID] }

// Of gives those of a list that are marked, in its order.
func (m *Marks) Of(list []core.Record) []core.Record {
	return slices.DeleteFunc(slices.Clone(list), func(r core.Record) bool { return !m.ids[r.ID] })
}

// Turn marks a document, or takes its mark away.
func (m *Marks) Turn(r core.Record) {
	m.said = nil
	if m.ids == nil {
		m.ids = map[string]bool{}
	}
	if m.ids[r.ID] {
		delete(m.ids, r.ID)
	} else {
		m.ids[r.ID] = true
	}
}

// TurnAll marks those of a list that can be read and nobody had read; it clears the marks
// when there are any.
func (m *Marks) TurnAll(list []core.Record) {
	had := len(m.Of(list)) > 0
	m.ids, m.said = nil, nil
	for _, r := range list {
		if !had && r.CanAnalyze && r.LastJob == nil && !m.Has(r) {
			m.Turn(r)
		}
	}
}

// Keys mark documents of a list; no says why that cannot be done and rec is the selected
// one. turned is told by how many rows the cursor moves then.
func (m *Marks) Keys(list []core.Record, rec core.Record, no string, turned func(down int)) []ui.Binding {
	all := "mark all not read"
	if len(m.Of(list)) > 0 {
		all = "clear the marks"
	}
	return []ui.Binding{
		{Keys: []string{","}, Help: "mark", Quiet: true, Off: no, Run: Do(func() { m.Turn(rec); turned(1) })},
		{Name: "mark all", Keys: []string{"*"}, Help: all, Quiet: true, Off: no, Run: Do(func() { m.TurnAll(list); turned(0) })},
	}
}

// Analyse is the key that has all marked ones read; false when none is marked.
func (m *Marks) Analyse(b *Base, a Analyzer, list []core.Record) (ui.Binding, bool) {
	marked := m.Of(list)
	if len(marked) == 0 {
		return ui.Binding{}, false
	}
	return ui.Binding{Name: "analyse", Keys: []string{"A"}, Help: fmt.Sprintf("analyse %d marked", len(marked)), Act: true, Off: b.AnalyzeOff(),
		Run: func() tea.Cmd { return AskMarked(b, a, marked) }}, true
}

// AskMarked has documents read; the answer is a Result[Asked] for Marks.Answered.
func AskMarked(b *Base, a Analyzer, list []core.Record) tea.Cmd {
	if b.scope.Busy(slotMarked) {
		return nil
	}
	b.Info("Asking the server to read " + Count(len(list), "document") + " …")
	return ui.Load(b.scope, slotMarked, func(ctx context.Context) (Asked, error) {
		return AskMany(context.WithoutCancel(ctx), a, list) // also when the list is left meanwhile
	})
}

// Answered takes what the server said. What is queued loses its mark.
func (m *Marks) Answered(r ui.Result[Asked]) {
	for _, rec := range slices.Concat(r.Value.Queued, r.Value.Before) {
		delete(m.ids, rec.ID)
	}
	m.said = r.Value.Sentences()
	if r.Err != nil {
		m.said = append(m.said, core.MessageOf(r.Err))
	}
}

// mostSaid is how many lines of a list are given to what was refused.
const mostSaid = 4

// Lines say how many are marked, or what became of those that were; none: nothing to say.
func (m *Marks) Lines(th *ui.Theme, list []core.Record, w int) []string {
	if n := len(m.Of(list)); n > 0 && m.said == nil {
		return []string{th.Strong.Render(ui.Cut(fmt.Sprintf(" + %s marked. A has them read, ; clears the marks.", Count(n, "document")), w))}
	}
	if len(m.said) == 0 {
		return nil
	}
	lines := strings.Split(ui.Block(th.Strong.Render, ui.Clean(strings.Join(m.said, " ")), w), "\n")
	if len(lines) > mostSaid {
		lines = append(lines[:mostSaid-1], " "+th.Dim.Render(ui.Cut("… F8 on the day lists what could not be read; the others stay marked.", w-1)))
	}
	return lines
}
