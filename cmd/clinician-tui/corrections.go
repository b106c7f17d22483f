package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

func itoa(n int) string { return strconv.Itoa(n) }

func newCorrectText(a *app) *cobra.Command {
	var edits []string
	var reason, seen string
	var fromStdin, undo, history bool
	cmd := &cobra.Command{
		Use: "correct-text RECORD PAGE", Short: "Put a text over what was read on a page", Args: takes("a record's id", "a page's number"),
		Long: "correct-text puts a text over what the engine read on a page. The engine's text stays beside it, and\n" +
			"reading the record again does not touch the correction. Every step is kept and signed.\n\n" +
			"  --stdin         the whole page, from standard input\n" +
			"  --edit 12=0.9   word 12 (counted from 0) becomes 0.9; 12-14=… the words 12 to 14\n" +
			"  --undo          takes the last correction back\n" +
			"  --history       prints all steps",
		RunE: func(cmd *cobra.Command, args []string) error {
			page, err := strconv.Atoi(args[1])
			if err != nil || page < 1 {
				return usagef("%q is not a page's number", args[1])
			}
			c := core.TextCorrection{Reason: reason, Version: seen}
			if c.Edits, err = parseEdits(edits); err != nil {
				return err
			}
			if n := count(fromStdin, len(edits) > 0, undo, history); n != 1 {
				return usagef("correct-text takes one of --stdin, --edit, --undo and --history")
			}
			if fromStdin {
				text, err := interruptible(cmd.Context(), func() (string, error) {
					b, err := io.ReadAll(io.LimitReader(a.io.in, 1<<20))
					return string(b), err
				})
				if err != nil {
					return err
				}
				c.Text = &text
			}
			return a.withSession(cmd.Context(), func(api *clinicianapi.Client) error {
				return a.correctText(cmd.Context(), api, args[0], page, c, undo, history)
			})
		},
	}
	f := cmd.Flags()
	f.BoolVar(&fromStdin, "stdin", false, "the whole page from standard input")
	f.StringArrayVar(&edits, "edit", nil, "words to replace, such as 12=0.9 or 12-14=0.9")
	f.StringVar(&reason, "reason", "", "why")
	f.BoolVar(&undo, "undo", false, "take the last correction back")
	f.BoolVar(&history, "history", false, "print all steps")
	return seenFlag(cmd, &seen)
}

func count(flags ...bool) int {
	n := 0
	for _, f := range flags {
		if f {
			n++
		}
	}
	return n
}

// parseEdits reads FROM[-LAST]=TEXT. An empty text removes the words.
func parseEdits(list []string) ([]core.TextEdit, error) {
	var out []core.TextEdit
	for _, s := range list {
		span, text, ok := strings.Cut(s, "=")
		first, last, isRange := strings.Cut(span, "-")
		from, err := strconv.Atoi(first)
		to := from
		if err == nil && isRange {
			to, err = strconv.Atoi(last)
		}
		if !ok || err != nil || from < 0 || to < from {
			return nil, usagef("%q is no edit; write 12=0.9 or 12-14=0.9", s)
		}
		out = append(out, core.TextEdit{From: from, To: to + 1, Text: text})
	}
	return out, nil
}

func (a *app) correctText(ctx context.Context, c *clinicianapi.Client, recordID string, page int, in core.TextCorrection, undo, history bool) error {
	var t core.PageCorrections
	var err error
	switch {
	case history:
		t, err = c.PageText(ctx, recordID, page)
	case undo:
		t, err = c.UndoCorrection(ctx, recordID, page, in.Version)
	default:
		t, err = c.CorrectText(ctx, recordID, page, in)
	}
	if err != nil {
		return err
	}
	return a.answer(t, func() error {
		if history {
			return a.printHistory(t)
		}
		if t.CorrectedText == nil {
			return a.line("Page %d reads as the engine read it.", page)
		}
		a.say("Page %d reads now:", page)
		_, err := fmt.Fprintln(a.io.out, strings.TrimRight(ui.CleanText(*t.CorrectedText), "\n"))
		return err
	})
}

func (a *app) printHistory(t core.PageCorrections) error {
	if len(t.History) == 0 {
		return a.line("Nobody has corrected page %d.", t.Page)
	}
	rows := make([][]string, len(t.History))
	for i, h := range t.History {
		what := "corrected"
		if h.Undoes > 0 {
			what = "took back " + itoa(h.Undoes)
		}
		if h.InForce {
			what += ", counts now"
		}
		rows[i] = []string{itoa(h.Number), what, h.ByName, a.moment(h.At), h.Reason}
	}
	return a.table([]string{"STEP", "WHAT", "BY", "AT", "REASON"}, rows)
}

func itThem(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

func correctedPages(r core.Result) int {
	n := 0
	for _, p := range r.Pages {
		if p.CorrectedText != nil {
			n++
		}
	}
	return n
}

// correctedText is the text with people's corrections in place of the engine's pages.
func correctedText(r core.Result) string {
	var texts []string
	for _, p := range r.Pages {
		text := p.Text
		if p.CorrectedText != nil {
			text = *p.CorrectedText
		}
		if text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "\n\n")
}
