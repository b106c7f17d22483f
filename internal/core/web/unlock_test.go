package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"clinician/internal/core/demo/paper"
)

// A protected PDF is opened with its password on its page; what was typed wrongly is not
// on any page afterwards, and nobody else can try.
func TestAProtectedDocumentIsOpenedWithItsPassword(t *testing.T) {
	t.Parallel()
	ann, ben := shared.clinician(t, "Ann", "Abbott"), shared.clinician(t, "Ben", "Baker")
	sheet := paper.NewSheet()
	sheet.Text(60, 60, paper.Style{Size: 11}, "Haemoglobin 118 g/L")
	locked, err := paper.TextPDF([]*paper.Sheet{sheet}, paper.PDFOptions{Created: time.Unix(0, 0), Password: "Wexmoor 7"})
	must(t, err)
	p := shared.patient(t, ann, catalina())
	r := shared.document(t, ann, p.ID, "locked.pdf", string(locked))
	v, at := shared.signedIn(t, ann), "/clinician/records/"+r.ID+"/"
	v.get(at).want(200).says("Password of the document")
	a := v.post(at+"unlock/", url.Values{"password": {"Wexmoor 8"}, "version": {r.Version}}).want(400)
	if strings.Contains(a.body, "Wexmoor 8") {
		t.Error("a wrong password stands on the page")
	}
	v.post(at+"unlock/", url.Values{"version": {r.Version}}).want(400)
	other := shared.signedIn(t, ben)
	if a := other.post(at+"unlock/", url.Values{"password": {"Wexmoor 7"}, "version": {r.Version}}); a.status != 403 && a.status != 404 {
		t.Errorf("somebody else: status %d", a.status)
	}
	to := v.post(at+"unlock/", url.Values{"password": {"Wexmoor 7"}, "version": {r.Version}}).want(303).header.Get("Location")
	if !strings.HasSuffix(to, "?done=unlocked") || strings.Contains(to, r.ID) {
		t.Fatalf("it goes on to %s", to)
	}
	v.get(to).want(200).says("opens without the password")
	v.get(at).want(200).says("ENTERED IN ERROR", "a copy that opens without it").silent("Password of the document")
	text := shared.document(t, ann, p.ID, "letter.txt", "Dear colleague")
	v.get("/clinician/records/" + text.ID + "/").want(200).silent("Password of the document")
}
