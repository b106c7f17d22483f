package app

import (
	"context"
	"strconv"

	"clinician/internal/core"
)

// AccessHistory tells who did what with an assigned patient's chart, refused
// attempts and the question itself included, newest first. Limit is 1 to 500, 0
// takes 100; cursor is Next of the page before.
func (s *Session) AccessHistory(ctx context.Context, patientID int64, limit int, cursor string) (core.AccessPage, error) {
	ev := s.event(core.EventAccessRead, core.ActionRead)
	if _, err := s.allowPatient(ctx, patientID, &ev, errNotAssigned); err != nil {
		return core.AccessPage{}, err
	}
	f := fields{}
	f.between("limit", limit, 1, 500)
	before, err := strconv.ParseInt(cursor, 10, 64)
	if cursor != "" && (err != nil || before <= 0) {
		f.add("cursor", "This is not a page of this list. Start again from its beginning.")
	}
	if err := f.err(); err != nil {
		return core.AccessPage{}, err
	}
	ev.PatientID = patientID
	if err := s.record(ctx, ev); err != nil {
		return core.AccessPage{}, err
	}
	if limit <= 0 {
		limit = 100
	}
	events, err := s.Audit.Query(ctx, core.AuditQuery{PatientID: patientID, BeforeSeq: before, Limit: limit + 1})
	if err != nil {
		return core.AccessPage{}, err
	}
	page := core.AccessPage{PatientID: patientID, AsAt: s.now()}
	if len(events) > limit {
		events = events[:limit]
		page.Next = strconv.FormatInt(events[limit-1].Seq, 10)
	}
	page.Accesses, err = s.accesses(ctx, events)
	return page, err
}

// accesses gives events the names of those who acted.
func (s *Session) accesses(ctx context.Context, events []core.AuditEvent) ([]core.Access, error) {
	list := make([]core.Access, len(events))
	names := map[int64]string{}
	for i, e := range events {
		a := core.Access{At: e.At, UserID: e.UserID, Role: e.Role, Type: e.Type, Act: core.ActOf(e.Type), Action: e.Action, Outcome: e.Outcome,
			Purpose: e.Purpose, Urgent: core.Emergency(e.Purpose), RecordID: e.RecordID, JobID: e.JobID}
		switch {
		case e.UserID != 0:
			if _, named := names[e.UserID]; !named {
				u, err := s.People.User(ctx, e.UserID)
				if err != nil && !core.IsNotFound(err) {
					return nil, err
				}
				if names[e.UserID] = core.DisplayName(u.LastName, u.FirstName, ""); err != nil {
					names[e.UserID] = "somebody who is not known any more"
				}
			}
			a.Who = names[e.UserID]
		case e.Service == "clinician-admin":
			a.Who = "an administrator"
		default:
			a.Who = "the system"
		}
		list[i] = a
	}
	return list, nil
}
