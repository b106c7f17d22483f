package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"clinician/internal/core"
	"clinician/internal/core/boot"
)

func newAppointment(p *program) *cobra.Command {
	group := &cobra.Command{Use: "appointment", Short: "Administer appointments", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var asJSON bool
	create := &cobra.Command{
		Use:   "create",
		Short: "Create an appointment from JSON on standard input",
		Long: `Create an appointment from one JSON object on standard input:

  {"patient_id": 7, "clinician_email": "aria.blake@clinic.example", "start": "2026-11-24T09:20:00Z",
   "minutes": 20, "type": "Follow-up", "reason": "Blood results", "location": "Clinic 2, room 4"}

The patient may be named by "mrn" instead, the end by "end". status is booked when absent.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.createAppointment(cmd, asJSON) },
	}
	create.Flags().BoolVar(&asJSON, "json", false, "print the appointment as JSON")
	group.AddCommand(create, newAppointmentList(p))
	return group
}

// object reads one JSON object from standard input and refuses names it does
// not know: a misspelt one would go unnoticed.
func object(cmd *cobra.Command, into any) error {
	body, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), 1<<20))
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return errors.New("standard input is empty; give a JSON object")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("standard input is not right: %w", err)
	}
	if d.More() {
		return errors.New("standard input has more than one JSON object")
	}
	return nil
}

func (p *program) createAppointment(cmd *cobra.Command, asJSON bool) error {
	var n boot.NewAppointment
	if err := object(cmd, &n); err != nil {
		return err
	}
	return p.withAdmin(cmd, func(a *boot.Admin) error {
		made, err := a.CreateAppointment(cmd.Context(), n)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd, made)
		}
		start := made.Start.In(a.Location())
		fmt.Fprintf(cmd.OutOrStdout(), "Created appointment %d: %s, %s %s\n", made.ID, made.PatientName, core.DateOf(start).Display(), start.Format("15:04"))
		return nil
	})
}

func newAppointmentList(p *program) *cobra.Command {
	var (
		f        boot.AppointmentFilter
		from, to string
		asJSON   bool
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List appointments, earliest first",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, day := range []struct {
				text string
				into *core.Date
			}{{from, &f.From}, {to, &f.To}} {
				if day.text == "" {
					continue
				}
				d, err := core.ParseDate(day.text)
				if err != nil {
					return usageError{fmt.Errorf("%q is not a day; use YYYY-MM-DD", day.text)}
				}
				*day.into = d
			}
			return p.withAdmin(cmd, func(a *boot.Admin) error {
				list, err := a.Appointments(cmd.Context(), f)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd, list)
				}
				for _, x := range list {
					start := x.Start.In(a.Location())
					fmt.Fprintf(cmd.OutOrStdout(), "%6d  %s %s  %-9s  %s  MRN %s  %s\n", x.ID, core.DateOf(start).Display(), start.Format("15:04"),
						x.Status, x.PatientName, core.DisplayMRN(x.PatientMRN), x.Type)
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&f.Clinician, "clinician", "", "e-mail address of the clinician")
	cmd.Flags().Int64Var(&f.PatientID, "patient", 0, "id of the patient")
	cmd.Flags().StringVar(&from, "from", "", "first day, YYYY-MM-DD")
	cmd.Flags().StringVar(&to, "to", "", "last day, YYYY-MM-DD")
	cmd.Flags().IntVar(&f.Limit, "limit", 200, "at most so many; 0 is all")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the appointments as JSON")
	return cmd
}

func newNotification(p *program) *cobra.Command {
	group := &cobra.Command{Use: "notification", Short: "Tell clinicians something", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var asJSON bool
	create := &cobra.Command{
		Use:   "create",
		Short: "Create a notification from JSON on standard input",
		Long: `Create a notification from one JSON object on standard input:

  {"clinician_email": "aria.blake@clinic.example", "level": "action",
   "text": "Laboratory asks for a call back about a result", "patient_id": 7}

The text must hold no clinical detail: patient_id, record_id and job_id lead to it. level is
info (gone once viewed) or action (gone when acknowledged), kind is message when absent.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var n boot.NewNotification
			if err := object(cmd, &n); err != nil {
				return err
			}
			return p.withAdmin(cmd, func(a *boot.Admin) error {
				made, err := a.CreateNotification(cmd.Context(), n)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd, made)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "Created notification %d for %s.\n", made.ID, n.To)
				return nil
			})
		},
	}
	create.Flags().BoolVar(&asJSON, "json", false, "print the notification as JSON")
	group.AddCommand(create)
	return group
}
