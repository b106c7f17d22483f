package values

import (
	"context"
	"slices"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
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
	r.Review.ID, r.Review.Status, r.Review.By, r.Review.ByName, r.Review.At = row.ID, row.Status, row.By, row.ByName, row.At
	v.Review, v.Version = &r.Review, version(v, row.ID)
	return v, nil
}

// sameWords reports whether a review of the one is a review of the other: all
// that a clinician compared with the paper is the same.
func sameWords(a, b core.Value) bool {
	return a.Kind == b.Kind && a.Page == b.Page && a.Name == b.Name && a.Comparator == b.Comparator && a.Text == b.Text &&
		a.Unit == b.Unit && a.Interpret == b.Interpret && a.Date == b.Date && a.Dose == b.Dose && a.Route == b.Route && a.Frequency == b.Frequency && a.Negated == b.Negated
}

// version is what a person has to have seen of v to say something of it: all that
// sameWords compares, and which review stands.
func version(v core.Value, review string) string {
	return core.VersionOf(v.Kind, v.Page, v.Name, v.Comparator, v.Text, v.Unit, v.Interpret, v.Date, v.Dose, v.Route, v.Frequency, v.Negated, review)
}

// Review stores a clinician's word on a value of the newest reading.
func (s *Store) Review(ctx context.Context, recordID, valueID string, r core.NewReview, ev core.AuditEvent) (core.Value, error) {
	d, err := s.Newest(ctx, recordID)
	if err != nil {
		return core.Value{}, err
	}
	i := slices.IndexFunc(d.Values, func(v core.Value) bool { return v.ID == valueID })
	if i < 0 {
		return core.Value{}, errNoValue
	}
	v := d.Values[i]
	if !mayChange(v, r.Seen, r.By) {
		return core.Value{}, s.changed(ctx, recordID, valueID, r.Seen)
	}
	if err := looked(v, r); err != nil {
		return core.Value{}, err
	}
	v.Review, v.Version = nil, ""
	r.ID, r.At = s.o.NewID(), s.o.Clock()
	sealed, err := s.seal(ctx, d.PatientID, reviewSubject(r.ID), reviewed{r.Review, v})
	if err != nil {
		return core.Value{}, err
	}
	err = s.o.Index.PutReview(ctx, ReviewRow{ID: r.ID, RecordID: recordID, PatientID: d.PatientID, ValueID: valueID,
		Status: r.Status, By: r.By, At: r.At, Sealed: sealed}, reviewOf(d, valueID), ev)
	if core.CodeOf(err) == core.CodeConflict {
		return core.Value{}, s.changed(ctx, recordID, valueID, r.Seen)
	}
	v.Review, v.Version = &r.Review, version(v, r.ID)
	return v, err
}

var errNoValue = core.Errorf(core.CodeNotFound, "The document has no such value. List its values again: it may have been read anew.")

// looked refuses to take a value in doubt for verified by somebody who cannot have
// looked at the page: they have not typed what stands there, or something else.
func looked(v core.Value, r core.NewReview) error {
	says := ""
	switch {
	case r.Status != core.ReviewVerified, r.Typed == "" && v.Confident():
		return nil
	case r.Typed == "":
		says = "This value is in doubt: " + strings.Join(v.Doubts, "; ") + ". Type what is printed; if it differs, correct it."
	case present.TypedAs(v, r.Typed):
		return nil
	default:
		says = "What was typed is not what was read. Look again: if it is what is printed, correct the value."
	}
	return &core.Error{Code: core.CodeInvalid, Message: "The value was not verified.", Fields: map[string][]string{"value": {says}}}
}

// mayChange reports whether a person may say something of v, having seen the version
// seen. Without one nobody else's word may stand.
func mayChange(v core.Value, seen string, by int64) bool {
	if seen != "" {
		return seen == v.Version
	}
	return v.Review == nil || v.Review.By == by
}

// reviewOf is the id of the review that stands of a value, also when it is about what
// that value was once; "" none.
func reviewOf(d core.DocumentValues, valueID string) string {
	for _, v := range all(d) {
		if v.ID == valueID && v.Review != nil {
			return v.Review.ID
		}
	}
	return ""
}

// all are the values of a document and those that only a review remembers.
func all(d core.DocumentValues) []core.Value {
	list := slices.Clone(d.Values)
	for _, o := range d.Orphaned {
		list = append(list, o.Value)
	}
	return list
}

// changed refuses a change that is not about what stands: it says what was done, by
// whom and when, and gives the value as it is.
func (s *Store) changed(ctx context.Context, recordID, valueID, seen string) error {
	d, err := s.Newest(ctx, recordID)
	if err != nil {
		return err
	}
	list := all(d)
	i := slices.IndexFunc(list, func(v core.Value) bool { return v.ID == valueID })
	if i < 0 {
		return errNoValue
	}
	v := list[i]
	refuse := func(format string, args ...any) error {
		e := core.Errorf(core.CodeConflict, format, args...)
		e.Current = v
		return e
	}
	if r := v.Review; r != nil && seen == "" {
		return refuse("%s %s this value on %s. To change that, say which version of it you saw (If-Match).", whoever(r.ByName), r.Status, moment(r.At))
	} else if r != nil {
		return refuse("%s %s this value on %s, after you saw it. Nothing was changed: look at it again.", whoever(r.ByName), r.Status, moment(r.At))
	}
	last, err := s.o.Index.LastEnded(ctx, recordID, valueID)
	if err != nil && !core.IsNotFound(err) {
		return err
	}
	if err == nil && version(v, last.ID) == seen {
		return refuse("%s took back what was said of this value, on %s, after you saw it. Nothing was changed: look at it again.", whoever(last.ByName), moment(last.At))
	}
	return refuse("This value is not what you saw any more: the document was read again, or it was reviewed and that taken back. Nothing was changed: look at it again.")
}

func whoever(name string) string {
	if name == "" {
		return "Somebody else"
	}
	return name
}

func moment(t time.Time) string { return t.UTC().Format("02-Jan-2006 15:04") + " UTC" }

// UndoReview takes a review back, also one whose value is gone.
func (s *Store) UndoReview(ctx context.Context, recordID, valueID, seen string, by int64, ev core.AuditEvent) (core.Value, error) {
	d, err := s.Newest(ctx, recordID)
	if err != nil {
		return core.Value{}, err
	}
	list := slices.DeleteFunc(all(d), func(v core.Value) bool { return v.ID != valueID })
	may := slices.ContainsFunc(list, func(v core.Value) bool {
		return mayChange(v, seen, by) && (seen != "" || v.Review != nil || len(list) == 1)
	})
	switch id := reviewOf(d, valueID); {
	case len(list) > 0 && !may:
		return core.Value{}, s.changed(ctx, recordID, valueID, seen)
	case id == "":
		return core.Value{}, errNoReview
	default:
		err = s.o.Index.EndReview(ctx, id, by, s.o.Clock(), ev)
	}
	if core.CodeOf(err) == core.CodeConflict {
		return core.Value{}, s.changed(ctx, recordID, valueID, seen)
	}
	if err != nil {
		return core.Value{}, err
	}
	v := list[0]
	v.Review, v.Version = nil, version(v, "")
	return v, nil
}

var errNoReview = core.Errorf(core.CodeNotFound, "Nobody has reviewed this value.")
