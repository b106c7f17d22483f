package coretest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
)

// Bus checks the contract of core.Bus. open gives two ends of the same bus, as
// two replicas have them; in one process they are the same.
func Bus(t *testing.T, open func(t *testing.T) (here, there core.Bus)) {
	t.Run("ends certainly", func(t *testing.T) { busEnds(t, open) })
	t.Run("a slow watcher gets the newest and the end", func(t *testing.T) { busSlow(t, open) })
	t.Run("who comes late gets the end", func(t *testing.T) { busLate(t, open) })
	t.Run("jobs do not mix", func(t *testing.T) { busJobs(t, open) })
	t.Run("closing and cancelling wake the watcher", func(t *testing.T) { busClose(t, open) })
	t.Run("many watchers", func(t *testing.T) { busMany(t, open) })
}

// patience bounds every wait of the suite.
const patience = 10 * time.Second

// Event makes an event of a job for tests.
func Event(jobID string, seq int64, status core.JobStatus) core.JobEvent {
	return core.JobEvent{
		Job:   core.Job{ID: jobID, RecordID: "r1", PatientID: 3, Status: status, Seq: seq, Progress: int(min(seq, 100))},
		Stage: "reading", At: time.Date(2026, 11, 23, 9, 41, 50, 0, time.UTC),
	}
}

func publish(t *testing.T, b core.Bus, ev core.JobEvent) {
	t.Helper()
	if err := b.Publish(t.Context(), ev.Job.ID, ev); err != nil {
		t.Fatal(err)
	}
}

func subscribe(t *testing.T, b core.Bus, jobID string) core.JobWatch {
	t.Helper()
	w, err := b.Subscribe(t.Context(), jobID)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return w
}

// Next fetches an event or fails when it does not come.
func Next(t *testing.T, w core.JobWatch) core.JobEvent {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ev, err := w.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

func wantEOF(t *testing.T, w core.JobWatch) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for range 2 {
		if ev, err := w.Next(ctx); err != io.EOF {
			t.Errorf("after the end: %+v, %v", ev, err)
		}
	}
}

func busEnds(t *testing.T, open func(t *testing.T) (core.Bus, core.Bus)) {
	here, there := open(t)
	for _, status := range []core.JobStatus{core.JobCompleted, core.JobFailed, core.JobCancelled} {
		id := "ends-" + string(status)
		w := subscribe(t, there, id)
		first := Event(id, 1, core.JobProcessing)
		publish(t, here, first)
		if got := Next(t, w); got.Job.Seq != 1 || got.Job.RecordID != "r1" || got.Stage != "reading" || !got.At.Equal(first.At) {
			t.Errorf("first event %+v", got)
		}
		publish(t, here, Event(id, 2, status))
		if got := Next(t, w); got.Job.Status != status {
			t.Errorf("last event %+v", got)
		}
		wantEOF(t, w)
	}
	if err := here.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if err := here.Remember(t.Context(), core.Job{ID: "x"}); err != nil {
		t.Error(err)
	}
}

func busSlow(t *testing.T, open func(t *testing.T) (core.Bus, core.Bus)) {
	here, there := open(t)
	w := subscribe(t, there, "slow")
	const events = 5000
	for seq := range int64(events) {
		publish(t, here, Event("slow", seq, core.JobProcessing))
	}
	publish(t, here, Event("slow", events, core.JobCompleted))
	last := int64(-1)
	for {
		ev := Next(t, w)
		if ev.Job.Seq <= last {
			t.Fatalf("event %d after %d", ev.Job.Seq, last)
		}
		last = ev.Job.Seq
		if ev.Final() {
			break
		}
	}
	if last != events {
		t.Errorf("the end has number %d", last)
	}
	wantEOF(t, w)
}

func busLate(t *testing.T, open func(t *testing.T) (core.Bus, core.Bus)) {
	here, there := open(t)
	publish(t, here, Event("late", 1, core.JobProcessing))
	publish(t, here, Event("late", 2, core.JobFailed))
	for range 2 {
		w := subscribe(t, there, "late")
		if got := Next(t, w); got.Job.Status != core.JobFailed || got.Job.Seq != 2 {
			t.Errorf("got %+v", got)
		}
		wantEOF(t, w)
	}
}

func busJobs(t *testing.T, open func(t *testing.T) (core.Bus, core.Bus)) {
	here, there := open(t)
	a, b := subscribe(t, there, "a"), subscribe(t, there, "ab")
	publish(t, here, Event("ab", 1, core.JobProcessing))
	publish(t, here, Event("a", 5, core.JobCompleted))
	if got := Next(t, a); got.Job.ID != "a" || got.Job.Seq != 5 {
		t.Errorf("a got %+v", got)
	}
	if got := Next(t, b); got.Job.ID != "ab" || got.Job.Seq != 1 {
		t.Errorf("ab got %+v", got)
	}
}

func busClose(t *testing.T, open func(t *testing.T) (core.Bus, core.Bus)) {
	here, there := open(t)
	w := subscribe(t, there, "close")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := w.Next(context.Background())
		ended <- err
	}()
	for range 2 {
		if err := w.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	select {
	case err := <-ended:
		if core.CodeOf(err) != core.CodeCanceled {
			t.Errorf("closed: %v", err)
		}
	case <-time.After(patience):
		t.Fatal("Close did not wake Next")
	}
	publish(t, here, Event("close", 1, core.JobCompleted)) // nobody listens, nobody minds
}

func busMany(t *testing.T, open func(t *testing.T) (core.Bus, core.Bus)) {
	here, there := open(t)
	const jobs, watchers = 5, 4
	var group sync.WaitGroup
	for j := range jobs {
		id := fmt.Sprintf("many-%d", j)
		for range watchers {
			w := subscribe(t, there, id)
			group.Go(func() {
				ctx, cancel := context.WithTimeout(context.Background(), patience)
				defer cancel()
				for {
					ev, err := w.Next(ctx)
					if err != nil {
						t.Errorf("%s: %v before the end", id, err)
						return
					}
					if ev.Final() {
						return
					}
				}
			})
		}
	}
	for j := range jobs {
		group.Go(func() {
			id := fmt.Sprintf("many-%d", j)
			for seq := range int64(50) {
				if err := here.Publish(context.Background(), id, Event(id, seq, core.JobProcessing)); err != nil {
					t.Error(err)
				}
			}
			if err := here.Publish(context.Background(), id, Event(id, 50, core.JobCompleted)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}
