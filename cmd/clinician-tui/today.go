package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
)

func newToday(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "today", Short: "Show your day: its numbers, today's appointments, what is to be done", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.showToday(cmd.Context()) },
	}
}

func (a *app) showToday(ctx context.Context) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		d, err := c.Dashboard(ctx)
		if err != nil {
			return err
		}
		return a.answer(d, func() error { return a.printToday(d) })
	})
}

func (a *app) printToday(d core.Dashboard) error {
	numbers := []string{core.Plural(d.TodayAppointments, "appointment", "appointments") + " today", strconv.Itoa(d.PendingAppointments) + " to come",
		strconv.Itoa(d.ActionCount) + " to do", core.Plural(d.UnreadRecords, "unread document", "unread documents"),
		strconv.Itoa(d.RunningJobs) + " being read", strconv.Itoa(d.FailedJobs) + " could not be read"}
	if err := a.line("%s, as at %s", strings.Join(numbers, ", "), a.moment(d.AsAt)); err != nil {
		return err
	}
	if no := present.NoProfile(d); no != "" {
		a.say("%s", no)
	}
	var rows [][]string
	day := core.DateOf(d.AsAt.In(a.loc))
	for _, x := range d.UpcomingAppointments {
		if core.DateOf(x.Start.In(a.loc)) != day {
			continue
		}
		rows = append(rows, []string{a.moment(x.Start), strconv.FormatInt(x.PatientID, 10), x.PatientName, x.PatientBorn.Display(),
			core.DisplayMRN(x.PatientMRN), strconv.Itoa(x.UnreadRecords), strings.TrimPrefix(present.Critical(x), "HH/LL "), x.Type})
	}
	if len(rows) > 0 {
		if err := a.table([]string{"START", "PATIENT", "NAME", "BORN", "MRN", "UNREAD", "HH/LL", "TYPE"}, rows); err != nil {
			return err
		}
	}
	if len(rows) < d.TodayAppointments {
		a.say("%s today. See all with 'clinician-tui appointments'.", present.Rows(min(1, len(rows)), len(rows), d.TodayAppointments, "earliest first"))
	}
	rows = nil
	for _, n := range d.ActionItems {
		rows = append(rows, []string{strconv.FormatInt(n.ID, 10), a.moment(n.CreatedAt), n.PatientName, n.Text})
	}
	if len(rows) == 0 {
		return nil
	}
	if len(rows) < d.ActionCount {
		a.say("%s to do. See all with 'clinician-tui notifications'.", present.Rows(1, len(rows), d.ActionCount, "newest first"))
	}
	return a.table([]string{"TO DO", "SINCE", "PATIENT", "WHAT"}, rows)
}
