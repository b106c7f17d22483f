package page

import (
	"math"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

// RecordNotes are the warnings that stand wherever a document is shown: whose
// it may be, whether it counts, whether it may be changed.
func RecordNotes(th *ui.Theme, r core.Record, loc *time.Location, w int) []string {
	var out []string
	line := func(paint func(...string) string, text string) {
		out = append(out, paint(ui.Cut(" "+text, w)))
	}
	switch r.Status {
	case core.RecordEnteredInError:
		line(th.Bad.Render, "! ENTERED IN ERROR, does not count: "+present.Or(r.StatusReason))
	case core.RecordMoved:
		line(th.Bad.Render, "! MOVED to another chart: "+present.Or(r.StatusReason))
	}
	if r.PatientCheck == core.CheckPatient {
		line(th.Bad.Render, "! CHECK PATIENT: a page may be somebody else's (c shows why); not in trends")
	}
	if h := r.LegalHold; h != nil {
		line(th.Warn.Render, "# LEGAL HOLD since "+present.Day(h.At, loc)+" ("+First(h.ByName, "an administrator")+"): "+present.Or(h.Reason))
	}
	if r.Notes > 0 {
		line(th.Strong.Render, "; "+present.Notes(r.Notes)+" on this document, written by people")
	}
	return out
}

// OutOfWork says why what was found in r is not shown; "" when it is.
func OutOfWork(r core.Record) string {
	if r.Status == core.RecordEnteredInError {
		return "This document was entered in error; restore it first."
	}
	return ""
}

// Unreadable says why the machine does not read r; "" when it does.
func Unreadable(r core.Record) string {
	if r.CanAnalyze {
		return ""
	}
	return First(OutOfWork(r), "This kind of file holds no text that can be read by the machine.")
}

// RecordSign is the sign of a document in a list: what is wrong with it, or
// that it is new to the reader.
func RecordSign(r core.Record) string {
	sign := oneSign(r)
	if r.LegalHold != nil {
		return ui.Pad(sign, 1) + "#"
	}
	return sign
}

func oneSign(r core.Record) string {
	switch {
	case r.Status == core.RecordEnteredInError:
		return "x"
	case r.Status == core.RecordMoved:
		return "-"
	case r.PatientCheck == core.CheckPatient:
		return "!"
	case r.Reviewed == nil && r.Status != "":
		return "*"
	}
	return ""
}

// TitleOf is a document's title with what one has to know about it.
func TitleOf(r core.Record) string { return TitleWithin(r, math.MaxInt) }

// leastTitle is what is seen of a title behind its mark.
const leastTitle = 12

// TitleWithin is titleOf for a column that cuts it: the mark of a document entered
// in error leaves room for what tells it from the others.
func TitleWithin(r core.Record, w int) string {
	p := present.RecordOf(r)
	if r.Status == core.RecordEnteredInError {
		room := w - min(leastTitle, ui.Width(p.Title))
		for _, shorter := range []string{"IN ERROR", "ERROR"} {
			if len(p.Mark+": ") > room {
				p.Mark = shorter
			}
		}
	}
	name := p.Name()
	if p.Notes == "" || ui.Width(name) <= w {
		return name
	}
	notes := " (" + p.Notes + ")" // how many there are is never cut
	p.Notes = ""
	return ui.Cut(p.Name(), max(0, w-ui.Width(notes))) + notes
}

// IsUnread reports whether the user has not reviewed a document that counts.
func IsUnread(r core.Record) bool { return r.Reviewed == nil && r.Status == core.RecordCurrent }
