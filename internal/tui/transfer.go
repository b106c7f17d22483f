package tui

import (
	"clinician/internal/tui/ui"
	"fmt"
	"sync/atomic"
	"time"
)

// transfer is a file on its way; the counters are written from another goroutine.
type transfer struct {
	done  *atomic.Int64
	total *atomic.Int64 // 0: not known
	tries *atomic.Int64 // how often the link broke
	had   *atomic.Int64 // of done, what an earlier try had sent
	began time.Time
}

func newTransfer(total int64, now time.Time) transfer {
	t := transfer{done: new(atomic.Int64), total: new(atomic.Int64), tries: new(atomic.Int64), had: new(atomic.Int64), began: now}
	t.total.Store(total)
	return t
}

// part is how much is done, 0..1; -1 not known.
func (t transfer) part() float64 {
	if total := t.total.Load(); total > 0 {
		return min(1, float64(t.done.Load())/float64(total))
	}
	return -1
}

// view draws bar, bytes and rate.
func (t transfer) view(th *ui.Theme, now time.Time, w int) string {
	n, total, part := t.done.Load(), t.total.Load(), t.part()
	amount := ui.Size(n)
	if total > 0 {
		amount += " of " + ui.Size(total)
	}
	if took := now.Sub(t.began); took >= time.Second {
		amount += ", " + ui.Size(int64(float64(max(0, n-t.had.Load()))/took.Seconds())) + "/s"
	}
	if had := t.had.Load(); had > 0 {
		amount += "\n Going on where an earlier try stopped: " + ui.Size(had) + " were there."
	}
	out := " " + ui.Bar(th, part, min(50, w-4)) + "\n " + amount
	if n := t.tries.Load(); n > 0 {
		out += "\n\n" + ui.Block(th.Warn.Render, fmt.Sprintf("! The connection was lost. It is tried again by itself (%d so far); nothing is stored twice.", n), w)
	}
	return out
}
