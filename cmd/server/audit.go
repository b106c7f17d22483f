package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"clinician/internal/core"
	"clinician/internal/core/boot"
)

func newAudit(p *program) *cobra.Command {
	group := &cobra.Command{Use: "audit", Short: "Read and check the audit log", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	group.AddCommand(newAuditList(p), newAuditVerify(p))
	return group
}

func newAuditList(p *program) *cobra.Command {
	var (
		q      core.AuditQuery
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List audit events, oldest of the selection first",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withAdmin(cmd, func(a *boot.Admin) error {
				events, err := a.Audit.Query(cmd.Context(), q)
				if err != nil {
					return err
				}
				slices.Reverse(events)
				if asJSON {
					return printJSON(cmd, events)
				}
				for _, e := range events {
					fmt.Fprintf(cmd.OutOrStdout(), "%8d  %s  %-8s  user %-5d  patient %-6d  %s %s\n", e.Seq,
						e.At.Local().Format(time.DateTime), e.Outcome, e.UserID, e.PatientID, e.Type, e.RecordID)
				}
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.Int64Var(&q.PatientID, "patient", 0, "only events about this patient")
	f.Int64Var(&q.UserID, "user", 0, "only events of this user")
	f.StringVar(&q.RecordID, "record", "", "only events about this record")
	f.StringVar(&q.Type, "type", "", "only events of this type")
	f.IntVar(&q.Limit, "limit", 100, "at most this many, the newest")
	f.BoolVar(&asJSON, "json", false, "print a JSON array")
	return cmd
}

func newAuditVerify(p *program) *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check that no audit event was changed, removed or cut off",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withAdmin(cmd, func(a *boot.Admin) error {
				n, err := a.Audit.Verify(cmd.Context())
				if err != nil {
					return fmt.Errorf("%s good, then: %w", core.Plural(int(n), "event is", "events are"), err)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "Checked %s: all good.\n", core.Plural(int(n), "event", "events"))
				return sayOpenIntents(cmd, a)
			})
		},
	}
}

// sayOpenIntents explains the events of acts whose end the log does not have.
func sayOpenIntents(cmd *cobra.Command, a *boot.Admin) error {
	open, err := a.Audit.OpenIntents(cmd.Context())
	if err != nil {
		return err
	}
	for _, ev := range open {
		fmt.Fprintf(cmd.OutOrStdout(), "Event %d (%s) says that something was about to be done in another system; how it ended is not recorded yet. "+
			"The next start of the server asks that system, and records the answer or that nobody knows.\n", ev.Seq, ev.Type)
	}
	return nil
}
