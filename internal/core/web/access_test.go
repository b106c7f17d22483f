package web_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"clinician/internal/core"
)

// axe-core, as scripts/setup fetches it.
const (
	axeName = "axe-core-4.14.1.tgz"
	axeSum  = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"
)

// axe gives the text of axe-core, or skips the test and says why.
func axe(t *testing.T) string {
	t.Helper()
	dir, err := os.UserCacheDir()
	must(t, err)
	raw, err := os.ReadFile(filepath.Join(dir, "clinician", axeName))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("%s is not there; scripts/setup test fetches it where npm can", axeName)
	}
	must(t, err)
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != axeSum {
		t.Fatalf("%s in the cache is not what was pinned: remove it and run scripts/setup test", axeName)
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(raw))
	must(t, err)
	for files := tar.NewReader(unzipped); ; {
		h, err := files.Next()
		must(t, err)
		if h.Name == "package/axe.min.js" {
			text, err := io.ReadAll(files)
			must(t, err)
			return string(text)
		}
	}
}

// worked is a clinician with a patient whose chart has a document with values.
func worked(t *testing.T) (core.SignedIn, core.Patient, core.Record) {
	t.Helper()
	ann := shared.clinician(t, "Ann", "Abbott")
	p := shared.patient(t, ann, catalina())
	shared.patient(t, ann, core.NewPatient{FirstName: "Catalina", LastName: "Quilfeather", Demographics: core.Demographics{
		DateOfBirth: core.Date{Year: 1941, Month: 1, Day: 2}, DeceasedDate: core.Date{Year: 2020, Month: 1, Day: 19}}})
	r := shared.document(t, ann, p.ID, "bloods.txt", "Patient: Dimitri ZORNGARTEN DOB: 09-May-1951\nCollected: 10-Nov-2026\nHaemoglobin 9.8 g/dL 12.0 - 15.5\nPotassium 6.8? mmol/L 3.5 - 5.3 HH")
	shared.read(t, ann, r.ID)
	_, err := shared.Store.Notify(t.Context(), core.Notification{UserID: ann.User.ID, Kind: "message", Level: "action", Text: "Call the laboratory", PatientID: &p.ID})
	must(t, err)
	return ann, p, r
}

func (b *tab) signIn(in core.SignedIn) {
	b.t.Helper()
	b.open("/login/")
	b.fill("#email", in.User.Email, "#password", password)
	b.follow("button.main")
}

// TestPagesAreAccessible has axe-core look at every page for what WCAG 2.2 asks for at
// level AA, in both colour schemes, and whether they fit a window of 320 pixels.
func TestPagesAreAccessible(t *testing.T) {
	t.Parallel()
	script := axe(t)
	ann, p, r := worked(t)
	b := shared.tab(t)
	b.size(320)
	look := func(path string) {
		b.open(path)
		if wide := eval[int](b, "document.documentElement.scrollWidth"); wide > 320 {
			t.Errorf("%s is %d pixels wide in a window of 320", path, wide)
		}
		b.do(chromedp.Evaluate[chromedp.Void](script))
		for _, scheme := range []string{"light", "dark"} {
			b.colours(scheme)
			ctx, end := b.within()
			found, err := chromedp.Run(ctx, chromedp.Evaluate[string](axeRun, chromedp.EvalAwaitPromise))
			end()
			must(t, err)
			if found != "" {
				t.Errorf("%s, %s: %s", path, scheme, found)
			}
		}
	}
	look("/login/")
	look("/signup/")
	b.signIn(ann)
	for _, path := range []string{"/clinician/dashboard/", "/clinician/patients/", chart(p.ID), adding(p.ID), "/clinician/records/" + r.ID + "/",
		fmt.Sprintf("/clinician/patients/%d/access/", p.ID), "/clinician/notifications/", "/clinician/unread/", "/clinician/profile/", "/clinician/nothing/"} {
		look(path)
	}
}

const axeRun = `axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r =>
	(r.passes.length < 5 ? "axe looked at nothing" : "") + r.violations.map(v => v.id + " (" + v.help + "): " + v.nodes.slice(0, 3).map(n => n.target + " " + n.failureSummary).join(" | ")).join("\n"))`

// TestEverythingByKeyboard goes from signing in to a document with keys alone.
func TestEverythingByKeyboard(t *testing.T) {
	t.Parallel()
	ann, _, _ := worked(t)
	b := shared.tab(t)
	b.open("/login/")
	b.focused("email")
	b.keys(ann.User.Email, kb.Tab, password)
	b.press(kb.Enter)
	b.says("To do")
	b.keys(kb.Tab)
	if on := eval[string](b, "document.activeElement.textContent"); on != "Skip to content" {
		t.Errorf("the first stop of a page is %q", on)
	}
	b.tabTo("Patients")
	b.press(kb.Enter)
	b.focused("q")
	b.keys("quillf")
	b.press(kb.Enter)
	b.says("1 patient matches")
	b.tabTo("QUILLFEATHER, Catalina (Mrs) NAME ALERT")
	b.keys(kb.Enter)
	b.tabTo("Open QUILLFEATHER, Catalina (Mrs), born 08-May-1940")
	b.press(kb.Enter)
	b.tabTo("bloods")
	b.press(kb.Enter)
	b.says("Whose document is this?")
	b.tabTo("Verify Haemoglobin 9.8 g/dL")
	if outline := eval[string](b, "getComputedStyle(document.activeElement).outlineStyle"); outline == "none" {
		t.Error("what has the focus does not show it")
	}
	b.press(kb.Enter)
	b.says("The value was verified")
}

// focused waits until the browser has put the focus where a page begins.
func (b *tab) focused(id string) {
	b.t.Helper()
	for until := time.Now().Add(patience); eval[string](b, "document.activeElement.id") != id; b.do(chromedp.Sleep(20 * time.Millisecond)) {
		if time.Now().After(until) {
			b.t.Fatalf("%s does not begin at #%s", b.where(), id)
		}
	}
}

func (b *tab) keys(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.do(chromedp.KeyEvent(k))
	}
}

// press is a key that leads to another page.
func (b *tab) press(key string) {
	b.t.Helper()
	ctx, end := b.within()
	defer end()
	if _, err := chromedp.RunResponse(ctx, chromedp.KeyEvent(key)); err != nil {
		b.t.Fatalf("press: %v", err)
	}
}

// tabTo presses Tab until the focus is on what is called that.
func (b *tab) tabTo(name string) {
	b.t.Helper()
	var seen []string
	for range 60 {
		b.keys(kb.Tab)
		on := strings.Join(strings.Fields(eval[string](b, "document.activeElement.textContent")), " ")
		if on == name {
			return
		}
		seen = append(seen, on)
	}
	b.t.Fatalf("Tab does not lead to %q but to %q", name, seen)
}
