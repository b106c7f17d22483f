package tui

import (
	"testing"

	"clinician/internal/core"
)

// Everything that happened to a chart can be reached, in pages; what was
// refused is marked by sign and word, and the selected act is said in full.
func TestWhoLookedIsReadToItsEnd(t *testing.T) {
	f := newFake()
	f.acts = 250
	d := atChart(t, f)
	d.press("tab", "tab", "tab", "tab")
	d.sees("[Who]", "GRAY, Ruth", "clinician", "you", "How often", "250")
	d.press("enter")
	d.sees("[Who]", "GRAY, Ruth", "opened the chart", "GRAY, Ruth (clinician) opened the chart; purpose TREAT.")
	if n := f.count("AccessHistory"); n != 1 {
		t.Errorf("%d pages were asked for at once", n)
	}
	d.press("j")
	d.sees("you read the text of a document: “Referral letter Dr Okoro”")
	for range 3 {
		d.press("G")
	}
	d.sees("! ", "MOTT, Ned", "REFUSED: read the text of a document")
	if n := f.count("AccessHistory"); n != 3 {
		t.Errorf("%d pages were asked for, want 3", n)
	}
	d.press("r") // a long list does not jump
	d.sees("REFUSED: ")
}

func TestWhoLookedSaysWhyItIsNotThere(t *testing.T) {
	f := newFake()
	f.set("AccessHistory", core.Errorf(core.CodeUnavailable, "The server does not answer."))
	d := atChart(t, f)
	d.press("tab", "tab", "tab", "tab")
	d.sees("The server does not answer.", "r tries again")
	f.set("AccessHistory", nil)
	d.press("r")
	d.sees("GRAY, Ruth")
}
