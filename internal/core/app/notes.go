package app

import (
	"context"
	"strings"

	"clinician/internal/core"
)

// longestNote is what a note may have, in characters.
const longestNote = 10_000

// RecordNotes gives all that was written about a document; see core.Notes.
func (s *Session) RecordNotes(ctx context.Context, recordID string) (core.RecordNotes, error) {
	r, _, err := s.readRecord(ctx, recordID, core.EventNotesRead)
	if err != nil {
		return core.RecordNotes{}, err
	}
	list, err := s.Notes.NotesOf(ctx, r.ID)
	if err != nil {
		return core.RecordNotes{}, err
	}
	return core.RecordNotes{RecordID: r.ID, PatientID: r.PatientID, Count: len(list), Results: orEmpty(list), AsAt: s.now()}, nil
}

// AddNote signs a note on a document. A legal hold does not stand against it: nothing of
// the document changes.
func (s *Session) AddNote(ctx context.Context, recordID string, n core.NewNote) (core.Note, error) {
	ev := s.event(core.EventNoteAdded, core.ActionCreate)
	r, err := s.allowWork(ctx, recordID, &ev)
	if err != nil {
		return core.Note{}, err
	}
	f := fields{}
	text := f.words("text", n.Text, longestNote)
	if err := f.err(); err != nil {
		return core.Note{}, err
	}
	ev.Detail = map[string]any{"addendum": n.AddendumTo != ""}
	made, err := s.Notes.AddNote(ctx, r.ID, core.Note{Text: text, AddendumTo: n.AddendumTo, Author: s.who.UserID, AuthorRole: s.who.Role}, ev)
	if core.IsNotFound(err) { // it was moved meanwhile
		err = errRecordNotFound
	}
	return made, s.meanwhile(ctx, ev, err)
}

// NoteInError says that a note is wrong. Its text stays.
func (s *Session) NoteInError(ctx context.Context, recordID, noteID, version, reason string) (core.Note, error) {
	ev := s.changing(core.EventNoteErrored, core.ActionUpdate, version)
	r, err := s.allowRecord(ctx, recordID, &ev)
	if err != nil {
		return core.Note{}, err
	}
	f := fields{}
	reason = cleanReason(reason, f)
	if err := f.err(); err != nil {
		return core.Note{}, err
	}
	ev.Detail = map[string]any{"note_id": knownForm(noteID)}
	n, err := s.Notes.NoteInError(ctx, r.ID, noteID, reason, core.Note{Author: s.who.UserID, AuthorRole: s.who.Role}, ev)
	return n, s.outdated(ctx, ev, err)
}

// words cleans a text of several lines that must say something.
func (f fields) words(name, value string, longest int) string {
	return f.filled(name, strings.Trim(cleanText(value), "\n "), longest)
}
