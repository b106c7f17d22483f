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

func newSearch(a *app) *cobra.Command {
	var q core.TextQuery
	cmd := &cobra.Command{
		Use: "search WORDS...", Short: "Search what was read from your patients' documents",
		Long: `Search the text of the documents of all your patients, or of one. All words must be on the same page;
'"no evidence of"' in quotes is a phrase. Words are found from their beginning, whatever their case and accents;
1,000 finds 1000. The newest documents come first, with [matches] in their line.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s takes what to search for", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			q.Text = strings.Join(args, " ")
			return a.search(cmd.Context(), q)
		},
	}
	cmd.Flags().Int64Var(&q.PatientID, "patient", 0, "in the documents of this patient only, by id")
	cmd.Flags().IntVar(&q.Limit, "limit", 50, "at most about so many pages with hits, up to 200")
	cmd.Flags().StringVar(&q.Cursor, "cursor", "", "go on after the page that gave this as \"next\"")
	return cmd
}

func (a *app) search(ctx context.Context, q core.TextQuery) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		hits, err := c.SearchText(ctx, q)
		if err != nil {
			return err
		}
		return a.answer(hits, func() error { return a.showHits(hits) })
	})
}

func (a *app) showHits(hits core.TextHits) error {
	if len(hits.Hits) == 0 {
		if err := a.line("%s", present.NoHits(hits, hits.Documents)); err != nil {
			return err
		}
	}
	for _, h := range hits.Hits {
		how := ""
		if h.Corrected {
			how = ", corrected text"
		}
		if h.PatientCheck == core.CheckPatient {
			how += ", CHECK PATIENT"
		}
		if err := a.line("%s  %s, %s  %s  MRN %s  record %s%s", h.DocumentDate.Display(), h.Title, present.HitPlace(h), h.PatientName,
			core.DisplayMRN(h.PatientMRN), h.RecordID, how); err != nil {
			return err
		}
		if err := a.line("    %s", bracketed(h)); err != nil {
			return err
		}
	}
	if left := present.NotSearched(hits, hits.Documents); left != "" {
		a.say("%s", left)
	}
	if hits.Next != "" {
		a.say("There are more documents to look through. Go on with --cursor %s.", hits.Next)
	}
	return nil
}

// bracketed writes a hit's line with its matches in brackets.
func bracketed(h core.TextHit) string {
	text := []rune(h.Context)
	var b strings.Builder
	at := 0
	for _, m := range h.Matches {
		if m.Start < at || m.End < m.Start || m.End > len(text) {
			break // not of this line
		}
		b.WriteString(string(text[at:m.Start]) + "[" + string(text[m.Start:m.End]) + "]")
		at = m.End
	}
	return b.String() + string(text[at:])
}

func newTrends(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "trends PATIENT [NAME]", Short: "Follow a result or vital sign over a patient's documents",
		Long: "Without NAME, list what can be followed. Values of different units or laboratories are never mixed.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s takes a patient's id, and a name", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := patientID(args[0])
			if err != nil {
				return err
			}
			return a.trends(cmd.Context(), id, strings.Join(args[1:], " "))
		},
	}
}

func (a *app) trends(ctx context.Context, patient int64, name string) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		if name != "" {
			t, err := c.Trend(ctx, patient, name)
			if err != nil {
				return err
			}
			return a.answer(t, func() error { return a.showTrend(t) })
		}
		names, err := c.TrendNames(ctx, patient)
		if err != nil {
			return err
		}
		return a.answer(names, func() error {
			if len(names.Results) == 0 {
				return a.line("%s", present.NoResults(names.Coverage))
			}
			if left := present.LeftOut(names.Coverage); left != "" {
				a.say("%s", left)
			}
			rows := make([][]string, len(names.Results))
			for i, n := range names.Results {
				rows[i] = []string{n.Name, strconv.Itoa(n.Points), strconv.Itoa(n.Verified), strings.Join(n.Units, ", "), n.Latest.Display()}
			}
			return a.table([]string{"NAME", "VALUES", "VERIFIED", "UNITS", "LATEST"}, rows)
		})
	})
}

func (a *app) showTrend(t core.PatientTrend) error {
	if left := present.LeftOut(t.Coverage); left != "" {
		a.say("%s", left)
	}
	for _, s := range t.Series {
		if err := a.line("%s", present.TrendTitle(t.Name, s)); err != nil {
			return err
		}
		rows := make([][]string, 0, len(s.Points))
		for i := len(s.Points) - 1; i >= 0; i-- { // going down a table, time goes back
			p := s.Points[i]
			words := present.TrendPointOf(p)
			rows = append(rows, []string{p.Date.Display(), p.Text, p.Interpret, words.Range, words.State, p.RecordID, strconv.Itoa(p.Page)})
		}
		if err := a.table([]string{"DATE", "VALUE", "FLAG", "RANGE", "SOURCE", "RECORD", "PAGE"}, rows); err != nil {
			return err
		}
	}
	return nil
}
