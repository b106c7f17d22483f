package tui

import (
	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// life is what the acts on a document need to know beside it.
type life struct {
	banner ui.Banner
	record core.Record
	no     string // why nothing can be done at all, "" when it can
	above  int    // screens between this one and the chart
}

// lifeKeys are what can happen to a document beside being read. They are the
// same in the chart and in the document.
func (b *base) lifeKeys(l life) []ui.Binding {
	rec, off := l.record, first(l.no, b.changeRecordOff(l.record))
	act := func(d Deed, left int) func() {
		return func() { b.push(Act{Deed: d, Patient: l.banner, Record: rec, Left: left}) }
	}
	wrong := ui.Binding{Keys: []string{"X"}, Help: "entered in error", Quiet: true, Off: off, Run: do(act(EnterInError, l.above+1))}
	if rec.Status == core.RecordEnteredInError {
		wrong = ui.Binding{Keys: []string{"R"}, Help: "restore", Off: off, Run: do(act(Restore, 1))}
	}
	hold := ui.Binding{Name: "legal hold", Keys: []string{"H"}, Help: "place a legal hold", Quiet: true, Off: first(l.no, b.changeOff()), Run: do(act(PlaceHold, 1))}
	if h := rec.LegalHold; h != nil {
		hold.Help, hold.Run = "release the legal hold", do(act(ReleaseHold, 1))
		if h.By != b.userID() {
			hold.Off = first(hold.Off, "Only "+first(h.ByName, "an administrator")+", who placed this hold, or the privacy officer can release it.")
		}
	}
	return []ui.Binding{
		wrong, hold, b.splitKey(l),
		{Name: "readings", Keys: []string{"J"}, Help: "readings, read again", Quiet: true, Off: l.no, Run: do(func() { b.push(Readings{Patient: l.banner, Record: rec}) })},
		{Keys: []string{"I"}, Help: "check the file", Quiet: true, Off: l.no, Run: do(func() { b.push(FileCheck{Patient: l.banner, Record: rec}) })},
	}
}

// splitKey takes a document apart.
func (b *base) splitKey(l life) ui.Binding {
	rec := l.record
	split := ui.Binding{Keys: []string{"S"}, Help: "split", Quiet: true, Off: first(l.no, b.changeRecordOff(rec)),
		Run: do(func() { b.push(Split{Patient: l.banner, Record: rec, Left: l.above + 1}) })}
	switch {
	case split.Off != "":
	case rec.Status == core.RecordEnteredInError:
		split.Off = "This document is entered in error; restore it first."
	case !core.Splittable(rec.MIME):
		split.Off = "Only a PDF or TIFF can be split. Save its pages as files, upload each to its patient, then enter this one in error."
	}
	return split
}
