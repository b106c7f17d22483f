package present

import (
	"slices"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/text"
)

// Value is what a document says, in words and part by part: as it counts now,
// which is as a clinician corrected it, else as printed. Parts that there are
// none of are "". Whoever leaves parts out for want of room keeps Name and
// Amount: they hold what turns a value into its opposite.
//
//	Warfarin (stopped)               5 mg oral once daily
//	breast cancer (family history)
//	NOT chest pain                   no chest pain
//	D-dimer                          <14 ng/mL
type Value struct {
	Negated bool
	Subject string // what it is of, as printed: "Haemoglobin", "Warfarin", "breast cancer"
	Context string // "stopped", "family history", "possible", ...; "" when the subject says it itself

	Figure    string // with its comparator: "<14"; the dose of a medicine; the code of what has nothing else
	Unit      string // "" for medicines, whose dose holds it
	Route     string // medicines only
	Frequency string // medicines only

	Code    string // HH H N L LL A AA, see core.Value.Interpretation; "" not certain
	Flag    string // as printed on the report
	Range   string // as printed on the report
	Ranged  bool   // it is of a kind that has ranges and flags
	Page    int
	Date    core.Date    // the day it is of; zero: not known
	Careful []string     // doubts and cautions: why a person has to look
	Review  *core.Review // nil: unverified
	Read    string       // what the machine read, with its unit, when a person corrected it
}

// ValueOf puts v into words.
func ValueOf(v core.Value) Value {
	p := Value{Negated: v.Negated, Subject: v.Name, Figure: printed(v), Unit: v.Unit, Code: v.Interpretation(), Flag: v.Flag, Range: v.Range,
		Ranged: v.Kind == core.ValueLaboratory || v.Kind == core.ValueVital, Page: v.Page, Date: v.Date,
		Careful: slices.Concat(v.Doubts, v.Cautions), Review: v.Review}
	if !strings.EqualFold(v.Context, v.Name) {
		p.Context = v.Context
	}
	if v.Kind == core.ValueMedication {
		p.Unit, p.Route, p.Frequency = "", v.Route, v.Frequency
	}
	if r := v.Review; r != nil && r.Status == core.ReviewCorrected {
		p.Read = joined(p.Figure, p.Unit)
		if r.Text != "" {
			p.Figure = r.Text
		}
		if r.Unit != "" {
			p.Unit = r.Unit
		}
	}
	return p
}

// printed gives the figure as it stands on the page, the comparator once.
func printed(v core.Value) string {
	switch {
	case v.Kind == core.ValueMedication && v.Dose != "":
		return v.Dose
	case v.Text == "" && v.Code != nil:
		return v.Code.Code
	}
	if c, _ := core.PlainNumber(v.Text); c == "" && v.Comparator != "" && v.Text != "" {
		return v.Comparator + v.Text
	}
	return v.Text
}

// Name is what the value is of. A negation stands in front, where it cannot be
// cut off: "NOT chest pain", "Warfarin (stopped)".
func (v Value) Name() string {
	name := v.Subject
	if v.Negated {
		name = "NOT " + name
	}
	if v.Context != "" {
		name += " (" + v.Context + ")"
	}
	return name
}

// Amount is figure, unit, route and frequency: "5 mg oral once daily".
func (v Value) Amount() string { return joined(v.Figure, v.Unit, v.Route, v.Frequency) }

// Manner is what stands behind the figure in a column of its own: unit, or route and frequency.
func (v Value) Manner() string { return joined(v.Unit, v.Route, v.Frequency) }

// Statement is Name and Amount, without an amount that says the subject again:
// "Warfarin (stopped): 5 mg oral once daily", "breast cancer (family history)".
func (v Value) Statement() string {
	amount := v.Amount()
	if amount == "" || strings.EqualFold(amount, v.Subject) {
		return v.Name()
	}
	return v.Name() + ": " + amount
}

// FlagWords says where the value lies: "critically high", "low", "normal",
// "flagged *"; "no range" and "unclear" where the report does not say, which is
// not normal. "" for what has no flags.
func (v Value) FlagWords() string {
	switch {
	case !v.Ranged:
		return ""
	case interpretations[v.Code] != "":
		return interpretations[v.Code]
	case v.Flag != "":
		return "flagged " + v.Flag
	case v.Range == "":
		return "no range"
	}
	return "unclear"
}

// interpretations are HL7's codes in words.
var interpretations = map[string]string{"HH": "critically high", "H": "high", "L": "low", "LL": "critically low", "A": "abnormal", "AA": "critically abnormal", "N": "normal"}

// RangeWords is the range, or "no range" for what should have one.
func (v Value) RangeWords() string {
	if !v.Ranged {
		return v.Range
	}
	return rangeOr(v.Range)
}

func rangeOr(printed string) string {
	if printed == "" {
		return "no range"
	}
	return printed
}

// State says where the value comes from and whether a person agreed: "scan,
// unverified", "scan, corrected by Ann Lee, was read as 4.S mmol/L", "scan,
// rejected by Ann Lee: another patient's line".
func (v Value) State() string {
	r := v.Review
	if r == nil {
		return ReviewState(nil)
	}
	s := ReviewState(r)
	if v.Read != "" {
		s += ", was read as " + v.Read
	}
	if r.Reason != "" {
		s += ": " + r.Reason
	}
	return s
}

// AsRead is what the machine read of v, which a person who verifies a value in doubt
// types from the page: its figure, or what it is of when it has none.
func AsRead(v core.Value) string {
	if figure := printed(v); figure != "" {
		return figure
	}
	return v.Name
}

// TypedAs reports whether what a person typed from the page is what the machine read,
// with or without its unit.
func TypedAs(v core.Value, typed string) bool {
	read := AsRead(v)
	return text.SameFigure(typed, read) || v.Kind != core.ValueMedication && v.Unit != "" && text.SameFigure(typed, read+" "+v.Unit)
}

// ReviewState says that a value was read by a machine, and whether a person agreed:
// "scan, unverified", "scan, verified by Ann Lee".
func ReviewState(r *core.Review) string {
	switch {
	case r == nil:
		return "scan, unverified"
	case r.ByName == "":
		return "scan, " + string(r.Status)
	}
	return "scan, " + string(r.Status) + " by " + r.ByName
}

// Sentence is all of it in one line:
//
//	Haemoglobin: 11.2 g/dL, low, range 12.0 - 15.5, page 1, of 10-Nov-2026, scan, unverified
func (v Value) Sentence() string {
	parts := []string{v.Statement(), v.FlagWords()}
	switch {
	case v.Range != "":
		parts = append(parts, "range "+v.Range)
	case v.FlagWords() != "no range":
		parts = append(parts, v.RangeWords())
	}
	parts = append(parts, "page "+strconv.Itoa(v.Page))
	day := DayKnown(v.Date)
	if !v.Date.IsZero() {
		day = "of " + day
	}
	parts = append(parts, day)
	parts = append(parts, v.State())
	if len(v.Careful) > 0 {
		parts = append(parts, "careful: "+strings.Join(v.Careful, "; "))
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// joined puts single spaces between what there is.
func joined(parts ...string) string {
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}
