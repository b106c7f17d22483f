package main

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

// valueCommands are the subcommands of records for what documents say.
func valueCommands(a *app) []*cobra.Command {
	var filter core.ValueFilter
	list := &cobra.Command{Use: "values RECORD", Short: "List the values found in a record", Args: takes("a record's id"),
		Long: "values lists what was found in the newest reading of a record: as printed, unverified until\n" +
			"a clinician has compared it with the document.",
		RunE: func(cmd *cobra.Command, args []string) error { return a.listValues(cmd.Context(), args[0], filter) }}
	list.Flags().StringVar((*string)(&filter.Kind), "kind", "", "laboratory, vital, medication, diagnosis, allergy or date")
	list.Flags().StringVar(&filter.Status, "status", "", "unverified, verified, corrected or rejected")

	review := func(use, short string, set func(*cobra.Command, *core.ValueReview)) *cobra.Command {
		var r core.ValueReview
		cmd := &cobra.Command{Use: use, Short: short, Args: takes("a record's id", "a value's id"),
			RunE: func(cmd *cobra.Command, args []string) error {
				switch {
				case r.Status == core.ReviewCorrected && strings.TrimSpace(r.Value) == "":
					return usagef("correct needs --value: what is really printed")
				case r.Status == core.ReviewRejected && strings.TrimSpace(r.Reason) == "":
					return usagef("reject needs --reason")
				}
				return a.reviewValue(cmd.Context(), args[0], args[1], r)
			}}
		set(cmd, &r)
		seenFlag(cmd, &r.Version)
		return cmd
	}
	return []*cobra.Command{list,
		review("verify RECORD VALUE", "Say that a value is as printed", func(cmd *cobra.Command, r *core.ValueReview) {
			r.Status = core.ReviewVerified
			cmd.Flags().StringVar(&r.Value, "value", "", "what is printed, typed from the page; a value in doubt needs it")
		}),
		review("correct RECORD VALUE", "Say what is really printed", func(cmd *cobra.Command, r *core.ValueReview) {
			r.Status = core.ReviewCorrected
			cmd.Flags().StringVar(&r.Value, "value", "", "what is printed")
			cmd.Flags().StringVar(&r.Unit, "unit", "", "its unit, when that was read wrong too")
		}),
		review("reject RECORD VALUE", "Say that it is no such value", func(cmd *cobra.Command, r *core.ValueReview) {
			r.Status = core.ReviewRejected
			cmd.Flags().StringVar(&r.Reason, "reason", "", "why")
		}),
		review("unverify RECORD VALUE", "Take verify, correct or reject back", func(*cobra.Command, *core.ValueReview) {}),
		newCheck(a), newCorrectText(a), newNotes(a), newNote(a),
	}
}

func (a *app) listValues(ctx context.Context, recordID string, f core.ValueFilter) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		v, err := c.RecordValues(ctx, recordID, f)
		if err != nil {
			return err
		}
		return a.answer(v, func() error { return a.printValues(v) })
	})
}

func (a *app) printValues(v core.RecordValues) error {
	no := present.NoValues(v)
	if v.Message != "" && !strings.Contains(no, v.Message) {
		a.say("%s", v.Message)
	}
	if len(v.Orphaned) > 0 {
		a.say("%s read differently now: %s unverified. See them with --json.",
			core.Plural(len(v.Orphaned), "reviewed value", "reviewed values"), isAre(len(v.Orphaned)))
	}
	if no != "" {
		return a.line("%s", no)
	}
	texts := make([]string, len(v.Results))
	for i, x := range v.Results {
		p := present.ValueOf(x)
		texts[i] = strings.TrimSpace(p.Figure + " " + strings.TrimSpace(p.Route+" "+p.Frequency))
	}
	texts = alignPoints(texts)
	short := shortIDs(v.Results)
	rows := make([][]string, len(v.Results))
	for i, x := range v.Results {
		p := present.ValueOf(x)
		rows[i] = []string{short[i], itoa(x.Page), string(x.Kind), p.Name(), texts[i], p.Unit, p.RangeWords(), flagOf(p), a.stateOf(p), strings.Join(p.Careful, "; ")}
	}
	err := a.table([]string{"ID", "PAGE", "KIND", "NAME", "VALUE", "UNIT", "RANGE", "FLAG", "STATE", "DOUBTS"}, rows)
	if err == nil && v.Unverified > 0 {
		a.say("Unverified: %d of %s. Compare with the document before use.", v.Unverified, core.Plural(v.Total, "value", "values"))
	}
	return err
}

// flagOf leaves what lies within its range without a mark.
func flagOf(v present.Value) string {
	switch is := v.Code; {
	case is == "" || is == "N" || is == v.Flag:
		return v.Flag
	case v.Flag == "":
		return is
	default:
		return is + " (" + v.Flag + ")"
	}
}

// stateOf says what a clinician said of a value, and who and when.
func (a *app) stateOf(v present.Value) string {
	r := v.Review
	if r == nil {
		return "unverified"
	}
	s := string(r.Status)
	switch r.Status {
	case core.ReviewCorrected:
		s += ", was read as " + v.Read
	case core.ReviewRejected:
		s += ": " + r.Reason
	}
	return s + ", " + a.signed(r)
}

// signed says who reviewed a value and when.
func (a *app) signed(r *core.Review) string { return present.Or(r.ByName) + " " + a.moment(r.At) }

