package page

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/tui/ui"
)

// Asking lays out a question: what is asked, what it means, the form that
// answers it, what came of it. In a low window the gaps go first, then the
// meaning; the question, the field that is typed in and the foot stay.
func (b *Base) Asking(question, meaning string, form *ui.Form, foot string) string {
	parts := strings.Split(ui.Block(b.Theme.Plain.Render, meaning, b.W), "\n")
	if meaning == "" {
		parts = nil
	}
	fields := ui.Height(form.View(b.Theme, b.W, 1<<10))
	used, gap := ui.Height(question)+fields, 1
	if foot != "" {
		used += ui.Height(foot)
	}
	if used+len(parts)+3 > b.H {
		gap = 0
	}
	if over := used + len(parts) + 2*gap - b.H; over > 0 {
		parts = parts[:max(0, len(parts)-over)]
	}
	lines := append([]string{question}, parts...)
	if gap > 0 {
		lines = append(lines, "")
	}
	top := strings.Join(lines, "\n")
	room := b.H - ui.Height(top)
	if foot != "" {
		room -= ui.Height(foot) + gap
	}
	out := top + "\n" + form.View(b.Theme, b.W, max(2, room))
	if foot != "" {
		out += strings.Repeat("\n", gap+1) + foot
	}
	return out
}

// Outcome is the foot of a question: that what was asked is being done, which doing says,
// or why it was not.
func (b *Base) Outcome(slot ui.Slot, doing, err string) string {
	switch {
	case b.Scope().Busy(slot):
		return " " + doing
	case err != "":
		return ui.Block(b.Theme.Bad.Render, "! "+err, b.W)
	}
	return ""
}

// Unsaved is the question before a screen is left in whose form something was typed; ""
// when nothing was. Esc never throws away what somebody typed.
func Unsaved(form *ui.Form) string {
	if !form.Typed() {
		return ""
	}
	return "What you typed here is not stored, and nothing was done. Leave without it?"
}

// Drop ends a form within a screen: at once when nothing was typed in it, else after a
// question.
func (b *Base) Drop(form *ui.Form, end func()) {
	if !form.Typed() {
		end()
		return
	}
	b.Confirm("What you typed is not stored, and nothing was done. Throw it away?", "throw it away", func() tea.Cmd {
		end()
		return nil
	})
}

// Field is a label and a value.
func (b *Base) Field(label, value string) string {
	return " " + b.Theme.Dim.Render(ui.Pad(label, 10)) + ui.Cut(value, b.W-12)
}
