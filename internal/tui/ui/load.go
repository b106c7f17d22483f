package ui

import (
	"context"
	"reflect"
	"runtime/debug"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// ID is the address of a screen. It is never used twice in one run.
type ID uint64

// Slot names one kind of work of a screen. Starting work in a slot makes
// whatever the slot did before stale.
type Slot string

// Scope is a screen's address and lifetime: its context ends with Close, and
// it knows which answers are still wanted. It belongs to the event loop.
type Scope struct {
	id     ID
	ctx    context.Context
	cancel context.CancelFunc
	gen    uint64
	slots  map[Slot]work
	crew   *Crew
}

// Crew counts what Load has started and what has not ended, so that the program
// can wait for cleaning up at its end. The zero Crew is ready; many goroutines
// may use it.
type Crew struct {
	mu   sync.Mutex
	busy int
	idle chan struct{}
}

func (c *Crew) add(n int) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy += n; c.busy == 0 && c.idle != nil {
		close(c.idle)
		c.idle = nil
	}
}

// Wait waits until nothing is under way, at most for d.
func (c *Crew) Wait(d time.Duration) {
	c.mu.Lock()
	if c.busy == 0 {
		c.mu.Unlock()
		return
	}
	if c.idle == nil {
		c.idle = make(chan struct{})
	}
	idle := c.idle
	c.mu.Unlock()
	select {
	case <-idle:
	case <-time.After(d):
	}
}

type work struct {
	gen    uint64
	cancel context.CancelFunc
	busy   bool
	tick   bool
}

// NewScope opens a scope below ctx; crew, which may be nil, counts its work.
func NewScope(ctx context.Context, id ID, crew *Crew) *Scope {
	ctx, cancel := context.WithCancel(ctx)
	return &Scope{id: id, ctx: ctx, cancel: cancel, slots: map[Slot]work{}, crew: crew}
}

// ID is the address for results.
func (s *Scope) ID() ID { return s.id }

// Close ends the context of everything that was started here.
func (s *Scope) Close() { s.cancel() }

// Busy reports whether work of the slot has not answered yet.
func (s *Scope) Busy(slot Slot) bool { return s.slots[slot].busy }

// Working reports whether anything but a tick has not answered yet.
func (s *Scope) Working() bool {
	for _, w := range s.slots {
		if w.busy && !w.tick {
			return true
		}
	}
	return false
}

// Drop cancels what the slot does; its answer will be stale.
func (s *Scope) Drop(slot Slot) {
	if w, ok := s.slots[slot]; ok {
		w.cancel()
		delete(s.slots, slot)
	}
}

// Take reports whether an answer is the one its slot waits for, and marks the
// slot as answered.
func (s *Scope) Take(a Address) bool {
	w, ok := s.slots[a.Slot]
	if !ok || s.ctx.Err() != nil || a.To != s.id || w.gen != a.Gen {
		return false
	}
	w.busy = false
	s.slots[a.Slot] = w
	return true
}

func (s *Scope) begin(slot Slot) (Address, context.Context) {
	s.Drop(slot)
	s.gen++
	ctx, cancel := context.WithCancel(s.ctx)
	s.slots[slot] = work{gen: s.gen, cancel: cancel, busy: true}
	return Address{To: s.id, Slot: slot, Gen: s.gen}, ctx
}

// Address says whose answer a Result is, to which question.
type Address struct {
	To   ID
	Slot Slot
	Gen  uint64
}

// Result is the answer to a Load, on its way to the screen that asked.
type Result[T any] struct {
	Address
	Value T
	Err   error
}

// Where gives the address of the result.
func (r Result[T]) Where() Address { return r.Address }

// Failure gives the error of the result.
func (r Result[T]) Failure() error { return r.Err }

// Addressed is any Result.
type Addressed interface {
	Where() Address
	Failure() error
}

// Panicked says that work panicked. The terminal must not see its content.
type Panicked struct {
	Value any
	Stack []byte
}

// Load starts f away from the event loop and addresses what it gives to the
// screen that owns s, with every string cleaned. It is the only way in which screens do IO.
// f must not touch the screen; its context ends when the slot is started anew
// or dropped, or the screen closed.
func Load[T any](s *Scope, slot Slot, f func(context.Context) (T, error)) tea.Cmd {
	addr, ctx := s.begin(slot)
	crew := s.crew
	return func() (msg tea.Msg) {
		crew.add(1)
		defer crew.add(-1)
		defer func() {
			if p := recover(); p != nil {
				msg = Panicked{Value: p, Stack: debug.Stack()}
			}
		}()
		v, err := f(ctx)
		cleanValue(reflect.ValueOf(&v), false)
		return Result[T]{Address: addr, Value: v, Err: cleanError(err)}
	}
}

// Tick is what After delivers.
type Tick struct{}

// After delivers a Result[Tick] to the slot after d. A second After for the
// same slot replaces the first, so ticks cannot multiply.
func After(s *Scope, slot Slot, d time.Duration) tea.Cmd {
	addr, ctx := s.begin(slot)
	if w := s.slots[slot]; d > 0 {
		w.tick = true
		s.slots[slot] = w
	}
	return func() tea.Msg {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
		}
		return Result[Tick]{Address: addr}
	}
}
