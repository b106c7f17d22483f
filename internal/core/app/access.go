package app

import (
	"context"
	"slices"
	"strconv"
	"time"

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
	if page.Accesses, err = s.accesses(ctx, events); err != nil {
		return core.AccessPage{}, err
	}
	// Reads come into the log a moment after they were made: its order is not quite that of time.
	slices.SortStableFunc(page.Accesses, func(a, b core.Access) int { return b.At.Compare(a.At) })
	if cursor == "" {
		page.People, page.PeopleSince, err = s.accessPeople(ctx, patientID)
	}
	return page, err
}

const (
	actsAtOnce  = 2000  // that are counted for one query
	actsCounted = 40000 // of a chart, from the newest on
)

// accessPeople counts who ever acted on a chart. since is when the counting had to stop.
func (s *Session) accessPeople(ctx context.Context, patientID int64) (people []core.AccessPerson, since *time.Time, err error) {
	var all []core.AuditEvent
	for before := int64(0); ; before = all[len(all)-1].Seq {
		events, err := s.Audit.Query(ctx, core.AuditQuery{PatientID: patientID, BeforeSeq: before, Limit: actsAtOnce})
		if err != nil {
			return nil, nil, err
		}
		all = append(all, events...)
		if len(events) < actsAtOnce {
			break
		}
		if len(all) >= actsCounted {
			since = &all[len(all)-1].At
			break
		}
	}
	acts, err := s.accesses(ctx, all)
	if err != nil {
		return nil, nil, err
	}
	return core.PeopleOf(acts), since, nil
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
