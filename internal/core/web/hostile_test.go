package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"clinician/internal/core"
)

// TestScriptsOfOthersDoNotRun opens pages that are full of hostile names in a browser,
// and asks the pages' policy about scripts that are put into them.
func TestScriptsOfOthersDoNotRun(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, hostile[0], hostile[1])
	p := shared.patient(t, ann, core.NewPatient{FirstName: hostile[1], LastName: hostile[0], Demographics: core.Demographics{Address: hostile[4], Alerts: hostile}})
	r := shared.document(t, ann, p.ID, hostile[0]+".txt", hostile[1]+"\n"+hostile[4]+"?")
	shared.read(t, ann, r.ID)
	b := shared.tab(t)
	b.signIn(ann)
	for _, path := range []string{"/clinician/dashboard/", "/clinician/patients/", chart(p.ID), "/clinician/records/" + r.ID + "/"} {
		b.open(path)
		if n := eval[int](b, `document.querySelectorAll("script:not([src]), img[src='x'], main svg, [onfocus], [onload], [onerror]").length`); n != 0 {
			t.Errorf("%s has %d elements that a name made", path, n)
		}
	}
	if said := b.complaints(); len(said) > 0 {
		t.Errorf("the browser complained: %q", said)
	}
	ran := eval[bool](b, `(() => { const s = document.createElement("script"); s.textContent = "window.ran = true"; document.body.append(s); return !!window.ran; })()`)
	if ran {
		t.Error("an inline script ran")
	}
}

// TestAPageFromElsewhereCannotAct posts from a page on another port of this host, which
// browsers count to the same site and send cookies from.
func TestAPageFromElsewhereCannotAct(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<form method=post action="%s/logout/"><input name=everywhere value=yes><button>Win a prize</button></form>`, shared.url)
	}))
	t.Cleanup(evil.Close)
	b := shared.tab(t)
	b.signIn(ann)
	b.do(chromedp.Navigate(evil.URL))
	b.follow("button")
	b.says("nothing was done")
	b.open("/clinician/dashboard/")
	b.says("Sign out")
}

// TestAnOpenViewIsRemovedWhenItsPageIsLeft looks at a document in the browser and goes
// elsewhere without closing it.
func TestAnOpenViewIsRemovedWhenItsPageIsLeft(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	r := shared.document(t, ann, shared.patient(t, ann, catalina()).ID, "letter.txt", "Dear colleague")
	b := shared.tab(t)
	b.signIn(ann)
	b.open("/clinician/records/" + r.ID + "/")
	b.follow(`form[action$="/view/"] button`)
	frame := eval[string](b, `document.querySelector("iframe").getAttribute("src")`)
	v := shared.signedIn(t, ann)
	v.get(frame).want(200)
	b.open("/clinician/dashboard/")
	for until := time.Now().Add(patience); v.get(frame).status != 404; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("the temporary view is still there after its page was left")
		}
	}
}

func TestAPageThatNobodyUsesSignsOut(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	b := shared.tab(t)
	b.signIn(ann)
	if idle := eval[string](b, "document.body.dataset.idle"); idle != "1800" {
		t.Errorf("a page may be idle for %s seconds", idle)
	}
	b.do(chromedp.SetAttributeValue(chromedp.CSS("body"), "data-idle", "1"))
	b.says("signed out because nothing was done")
	if strings.Contains(b.text(), "Ann Abbott") {
		t.Error("the page still shows whose it was")
	}
}
