package wire

import (
	"time"

	"clinician/internal/core"
)

// PathSearch searches the text of all the caller's patients' documents.
const PathSearch = "/api/clinician/search/"

// PathPatientSearch searches the text of one patient's documents.
func PathPatientSearch(id int64) string { return PathPatient(id) + "search/" }

// PathPatientTrends lists what can be followed over time; with name, one trend.
func PathPatientTrends(id int64) string { return PathPatient(id) + "trends/" }

// TrendNames answers PathPatientTrends without a name.
type TrendNames struct {
	PatientID int64            `json:"patient_id"`
	Count     int              `json:"count"`
	Results   []core.TrendName `json:"results"`
	AsAt      time.Time        `json:"as_at"`
}

// Trend answers PathPatientTrends with a name.
type Trend struct {
	PatientID int64 `json:"patient_id"`
	core.Trend
	AsAt time.Time `json:"as_at"`
}
