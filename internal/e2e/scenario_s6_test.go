package e2e

import (
	"fmt"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/demo"
)

// S6. The clerk has filed a letter about MERTZ under MOSCISKI. Reading it raises
// CHECK PATIENT and keeps it out of what is trusted; the to-do item leads to the
// letter; it is moved with a reason and two identifiers typed, a note stays, and
// both charts' audit has it.
func misfiledLetter(t *testing.T, c *clinic) {
	wrong, right := c.named("Mosciski", "Wanda"), c.named("Mertz", "Rosalind")
	letter := c.record(panelDocument(t, c.panel, func(d demo.Document) bool { return d.Purpose == "misfile" }))
	job := c.aria.read(letter)
	c.eventually("the letter to be looked into", func() bool {
		return c.aria.mustGet(recordPath(letter, "patient-check")).str("patient_check") == "check"
	})

	term := c.sitDown(t, 120, 40)
	before := c.mark()
	term.press("F5")
	screen := term.see("To do, open", "A document may belong to another patient", "MOSCISKI, Wanda")
	for range 4 { // the newest first, unless something is more pressing
		if strings.HasPrefix(strings.TrimSpace(lineWith(t, screen, "MOSCISKI, Wanda")), ">") {
			break
		}
		was := screen
		term.press("Down")
		screen, _ = term.waitUntil(func(screen string) bool { return screen != was })
	}
	term.press("Enter")
	term.see("CHECK PATIENT", "page 1 of", "MOSCISKI, Wanda", "Born 02-Nov-1957")
	term.press("c")
	term.see("Whose is", "Rosalind", "born 11-Feb-1957", "the chart says MOSCISKI, Wanda", "It fits another of your patients")
	term.press("M")
	term.see("1 match", "MERTZ, Rosalind")
	term.press("Enter")
	term.see("out of the chart of", "into the chart of", "MERTZ, Rosalind", "Family name", "Year of birth")
	term.write("filed in the wrong chart")
	term.press("Enter")
	term.write("mertz")
	term.press("Enter")
	term.write("1957")
	term.press("Enter")
	term.see("Moved", "A note of it stays in the chart of")
	term.took(12, "moving a misfiled letter, beside reason and identifiers")

	for _, r := range c.aria.records(c.ids[wrong], "") {
		if r.str("file_id") == letter {
			t.Error("the letter is still in the wrong chart")
		}
	}
	note := ""
	for _, r := range c.aria.records(c.ids[wrong], "?include=all") {
		if r.str("status") == "moved" && r.str("moved_to") == letter {
			note = r.str("status_reason")
		}
	}
	if note != "filed in the wrong chart" {
		t.Errorf("the note in the wrong chart says %q", note)
	}
	if o := c.aria.mustGet(recordPath(letter, "")); o["patient_id"] != float64(c.ids[right]) {
		t.Errorf("the letter is in chart %v", o["patient_id"])
	}
	if text := c.aria.mustGet("/api/clinician/ocr/job/" + job + "/result/").str("extracted_text"); !strings.Contains(text, "Rosalind") {
		t.Errorf("the text did not come along: %d letters", len(text))
	}
	for chart, text := range map[int]string{wrong: "moved out of this chart", right: "moved into this chart"} {
		c.audited(before, []string{"--patient", fmt.Sprint(c.ids[chart])}, core.EventRecordMoved)
		if told := fmt.Sprint(c.aria.mustGet("/api/clinician/notifications/")["results"]); !strings.Contains(told, text) {
			t.Errorf("nobody is told that it was %s: %s", text, told)
		}
	}
	c.admin("", "vault", "check")
}
