package ocr_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/ocr"
)

// What is found in the pages is stored with the end of the job; a job whose
// pages cannot be looked into is completed all the same, and says so.
func TestAnalysis(t *testing.T) {
	for _, c := range []struct {
		name    string
		analyze func(context.Context, core.Job, []core.Page) (core.Analysis, error)
		want    string
		check   core.PatientCheck
	}{
		{"found", func(_ context.Context, _ core.Job, pages []core.Page) (core.Analysis, error) {
			if len(pages) != 2 || pages[0].Number != 1 || pages[1].Number != 2 || len(pages[0].Words) != 1 {
				return core.Analysis{}, errors.New("not the pages with their words, in order")
			}
			return core.Analysis{Sealed: []byte("found"), Check: core.CheckPatient}, nil
		}, core.AnalysisDone, core.CheckPatient},
		{"failed", func(context.Context, core.Job, []core.Page) (core.Analysis, error) {
			return core.Analysis{}, errors.New("no")
		}, core.AnalysisFailed, ""},
		{"panicked", func(context.Context, core.Job, []core.Page) (core.Analysis, error) {
			panic("a rule went wrong")
		}, core.AnalysisFailed, ""},
		{"none", nil, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			s := h.service(func(o *ocr.Options) {
				(&book{n: 2}).use(o)
				o.Analyze = c.analyze
			})
			h.start(s)
			rec := h.add(core.MIMEPDF, nil)
			j := h.ended(s, h.submit(s, rec).ID)
			if j.Status != core.JobCompleted || j.Analysis != c.want || j.Attempts != 1 {
				t.Errorf("ended as %s, analysis %q, attempt %d", j.Status, j.Analysis, j.Attempts)
			}
			stored, err := h.db.Record(t.Context(), rec.ID)
			if err != nil || stored.PatientCheck != c.check {
				t.Errorf("patient check %q, %v", stored.PatientCheck, err)
			}
			row, err := h.db.NewestFindings(t.Context(), rec.ID)
			if err != nil || (row.Sealed != nil) != (c.want == core.AnalysisDone) {
				t.Errorf("findings %q, %v", row.Sealed, err)
			}
			told, _, err := h.db.Notifications(t.Context(), 1, 10)
			if err != nil || slices.ContainsFunc(told, func(n core.Notification) bool { return n.Kind == "check_patient" }) != (c.check == core.CheckPatient) {
				t.Errorf("notifications %+v, %v", told, err)
			}
		})
	}
}

// What was read before there was an analysis, or belongs to another chart by
// now, is looked into when the queue has nothing else to do.
func TestAnalysisAfterwards(t *testing.T) {
	h := newHouse(t)
	before := h.service((&book{n: 1}).use)
	if err := before.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	rec := h.add(core.MIMEPDF, nil)
	j := h.ended(before, h.submit(before, rec).ID)
	stop(t, before)
	if j.Analysis != "" {
		t.Fatalf("analysis %q", j.Analysis)
	}
	done := make(chan core.Job, 10)
	s := h.service(func(o *ocr.Options) {
		(&book{n: 1}).use(o)
		o.Analyze = func(_ context.Context, j core.Job, pages []core.Page) (core.Analysis, error) {
			done <- j
			return core.Analysis{Sealed: []byte(pages[0].Text), Check: core.CheckPatient}, nil
		}
	})
	h.start(s)
	if got := receive(t, done); got.ID != j.ID || got.PatientID != 1 {
		t.Errorf("looked into %+v", got)
	}
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if got, err := s.Job(t.Context(), j.ID); err == nil && got.Analysis == core.AnalysisDone {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("analysis %q, %v", got.Analysis, err)
		}
	}
	row, err := h.db.FindingsOfJob(t.Context(), j.ID)
	if err != nil || string(row.Sealed) != "i" || row.Check != core.CheckPatient {
		t.Errorf("findings %+v, %v", row, err)
	}
	if err := h.db.SaveAnalysis(t.Context(), j, nil); core.CodeOf(err) != core.CodeConflict {
		t.Errorf("stored twice: %v", err)
	}
}

