package portal_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/core/portal"
	"clinician/internal/core/store"
)

// watched counts the questions for panels, holds them up, and fails when told to.
type watched struct {
	storeSource
	panels  atomic.Int64
	hold    chan struct{} // nil: nothing is held up
	failing atomic.Bool
	lists   atomic.Int64 // questions for catalogues
	noLists atomic.Bool

	assigned atomic.Int64 // questions for single assignments
}

func (w *watched) SourceCatalogue(ctx context.Context) (core.SourceCatalogue, error) {
	w.lists.Add(1)
	if w.noLists.Load() {
		return core.SourceCatalogue{}, core.Errorf(core.CodeBadGateway, "database-service gave no usable answer.")
	}
	return w.storeSource.SourceCatalogue(ctx)
}

func (w *watched) SourcePanel(ctx context.Context, clinicianID int64, known core.Mark) (core.SourcePanel, error) {
	w.panels.Add(1)
	if w.hold != nil {
		<-w.hold
	}
	if w.failing.Load() {
		return core.SourcePanel{}, core.Errorf(core.CodeUnavailable, "database-service does not answer.").WithCause(errors.New("refused"))
	}
	return w.storeSource.SourcePanel(ctx, clinicianID, known)
}

func (w *watched) SourceAssigned(ctx context.Context, patientID, clinicianUserID int64) (bool, error) {
	w.assigned.Add(1)
	return w.storeSource.SourceAssigned(ctx, patientID, clinicianUserID)
}

type world struct {
	seed, own *store.DB
	source    *watched
	people    *portal.People
	mary      core.Clinician
	at        atomic.Int64 // nanoseconds
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{seed: openStore(t), own: openStore(t)}
	w.at.Store(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC).UnixNano())
	if err := w.own.BecomeMirror(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.source = &watched{storeSource: storeSource{db: w.seed}}
	w.people = portal.New(portal.Options{Store: w.own, Source: w.source, Clock: func() time.Time { return time.Unix(0, w.at.Load()) }})
	w.mary = coretest.Clinician(t, w.seed, "mary@example.com")
	for _, first := range []string{"Ann", "Bo", "Cy"} {
		coretest.Patient(t, w.seed, w.mary.ID, "Smith", first, "", core.Date{})
	}
	return w
}

func (w *world) move(d time.Duration) { w.at.Add(int64(d)) }

