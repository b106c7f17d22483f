package tui

import (
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
)

// refusing has the server refuse documents.
func refusing(ids ...string) map[string]error {
	out := map[string]error{}
	for _, id := range ids {
		out[id] = core.Errorf(core.CodeInvalid, "This kind of file (image/heic) cannot be read. Save it as JPEG.")
	}
	return out
}

// One key has all marked documents read, and a line says how many were queued, which were
// refused and why; what was refused stays marked.
func TestMarkedDocumentsAreReadWithOneKey(t *testing.T) {
	f := newFake()
	f.refuses = refusing("r3")
	d := atChart(t, f)
	d.press(",", ",", ",")
	d.sees("3 documents marked", " +    Blood count")
	d.press("A")
	if want := []string{"r1", "r2", "r3"}; !slices.Equal(f.wanted, want) {
		t.Errorf("asked for %v, want %v", f.wanted, want)
	}
	d.sees("1 of 3 documents queued to be read, 1 asked for before, 1 refused", "Save it as JPEG", " +    CT thorax")
	d.seesNot(" +    Blood count")
	d.press("*", "*")
	d.sees("1 document marked", " +    Blood count")
}

func TestMarksOfTheUnreadList(t *testing.T) {
	f := newFake()
	unreadChart(f)
	d := newDriver(t, f, 80, 24, 0)
	d.login()
	d.press("f6", ",", ",", ",")
	d.sees("1 document marked") // the last row, a second time: its mark is gone
	d.press("A")
	d.sees("1 document queued to be read")
	d.press("g", "*", "A")
	if want := []string{"r1", "r2"}; !slices.Equal(f.wanted, want) {
		t.Errorf("asked for %v, want %v", f.wanted, want)
	}
}

// What the loss of the server leaves is said, and stays marked.
func TestMarksOutliveALostServer(t *testing.T) {
	f := newFake()
	d := atChart(t, f)
	d.press(",", ",")
	f.set("Analyze", errAway)
	d.press("A")
	d.sees("0 of 2 documents queued to be read, 2 not asked for. The server cannot be", "reached.")
	f.set("Analyze", nil)
	d.press("A")
	if len(f.wanted) != 2 {
		t.Errorf("asked for %v", f.wanted)
	}
}

func TestPlainHasManyRead(t *testing.T) {
	f := newFake()
	f.signedIn = true
	unreadChart(f)
	f.refuses = refusing("r3")
	out := plainly(t, f, "unread", "analyse 2", "1", "chart", "analyse 1-3", "analyse all", "analyse 9", "analyse x", "find cant", "analyse 1", "quit")
	says(t, out, "Documents you have not reviewed: 2, newest first.", "2. CANTÚ", "Blood count",
		"1 of 1 document queued to be read.", "Patient CANTÚ", "Document Referral letter Dr Okoro", "1 of 3 documents queued to be read, 1 asked for before, 1 refused.",
		"Refused: CT thorax", "Save it as JPEG.", "1 of 1 document queued", "The last list has no \"9\"", "The last list has no \"x\"", "Number 1 of the last list is no document")
	if want := "r2 r1 r2 r3 r2"; strings.Join(f.wanted, " ") != want {
		t.Errorf("asked for %v, want %s", f.wanted, want)
	}
}
