package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/core"
	"clinician/internal/core/boot"
)

func newRecord(p *program) *cobra.Command {
	group := &cobra.Command{Use: "record", Short: "Place and release legal holds", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	group.AddCommand(
		newHold(p, "hold", "Place a legal hold: nobody changes, moves or removes the record", "Record %s is under a legal hold.\n", (*boot.Admin).Hold),
		newHold(p, "release", "Release a legal hold, whoever placed it", "The legal hold on record %s is released.\n", (*boot.Admin).Release),
	)
	return group
}

func newHold(p *program, use, short, done string, act func(*boot.Admin, context.Context, string, string) (core.Record, error)) *cobra.Command {
	var id, reason string
	var asJSON bool
	cmd := &cobra.Command{
		Use: use + " --record ID --reason WHY", Short: short, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if id == "" || strings.TrimSpace(reason) == "" {
				return usageError{errors.New("both --record and --reason are needed")}
			}
			return p.withAdmin(cmd, func(a *boot.Admin) error {
				r, err := act(a, cmd.Context(), id, reason)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd, r)
				}
				fmt.Fprintf(cmd.OutOrStdout(), done, r.ID)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&id, "record", "", "id of the record")
	cmd.Flags().StringVar(&reason, "reason", "", "why; kept with the record")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the record as JSON")
	return cmd
}

func newVault(p *program) *cobra.Command {
	group := &cobra.Command{Use: "vault", Short: "Check the stored documents", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var readData, asJSON bool
	check := &cobra.Command{
		Use:   "check",
		Short: "Compare all records with the stored content; exit status 1 when something is wrong",
		Long: "check looks for records whose content is missing or whose key does not open, and for content that no record\n" +
			"points to; with --read-data it also reads every document and compares its SHA-256. It repairs nothing and may\n" +
			"run beside the server.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withAdmin(cmd, func(a *boot.Admin) error {
				report, err := a.CheckVault(cmd.Context(), readData)
				if err != nil {
					return err
				}
				if asJSON {
					err = printJSON(cmd, report)
				} else {
					for _, b := range report.Problems {
						fmt.Fprintf(cmd.OutOrStdout(), "%-8s %s  %s\n", b.Kind, b.RecordID, b.Message)
					}
					fmt.Fprintf(cmd.OutOrStdout(), "%s, %s, %d read, %d on their way in.\n",
						core.Plural(report.Records, "record", "records"), core.Plural(report.Blobs, "stored document", "stored documents"), report.Read, report.Pending)
					if report.Elsewhere > 0 {
						fmt.Fprintf(cmd.OutOrStdout(), "%s kept by file-service; not looked at.\n", core.Plural(report.Elsewhere, "record is", "records are"))
					}
				}
				if err == nil && len(report.Problems) > 0 {
					err = fmt.Errorf("%s wrong; nothing was changed", core.Plural(len(report.Problems), "thing is", "things are"))
				}
				return err
			})
		},
	}
	check.Flags().BoolVar(&readData, "read-data", false, "read every document and compare its SHA-256")
	check.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	group.AddCommand(check)
	return group
}
