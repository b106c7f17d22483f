package main

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/wire"
	"clinician/internal/tui/ui"
)

func newRecords(a *app) *cobra.Command {
	var all bool
	list := &cobra.Command{Use: "list PATIENT", Short: "List a patient's records, newest first", Args: takes("a patient's id"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.listRecords(cmd.Context(), args[0], all) }}
	list.Flags().BoolVar(&all, "all", false, "also those entered in error or moved away")
	cmd := group("records", "List, send, fetch, file and remove records",
		list, newUnread(a),
		newUpload(a), newUploads(a), newDownload(a), newPageImage(a), newDelete(a),
		&cobra.Command{Use: "text RECORD", Short: "Print what was read from a record", Args: takes("a record's id"),
			RunE: func(cmd *cobra.Command, args []string) error { return a.recordText(cmd.Context(), args[0]) }},
	)
	cmd.AddCommand(recordLifecycle(a)...)
	cmd.AddCommand(valueCommands(a)...)
	return cmd
}

func (a *app) listRecords(ctx context.Context, arg string, all bool) error {
	id, err := patientID(arg)
	if err != nil {
		return err
	}
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		records, err := c.PatientRecords(ctx, id, all)
		if err != nil {
			return err
		}
		return a.answer(wire.List[core.Record]{Count: len(records), Results: records}, func() error {
			if len(records) == 0 {
				return a.line("%s", map[bool]string{false: "No records that are in use; --all lists those entered in error or moved away too.", true: "No records."}[all])
			}
			rows := make([][]string, len(records))
			for i, r := range records {
				rows[i] = []string{r.ID, r.Type.TypeName, r.Title, r.DocumentDate.Display(), a.moment(r.UploadedAt), present.Size(r.Size), present.TextState(r), standing(r)}
			}
			return a.table([]string{"ID", "TYPE", "TITLE", "DATED", "UPLOADED", "SIZE", "READING", "STATUS"}, rows)
		})
	})
}

func newUnread(a *app) *cobra.Command {
	var limit int
	var cursor string
	cmd := &cobra.Command{
		Use: "unread", Short: "List the records of all your patients that you have not reviewed", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listUnread(cmd.Context(), limit, cursor) },
	}
	cmd.Flags().IntVar(&limit, "limit", 50, "at most so many, up to 200")
	cmd.Flags().StringVar(&cursor, "cursor", "", "go on after the page that gave this as \"next\"")
	return cmd
}

func (a *app) listUnread(ctx context.Context, limit int, cursor string) error {
	if limit < 1 || limit > 200 {
		return usagef("--limit is a number from 1 to 200")
	}
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		page, err := c.UnreadRecords(ctx, core.UnreadQuery{Limit: limit, Cursor: cursor})
		if err != nil {
			return err
		}
		return a.answer(page, func() error {
			if page.Count == 0 {
				return a.line("You have reviewed every record of your patients.")
			}
			rows := make([][]string, len(page.Records))
			for i, u := range page.Records {
				p := u.Patient
				rows[i] = []string{u.Record.ID, strconv.FormatInt(p.ID, 10), core.DisplayName(p.User.LastName, p.User.FirstName, p.Title), p.DateOfBirth.Display(),
					core.DisplayMRN(p.MRN), u.Record.Type.TypeName, u.Record.Title, a.moment(u.Record.UploadedAt)}
			}
			if err := a.table([]string{"ID", "PATIENT", "NAME", "BORN", "MRN", "TYPE", "TITLE", "UPLOADED"}, rows); err != nil {
				return err
			}
			if page.Next != "" {
				a.say("%d of %s are shown, newest first. Go on with --cursor %s", len(page.Records), core.Plural(page.Count, "record", "records"), page.Next)
			}
			return nil
		})
	})
}

func newDelete(a *app) *cobra.Command {
	var yes bool
	var seen string
	var typed typedIdentifiers
	cmd := &cobra.Command{
		Use: "delete RECORD", Short: "Remove a record for good", Args: takes("a record's id"),
		Long: "delete removes a record, what was read from it and its content for good.\n" +
			"It says what that is and asks on a terminal for two identifiers of the patient; scripts need --yes, and\n" +
			"may give the identifiers by flags or on standard input. The server compares what was given.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if !yes && !a.interactive() {
				return usagef("nothing was deleted: without a terminal to ask on, delete needs --yes")
			}
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				return a.deleteRecord(cmd.Context(), c, args[0], seen, yes, typed)
			})
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	typed.flags(cmd, "the record's patient")
	return seenFlag(cmd, &seen)
}

