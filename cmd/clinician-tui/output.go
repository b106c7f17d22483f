package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

// emit writes an answer as one line of JSON.
func (a *app) emit(v any) error {
	e := json.NewEncoder(a.io.out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// answer writes v as JSON with --json, else calls human.
func (a *app) answer(v any, human func() error) error {
	if a.json {
		return a.emit(v)
	}
	return human()
}

// table writes rows under heads, aligned by what the terminal shows. Cells are
// made safe for it here.
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
	var b strings.Builder
	for _, row := range all {
		for j, cell := range row {
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
