package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
)

func newAppointments(a *app) *cobra.Command {
	var q core.AppointmentFilter
	var states string
	cmd := &cobra.Command{
		Use: "appointments", Short: "List your appointments, from today on or between days", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for s := range strings.SplitSeq(states, ",") {
				if s = strings.TrimSpace(s); s != "" {
					q.Statuses = append(q.Statuses, core.AppointmentStatus(s))
				}
			}
			return a.listAppointments(cmd.Context(), q)
		},
	}
	f := cmd.Flags()
	f.StringVar(&q.From, "from", "", "first day, YYYY-MM-DD, or a time with its zone")
	f.StringVar(&q.To, "to", "", "last day, YYYY-MM-DD, or a time with its zone")
	f.Int64Var(&q.PatientID, "patient", 0, "of this patient only, by id")
	f.StringVar(&states, "status", "", "only these, with commas: pending, booked, arrived, fulfilled, cancelled, noshow")
	f.IntVar(&q.Limit, "limit", 0, "at most so many, up to 500")
	return cmd
}

func (a *app) listAppointments(ctx context.Context, q core.AppointmentFilter) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		list, err := c.Appointments(ctx, q)
		if err != nil {
			return err
		}
		return a.answer(list, func() error {
			if len(list.Results) == 0 {
				return a.line("No appointments.")
			}
			rows := make([][]string, len(list.Results))
			for i, x := range list.Results {
				rows[i] = []string{a.moment(x.Start), string(x.Status), strconv.FormatInt(x.PatientID, 10), x.PatientName,
					x.PatientBorn.Display(), core.DisplayMRN(x.PatientMRN), x.Type, x.Location}
			}
			if err := a.table([]string{"START", "STATUS", "PATIENT", "NAME", "BORN", "MRN", "TYPE", "PLACE"}, rows); err != nil {
				return err
			}
			if list.Count > len(list.Results) {
				a.say("%d of %s are shown, earliest first. Ask for more with --limit, or for fewer days.", len(list.Results), core.Plural(list.Count, "appointment", "appointments"))
			}
			return nil
		})
	})
}

func newNotifications(a *app) *cobra.Command {
	q := core.NotificationQuery{State: core.NotificationOpen}
	var state string
	list := func(cmd *cobra.Command, _ []string) error {
		switch q.State = core.NotificationState(state); state {
		case "open", "deferred", "done":
		case "all":
			q.State = ""
		default:
			return usagef("--state is open, deferred, done or all")
		}
		return a.listNotifications(cmd.Context(), q)
	}
	flags := func(cmd *cobra.Command) *cobra.Command {
		cmd.Flags().StringVar(&state, "state", "open", "open, deferred, done or all")
		cmd.Flags().StringVar(&q.Level, "level", "", "info or action only")
		cmd.Flags().IntVar(&q.Limit, "limit", 50, "at most so many, up to 200")
		cmd.Flags().StringVar(&q.Cursor, "cursor", "", "go on after the page that gave this as \"next\"")
		return cmd
	}
	act := func(use, short, done string, do func(context.Context, *clinicianapi.Client, int64, string) (core.Notification, error)) *cobra.Command {
		var seen string
		return seenFlag(&cobra.Command{Use: use, Short: short, Args: takes("a notification's id"),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.changeNotification(cmd.Context(), args[0], seen, done, do)
			}}, &seen)
	}
	cmd := flags(&cobra.Command{Use: "notifications", Short: "List what you should know about, and deal with it", Args: noArgs, RunE: list})
	cmd.AddCommand(
		flags(&cobra.Command{Use: "list", Short: "List notifications, newest first", Args: noArgs, RunE: list}),
		act("view ID", "Say that you have seen a notification", "seen",
			func(ctx context.Context, c *clinicianapi.Client, id int64, seen string) (core.Notification, error) {
				return c.ChangeNotification(ctx, id, seen, core.NotificationView, time.Time{})
			}),
		act("ack ID", "Acknowledge a notification", "acknowledged",
			func(ctx context.Context, c *clinicianapi.Client, id int64, seen string) (core.Notification, error) {
				return c.ChangeNotification(ctx, id, seen, core.NotificationAcknowledge, time.Time{})
			}),
		act("reopen ID", "Undo ack or defer", "open again",
			func(ctx context.Context, c *clinicianapi.Client, id int64, seen string) (core.Notification, error) {
				return c.ChangeNotification(ctx, id, seen, core.NotificationReopen, time.Time{})
			}),
		a.newDefer(), a.newForward(),
	)
	return cmd
}

