package e2e

import (
	"fmt"
	"testing"

	"clinician/internal/core"
)

// S4. Two men are called BREITENBERG, Bryan. Dr Blake wants the second: she is
// shown both birth dates and numbers, and it takes one deliberate key more. Keys
// typed ahead, of the alert or of the chart, do nothing.
func nameAlert(t *testing.T, c *clinic) {
	elder := c.named("Breitenberg", "Bryan")
	younger := elder + 1
	numbers := []string{core.DisplayMRN(c.panel.Patients[elder].MRN), core.DisplayMRN(c.panel.Patients[younger].MRN)}
	of := []string{"--patient", fmt.Sprint(c.ids[younger])}
	term := c.sitDown(t, 80, 24)
	term.press("/")
	term.write("bb")
	term.see("2 match", "29-Jun-1964", "30-Aug-1964")
	term.press("Down")
	term.see("NAME ALERT", "Born 29-Jun-1964", numbers[0], numbers[1])
	before := c.mark()
	term.atOnce("Enter", "Enter") // the second was typed before the alert could be read
	term.see("Similar names: compare birth date and MRN")
	if opened := c.written(before, of...); len(opened) > 0 {
		t.Errorf("a key typed ahead opened the chart: %v", opened)
	}
	term.atOnce("Enter", "U", "x") // U is the chart's key for an upload
	term.see("BREITENBERG, Bryan", "Born 30-Aug-1964", numbers[1], "Documents")
	term.lacks("Upload for")
	term.keys -= 3 // those typed ahead
	term.took(4, "the second of two namesakes: / Down Enter, and Enter once more; beside the letters")
	c.audited(before, of, core.EventPatientViewed)
}
