package portal

import (
	"context"
	"sync"
	"time"

	"clinician/internal/core"
)

// fresh remembers when what was last fetched, and makes one fetch of many waiting
// callers. That something is not there is remembered too. Safe for many goroutines.
type fresh[K comparable] struct {
	now  core.Clock
	from string // the service that is asked, as people are told
	mu   sync.Mutex
	all  map[K]*fetched
}

// fetched is one thing that was fetched or is being fetched.
type fetched struct {
	at     time.Time // when the last fetch that succeeded began; zero: never
	absent error     // CodeNotFound, when that is what it brought
	took   time.Duration
	flight *flight // nil: none
}

type flight struct {
	done chan struct{}
	err  error
}

// mostFetched bounds what is remembered of each kind.
const mostFetched = 50_000

func newFresh[K comparable](now core.Clock, from string) *fresh[K] {
	return &fresh[K]{now: now, from: from, all: map[K]*fetched{}}
}

// ensure sees to it that key was fetched at most maxAge ago; in the second half of that
// time it has it fetched anew without waiting. did reports whether the caller waited for
// a fetch, so that the mirror may have changed. The error of a fetch goes to all who
// wait for it, that of a caller's context to this caller only: the fetch goes on.
func (f *fresh[K]) ensure(ctx context.Context, key K, maxAge time.Duration, fetch func(context.Context) error) (did bool, err error) {
	f.mu.Lock()
	e := f.all[key]
	if e == nil {
		if len(f.all) >= mostFetched {
			f.forgetOld(maxAge)
		}
		e = &fetched{}
		f.all[key] = e
	}
	age := f.now().Sub(e.at)
	valid := !e.at.IsZero() && age >= 0 && age <= maxAge
	if valid && age <= maxAge/2 {
		defer f.mu.Unlock()
		return false, e.absent
	}
	fl := e.flight
	if fl == nil {
		fl = &flight{done: make(chan struct{})}
		e.flight = fl
		go f.fly(context.WithoutCancel(ctx), e, fl, fetch)
	}
	absent := e.absent
	f.mu.Unlock()
	if valid {
		return false, absent
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-fl.done:
		return true, fl.err
	case <-ctx.Done():
		return false, ctx.Err()
	case <-timer.C:
		e := core.Errorf(core.CodeUnavailable, "%s takes long to answer; it is still being asked. Try again in a moment.", f.from)
		e.RetryAfter = 5
		return false, e
	}
}

func (f *fresh[K]) fly(ctx context.Context, e *fetched, fl *flight, fetch func(context.Context) error) {
	began, start := f.now(), time.Now() // how long it takes is real, whatever the clock says
	err := fetch(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil || core.IsNotFound(err) {
		e.at, e.absent, e.took = began, err, time.Since(start)
	}
	e.flight, fl.err = nil, err
	close(fl.done)
}

// age says how old what was fetched is, and how long the fetch took; ok is false when
// it never was, or was not there.
func (f *fresh[K]) age(key K) (age, took time.Duration, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := f.all[key]
	if e == nil || e.at.IsZero() || e.absent != nil {
		return 0, 0, false
	}
	return f.now().Sub(e.at), e.took, true
}

// forget makes the next ensure fetch. What is under way was perhaps asked before the
// change that makes it necessary, so nobody joins it any more.
func (f *fresh[K]) forget(key K) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.all, key)
}

// forgetOld drops what is too old to be of use. The caller holds mu.
func (f *fresh[K]) forgetOld(maxAge time.Duration) {
	for k, e := range f.all {
		if e.flight == nil && f.now().Sub(e.at) > maxAge {
			delete(f.all, k)
		}
	}
}

// marks remembers the panels as they were last taken over.
type marks struct {
	mu  sync.Mutex
	all map[int64]core.Mark
}

func newMarks() *marks { return &marks{all: map[int64]core.Mark{}} }

func (m *marks) get(clinicianID int64) core.Mark {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.all[clinicianID]
}

func (m *marks) set(clinicianID int64, mark core.Mark) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all[clinicianID] = mark
}

// drop forgets one: the mirror differs from what was taken over.
func (m *marks) drop(clinicianID int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.all, clinicianID)
}
