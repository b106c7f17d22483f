package tui

import (
	"slices"
	"sort"
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core/text"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// command is one line of the palette.
type command struct {
	name  string // "upload", "go to patients"
	keys  string
	off   string
	where string // the screens it is done on, when it is not done on this one
	run   func() tea.Cmd
}

// palette lists what can be done now, by name: the live bindings and the places
// to go to. Typing filters, and finds what other screens can do as well; Enter does it.
type palette struct {
	th     *ui.Theme
	all    []command
	hits   []command
	query  ui.Input
	cursor int
	top    int
	warn   func(string)
}

// newPalette gathers the commands: places first, then the screen's, then the rest.
func (r *root) newPalette() *palette {
	p := &palette{th: r.Theme, warn: r.Warn}
	p.query.Hint = "what do you want to do?"
	screen := r.keymap.shown(r.top().Keys())
	globals := r.keymap.shown(r.globals())
	for _, list := range [][]ui.Binding{screen, r.places(), globals} {
		for _, b := range list {
			p.add(r, b)
		}
	}
	if r.owner != 0 && r.gate == nil {
		p.addElsewhere()
	}
	p.filter()
	return p
}

func (p *palette) add(r *root, b ui.Binding) {
	run := b.Run
	if run == nil {
		k, ok := keyNamed(b.Canonical())
		if !ok || len(b.Keys) != 1 { // one of several keys: which?
			return
		}
		run = func() tea.Cmd { return r.top().Update(k) }
	}
	if b.Help != "" && b.ID() != "commands" && !p.has(b.Help) {
		p.all = append(p.all, command{name: b.Help, keys: b.Label(), off: b.Off, run: run})
	}
}

func (p *palette) has(name string) bool {
	return slices.ContainsFunc(p.all, func(c command) bool { return c.name == name })
}

// addElsewhere adds what only other screens can do, for those who look for it here.
func (p *palette) addElsewhere() {
	for _, a := range actions() {
		if a.where != "everywhere" && a.where != "dialogs" && !p.has(a.help) {
			p.all = append(p.all, command{name: a.help, where: a.where, off: "This is done on: " + a.where + "."})
		}
	}
}

// places are the screens one can go to from everywhere.
func (r *root) places() []ui.Binding {
	if r.owner == 0 || r.gate != nil {
		return nil
	}
	to := func(name string, where page.Route) ui.Binding {
		return ui.Binding{Help: "go to " + name, Run: page.Do(func() { r.Push(where) })}
	}
	return []ui.Binding{
		{Help: "go to today", Run: func() tea.Cmd { return r.leaveAll(r.toToday) }},
		{Help: "find a patient", Run: page.Do(func() { r.Push(page.Patients{Filtering: true}) })},
		to("patients", page.Patients{}),
		to("open charts", page.Charts{}),
		{Help: "search in the documents of all patients", Run: page.Do(func() { r.Push(page.Search{}) })},
		to("appointments today", page.Appointments{Today: true}),
		to("appointments to come", page.Appointments{}),
		to("notifications", page.Notifications{}),
		to("unread documents", page.Unread{}),
		to("documents being read", page.Jobs{State: "running"}),
		to("documents that could not be read", page.Jobs{State: "failed"}),
		to("my profile", page.Profile{}),
	}
}

// toToday closes everything above the day.
func (r *root) toToday() tea.Cmd {
	if _, ok := r.stack[0].Route().(page.Today); !ok {
		return r.restart(page.Today{})
	}
	for _, s := range r.stack[1:] {
		s.Close()
	}
	r.stack = r.stack[:1]
	r.resize()
	return r.refresh()
}

// filter keeps the commands in which the letters occur in this order, the
// closest first.
func (p *palette) filter() {
	q := p.query.Value()
	type hit struct {
		command
		score int
	}
	var hits []hit
	for _, c := range p.all {
		if c.where != "" && (q == "" || !text.Contains(c.name, q)) {
			continue // what cannot be done here is for those who ask for it by its name
		}
		if n := fuzzy(q, c.name); n >= 0 {
			hits = append(hits, hit{c, n})
		}
	}
	sort.SliceStable(hits, func(i, j int) bool {
		a, b := hits[i], hits[j]
		if here := a.where == ""; here != (b.where == "") {
			return here
		}
		return a.score > b.score || a.score == b.score && q != "" && len(a.name) < len(b.name)
	})
	p.hits = p.hits[:0]
	for _, h := range hits {
		p.hits = append(p.hits, h.command)
	}
	p.cursor, p.top = 0, 0
}

// fuzzy says how well the letters of q occur in s in this order: -1 not at all,
// more for letters side by side and at the beginning of words.
func fuzzy(q, s string) int {
	text := []rune(strings.ToLower(s))
	score, at, run := 0, 0, 0
	for _, c := range strings.ToLower(strings.ReplaceAll(q, " ", "")) {
		i := at
		for i < len(text) && text[i] != c {
			i++
		}
		if i == len(text) {
			return -1
		}
		if i == at && at > 0 {
			run++
		} else {
			run = 0
		}
		score += 1 + 3*run
		if i == 0 {
			score++ // what begins like this before what has a word like this
		}
		if i == 0 || !unicode.IsLetter(text[i-1]) {
			score += 4
		}
		at = i + 1
	}
	return score
}

func (p *palette) Key(k tea.KeyMsg) (tea.Cmd, bool) {
	switch k.String() {
	case "esc", "ctrl+p":
		return nil, true
	case "down", "ctrl+n":
		p.cursor = min(p.cursor+1, max(0, len(p.hits)-1))
		return nil, false
	case "up":
		p.cursor = max(p.cursor-1, 0)
		return nil, false
	case "enter":
		if p.cursor >= len(p.hits) {
			return nil, false
		}
		c := p.hits[p.cursor]
		if c.off != "" {
			p.warn(c.off)
			return nil, false
		}
		return c.run(), true
	}
	before := p.query.Value()
	p.query.Update(k)
	if p.query.Value() != before {
		p.filter()
	}
	return nil, false
}

func (p *palette) Keys() []ui.Binding {
	return []ui.Binding{
		{Keys: []string{"enter"}, Help: "do it"},
		{Keys: []string{"down", "up"}, Show: "Down/Up", Help: "choose"},
		{Keys: []string{"esc"}, Help: "close"},
	}
}

// why says in lines of at most w cells why a command cannot be given.
func (c command) why(w int) []string {
	switch {
	case c.where != "":
		return ui.Wrap("Not here. "+c.off, w)
	case c.off != "":
		return ui.Wrap("Not now: "+c.off, w)
	}
	return nil
}

func (p *palette) View(w, h int) string {
	lines := []string{" " + p.th.Head.Render("Do: ") + p.query.View(p.th, max(1, min(50, w-6)), true)}
	if h > 8 {
		lines = append(lines, "")
	}
	if len(p.hits) == 0 {
		return strings.Join(append(lines, "   "+p.th.Dim.Render("Nothing here is called like this. Fewer letters find more.")), "\n")
	}
	var why []string
	if p.cursor < len(p.hits) {
		why = p.hits[p.cursor].why(max(10, w-4))
	}
	room := max(1, h-len(lines)-len(why))
	p.top = max(min(p.top, p.cursor), p.cursor-room+1)
	wide := 0
	for _, c := range p.all {
		wide = max(wide, ui.Width(c.name))
	}
	wide = min(wide, max(8, w-26))
	for i := p.top; i < min(len(p.hits), p.top+room); i++ {
		c := p.hits[i]
		text := ui.Pad(c.name, wide) + "  " + ui.Pad(c.keys, 12)
		off := ""
		switch {
		case c.where != "":
			off = "  on: " + c.where
		case c.off != "":
			off = "  (not now)"
		}
		if i == p.cursor {
			lines = append(lines, p.th.Selected.Render(ui.Pad("> "+text+off, w)))
			for _, l := range why {
				lines = append(lines, "    "+p.th.Warn.Render(l))
			}
			continue
		}
		lines = append(lines, "  "+ui.Cut(text+off, w-2))
	}
	return strings.Join(lines, "\n")
}
