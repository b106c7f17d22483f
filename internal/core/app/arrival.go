package app

import (
	"context"
	"slices"
	"strings"

	"clinician/internal/core"
)

// OnArrival says which records are read without being asked for, as they come in.
type OnArrival struct {
	On     bool
	Except []string // names of record types that wait until somebody asks, in any case
}

func (o OnArrival) reads(r core.Record) bool {
	return o.On && r.CanAnalyze && !slices.ContainsFunc(o.Except, func(name string) bool {
		return strings.EqualFold(strings.TrimSpace(name), r.Type.TypeName)
	})
}

// arrived has a new record read, unless it is to be left unread, and gives it as the
// caller sees it.
func (s *Session) arrived(ctx context.Context, r core.Record, leave bool) (core.Record, error) {
	if !leave {
		r.LastJob = s.readOnArrival(ctx, r)
	}
	return s.withReview(ctx, r)
}

// readOnArrival queues the reading of a new record, for who brought it, whose act it
// is. The record is stored: that it could not be queued is no reason to say otherwise,
// and it is in the backlog then.
func (s *Session) readOnArrival(ctx context.Context, r core.Record) *core.JobBrief {
	if !s.arrival.reads(r) {
		return r.LastJob
	}
	ctx = context.WithoutCancel(ctx) // who has hung up has brought a document all the same
	ev := s.event(core.EventJobSubmitted, core.ActionExecute)
	ev.Detail = map[string]any{"on_arrival": true}
	j, err := s.Recognizer.Submit(ctx, core.JobRequest{Record: r, UserID: s.who.UserID, Arrival: true}, ev)
	if err != nil {
		s.log.WarnContext(ctx, "record not read on arrival; it is in the backlog", "record_id", r.ID, "err", err)
		return r.LastJob
	}
	return &core.JobBrief{ID: j.ID, Status: j.Status}
}

// lookedAt puts in front what waits to be read of a record that somebody looks at.
func (s *Session) lookedAt(ctx context.Context, recordID string) {
	if err := s.Recognizer.Hasten(ctx, recordID); err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "reading not hastened", "record_id", recordID, "err", err)
	}
}
