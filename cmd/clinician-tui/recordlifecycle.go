package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
)

// recordLifecycle are the commands about what happens to a record after it came in.
func recordLifecycle(a *app) []*cobra.Command {
	act := func(use, short string, f func(context.Context, *clinicianapi.Client, string) error) *cobra.Command {
		return &cobra.Command{Use: use + " RECORD", Short: short, Args: takes("a record's id"),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error { return f(cmd.Context(), c, args[0]) })
			}}
	}
	reasoned := func(use, short, done string, f func(core.Clinic, context.Context, string, core.Confirmation) (core.Record, error)) *cobra.Command {
		var c core.Confirmation
		cmd := act(use, short, func(ctx context.Context, api *clinicianapi.Client, id string) error {
			if strings.TrimSpace(c.Reason) == "" {
				return usagef("%s needs --reason", use)
			}
			r, err := f(api, ctx, id, c)
			if err != nil {
				return err
			}
			return a.answer(r, func() error { return a.line(done, r.ID) })
		})
		cmd.Flags().StringVar(&c.Reason, "reason", "", "why; kept with the record")
		return seenFlag(cmd, &c.Version)
	}
	confirmed := func(use, short, done string, f func(core.Clinic, context.Context, string, core.Confirmation) (core.Record, error)) *cobra.Command {
		var typed typedIdentifiers
		cmd := reasoned(use, short, done, func(api core.Clinic, ctx context.Context, id string, c core.Confirmation) (core.Record, error) {
			ids, err := a.identifiersOf(ctx, api, id, typed)
			if err != nil {
				return core.Record{}, err
			}
			c.Identifiers = ids
			return f(api, ctx, id, c)
		})
		typed.flags(cmd, "the record's patient")
		return cmd
	}
	return []*cobra.Command{
		act("show", "Show what is known about a record", a.showRecord),
		newEdit(a),
		confirmed("error", "Take a record out of work that was entered in error", "Record %s is entered in error now. 'records restore' brings it back.", core.Clinic.EnterInError),
		reasoned("restore", "Bring back a record that was entered in error", "Record %s is back in the chart.", core.Clinic.RestoreRecord),
		reasoned("hold", "Place a legal hold: nobody changes, moves or removes the record", "Record %s is under a legal hold.", core.Clinic.HoldRecord),
		confirmed("release", "Release a legal hold that you placed", "The legal hold on record %s is released.", core.Clinic.ReleaseRecord),
		newMove(a), newSplit(a), newUnlock(a), newReview(a),
		act("integrity", "Compare a record's content with what came in", a.verifyRecord),
	}
}

func (a *app) showRecord(ctx context.Context, c *clinicianapi.Client, id string) error {
	r, err := c.Record(ctx, id)
	if err != nil {
		return err
	}
	return a.answer(r, func() error { return a.recordFacts(r) })
}

func (a *app) recordFacts(r core.Record) error {
	facts := [][2]string{
		{"Record", r.ID}, {"Patient", fmt.Sprint(r.PatientID)}, {"Type", typeAndCode(r)}, {"Title", r.Title},
		{"Document date", r.DocumentDate.Display()}, {"Source", r.Source}, {"Received by", r.ReceivedBy},
		{"Tags", strings.Join(r.Tags, ", ")}, {"File", r.Filename}, {"Size", present.Size(r.Size)}, {"SHA-256", r.SHA256},
		{"Uploaded", a.moment(r.UploadedAt) + " by " + r.UploadedByName}, {"Read by you", present.Or(a.momentOf(r.Reviewed))}, {"Reading", present.TextState(r)},
	}
	add := func(name, value string) { facts = append(facts, [2]string{name, value}) }
	if r.Status != core.RecordCurrent {
		add("Status", string(r.Status)+", "+a.momentOf(r.StatusAt)+" by "+r.StatusByName+": "+r.StatusReason)
	}
	if r.MovedTo != "" {
		add("Moved to", "record "+r.MovedTo)
	}
	if r.PartOf != "" {
		add("Part of", "record "+r.PartOf)
	}
	if len(r.Parts) > 0 {
		add("Split into", strings.Join(r.Parts, ", "))
	}
	if h := r.LegalHold; h != nil {
		add("LEGAL HOLD", a.moment(h.At)+" by "+h.ByName+": "+h.Reason)
	}
	if r.PatientCheck == core.CheckPatient {
		add("CHECK PATIENT", "a page says somebody else; see 'clinician-tui records check'")
	}
	if r.DuplicateOf != "" {
		add("Same file as", "record "+r.DuplicateOf)
	}
	return a.facts(facts...)
}

func typeAndCode(r core.Record) string {
	if r.LOINC == "" {
		return r.Type.TypeName
	}
	return r.Type.TypeName + " (LOINC " + r.LOINC + ")"
}