// A document without a page that could be read is not looked into.
func TestFailedJobIsNotAnalyzed(t *testing.T) {
	h := newHouse(t)
	s := h.service(func(o *ocr.Options) {
		(&book{n: 1, read: func(context.Context, int) error { return errors.New("no") }}).use(o)
		o.Analyze = func(context.Context, core.Job, []core.Page) (core.Analysis, error) {
			t.Error("a failed job was analysed")
			return core.Analysis{}, nil
		}
	})
	h.start(s)
	rec := h.add(core.MIMEPDF, nil)
	if j := h.ended(s, h.submit(s, rec).ID); j.Status != core.JobFailed || j.Analysis != "" {
		t.Errorf("ended as %s, analysis %q", j.Status, j.Analysis)
	}
	if _, err := h.db.Record(t.Context(), rec.ID); err != nil {
		t.Errorf("the record of a failed job: %v", err)
	}
}

func TestPriorities(t *testing.T) {
	b, began, goOn := heldBook(1)
	h := newHouse(t)
	s := h.service(b.use)
	h.start(s)
	h.submit(s, h.add(core.MIMEPDF, nil))
	receive(t, began)
	ask := func(p core.Priority) core.Job {
		t.Helper()
		j, err := s.Submit(t.Context(), core.JobRequest{Record: h.add(core.MIMEPDF, nil), UserID: 1, Priority: p}, core.AuditEvent{Type: core.EventJobSubmitted, UserID: 1})
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	low, normal, urgent := ask(core.PriorityLow), ask(""), ask(core.PriorityUrgent)
	second := ask(core.PriorityUrgent)
	if normal.Priority != core.PriorityNormal || urgent.Position != 0 || second.Position != 1 || second.WaitingFor != "1 document is read before this one." {
		t.Errorf("urgent at %d, the second one at %d: %s", urgent.Position, second.Position, second.WaitingFor)
	}
	if j, err := s.Job(t.Context(), low.ID); err != nil || j.Position != 3 || j.WaitingFor != "3 documents are read before this one." {
		t.Errorf("low: %d %q %v", j.Position, j.WaitingFor, err)
	}
	if _, err := s.Submit(t.Context(), core.JobRequest{Record: h.add(core.MIMEPDF, nil), UserID: 1, Priority: "now"}, core.AuditEvent{}); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("an unknown priority: %v", err)
	}
	close(goOn)
	order := []string{urgent.ID, second.ID, normal.ID, low.ID}
	var ends []int64
	for _, id := range order {
		ends = append(ends, h.ended(s, id).StartedAt.UnixMicro())
	}
	if !slices.IsSorted(ends) {
		t.Errorf("not by urgency: %v", ends)
	}
}

