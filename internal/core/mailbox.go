package core

import (
	"context"
	"io"
	"sync"
)

// EventMailbox is the receiving end of a stream of job events, for those who
// implement Bus: it keeps the newest progress until it is fetched and never
// drops the final event. It implements JobWatch. Make one with NewEventMailbox;
// one goroutine fetches, any number may Put.
type EventMailbox struct {
	mu       sync.Mutex
	progress *JobEvent
	final    *JobEvent
	ended    bool // the final event was fetched
	wake     chan struct{}
	closed   chan struct{}
	once     sync.Once
	onClose  func()
}

// NewEventMailbox makes an empty mailbox. onClose (may be nil) is called once,
// by the first Close.
func NewEventMailbox(onClose func()) *EventMailbox {
	return &EventMailbox{wake: make(chan struct{}, 1), closed: make(chan struct{}), onClose: onClose}
}

// Put delivers an event without ever waiting. Progress replaces progress that
// was not fetched yet, unless it is older; what comes after a final event is
// dropped.
func (m *EventMailbox) Put(ev JobEvent) {
	m.mu.Lock()
	switch {
	case m.final != nil || m.ended:
	case ev.Final():
		m.final = &ev
	case m.progress == nil || ev.Job.Seq >= m.progress.Job.Seq:
		m.progress = &ev
	}
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// Next waits for the next event; io.EOF after the final one, CodeCanceled after
// Close.
func (m *EventMailbox) Next(ctx context.Context) (JobEvent, error) {
	for {
		if ev, err, ok := m.fetch(); ok {
			return ev, err
		}
		select {
		case <-m.wake:
		case <-m.closed:
		case <-ctx.Done():
			return JobEvent{}, ctx.Err()
		}
	}
}

func (m *EventMailbox) fetch() (JobEvent, error, bool) {
	select {
	case <-m.closed:
		return JobEvent{}, Errorf(CodeCanceled, "Watching was ended."), true
	default:
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.progress != nil:
		ev := *m.progress
		m.progress = nil
		return ev, nil, true
	case m.final != nil:
		ev := *m.final
		m.final, m.ended = nil, true
		return ev, nil, true
	case m.ended:
		return JobEvent{}, io.EOF, true
	}
	return JobEvent{}, nil, false
}

// Done is closed by Close.
func (m *EventMailbox) Done() <-chan struct{} { return m.closed }

// Close wakes Next and ends the stream; it may be called more than once.
func (m *EventMailbox) Close() error {
	m.once.Do(func() {
		close(m.closed)
		if m.onClose != nil {
			m.onClose()
		}
	})
	return nil
}
