package page

import (
	"clinician/internal/tui/ui"
)

// Slots that more than one part of the program knows.
const (
	SlotList     ui.Slot = "list"
	SlotMore     ui.Slot = "more"
	SlotPatient  ui.Slot = "patient"
	SlotSubmit   ui.Slot = "submit"
	SlotNext     ui.Slot = "next event" // of a stream: it may break while the server is well
	SlotComplete ui.Slot = "complete"   // looks at files only
	SlotDir      ui.Slot = "dir"        // looks at files only
)
