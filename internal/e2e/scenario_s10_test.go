package e2e

import (
	"strings"
	"testing"

	"clinician/internal/core"
)

// S10. A crash call in the middle of a correction: the terminal is left as it is.
// It locks by itself, shows nothing and lets nothing be scrolled back to. On
// return the password is enough: the same page, the same line, every letter.
func crashCall(t *testing.T, c *clinic) {
	letter := c.record(c.newest(c.named("Vašková", "Eliška"), "referral letter"))
	before := c.mark()
	term := c.sitDown(t, 80, 24, "CLINICIAN_LOCK_MINUTES=20s")
	term.press("2")
	term.see("VAŠKOVÁ, Eliška", "Referral letter")
	term.press("/")
	term.write("referral letter")
	term.press("Enter", "Enter")
	term.see("page 1 of 1", "Dear Dr Blake")
	term.press("C")
	term.see("Text of page 1", "nobody has corrected it")
	term.press("Down", "Down", "Enter")
	term.write(" half a word")
	term.see("half a word", "not stored")
	term.see("is locked", "Password")
	if all := term.everything(); strings.Contains(all, "VAŠ") || strings.Contains(all, "half a") {
		t.Errorf("the locked terminal shows:\n%s", all)
	}
	term.write("demo-clinician-2026")
	term.press("Enter")
	screen := term.see("VAŠKOVÁ, Eliška", "Text of page 1", "half a word", "not stored")
	if line := lineWith(t, screen, "half a word"); !strings.HasPrefix(line, ">") {
		t.Errorf("the cursor is not where it was: %q", line)
	}
	term.write("x") // goes on where it was
	term.see("half a wordx")
	term.press("C-s")
	term.see("The corrected text is stored")
	if text := c.aria.mustGet(recordPath(letter, "text/1")).str("corrected_text"); !strings.Contains(text, "half a wordx") {
		t.Errorf("stored is %q", text)
	}

	// Then the connection to the terminal drops in the middle of a word.
	term.see("corrected by")
	term.press("Down", "Enter")
	term.write(" and one mor")
	term.see("and one mor", "not stored")
	term.hangUp()
	term = c.sitDown(t, 80, 24)
	term.press("2")
	term.see("VAŠKOVÁ, Eliška", "Referral letter")
	term.press("/")
	term.write("referral letter")
	term.press("Enter", "Enter")
	term.see("page 1 of 1", "Dear Dr Blake")
	term.press("C")
	screen = term.see("Here is what you typed on", "and one mor", "not stored")
	if line := lineWith(t, screen, "and one mor"); !strings.HasPrefix(line, "> *") {
		t.Errorf("the cursor is not where it was: %q", line)
	}
	term.press("C-s")
	term.see("The corrected text is stored")
	c.audited(before, []string{"--record", letter}, core.EventResultRead, core.EventTextDrafted, core.EventTextCorrected)
	c.audited(before, nil, core.EventLogin, core.EventLogin, core.EventLogin) // the password was asked for and checked
}
