package e2e

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
)

// S2. Find a patient: one of today's with one key, anybody of the panel with a
// few letters, by a birth date that can be read in two ways, by the end of the
// record number. Nothing opens without Enter.
func findAPatient(t *testing.T, c *clinic) {
	term := c.sitDown(t, 80, 24)

	// One of today's.
	before := c.mark()
	term.press("2")
	term.see("VAŠKOVÁ, Eliška", "Born 30-Jul-1966", "Documents")
	term.took(1, "one of today's patients")
	c.audited(before, chart(c, "Vašková", "Eliška"), core.EventPatientViewed)
	term.home()

	// Family initial and the given name's: two letters.
	term.keys, before = 0, c.mark()
	term.press("/")
	term.write("cb")
	term.see("1 match", "CUMMINGS, Barrett")
	if opened := c.written(before, chart(c, "Cummings", "Barrett")...); len(opened) > 0 {
		t.Errorf("a chart opened by itself: %v", opened)
	}
	term.press("Enter")
	term.see("CUMMINGS, Barrett", "Born 17-Mar-1949", "Documents")
	term.took(2, "cb, beside the two letters")
	c.audited(before, chart(c, "Cummings", "Barrett"), core.EventPatientViewed)
	c.audited(before, nil, core.EventPatientsViewed, core.EventPatientViewed)
	term.home()

	// A birth date that is the eighth of May, or the fifth of August.
	term.press("/")
	term.write("8/5/40")
	term.see("which day?", "08-May-1940 or 05-Aug-1940", "CANTÚ, Catalina")
	term.lacks("Documents") // no chart
	term.home()

	// The end of the record number.
	p := c.panel.Patients[c.named("Lindqvist", "Åsa")]
	term.keys = 0
	term.press("/")
	term.write(p.MRN[len(p.MRN)-4:])
	term.see("1 match", shown(p))
	term.press("Enter")
	term.see(shown(p), core.DisplayMRN(p.MRN), "Documents")
	term.took(2, "the last four digits, beside those")

	c.threeLetters(t)
}

// chart selects the audit events of a patient's chart.
func chart(c *clinic, family, given string) []string {
	return []string{"--patient", c.idOf(family, given)}
}

// threeLetters asks the real search for everybody of Dr Blake's panel: at least
// nine in ten are the first hit of three letters or fewer, so that Enter opens them.
func (c *clinic) threeLetters(t *testing.T) {
	var lengths []int
	found := 0
	mine := 0
	for i, p := range c.panel.Patients {
		if c.ids[i] == 0 {
			continue
		}
		mine++
		fewest := c.fewestLetters(p.LastName, p.FirstName, c.ids[i])
		if fewest == 0 {
			t.Logf("%s is not found by three letters", shown(p))
			continue
		}
		found++
		lengths = append(lengths, fewest)
	}
	slices.Sort(lengths)
	t.Logf("%d of %d patients are found by three letters or fewer, half of them by %d", found, mine, lengths[len(lengths)/2])
	if mine < 25 || found*10 < mine*9 {
		t.Errorf("%d of %d patients are found by three letters", found, mine)
	}
	if median := lengths[len(lengths)/2]; median > 2 { // and Enter is the third key
		t.Errorf("the median patient needs %d letters", median)
	}
}

// fewestLetters is how many letters make the patient the first hit, one way or
// another that a person may type; 0 when three do not.
func (c *clinic) fewestLetters(family, given string, id int64) int {
	for n := 1; n <= 3; n++ {
		for _, text := range []string{letters(family, n), letters(family, 1) + letters(given, n-1), letters(given, n)} {
			hits := c.aria.mustGet("/api/clinician/patients/?limit=5&q=" + url.QueryEscape(text)).list("results")
			if len(hits) > 0 && hits[0].id() == id {
				return n
			}
		}
	}
	return 0
}

// letters gives the first n letters of a name as they are typed, in small ones.
func letters(name string, n int) string {
	text := []rune(strings.ToLower(strings.NewReplacer("’", "", " ", "", "-", "").Replace(name)))
	return string(text[:min(n, len(text))])
}
