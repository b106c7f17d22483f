package tui

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/tui/ui"
)

// keymap gives actions other keys than their own: the name of the action, as
// docs/keys.md lists it, to its keys.
type keymap map[string][]string

// shown gives bindings with the keys they have for this user.
func (m keymap) shown(list []ui.Binding) []ui.Binding {
	if len(m) == 0 {
		return list
	}
	out := slices.Clone(list)
	for i, b := range out {
		keys, ok := m[b.ID()]
		if !ok || len(b.Keys) == 0 {
			continue
		}
		names := make([]string, len(keys))
		for j, k := range keys {
			names[j] = ui.KeyName(k)
		}
		out[i].Keys, out[i].Show, out[i].Was = keys, strings.Join(names, "/"), b.Keys[0]
	}
	return out
}

// freed reports whether a key was an action's own and is nobody's now.
func (m keymap) freed(list []ui.Binding, key string) bool {
	if len(m) == 0 {
		return false
	}
	for _, b := range list {
		if _, ok := m[b.ID()]; ok && slices.Contains(b.Keys, key) {
			return true
		}
	}
	return false
}

// actionList is every action of every screen, one on a line: name, keys, help,
// where. TestKeysAreDocumented writes it, and docs/keys.md, from the live bindings.
//
//go:embed actions.tsv
var actionList string

// action is a line of actionList.
type action struct {
	name, keys, help, where string
}

func actions() []action {
	var list []action
	for _, line := range strings.Split(strings.TrimSpace(actionList), "\n") {
		if f := strings.Split(line, "\t"); len(f) == 4 {
			list = append(list, action{f[0], f[1], f[2], f[3]})
		}
	}
	return list
}

// CheckKeys says whether an action may have these keys.
func CheckKeys(name string, keys []string) error {
	list := actions()
	i := slices.IndexFunc(list, func(a action) bool { return a.name == name })
	if i < 0 {
		return fmt.Errorf("there is no action %q; docs/keys.md lists them", name)
	}
	for _, k := range keys {
		if _, ok := keyNamed(k); !ok {
			return fmt.Errorf("there is no key %q; write it like u, U, ctrl+u, alt+u, f5, enter or pgdown", k)
		}
		switch {
		case k == "ctrl+c":
			return fmt.Errorf("ctrl+c always quits")
		case bare(k) && deliberate(list[i].keys):
			return fmt.Errorf("%s changes something, so it takes a capital letter, ctrl+, alt+ or a function key, not %q", name, k)
		}
	}
	return nil
}

// bare reports whether a key is pressed by a finger that slips.
func bare(key string) bool {
	r := []rune(key)
	return len(r) == 1 && !unicode.IsUpper(r[0]) || slices.Contains([]string{"enter", "up", "down", "left", "right", "tab", "backspace", "delete"}, key)
}

// deliberate reports whether an action's own keys are all out of the way of
// moving around: it changes something.
func deliberate(keys string) bool {
	for _, k := range strings.Fields(keys) {
		if r := []rune(k); len(r) == 1 && unicode.IsUpper(r[0]) && !slices.Contains([]string{"G", "N"}, k) {
			return true
		}
	}
	return false
}

// keyNamed makes the message of a key from its name.
func keyNamed(name string) (tea.KeyMsg, bool) {
	alt := false
	if rest, ok := strings.CutPrefix(name, "alt+"); ok && rest != "" {
		name, alt = rest, true
	}
	if r := []rune(name); len(r) == 1 && unicode.IsPrint(r[0]) {
		if r[0] == ' ' {
			return tea.KeyMsg{Type: tea.KeySpace, Runes: r, Alt: alt}, true
		}
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: r, Alt: alt}, true
	}
	for t := tea.KeyType(-128); t < 128; t++ {
		if t != tea.KeyRunes && t != tea.KeySpace && t.String() == name && name != "" {
			return tea.KeyMsg{Type: t, Alt: alt}, true
		}
	}
	return tea.KeyMsg{}, false
}