// alignPoints pads numbers on the left so that their decimal points stand below
// each other. Nothing is added behind a number.
func alignPoints(texts []string) []string {
	whole := func(s string) (int, bool) {
		n := strings.TrimLeft(s, "<>=≤≥ ")
		if n == "" || n[0] < '0' || n[0] > '9' || strings.Trim(n, "0123456789.") != "" {
			return 0, false
		}
		if i := strings.IndexByte(s, '.'); i >= 0 {
			return ui.Width(s[:i]), true
		}
		return ui.Width(s), true
	}
	widest := 0
	for _, t := range texts {
		if w, ok := whole(t); ok {
			widest = max(widest, w)
		}
	}
	out := make([]string, len(texts))
	for i, t := range texts {
		if w, ok := whole(t); ok {
			t = strings.Repeat(" ", widest-w) + t
		}
		out[i] = t
	}
	return out
}

// shortIDs cuts ids to what tells them apart, at least eight characters.
func shortIDs(values []core.Value) []string {
	for n := 8; ; n++ {
		seen := map[string]bool{}
		longer := false
		short := make([]string, len(values))
		for i, v := range values {
			short[i] = v.ID[:min(n, len(v.ID))]
			longer = longer || len(v.ID) > n
			seen[short[i]] = true
		}
		if len(seen) == len(values) || !longer {
			return short
		}
	}
}

// reviewValue says something of a value, or with an empty review takes it back.
func (a *app) reviewValue(ctx context.Context, recordID, valueID string, r core.ValueReview) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		id, err := fullValueID(ctx, c, recordID, valueID)
		if err != nil {
			return err
		}
		var v core.Value
		if r.Status == "" {
			v, err = c.UndoReview(ctx, recordID, id, r.Version)
		} else {
			v, err = c.ReviewValue(ctx, recordID, id, r)
		}
		if err != nil {
			return err
		}
		return a.answer(v, func() error {
			p := present.ValueOf(v)
			if p.Read != "" {
				return a.line("%s %s: corrected to %s, %s.", p.Name(), p.Read, strings.TrimSpace(v.Review.Text+" "+v.Review.Unit), a.signed(v.Review))
			}
			return a.line("%s %s: %s.", p.Name(), p.Amount(), a.stateOf(p))
		})
	})
}

// fullValueID finds the value whose id begins so, also among those that only a
// review remembers.
func fullValueID(ctx context.Context, c *clinicianapi.Client, recordID, begin string) (string, error) {
	v, err := c.RecordValues(ctx, recordID, core.ValueFilter{})
	if err != nil {
		return "", err
	}
	all := v.Results
	for _, o := range v.Orphaned {
		all = append(all, o.Value)
	}
	found := ""
	for _, x := range all {
		switch {
		case x.ID == begin:
			return begin, nil
		case strings.HasPrefix(x.ID, begin) && found != "" && found != x.ID:
			return "", usagef("several values begin with %q; give more of the id", begin)
		case strings.HasPrefix(x.ID, begin):
			found = x.ID
		}
	}
	if found == "" {
		return "", core.Errorf(core.CodeNotFound, "The record has no such value. List them with: clinician-tui records values %s", recordID)
	}
	return found, nil
}

func newCheck(a *app) *cobra.Command {
	var resolve bool
	var reason, seen string
	cmd := &cobra.Command{Use: "check RECORD", Short: "See whether a record belongs to its patient, or say that it does", Args: takes("a record's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if resolve && strings.TrimSpace(reason) == "" {
				return usagef("--resolve needs --reason: why the record belongs to this patient")
			}
			if !resolve && reason != "" {
				return usagef("--reason goes with --resolve")
			}
			return a.checkPatient(cmd.Context(), args[0], resolve, seen, reason)
		}}
	cmd.Flags().BoolVar(&resolve, "resolve", false, "the record belongs to this patient")
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	return seenFlag(cmd, &seen)
}

func (a *app) checkPatient(ctx context.Context, recordID string, resolve bool, seen, reason string) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		d, err := c.PatientCheck(ctx, recordID)
		if err == nil && resolve {
			d, err = c.ResolveCheck(ctx, recordID, cmp.Or(seen, d.Version), reason)
		}
		if err != nil {
			return err
		}
		return a.answer(d, func() error {
			if err := a.line("%s", checkText(d)); err != nil || len(d.Pages) == 0 {
				return err
			}
			rows := make([][]string, len(d.Pages))
			for i, p := range d.Pages {
				fits := ""
				if p.OtherPatientID != 0 {
					fits = "patient " + strconv.FormatInt(p.OtherPatientID, 10)
				}
				rows[i] = []string{itoa(p.Page), p.Name, p.DateOfBirth.Display(), strings.Join(p.Identifiers, ", "), verdict(p.Verdict), fits, p.Reason}
			}
			return a.table([]string{"PAGE", "NAME", "BORN", "NUMBERS", "VERDICT", "FITS", "WHY"}, rows)
		})
	})
}

func checkText(d core.DocumentCheck) string {
	switch d.Check {
	case core.CheckMatch:
		return "The record says that it belongs to its patient."
	case core.CheckPatient:
		return "CHECK PATIENT: the record may belong to somebody else. It is left out of trends and exports until that is decided."
	case core.CheckResolved:
		if d.Resolution != nil {
			return "Decided by " + present.Or(d.Resolution.ByName) + ": the record belongs to its patient. " + d.Resolution.Reason
		}
		return "Decided: the record belongs to its patient."
	}
	return present.NoNames(d)
}

func verdict(c core.PatientCheck) string {
	switch c {
	case core.CheckMatch:
		return "fits"
	case core.CheckPatient:
		return "CHECK"
	case core.CheckResolved:
		return "decided"
	}
	return "says nothing"
}
