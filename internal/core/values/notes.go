package values

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"time"

	"clinician/internal/core"
)

// NoteAct is what a step in the notes on a document is.
type NoteAct string

const (
	NoteWritten NoteAct = "note"
	NoteAdded   NoteAct = "addendum"
	NoteWrong   NoteAct = "entered-in-error"
)

// NoteRow is a step in the notes on a document as stored.
type NoteRow struct {
	ID        string
	RecordID  string // where it is shown: a record, or the tombstone of one
	Document  string // the record it was written on, which may be in another chart now
	PatientID int64
	Number    int // from 1, within RecordID
	Act       NoteAct
	About     string // the note that it adds to, or that is wrong; "" of a note
	By        int64
	ByName    string // filled in by the index
	Role      core.Role
	At        time.Time
	Sealed    []byte // the text or the reason, under noteSubject
	MAC       string
}

func noteSubject(id string) string { return "note/" + id }

// noted is what is sealed of a step.
type noted struct {
	Text string `json:"text"`
}

var errNotesBroken = core.Errorf(core.CodeInternal, "The notes on this document were changed from outside, so they are not shown. Tell your administrator.")

// maxNoteTries bounds how often a note is numbered anew because another one came first.
const maxNoteTries = 5

// NotesOf opens the notes on a record and checks every signature.
func (s *Store) NotesOf(ctx context.Context, recordID string) ([]core.Note, error) {
	rows, err := s.o.Index.NoteRows(ctx, recordID)
	if err != nil {
		return nil, err
	}
	return s.openNotes(ctx, rows)
}

// openNotes opens the steps in the notes on a record, in order.
func (s *Store) openNotes(ctx context.Context, rows []NoteRow) (list []core.Note, err error) {
	var before NoteRow
	for _, row := range rows {
		var n noted
		if err := s.open(ctx, row.PatientID, noteSubject(row.ID), row.Sealed, &n); err != nil {
			return nil, err
		}
		if row.Number != before.Number+1 || !hmac.Equal([]byte(s.signNote(before.MAC, row, n.Text)), []byte(row.MAC)) {
			return nil, errNotesBroken
		}
		before = row
		if row.Act == NoteWrong {
			i := slices.IndexFunc(list, func(n core.Note) bool { return n.ID == row.About })
			if i < 0 {
				return nil, errNotesBroken
			}
			at := row.At
			list[i].Status, list[i].StatusReason, list[i].StatusBy, list[i].StatusByName, list[i].StatusAt = core.NoteEnteredInError, n.Text, row.By, row.ByName, &at
			list[i] = list[i].Versioned()
			continue
		}
		list = append(list, core.Note{ID: row.ID, RecordID: row.RecordID, PatientID: row.PatientID, Number: row.Number, AddendumTo: row.About,
			Text: n.Text, Author: row.By, AuthorName: row.ByName, AuthorRole: row.Role, At: row.At, Status: core.NoteFinal, Signature: row.MAC}.Versioned())
	}
	return list, nil
}

// AddNote appends a note or an addendum.
func (s *Store) AddNote(ctx context.Context, recordID string, n core.Note, ev core.AuditEvent) (core.Note, error) {
	step := NoteRow{Act: NoteWritten, By: n.Author, Role: n.AuthorRole}
	if n.AddendumTo != "" {
		step.Act, step.About = NoteAdded, n.AddendumTo
	}
	id, err := s.addNote(ctx, recordID, step, n.Text, ev, func(there []core.Note) error {
		if n.AddendumTo != "" && !slices.ContainsFunc(there, func(o core.Note) bool { return o.ID == n.AddendumTo && o.AddendumTo == "" }) {
			e := core.Errorf(core.CodeInvalid, "This document has no such note to add to.")
			e.Fields = map[string][]string{"addendum_to": {e.Message}}
			return e
		}
		return nil
	})
	if err != nil {
		return core.Note{}, err
	}
	return s.note(ctx, recordID, id)
}

// NoteInError appends that a note is wrong.
func (s *Store) NoteInError(ctx context.Context, recordID, noteID, reason string, by core.Note, ev core.AuditEvent) (core.Note, error) {
	step := NoteRow{Act: NoteWrong, About: noteID, By: by.Author, Role: by.AuthorRole}
	_, err := s.addNote(ctx, recordID, step, reason, ev, func(there []core.Note) error {
		i := slices.IndexFunc(there, func(n core.Note) bool { return n.ID == noteID })
		if i < 0 {
			return errNoNote
		}
		if err := core.Unseen(ev, there[i].Version, there[i]); err != nil {
			return err
		}
		if there[i].Status == core.NoteEnteredInError {
			e := core.Errorf(core.CodeConflict, "This note was already entered in error.")
			e.Current = there[i]
			return e
		}
		return nil
	})
	if err != nil {
		return core.Note{}, err
	}
	return s.note(ctx, recordID, noteID)
}

var errNoNote = core.Errorf(core.CodeNotFound, "This document has no such note.")

func (s *Store) note(ctx context.Context, recordID, id string) (core.Note, error) {
	all, err := s.NotesOf(ctx, recordID)
	if err != nil {
		return core.Note{}, err
	}
	for _, n := range all {
		if n.ID == id {
			return n, nil
		}
	}
	return core.Note{}, errNoNote
}

// addNote appends a step behind what is there, which check has agreed to; when somebody
// else was faster, once more behind theirs.
func (s *Store) addNote(ctx context.Context, recordID string, step NoteRow, text string, ev core.AuditEvent, check func(there []core.Note) error) (id string, err error) {
	patientID, err := s.o.Index.NotesChart(ctx, recordID)
	if err != nil {
		return "", err
	}
	for try := 1; ; try++ {
		rows, err := s.o.Index.NoteRows(ctx, recordID)
		if err != nil {
			return "", err
		}
		all, err := s.openNotes(ctx, rows)
		if err != nil {
			return "", err
		}
		if err := check(all); err != nil {
			return "", err
		}
		last := NoteRow{Document: recordID}
		if len(rows) > 0 {
			last = rows[len(rows)-1]
		}
		step.ID, step.RecordID, step.Document, step.PatientID = s.o.NewID(), recordID, last.Document, patientID
		step.Number, step.At = last.Number+1, s.o.Clock()
		step.MAC = s.signNote(last.MAC, step, text)
		if step.Sealed, err = s.seal(ctx, patientID, noteSubject(step.ID), noted{text}); err != nil {
			return "", err
		}
		err = s.o.Index.AddNote(ctx, step, ev)
		if core.CodeOf(err) != core.CodeConflict || try == maxNoteTries {
			return step.ID, err
		}
	}
}

// signNote is the HMAC of a step and, through its predecessor's, of all before it. It
// does not name where the note is shown: that changes when the document is moved.
func (s *Store) signNote(before string, row NoteRow, text string) string {
	h := hmac.New(sha256.New, s.o.SignKey)
	put := func(t string) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(t))))
		h.Write([]byte(t))
	}
	number := func(n int64) { h.Write(binary.BigEndian.AppendUint64(nil, uint64(n))) }
	put("note on a document")
	put(before)
	put(row.ID)
	put(row.Document)
	put(string(row.Act))
	put(row.About)
	put(string(row.Role))
	put(text)
	number(row.PatientID)
	number(int64(row.Number))
	number(row.By)
	number(row.At.UnixMicro())
	return hex.EncodeToString(h.Sum(nil))
}
