package clinicianapi

import (
	"context"
	"net/http"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// RecordNotes gives what was written about a document, oldest first.
func (c *Client) RecordNotes(ctx context.Context, recordID string) (core.RecordNotes, error) {
	if err := checkID("record", recordID); err != nil {
		return core.RecordNotes{}, err
	}
	var l core.RecordNotes
	if err := c.json(ctx, call{path: wire.PathRecordNotes(recordID)}, &l); err != nil {
		return core.RecordNotes{}, err
	}
	if l.RecordID != recordID {
		return core.RecordNotes{}, otherRecord
	}
	if l.Results == nil {
		l.Results = []core.Note{}
	}
	return l, nil
}

// AddNote signs a note on a document.
func (c *Client) AddNote(ctx context.Context, recordID string, n core.NewNote) (core.Note, error) {
	return c.note(ctx, recordID, call{method: http.MethodPost, path: wire.PathRecordNotes(recordID), body: n})
}

// NoteInError says that a note is wrong, and why.
func (c *Client) NoteInError(ctx context.Context, recordID, noteID, version, reason string) (core.Note, error) {
	if err := checkID("note", noteID); err != nil {
		return core.Note{}, err
	}
	return c.note(ctx, recordID, call{method: http.MethodPost, path: wire.PathNoteInError(recordID, noteID), body: wire.Reason{Reason: reason}, seen: version})
}

func (c *Client) note(ctx context.Context, recordID string, how call) (core.Note, error) {
	if err := checkID("record", recordID); err != nil {
		return core.Note{}, err
	}
	var n core.Note
	if err := standing[core.Note](c.json(ctx, how, &n)); err != nil {
		return core.Note{}, err
	}
	if n.RecordID != recordID {
		return core.Note{}, otherRecord
	}
	return n, nil
}
