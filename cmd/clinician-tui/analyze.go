package main

import (
	"context"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/wire"
	"clinician/internal/tui/ui"
)

// analyzeOptions say which records are to be read, beside those that are named.
type analyzeOptions struct {
	core.AnalyzeOptions
	patient string
	unread  bool
	wait    bool
}

func newAnalyze(a *app) *cobra.Command {
	var o analyzeOptions
	cmd := &cobra.Command{
		Use: "analyze RECORD...", Short: "Have the text of records read",
		Long: "analyze has records read: those that are named, those of a patient that nobody has had read (--patient), or those\n" +
			"of all of your patients (--unread). What could not be read before is not tried again; see: clinician-tui jobs retry",
		Args: func(cmd *cobra.Command, args []string) error {
			ways := 0
			for _, given := range []bool{len(args) > 0, o.patient != "", o.unread} {
				if given {
					ways++
				}
			}
			if ways != 1 {
				return usagef("%s takes records' ids, or --patient, or --unread", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				return a.analyzeAll(cmd.Context(), c, args, o)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.patient, "patient", "", "id of the patient whose unread documents are to be read")
	f.BoolVar(&o.unread, "unread", false, "the unread documents of all of your patients")
	f.BoolVar(&o.wait, "wait", false, "wait until all have been read; exit status 6 when one fails")
	readingFlags(cmd, &o.AnalyzeOptions)
	return cmd
}

func (a *app) analyzeAll(ctx context.Context, c *clinicianapi.Client, ids []string, o analyzeOptions) error {
	if len(ids) == 1 {
		return a.analyze(ctx, c, ids[0], o.AnalyzeOptions, o.wait)
	}
	if len(ids) == 0 {
		var err error
		if ids, err = a.neverRead(ctx, c, o); err != nil {
			return err
		}
		if len(ids) == 0 {
			a.say("Every document that can be read has been read, or somebody has asked for it.")
			return nil
		}
		a.say("%s will be read.", core.Plural(len(ids), "document", "documents"))
	}
	var jobs []string
	for _, id := range ids {
		s, err := c.Analyze(ctx, id, o.AnalyzeOptions)
		if err != nil {
			return told{id, err}
		}
		jobs = append(jobs, s.Job.ID)
		if err := a.answer(wire.NewSubmitted(s), func() error { return a.line("Job %s will read %s.", s.Job.ID, ui.Clean(s.Job.FileName)) }); err != nil {
			return err
		}
	}
	if !o.wait {
		return nil
	}
	var failed error
	for _, id := range jobs {
		if err := a.follow(ctx, c, id); err != nil {
			if ctx.Err() != nil {
				return err
			}
			failed = err
		}
	}
	return failed
}

// neverRead gives the documents of one patient, or of all, that can be read and that
// nobody has asked for.
func (a *app) neverRead(ctx context.Context, c *clinicianapi.Client, o analyzeOptions) ([]string, error) {
	var ids []string
	of := func(patient int64) error {
		records, err := c.PatientRecords(ctx, patient, false)
		for _, r := range records {
			if r.LastJob == nil && r.CanAnalyze {
				ids = append(ids, r.ID)
			}
		}
		return err
	}
	if !o.unread {
		id, err := patientID(o.patient)
		if err != nil {
			return nil, err
		}
		return ids, of(id)
	}
	for q := (core.PatientQuery{Limit: 200}); ; {
		page, err := c.Patients(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, p := range page.Patients {
			if err := of(p.ID); err != nil {
				return nil, err
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return ids, nil
		}
	}
}