func (a *app) newDefer() *cobra.Command {
	var seen string
	cmd := &cobra.Command{
		Use: "defer ID UNTIL", Short: "Put a notification away until a time",
		Long: "Put a notification away. It comes back by itself at UNTIL, which is a time from now (90m, 4h),\n" +
			"a day (2026-11-25: in the morning at 08:00), or a time with its zone (2026-11-25T14:00:00Z).",
		Args: takes("a notification's id", "a time"),
		RunE: func(cmd *cobra.Command, args []string) error {
			until, err := a.until(args[1])
			if err != nil {
				return err
			}
			return a.changeNotification(cmd.Context(), args[0], seen, "deferred until "+a.moment(until),
				func(ctx context.Context, c *clinicianapi.Client, id int64, seen string) (core.Notification, error) {
					return c.ChangeNotification(ctx, id, seen, core.NotificationDefer, until)
				})
		},
	}
	return seenFlag(cmd, &seen)
}

// until reads when a deferral ends.
func (a *app) until(text string) (time.Time, error) {
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return a.now().Add(d).Truncate(time.Second), nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	if d, err := core.ParseDate(text); err == nil {
		return time.Date(d.Year, d.Month, d.Day, 8, 0, 0, 0, a.loc), nil
	}
	return time.Time{}, usagef("%q is not a time; write 4h, 2026-11-25 or 2026-11-25T14:00:00Z", text)
}

func (a *app) newForward() *cobra.Command {
	var note, seen string
	cmd := &cobra.Command{
		Use: "forward ID EMAIL", Short: "Hand a notification to another clinician", Args: takes("a notification's id", "an e-mail address"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeNotification(cmd.Context(), args[0], seen, "forwarded to "+args[1],
				func(ctx context.Context, c *clinicianapi.Client, id int64, seen string) (core.Notification, error) {
					return c.ForwardNotification(ctx, id, seen, args[1], note)
				})
		},
	}
	cmd.Flags().StringVar(&note, "note", "", "what the other one should know")
	return seenFlag(cmd, &seen)
}

func (a *app) changeNotification(ctx context.Context, arg, seen, done string, do func(context.Context, *clinicianapi.Client, int64, string) (core.Notification, error)) error {
	id, err := strconv.ParseInt(arg, 10, 64)
	if err != nil || id <= 0 {
		return usagef("%q is not a notification's id; 'clinician-tui notifications' shows them", arg)
	}
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		n, err := do(ctx, c, id, seen)
		if err != nil {
			return err
		}
		return a.answer(n, func() error { return a.line("Notification %d is %s.", n.ID, done) })
	})
}

func (a *app) listNotifications(ctx context.Context, q core.NotificationQuery) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		page, err := c.Notifications(ctx, q)
		if err != nil {
			return err
		}
		return a.answer(page, func() error {
			if len(page.Notifications) == 0 {
				return a.line("%s", strings.Join(strings.Fields("No "+string(q.State)+" notifications."), " "))
			}
			rows := make([][]string, len(page.Notifications))
			for i, n := range page.Notifications {
				text := n.Text
				if n.From != "" {
					text += " (from " + n.From + ": " + n.Note + ")"
				}
				rows[i] = []string{strconv.FormatInt(n.ID, 10), n.Level, stateOf(n, a), a.moment(n.CreatedAt), n.PatientName, item(n), text}
			}
			if err := a.table([]string{"ID", "LEVEL", "STATE", "SINCE", "PATIENT", "LEADS TO", "TEXT"}, rows); err != nil {
				return err
			}
			if page.Next != "" {
				a.say("%d of %s are shown, newest first. Go on with --cursor %s.", len(page.Notifications), core.Plural(page.Count, "notification", "notifications"), page.Next)
			}
			return nil
		})
	})
}

func stateOf(n core.Notification, a *app) string {
	switch {
	case n.State == core.NotificationDeferred:
		return "deferred until " + a.momentOf(n.DeferredUntil)
	case n.State == core.NotificationOpen && n.ReadAt == nil:
		return "new"
	}
	return string(n.State)
}

// item names what a notification leads to, as the other commands take it.
func item(n core.Notification) string {
	switch {
	case n.JobID != nil:
		return "job " + *n.JobID
	case n.RecordID != nil:
		return "record " + *n.RecordID
	case n.PatientID != nil:
		return "patient " + strconv.FormatInt(*n.PatientID, 10)
	}
	return ""
}