// standing says in a word or two what is special about a record.
func standing(r core.Record) string {
	var words []string
	if r.Status != core.RecordCurrent {
		words = append(words, string(r.Status))
	} else if r.Reviewed == nil {
		words = append(words, "unread")
	}
	if r.LegalHold != nil {
		words = append(words, "legal hold")
	}
	if r.PatientCheck == core.CheckPatient {
		words = append(words, "CHECK PATIENT")
	}
	if r.DuplicateOf != "" {
		words = append(words, "duplicate")
	}
	return strings.Join(words, ", ")
}

func newEdit(a *app) *cobra.Command {
	var kind, title, date, source, received, seen string
	var tags []string
	cmd := &cobra.Command{
		Use: "edit RECORD", Short: "Change what is said about a record", Args: takes("a record's id"),
		Long: "edit changes the fields whose flags are given. An empty --date, --source or --tag takes the field's content away.",
		RunE: func(cmd *cobra.Command, args []string) error {
			var e core.RecordEdit
			changed := cmd.Flags().Changed
			if changed("title") {
				e.Title = &title
			}
			if changed("source") {
				e.Source = &source
			}
			if changed("received-by") {
				e.ReceivedBy = &received
			}
			if changed("tag") {
				e.Tags = &tags
			}
			if changed("date") {
				day := core.Date{}
				if date != "" {
					var err error
					if day, err = core.ParseDate(date); err != nil {
						return usagef("--date %q is not a day; write YYYY-MM-DD", date)
					}
				}
				e.DocumentDate = &day
			}
			if e == (core.RecordEdit{}) && !changed("type") {
				return usagef("nothing to change: give at least one of --type, --title, --date, --source, --received-by, --tag")
			}
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				if changed("type") {
					id, err := a.recordTypeOf(cmd.Context(), c, kind)
					if err != nil {
						return err
					}
					e.TypeID = &id
				}
				e.Version = seen
				r, err := c.EditRecord(cmd.Context(), args[0], e)
				if err != nil {
					return err
				}
				return a.answer(r, func() error { return a.recordFacts(r) })
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&kind, "type", "", "kind of record, by name, beginning of a name, or id")
	f.StringVar(&title, "title", "", "title")
	f.StringVar(&date, "date", "", "date of the document, YYYY-MM-DD")
	f.StringVar(&source, "source", "", "organisation it came from")
	f.StringVar(&received, "received-by", "", strings.Join(core.ReceivedBy(), ", "))
	f.StringArrayVar(&tags, "tag", nil, "a tag; may be given again. All tags are replaced")
	return seenFlag(cmd, &seen)
}

// recordTypeOf finds a record type by what a flag says.
func (a *app) recordTypeOf(ctx context.Context, c *clinicianapi.Client, said string) (int64, error) {
	types, err := c.RecordTypes(ctx)
	if err != nil {
		return 0, err
	}
	names := make([]named, len(types))
	for i, t := range types {
		names[i] = named{t.ID, t.TypeName}
	}
	return choose("kind of record (--type)", said, names)
}

func newReview(a *app) *cobra.Command {
	var undo bool
	var seen string
	cmd := &cobra.Command{
		Use: "review RECORD...", Short: "Note that you have read records", Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s takes one record's id or more", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSession(cmd.Context(), func(c *clinicianapi.Client) error {
				for _, id := range args {
					r, err := c.ReviewRecord(cmd.Context(), id, seen, !undo)
					if err != nil {
						return told{id, err}
					}
					say := map[bool]string{false: "Record %s counts as read by you.", true: "Record %s counts as unread by you."}[undo]
					if err := a.answer(r, func() error { return a.line(say, r.ID) }); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&undo, "undo", false, "note that you have not")
	return seenFlag(cmd, &seen)
}

func newUnlock(a *app) *cobra.Command {
	var fromStdin bool
	cmd := &cobra.Command{Use: "unlock RECORD", Short: "Open a protected PDF with its password", Args: takes("a record's id"),
		Long: "Makes a record of a copy that opens without the password, so that it can be read and searched.\n" +
			"The protected one is kept, entered in error. The password is kept nowhere.",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.withSession(ctx, func(c *clinicianapi.Client) error {
				password, err := a.password(ctx, "Password of the document:", fromStdin)
				if err != nil {
					return err
				}
				done, err := c.UnlockRecord(ctx, args[0], core.UnlockRecord{Password: password})
				if err != nil {
					return err
				}
				return a.answer(done, func() error {
					return a.line("Record %s opens without a password. %s is kept, entered in error.", done.Record.ID, done.Original.ID)
				})
			})
		}}
	cmd.Flags().BoolVar(&fromStdin, "password-stdin", false, "read the password from standard input")
	return cmd
}

// verifyRecord ends with a failure when the content is not what came in.
func (a *app) verifyRecord(ctx context.Context, c *clinicianapi.Client, id string) error {
	found, err := c.VerifyRecord(ctx, id)
	if err != nil {
		return err
	}
	err = a.answer(found, func() error {
		if !found.OK {
			return nil
		}
		return a.line("The content of record %s is what came in: %s, SHA-256 %s.", id, present.Size(found.Size), found.SHA256)
	})
	if err == nil && !found.OK {
		err = core.Errorf(core.CodeInternal, "%s Tell your administrator; do not delete the record.", found.Problem)
	}
	return err
}
