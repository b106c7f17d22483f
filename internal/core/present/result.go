package present

import (
	"slices"
	"strings"

	"clinician/internal/core"
)

// Result is one value of the table of results, in words.
type Result struct {
	Figure  string // in the unit of its row: "97"; as printed where that is another unit
	Unit    string // of Figure
	Printed string // what the report or a person says, where Figure is another: "1.1 mg/dL"
	Code    string // HH H N L LL A; "" not certain
	Flag    string // Code in words; "no range" or "unclear" where the report does not say
	Range   string // as printed on its report, with its unit where that is not the row's; "no range"
	Day     string
	State   string // "scan, unverified, in doubt"
	Careful []string
}

// ResultOf puts v, a value of r, into words.
func ResultOf(r core.ResultRow, v core.ResultValue) Result {
	p := Result{Figure: TrendFigure(v.TrendPoint), Unit: r.Unit, Code: v.Interpret, Range: rangeOr(v.Range), Day: DayKnown(v.Date),
		State: TrendPointOf(v.TrendPoint).State}
	p.Flag = Value{Ranged: true, Code: v.Interpret, Range: v.Range}.FlagWords()
	if !v.Verified {
		p.Careful = v.Doubts
	}
	switch {
	case v.InUnit != nil:
		p.Figure, p.Printed = v.InUnit.Text, joined(v.Text, v.Unit)
	case v.AsPrinted:
		if p.Unit = v.Unit; p.Unit == "" {
			p.Unit = "without a unit"
		}
	case v.Number == nil:
		p.Unit = ""
	}
	if v.Probably {
		p.Printed = v.Text
		if v.InUnit != nil {
			p.Figure += "?"
		}
	}
	if v.Range != "" && core.UnitKey(v.Unit) != core.UnitKey(r.Unit) {
		p.Range = joined(v.Range, v.Unit)
	}
	return p
}

// Amount is figure and unit.
func (p Result) Amount() string { return joined(p.Figure, p.Unit) }

// Origin says how Figure came about where it is not what is printed: "from 1.1 mg/dL"; ""
// when it is printed so.
func (p Result) Origin() string {
	switch {
	case p.Printed == "":
		return ""
	case strings.HasSuffix(p.Figure, "?"):
		return "probably, read as " + p.Printed
	}
	return "from " + p.Printed
}

// Sentence is all of it in one line, without the name of its test:
//
//	97 µmol/L from 1.1 mg/dL, high, range 0.6 - 1.0 mg/dL, of 10-Nov-2026, scan, unverified
func (p Result) Sentence() string {
	parts := []string{joined(p.Amount(), p.Origin()), p.Flag}
	if p.Range != "no range" {
		parts = append(parts, "range "+p.Range)
	}
	day := p.Day
	if day != DayKnown(core.Date{}) {
		day = "of " + day
	}
	parts = append(parts, day, p.State)
	if len(p.Careful) > 0 {
		parts = append(parts, "careful: "+strings.Join(p.Careful, "; "))
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// Change says what changed since the certain value before the last one, or why that is
// not said: "+16 since 01-Sep-2026 (88), another laboratory", "no earlier value".
func Change(r core.ResultRow) string {
	if c := r.Change; c != nil {
		text := c.Text
		if c.By == 0 {
			text = "the same"
		}
		text += " since " + DayKnown(c.Since) + " (" + c.From + ")"
		if c.OtherLab {
			text += ", another laboratory or range"
		}
		return text
	}
	return noChange[r.NoChange]
}

// ChangeShort is the difference alone, or a word why there is none.
func ChangeShort(r core.ResultRow) string {
	if c := r.Change; c != nil {
		if c.OtherLab {
			return c.Text + " (lab)"
		}
		return c.Text
	}
	return noChangeShort[r.NoChange]
}

var noChange = map[core.NoChange]string{
	core.NoChangeOnly:   "no certain value of a day before to compare with",
	core.NoChangeDoubt:  "not compared: in doubt",
	core.NoChangeNumber: "not compared: no plain number",
	core.NoChangeUnit:   "not compared: another unit",
	core.NoChangeDay:    "not compared: the day is not known",
	core.NoChangeSame:   "not compared: a day has values that differ",
}

var noChangeShort = map[core.NoChange]string{
	core.NoChangeOnly: "first", core.NoChangeDoubt: "in doubt", core.NoChangeNumber: "no number",
	core.NoChangeUnit: "unit", core.NoChangeDay: "no day", core.NoChangeSame: "unclear",
}

// ResultSentence tells of a row: its last value and what changed.
//
//	Creatinine: last 104 µmol/L, normal, range 60 - 110, of 12-Nov-2026, scan, unverified, +16 since 01-Sep-2026 (88); 2 values
func ResultSentence(r core.ResultRow) string {
	last := r.Last()
	if last == nil {
		last = &r.Values[len(r.Values)-1]
		return r.Name + ": which is the last is not known, one is " + ResultOf(r, *last).Sentence() + "; " + core.Plural(len(r.Values), "value", "values")
	}
	return r.Name + ": last " + ResultOf(r, *last).Sentence() + ", " + Change(r) + "; " + core.Plural(len(r.Values), "value", "values")
}
