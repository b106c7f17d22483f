package present

import (
	"clinician/internal/core"
)

// Record is a document in words.
type Record struct {
	// Mark is what has to be known before the title is read: "ENTERED IN ERROR",
	// "MOVED AWAY", "CHECK PATIENT"; "" nothing.
	Mark  string
	Title string // "Not recorded" when it has none; of a document that was moved away, why
	Type  string
	Dated string // "dated 12-Nov-2026", "date not recorded"
	Text  string // whether its text was read, see TextState
	Held  bool   // on legal hold
	Twice bool   // the chart holds its content already
	Notes string // how many there are on it: "2 notes"; "" none
	// Unread: it counts, and the one who asks has not reviewed it.
	Unread bool
}

// RecordOf puts r into words.
func RecordOf(r core.Record) Record {
	p := Record{Title: Or(r.Title), Type: Or(r.Type.TypeName), Dated: Dated(r.DocumentDate), Text: TextState(r),
		Held: r.LegalHold != nil, Twice: r.DuplicateOf != "", Notes: Notes(r.Notes),
		Unread: r.Reviewed == nil && r.Status != core.RecordEnteredInError && r.Status != core.RecordMoved}
	switch {
	case r.Status == core.RecordEnteredInError:
		p.Mark = "ENTERED IN ERROR"
	case r.Status == core.RecordMoved:
		p.Mark, p.Title = "MOVED AWAY", r.StatusReason // nothing else is left of it
		if p.Title == "" {
			p.Title = "no reason given"
		}
	case r.PatientCheck == core.CheckPatient:
		p.Mark = "CHECK PATIENT"
	}
	return p
}

// Name is the title with all that has to be known of the document:
// "CHECK PATIENT: Blood count (legal hold)".
func (r Record) Name() string {
	name := r.Title
	if r.Mark != "" {
		name = r.Mark + ": " + name
	}
	if r.Held {
		name += " (legal hold)"
	}
	if r.Twice {
		name += " (duplicate)"
	}
	if r.Notes != "" {
		name += " (" + r.Notes + ")"
	}
	return name
}

// Dated says of which day a document is: "dated 12-Nov-2026", "date not recorded".
func Dated(d core.Date) string {
	if d.IsZero() {
		return "date not recorded"
	}
	return "dated " + d.Display()
}

// TextState says in a word or two whether a document's text was read: "no text"
// (there is none to read), "not read", "waiting", "reading", "read", "failed",
// "cancelled".
func TextState(r core.Record) string {
	switch {
	case r.LastJob == nil && !r.CanAnalyze:
		return "no text"
	case r.LastJob == nil:
		return "not read"
	}
	return JobState(r.LastJob.Status)
}

// Identity is which document this is: "CT thorax, Imaging, dated 12-Nov-2026".
func (r Record) Identity() string { return r.Name() + ", " + r.Type + ", " + r.Dated }

// Sentence is Identity with what there is of its text and what remains to be done:
// "CT thorax, Imaging, dated 12-Nov-2026, not read by the machine yet, unread by you".
func (r Record) Sentence() string {
	text := map[string]string{"no text": "holds no text to read", "not read": "not read by the machine yet", "waiting": "waiting to be read",
		"reading": "being read", "read": "text is there"}[r.Text]
	if text == "" {
		text = "reading " + r.Text
	}
	s := r.Identity() + ", " + text
	if r.Unread {
		s += ", unread by you"
	}
	return s
}
