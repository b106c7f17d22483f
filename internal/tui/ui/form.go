package ui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// Option is one value of a choice.
type Option struct {
	Value string
	Label string
}

// Field is one line of a Form: text, or a choice when it has Options.
type Field struct {
	Key     string // as errors name it
	Label   string
	Input   Input
	Choice  bool
	Options []Option
	Index   int // of Options
	Note    string
	Errs    []string
	typed   string
	touched bool   // somebody typed in it
	was     string // what stood in it before that
}

// Value is the text or the chosen value.
func (f *Field) Value() string {
	if !f.Choice {
		return f.Input.Value()
	}
	if f.Index < 0 || f.Index >= len(f.Options) {
		return ""
	}
	return f.Options[f.Index].Value
}

// Choose selects the option of a value, if there is one.
func (f *Field) Choose(value string) {
	for i, o := range f.Options {
		if o.Value == value {
			f.Index = i
		}
	}
}

// Form is a column of fields; one has the focus.
type Form struct {
	Fields []*Field
	focus  int
}

// Field finds a field by key; the form's maker knows that it exists.
func (f *Form) Field(key string) *Field {
	for _, x := range f.Fields {
		if x.Key == key {
			return x
		}
	}
	return &Field{}
}

// Focused is the field with the focus.
func (f *Form) Focused() *Field { return f.Fields[f.focus] }

// Focus gives the focus to a field.
func (f *Form) Focus(key string) {
	for i, x := range f.Fields {
		if x.Key == key {
			f.focus = i
		}
	}
}

// Update takes a key. It reports true when Enter was pressed in the last field:
// the form is to be sent.
func (f *Form) Update(k tea.KeyMsg) (send bool) {
	x := f.Focused()
	if k.Paste && x.Choice {
		return false
	}
	switch k.String() {
	case "enter":
		if f.focus == len(f.Fields)-1 {
			return true
		}
		f.step(1)
		return false
	case "tab", "down":
		f.step(1)
		return false
	case "shift+tab", "up":
		f.step(-1)
		return false
	}
	if !x.Choice {
		before := x.Input.Value()
		if x.Input.Update(k) {
			x.Errs = nil
		}
		if !x.touched && x.Input.Value() != before {
			x.touched, x.was = true, before
		}
		return false
	}
	f.choose(x, k)
	return false
}

// Typed reports whether leaving the form would lose what somebody typed. What is secret
// they have to type again anyway.
func (f *Form) Typed() bool {
	return slices.ContainsFunc(f.Fields, func(x *Field) bool { return x.touched && !x.Input.Secret && x.Input.Value() != x.was })
}

// Settle says that what was typed is stored, or not wanted any more.
func (f *Form) Settle() {
	for _, x := range f.Fields {
		x.touched = false
	}
}

func (f *Form) step(d int) {
	f.Focused().typed = ""
	f.focus = (f.focus + d + len(f.Fields)) % len(f.Fields)
}

// choose moves in a choice: arrows step, letters jump to the option that
// starts with what was typed.
func (f *Form) choose(x *Field, k tea.KeyMsg) {
	n := len(x.Options)
	if n == 0 {
		return
	}
	x.Errs = nil
	switch k.String() {
	case "left":
		x.Index, x.typed = (x.Index-1+n)%n, ""
		return
	case "right":
		x.Index, x.typed = (x.Index+1)%n, ""
		return
	case "backspace":
		x.typed = ""
		return
	}
	if !Printable(k) {
		return
	}
	for _, typed := range []string{x.typed + string(k.Runes), string(k.Runes)} {
		for i, o := range x.Options {
			if strings.HasPrefix(strings.ToLower(o.Label), strings.ToLower(typed)) {
				x.Index, x.typed = i, typed
				return
			}
		}
	}
}

// SetErrors puts the errors of a refused request at their fields and gives
// back those that have none.
func (f *Form) SetErrors(errs map[string][]string) (rest []string) {
	for _, x := range f.Fields {
		x.Errs = nil
	}
	first := -1
	for key, list := range errs {
		at := -1
		for i, x := range f.Fields {
			if x.Key == key {
				at = i
			}
		}
		if at < 0 {
			rest = append(rest, list...)
			continue
		}
		f.Fields[at].Errs = list
		if first < 0 || at < first {
			first = at
		}
	}
	if first >= 0 {
		f.focus = first
	}
	return rest
}

// View draws the form at most h lines high, the focus always in sight.
func (f *Form) View(th *Theme, w, h int) string {
	label := 0
	for _, x := range f.Fields {
		label = max(label, Width(x.Label))
	}
	var lines []string
	from, to := 0, 0
	for i, x := range f.Fields {
		if i == f.focus {
			from = len(lines)
		}
		lines = append(lines, f.line(th, x, i == f.focus, label, w))
		indent := spaces(label + 5)
		for _, e := range x.Errs {
			for _, l := range Wrap("! "+e, w-label-6) {
				lines = append(lines, indent+th.Bad.Render(l))
			}
		}
		if i == f.focus && x.Note != "" && len(x.Errs) == 0 {
			for _, l := range Wrap(x.Note, w-label-6) {
				lines = append(lines, indent+th.Dim.Render(l))
			}
		}
		if i == f.focus {
			to = len(lines)
		}
	}
	return strings.Join(InSight(lines, from, to, h), "\n")
}

// InSight gives h of the lines, such that [from, to) is among them.
func InSight(lines []string, from, to, h int) []string {
	if len(lines) <= h {
		return lines
	}
	top := max(0, min(from, to-h))
	if to > h {
		top = max(top, to-h)
	}
	top = min(top, from, len(lines)-h)
	return lines[top:min(len(lines), top+h)]
}

func (f *Form) line(th *Theme, x *Field, focus bool, label, w int) string {
	sign := "  "
	if focus {
		sign = th.Key.Render("> ")
	}
	room := w - label - 6
	var value string
	switch {
	case !x.Choice:
		value = x.Input.View(th, room, focus)
	case len(x.Options) == 0:
		value = th.Dim.Render("Loading the list…")
	case x.Index < 0:
		value = th.Dim.Render("Choose with Left/Right or by its first letters")
	default:
		value = Cut(x.Options[x.Index].Label, room-4)
		if focus {
			value = th.Key.Render("<") + " " + th.Strong.Render(value) + " " + th.Key.Render(">")
		}
	}
	name := Pad(x.Label, label)
	if focus {
		name = th.Strong.Render(name)
	} else {
		name = th.Dim.Render(name)
	}
	return " " + sign + name + "  " + value
}
