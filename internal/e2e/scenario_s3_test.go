package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"clinician/internal/core"
)

// S3. The 09:20 patient's referral came by scan this morning and was read
// overnight. Dr Blake opens it, sees page and text side by side, reads to the
// end and acknowledges it: four keys. It is read for her, and for nobody else.
func readAndAcknowledge(t *testing.T, c *clinic) {
	patient := c.named("Vašková", "Eliška")
	letter := c.record(c.newest(patient, "referral letter"))
	unread := int(c.aria.mustGet("/api/clinician/dashboard/")["unread_records"].(float64))
	term := c.sitDown(t, 120, 40)
	term.see(fmt.Sprintf("F6 %d unread", unread))
	before := c.mark()

	term.press("2")
	term.see("Eliška", "[Documents 9, 1 unread]", "Referral letter")
	term.press("Enter") // what is unread comes first
	term.see("page 1 of 1", "Dear Dr Blake", "Born 30-Jul-1966", "▀")
	of := []string{"--record", letter}
	c.audited(before, of, core.EventResultRead)
	c.audited(before, of, core.EventRecordViewed)

	looked := term.keys
	term.press("R")
	term.see("Read every page to its end first")
	if reviewed := c.written(before, append(of, "--type", core.EventRecordReviewed)...); len(reviewed) > 0 {
		t.Errorf("it was acknowledged before its end was seen: %v", reviewed)
	}
	term.keys = looked
	term.press("G")
	term.see("Page 1 of 1") // the letter's own last line
	term.press("R")
	term.see("Reviewed by you")
	term.took(4, "a referral, read and acknowledged")
	c.audited(before, of, core.EventResultRead, core.EventRecordReviewed)

	term.home()
	term.see("Today", fmt.Sprintf("F6 %d unread", unread-1))

	// The patient is handed over for the afternoon: it is new to the colleague.
	tomasz := c.login("tomasz.lukasik@demo.invalid", "demo-clinician-2026")
	c.admin("", "assign", "--patient", fmt.Sprint(c.ids[patient]), "--clinician", tomasz.email)
	if o := tomasz.mustGet(recordPath(letter, "")); o["reviewed_at"] != nil {
		t.Errorf("the colleague is said to have read it: %v", o["reviewed_at"])
	}
	if status, _ := c.aria.get(recordPath(letter, "")); status != http.StatusNotFound {
		t.Errorf("after the handover the letter answers %d", status)
	}
	c.admin("", "assign", "--patient", fmt.Sprint(c.ids[patient]), "--clinician", c.aria.email)
	if o := c.aria.mustGet(recordPath(letter, "")); o["reviewed_at"] == nil {
		t.Error("that Dr Blake has read it was forgotten")
	}
}
