package e2e

import (
	"fmt"
	"strings"
	"testing"

	"clinician/internal/core"
)

// S7. "Has she ever had cisplatin?" One patient's documents are searched from
// her chart, then those of the whole panel for HER2: two keys and the term. The
// negation stays in sight, Enter opens at the word, corrected text counts, and
// neither what was read nor what was looked for is on the disk in clear.
func hasSheEverHad(t *testing.T, c *clinic) {
	cantú, adeyemi := c.ids[c.named("Cantú", "Catalina")], c.ids[c.named("Adeyemi", "Folasade")]
	for _, d := range c.panel.Documents {
		if d.Patient == c.named("Cantú", "Catalina") && d.MIME == core.MIMEText {
			c.aria.analyze(c.record(d))
		}
	}
	c.aria.readText(cantú, "Oncology letter\n\nShe was not given the drug cis-\nplatin because of her kidneys.")
	misread := c.aria.readText(adeyemi, "Pathology addendum. HER-2 positive. Treated with cisplatln once.")
	c.aria.allRead()
	if status, o := c.call("PUT", recordPath(misread, "text/1"), c.aria.access, object{"text": "Pathology addendum. HER-2 positive. Treated with cisplatin once."}); status != 200 {
		t.Fatalf("correct: %d %v", status, o)
	}

	term := c.sitDown(t, 80, 24)
	term.press("4")
	term.see("CANTÚ, Catalina", "Documents")
	term.keys = 0
	before := c.mark()
	term.press("f")
	term.write("cisplatin")
	term.press("Enter")
	screen := term.see("1 page", "CANTÚ, Catalina", "not given the drug")
	term.took(2, "a search of one patient, beside the term")
	t.Logf("the hits:\n%s", screen)
	term.press("Enter")
	term.see("page 1 of 1", "She was not given the drug", "Born 08-May-1940")
	c.audited(before, []string{"--patient", fmt.Sprint(cantú)}, core.EventDocumentsSearched, core.EventResultRead)

	term.home()
	term.keys = 0
	before = c.mark()
	term.press("F")
	term.write("HER2")
	term.press("Enter")
	term.see("ADEYEMI, Folasade", "Born 23-Sep-1971", "HER-2 positive")
	term.took(2, "a search of the panel, beside the term")
	term.press("/", "C-u")
	term.write("cisplatin")
	term.press("Enter")
	term.see("2 pages", "CANTÚ, Catalina", "ADEYEMI, Folasade", "(corrected text)")
	c.audited(before, nil, core.EventDocumentsSearched, core.EventDocumentsSearched)

	for _, secret := range []string{"cisplatin", "platin because of", "HER-2 positive"} { // as the documents write it
		if file := holds(t, c.data, secret); file != "" {
			t.Errorf("%s holds %q in clear", file, secret)
		}
		if strings.Contains(c.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
