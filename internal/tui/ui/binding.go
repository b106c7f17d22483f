package ui

import (
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
)

// Binding is one thing a key does now. The same list makes it happen, fills
// the footer and fills the help.
type Binding struct {
	Name  string   // for the configuration and the docs; "" makes it of Help
	Keys  []string // as tea.KeyMsg.String() names them
	Show  string   // how people read the keys; "" shows the first
	Help  string   // two or three words
	Off   string   // why it cannot be done now; "" when it can
	Quiet bool     // in the help only, not in the footer
	// Act says that it changes what outlasts the screen (a record, a value, a
	// notification, the clipboard, the session) as soon as it is pressed: it has keys that
	// no finger slips on, and a key that is held or was still under way does nothing.
	Act bool
	// Run does it. Nil leaves the key to the screen's Update: the binding is
	// then only there to be read.
	Run func() tea.Cmd
	Was string // the key Update knows, where the user chose another; "" is the first of Keys
}

// ID is the stable name of what the binding does: "upload", "find-patient".
func (b Binding) ID() string {
	name := b.Name
	if name == "" {
		name = b.Help
	}
	var id strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			id.WriteRune(r)
		case id.Len() > 0 && !strings.HasSuffix(id.String(), "-"):
			id.WriteByte('-')
		}
	}
	return strings.TrimSuffix(id.String(), "-")
}

// Canonical is the key that Update knows the binding by.
func (b Binding) Canonical() string {
	if b.Was != "" {
		return b.Was
	}
	if len(b.Keys) == 0 {
		return ""
	}
	return b.Keys[0]
}

// Label gives the keys as people read them.
func (b Binding) Label() string {
	if b.Show != "" {
		return b.Show
	}
	if len(b.Keys) == 0 {
		return ""
	}
	return KeyName(b.Keys[0])
}

// KeyName writes a key as it is printed on keyboards.
func KeyName(k string) string {
	switch k {
	case "enter":
		return "Enter"
	case "esc":
		return "Esc"
	case "tab":
		return "Tab"
	case " ":
		return "Space"
	case "pgdown":
		return "PgDn"
	case "pgup":
		return "PgUp"
	case "up", "down", "left", "right", "home", "end", "backspace", "delete":
		return strings.ToUpper(k[:1]) + k[1:]
	}
	if first, second, ok := strings.Cut(k, " "); ok && second != "" {
		return KeyName(first) + " " + KeyName(second)
	}
	if rest, ok := strings.CutPrefix(k, "shift+"); ok && rest != "" {
		return "Shift-" + KeyName(rest)
	}
	if rest, ok := strings.CutPrefix(k, "alt+"); ok && rest != "" {
		return "Alt-" + KeyName(rest)
	}
	if rest, ok := strings.CutPrefix(k, "ctrl+"); ok {
		return "Ctrl-" + strings.ToUpper(rest)
	}
	if len(k) > 1 && k[0] == 'f' {
		return strings.ToUpper(k)
	}
	return k
}

// Find gives the binding of a key.
func Find(list []Binding, key string) (Binding, bool) {
	for _, b := range list {
		for _, k := range b.Keys {
			if k == key {
				return b, true
			}
		}
	}
	return Binding{}, false
}

// Printable reports whether a key types something rather than commands something.
func Printable(k tea.KeyMsg) bool {
	return k.Paste || (k.Type == tea.KeyRunes || k.Type == tea.KeySpace) && !k.Alt
}

// Footer writes as many bindings as fit into width w, the last of the list
// always among them.
func Footer(th *Theme, list []Binding, w int) string {
	var shown []Binding
	for _, b := range list {
		if !b.Quiet && b.Label() != "" {
			shown = append(shown, b)
		}
	}
	if len(shown) == 0 {
		return ""
	}
	last := shown[len(shown)-1]
	room := w - 2 - footerWidth(last)
	var parts []string
	for _, b := range shown[:len(shown)-1] {
		if room -= footerWidth(b) + 2; room < 0 {
			break
		}
		parts = append(parts, footerItem(th, b))
	}
	return " " + strings.Join(append(parts, footerItem(th, last)), "  ")
}

func footerItem(th *Theme, b Binding) string {
	if b.Off != "" {
		return th.Dim.Render("(" + b.Label() + " " + b.Help + ")")
	}
	return th.Key.Render(b.Label()) + " " + th.Dim.Render(b.Help)
}

func footerWidth(b Binding) int {
	w := Width(b.Label()) + 1 + Width(b.Help)
	if b.Off != "" {
		w += 2
	}
	return w
}
