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
	counted := map[int64]*int{}
	for i, m := range meetings {
		if !m.Start.Before(until) {
			continue
		}
		n, done := counted[m.PatientID]
		if !done {
			var err error
			if n, err = s.unreadCritical(ctx, clinicianID, m); err != nil {
				s.log.WarnContext(ctx, "critical values not counted", "err", err)
			}
			counted[m.PatientID] = n
		}
		meetings[i].CriticalValues = n
	}
}

func (s *Session) unreadCritical(ctx context.Context, clinicianID int64, m core.Appointment) (*int, error) {
	n := 0
	if m.UnreadRecords == 0 {
		return &n, nil
	}
	// An appointment outlives a handover, the right to its patient's values does not.
	if ok, err := s.Assignments.IsAssigned(ctx, clinicianID, m.PatientID); err != nil || !ok {
		return nil, err
	}
	records, err := s.Lifecycle.ListRecords(ctx, core.RecordQuery{PatientID: m.PatientID, UserID: s.who.UserID})
	if err != nil {
		return nil, err
	}
	unread := make(map[string]bool, len(records))
	for _, r := range records {
		unread[r.ID] = r.Reviewed == nil
	}
	documents, err := s.Values.ByPatient(ctx, m.PatientID, core.ValueQuery{Kind: core.ValueLaboratory, Trusted: true})
	if err != nil {
		return nil, err
	}
	for _, d := range documents {
		if !unread[d.RecordID] {
			continue
		}
		for _, v := range d.Values {
			if v.Critical() {
				n++
			}
		}
	}
	return &n, nil
}
