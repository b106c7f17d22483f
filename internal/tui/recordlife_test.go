package tui

import (
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/page"
)

func TestSplitNeedsTwoIdentifiersOfEveryOtherPatient(t *testing.T) {
	f := newFake()
	bundled(f)
	d := newDriver(t, f, 100, 30, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("S")
	d.sees("ABBOTT, Gail", "stays here", "Ctrl-S")
	d.press("ctrl+s")
	d.write("one scan of two people")
	d.press("enter")
	d.write("abbott")
	d.press("enter")
	d.write("1972")
	d.press("enter")
	d.sees("do not belong together")
	if asked := f.typed; len(asked) != 1 || asked[0] != (core.Identifiers{FamilyName: "abbott", BirthYear: 1972}) {
		t.Fatalf("the server was asked about %+v, not about what was typed", asked)
	}
	if len(f.splits) > 0 {
		t.Fatal("it was split with a wrong year of birth")
	}
	d.press("backspace")
	d.write("1")
	d.press("enter")
	d.sees("It is kept itself", "CANTÚ, Catalina")
	if len(f.splits) != 1 {
		t.Fatalf("%d splits", len(f.splits))
	}
	parts := f.splits[0].Parts
	if len(parts) != 2 || parts[0].PatientID != 1 || parts[0].FamilyName != "abbott" || parts[0].BirthYear != 1971 || len(parts[0].Pages) != 1 ||
		parts[1].PatientID != 4 || parts[1].FamilyName != "" || len(parts[1].Pages) != 2 {
		t.Errorf("parts are %+v", parts)
	}
}

// A part can be another kind of document, of another day, than the bundle.
func TestAPartIsDescribed(t *testing.T) {
	f := newFake()
	bundled(f)
	d := newDriver(t, f, 100, 30, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("S", "e")
	d.write("Letter of Dr Okoro")
	d.press("enter")
	d.sees("< as the bundle: Referral >")
	d.write("lab")
	d.press("enter")
	d.write("31-Feb-2026")
	d.press("enter")
	d.sees("! ") // there is no such day
	d.press("ctrl+u")
	d.write("8-May-2026")
	d.press("enter")
	d.sees("Part 1, page 1: ABBOTT, Gail (Ms)", "“Letter of Dr Okoro”, Lab Report, dated 08-May-2026", "Gail (Ms): Lett")
	d.press("e", "tab")
	d.sees("Letter of Dr Okoro", "< Lab Report >", "08-May-2026") // what was said stands there
	d.press("esc", "ctrl+s")
	d.sees("Lab Report, dated 08-May-2026", "Why is it split")
	d.write("two people")
	d.press("enter")
	d.write("abbott")
	d.press("enter")
	d.write("1971")
	d.press("enter")
	if len(f.splits) != 1 {
		t.Fatalf("%d splits", len(f.splits))
	}
	a, b := f.splits[0].Parts[0], f.splits[0].Parts[1]
	if a.Title != "Letter of Dr Okoro" || a.TypeID != 1 || a.DocumentDate != (core.Date{Year: 2026, Month: 5, Day: 8}) {
		t.Errorf("the first part is %+v", a)
	}
	if b.Title != "" || b.TypeID != 0 || !b.DocumentDate.IsZero() {
		t.Errorf("the second part is %+v", b)
	}
}

func TestSplitPlanIsNotLostByMistake(t *testing.T) {
	f := newFake()
	bundled(f)
	d := newDriver(t, f, 100, 30, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("S", "esc")
	d.sees("Documents") // nothing was planned
	d.press("S", "j", "j", "+", "esc")
	d.sees("is not split yet", "CANTÚ, Catalina")
	d.press("n")
	d.sees("into documents")
}

func TestSplitNeedsAPatientForEveryPart(t *testing.T) {
	f := newFake()
	bundled(f)
	f.fail["Patient1"] = core.Errorf(core.CodeForbidden, "This patient is not assigned to you.")
	d := newDriver(t, f, 100, 30, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("S", "ctrl+s")
	d.sees("Part 1 has no patient yet")
	d.press("enter")
	d.sees("1 match", "ABBOTT, Gail")
	d.press("enter")
	d.sees("ABBOTT, Gail (Ms), born 03-Feb-1971")
	d.press("ctrl+s")
	d.sees("Why is it split")
}

// What a password opens takes the place of the protected document on the screen; a wrong
// one says so and loses nothing.
func TestProtectedDocumentIsOpened(t *testing.T) {
	for name, from := range map[string][]string{"the chart": {"O"}, "the document": {"enter", "O"}} {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			d := newDriver(t, f, 100, 30, termenv.Ascii)
			d.settle()
			d.chart()
			d.press(from...)
			d.press("enter")
			d.sees("Type the password")
			d.write("open")
			d.press("enter")
			d.sees("not the password of the document", "****")
			d.write(" sesame")
			d.press("enter")
			d.sees("opens without its password now")
			if r := d.r.top().Route(); r.Kind() != (page.Viewer{}).Kind() || r.(page.Viewer).Record.PartOf != "r1" {
				t.Errorf("shown is %+v", r)
			}
			d.press("esc")
			d.sees("Documents")
		})
	}
}

func TestHoldIsPlacedAndReleasedForAReason(t *testing.T) {
	d := newDriver(t, newFake(), 100, 30, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("enter", "H", "enter")
	d.sees("Say in a few words why")
	d.write("Complaint 2026-118")
	d.press("enter")
	d.sees("LEGAL HOLD", "H releases it")
	d.press("X")
	d.sees("under a legal hold since")
	d.press("H")
	d.write("closed")
	d.press("enter")
	d.write("cantu")
	d.press("enter")
	d.write("1940")
	d.press("enter")
	d.sees("is released")
	d.seesNot("LEGAL HOLD")
}

func TestReadAgainWithOtherSettings(t *testing.T) {
	f := newFake()
	d := newDriver(t, f, 100, 30, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("J", "A", "ctrl+u")
	d.write("eng+deu")
	d.press("enter", "u", "enter") // urgent
	if len(f.asked) != 1 || f.asked[0].Language != "eng+deu" || f.asked[0].Priority != core.PriorityUrgent {
		t.Fatalf("asked for %+v", f.asked)
	}
	d.sees("machine-read")
}

// The mark of a document entered in error leaves room for its title.
func TestTheTitleOfADocumentEnteredInErrorIsSeen(t *testing.T) {
	for width, want := range map[int]string{80: "  ERROR: Referral le", 120: "  ENTERED IN ERROR: Referral le"} {
		f := newFake()
		f.details[4].MedicalRecords[0].Status = core.RecordEnteredInError
		d := newDriver(t, f, width, 30, termenv.Ascii)
		d.settle()
		d.chart()
		d.sees(want)
	}
}
