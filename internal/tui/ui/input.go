package ui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// Input is one line of text being typed. bubbles/textinput does the editing; the
// drawing is ours, because its cursor is a sign and not only a colour and does not
// blink: an idle screen is not redrawn.
type Input struct {
	Secret bool // shows dots
	Hint   string
	Max    int // characters; 0: 256

	edit  textinput.Model
	ready bool
}

// editKeys are the usual keys of a line, but for those that screens use
// (ctrl+f, ctrl+n, ctrl+p) and pasting by key, which would run a program of the
// desktop inside Update; terminals paste by themselves.
var editKeys = textinput.KeyMap{
	CharacterForward:        keys("right"),
	CharacterBackward:       keys("left", "ctrl+b"),
	WordForward:             keys("alt+right", "ctrl+right", "alt+f"),
	WordBackward:            keys("alt+left", "ctrl+left", "alt+b"),
	DeleteWordBackward:      keys("alt+backspace", "ctrl+w"),
	DeleteWordForward:       keys("alt+delete", "alt+d"),
	DeleteAfterCursor:       keys("ctrl+k"),
	DeleteBeforeCursor:      keys("ctrl+u"),
	DeleteCharacterBackward: keys("backspace", "ctrl+h"),
	DeleteCharacterForward:  keys("delete", "ctrl+d"),
	LineStart:               keys("home", "ctrl+a"),
	LineEnd:                 keys("end", "ctrl+e"),
}

var editing = func() (all []string) {
	m := editKeys
	for _, b := range []key.Binding{m.CharacterForward, m.CharacterBackward, m.WordForward, m.WordBackward, m.DeleteWordBackward,
		m.DeleteWordForward, m.DeleteAfterCursor, m.DeleteBeforeCursor, m.DeleteCharacterBackward, m.DeleteCharacterForward, m.LineStart, m.LineEnd} {
		all = append(all, b.Keys()...)
	}
	return all
}()

func keys(k ...string) key.Binding { return key.NewBinding(key.WithKeys(k...)) }

func (i *Input) model() *textinput.Model {
	if !i.ready {
		i.edit, i.ready = textinput.New(), true
		i.edit.KeyMap = editKeys
		i.edit.Cursor.SetMode(cursor.CursorStatic) // else every letter starts a timer
		i.edit.Focus()
		if i.Secret {
			i.edit.EchoMode = textinput.EchoPassword // its word keys then do not tell where words end
		}
	}
	i.edit.CharLimit = i.Max
	if i.Max == 0 {
		i.edit.CharLimit = 256
	}
	return &i.edit
}

// Value is what was typed.
func (i *Input) Value() string { return i.edit.Value() }

// Set replaces the text and puts the cursor at its end.
func (i *Input) Set(s string) {
	m := i.model()
	m.SetValue(Clean(s))
	m.CursorEnd()
}

// Update takes a key and reports whether it was one for typing.
func (i *Input) Update(k tea.KeyMsg) bool {
	m := i.model()
	if Printable(k) {
		s := strings.TrimRight(string(k.Runes), "\r\n")
		if !i.Secret { // a password is taken as it is typed, but for line ends of a paste
			s = Clean(s)
		}
		if s != "" {
			*m, _ = m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)})
		}
		return true
	}
	if !slices.Contains(editing, k.String()) {
		return false
	}
	*m, _ = m.Update(k)
	return true
}

// hint is in parentheses, so that it cannot be taken for a value.
func (i *Input) hint() string {
	if i.Hint == "" {
		return ""
	}
	return "(" + i.Hint + ")"
}

// View draws the input w cells wide, with a cursor when it has the focus.
func (i *Input) View(th *Theme, w int, focus bool) string {
	text, pos := []rune(i.edit.Value()), i.edit.Position()
	if i.Secret {
		text = []rune(strings.Repeat("*", len(text)))
	}
	if !focus {
		if len(text) == 0 {
			return th.Dim.Render(Cut(i.hint(), w))
		}
		return Cut(string(text), w)
	}
	before, after := string(text[:pos]), string(text[pos:])
	if room := w - 1; Width(before) > room*3/4+1 { // scroll so that the cursor stays in sight
		all := before
		for cut := Width(all) - room*3/4; Width(before) > room*3/4 && cut <= Width(all); cut++ {
			before = "…" + ansi.TruncateLeft(all, cut+1, "")
		}
	}
	cursor := th.Cursor.Render(" ")
	if th.Mono() {
		cursor = "_"
	}
	if after != "" && !th.Mono() {
		r := []rune(after)
		cursor, after = th.Cursor.Render(string(r[:1])), string(r[1:])
	}
	if len(text) == 0 && i.Hint != "" {
		after = th.Dim.Render(Cut(" "+i.hint(), max(0, w-1)))
	}
	return before + cursor + Cut(after, max(0, w-Width(before)-1))
}
