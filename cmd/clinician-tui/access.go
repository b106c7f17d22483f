package main

import (
	"context"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
)

func newAccess(a *app) *cobra.Command {
	var limit int
	var cursor string
	cmd := &cobra.Command{
		Use: "access PATIENT", Short: "Show who looked at a patient's chart", Args: takes("a patient's id"),
		Long: "Show who acted on a patient's chart, how often and when last, then what they did, newest first,\n" +
			"refused attempts included. Asking is recorded too.",
		RunE: func(cmd *cobra.Command, args []string) error { return a.access(cmd.Context(), args[0], limit, cursor) },
	}
	cmd.Flags().IntVar(&limit, "limit", 100, "at most so many, up to 500")
	cmd.Flags().StringVar(&cursor, "cursor", "", "go on after the page that gave this as \"next\"")
	return cmd
}

func (a *app) access(ctx context.Context, arg string, limit int, cursor string) error {
	id, err := patientID(arg)
	if err != nil {
		return err
	}
	if limit < 1 || limit > 500 {
		return usagef("--limit is a number from 1 to 500")
	}
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		page, err := c.AccessHistory(ctx, id, limit, cursor)
		if err != nil {
			return err
		}
		return a.answer(page, func() error {
			if err := a.accessPeople(page); err != nil {
				return err
			}
			rows := make([][]string, len(page.Accesses))
			for i, x := range page.Accesses {
				rows[i] = []string{a.moment(x.At), x.Who, string(x.Role), x.Told(), x.Purpose, x.RecordID}
			}
			if err := a.table([]string{"WHEN", "WHO", "ROLE", "WHAT", "PURPOSE", "RECORD"}, rows); err != nil {
				return err
			}
			if page.Next != "" {
				a.say("There is more before this: --cursor %s", page.Next)
			}
			return nil
		})
	})
}

// accessPeople lists who acted on the chart, before what they did.
func (a *app) accessPeople(page core.AccessPage) error {
	if len(page.People) == 0 {
		return nil
	}
	rows := make([][]string, len(page.People))
	for i, p := range page.People {
		rows[i] = []string{p.Who, string(p.Role), present.ActsOf(p), a.moment(p.Last), a.moment(p.First)}
	}
	if err := a.table([]string{"WHO", "ROLE", "HOW OFTEN", "LAST", "FIRST"}, rows); err != nil {
		return err
	}
	if page.PeopleSince != nil {
		a.say("What was done before %s is not counted.", a.moment(*page.PeopleSince))
	}
	a.say("")
	return nil
}
