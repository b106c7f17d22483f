package main

import "github.com/spf13/cobra"

// demoOptions is what the flags of demo say.
type demoOptions struct {
	Keep string // directory for the data; "" is one that is removed at the end
	JSON bool
}

func newDemo(a *app) *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use: "demo", Short: "Try the program with made-up patients", Args: noArgs,
		Long: "demo starts the server program that is beside this one with made-up patients and records, and opens the screens on it.\n" +
			"Nothing is left behind unless --keep names a directory.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.JSON = a.json
			return runDemo(cmd.Context(), a, o)
		},
	}
	a.screenFlags(cmd)
	cmd.Flags().StringVar(&o.Keep, "keep", "", "keep the data in this directory")
	return cmd
}
