package app

import (
	"context"
	"time"

	"clinician/internal/core"
)

// fillCritical counts, for the appointments that start before until, the values
// that demand attention in documents the caller has not read. What cannot be
// counted stays unknown, which is not zero.
func (s *Session) fillCritical(ctx context.Context, clinicianID int64, meetings []core.Appointment, until time.Time) {
	var patients []int64
	for _, m := range meetings {
		if m.Start.Before(until) && m.UnreadRecords > 0 {
			patients = append(patients, m.PatientID)
		}
	}
	critical, err := s.unreadCritical(ctx, clinicianID, patients)
	if err != nil {
		s.log.WarnContext(ctx, "critical values not counted", "err", err)
	}
	for i, m := range meetings {
		switch n, counted := critical[m.PatientID]; {
		case !m.Start.Before(until):
		case m.UnreadRecords == 0 || counted:
			meetings[i].CriticalValues, meetings[i].NotSearched = &n.values, n.notSearched
		}
	}
}

// criticalCount is what was found in a patient's unread documents, and how many of
// them were not looked into.
type criticalCount struct{ values, notSearched int }

// unreadCritical counts by patient. An appointment outlives a handover, the right to
// its patient's values does not: patients who are not the clinician's are left out.
func (s *Session) unreadCritical(ctx context.Context, clinicianID int64, patients []int64) (map[int64]criticalCount, error) {
	unread, err := s.Lifecycle.UnreadIDs(ctx, clinicianID, patients)
	if err != nil {
		return nil, err
	}
	critical := make(map[int64]criticalCount, len(unread))
	var records []string
	for patient, ids := range unread {
		critical[patient] = criticalCount{notSearched: len(ids)}
		records = append(records, ids...)
	}
	documents, err := s.Values.ByRecords(ctx, records, core.ValueQuery{Kind: core.ValueLaboratory, Trusted: true})
	if err != nil {
		return nil, err
	}
	for _, d := range documents {
		n, mine := critical[d.PatientID]
		if !mine {
			continue
		}
		n.notSearched-- // one document has one newest reading
		for _, v := range d.Values {
			if v.Critical() {
				n.values++
			}
		}
		critical[d.PatientID] = n
	}
	return critical, nil
}
