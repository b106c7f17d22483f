package tui

import (
	"context"
	"slices"

	"clinician/internal/core"
)

func (f *fake) RecordNotes(ctx context.Context, recordID string) (core.RecordNotes, error) {
	if err := f.note(ctx, "RecordNotes"); err != nil {
		return core.RecordNotes{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	list := slices.Clone(f.notes[recordID])
	return core.RecordNotes{RecordID: recordID, PatientID: 4, Count: len(list), Results: list, AsAt: fakeNow}, nil
}

func (f *fake) AddNote(ctx context.Context, recordID string, n core.NewNote) (core.Note, error) {
	if err := f.note(ctx, "AddNote"); err != nil {
		return core.Note{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.notes == nil {
		f.notes = map[string][]core.Note{}
	}
	number := len(f.notes[recordID]) + 1
	made := core.Note{ID: "n" + string(rune('0'+number)), RecordID: recordID, PatientID: 4, Number: number, AddendumTo: n.AddendumTo, Text: n.Text, Author: 1,
		AuthorName: "Mary Marsh", AuthorRole: core.RoleClinician, At: fakeNow, Status: core.NoteFinal}.Versioned()
	f.notes[recordID] = append(f.notes[recordID], made)
	return made, nil
}

func (f *fake) NoteInError(ctx context.Context, recordID, noteID, version, reason string) (core.Note, error) {
	if err := f.note(ctx, "NoteInError"); err != nil {
		return core.Note{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saw("NoteInError", version)
	for i, n := range f.notes[recordID] {
		if n.ID == noteID {
			at := fakeNow
			n.Status, n.StatusReason, n.StatusByName, n.StatusAt = core.NoteEnteredInError, reason, "Mary Marsh", &at
			f.notes[recordID][i] = n.Versioned()
			return f.notes[recordID][i], nil
		}
	}
	return core.Note{}, core.Errorf(core.CodeNotFound, "This document has no such note.")
}
