package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/demo"
)

// S8. Creatinine over seven reports from two laboratories, one of which gives
// mg/dL: two keys from the chart to a drawing in proportional time, the last two
// figures beside it, verified and unverified told apart, two series and never
// one line through both. Enter on a point opens its page.
func followTheTrend(t *testing.T, c *clinic) {
	tregear := c.named("Tregear", "Clemence")
	records := c.creatinines(t, tregear)
	c.aria.allRead()
	var newest object
	for _, v := range c.aria.mustGet(recordPath(records[0], "values")).list("results") {
		if v.str("name") == "Creatinine" {
			newest = v
		}
	}
	if status, o := c.aria.post(recordPath(records[0], "values/"+newest.str("id")+"/review"), verifiedAs(newest)); status != 200 {
		t.Fatalf("verify: %d %v", status, o)
	}

	term := c.sitDown(t, 80, 24)
	term.press("/")
	term.write("tregear")
	term.see("1 match")
	term.press("Enter")
	term.see("TREGEAR, Clemence", "Documents")
	term.keys = 0
	before := c.mark()
	term.press("t")
	term.see("newest right")
	for was := term.screen(); !strings.Contains(was, "\n> Creatinine "); {
		term.press("Down")
		moved, ok := term.waitUntil(func(screen string) bool { return screen != was })
		if !ok { // keys that are faster than the screen would leave it behind
			t.Fatalf("there is no row of creatinine:\n%s", moved)
		}
		was = moved
	}
	moved := term.keys - 1
	term.press("t")
	screen := term.see("series 1 of 2", "Last ", ", before ", "○", "●", "unverified", "range ")
	term.keys -= moved
	term.took(2, "the trend")
	t.Logf("the trend:\n%s", screen)
	first := lineWith(t, screen, "Last ")
	if strings.Contains(first, "mg/dL") == strings.Contains(first, "µmol/L") {
		t.Errorf("the figures are of two units: %q", first)
	}
	points := len(regexp.MustCompile(`(?m)^[> ] [○●] \d\d-`).FindAllString(screen, -1))
	term.press("Tab")
	screen = term.see("series 2 of 2")
	points += len(regexp.MustCompile(`(?m)^[> ] [○●] \d\d-`).FindAllString(screen, -1))
	if points != len(records) {
		t.Errorf("%d points of %d reports:\n%s", points, len(records), screen)
	}
	term.press("Enter")
	term.see("Laboratory report", "page 1 of", "Creatinine", "TREGEAR, Clemence")
	c.audited(before, []string{"--patient", fmt.Sprint(c.ids[tregear])}, core.EventTrendRead, core.EventTrendRead, core.EventResultRead)
}

// creatinines has the patient's laboratory reports read, seven in all: those of
// the chart, and more of the same two laboratories from earlier in the year. The
// newest comes first.
func (c *clinic) creatinines(t *testing.T, patient int) []string {
	t.Helper()
	lab := func(d demo.Document) bool { return d.Patient == patient && d.Kind == "laboratory report" }
	var records []string
	for _, d := range slices.Backward(c.panel.Documents) {
		if lab(d) {
			records = append(records, c.record(d))
		}
	}
	for _, days := range []int{-33, -66} {
		for _, d := range demo.Generate(c.panel.Seed, c.panel.Today.AddDate(0, 0, days)).Documents {
			if !lab(d) || len(records) == 7 {
				continue
			}
			content, err := d.Content()
			if err != nil {
				t.Fatal(err)
			}
			records = append(records, c.aria.upload(c.ids[patient], d.Filename, content))
		}
	}
	if len(records) != 7 {
		t.Fatalf("there are %d reports", len(records))
	}
	for _, r := range records {
		c.aria.analyze(r)
	}
	return records
}
