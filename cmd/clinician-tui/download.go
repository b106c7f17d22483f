package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

func newDownload(a *app) *cobra.Command {
	var to string
	var force, all bool
	cmd := &cobra.Command{
		Use: "download RECORD", Short: "Fetch a record's file", Args: takes("a record's id"),
		Long: "download fetches a record's file into the current directory, under the name it was sent with and\n" +
			"readable by you only. It is checked before it gets its name; with -o - that can only be told by the exit status.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.checkOutput(to, "a record's file"); err != nil {
				return err
			}
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				return a.download(cmd.Context(), c, args[0], to, force, all)
			})
		},
	}
	cmd.Flags().StringVarP(&to, "output", "o", "", "file to write; - is standard output")
	cmd.Flags().BoolVar(&force, "force", false, "replace a file that exists")
	cmd.Flags().BoolVar(&all, "all", false, "also a record that was entered in error")
	return cmd
}

func (a *app) download(ctx context.Context, c *clinicianapi.Client, id, to string, force, all bool) error {
	if to == "-" {
		return c.Download(ctx, id, all, a.io.out, nil)
	}
	r, err := c.Record(ctx, id)
	if err != nil {
		return err
	}
	if to == "" {
		if r.Status == core.RecordEnteredInError {
			r.Filename = "ENTERED IN ERROR " + r.Filename
		}
		to = localName(r)
	}
	err = save(to, force, func(w io.Writer) error {
		meter := a.meter("fetching "+filepath.Base(to), r.Size)
		defer meter.end()
		return c.Download(ctx, id, all, w, meter.set)
	})
	if err != nil {
		return err
	}
	return a.answer(r, func() error { return a.line("Saved %s, %s.", to, present.Size(r.Size)) })
}

// checkOutput refuses what -o cannot be for "what": the terminal, or standard
// output that holds JSON as well.
func (a *app) checkOutput(to, what string) error {
	if to == "-" && isTerminal(a.io.out) {
		return usagef("%s is not for the terminal; use -o FILE", what)
	}
	if to == "-" && a.json {
		return usagef("--json and -o - would mix on standard output")
	}
	return nil
}

// save makes a file that its owner only can read. Under its name there is either
// all that write gives, or nothing; a file that exists stays unless force.
func save(to string, force bool, write func(io.Writer) error) error {
	if _, err := os.Lstat(to); err == nil && !force {
		return core.Errorf(core.CodeInvalid, "%s exists already. Use --force to replace it, or -o for another name.", to)
	}
	part, err := os.CreateTemp(filepath.Dir(to), ".clinician-*.part")
	if err != nil {
		return cannotWrite(err)
	}
	defer os.Remove(part.Name()) // gone already when all went well
	if err = write(part); err == nil {
		err = part.Sync()
	}
	if cerr := part.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(part.Name(), to)
	}
	var known *core.Error
	if err != nil && !errors.As(err, &known) {
		return cannotWrite(err)
	}
	return err
}

func cannotWrite(err error) error {
	return core.Errorf(core.CodeInternal, "The file cannot be written here. Use -o to name another place.").WithCause(err)
}

// localName is the record's file name without anything that could lead
// elsewhere, hide the file or upset a terminal.
func localName(r core.Record) string {
	name := filepath.Base(strings.ReplaceAll(ui.Clean(r.Filename), `\`, "/"))
	name = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/:*?"<>|`, c) {
			return '_'
		}
		return c
	}, strings.TrimLeft(strings.TrimSpace(name), ".-"))
	if name == "" || name == "_" {
		return "record-" + r.ID
	}
	return name
}
