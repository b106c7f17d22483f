package page

import (
	"io"
	"sync"
	"time"
)

// Terminal takes what is for the terminal but no part of a frame: pictures,
// the clipboard. It writes from its own goroutine, because a terminal may be slow, and
// in one piece, so that frames and it do not mix. The zero terminal writes nothing.
type Terminal struct {
	mu    sync.Mutex
	Out   io.Writer
	queue []string
	idle  chan struct{} // closed when the queue is empty; nil when nothing is written
}

// tell writes s after what was told before. It does not wait.
func (t *Terminal) tell(s string) {
	if t == nil || t.Out == nil || s == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.queue = append(t.queue, s)
	if t.idle == nil {
		t.idle = make(chan struct{})
		go t.write()
	}
}

func (t *Terminal) write() {
	for {
		t.mu.Lock()
		if len(t.queue) == 0 {
			close(t.idle)
			t.idle = nil
			t.mu.Unlock()
			return
		}
		next := t.queue[0]
		t.queue = t.queue[1:]
		t.mu.Unlock()
		_, _ = io.WriteString(t.Out, next) // a terminal that is gone is noticed by the program itself
	}
}

// Drain waits until everything is written, at most for d.
func (t *Terminal) Drain(d time.Duration) {
	if t == nil {
		return
	}
	t.mu.Lock()
	idle := t.idle
	t.mu.Unlock()
	if idle == nil {
		return
	}
	select {
	case <-idle:
	case <-time.After(d):
	}
}

func (e *Env) tell(s string) { e.Term.tell(s) }