// A long document makes way for a more urgent one after the page it is at, and
// goes on after it where it was.
func TestLongJobMakesWay(t *testing.T) {
	b, began, goOn := heldBook(3)
	h := newHouse(t)
	s := h.service(b.use)
	h.start(s)
	ask := func(p core.Priority) core.Job {
		t.Helper()
		j, err := s.Submit(t.Context(), core.JobRequest{Record: h.add(core.MIMEPDF, nil), UserID: 1, Priority: p}, core.AuditEvent{Type: core.EventJobSubmitted, UserID: 1})
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	long := ask("")
	receive(t, began)
	same := ask("")
	urgent := ask(core.PriorityUrgent)
	if want := "It is the next to be read, after what is being read now."; urgent.WaitingFor != want {
		t.Errorf("waits for %q, want %q", urgent.WaitingFor, want)
	}
	goOn <- struct{}{}
	receive(t, began) // the first page of the urgent one
	if j, err := s.Job(t.Context(), long.ID); err != nil || j.Status != core.JobPending || j.Page != 1 || j.ETASeconds != nil || j.WaitingFor == "" {
		t.Errorf("the long one meanwhile: %+v, %v", j, err)
	}
	close(goOn)
	if end := h.ended(s, long.ID); end.Status != core.JobCompleted || end.Page != 3 || end.Attempts != 1 {
		t.Errorf("the long one ended as %+v", end)
	}
	h.ended(s, same.ID)
	h.ended(s, urgent.ID)
	if want := []int{1, 1, 2, 3, 2, 3, 1, 2, 3}; !slices.Equal(b.seen, want) {
		t.Errorf("pages were read in the order %v, want %v", b.seen, want)
	}
}

// A document that is being read and is asked for again as urgent is urgent from
// then on: it no longer makes way for others like it.
func TestRunningJobBecomesUrgent(t *testing.T) {
	b, began, goOn := heldBook(3)
	h := newHouse(t)
	s := h.service(b.use)
	h.start(s)
	ask := func(rec core.Record, p core.Priority) core.Job {
		t.Helper()
		j, err := s.Submit(t.Context(), core.JobRequest{Record: rec, UserID: 1, Priority: p}, core.AuditEvent{Type: core.EventJobSubmitted, UserID: 1})
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	rec := h.add(core.MIMEPDF, nil)
	long := ask(rec, core.PriorityLow)
	receive(t, began)
	if again := ask(rec, core.PriorityUrgent); again.ID != long.ID || again.Priority != core.PriorityUrgent {
		t.Errorf("asked again while it is being read: %+v", again)
	}
	other := ask(h.add(core.MIMEPDF, nil), core.PriorityUrgent)
	close(goOn)
	h.ended(s, long.ID)
	h.ended(s, other.ID)
	if want := []int{1, 2, 3, 1, 2, 3}; !slices.Equal(b.seen, want) {
		t.Errorf("pages were read in the order %v, want %v", b.seen, want)
	}
}

// Who asks again while a document waits gets the job that is there, as urgent
// as the more urgent of the two; other settings are another job.
func TestAskingAgainGivesTheSameJob(t *testing.T) {
	h := newHouse(t)
	s := h.service((&book{n: 1}).use) // not started: all jobs wait
	rec := h.add(core.MIMEPDF, nil)
	first := h.submit(s, h.add(core.MIMEPDF, nil))
	j := h.submit(s, rec)
	again, err := s.Submit(t.Context(), core.JobRequest{Record: rec, UserID: 1, Priority: core.PriorityUrgent}, core.AuditEvent{Type: core.EventJobSubmitted, UserID: 1})
	if err != nil || again.ID != j.ID || again.Priority != core.PriorityUrgent || again.Position != 0 {
		t.Errorf("asked again: %+v, %v", again, err)
	}
	if again, err = s.Submit(t.Context(), core.JobRequest{Record: rec, UserID: 1, Priority: core.PriorityLow}, core.AuditEvent{Type: core.EventJobSubmitted, UserID: 1}); err != nil || again.Priority != core.PriorityUrgent {
		t.Errorf("asked for less: %+v, %v", again, err)
	}
	forced, err := s.Submit(t.Context(), core.JobRequest{Record: h.add(core.MIMEPDF, nil), UserID: 1, ForceOCR: true}, core.AuditEvent{Type: core.EventJobSubmitted, UserID: 1})
	if err != nil || !forced.ForceOCR {
		t.Fatalf("forced: %+v, %v", forced, err)
	}
	if plain, err := s.Submit(t.Context(), core.JobRequest{Record: core.Record{ID: forced.RecordID, PatientID: 1, MIME: core.MIMEPDF}, UserID: 1}, core.AuditEvent{Type: core.EventJobSubmitted, UserID: 1}); err != nil || plain.ID == forced.ID || plain.ForceOCR {
		t.Errorf("without forcing OCR: %+v, %v", plain, err)
	}
	if first, err = s.Job(t.Context(), first.ID); err != nil || first.Position != 1 {
		t.Errorf("the other document waits at %d, %v", first.Position, err)
	}
	h.start(s)
	h.ended(s, j.ID)
	retry, err := s.Submit(t.Context(), core.JobRequest{Record: rec, UserID: 1, RetryOf: j.ID}, core.AuditEvent{Type: core.EventJobSubmitted, UserID: 1})
	if err != nil || retry.ID == j.ID || retry.RetryOf != j.ID {
		t.Errorf("after its end: %+v, %v", retry, err)
	}
	h.ended(s, retry.ID)
	if events, err := h.db.Query(t.Context(), core.AuditQuery{RecordID: rec.ID, Type: core.EventJobSubmitted}); err != nil || len(events) != 4 {
		t.Errorf("%d acts in the audit log, %v", len(events), err)
	}
}

func TestWaitingWithoutAnEngine(t *testing.T) {
	h := newHouse(t)
	s := h.service(missingEngine(t))
	if j := h.submit(s, h.add(core.MIMEPDF, nil)); !strings.Contains(j.WaitingFor, "The OCR engine is not installed") {
		t.Errorf("waits for %q", j.WaitingFor)
	}
}
