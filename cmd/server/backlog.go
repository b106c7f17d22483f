package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"clinician/internal/core"
	"clinician/internal/core/boot"
)

func newBacklog(p *program) *cobra.Command {
	var start, asJSON bool
	cmd := &cobra.Command{
		Use: "backlog", Short: "Say how many documents have not been read, and have them read", Args: noArgs,
		Long: "backlog counts the current documents that can be read and have not been. With --start it has those read that\n" +
			"nobody has asked for, by the server that runs on the data or the next to start, behind all that people ask for\n" +
			"and that arrives. What could not be read or was cancelled is left to people.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withAdmin(cmd, func(a *boot.Admin) error {
				queued := 0
				if start {
					var err error
					if queued, err = a.ReadBacklog(cmd.Context()); err != nil {
						return err
					}
				}
				b, err := a.Backlog(cmd.Context())
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd, struct {
						core.Backlog
						Queued int `json:"queued"`
					}{b, queued})
				}
				return sayBacklog(cmd, b, start, queued)
			})
		},
	}
	cmd.Flags().BoolVar(&start, "start", false, "have them read")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the counts as JSON")
	return cmd
}

func sayBacklog(cmd *cobra.Command, b core.Backlog, start bool, queued int) error {
	out := cmd.OutOrStdout()
	if start {
		fmt.Fprintf(out, "%s will be read in the background.\n", core.Plural(queued, "document", "documents"))
	}
	read := b.Documents - b.NotRead - b.Waiting - b.Failed
	_, err := fmt.Fprintf(out, "Of %s that can be read:\n  %6d were read\n  %6d wait or are being read for the first time\n"+
		"  %6d could not be read, or it was cancelled\n  %6d nobody has asked for\n",
		core.Plural(b.Documents, "document", "documents"), read, b.Waiting, b.Failed, b.NotRead)
	if b.NotRead > 0 && err == nil {
		_, err = fmt.Fprintln(out, "Have them read with: server ocr backlog --start")
	}
	return err
}
