package present

import (
	"strconv"
	"strings"

	"clinician/internal/core"
)

// TrendPoint is one value of a trend in words.
type TrendPoint struct {
	Day    string // "10-Nov-2026", "day not known"
	Amount string // as printed or corrected, with its unit: "11.2 g/dL"
	Range  string // as printed on the report; "no range"
	State  string // "scan, unverified", "scan, corrected by Ann Lee"
}

// TrendPointOf puts p into words.
func TrendPointOf(p core.TrendPoint) TrendPoint {
	w := TrendPoint{Day: DayKnown(p.Date), Amount: joined(p.Text, p.Unit), Range: rangeOr(p.Range), State: ReviewState(p.Review)}
	if p.Probably {
		w.Amount = "probably " + joined(strings.TrimSuffix(TrendFigure(p), "?"), p.Unit) + ", read as " + p.Text
	}
	if p.Review == nil && p.Verified {
		w.State = "scan, verified"
	}
	if p.Review == nil && !p.Verified && len(p.Doubts) > 0 {
		w.State += ", in doubt"
	}
	return w
}

// TrendFigure is the number of a point: as printed or corrected, or what is probably
// on the paper, with a question mark.
func TrendFigure(p core.TrendPoint) string {
	if !p.Probably || p.Number == nil {
		return p.Text
	}
	return strconv.FormatFloat(*p.Number, 'f', -1, 64) + "?"
}

// Dated is the amount with its day: "11.2 g/dL (10-Nov-2026)".
func (p TrendPoint) Dated() string { return p.Amount + " (" + p.Day + ")" }

// TrendTitle is what a series follows: "Creatinine in µmol/L, North Lab". Of unit and
// laboratory it says only what is known; TrendUnit and TrendLab say what is not.
func TrendTitle(name string, s core.TrendSeries) string {
	if s.Unit != "" {
		name += " in " + s.Unit
	}
	if s.Lab != "" {
		name += ", " + s.Lab
	}
	return name
}

// TrendUnit is the unit of a series, or "no unit".
func TrendUnit(s core.TrendSeries) string {
	if s.Unit == "" {
		return "no unit"
	}
	return s.Unit
}

// TrendLab is whose laboratory a series is of, or "laboratory not known".
func TrendLab(s core.TrendSeries) string {
	if s.Lab == "" {
		return "laboratory not known"
	}
	return s.Lab
}
