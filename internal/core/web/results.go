package web

import (
	"strconv"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

// daysOfPage is how many days a page of results shows without being asked for all.
const daysOfPage = 8

// resultsPage is a patient's tests by days, the newest day right, as on the screen.
type resultsPage struct {
	Back, All string
	None      string // why there is no row
	Left      string // what the rows do not tell of
	Shown     string // how many days, of how many
	Days      []string
	Span      int // columns
	Groups    []resultsGroup
}

type resultsGroup struct {
	Name string
	Rows []resultsRow
}

type resultsRow struct {
	Test, Unit, Range, Change string
	Days                      [][]resultCell
}

// resultCell is one value, with where it is from.
type resultCell struct {
	Figure, Flag, Full, Href string
	Mark                     string // "~" in doubt, "*" verified, "o" unverified
	Loud                     bool
}

// results shows all that was found in a patient's documents as a table.
func (s *Site) results(v *visit) error {
	id, err := v.patientID()
	if err != nil {
		return err
	}
	ctx := v.r.Context()
	r, err := v.PatientResults(ctx, id)
	if err != nil {
		return reworded(err, errNotYours)
	}
	patient, err := v.Banner(ctx, id)
	if err != nil {
		return reworded(err, errNotYours)
	}
	body := resultsPage{Back: chartPath(id)}
	days := r.Days
	if len(days) > daysOfPage && v.r.URL.Query().Get("days") != "all" {
		days = days[len(days)-daysOfPage:]
		body.All = patientPath(id) + "results/?days=all"
	}
	if len(r.Results) == 0 {
		body.None = present.NoResults(r.Coverage)
	} else {
		body.Left = present.LeftOut(r.Coverage)
		body.Shown = present.Rows(len(r.Days)-len(days)+1, len(r.Days), len(r.Days), "oldest first")
	}
	body.Span = len(days) + 4
	for _, d := range days {
		body.Days = append(body.Days, present.DayKnown(d))
	}
	for _, row := range r.Results {
		if n := len(body.Groups); n == 0 || body.Groups[n-1].Name != row.Group {
			body.Groups = append(body.Groups, resultsGroup{Name: row.Group})
		}
		g := &body.Groups[len(body.Groups)-1]
		g.Rows = append(g.Rows, resultsRowOf(row, days))
	}
	return v.show("results", page{Title: "Results", Section: "patients", Banner: s.bannerOf(patient), Body: body})
}

func resultsRowOf(row core.ResultRow, days []core.Date) resultsRow {
	out := resultsRow{Test: row.Name, Unit: row.Unit, Change: present.Change(row), Range: "not known"}
	if last := row.Last(); last != nil {
		out.Range = present.ResultOf(row, *last).Range
	}
	for _, d := range days {
		var cells []resultCell
		for _, v := range row.Values {
			if v.Date != d {
				continue
			}
			p := present.ResultOf(row, v)
			c := resultCell{Figure: p.Figure, Flag: p.Code, Full: p.Sentence(), Mark: "o", Loud: p.Code == "HH" || p.Code == "LL",
				Href: recordPath(v.RecordID) + "?page=" + strconv.Itoa(v.Page) + "#at-" + v.ValueID}
			switch {
			case v.Doubtful():
				c.Mark = "~"
			case v.Verified:
				c.Mark = "*"
			}
			if v.AsPrinted {
				c.Figure += " " + p.Unit
			}
			if c.Flag == "N" {
				c.Flag = ""
			}
			cells = append(cells, c)
		}
		out.Days = append(out.Days, cells)
	}
	return out
}
