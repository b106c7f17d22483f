package records

import (
	"context"
	"errors"
	"sync"
	"time"

	"clinician/internal/core"
)

// followAge is how old what Source said of a patient's records may be.
const followAge = 5 * time.Second

// follower remembers when what Source knows was last taken over. The zero follower
// has taken nothing over.
type follower struct {
	busy busy[int64] // one fetch for many who wait

	mu   sync.Mutex
	last map[int64]time.Time

	arriving map[arrival]int // what is being stored by this process, which adds its row itself
}

// arrival is a document on its way into a chart.
type arrival struct {
	patientID int64
	sha256    string
}

// arrives notes a document until left is called.
func (f *follower) arrives(patientID int64, sha256 string) (left func()) {
	a := arrival{patientID, sha256}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.arriving == nil {
		f.arriving = map[arrival]int{}
	}
	f.arriving[a]++
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.arriving[a]--; f.arriving[a] == 0 {
			delete(f.arriving, a)
		}
	}
}

func (f *follower) awaits(r core.SourceRecord) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.arriving[arrival{r.PatientID, r.SHA256}] > 0
}

// fresh reports whether what was taken over of a patient is young enough.
func (f *follower) fresh(patientID int64, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	last, known := f.last[patientID]
	return known && now.Sub(last) <= followAge && !now.Before(last)
}

// took notes that all was taken over which was there at the moment at, and forgets what
// is old.
func (f *follower) took(patientID int64, at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last == nil {
		f.last = map[int64]time.Time{}
	}
	for id, last := range f.last {
		if at.Sub(last) > followAge {
			delete(f.last, id)
		}
	}
	f.last[patientID] = at
}

// Follow takes over what Source knows of a patient's records and is not here yet, and
// lets go of what is not there any more. Without a Source it does nothing.
func (s *Store) Follow(ctx context.Context, patientID int64) error {
	if s.source == nil {
		return nil
	}
	defer s.follow.busy.enter(patientID)()
	now := s.now()
	if s.follow.fresh(patientID, now) {
		return nil
	}
	// First what is here: what comes in meanwhile is there, but must not be missed there.
	here, err := s.index.KeptElsewhere(ctx, patientID)
	if err != nil {
		return err
	}
	there, err := s.source.SourceRecords(ctx, patientID)
	if err != nil {
		return err
	}
	listed := make(map[string]bool, len(there))
	for _, r := range there {
		listed[r.ID] = true
		if _, known := here[r.ID]; !known && !s.follow.awaits(r) {
			if err := s.takeOver(ctx, r); err != nil {
				return err
			}
		}
	}
	for id, elsewhere := range here {
		if elsewhere && !listed[id] {
			if err := s.letGo(ctx, id); err != nil {
				return err
			}
		}
	}
	s.follow.took(patientID, now)
	return nil
}

// followEvery is how often FollowNewest looks: charts that nobody opens are behind by as
// much, in what is unread.
const followEvery = 30 * time.Second

// FollowNewest takes over what came in for patients who are known here, from time to
// time until ctx ends, so that it is among what is unread before anybody opens the
// chart. Without a Source it returns.
func (s *Store) FollowNewest(ctx context.Context) {
	if s.source == nil {
		return
	}
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		if err := s.TakeNewest(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "new documents of the portal not looked for", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// TakeNewest is one look of FollowNewest.
func (s *Store) TakeNewest(ctx context.Context) error {
	newest, err := s.source.NewestRecords(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, r := range newest {
		if known := s.index.MayInsert(ctx, r.PatientID, r.TypeID); core.IsNotFound(known) {
			continue // nobody's patient here
		}
		here, err := s.index.KeptElsewhere(ctx, r.PatientID)
		if _, known := here[r.ID]; err == nil && !known && !s.follow.awaits(r) {
			err = s.takeOver(ctx, r)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// unknownUploader stands where the organisation does that a document came from.
const unknownUploader = "uploaded by somebody the portal does not know"

// takeOver stores the row of a record that another program put there. One that cannot
// be stored is an error: a list without it would look whole.
func (s *Store) takeOver(ctx context.Context, r core.SourceRecord) error {
	row := NewRow{
		NewRecord: core.NewRecord{PatientID: r.PatientID, TypeID: r.TypeID, Title: r.Filename, Filename: r.Filename, UploadedBy: r.UploadedBy},
		ID:        r.ID, Size: r.Size, SHA256: r.SHA256, MIME: r.MIME, Wrapped: []byte{}, UploadedAt: r.UploadedAt, TakenOver: true,
	}
	_, err := s.people.User(ctx, r.UploadedBy)
	if r.UploadedBy == 0 || core.IsNotFound(err) { // somebody has to stand there
		patient, err := s.people.Patient(ctx, r.PatientID)
		if err != nil {
			return err
		}
		row.UploadedBy, row.Source = patient.UserID, unknownUploader
	} else if err != nil {
		return err
	}
	_, err = s.index.InsertRecord(ctx, row, core.AuditEvent{Type: core.EventRecordUploaded, Action: core.ActionCreate, Outcome: core.OutcomeSuccess,
		UserID: r.UploadedBy, Detail: map[string]any{"by": "another program of the portal"}})
	if err != nil {
		if _, there := s.index.Record(ctx, r.ID); there == nil {
			return nil // somebody else took it over meanwhile
		}
	}
	return err
}

// letGo removes the row of a record that is not there any more, with all that was read
// from it: so a list that lacks it is not believed alone. A hold keeps the row: it says
// that there was one.
func (s *Store) letGo(ctx context.Context, id string) error {
	if _, err := s.source.SourceRecord(ctx, id); !core.IsNotFound(err) {
		return err
	}
	err := s.index.DeleteRecord(ctx, id, core.AuditEvent{Type: core.EventRecordDeleted, Action: core.ActionDelete,
		Outcome: core.OutcomeSuccess, Detail: map[string]any{"by": "another program of the portal"}})
	if code := core.CodeOf(err); code == core.CodeConflict || code == core.CodeNotFound {
		s.log.WarnContext(ctx, "a document that the portal does not have any more stays listed", "record_id", id, "err", err)
		return nil
	}
	return err
}

// found looks for a record at Source that is not here.
func (s *Store) found(ctx context.Context, id string) (core.Record, error) {
	r, err := s.source.SourceRecord(ctx, id)
	if err != nil {
		return core.Record{}, err
	}
	if err := s.takeOver(ctx, r); err != nil {
		return core.Record{}, err
	}
	return s.index.Record(ctx, id)
}

// Followed is the lifecycle of records that are kept elsewhere too: a list is what the
// portal has.
type Followed struct {
	core.RecordLifecycle
	Store *Store
}

// ListRecords takes over what is new, then lists.
func (f Followed) ListRecords(ctx context.Context, q core.RecordQuery) ([]core.Record, error) {
	if err := f.Store.Follow(ctx, q.PatientID); err != nil {
		return nil, err
	}
	return f.RecordLifecycle.ListRecords(ctx, q)
}

// StoresEvents is as for what is behind it.
func (f Followed) StoresEvents(ledger core.AuditLog) bool {
	t, ok := f.RecordLifecycle.(core.Transactional)
	return ok && t.StoresEvents(ledger)
}
