package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"clinician/internal/core"
)

// bloods is a report of two pages; the fake reader is not sure of words that end in "?".
const bloods = "HOLD %s\nPatient: Catalina QUILLFEATHER   DOB: 08-May-1940\nCollected: 10-Nov-2026\n" +
	"Haemoglobin 9.8 g/dL 12.0 - 15.5\nPotassium 4.4? mmol/L 3.5 - 5.3\n\fSecond page, nothing more."

// TestJourney goes the whole way of a document as a clinician does: sign in, find the
// patient, add a document, watch it being read, check its values, sign out; once with
// and once without scripts.
func TestJourney(t *testing.T) {
	for _, script := range []bool{true, false} {
		name := map[bool]string{true: "with script", false: "without"}[script]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ann := shared.clinician(t, "Ann", "Abbott")
			patient := shared.patient(t, ann, catalina())
			b := shared.tab(t)
			if !script {
				b.withoutScript()
			}
			b.journey(ann, patient, strings.Replace(bloods, "%s", name, 1), shared.reader.gate("HOLD "+name), script)
		})
	}
}

func (b *tab) journey(ann core.SignedIn, patient core.Patient, document string, gate chan bool, script bool) {
	b.open("/clinician/patients/")
	b.fill("#email", ann.User.Email, "#password", password)
	b.follow("button.main")
	b.fill("#q", "quill")
	b.follow("form.find button")
	b.says("1 patient matches", "QUILLFEATHER, Catalina (Mrs)")
	b.follow(`tbody a[href*="/dashboard/"]`)
	b.says("No documents in this chart")
	b.follow(`a[href$="/add-record/"]`)
	b.says("QUILLFEATHER, Catalina (Mrs) Born 08-May-1940")
	b.do(chromedp.SetValue(chromedp.CSS("#recordType"), "Laboratory Results"),
		chromedp.SetUploadFiles(chromedp.CSS("#document"), []string{file(b.t, "bloods.txt", document)}))
	b.follow("form button.main")
	b.says("The document was added", "The text is being read")

	b.let(gate) // the first page
	if script {
		b.says("reading, 1 of 2 pages done") // over the WebSocket: the page was not asked for again
	}
	b.open(b.where())
	b.says("Page 1 of 2", "Haemoglobin 9.8 g/dL", "Not known. The text") // what is read is there to read
	b.let(gate)
	if !script {
		for strings.Contains(b.text(), "is being read") { // the browser asks again by itself; the test does not wait for that
			b.open(b.where())
		}
	}
	b.says("Page 1 of 2", "3 not verified", "9.8 g/dL", "L ↓ low", "12.0 - 15.5", "scan, unverified")
	b.says("4.4 (unsure)")

	before := b.where()
	b.follow(`tr:has(bdi):first-of-type button[value="verified"]`)
	b.says("The value was verified", "scan, verified by Ann Abbott", "2 not verified")
	if !strings.HasPrefix(b.where(), strings.SplitN(before, "?", 2)[0]) {
		b.t.Errorf("after verifying the page is %s", b.where())
	}
	b.follow("form.out button")
	b.says("You have signed out")
	b.do(chromedp.NavigateBack(), chromedp.Sleep(300*time.Millisecond))
	if text := b.text(); strings.Contains(text, "QUILLFEATHER") || strings.Contains(text, "9.8") {
		b.t.Errorf("after signing out the back button shows %s", text)
	}
	if said := b.complaints(); len(said) > 0 {
		b.t.Errorf("the browser complained: %q", said)
	}
}

// let lets the reader go on by a page.
func (b *tab) let(gate chan bool) {
	b.t.Helper()
	select {
	case gate <- true:
	case <-time.After(patience):
		b.t.Fatal("nothing reads the document")
	}
}
