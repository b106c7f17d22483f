package portal

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/store"
)

// Outbox tells the portal's event log what our audit log has: the audit log is itself
// the outbox, with a mark of how far it was told, so that nothing is lost while the
// other side is away or we are. An event may be told twice after a crash, never out
// of order.
type Outbox struct {
	db     *store.DB
	source core.PeopleSource
	log    *slog.Logger
	every  time.Duration
}

// NewOutbox makes an Outbox.
func NewOutbox(o Options) *Outbox {
	return &Outbox{db: o.Store, source: o.Source, log: o.Log, every: time.Second}
}

const (
	outboxBatch   = 100
	outboxLongest = 30 * time.Second
)

// Run tells events until ctx ends.
func (b *Outbox) Run(ctx context.Context) {
	wait := b.every
	for {
		n, err := b.Tell(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			b.log.WarnContext(ctx, "events wait to be told to database-service", "err", err)
			wait = min(2*wait, outboxLongest)
		default:
			wait = b.every
		}
		if n == outboxBatch && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait + rand.N(wait/4)):
		}
	}
}

// Tell tells the oldest events and says how many. It stops at the first that does not
// arrive; one that the other side will never take is left out, with a line in the log.
func (b *Outbox) Tell(ctx context.Context) (n int, err error) {
	list, err := b.db.UnsentEvents(ctx, outboxBatch)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	var sent int64
	for _, ev := range list {
		if e, ok := asSourceEvent(ev); ok {
			if err = b.source.PostEvent(ctx, e); core.CodeOf(err) == core.CodeInvalid {
				b.log.ErrorContext(ctx, "database-service refuses an event; it stands in our audit log only", "seq", ev.Seq, "type", ev.Type, "err", err)
				err = nil
			}
			if err != nil {
				break
			}
		}
		sent = ev.Seq
		n++
	}
	if sent > 0 {
		if noted := b.db.EventsSent(context.WithoutCancel(ctx), sent); noted != nil {
			return n, noted
		}
	}
	return n, err
}

// service is the name the replaced service gave itself.
const service = "clinician-service"

// originalKeys are the data of the replaced service's own events.
var originalKeys = map[string][]string{
	core.EventRegistered:       {"user_id", "clinician_id"},
	core.EventLogin:            {"user_id"},
	core.EventLogout:           {"user_id"},
	core.EventProfileUpdated:   {"user_id", "clinician_id"},
	core.EventPatientsViewed:   {"user_id", "clinician_id", "patient_count"},
	core.EventPatientViewed:    {"user_id", "clinician_id", "patient_id"},
	core.EventPatientDashboard: {"user_id", "clinician_id", "patient_id"},
}

// asSourceEvent gives an audit event as the portal's log takes it: the original's
// events under their names with exactly their data, when they succeeded; all others
// with our ids, and what did not succeed under a name that says so. The first half of
// an act in another system is left out: its end follows.
func asSourceEvent(ev core.AuditEvent) (core.SourceEvent, bool) {
	if ev.Outcome == core.OutcomeIntended {
		return core.SourceEvent{}, false
	}
	e := core.SourceEvent{Type: ev.Type, Service: service, Data: map[string]any{"user_id": ev.UserID}}
	if keys, original := originalKeys[ev.Type]; original && ev.Outcome == core.OutcomeSuccess && ev.Service != "clinician-admin" {
		for _, k := range keys {
			if v, ok := ev.Detail[k]; ok {
				e.Data[k] = v
			}
		}
		if ev.PatientID != 0 {
			e.Data["patient_id"] = ev.PatientID
		}
		e.Data["user_id"] = ev.UserID
		return e, true
	}
	if ev.Outcome != core.OutcomeSuccess {
		e.Type += "_" + string(ev.Outcome)
	}
	e.Data["outcome"] = ev.Outcome
	if ev.PatientID != 0 {
		e.Data["patient_id"] = ev.PatientID
	}
	for k, v := range map[string]string{"record_id": ev.RecordID, "job_id": ev.JobID} {
		if v != "" {
			e.Data[k] = v
		}
	}
	return e, true
}
