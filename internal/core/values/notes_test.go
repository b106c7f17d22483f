package values_test

import (
	"strings"
	"testing"

	"clinician/internal/core"
)

// Whoever changes, removes or moves a note in the database has it not shown at all.
func TestTamperedNotesAreRefused(t *testing.T) {
	for what, changes := range map[string]string{
		"author":     "UPDATE record_notes SET author = (SELECT max(id) FROM users) WHERE number = 1",
		"role":       "UPDATE record_notes SET role = 'ADMIN' WHERE number = 1",
		"time":       "UPDATE record_notes SET at = at + 1 WHERE number = 2",
		"first note": "DELETE FROM record_notes WHERE number = 1",
		"order":      "UPDATE record_notes SET number = 9 WHERE number = 1; UPDATE record_notes SET number = 1 WHERE number = 2; UPDATE record_notes SET number = 2 WHERE number = 9",
		"addendum":   "UPDATE record_notes SET about = '' WHERE number = 2",
		"error":      "UPDATE record_notes SET act = 'note', about = '' WHERE number = 3",
		"other note": "UPDATE record_notes SET about = (SELECT id FROM record_notes WHERE number = 2) WHERE number = 3",
		"document":   "UPDATE record_notes SET document = (SELECT max(id) FROM records WHERE id <> document)",
		"patient":    "UPDATE record_notes SET patient_id = (SELECT max(id) FROM patients)",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			c := open(t)
			rec := c.record(t)
			c.record(t)
			write := func(text, to string) core.Note {
				n, err := c.values.AddNote(t.Context(), rec, core.Note{Text: text, AddendumTo: to, Author: c.UserID, AuthorRole: core.RoleClinician}, core.AuditEvent{Type: core.EventNoteAdded})
				must(t, err)
				return n
			}
			first := write("a", "")
			write("b", first.ID)
			_, err := c.values.NoteInError(t.Context(), rec, first.ID, "because", core.Note{Author: c.UserID, AuthorRole: core.RoleClinician}, core.AuditEvent{Type: core.EventNoteErrored})
			must(t, err)
			if all, err := c.values.NotesOf(t.Context(), rec); err != nil || len(all) != 2 {
				t.Fatalf("before: %+v, %v", all, err)
			}
			for _, change := range strings.Split(changes, ";") {
				_, err := c.raw.ExecContext(t.Context(), change)
				must(t, err)
			}
			if all, err := c.values.NotesOf(t.Context(), rec); err == nil {
				t.Errorf("shown: %+v", all)
			}
		})
	}
}
