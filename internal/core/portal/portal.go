// Package portal makes this server a part of the portal whose people another service
// keeps (core.PeopleSource, database-service). Our store is the mirror of that
// service: rows are fetched when they are older than a few seconds, once for however
// many callers wait, and answered from the store with its own keys, so that lists,
// search, name alerts and counters work as they do without a portal. The authority
// stays there: who a user is and whose a patient is was asked there at most MaxAge
// ago, a change is made there first, and when it does not answer nothing is shown.
//
// People is the ports that ask and change, Sessions and Authenticator who is signed
// in, Outbox the portal's event log.
package portal

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/store"
)

// How old what is answered may be.
const (
	// MaxAge is of what the authority said: a user's state, an assignment, a panel.
	MaxAge = 5 * time.Second
	// slowPanel: a panel that takes the source longer than this to give is asked for
	// less often, so that the source does nothing else; it may be slowPanelAge old. A
	// single patient's assignment is asked for all the same.
	slowPanel    = time.Second
	slowPanelAge = time.Minute
	catalogueAge = 10 * time.Minute
	// catalogueRetry is how long lists that could not be had are not asked for again on
	// the way to something else.
	catalogueRetry = 30 * time.Second

	// patience is how long a caller waits for a fetch; the fetch itself goes on, and
	// the next caller finds what it brought.
	patience = 15 * time.Second
)

// Options are what a portal is made of.
type Options struct {
	Store  *store.DB // a mirror; see BecomeMirror
	Source core.PeopleSource
	Clock  core.Clock
	Log    *slog.Logger

	SlowPanel time.Duration // a panel that takes longer is asked for less often; default slowPanel
}

// People is the ports of people and assignments over mirror and source:
// core.People, Registration, Assignments, Assigner, RecentCharts and Catalogues.
// Safe for many goroutines.
type People struct {
	db     *store.DB
	source core.PeopleSource
	now    core.Clock
	log    *slog.Logger
	slow   time.Duration

	users      *fresh[int64]
	clinicians *fresh[int64] // by user
	patients   *fresh[int64]
	panels     *fresh[int64] // by clinician
	asked      *fresh[pair]  // assignments
	catalogue  *fresh[string]
	marks      *marks

	catalogueAgain atomic.Int64 // when wantCatalogue may ask again, Unix nanoseconds
}

var (
	_ core.People       = (*People)(nil)
	_ core.Registration = (*People)(nil)
	_ core.Assignments  = (*People)(nil)
	_ core.Assigner     = (*People)(nil)
	_ core.RecentCharts = (*People)(nil)
	_ core.Catalogues   = (*People)(nil)
	_ core.Panels       = (*People)(nil)
)

// How people are told of the other services.
const (
	sourceName   = "database-service"
	verifierName = "auth-service"
)

// pair is a clinician and a patient.
type pair struct{ clinician, patient int64 }

// New makes a People. It asks nothing yet: the source may come up later.
func New(o Options) *People {
	if o.Clock == nil {
		o.Clock = core.SystemClock
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.SlowPanel == 0 {
		o.SlowPanel = slowPanel
	}
	return &People{db: o.Store, source: o.Source, now: o.Clock, log: o.Log, slow: o.SlowPanel,
		users: newFresh[int64](o.Clock, sourceName), clinicians: newFresh[int64](o.Clock, sourceName), patients: newFresh[int64](o.Clock, sourceName),
		panels: newFresh[int64](o.Clock, sourceName), asked: newFresh[pair](o.Clock, sourceName), catalogue: newFresh[string](o.Clock, sourceName), marks: newMarks()}
}

// clinicianEvery is how often the list of all clinicians is taken over: to whom
// something can be forwarded, and whose a patient of somebody else is.
const clinicianEvery = 5 * time.Minute

// Run takes over the catalogues and all clinicians, now and from time to time, until
// ctx ends. What fails is tried again soon.
func (p *People) Run(ctx context.Context) {
	for {
		wait := clinicianEvery
		if err := p.takeOver(ctx); err != nil && ctx.Err() == nil {
			wait = 5 * time.Second
			p.log.WarnContext(ctx, "catalogues and clinicians not taken over", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

func (p *People) takeOver(ctx context.Context) error {
	if err := p.ensureCatalogue(ctx); err != nil {
		return err
	}
	list, err := p.source.SourceClinicians(ctx)
	if err != nil {
		return err
	}
	return p.db.MirrorClinicians(ctx, list...)
}