func (a *app) deleteRecord(ctx context.Context, c *clinicianapi.Client, id, seen string, yes bool, typed typedIdentifiers) error {
	r, err := c.Record(ctx, id)
	if err != nil {
		return err
	}
	d, err := c.Patient(ctx, r.PatientID)
	if err != nil {
		return err
	}
	p := d.Patient
	what := ui.Clean(fmt.Sprintf("%s %q of %s, born %s", r.Type.TypeName, r.Title,
		core.DisplayName(p.User.LastName, p.User.FirstName, p.Title), p.DateOfBirth.Display()))
	if !yes {
		answer, err := a.ask(ctx, "Delete "+what+", for good? Type yes:")
		if err != nil && ctx.Err() != nil {
			return err
		}
		if answer != "yes" {
			return core.Errorf(core.CodeForbidden, "Nothing was deleted.")
		}
	}
	ids := typed.Identifiers
	if !yes || typed.stdin {
		if ids, err = a.identifiers(ctx, typed, p.DateOfBirth.IsZero()); err != nil {
			return err
		}
	}
	if err := c.DeleteRecord(ctx, id, cmp.Or(seen, r.Version), ids); err != nil {
		return err
	}
	done := wire.Done{Success: true, Message: "Medical record and all associated data deleted successfully", FileID: id}
	return a.answer(done, func() error { return a.line("Deleted %s.", what) })
}

func (a *app) recordText(ctx context.Context, id string) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		jobs, err := c.Jobs(ctx, core.JobFilter{RecordID: id, Limit: 100})
		if err != nil {
			return err
		}
		for _, j := range jobs { // newest first
			if j.Status == core.JobCompleted {
				return a.printResult(ctx, c, j.ID)
			}
		}
		r, err := c.Record(ctx, id) // perhaps there is no such record at all
		if err != nil {
			return err
		}
		switch r.Status {
		case core.RecordMoved:
			return core.Errorf(core.CodeConflict, "This record was moved to another chart; what was read from it went along. See 'clinician-tui records show %s'.", id)
		case core.RecordEnteredInError:
			return core.Errorf(core.CodeConflict, "This record was entered in error and was not read. See 'clinician-tui records show %s'.", id)
		}
		if len(jobs) > 0 && !jobs[0].Status.Final() {
			return core.Errorf(core.CodeConflict, "The record is still being read. Wait for it with: clinician-tui jobs show %s", jobs[0].ID)
		}
		return core.Errorf(core.CodeNotFound, "The record has not been read. Start that with: clinician-tui analyze %s", id)
	})
}

// printResult writes the text to standard output, and what to know about it to
// standard error.
func (a *app) printResult(ctx context.Context, c *clinicianapi.Client, jobID string) error {
	r, err := c.JobResult(ctx, jobID)
	if err != nil {
		return err
	}
	return a.answer(r, func() error {
		note := fmt.Sprintf("%s, read by %s", core.Plural(r.PageCount, "page", "pages"), ui.Clean(r.Model))
		if r.Confidence != nil {
			note += fmt.Sprintf(", confidence %.0f %%", *r.Confidence*100)
		}
		a.say("%s. Check it against the document.", note)
		if r.FailedPages > 0 {
			a.say("Careful: %s could not be read and %s missing from the text.",
				core.Plural(r.FailedPages, "page", "pages"), isAre(r.FailedPages))
		}
		for _, line := range core.UnreadOf(r.Pages) {
			a.say("Not all was read. %s", ui.Clean(line))
		}
		text, corrected := r.ExtractedText, correctedPages(r)
		if corrected > 0 {
			a.say("%s shown as a person corrected %s.", core.Plural(corrected, "page is", "pages are"), itThem(corrected))
			text = correctedText(r)
		}
		_, err := fmt.Fprintln(a.io.out, strings.TrimRight(ui.CleanText(text), "\n"))
		return err
	})
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
