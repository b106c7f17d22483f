package tui

import (
	"testing"

	"github.com/muesli/termenv"
)

// Among all patients a hit may be of a namesake: it opens at the second key.
func TestAHitOfANamesakeNeedsASecondKey(t *testing.T) {
	f := newFake()
	f.namesake = "also CANTU, Katharine  Born 01-Feb-1941  MRN 412 887 0099"
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("F")
	d.write("cisplatin")
	d.press("enter")
	d.sees("CANTÚ, Catalina")
	d.press("enter")
	d.sees("NAME ALERT", "CANTU, Katharine  Born 01-Feb-1941", "page 1  Referral letter")
	d.press("enter")
	d.sees("Referral letter Dr Okoro", "page 1 of 3")
	d.press("esc", "enter")
	d.sees("NAME ALERT", "page 1  Referral letter")
}
