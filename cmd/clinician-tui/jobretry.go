package main

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/wire"
)

func newRetry(a *app) *cobra.Command {
	var o core.AnalyzeOptions
	var wait bool
	cmd := &cobra.Command{Use: "retry JOB", Short: "Have a record read again, with other settings if need be", Args: takes("a job's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				s, err := c.RetryJob(cmd.Context(), args[0], o)
				if err != nil {
					return err
				}
				return a.submitted(cmd.Context(), c, s, wait)
			})
		}}
	readingFlags(cmd, &o)
	cmd.Flags().BoolVar(&wait, "wait", false, "wait until it has been read; exit status 6 when that fails")
	return cmd
}

// jobHistory prints how often a record was read, and how each reading ended.
func (a *app) jobHistory(ctx context.Context, recordID string) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		jobs, err := c.Jobs(ctx, core.JobFilter{RecordID: recordID, Limit: 100})
		if err != nil {
			return err
		}
		return a.answer(wire.Jobs{Success: true, Jobs: jobs, Count: len(jobs)}, func() error {
			if len(jobs) == 0 {
				return a.line("The record was never read.")
			}
			rows := make([][]string, len(jobs))
			for i, j := range jobs {
				how := cmp.Or(j.Error, j.WaitingFor)
				if j.ForceOCR {
					how = strings.TrimSpace("OCR forced. " + how)
				}
				rows[i] = []string{j.ID, string(j.Status), j.Language, string(j.Priority), itoa(j.Attempts), pageCount(j),
					a.moment(j.CreatedAt), a.momentOf(j.CompletedAt), j.RetryOf, how}
			}
			return a.table([]string{"ID", "STATUS", "LANGUAGE", "PRIORITY", "ATTEMPTS", "PAGES", "ASKED FOR", "ENDED", "AGAIN OF", "NOTE"}, rows)
		})
	})
}
