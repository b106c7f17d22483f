package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
)

func newOverview(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "overview PATIENT", Short: "Show the cover page of a patient's chart", Args: takes("a patient's id"),
		Long: "overview shows what documents say of problems, allergies and medicines that was verified, and apart from it\n" +
			"what was not, with the last results, open tasks and the next appointment.",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := patientID(args[0])
			if err != nil {
				return err
			}
			return a.overview(cmd.Context(), id)
		},
	}
}

func (a *app) overview(ctx context.Context, patient int64) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		o, err := c.PatientOverview(ctx, patient)
		if err != nil {
			return err
		}
		return a.answer(o, func() error {
			when := func(x core.Appointment) string { return a.moment(x.Start) + " " + present.Or(x.Type) }
			for _, part := range present.OverviewOf(o, when).Sections {
				if err := a.line("%s", strings.TrimSpace(part.Title+": "+part.Note)); err != nil {
					return err
				}
				for _, l := range part.Lines {
					text := "  " + l.Text
					if l.RecordID != "" {
						text += "  record " + l.RecordID
					}
					if err := a.line("%s", text); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}
