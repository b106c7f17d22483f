package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// confirmBox asks a question whose answer is No unless "Y" is pressed.
type confirmBox struct {
	th    *ui.Theme
	req   page.ConfirmReq
	about string // whom, when the question does not say
	keys  keymap
}

func (c *confirmBox) Key(k tea.KeyMsg) (tea.Cmd, bool) {
	if k.Paste {
		return nil, false
	}
	switch k.String() {
	case "Y":
		return c.req.Yes(), true
	case "n", "N", "esc", "enter", "q":
		return nil, true
	}
	return nil, false
}

func (c *confirmBox) Keys() []ui.Binding {
	return []ui.Binding{
		{Name: "yes", Keys: []string{"Y"}, Act: true, Help: c.req.Verb},
		{Name: "no", Keys: []string{"n"}, Show: "n/Enter/Esc", Help: "no"},
	}
}

func (c *confirmBox) View(w, h int) string {
	var b strings.Builder
	if h > 6 {
		b.WriteString("\n")
	}
	for _, l := range ui.Wrap(c.req.Question, min(72, w-4)) {
		b.WriteString("  " + c.th.Strong.Render(l) + "\n")
	}
	if c.about != "" {
		for _, l := range ui.Wrap("For "+c.about+".", min(72, w-4)) {
			b.WriteString("  " + l + "\n")
		}
	}
	keys := c.keys.shown(c.Keys())
	b.WriteString("\n  " + c.th.Key.Render(keys[0].Label()) + " " + c.req.Verb + "    " +
		c.th.Key.Render(ui.KeyName(keys[1].Keys[0])) + c.th.Dim.Render(" no (Enter, Esc)"))
	return b.String()
}

// helpBox lists the bindings that are live, and searches in them.
type helpBox struct {
	th     *ui.Theme
	title  string
	groups []helpGroup
	query  ui.Input
	top    int
}

type helpGroup struct {
	title string
	list  []ui.Binding
}

func newHelp(th *ui.Theme, title string, screen, globals []ui.Binding) *helpBox {
	var rest []ui.Binding
	for _, g := range globals {
		if _, own := ui.Find(screen, g.Keys[0]); !own {
			rest = append(rest, g)
		}
	}
	return &helpBox{th: th, title: title, groups: []helpGroup{{title, screen}, {"Everywhere", rest}}}
}

func (b *helpBox) Key(k tea.KeyMsg) (tea.Cmd, bool) {
	switch k.String() {
	case "esc", "f1", "enter":
		return nil, true
	case "?", "q":
		if b.query.Value() == "" {
			return nil, true
		}
	case "down", "pgdown":
		b.top++
		return nil, false
	case "up", "pgup":
		b.top = max(0, b.top-1)
		return nil, false
	}
	b.query.Update(k)
	b.top = 0
	return nil, false
}

func (b *helpBox) Keys() []ui.Binding {
	return []ui.Binding{
		{Show: "letters", Help: "search the keys"},
		{Keys: []string{"down"}, Show: "Up/Down", Help: "scroll"},
		{Keys: []string{"esc"}, Help: "close"},
	}
}

func (b *helpBox) View(w, h int) string {
	lines := []string{" " + b.th.Head.Render("Keys: "+b.title)}
	if b.query.Value() != "" {
		lines[0] += b.th.Dim.Render("   with ") + b.query.View(b.th, 30, true)
	}
	q := strings.ToLower(b.query.Value())
	for i, g := range b.groups {
		if i > 0 {
			lines = append(lines, "", " "+b.th.Head.Render(g.title))
		}
		for _, k := range g.list {
			if k.Label() == "" || !strings.Contains(strings.ToLower(k.Label()+" "+k.Help), q) {
				continue
			}
			lines = append(lines, "   "+b.th.Key.Render(ui.Pad(k.Label(), 14))+" "+k.Help)
			if k.Off != "" {
				for _, l := range ui.Wrap("not now: "+k.Off, max(10, w-22)) {
					lines = append(lines, strings.Repeat(" ", 20)+b.th.Dim.Render(l))
				}
			}
		}
	}
	b.top = min(b.top, max(0, len(lines)-h))
	return strings.Join(lines[b.top:min(len(lines), b.top+h)], "\n")
}

// factsBox is the second part of the banner in full: what the patient likes to
// be called, every allergy and every alert.
type factsBox struct {
	th     *ui.Theme
	banner ui.Banner
	top    int
}

func (b *factsBox) Key(k tea.KeyMsg) (tea.Cmd, bool) {
	switch k.String() {
	case "down", "j", "pgdown", " ":
		b.top++
	case "up", "k", "pgup":
		b.top = max(0, b.top-1)
	case "esc", "enter", "q", "b":
		return nil, true
	}
	return nil, false
}

func (b *factsBox) Keys() []ui.Binding {
	return []ui.Binding{
		{Keys: []string{"down"}, Show: "Up/Down", Help: "scroll"},
		{Keys: []string{"esc"}, Help: "close"},
	}
}

func (b *factsBox) View(w, h int) string {
	lines := []string{" " + b.th.Head.Render("Allergies and alerts"), ""}
	for _, fact := range b.banner.Facts() {
		for i, l := range ui.Wrap(fact, max(10, w-5)) {
			lines = append(lines, map[bool]string{true: " ", false: "   "}[i == 0]+l)
		}
	}
	b.top = min(b.top, max(0, len(lines)-h))
	return strings.Join(lines[b.top:min(len(lines), b.top+h)], "\n")
}
