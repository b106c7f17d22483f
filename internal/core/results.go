package core

import "time"

// PatientResults is a patient's laboratory results and vital signs as one table: a row a
// test, a column a day. The rows are those of TrendNames, by the same rules.
type PatientResults struct {
	PatientID int64       `json:"patient_id"`
	Days      []Date      `json:"days"`    // columns, oldest first; a zero day, of values whose day is not known, comes before them
	Count     int         `json:"count"`   // of Results
	Results   []ResultRow `json:"results"` // by group, in the order in which clinicians read them
	Coverage
	AsAt time.Time `json:"as_at"`
}

// ResultRow is one test or vital sign over time.
type ResultRow struct {
	Group  string        `json:"group"` // "Full blood count"; see TestGroups
	Name   string        `json:"name"`  // as printed most often
	Code   *Coding       `json:"code"`
	Unit   string        `json:"unit"`   // of the numbers that are not AsPrinted; "" none
	Values []ResultValue `json:"values"` // oldest first; those without a day before them
	// Change is from the certain value of the day before to the last value; nil when that
	// cannot be said, and NoChange says why.
	Change   *ResultChange `json:"change"`
	NoChange NoChange      `json:"no_change,omitempty"`
}

// Last is the newest value; of several of its day the last. Nil: no value has a day.
func (r ResultRow) Last() *ResultValue {
	if n := len(r.Values); n > 0 && !r.Values[n-1].Date.IsZero() {
		return &r.Values[n-1]
	}
	return nil
}

// ResultValue is one value of a row.
type ResultValue struct {
	TrendPoint
	Lab string `json:"lab"` // organisation of the record; "" not known
	// InUnit is the number in the unit of the row; nil: it is printed in that unit.
	InUnit *Amount `json:"in_unit,omitempty"`
	// AsPrinted: the unit is another than the row's and is not converted.
	AsPrinted bool `json:"as_printed,omitempty"`
}

// Doubtful reports whether somebody has to look before v may be compared with others.
func (v ResultValue) Doubtful() bool { return !v.Verified && (len(v.Doubts) > 0 || v.Probably) }

// ResultChange is a difference between two values, in the unit of the row.
type ResultChange struct {
	By       float64 `json:"by"`
	Text     string  `json:"text"`      // with its sign: "+16", "-0.4", "0"
	Since    Date    `json:"since"`     // the day of the earlier value
	From     string  `json:"from"`      // the earlier value, in the unit of the row
	OtherLab bool    `json:"other_lab"` // they are of two laboratories, or whose they are is not known
}

// NoChange says why a change is not given.
type NoChange string

const (
	NoChangeOnly   NoChange = "only"    // there is no certain value of a day before
	NoChangeDoubt  NoChange = "doubt"   // the last value is in doubt
	NoChangeNumber NoChange = "number"  // the last value is no plain number
	NoChangeUnit   NoChange = "unit"    // the last value's unit is not the row's
	NoChangeDay    NoChange = "day"     // no value has a day
	NoChangeSame   NoChange = "several" // the last day has several values that differ
)
