package app

import (
	"strings"
	"sync"

	"clinician/internal/core"
)

// polled remembers what sessions were shown of readings: a screen that asks again every
// second how far a job is does one act, not thousands, and the audit log has one row of it.
// Who may see it is asked each time.
type polled struct {
	mu    sync.Mutex
	shown map[string]bool
}

// mostPolled bounds the memory; beyond it everything is forgotten and recorded once more.
const mostPolled = 20000

// again reports whether the session was shown this before.
func (p *polled) again(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shown[key]
}

// note notes what was recorded.
func (p *polled) note(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown == nil || len(p.shown) >= mostPolled {
		p.shown = map[string]bool{}
	}
	p.shown[key] = true
}

// pollKey names what the caller is shown: these jobs, whatever their progress.
func (s *Session) pollKey(jobs ...core.Job) string {
	ids := []string{s.who.SessionID}
	for _, j := range jobs {
		ids = append(ids, j.ID)
	}
	return strings.Join(ids, " ")
}
