package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/text"
)

func newTasks(a *app) *cobra.Command {
	var q core.TaskQuery
	list := &cobra.Command{
		Use: "tasks", Short: "List tasks about documents, send them, say that they are done", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				l, err := c.Tasks(cmd.Context(), q)
				if err != nil {
					return err
				}
				return a.answer(l, func() error { return a.printTasks(l) })
			})
		},
	}
	f := list.Flags()
	f.BoolVar(&q.Sent, "sent", false, "those you sent, instead of those you are to do")
	f.BoolVar(&q.All, "all", false, "also those that ended")
	f.Int64Var(&q.PatientID, "patient", 0, "about this patient only, by id")
	act := func(use, short, said string, what core.TaskAct) *cobra.Command {
		var seen, answer string
		cmd := &cobra.Command{Use: use, Short: short, Args: takes("a task's id"),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.changeTask(cmd.Context(), args[0], seen, said, what, answer)
			}}
		if what == core.TaskComplete {
			cmd.Flags().StringVar(&answer, "answer", "", "what came of it")
		}
		return seenFlag(cmd, &seen)
	}
	list.AddCommand(newSendTask(a), act("accept TASK", "Take a task on", "taken on", core.TaskAccept),
		act("done TASK", "Say that a task is done", "done", core.TaskComplete),
		act("take-back TASK", "Take a task back that you sent", "taken back", core.TaskCancel))
	return list
}

func newSendTask(a *app) *cobra.Command {
	var t core.NewTask
	var due string
	cmd := &cobra.Command{
		Use: "send RECORD --to EMAIL --due DAY TEXT...", Short: "Ask a colleague who may see the patient, or yourself, to do something",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usagef("%s takes a record's id and what is to be done", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			day, err := text.ReadDate(due, a.now().In(a.loc))
			if err != nil || day.IsZero() {
				return usagef("--due takes a day, such as 2026-12-24")
			}
			t.Due, t.Note = day, strings.Join(args[1:], " ")
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				made, err := c.SendTask(cmd.Context(), args[0], t)
				if err != nil {
					return err
				}
				return a.answer(made, func() error {
					return a.line("Sent to %s, %s (%s).", made.OwnerName, present.TaskDue(made), made.ID)
				})
			})
		},
	}
	cmd.Flags().StringVar(&t.Owner, "to", "", "who is to do it, by e-mail address")
	cmd.Flags().StringVar(&due, "due", "", "by which day")
	cmd.Flags().StringVar(&t.ValueID, "value", "", "about this value in the record, by id")
	return cmd
}

func (a *app) changeTask(ctx context.Context, id, seen, said string, act core.TaskAct, answer string) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		t, err := c.ChangeTask(ctx, id, seen, act, answer)
		if err != nil {
			return err
		}
		return a.answer(t, func() error { return a.line("Task %s is %s.", t.ID, said) })
	})
}

func (a *app) printTasks(l core.TaskList) error {
	if len(l.Results) == 0 {
		return a.line("There is no such task.")
	}
	rows := make([][]string, len(l.Results))
	for i, t := range l.Results {
		rows[i] = []string{t.ID, present.TaskState(t), t.PatientName, t.RequesterName, t.OwnerName, t.RecordID, present.TaskWhat(t), present.Or(strings.TrimSpace(t.Output + t.Reason))}
	}
	return a.table([]string{"ID", "STATE", "PATIENT", "FROM", "TO", "RECORD", "WHAT", "ANSWER"}, rows)
}
