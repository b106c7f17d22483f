package core

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
)

// VersionOf is short for what parts say: another one when any of them says something else.
func VersionOf(parts ...any) string {
	words, err := json.Marshal(parts)
	if err != nil {
		return "" // none of what has a version can fail
	}
	sum := sha256.Sum256(words)
	return hex.EncodeToString(sum[:12])
}

// Unseen refuses a change that is about something else than its caller saw: ev.Seen is not
// the version of it that is there. now is the thing as it is. Callers who do not say what
// they saw are not refused here.
func Unseen(ev AuditEvent, version string, now any) error {
	if ev.Seen == "" || ev.Seen == version {
		return nil
	}
	e := Errorf(CodeConflict, "This was changed after you saw it. Nothing was done: look at it again.")
	e.Current = now
	return e
}

// Current gives the thing that a change was refused for, as it is now.
func Current[T any](err error) (now T, ok bool) {
	var e *Error
	if errors.As(err, &e) {
		now, ok = e.Current.(T)
	}
	return now, ok
}

// What a person sees of a thing that can be changed, and so has to have seen of it: the
// version is in each answer, and goes back with a change.

// Versioned gives r with its version. A review is its reader's own and no part of it; nor is
// how far a reading is, but for the doubt that one raises about the patient.
func (r Record) Versioned() Record {
	r.Version = VersionOf(r.PatientID, r.Type.ID, r.Title, r.DocumentDate, r.Source, r.ReceivedBy, r.Tags, r.Status, r.StatusReason, r.StatusAt,
		r.MovedTo, r.PartOf, r.LegalHold, r.PatientCheck == CheckPatient)
	return r
}

// Versioned gives n with its version. That it was viewed is no part of that.
func (n Notification) Versioned() Notification {
	n.Version = VersionOf(n.ID, n.Text, n.Count, n.DoneAt, n.DeferredUntil, n.ForwardedTo)
	return n
}

// Versioned gives p with its version.
func (p Profile) Versioned() Profile {
	p.Version = VersionOf(p.ID, p.User.FirstName, p.User.LastName, p.PhoneNumber, p.Specialization, p.IsAvailable)
	return p
}

// TextVersion is the version of a page's text: which reading it is of, and what people
// made of it, oldest first.
func TextVersion(jobID string, history []Correction) string {
	last := ""
	if len(history) > 0 {
		last = history[len(history)-1].Signature
	}
	return VersionOf(jobID, len(history), last)
}

// ETag gives the version of a thing, as HTTP calls it.
func (v Value) ETag() string           { return v.Version }
func (r Record) ETag() string          { return r.Version }
func (n Notification) ETag() string    { return n.Version }
func (p Profile) ETag() string         { return p.Version }
func (p PageCorrections) ETag() string { return p.Version }
func (d DocumentCheck) ETag() string   { return d.Version }
