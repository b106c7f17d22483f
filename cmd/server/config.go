package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clinician/internal/core/boot"
)

func newConfig(p *program) *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "config",
		Short: "Print the configuration as it counts",
		Long: "config prints every variable as the server would take it, and where it is from: the environment,\n" +
			"CLINICIAN_ENV_FILE, or the default. Of secrets it says only that they are set. What is wrong is said\n" +
			"at the end, with exit status 1; nothing is started and no data is touched.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, wrong := boot.Settings(p.variables())
			if asJSON {
				if err := printJSON(cmd, list); err != nil {
					return err
				}
				return wrong
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, s := range list {
				fmt.Fprintf(w, "%s=%s\t# %s\n", s.Name, s.Value, s.From)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			return wrong
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
