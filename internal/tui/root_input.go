package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// oneByOne takes apart letters that were typed faster than they were read, or
// came in one packet: Bubble Tea makes one message of them, which no binding
// knows. So it does of Esc pressed twice. Pasted text stays together and never
// is a command.
func oneByOne(k tea.KeyMsg) []tea.KeyMsg {
	if k.Type == tea.KeyEsc && k.Alt {
		return []tea.KeyMsg{{Type: tea.KeyEsc}, {Type: tea.KeyEsc}}
	}
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
	if cmd, done := r.checkIdle(); done { // the key came after the time was up
		return cmd
	}
	r.KeyAt = r.Now()
	r.keys++
	held := r.acts.key(k.String(), r.KeyAt)
	if r.locked != nil {
		return r.lockKey(k)
	}
	name := k.String()
	if name == "ctrl+c" { // always
		if _, asked := r.overlay.(*confirmBox); asked {
			r.quit = true
			return nil
		}
		r.Ask(page.QuitReq{})
		return nil
	}
	if r.deaf {
		return nil
	}
	if r.overlay != nil {
		return r.overlayKey(k, held)
	}
	globals := r.keymap.shown(r.globals())
	if r.prefix != "" {
		name, r.prefix, r.toast = r.prefix+" "+name, "", nil
		if b, ok := ui.Find(globals, name); ok {
			return r.press(b, held)
		}
		return nil
	}
	s := r.top()
	if s.Typing() && ui.Printable(k) {
		return s.Update(k)
	}
	if b, ok := ui.Find(r.keymap.shown(s.Keys()), name); ok && (b.Run != nil || b.Off != "") {
		return r.press(b, held)
	}
	if b, ok := ui.Find(globals, name); ok {
		return r.press(b, held)
	}
	if b, ok := begins(globals, name); ok {
		r.prefix = name
		r.Info(ui.KeyName(b.Keys[0]) + ": " + b.Help)
		return nil
	}
	if k, ok := r.translated(k, s.Keys()); ok {
		return s.Update(k)
	}
	return nil
}

// overlayKey gives a key to what covers the screen.
func (r *root) overlayKey(k tea.KeyMsg, held bool) tea.Cmd {
	o := r.overlay
	if b, ok := ui.Find(r.keymap.shown(o.Keys()), k.String()); ok && b.Act && !r.may(b, held) {
		return nil
	}
	k, ok := r.translated(k, o.Keys())
	if !ok {
		return nil
	}
	cmd, done := o.Key(k)
	if done && r.overlay == o { // what it did may have opened another
		r.overlay = nil
	}
	return cmd
}

// begins gives the binding of two keys that begins with this one.
func begins(list []ui.Binding, key string) (ui.Binding, bool) {
	for _, b := range list {
		for _, k := range b.Keys {
			if strings.HasPrefix(k, key+" ") {
				return b, true
			}
		}
	}
	return ui.Binding{}, false
}

// translated gives the key that a screen or dialog knows for the one that was
// pressed; false when the user took that key away from it.
func (r *root) translated(k tea.KeyMsg, list []ui.Binding) (tea.KeyMsg, bool) {
	if len(r.keymap) == 0 || k.Paste {
		return k, true
	}
	name := k.String()
	if b, ok := ui.Find(r.keymap.shown(list), name); ok {
		if was, known := keyNamed(b.Was); known {
			return was, true
		}
		return k, true
	}
	return k, !r.keymap.freed(list, name)
}

// press does what a key is for. One that was held to get here does it too, unless it acts.
func (r *root) press(b ui.Binding, held bool) tea.Cmd {
	if b.Off != "" {
		r.Warn(b.Off)
		return nil
	}
	if b.Act && !r.may(b, held) {
		return nil
	}
	return b.Run()
}

// globals are the keys that mean the same on every screen.
func (r *root) globals() []ui.Binding {
	back := ui.Binding{Keys: []string{"esc", "q"}, Show: "Esc/q", Help: "back", Quiet: true, Run: page.Do(r.Pop)}
	switch {
	case r.gate != nil:
		back = ui.Binding{Keys: []string{"esc"}, Help: "nothing to go back to", Quiet: true, Run: page.Do(func() {})}
	case len(r.stack) == 1:
		back = ui.Binding{Keys: []string{"Q"}, Help: "quit", Quiet: true, Act: true, Run: page.Do(func() { r.Ask(page.QuitReq{}) })}
	}
	list := []ui.Binding{back}
	if p, ok := r.top().(page.PatientScreen); ok {
		list = append(list, r.bannerKey(p.Banner()))
	}
	return append(list, []ui.Binding{
		{Keys: []string{"ctrl+l"}, Help: "draw again", Quiet: true, Run: func() tea.Cmd { return tea.ClearScreen }},
		{Keys: []string{"ctrl+z"}, Help: "suspend", Quiet: true, Run: r.suspend},
		{Name: "lock", Keys: []string{"ctrl+x l"}, Help: "lock the screen", Quiet: true, Off: r.lockOff(), Run: r.lock},
		{Keys: []string{"ctrl+c"}, Help: "quit", Quiet: true, Run: page.Do(func() { r.Ask(page.QuitReq{}) })},
		{Keys: []string{":", "ctrl+p"}, Show: r.typingKey(":", "Ctrl-P"), Help: "commands", Run: page.Do(func() { r.overlay = r.newPalette() })},
		{Keys: []string{"?", "f1"}, Show: r.typingKey("?/F1", "F1"), Help: "help", Run: page.Do(func() {
			r.overlay = newHelp(r.Theme, r.top().Route().Title(), r.keymap.shown(r.top().Keys()), r.keymap.shown(r.globals()))
		})},
	}...)
}

// bannerKey shows what the banner has no room for.
func (r *root) bannerKey(b ui.Banner) ui.Binding {
	key := ui.Binding{Name: "banner", Keys: []string{"b"}, Help: "allergies and alerts", Quiet: true, Run: page.Do(func() { r.overlay = &factsBox{th: r.Theme, banner: b} })}
	if !b.Detail {
		key.Off = "They are not loaded here; the chart shows them."
	}
	return key
}

// typingKey names the key that works now: letters are text while one types.
func (r *root) typingKey(free, typing string) string {
	if r.top().Typing() {
		return typing
	}
	return free
}

func (r *root) lockOff() string {
	if r.owner == 0 || r.gate != nil {
		return "Nobody is signed in, so there is nothing to lock."
	}
	return ""
}
