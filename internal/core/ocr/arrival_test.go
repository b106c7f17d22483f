package ocr_test

import (
	"slices"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/ocr"
)

func (h *house) arrives(s *ocr.Service, r core.Record) core.Job {
	h.t.Helper()
	j, err := s.Submit(h.t.Context(), core.JobRequest{Record: r, UserID: 1, Arrival: true}, core.AuditEvent{Type: core.EventJobSubmitted, UserID: 1})
	if err != nil {
		h.t.Fatal(err)
	}
	return j
}

// Whoever asks for a record that is being read since it came in gets that reading, also
// when it has ended; who asks after that wants it read again.
func TestAskingForWhatIsReadOnArrival(t *testing.T) {
	h := newHouse(t)
	background := &book{n: 2}
	s := h.service(func(o *ocr.Options) {
		(&book{n: 2}).use(o)
		o.Background = background.reader()
	})
	waits, rec := h.add(core.MIMEPDF, nil), h.add(core.MIMEPDF, nil)
	first, done := h.arrives(s, waits), h.arrives(s, rec)
	if first.Priority != core.PriorityArrival || done.Priority != core.PriorityArrival {
		t.Fatalf("%+v", first)
	}
	if asked := h.submit(s, waits); asked.ID != first.ID || asked.Priority != core.PriorityNormal {
		t.Errorf("asked for while it waits: %+v", asked)
	}
	if asked, err := s.Submit(t.Context(), core.JobRequest{Record: rec, UserID: 1, Priority: core.PriorityArrival}, core.AuditEvent{Type: core.EventJobSubmitted, UserID: 1}); err == nil {
		t.Errorf("asked for as if it arrived: %+v", asked)
	}
	h.start(s)
	h.ended(s, done.ID)
	h.ended(s, first.ID)
	if len(background.seen) != 2 {
		t.Errorf("in the background were read the pages %v", background.seen)
	}
	asked := h.submit(s, rec)
	if asked.ID != done.ID || asked.Status != core.JobCompleted || asked.Priority != core.PriorityNormal {
		t.Errorf("asked for when it was read: %+v", asked)
	}
	if again := h.submit(s, rec); again.ID == done.ID || again.Status != core.JobPending {
		t.Errorf("asked for again: %+v", again)
	} else {
		h.ended(s, again.ID)
	}
	h.mu.Lock()
	told := len(h.told)
	h.mu.Unlock()
	if told != 2 { // of those that were asked for before their end
		t.Errorf("%d notifications", told)
	}
}

// What is looked at goes before what was asked for, that before what arrived, and the
// backlog comes last.
func TestWhatIsLookedAtIsReadFirst(t *testing.T) {
	h := newHouse(t)
	s := h.service((&book{n: 1}).use) // not started: all jobs wait
	arrived, looked, asked := h.add(core.MIMEPDF, nil), h.add(core.MIMEPDF, nil), h.add(core.MIMEPDF, nil)
	backlog := ocr.NewJob("backlog", core.JobRequest{Record: h.add(core.MIMEPDF, nil), UserID: 1}, core.SystemClock())
	backlog.Priority = core.PriorityBacklog
	if _, err := h.db.CreateJob(t.Context(), backlog, core.AuditEvent{Type: core.EventJobSubmitted}); err != nil {
		t.Fatal(err)
	}
	ids := []string{h.arrives(s, arrived).ID, h.arrives(s, looked).ID, h.submit(s, asked).ID}
	if err := s.Hasten(t.Context(), looked.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Hasten(t.Context(), "nothing"); err != nil {
		t.Fatal(err)
	}
	var order []int
	for _, id := range append(ids, backlog.ID) {
		j, err := s.Job(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		order = append(order, j.Position)
	}
	if want := []int{2, 0, 1, 3}; !slices.Equal(order, want) {
		t.Errorf("arrived, looked at, asked for, backlog wait at %v, want %v", order, want)
	}
}
