package page

import (
	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// Life is what the acts on a document need to know beside it.
type Life struct {
	Banner ui.Banner
	Record core.Record
	No     string // why nothing can be done at all, "" when it can
	Above  int    // screens between this one and the chart
}

// LifeKeys are what can happen to a document beside being read. They are the
// same in the chart and in the document.
func (b *Base) LifeKeys(l Life) []ui.Binding {
	rec, off := l.Record, First(l.No, b.ChangeRecordOff(l.Record))
	act := func(d Deed, left int) func() {
		return func() { b.Push(Act{Deed: d, Patient: l.Banner, Record: rec, Left: left}) }
	}
	wrong := ui.Binding{Keys: []string{"X"}, Help: "entered in error", Quiet: true, Off: off, Run: Do(act(EnterInError, l.Above+1))}
	if rec.Status == core.RecordEnteredInError {
		wrong = ui.Binding{Keys: []string{"Z"}, Help: "restore", Off: off, Run: Do(act(Restore, 1))}
	}
	hold := ui.Binding{Name: "legal hold", Keys: []string{"H"}, Help: "place a legal hold", Quiet: true, Off: First(l.No, b.ChangeOff()), Run: Do(act(PlaceHold, 1))}
	if h := rec.LegalHold; h != nil {
		hold.Help, hold.Run = "release the legal hold", Do(act(ReleaseHold, 1))
		if h.By != b.UserID() {
			hold.Off = First(hold.Off, "Only "+First(h.ByName, "an administrator")+", who placed this hold, or the privacy officer can release it.")
		}
	}
	left := l.No
	if rec.Status == core.RecordMoved { // its notes stayed
		left = ""
	}
	return []ui.Binding{
		wrong, hold, b.SplitKey(l), b.unlockKey(l),
		b.TaskKey(l, nil),
		{Name: "notes", Keys: []string{";"}, Help: "notes on it", Quiet: true, Off: left, Run: Do(func() { b.Push(Notes{Patient: l.Banner, Record: rec}) })},
		{Name: "readings", Keys: []string{"J"}, Help: "readings, read again", Quiet: true, Off: l.No, Run: Do(func() { b.Push(Readings{Patient: l.Banner, Record: rec}) })},
		{Keys: []string{"I"}, Help: "check the file", Quiet: true, Off: l.No, Run: Do(func() { b.Push(FileCheck{Patient: l.Banner, Record: rec}) })},
	}
}

// TaskKey sends a task about a document, or about a value in it.
func (b *Base) TaskKey(l Life, v *core.Value) ui.Binding {
	return ui.Binding{Name: "send-task", Keys: []string{"@"}, Help: "send a task", Quiet: true, Off: First(l.No, OutOfWork(l.Record), b.ChangeOff()),
		Run: Do(func() { b.Push(SendTask{Patient: l.Banner, Record: l.Record, Value: v}) })}
}

// unlockKey opens a protected PDF; what the server says of one names the key.
func (b *Base) unlockKey(l Life) ui.Binding {
	rec := l.Record
	k := ui.Binding{Keys: []string{"O"}, Help: "open with a password", Quiet: true, Off: First(l.No, b.ChangeRecordOff(rec)),
		Run: Do(func() { b.Push(Unlock{Patient: l.Banner, Record: rec, Left: l.Above + 1}) })}
	switch {
	case k.Off != "":
	case rec.Status == core.RecordEnteredInError:
		k.Off = "This document is entered in error; restore it first."
	case rec.MIME != core.MIMEPDF:
		k.Off = "Only a PDF can be opened with a password here."
	}
	return k
}

// SplitKey takes a document apart.
func (b *Base) SplitKey(l Life) ui.Binding {
	rec := l.Record
	split := ui.Binding{Keys: []string{"S"}, Help: "split", Quiet: true, Off: First(l.No, b.ChangeRecordOff(rec)),
		Run: Do(func() { b.Push(Split{Patient: l.Banner, Record: rec, Left: l.Above + 1}) })}
	switch {
	case split.Off != "":
	case rec.Status == core.RecordEnteredInError:
		split.Off = "This document is entered in error; restore it first."
	case !core.Splittable(rec.MIME):
		split.Off = "Only a PDF or TIFF can be split. Save its pages as files, upload each to its patient, then enter this one in error."
	}
	return split
}
