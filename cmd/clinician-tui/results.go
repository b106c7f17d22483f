package main

import (
	"context"
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

func newResults(a *app) *cobra.Command {
	var asCSV bool
	var days int
	cmd := &cobra.Command{
		Use: "results PATIENT", Short: "Show a patient's results: tests by days", Args: takes("a patient's id"),
		Long: "results shows what was found in a patient's documents as a table of tests by days, the newest day\n" +
			"last. Before a value: o unverified, * verified, ~ in doubt, = converted from the unit that is printed.\n" +
			"--csv writes one line a value, with what is printed and where; --json the whole table.",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := patientID(args[0])
			switch {
			case err != nil:
				return err
			case asCSV && a.json:
				return usagef("--csv and --json are two formats; choose one")
			case days < 0:
				return usagef("--days is a number of days, 0 for all")
			}
			return a.results(cmd.Context(), id, asCSV, days)
		},
	}
	cmd.Flags().BoolVar(&asCSV, "csv", false, "one line a value, as CSV")
	cmd.Flags().IntVar(&days, "days", 5, "how many days to print, the newest; 0 all")
	return cmd
}

func (a *app) results(ctx context.Context, patient int64, asCSV bool, days int) error {
	return a.withSession(ctx, func(c *clinicianapi.Client) error {
		r, err := c.PatientResults(ctx, patient)
		if err != nil {
			return err
		}
		return a.answer(r, func() error {
			if left := present.LeftOut(r.Coverage); left != "" && (asCSV || len(r.Results) > 0) {
				a.say("%s", left)
			}
			switch {
			case asCSV:
				return a.resultsCSV(r)
			case len(r.Results) == 0:
				return a.line("%s", present.NoResults(r.Coverage))
			}
			return a.printResults(r, days)
		})
	})
}

// printResults writes the table with the newest days.
func (a *app) printResults(r core.PatientResults, days int) error {
	shown := r.Days
	if days > 0 && len(shown) > days {
		shown = shown[len(shown)-days:]
		a.say("The newest %d of %d days; --days 0 prints all.", days, len(r.Days))
	}
	heads := []string{"TEST", "UNIT"}
	for _, d := range shown {
		heads = append(heads, strings.ToUpper(present.DayKnown(d)))
	}
	heads = append(heads, "CHANGE", "RANGE")
	var rows [][]string
	group := ""
	for _, row := range r.Results {
		if row.Group != group {
			group = row.Group
			blank := make([]string, len(heads))
			for i := range blank {
				blank[i] = " "
			}
			blank[0] = "-- " + group
			rows = append(rows, blank)
		}
		cells := []string{row.Name, row.Unit}
		for _, d := range shown {
			cells = append(cells, dayCell(row, d))
		}
		span := "-"
		if last := row.Last(); last != nil {
			span = present.ResultOf(row, *last).Range
		}
		rows = append(rows, append(cells, present.ChangeShort(row), span))
	}
	return a.table(heads, rows)
}

// dayCell is every value of a day.
func dayCell(row core.ResultRow, day core.Date) string {
	var all []string
	for _, v := range row.Values {
		if v.Date != day {
			continue
		}
		p := present.ResultOf(row, v)
		text := "o "
		switch {
		case v.Doubtful():
			text = "~ "
		case v.Verified:
			text = "* "
		}
		if v.InUnit != nil {
			text += "="
		}
		text += p.Figure
		if v.AsPrinted {
			text += " " + p.Unit
		}
		if p.Code != "N" {
			text = strings.TrimSpace(text + " " + p.Code)
		}
		all = append(all, text)
	}
	return strings.Join(all, " / ")
}

// resultsCSV writes one line a value.
func (a *app) resultsCSV(r core.PatientResults) error {
	w := csv.NewWriter(a.io.out)
	_ = w.Write([]string{"group", "test", "code", "date", "value", "unit", "printed_value", "printed_unit", "reference_range", "interpretation", "review", "doubts", "laboratory", "file_id", "page"})
	for _, row := range r.Results {
		code := ""
		if row.Code != nil {
			code = row.Code.Code
		}
		for _, v := range row.Values {
			p := present.ResultOf(row, v)
			day, unit, review := "", p.Unit, "unverified"
			if !v.Date.IsZero() {
				day = v.Date.String()
			}
			if v.AsPrinted {
				unit = v.Unit
			}
			if v.Review != nil {
				review = string(v.Review.Status)
			} else if v.Verified {
				review = "verified"
			}
			line := []string{row.Group, row.Name, code, day, p.Figure, unit, v.Text, v.Unit, v.Range, v.Interpret, review, strings.Join(v.Doubts, "; "), v.Lab, v.RecordID, strconv.Itoa(v.Page)}
			for i := range line {
				line[i] = plainCell(line[i])
			}
			_ = w.Write(line)
		}
	}
	w.Flush()
	return w.Error()
}

// plainCell keeps a cell from being a formula where it is opened: what documents print is
// nobody's program.
func plainCell(s string) string {
	s = ui.Clean(s)
	if _, n := core.PlainNumber(s); n == nil && s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}
