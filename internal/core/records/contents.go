package records

import "context"

// Content is a blob that rows point to: what a record holds, or a piece of an upload.
type Content struct {
	Name      string // of the blob, and what it is bound to
	PatientID int64
	Wrapped   []byte // its key under the patient's key
	Size      int64  // in clear
	SHA256    string // in clear; "": not known
}

func (r Stored) content() Content {
	return Content{subjectPrefix + r.ID, r.PatientID, r.Wrapped, r.Size, r.SHA256}
}

// Contents calls f for each blob that rows point to, by name.
func (s *Store) Contents(ctx context.Context, f func(Content) error) error {
	err := s.index.AllRecords(ctx, func(r Stored) error {
		if len(r.Wrapped) == 0 {
			return nil // another service keeps it
		}
		return f(r.content())
	})
	if err != nil {
		return err
	}
	return s.index.AllPieces(ctx, func(patientID int64, p Piece) error {
		return f(Content{Name: p.subject(), PatientID: patientID, Wrapped: p.Wrapped, Size: p.Size})
	})
}
