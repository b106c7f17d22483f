package web

import (
	"net/url"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

// valuesView is what the newest reading found in a document.
type valuesView struct {
	Message    string
	Total      int
	Unverified int
	None       string // why no value is listed
	Groups     []valueGroup
	Orphaned   []valueRow // reviews of what reads differently now
}

type valueGroup struct {
	Heading string
	Ranged  bool
	Rows    []valueRow
}

// valueRow is one value, with what a person can say of it.
type valueRow struct {
	present.Value
	ID, Name, Amount  string
	Sign, Flag, Range string
	Loud              bool
	Day               string
	Place             string // where it stands on the scan
	Source            string
	State             string
	Doubtful          bool
	Post              string
	Version           string
}

// valueKinds is the order in which values are listed.
var valueKinds = []struct {
	kind    core.ValueKind
	heading string
}{
	{core.ValueLaboratory, "Laboratory"}, {core.ValueVital, "Vital signs"}, {core.ValueMedication, "Medicines"},
	{core.ValueDiagnosis, "Diagnoses"}, {core.ValueAllergy, "Allergies"}, {core.ValueDate, "Dates"},
}

func (s *Site) valuesView(rec core.Record, found core.RecordValues, sheet int) *valuesView {
	view := &valuesView{Message: found.Message, Total: found.Total, Unverified: found.Unverified, None: present.NoValues(found)}
	if view.Message != "" && strings.Contains(view.None, view.Message) {
		view.Message = ""
	}
	for _, k := range valueKinds {
		g := valueGroup{Heading: k.heading, Ranged: k.kind == core.ValueLaboratory || k.kind == core.ValueVital}
		for _, v := range found.Results {
			if v.Kind == k.kind {
				g.Rows = append(g.Rows, valueRowOf(rec, v, sheet))
			}
		}
		if len(g.Rows) > 0 {
			view.Groups = append(view.Groups, g)
		}
	}
	for _, o := range found.Orphaned {
		view.Orphaned = append(view.Orphaned, valueRowOf(rec, o.Value, sheet))
	}
	return view
}

func valueRowOf(rec core.Record, v core.Value, sheet int) valueRow {
	p := present.ValueOf(v)
	row := valueRow{Value: p, ID: v.ID, Name: p.Name(), Amount: p.Amount(), Flag: p.FlagWords(), Range: p.RangeWords(), Day: present.DayKnown(v.Date),
		Source: v.Source, State: p.State(), Doubtful: !v.Confident(), Post: recordPath(rec.ID) + "values/" + v.ID + "/", Version: v.Version}
	row.Sign, _ = present.FlagSign(p.Code)
	row.Loud = p.Code == "HH" || p.Code == "LL" || p.Code == "AA"
	row.Place = "#at-" + v.ID
	if v.Page != sheet {
		row.Place = recordPath(rec.ID) + "?page=" + strconv.Itoa(v.Page) + row.Place
	}
	return row
}

// reviewValue stores what a person says of a value: that it is right, what is really
// printed, that it is none; or takes that back.
func (s *Site) reviewValue(v *visit) error {
	ctx, record, value, f := v.r.Context(), v.r.PathValue("record"), v.r.PathValue("value"), v.form
	var err error
	seen := f.Get("version")
	if seen == "" { // no page of ours: nobody saw anything
		return errUnknownAct
	}
	done := f.Get("act")
	switch done {
	case "undo":
		_, err = v.UndoReview(ctx, record, value, seen)
	case string(core.ReviewVerified):
		if f.Get("value") != f.Get("read") || f.Get("unit") != f.Get("readunit") || f.Get("reason") != "" { // Enter in a field presses the first button
			return core.Errorf(core.CodeInvalid, "Not verified: you typed a correction or a reason.%s Go back and use the button below it.", typed(f))
		}
		_, err = v.ReviewValue(ctx, record, value, core.ValueReview{Version: seen, Status: core.ReviewVerified, Value: f.Get("typed")})
	case string(core.ReviewCorrected):
		_, err = v.ReviewValue(ctx, record, value, core.ValueReview{Version: seen, Status: core.ReviewCorrected, Value: f.Get("value"), Unit: f.Get("unit")})
	case string(core.ReviewRejected):
		_, err = v.ReviewValue(ctx, record, value, core.ValueReview{Version: seen, Status: core.ReviewRejected, Reason: f.Get("reason")})
	default:
		return errUnknownAct
	}
	if err != nil {
		return standing(err, typed(f))
	}
	v.redirect(recordPath(record) + "?done=" + done + pageOf(f.Get("page")) + "#value-" + value)
	return nil
}

// typed gives back what somebody wrote that was not stored.
func typed(f url.Values) string {
	switch {
	case f.Get("reason") != "":
		return " You had typed: " + f.Get("reason") + "."
	case f.Get("value") != f.Get("read") || f.Get("unit") != f.Get("readunit"):
		return " You had typed: " + strings.TrimSpace(f.Get("value")+" "+f.Get("unit")) + "."
	}
	return ""
}

var errUnknownAct = core.Errorf(core.CodeInvalid, "The form asks for something that is not known here. Open the page again and use its buttons.")

// pageOf keeps the page of a document over an act; what is no number is left out.
func pageOf(page string) string {
	n, err := strconv.Atoi(page)
	if err != nil || n < 1 {
		return ""
	}
	return "&page=" + strconv.Itoa(n)
}
