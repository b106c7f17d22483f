package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"clinician/internal/core"
)

// S1. 08:05: Dr Blake signs in and has the day on one screen without a key: nine
// appointments, each with the documents she has not read and what is critical
// in them, five things to do and two documents that could not be read overnight.
// Every number opens exactly as many rows.
func morningReview(t *testing.T, c *clinic) {
	before := c.mark()
	term := c.sitDown(t, 80, 24)
	screen := term.see("Appointments today", "To do (5)", "2 failed", "as at")
	term.took(0, "the day")
	if n := rowsBelow(t, screen, "Appointments today"); n != 9 {
		t.Errorf("%d appointments are on the screen:\n%s", n, screen)
	}
	if n := rowsBelow(t, screen, "To do (5)"); n != 5 {
		t.Errorf("%d things to do are on the screen:\n%s", n, screen)
	}
	lineWith(t, screen, "BERGSTRÖM, Nils (Mr): A document could not be read.")
	potassium := lineWith(t, screen, "PENHALIGON, Jory (Mr)   ")
	for _, want := range []string{"11:40", "08-Oct-1955", "*1", "HH/LL 1"} {
		if !strings.Contains(potassium, want) {
			t.Errorf("%q is not in %q", want, potassium)
		}
	}
	term.resize(80, 60) // every row of a list at once
	for _, n := range []struct{ key, word, heading string }{
		{"F2", "today", "Appointments today"}, {"F3", "to come", "Appointments to come"}, {"F4", "open", "Notifications, open"},
		{"F5", "to do", "To do, open"}, {"F6", "unread", "Documents you have not reviewed"}, {"F7", "reading", "Being read"}, {"F8", "failed", "Could not be read"},
	} {
		opensItsRows(t, term, n.key, n.word, n.heading)
	}
	c.audited(before, nil, core.EventDashboardViewed, core.EventAppointments, core.EventNotificationsRead)
}

// opensItsRows opens a number of the day and counts the rows of its list.
func opensItsRows(t *testing.T, term *terminal, key, word, heading string) {
	number := regexp.MustCompile(`F2–F8 .*\b(\d+) ` + word).FindStringSubmatch(term.see("Appointments today", "F2–F8 "))
	if number == nil {
		t.Fatalf("%s is not on the screen:\n%s", key, term.screen())
	}
	term.press(key)
	screen := term.see(heading + "  " + number[1])
	rows := 0
	if !regexp.MustCompile(`(?m)^ No (appointments|notifications|document)|None\.`).MatchString(screen) { // below the head of the table
		rows = rowsBelow(t, screen[strings.Index(screen, heading):], "\n\n")
	}
	if fmt.Sprint(rows) != number[1] {
		t.Errorf("%s says %s and opens %d rows:\n%s", key, number[1], rows, screen)
	}
	term.home()
}

// lineWith gives the first line of a screen that has the text.
func lineWith(t *testing.T, screen, text string) string {
	t.Helper()
	for _, line := range strings.Split(screen, "\n") {
		if strings.Contains(line, text) {
			return line
		}
	}
	t.Fatalf("%q is not on the screen:\n%s", text, screen)
	return ""
}
