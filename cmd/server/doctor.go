package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"clinician/internal/core"
	"clinician/internal/core/boot"
	"clinician/internal/core/text"
)

func newDoctor(p *program) *cobra.Command {
	var all, asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look at everything the server needs, and say what to do",
		Long: "doctor looks at the configuration, the data directory and its disk, the root key, the database, the audit log, the\n" +
			"vault, the clock, backups, the TLS certificate, the engine that reads, Redis and the portal's other services, and at\n" +
			"the server that runs. It repairs nothing and may run beside the server. It ends with 1 when something is a problem;\n" +
			"warnings do not count.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			list := boot.Diagnose(cmd.Context(), p.variables(), all)
			list = append(list, p.running(cmd))
			if asJSON {
				if err := printJSON(cmd, list); err != nil {
					return err
				}
			} else {
				tellFindings(cmd.OutOrStdout(), list)
			}
			problems := 0
			for _, f := range list {
				if f.Status == boot.FoundProblem {
					problems++
				}
			}
			if problems > 0 {
				return fmt.Errorf("%s found; nothing was changed", core.Plural(problems, "problem was", "problems were"))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "also read every document and compare its SHA-256")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print what was found as JSON")
	return cmd
}

// running asks the server on this machine.
func (p *program) running(cmd *cobra.Command) boot.Finding {
	f := boot.Finding{Name: "server", Status: boot.FoundOK, Found: "Runs and is ready."}
	c, err := p.config()
	if err != nil {
		f.Status, f.Found = boot.FoundNothing, "Not asked: the configuration has problems."
		return f
	}
	var answer strings.Builder
	switch err := askHealth(cmd.Context(), &answer, c, false); {
	case err != nil && answer.Len() > 0:
		f.Status, f.Found, f.Next = boot.FoundProblem, "Runs and is not ready: "+strings.TrimSpace(answer.String()), "Its log says why."
	case err != nil:
		f.Status, f.Found = boot.FoundWarning, fmt.Sprintf("None answers at %s.", c.Addr)
	}
	return f
}

// Columns of what is printed: how it stands, what it is, then text up to doctorWidth.
const (
	doctorIndent = 25
	doctorWidth  = 80
)

func tellFindings(out io.Writer, list []boot.Finding) {
	for _, f := range list {
		status := f.Status
		if status == boot.FoundProblem {
			status = "PROBLEM"
		}
		text := wrapped(f.Found)
		if f.Next != "" {
			text = append(text, wrapped("-> "+f.Next)...)
		}
		fmt.Fprintf(out, "%-8s %-15s %s\n", status, f.Name, text[0])
		for _, line := range text[1:] {
			fmt.Fprintf(out, "%*s%s\n", doctorIndent, "", line)
		}
	}
}

// wrapped breaks text into lines that fit beside the columns.
func wrapped(words string) []string {
	return text.Wrap(words, func(line string) bool { return utf8.RuneCountInString(line) <= doctorWidth-doctorIndent })
}
