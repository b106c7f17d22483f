package e2e

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/demo"
	"clinician/internal/core/demo/paper"
)

// S5. A scanned laboratory report of two pages is uploaded with five keys and its
// path, read before one's eyes, and its values are checked beside their pixels
// with one key each: three verified, one corrected, one rejected. Nothing
// unverified counts as verified in the trend. (That it may lie askew is
// TestValuesStory's.)
func uploadAndVerify(t *testing.T, c *clinic) {
	zhao := c.named("Zhao", "Mingyu")
	// The paper is of one day whenever this runs: on another day other digits are hard
	// to read, and then no date is suggested.
	report := panelDocument(t, demo.Generate(c.panel.Seed, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)), func(d demo.Document) bool {
		return d.Patient == zhao && d.Kind == "laboratory report" && d.MIME == core.MIMEPNG
	})
	file := filepath.Join(t.TempDir(), "lab report.pdf")
	if err := os.WriteFile(file, withSecondPage(t, report), 0o600); err != nil {
		t.Fatal(err)
	}
	term := c.sitDown(t, 120, 40)
	before := c.mark()
	term.press("/")
	term.write("zhao")
	term.see("1 match")
	term.press("Enter")
	term.see("ZHAO, Mingyu", "Documents")
	term.keys = 0
	term.press("U")
	term.see("Upload for ZHAO, Mingyu")
	term.write(file)
	term.press("Enter")
	term.write("lab") // the kind of document: it is never guessed
	term.press("C-s")
	term.see("Stored", "ZHAO, Mingyu", "MRN")
	term.press("A")
	term.took(5, "upload and reading, beside the path")
	term.see("of 2", "ZHAO, Mingyu")
	term.see("page 1 of 2", "Haemoglobin", "ZHAO, Mingyu")
	term.press("v")
	term.see("Haemoglobin", "unverified", "▀", "ZHAO, Mingyu")

	record := c.aria.records(c.ids[zhao], "")[0].str("file_id") // the newest upload comes first
	values := c.laboratory(record)
	if len(values) < 7 {
		t.Fatalf("found are %v", values)
	}
	suggested := c.aria.mustGet(recordPath(record, "values"))
	if suggested.str("type_suggestion") == "" || suggested.str("document_date_suggestion") != report.Date.String() {
		t.Errorf("suggested are %q of %q", suggested.str("type_suggestion"), suggested.str("document_date_suggestion"))
	}
	term.press("g")
	term.keys = 0
	for i := range 3 {
		term.look()
		term.press("V")
		if doubts, _ := values[i]["doubts"].([]any); len(doubts) > 0 {
			term.see("Printed there")
			term.write(values[i].str("value"))
			term.press("Enter")
		}
		c.eventually("a value to be verified", func() bool { return c.laboratory(record)[i].sub("review").str("status") == "verified" })
	}
	term.took(3, "verifying three values")
	term.press("C")
	term.see("Really printed")
	term.press("C-u")
	term.write("1.3")
	term.press("Enter", "Enter")
	term.see("corrected")
	term.press("Down", "x")
	term.see("Why is it wrong")
	term.write("a smudge")
	term.press("Enter")
	term.see("rejected")
	for i, want := range []string{"verified", "verified", "verified", "corrected", "rejected", "", ""} {
		if v := c.laboratory(record)[i]; v.sub("review").str("status") != want {
			t.Errorf("%s is %q, want %q", v.str("name"), v.sub("review").str("status"), want)
		}
	}
	c.audited(before, []string{"--record", record}, core.EventRecordUploaded, core.EventJobSubmitted, core.EventValuesRead,
		core.EventValueReviewed, core.EventValueReviewed, core.EventValueReviewed, core.EventValueReviewed, core.EventValueReviewed)

	for i, want := range []string{"verified", "verified", "verified", "verified", "left out", "unverified", "unverified"} {
		if got := c.inTrend(c.ids[zhao], values[i]); got != want {
			t.Errorf("%s is %s in the trend, want %s", values[i].str("name"), got, want)
		}
	}
}

// laboratory lists the laboratory results found in a record, as on the page.
func (c *clinic) laboratory(record string) []object {
	c.t.Helper()
	return slices.DeleteFunc(c.aria.mustGet(recordPath(record, "values")).list("results"), func(v object) bool { return v.str("kind") != "laboratory" })
}

// inTrend says how a value counts in the patient's trend of it.
func (c *clinic) inTrend(patient int64, v object) string {
	c.t.Helper()
	status, trend := c.aria.get(fmt.Sprintf("/api/clinician/patients/%d/trends/?name=%s", patient, url.QueryEscape(v.str("name"))))
	if status != http.StatusOK && status != http.StatusNotFound { // not found: no other value has that name
		c.t.Fatalf("trend of %s: %d %v", v.str("name"), status, trend)
	}
	for _, series := range trend.list("series") {
		for _, p := range series.list("points") {
			switch {
			case p.str("value_id") != v.str("id"):
			case p["verified"] == true:
				return "verified"
			default:
				return "unverified"
			}
		}
	}
	return "left out"
}

// withSecondPage is a scanned report with a second page behind it.
func withSecondPage(t *testing.T, report demo.Document) []byte {
	t.Helper()
	scan, truth, err := report.Render()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(scan))
	if err != nil {
		t.Fatal(err)
	}
	first := paper.Image{Gray: img.(*image.Gray), DPI: truth.Pages[0].DPI}
	second := paper.ScanText([]string{"Comment to the requesting doctor\n\nThe sample was received in good condition.\n\nPage 2 of 2"}, paper.ScanOptions{})
	pdf, err := paper.PDF(append([]paper.Image{first}, second...), paper.PDFOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}
