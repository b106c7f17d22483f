package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"clinician/internal/core"
)

// medicines gives what the documents of a chart say of medicines; records are those of
// the chart. Documents that may be somebody else's, that were entered in error or moved
// away, and those that another holds byte for byte, do not count. That the lists cannot
// be had takes nothing else of the chart away.
func (s *Session) medicines(ctx context.Context, patientID int64, records []core.Record) (core.Medicines, error) {
	m := core.Medicines{Prescriptions: []core.Prescription{}, Stopped: []core.Prescription{}}
	documents, err := s.Values.ByPatient(ctx, patientID, core.ValueQuery{Kind: core.ValueMedication, Trusted: true})
	if ctx.Err() != nil {
		return m, ctx.Err()
	}
	if err != nil {
		s.log.ErrorContext(ctx, "medicines of a chart cannot be read", "patient_id", patientID, "err", err)
		m.Problem = "What documents say of medicines cannot be read now. Look into the documents; if it stays, tell your administrator."
		return m, nil
	}
	return medicinesOf(documents, records), nil
}

// medicinesOf gives what some documents of a chart say of medicines.
func medicinesOf(documents []core.DocumentValues, records []core.Record) core.Medicines {
	m := core.Medicines{Prescriptions: []core.Prescription{}, Stopped: []core.Prescription{}, Coverage: coverage(documents, records)}
	counts := counting(documents, records)
	for _, d := range documents {
		r, ok := counts[d.RecordID]
		if !ok {
			continue
		}
		for _, v := range d.Values {
			if v.Kind == core.ValueMedication {
				addMedicine(&m, v, r)
			}
		}
	}
	slices.SortStableFunc(m.Prescriptions, newerMedicine)
	slices.SortStableFunc(m.Stopped, newerMedicine)
	return m
}

func addMedicine(m *core.Medicines, v core.Value, r core.Record) {
	switch {
	case v.Review == nil:
		m.Unverified++
		return
	case v.Review.Status == core.ReviewRejected || v.Negated:
		return
	}
	p := core.Prescription{Value: v, Title: cmp.Or(r.Title, r.Type.TypeName), DocumentDate: r.DocumentDate}
	switch v.Context {
	case "", "continued", "started", "changed": // any other is of another time or person
		m.Prescriptions = append(m.Prescriptions, p)
	case "stopped":
		m.Stopped = append(m.Stopped, p)
	}
}

// newerMedicine puts the newest day first; what has none is not taken for the newest.
func newerMedicine(a, b core.Prescription) int {
	return cmp.Or(b.Day().Time().Compare(a.Day().Time()), cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
}
