package present

import (
	"strconv"
	"strings"
	"time"

	"clinician/internal/core"
)

// Notes says how many notes there are on a document; "" none.
func Notes(n int) string {
	if n == 0 {
		return ""
	}
	return core.Plural(n, "note", "notes")
}

// NoteHead says which note this is, who signed it and when: "Addendum 3 to note 1, Ann
// Abbott (clinician), 1-Dec-2026 16:20".
func NoteHead(n core.Note, all []core.Note, loc *time.Location) string {
	return NoteName(n, all) + ", " + Or(n.AuthorName) + " (" + strings.ToLower(string(n.AuthorRole)) + "), " + Moment(n.At, loc)
}

// NoteName is how a note is called: "Note 1", "Addendum 3 to note 1".
func NoteName(n core.Note, all []core.Note) string {
	if n.AddendumTo == "" {
		return "Note " + strconv.Itoa(n.Number)
	}
	to := ""
	for _, o := range all {
		if o.ID == n.AddendumTo {
			to = " to note " + strconv.Itoa(o.Number)
		}
	}
	return "Addendum " + strconv.Itoa(n.Number) + to
}

// NoteState says that a note is wrong, who said so, when and why; "" it is not.
func NoteState(n core.Note, loc *time.Location) string {
	if n.Status != core.NoteEnteredInError || n.StatusAt == nil {
		return ""
	}
	return "ENTERED IN ERROR by " + Or(n.StatusByName) + ", " + Moment(*n.StatusAt, loc) + ": " + Or(n.StatusReason)
}

// HitPlace says where in a document a search found its words: "page 2", "in a note".
func HitPlace(h core.TextHit) string {
	if h.NoteID != "" {
		return "in a note"
	}
	return "page " + strconv.Itoa(h.Page)
}
