package tui

import (
	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// life is what the acts on a document need to know beside it.
type life struct {
	banner ui.Banner
	record core.Record
	no     string            // why nothing can be done at all, "" when it can
	above  int               // screens between this one and the chart
	told   func(core.Record) // is given the document when it has changed; may be nil
}

// lifeKeys are what can happen to a document beside being read. They are the
// same in the chart and in the document.
func (b *base) lifeKeys(l life) []ui.Binding {
	rec, off := l.record, first(l.no, b.changeRecordOff(l.record))
	act := func(d deed, left int) func() {
		return func() { b.push(newAct(b.env, d, l.banner, rec, left, l.told)) }
	}
	wrong := ui.Binding{Keys: []string{"X"}, Help: "entered in error", Quiet: true, Off: off, Run: do(act(deedInError(), l.above+1))}
	if rec.Status == core.RecordEnteredInError {
		wrong = ui.Binding{Keys: []string{"R"}, Help: "restore", Off: off, Run: do(act(deedRestore(), 1))}
	}
	hold := ui.Binding{Name: "legal hold", Keys: []string{"H"}, Help: "place a legal hold", Quiet: true, Off: first(l.no, b.changeOff()), Run: do(act(deedHold(), 1))}
	if h := rec.LegalHold; h != nil {
		hold.Help, hold.Run = "release the legal hold", do(act(deedRelease(), 1))
		if h.By != b.userID() {
			hold.Off = first(hold.Off, "Only "+first(h.ByName, "an administrator")+", who placed this hold, or the privacy officer can release it.")
		}
	}
	return []ui.Binding{
		wrong, hold, b.splitKey(l),
		{Name: "readings", Keys: []string{"J"}, Help: "readings, read again", Quiet: true, Off: l.no, Run: do(func() { b.push(newReadings(b.env, l.banner, rec)) })},
		{Keys: []string{"I"}, Help: "check the file", Quiet: true, Off: l.no, Run: do(func() { b.push(newIntegrity(b.env, l.banner, rec)) })},
	}
}

// splitKey takes a document apart.
func (b *base) splitKey(l life) ui.Binding {
	rec := l.record
	split := ui.Binding{Keys: []string{"S"}, Help: "split", Quiet: true, Off: first(l.no, b.changeRecordOff(rec)),
		Run: do(func() { b.push(newSplit(b.env, l.banner, rec, l.above+1)) })}
	switch {
	case split.Off != "":
	case rec.Status == core.RecordEnteredInError:
		split.Off = "This document is entered in error; restore it first."
	case !core.Splittable(rec.MIME):
		split.Off = "Only a PDF or TIFF can be split. Save its pages as files, upload each to its patient, then enter this one in error."
	}
	return split
}
