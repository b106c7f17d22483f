package page

import (
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
	"fmt"
	"sync/atomic"
	"time"
)

// Transfer is a file on its way; the counters are written from another goroutine.
type Transfer struct {
	Done  *atomic.Int64
	Total *atomic.Int64 // 0: not known
	Tries *atomic.Int64 // how often the link broke
	Had   *atomic.Int64 // of done, what an earlier try had sent
	began time.Time
}

func NewTransfer(total int64, now time.Time) Transfer {
	t := Transfer{Done: new(atomic.Int64), Total: new(atomic.Int64), Tries: new(atomic.Int64), Had: new(atomic.Int64), began: now}
	t.Total.Store(total)
	return t
}

// Part is how much is done, 0..1; -1 not known.
func (t Transfer) Part() float64 {
	if total := t.Total.Load(); total > 0 {
		return min(1, float64(t.Done.Load())/float64(total))
	}
	return -1
}

// View draws bar, bytes and rate.
func (t Transfer) View(th *ui.Theme, now time.Time, w int) string {
	n, total, part := t.Done.Load(), t.Total.Load(), t.Part()
	amount := present.Size(n)
	if total > 0 {
		amount += " of " + present.Size(total)
	}
	if took := now.Sub(t.began); took >= time.Second {
		amount += ", " + present.Size(int64(float64(max(0, n-t.Had.Load()))/took.Seconds())) + "/s"
	}
	if had := t.Had.Load(); had > 0 {
		amount += "\n Going on where an earlier try stopped: " + present.Size(had) + " were there."
	}
	out := " " + ui.Bar(th, part, min(50, w-4)) + "\n " + amount
	if n := t.Tries.Load(); n > 0 {
		out += "\n\n" + ui.Block(th.Warn.Render, fmt.Sprintf("! The connection was lost. It is tried again by itself (%d so far); nothing is stored twice.", n), w)
	}
	return out
}
