package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

func newNotes(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "notes RECORD", Short: "Print what people wrote about a record", Args: takes("a record's id"),
		Long: "notes prints the notes on a record, oldest first. They are signed and never changed: what is wrong is\n" +
			"marked as entered in error and stays readable.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				l, err := c.RecordNotes(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return a.answer(l, func() error { return a.printNotes(l.Results) })
			})
		},
	}
}

func (a *app) printNotes(notes []core.Note) error {
	if len(notes) == 0 {
		return a.line("Nobody has written a note on this record.")
	}
	for _, n := range notes {
		lines := []string{present.NoteHead(n, notes, a.loc) + "  " + n.ID}
		if wrong := present.NoteState(n, a.loc); wrong != "" {
			lines = append(lines, "! "+wrong)
		}
		for _, text := range strings.Split(ui.CleanText(n.Text), "\n") {
			lines = append(lines, "    "+text)
		}
		for _, l := range lines {
			if err := a.line("%s", l); err != nil {
				return err
			}
		}
	}
	return nil
}

func newNote(a *app) *cobra.Command {
	var n core.NewNote
	var wrong, reason, seen string
	cmd := &cobra.Command{
		Use: "note RECORD [TEXT...]", Short: "Sign a note on a record, or mark one as entered in error",
		Long: "note signs a note with your name and role. Without TEXT it is read from standard input. It is never changed\n" +
			"or removed.\n\n" +
			"  --addendum-to NOTE          adds to a note\n" +
			"  --in-error NOTE --reason …  marks a note as entered in error; its text stays",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s takes a record's id", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			n.Text = strings.Join(args[1:], " ")
			if wrong != "" && (n.Text != "" || n.AddendumTo != "") {
				return usagef("--in-error takes a note's id and --reason, no text")
			}
			if wrong == "" && n.Text == "" {
				text, err := interruptible(cmd.Context(), func() (string, error) {
					b, err := io.ReadAll(io.LimitReader(a.io.in, 1<<20))
					return string(b), err
				})
				if err != nil {
					return err
				}
				n.Text = text
			}
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				var made core.Note
				var err error
				if wrong != "" {
					made, err = c.NoteInError(cmd.Context(), args[0], wrong, seen, reason)
				} else {
					made, err = c.AddNote(cmd.Context(), args[0], n)
				}
				if err != nil {
					return err
				}
				return a.answer(made, func() error {
					if wrong != "" {
						return a.line("Note %d is marked as entered in error. Its text stays.", made.Number)
					}
					return a.line("Signed as note %d (%s).", made.Number, made.ID)
				})
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&n.AddendumTo, "addendum-to", "", "the note this one adds to, by id")
	f.StringVar(&wrong, "in-error", "", "the note that is wrong, by id")
	f.StringVar(&reason, "reason", "", "why it is wrong")
	return seenFlag(cmd, &seen)
}
