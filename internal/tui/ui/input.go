package ui

import (
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// Input is one line of text being typed. Its cursor is a sign and not only a
// colour, and does not blink: an idle screen is not redrawn.
type Input struct {
	text   []rune
	pos    int
	Secret bool // shows dots
	Hint   string
	Max    int // characters; 0: 256
}

// Value is what was typed.
func (i *Input) Value() string { return string(i.text) }

// Set replaces the text and puts the cursor at its end.
func (i *Input) Set(s string) {
	i.text = []rune(Clean(s))
	i.pos = len(i.text)
}

// Update takes a key and reports whether it was one for typing.
func (i *Input) Update(k tea.KeyMsg) bool {
	if Printable(k) {
		i.insert(string(k.Runes))
		return true
	}
	switch k.String() {
	case "left":
		i.pos = max(0, i.pos-1)
	case "right":
		i.pos = min(len(i.text), i.pos+1)
	case "home", "ctrl+a":
		i.pos = 0
	case "end", "ctrl+e":
		i.pos = len(i.text)
	case "backspace", "ctrl+h":
		i.remove(max(0, i.pos-1), i.pos)
	case "delete", "ctrl+d":
		i.remove(i.pos, min(len(i.text), i.pos+1))
	case "ctrl+u":
		i.remove(0, i.pos)
	case "ctrl+k":
		i.remove(i.pos, len(i.text))
	case "ctrl+w", "alt+backspace":
		p := i.pos
		for p > 0 && unicode.IsSpace(i.text[p-1]) {
			p--
		}
		for p > 0 && !unicode.IsSpace(i.text[p-1]) {
			p--
		}
		i.remove(p, i.pos)
	default:
		return false
	}
	return true
}

func (i *Input) insert(s string) {
	most := i.Max
	if most == 0 {
		most = 256
	}
	if i.Secret { // a password is taken as it is typed, but for line ends of a paste
		s = strings.TrimRight(s, "\r\n")
	} else {
		s = Clean(strings.TrimRight(s, "\r\n"))
	}
	r := []rune(s)
	if room := most - len(i.text); len(r) > room {
		r = r[:max(0, room)]
	}
	i.text = append(i.text[:i.pos:i.pos], append(r, i.text[i.pos:]...)...)
	i.pos += len(r)
}

func (i *Input) remove(from, to int) {
	i.text = append(i.text[:from:from], i.text[to:]...)
	i.pos = from
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
	text := i.text
	if i.Secret {
		text = []rune(strings.Repeat("*", len(i.text)))
	}
	if !focus {
		if len(text) == 0 {
			return th.Dim.Render(Cut(i.hint(), w))
		}
		return Cut(string(text), w)
	}
	before, after := string(text[:i.pos]), string(text[i.pos:])
	if room := w - 1; Width(before) > room*3/4+1 { // scroll so that the cursor stays in sight
		cut := Width(before) - room*3/4
		before = "…" + ansi.TruncateLeft(before, cut+1, "")
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
