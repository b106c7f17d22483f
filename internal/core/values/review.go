package values

import (
	"context"
	"slices"

	"clinician/internal/core"
)

// reviewed is what is sealed of a review: the word and the value it was about.
type reviewed struct {
	Review core.Review `json:"review"`
	Value  core.Value  `json:"value"`
}

// reviewed gives the value of a stored review as it was then, with the review.
func (s *Store) reviewed(ctx context.Context, row ReviewRow) (core.Value, error) {
	var r reviewed
	if err := s.open(ctx, row.PatientID, reviewSubject(row.ID), row.Sealed, &r); err != nil {
		return core.Value{}, err
	}
	v := r.Value
	v.ID = row.ValueID
	// Who said what when is in the row as well, where it cannot be renamed away.
	r.Review.Status, r.Review.By, r.Review.ByName, r.Review.At = row.Status, row.By, row.ByName, row.At
	v.Review = &r.Review
	return v, nil
}

// sameWords reports whether a review of the one is a review of the other: all
// that a clinician compared with the paper is the same.
func sameWords(a, b core.Value) bool {
	return a.Kind == b.Kind && a.Page == b.Page && a.Name == b.Name && a.Comparator == b.Comparator && a.Text == b.Text &&
		a.Unit == b.Unit && a.Interpret == b.Interpret && a.Date == b.Date && a.Dose == b.Dose && a.Route == b.Route && a.Frequency == b.Frequency && a.Negated == b.Negated
}

// Review stores a clinician's word on a value of the newest reading.
func (s *Store) Review(ctx context.Context, recordID, valueID string, r core.Review, ev core.AuditEvent) (core.Value, error) {
	d, err := s.Newest(ctx, recordID)
	if err != nil {
		return core.Value{}, err
	}
	i := slices.IndexFunc(d.Values, func(v core.Value) bool { return v.ID == valueID })
	if i < 0 {
		return core.Value{}, errNoValue
	}
	v := d.Values[i]
	v.Review = nil
	r.At = s.o.Clock()
	id := s.o.NewID()
	sealed, err := s.seal(ctx, d.PatientID, reviewSubject(id), reviewed{r, v})
	if err != nil {
		return core.Value{}, err
	}
	err = s.o.Index.PutReview(ctx, ReviewRow{ID: id, RecordID: recordID, PatientID: d.PatientID, ValueID: valueID,
		Status: r.Status, By: r.By, At: r.At, Sealed: sealed}, ev)
	v.Review = &r
	return v, err
}

var errNoValue = core.Errorf(core.CodeNotFound, "The document has no such value. List its values again: it may have been read anew.")

// UndoReview takes a review back, also one whose value is gone.
func (s *Store) UndoReview(ctx context.Context, recordID, valueID string, by int64, ev core.AuditEvent) (core.Value, error) {
	d, err := s.Newest(ctx, recordID)
	if err != nil {
		return core.Value{}, err
	}
	if err := s.o.Index.EndReview(ctx, recordID, valueID, by, s.o.Clock(), ev); err != nil {
		return core.Value{}, err
	}
	all := d.Values
	for _, o := range d.Orphaned {
		all = append(all, o.Value)
	}
	i := slices.IndexFunc(all, func(v core.Value) bool { return v.ID == valueID })
	if i < 0 {
		return core.Value{}, errNoValue
	}
	v := all[i]
	v.Review = nil
	return v, nil
}
