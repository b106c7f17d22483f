package page

import (
	"context"

	"clinician/internal/core"
)

// CriticalValue is a value that its own report marks HH or LL, in a document that the user
// has not reviewed.
type CriticalValue struct {
	Record core.Record
	Value  core.Value
}

// CriticalValues are those of one patient, and of how many documents they tell.
type CriticalValues struct {
	Patient  core.Patient
	Values   []CriticalValue
	Coverage core.Coverage // of the documents that the user has not reviewed
}

// criticalClinic is what CriticalOf asks.
type criticalClinic interface {
	Patient(ctx context.Context, id int64) (core.PatientDetail, error)
	PatientRecords(ctx context.Context, patientID int64, all bool) ([]core.Record, error)
	RecordValues(ctx context.Context, recordID string, f core.ValueFilter) (core.RecordValues, error)
}

// CriticalOf finds what the server counted: in documents that are unread and
// this patient's beyond doubt, unless somebody rejected or corrected the value.
func CriticalOf(ctx context.Context, clinic criticalClinic, patient int64) (CriticalValues, error) {
	chart, err := clinic.Patient(ctx, patient)
	if err != nil {
		return CriticalValues{}, err
	}
	out := CriticalValues{Patient: chart.Patient}
	if chart.MedicalRecords == nil {
		if chart.MedicalRecords, err = clinic.PatientRecords(ctx, patient, false); err != nil {
			return out, err
		}
	}
	for _, r := range chart.MedicalRecords {
		if r.PatientID != patient || chart.Patient.ID != patient {
			return CriticalValues{}, WrongPatient()
		}
		if !IsUnread(r) {
			continue
		}
		found, err := criticalIn(ctx, clinic, r, &out.Coverage)
		if err != nil {
			return out, err
		}
		out.Values = append(out.Values, found...)
	}
	return out, nil
}

// criticalIn gives those of one unread document, and counts it.
func criticalIn(ctx context.Context, clinic criticalClinic, r core.Record, of *core.Coverage) (list []CriticalValue, err error) {
	of.Documents++
	switch {
	case r.LastJob == nil:
		of.NotRead++
		return nil, nil
	case r.PatientCheck == core.CheckPatient:
		of.InDoubt++
		return nil, nil
	}
	found, err := clinic.RecordValues(ctx, r.ID, core.ValueFilter{Kind: core.ValueLaboratory})
	if err != nil {
		return nil, err
	}
	if !found.Analyzed {
		of.NotRead++
	}
	for _, v := range found.Results {
		if v.Critical() {
			list = append(list, CriticalValue{r, v})
		}
	}
	return list, nil
}
