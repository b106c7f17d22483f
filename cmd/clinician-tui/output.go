package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"golang.org/x/term"

	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

// emit writes an answer as one line of JSON.
func (a *app) emit(v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := a.io.out.Write(harmless(b.Bytes()))
	return err
}

// harmless writes the characters of a JSON text that steer terminals as escapes; for
// programs it stays the same text. JSON itself escapes the first of the controls.
func harmless(b []byte) []byte {
	var out bytes.Buffer
	for _, r := range string(b) {
		if r == '\n' || !ui.Steers(r) {
			out.WriteRune(r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&out, "\\u%04x", unit)
		}
	}
	return out.Bytes()
}

// answer writes v as JSON with --json, else calls human.
func (a *app) answer(v any, human func() error) error {
	if a.json {
		return a.emit(v)
	}
	return human()
}

// table writes rows under heads, aligned by what the terminal shows. Cells are
// made safe for it here. On a terminal that is too narrow, columns of prose are cut, which
// shows as "…"; ids, numbers, dates and names never are.
func (a *app) table(heads []string, rows [][]string) error {
	widths := make([]int, len(heads))
	all := append([][]string{heads}, rows...)
	for i, row := range all {
		clean := make([]string, len(row))
		for j, cell := range row {
			if clean[j] = ui.Clean(cell); clean[j] == "" {
				clean[j] = "-"
			}
			widths[j] = max(widths[j], ui.Width(clean[j]))
		}
		all[i] = clean
	}
	fit(heads, widths, a.columns())
	var b strings.Builder
	for _, row := range all {
		for j, cell := range row {
			cell = ui.Cut(cell, widths[j])
			if j == len(row)-1 {
				b.WriteString(cell)
				break
			}
			b.WriteString(ui.Pad(cell, widths[j]+2))
		}
		b.WriteByte('\n')
	}
	_, err := fmt.Fprint(a.io.out, b.String())
	return err
}

// prose are the columns that may be cut, those first that say the least.
var prose = []string{"PLACE", "PURPOSE", "BY", "SOURCE", "FILE", "DIAGNOSIS", "NOTE", "REASON", "DOUBTS", "WHY", "STATE", "TITLE", "WHAT", "TEXT"}

// narrowest is what is left of a column that is cut.
const narrowest = 8

// fit takes from the widths of prose what is more than fits into columns; 0 is any number.
func fit(heads []string, widths []int, columns int) {
	if columns == 0 {
		return
	}
	over := 2*(len(widths)-1) - columns
	for _, w := range widths {
		over += w
	}
	for _, name := range prose {
		if j := slices.Index(heads, name); j >= 0 && over > 0 {
			less := min(over, max(0, widths[j]-narrowest))
			widths[j] -= less
			over -= less
		}
	}
}

// columns is how wide the terminal is that answers go to; 0 when they go elsewhere.
func (a *app) columns() int {
	f, ok := a.io.out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return w
}

// facts writes pairs of name and value, aligned.
func (a *app) facts(pairs ...[2]string) error {
	w := 0
	for _, p := range pairs {
		w = max(w, ui.Width(p[0]))
	}
	for _, p := range pairs {
		if _, err := fmt.Fprintf(a.io.out, "%s %s\n", ui.Pad(p[0]+":", w+1), present.Or(ui.Clean(p[1]))); err != nil {
			return err
		}
	}
	return nil
}

// line writes one line of the answer.
func (a *app) line(format string, args ...any) error {
	_, err := fmt.Fprintln(a.io.out, ui.Clean(fmt.Sprintf(format, args...)))
	return err
}

func (a *app) moment(t time.Time) string { return present.Moment(t, a.loc) }

func (a *app) momentOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return a.moment(*t)
}
