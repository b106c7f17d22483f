package core

// TrendName is an analyte or vital sign that can be followed over time.
type TrendName struct {
	Name     string   `json:"name"` // as printed most often
	Code     *Coding  `json:"code"`
	Points   int      `json:"points"`
	Verified int      `json:"verified"`
	Units    []string `json:"units"` // each once, in a spelling that was printed
	Latest   Date     `json:"latest"`
}

// Trend is one analyte or vital sign over time. Series are never mixed: each
// has one unit and one laboratory. Points in doubt make no series of their own where
// there is one they may belong to.
type Trend struct {
	Name   string        `json:"name"`
	Code   *Coding       `json:"code"`
	Series []TrendSeries `json:"series"`
}

// TrendSeries is the points of one unit and laboratory, oldest first. Points
// whose day is not known come before them: none is to pass for the newest.
type TrendSeries struct {
	Unit   string       `json:"unit"` // as printed at the first point; others may spell it otherwise
	Lab    string       `json:"lab"`  // organisation of the records; "" not known
	Points []TrendPoint `json:"points"`
}

// TrendPoint is one value of a series.
type TrendPoint struct {
	ValueID    string       `json:"value_id"`
	Date       Date         `json:"date"`
	Text       string       `json:"value"`  // as printed, or as a clinician corrected it
	Number     *float64     `json:"number"` // nil: it is no plain number, or none the test can have, and cannot be drawn
	Comparator string       `json:"comparator"`
	Unit       string       `json:"unit"`
	Range      string       `json:"reference_range"` // printed on that report; "" none
	Low        *float64     `json:"low"`             // of Range; nil: open or not readable
	High       *float64     `json:"high"`
	Interpret  string       `json:"interpretation"`
	Probably   bool         `json:"probably,omitempty"` // number and unit are what is likely on the paper: as read, the test cannot have them
	Verified   bool         `json:"verified"`           // a clinician has verified or corrected it
	Review     *Review      `json:"review"`
	Doubts     []string     `json:"doubts"`
	RecordID   string       `json:"file_id"`
	JobID      string       `json:"job_id"`
	Page       int          `json:"page"`
	Boxes      []Box        `json:"boxes"`
	Check      PatientCheck `json:"patient_check"`
}
