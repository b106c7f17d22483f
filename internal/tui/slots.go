package tui

import (
	"clinician/internal/tui/ui"
)

// Slots that more than one part of the program knows.
const (
	slotList     ui.Slot = "list"
	slotMore     ui.Slot = "more"
	slotPatient  ui.Slot = "patient"
	slotSubmit   ui.Slot = "submit"
	slotNext     ui.Slot = "next event" // of a stream: it may break while the server is well
	slotComplete ui.Slot = "complete"   // looks at files only
	slotDir      ui.Slot = "dir"        // looks at files only
)
