package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/tui/ui"
)

// oneByOne takes apart letters that were typed faster than they were read, or
// came in one packet: Bubble Tea makes one message of them, which no binding
// knows. Pasted text stays together and never is a command.
func oneByOne(k tea.KeyMsg) []tea.KeyMsg {
	if k.Type != tea.KeyRunes || k.Paste || len(k.Runes) < 2 {
		return []tea.KeyMsg{k}
	}
	list := make([]tea.KeyMsg, len(k.Runes))
	for i, r := range k.Runes {
		list[i] = tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: k.Alt}
	}
	return list
}

// key gives a key to the overlay, the globals or the screen, in this order.
func (r *root) key(k tea.KeyMsg) tea.Cmd {
	r.keyAt = r.now()
	r.keys++
	name := k.String()
	if name == "ctrl+c" { // always
		if _, asked := r.overlay.(*confirmBox); asked {
			r.quit = true
			return nil
		}
		r.ask(quitReq{})
		return nil
	}
	if r.deaf {
		return nil
	}
	if r.overlay != nil {
		cmd, done := r.overlay.Key(k)
		if done {
			r.overlay = nil
		}
		return cmd
	}
	s := r.top()
	typing := s.Typing()
	if !typing || !ui.Printable(k) {
		if b, ok := ui.Find(s.Keys(), name); ok && (b.Run != nil || b.Off != "") {
			return r.press(b)
		}
	}
	if typing && s.Scope() != nil && ui.Printable(k) {
		return s.Update(k)
	}
	if b, ok := ui.Find(r.globals(), name); ok {
		return r.press(b)
	}
	return s.Update(k)
}

func (r *root) press(b ui.Binding) tea.Cmd {
	if b.Off != "" {
		r.warn(b.Off)
		return nil
	}
	return b.Run()
}

// globals are the keys that mean the same on every screen.
func (r *root) globals() []ui.Binding {
	back := ui.Binding{Keys: []string{"esc", "q"}, Show: "Esc/q", Help: "back", Quiet: true, Run: do(r.pop)}
	switch {
	case r.gate != nil:
		back = ui.Binding{Keys: []string{"esc"}, Help: "nothing to go back to", Quiet: true, Run: do(func() {})}
	case len(r.stack) == 1:
		back = ui.Binding{Keys: []string{"q"}, Help: "quit", Quiet: true, Run: do(func() { r.ask(quitReq{}) })}
	}
	return []ui.Binding{
		back,
		{Keys: []string{"ctrl+l"}, Help: "draw again", Quiet: true, Run: func() tea.Cmd { return tea.ClearScreen }},
		{Keys: []string{"ctrl+z"}, Help: "suspend", Quiet: true, Run: func() tea.Cmd { return tea.Suspend }},
		{Keys: []string{"ctrl+c"}, Help: "quit", Quiet: true, Run: do(func() { r.ask(quitReq{}) })},
		{Keys: []string{"?", "f1"}, Show: r.helpKey(), Help: "help", Run: do(func() {
			r.overlay = newHelp(r.th, r.top().Title(), r.top().Keys(), r.globals())
		})},
	}
}

// helpKey names the key that works now.
func (r *root) helpKey() string {
	if r.top().Typing() {
		return "F1"
	}
	return "?/F1"
}