func (w *world) count(t *testing.T) int {
	t.Helper()
	page, err := w.people.Patients(t.Context(), w.mary.ID, core.PatientQuery{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	return page.Count
}

// TestPanelOfNobodyKnown: a panel that came before its clinician is not taken for none.
func TestPanelOfNobodyKnown(t *testing.T) {
	w := newWorld(t)
	if _, err := w.people.Patients(t.Context(), w.mary.ID, core.PatientQuery{}); core.CodeOf(err) != core.CodeNotFound {
		t.Errorf("the patients of an unknown clinician: %v", err)
	}
	if _, err := w.people.ClinicianByUser(t.Context(), w.mary.User.ID); err != nil {
		t.Fatal(err)
	}
	w.move(portal.MaxAge + time.Second)
	if n := w.count(t); n != 3 {
		t.Errorf("%d patients", n)
	}
}

// TestOneFetchForMany: many callers who wait cause one question, and who is content
// with what there is causes at most one more behind their back.
func TestOneFetchForMany(t *testing.T) {
	w := newWorld(t)
	if _, err := w.people.ClinicianByUser(t.Context(), w.mary.User.ID); err != nil {
		t.Fatal(err)
	}
	w.source.hold = make(chan struct{})
	var all sync.WaitGroup
	var wrong atomic.Int64
	for range 50 {
		all.Go(func() {
			if page, err := w.people.Patients(t.Context(), w.mary.ID, core.PatientQuery{Limit: 10}); err != nil || page.Count != 3 {
				wrong.Add(1)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.people.Patients(ctx, w.mary.ID, core.PatientQuery{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who left got %v", err)
	}
	close(w.source.hold)
	all.Wait()
	if n := w.source.panels.Load(); n != 1 || wrong.Load() > 0 {
		t.Errorf("asked %d times, %d wrong answers", n, wrong.Load())
	}
	for range 5 {
		w.count(t)
	}
	if n := w.source.panels.Load(); n != 1 {
		t.Errorf("asked %d times within %s", n, portal.MaxAge)
	}
}

// TestFailedFetch: what is older than it may be is not shown, and what failed is asked
// again by the next.
func TestFailedFetch(t *testing.T) {
	w := newWorld(t)
	if _, err := w.people.ClinicianByUser(t.Context(), w.mary.User.ID); err != nil {
		t.Fatal(err)
	}
	w.count(t)
	w.source.failing.Store(true)
	w.move(portal.MaxAge + time.Second)
	for range 2 {
		if _, err := w.people.Patients(t.Context(), w.mary.ID, core.PatientQuery{}); !core.IsUnanswered(err) {
			t.Errorf("shown although nobody answers: %v", err)
		}
	}
	w.source.failing.Store(false)
	if n := w.count(t); n != 3 {
		t.Errorf("%d patients", n)
	}
}

// TestPanelGoesWithItsMark: when a single question took a patient away and the panel is
// then the old one again, the patient is back.
func TestPanelGoesWithItsMark(t *testing.T) {
	w := newWorld(t)
	if _, err := w.people.ClinicianByUser(t.Context(), w.mary.User.ID); err != nil {
		t.Fatal(err)
	}
	w.count(t)
	list, err := w.own.Patients(t.Context(), w.mary.ID, core.PatientQuery{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.own.MirrorUnassigned(t.Context(), w.mary.ID, list.Patients[0].ID); err != nil {
		t.Fatal(err)
	}
	w.move(portal.MaxAge + time.Second)
	if ok, err := w.people.IsAssigned(t.Context(), w.mary.ID, list.Patients[0].ID); err != nil || !ok {
		t.Fatalf("assigned there, but %v %v here", ok, err)
	}
	if n := w.count(t); n != 3 {
		t.Errorf("%d patients", n)
	}
}

// TestOneBrokenPart: what cannot be had holds up only what needs it.
func TestOneBrokenPart(t *testing.T) {
	w := newWorld(t)
	w.source.noLists.Store(true)
	w.source.failing.Store(true)
	if _, err := w.people.ClinicianByUser(t.Context(), w.mary.User.ID); err != nil {
		t.Fatal(err)
	}
	list, err := w.seed.Patients(t.Context(), w.mary.ID, core.PatientQuery{})
	if err != nil {
		t.Fatal(err)
	}
	id := list.Patients[0].ID
	if ok, err := w.people.IsAssigned(t.Context(), w.mary.ID, id); err != nil || !ok {
		t.Errorf("one patient, without the panel: %v %v", ok, err)
	}
	if p, err := w.people.Patient(t.Context(), id); err != nil || p.User.LastName != "Smith" {
		t.Errorf("%+v, %v", p, err)
	}
	if err := w.people.EnsurePanel(t.Context(), w.mary.ID); !core.IsUnanswered(err) {
		t.Errorf("the panel: %v", err)
	}
	w.source.failing.Store(false)
	if n := w.count(t); n != 3 {
		t.Errorf("%d patients without the lists", n)
	}
	if _, err := w.people.Specializations(t.Context()); !core.IsUnanswered(err) {
		t.Errorf("the lists: %v", err)
	}
	if n := w.source.lists.Load(); n > 3 {
		t.Errorf("the lists were asked for %d times", n)
	}
}

// TestSlowPanel: a panel that takes long is not asked for all the time, but whose a
// single patient is.
func TestSlowPanel(t *testing.T) {
	w := newWorld(t)
	w.people = portal.New(portal.Options{Store: w.own, Source: w.source, Clock: func() time.Time { return time.Unix(0, w.at.Load()) }, SlowPanel: time.Nanosecond})
	if _, err := w.people.ClinicianByUser(t.Context(), w.mary.User.ID); err != nil {
		t.Fatal(err)
	}
	w.count(t)
	list, err := w.own.Patients(t.Context(), w.mary.ID, core.PatientQuery{})
	if err != nil {
		t.Fatal(err)
	}
	id := list.Patients[0].ID
	other := coretest.Clinician(t, w.seed, "other@example.com")
	if _, err := w.seed.Assign(t.Context(), id, other.ID, nil, "", core.AuditEvent{Type: core.EventPatientAssigned}); err != nil {
		t.Fatal(err)
	}
	w.move(portal.MaxAge + time.Second)
	if n := w.count(t); n != 3 || w.source.panels.Load() != 1 {
		t.Errorf("%d patients after %d questions", n, w.source.panels.Load())
	}
	if ok, err := w.people.IsAssigned(t.Context(), w.mary.ID, id); err != nil || ok || w.source.assigned.Load() != 1 {
		t.Errorf("still hers: %v %v after %d questions", ok, err, w.source.assigned.Load())
	}
	if n := w.count(t); n != 2 {
		t.Errorf("%d patients once one was asked for", n)
	}
	w.move(time.Minute)
	w.count(t)
	if n := w.source.panels.Load(); n != 2 {
		t.Errorf("%d questions after a minute", n)
	}
}
