package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/demo"
)

// S15. The registrar cannot see the screen: with --plain, line by line, she finds
// a patient (S2), reads this morning's referral and acknowledges it (S3) and
// searches a chart (S7). Dates are long, choices are numbered, the newest is
// last, and nothing is drawn.
func withoutAScreen(t *testing.T, c *clinic) {
	hussain := c.named("Hussain", "Nadia")
	report := c.record(c.newest(hussain, "laboratory report"))
	c.aria.read(report)
	before := c.mark()
	said := c.plain(t,
		"find cb", "1", "close", // CUMMINGS, by initials
		"find 8/5/40",     // which day?
		"1", "1", "close", // 8 May, the one who was born then
		"find "+c.panel.Patients[hussain].MRN[6:], "1", "1", // by the end of the number, and her newest document
		"reviewed", "close",
		"search haemoglobin", "1", "quit")
	follows(t, said, "CUMMINGS, Barrett (Mr), born 17 March 1949",
		"two ways", "1. Born 8 May 1940", "2. Born 5 August 1940", "1. CANTÚ, Catalina (Mrs), born 8 May 1940", "Patient CANTÚ",
		"HUSSAIN, Nadia (Mrs), born 14 April 1980", "Patient HUSSAIN, Nadia", "unread by you", "Page 1 of 1", "End of the document",
		"Noted: you have reviewed", "1 page, newest document first, in", "Haemoglobin", "Goodbye.")
	if strings.ContainsAny(said, "\x1b\r\x07") || strings.Contains(said, "│") || strings.Contains(said, "▀") {
		t.Errorf("there is something drawn in %q", said)
	}
	c.audited(before, []string{"--record", report}, core.EventResultRead, core.EventRecordReviewed, core.EventResultRead)
	c.audited(before, []string{"--patient", fmt.Sprint(c.ids[hussain])}, core.EventPatientViewed, core.EventDocumentsSearched)
}

// plain has a conversation with the line-by-line workstation.
func (c *clinic) plain(t *testing.T, lines ...string) string {
	t.Helper()
	cmd := exec.Command(tuiBin, "--plain", "--server", "http://"+c.addr)
	cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TZ=Europe/London"}
	cmd.Stdin = strings.NewReader(strings.Join(append([]string{demo.Clinician, demo.Password}, lines...), "\n") + "\n")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// follows asserts that texts come one after the other.
func follows(t *testing.T, all string, texts ...string) {
	t.Helper()
	rest := all
	for _, want := range texts {
		i := strings.Index(rest, want)
		if i < 0 {
			t.Fatalf("%q is not said (here) in\n%s", want, all)
		}
		rest = rest[i+len(want):]
	}
}
