package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/tui/ui"
)

// wheelStep is how many rows the wheel goes.
const wheelStep = 3

// mouse makes keys of the wheel, and chooses the row under a click. Nothing
// opens by a click: Enter does that.
func (r *root) mouse(m tea.MouseMsg) tea.Cmd {
	if m.Action != tea.MouseActionPress || r.locked != nil || r.away {
		return nil
	}
	var cmds []tea.Cmd
	switch m.Button {
	case tea.MouseButtonWheelDown, tea.MouseButtonWheelUp:
		k := tea.KeyMsg{Type: tea.KeyDown}
		if m.Button == tea.MouseButtonWheelUp {
			k.Type = tea.KeyUp
		}
		for range wheelStep {
			cmds = append(cmds, r.key(k))
		}
	case tea.MouseButtonLeft:
		return r.click(m.Y - len(r.head()))
	}
	return tea.Batch(cmds...)
}

// click moves the cursor of a list, the row that begins with ">", to line y of
// the screen. Rows may have headings between them, so it goes step by step.
func (r *root) click(y int) tea.Cmd {
	var cmds []tea.Cmd
	for range 200 {
		at := r.cursorLine()
		if at < 0 || at == y || r.deaf {
			break
		}
		k := tea.KeyMsg{Type: tea.KeyDown}
		if y < at {
			k.Type = tea.KeyUp
		}
		cmds = append(cmds, r.key(k))
		now := r.cursorLine()
		if now == at || (at < y) != (now < y) && now != y {
			break // the end of the list, or a line that cannot be chosen
		}
	}
	return tea.Batch(cmds...)
}

func (r *root) cursorLine() int {
	body := ""
	if r.overlay != nil {
		body = r.overlay.View(r.w, r.h-len(r.head())-footerLines)
	} else {
		body = r.top().View()
	}
	for i, l := range strings.Split(body, "\n") {
		if strings.HasPrefix(strings.TrimLeft(ui.Unstyled(l), " "), "> ") {
			return i
		}
	}
	return -1
}
