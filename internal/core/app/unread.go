package app

import (
	"context"

	"clinician/internal/core"
)

// UnreadRecords lists the documents of all the caller's patients that the
// caller has not reviewed: exactly what the dashboard counts.
func (s *Session) UnreadRecords(ctx context.Context, q core.UnreadQuery) (core.UnreadPage, error) {
	f := fields{}
	if q.After != "" && q.Cursor != "" {
		f.add("after", "This goes without cursor: each says where the page begins.")
	}
	if f.between("limit", q.Limit, 1, 200); f.err() != nil {
		return core.UnreadPage{}, f.err()
	}
	clinicianID, err := s.panel(ctx)
	if err != nil {
		return core.UnreadPage{}, err
	}
	q.ClinicianID = clinicianID
	page, err := s.Lifecycle.UnreadRecords(ctx, q)
	if err != nil {
		return core.UnreadPage{}, err
	}
	ev := s.event(core.EventRecordsListed, core.ActionRead)
	ev.Detail = map[string]any{"unread": true, "record_count": len(page.Records)}
	return page, s.record(ctx, ev)
}
