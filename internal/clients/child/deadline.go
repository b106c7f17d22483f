package child

import (
	"context"
	"errors"
	"runtime"
	"time"
)

// patience is how much longer than its processor time an answer may take on the clock on
// the wall. It only ends what waits for something that never comes.
const patience = 10

// Why a child was ended: causes of ErrSlow.
var (
	ErrSpent = errors.New("child: the processor time allowed is spent")
	ErrHangs = errors.New("child: nothing came for far longer than it may compute")
)

// bound ends ctx, by end, once the process has computed for limit since it was called,
// or after patience times that. It returns when ctx has ended. A machine that is busy
// with other things does not make a good document a bad one.
func bound(ctx context.Context, pid int, limit time.Duration, end context.CancelCauseFunc) {
	began, _ := processorTime(pid)
	wall := time.NewTimer(patience * limit)
	defer wall.Stop()
	look := time.NewTimer(soonest(limit))
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wall.C:
			end(ErrHangs)
			return
		case <-look.C:
		}
		now, known := processorTime(pid)
		if !known {
			continue // the wall is left
		}
		left := limit - (now - began)
		if left <= 0 {
			end(ErrSpent)
			return
		}
		look.Reset(soonest(left))
	}
}

// soonest is when a process may have computed for so long at the earliest.
func soonest(left time.Duration) time.Duration {
	return max(left/time.Duration(runtime.NumCPU()), 5*time.Millisecond)
}
