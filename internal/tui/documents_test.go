package tui

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

func atChart(t *testing.T, f *fake) *driver {
	t.Helper()
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.chart()
	return d
}

func TestVerifyingTakesOneKeyForEachValue(t *testing.T) {
	d := atChart(t, newFake())
	d.press("enter", "v", "V", "V", "V")
	for i, id := range []string{"v1", "v2", "v3"} {
		r := d.f.found["r1"].Results[i]
		if r.ID != id || r.Review == nil || r.Review.Status != core.ReviewVerified {
			t.Errorf("value %s has the review %+v", id, r.Review)
		}
	}
	d.sees("5, 2 unverified", "scan·verified", "> ~  Creatinine")
	d.press("k", "Z")
	d.sees("5, 3 unverified")
	if d.f.found["r1"].Results[2].Review != nil {
		t.Error("the review was not taken back")
	}
}

func TestAReviewThatFailsLeavesTheValueUnverified(t *testing.T) {
	d := atChart(t, newFake())
	d.press("enter", "v")
	d.f.set("ReviewValue", core.Errorf(core.CodeConflict, "Somebody else is reviewing it."))
	d.press("V")
	d.sees("was not changed", "5, 5 unverified")
	d.seesNot("scan·verified")
}

// A value in doubt is verified by typing it from the page; what differs is a correction,
// if the person says so.
func TestAValueInDoubtIsTyped(t *testing.T) {
	d := atChart(t, newFake())
	d.press("enter", "v", "j", "j", "j", "V")
	d.sees("Verify Creatinine", "Printed there")
	d.press("enter")
	d.sees("What is printed there?")
	d.write("0.90")
	d.press("enter")
	d.sees("You typed 0.90; the machine read 0.9O.", "correction")
	d.press("esc")
	d.sees("Verify Creatinine")
	if n := d.f.count("ReviewValue"); n != 0 {
		t.Fatalf("%d reviews were sent before anybody said that it is a correction", n)
	}
	d.press("enter", "Y")
	if r := d.f.values("r1").Results[3].Review; r == nil || r.Status != core.ReviewCorrected || r.Text != "0.90" {
		t.Errorf("the correction is %+v", r)
	}
	d.press("Z", "V")
	d.hold("V", 500*time.Millisecond, 20) // is no part of what is printed
	d.write("0,9o")
	d.press("enter")
	if r := d.f.values("r1").Results[3].Review; r == nil || r.Status != core.ReviewVerified {
		t.Errorf("typed as it was read: %+v", r)
	}
}

// What a colleague said since the screen was drawn is not overwritten, and nothing typed
// is lost.
func TestAColleaguesWordIsSeenFirst(t *testing.T) {
	d := atChart(t, newFake())
	colleague := func(r core.Review) {
		v := &d.f.values("r1").Results[0]
		r.By, r.ByName, r.At = 8, "Ben Baker", fakeNow
		v.Review, v.Version = &r, v.Version+"b"
		d.f.values("r1").Unverified = 4
	}
	is := func(want string) {
		t.Helper()
		if r := d.f.values("r1").Results[0].Review; string(r.Status)+" "+r.Text+r.Reason != want {
			t.Errorf("it stands as %+v, want %s", r, want)
		}
	}
	d.press("enter", "v")
	colleague(core.Review{Status: core.ReviewRejected, Reason: "another patient"})
	d.press("V")
	d.sees("was not changed: Ben Baker rejected it: another patient", "5, 4 unverified", "x  Haemoglobin")
	is("rejected another patient")
	d.press("k", "C")
	d.write("13")
	colleague(core.Review{Status: core.ReviewCorrected, Text: "11.3"})
	d.press("enter", "enter")
	d.sees("Ben Baker corrected it to 11.3. What you", "typed is kept (C).")
	is("corrected 11.3")
	d.press("C")
	d.sees("! Ben Baker corrected it to 11.3. Yours was not stored.", "11.213")
	d.press("enter")
	is("corrected 11.213")
	colleague(core.Review{Status: core.ReviewVerified})
	d.press("Z")
	d.sees("was not changed: Ben Baker verified it.")
	is("verified ")
}

func TestRejectingNeedsAReason(t *testing.T) {
	d := atChart(t, newFake())
	d.press("enter", "v", "x", "enter")
	d.sees("Say in a few words why")
	if n := d.f.count("ReviewValue"); n != 0 {
		t.Errorf("%d reviews were sent without a reason", n)
	}
}

func TestReadOnlyChangesNothing(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii, func(o *Options) { o.ReadOnly = true })
	d.settle()
	d.chart()
	d.press("X")
	d.sees("Read-only")
	d.press("enter", "R", "C", "v", "V", "C", "x", "Z")
	for _, call := range []string{"ReviewValue", "UndoReview", "CorrectText", "ReviewRecord", "EnterInError"} {
		if n := d.f.count(call); n != 0 {
			t.Errorf("%s was called %d times", call, n)
		}
	}
}

func TestForeignValuesAreNotShown(t *testing.T) {
	f := newFake()
	f.values("r1").PatientID = 5
	d := atChart(t, f)
	d.press("enter", "v")
	d.sees("belongs to another patient")
	d.seesNot("Haemoglobin")
}

// strangers finds words in a document of another patient.
type strangers struct{ page.Backend }

func (strangers) SearchText(context.Context, core.TextQuery) (core.TextHits, error) {
	return core.TextHits{Hits: []core.TextHit{{PatientID: 5, Context: "of somebody else"}}}, nil
}

func TestForeignHitsAreNotShown(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii, func(o *Options) { o.Backend = strangers{o.Backend} })
	d.settle()
	d.chart()
	d.press("f")
	d.write("cisplatin")
	d.press("enter")
	d.sees("belongs to another patient")
	d.seesNot("of somebody else")
}

func TestDoubtfulWordsAreGoneToInTurn(t *testing.T) {
	d := atChart(t, newFake())
	d.press("enter", "d")
	d.sees("~ 1 of 2", "“negatlve”: read with confidence 41 %")
	d.press("d")
	d.sees("~ 2 of 2", "“0koro”")
	d.press("u")
	d.sees("~ 1 of 2")
	d.press("d", "d") // on to the next page
	d.sees("page 2 of 3")
}

// The enlarged word takes the lower lines of the text: the word's own line is
// brought above it.
func TestADoubtfulWordStaysAboveItsPicture(t *testing.T) {
	f := newFake()
	f.result.Pages[0].Text = strings.Repeat("A line before.\n", 14) + "It was negatlve"
	d := atChart(t, f)
	d.press("enter", "d")
	d.sees("~ 1 of 1", "> It was ~negatlve~")
}

func TestZoomedPagesTakeTheArrows(t *testing.T) {
	d := atChart(t, newFake())
	d.press("enter", "i", "+")
	for _, arrow := range []string{"right", "down"} {
		before := d.r.View()
		d.press(arrow)
		if d.r.View() == before {
			t.Errorf("the window stays where it is after %s:\n%s", arrow, before)
		}
	}
	d.sees("image of page 1") // an arrow does not turn the page of a zoomed image
	d.press("0", "right")
	d.sees("image of page 2") // without zoom it does
	d.press("]", "]")
	d.sees("turned 180°")
}

func TestCopyGoesToTheTerminalAndCanBeForbidden(t *testing.T) {
	d := atChart(t, newFake())
	d.press("enter", "ctrl+y")
	d.sees("clipboard")
	d.r.Term.Drain(5 * time.Second)
	_, rest, ok := strings.Cut(d.out.String(), "\x1b]52;c;")
	text, err := base64.StdEncoding.DecodeString(rest[:max(0, strings.IndexAny(rest, "\x07\x1b"))])
	if !ok || err != nil || !strings.Contains(string(text), "HER2 was negatlve in 2024") || strings.Contains(string(text), "~") {
		t.Errorf("the clipboard holds %q (%v)", text, err)
	}
	d.r.NoCopy = true
	before := d.out.String()
	d.press("ctrl+y", "ctrl+g")
	d.r.Term.Drain(5 * time.Second)
	d.sees("switched off")
	if d.out.String() != before {
		t.Error("text was copied although that is forbidden")
	}
}

func TestACopyForAnotherProgramGoesWithTheDocument(t *testing.T) {
	run := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", run)
	t.Setenv("CLINICIAN_VIEWER", "/bin/true")
	d := atChart(t, newFake())
	d.press("enter", "o")
	d.sees("Opened in another program")
	files, _ := filepath.Glob(filepath.Join(run, "clinician-view-"+"*", "*"))
	if len(files) != 1 {
		t.Fatalf("the copies are %v", files)
	}
	info, err := os.Stat(files[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has %v, %v", info, err)
	}
	d.press("esc")
	if _, err := os.Stat(files[0]); !os.IsNotExist(err) {
		t.Errorf("the copy is still there: %v", err)
	}
}

func TestOpeningWithoutADesktopSaysWhatToDo(t *testing.T) {
	for _, name := range []string{"CLINICIAN_VIEWER", "DISPLAY", "WAYLAND_DISPLAY"} {
		t.Setenv(name, "")
	}
	d := atChart(t, newFake())
	d.press("enter", "o")
	d.sees("no desktop here")
	if n := d.f.count("Download"); n != 0 {
		t.Errorf("the document was fetched %d times", n)
	}
}

func TestPicturesForKittyAreSentOnceAndForgotten(t *testing.T) {
	t.Setenv("TERM", "xterm-kitty")
	t.Setenv("TMUX", "")
	t.Setenv("STY", "")
	d := newDriver(t, newFake(), 120, 40, termenv.TrueColor)
	d.settle()
	d.chart()
	d.press("enter")
	d.sees("\U0010EEEE")
	d.fits()
	d.r.View()
	d.r.Term.Drain(5 * time.Second)
	if n := strings.Count(d.out.String(), "a=T"); n != 1 {
		t.Errorf("the picture was sent %d times", n)
	}
	d.press("esc")
	d.r.Term.Drain(5 * time.Second)
	if !strings.Contains(d.out.String(), "a=d,d=I") {
		t.Error("the terminal keeps the picture of a patient's document")
	}
}

// csi is how Bubble Tea passes on what a terminal answers.
type csi string

func (c csi) String() string { return fmt.Sprintf("?CSI%+v?", []byte(c)) }

// A terminal that says that it draws sixel is sent the picture with the frame that leaves
// room for it; closing the view takes it off the screen. One that says nothing gets cells.
func TestPicturesForSixelComeAfterTheAnswerAndAreWiped(t *testing.T) {
	for name, value := range map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "", "LC_TERMINAL": "", "TMUX": "", "STY": ""} {
		t.Setenv(name, value)
	}
	d := newDriver(t, newFake(), 80, 24, termenv.TrueColor)
	d.settle()
	d.r.Term.Drain(5 * time.Second)
	if !strings.Contains(d.out.String(), "\x1b[c\x1b[16t") {
		t.Errorf("the terminal was not asked: %q", d.out.String())
	}
	frame := func() string {
		before := len(d.out.String())
		if _, err := d.r.Term.Frame([]byte("\x1b[H" + d.r.View() + "\x1b[24;0H")); err != nil {
			t.Fatal(err)
		}
		return d.out.String()[before:]
	}
	d.chart()
	d.press("enter", "i")
	if got := frame(); strings.Contains(got, "\x1bP") || !strings.Contains(got, "▀") {
		t.Errorf("a terminal that said nothing is sent %q", got)
	}
	d.post(csi("?62;4;22c"))
	d.post(csi("6;20;10t"))
	if got := frame(); strings.Count(got, "\x1bP0;1q\"1;1;") != 1 || strings.Contains(got, "clinician;") {
		t.Errorf("a terminal that draws sixel is sent %q", got)
	}
	d.press("esc")
	if got := frame(); strings.Contains(got, "\x1bP") || !strings.HasPrefix(got, "\x1b[?2026h\x1b[") || strings.Count(got, "X\x1b[") < 10 {
		t.Errorf("the picture of a patient's document is left on the screen: %q", got)
	}
}

func TestDraftsSurviveLeavingAndNotSigningOut(t *testing.T) {
	d := atChart(t, newFake())
	d.press("enter", "C", "enter")
	d.write(" draft")
	d.press("esc", "esc")
	d.sees("your draft is here again")
	d.press("C")
	d.sees("HOSPITAL draft", "not stored")
	d.press("ctrl+s")
	if n := len(d.f.steps); n != 1 || !strings.HasPrefix(d.f.steps[0].Text, "SPRINGFIELD GENERAL HOSPITAL draft\n") {
		t.Errorf("stored are %+v", d.f.steps)
	}
	d.press("Z")
	d.sees("taken back", "nobody has corrected it")
	d.press("enter")
	d.write("X")
	if _, kept := d.r.DraftOf("r1", 1); !kept {
		t.Fatal("the draft is not kept")
	}
	d.r.Profile = nil
	if _, kept := d.r.DraftOf("r1", 1); kept {
		t.Error("a draft outlives its user")
	}
}

func TestAFailedCorrectionKeepsTheDraft(t *testing.T) {
	d := atChart(t, newFake())
	d.press("enter", "C", "enter")
	d.write(" draft")
	d.f.set("CorrectText", errAway)
	d.press("ctrl+s")
	d.sees("your draft is kept", "HOSPITAL draft")
}

func TestReadingToTheEndEnablesReviewed(t *testing.T) {
	f := newFake()
	d := atChart(t, f)
	d.press("enter", "R")
	if f.count("ReviewRecord") != 0 {
		t.Error("a document was reviewed whose second page was not seen")
	}
	d.r.View()
	for range 2 {
		d.press("right", "G")
		d.r.View()
	}
	d.press("R")
	d.sees("Reviewed by you")
	if f.details[4].MedicalRecords[0].Reviewed == nil {
		t.Error("the review did not arrive")
	}
	d.press("R")
	if f.details[4].MedicalRecords[0].Reviewed != nil {
		t.Error("the review was not taken back")
	}
}

// A page that was turned, or of which something could not be read, says so.
func TestStepsOfAPage(t *testing.T) {
	f := newFake()
	f.result.Pages[0].Steps = []string{"rotated 180° (confidence 31 → 93)", "deskew 0.8°"}
	d := atChart(t, f)
	d.press("enter")
	d.sees("confidence 93 %  rotated 180° (confidence 31")
	d.press("right")
	d.seesNot("rotated")
}

func TestDocumentsFollowEachOther(t *testing.T) {
	d := atChart(t, newFake())
	d.press("enter", "}")
	d.sees("Blood count", "document 2 of 4")
	d.press("{", "{")
	d.sees("Referral letter", "No further document")
}

func TestUnreadDocumentsComeFirst(t *testing.T) {
	f := newFake()
	unreadChart(f)
	f.details[4].MedicalRecords[0].Reviewed = &fakeNow
	d := atChart(t, f)
	d.sees("1 unread", "> *   Blood count")
	d.press("s", "s", "s")
	d.sees("Documents 4")
	d.press("g")
	if r := d.selected(); r.Type.TypeName != "Discharge Summary" {
		t.Errorf("by type, %s comes first", r.Type.TypeName)
	}
}

func TestChartsStayOpenWhereTheyWere(t *testing.T) {
	d := atChart(t, newFake())
	d.press("j", "j", "esc", "2", "`", "enter")
	d.sees("CANTÚ", ">     CT thorax")
	d.press("t", "esc", "2", "`", "enter")
	d.sees("[Results]")
	d.r.Charts.Note(99, page.ChartState{Banner: ui.Banner{ID: 3}})
	if len(d.r.Charts.Mine(99)) != 1 {
		t.Error("somebody else sees the charts of this user")
	}
}

func TestHidingNeedsTwoIdentifiers(t *testing.T) {
	d := atChart(t, newFake())
	d.press("X")
	d.write("twice")
	d.press("enter")
	d.write("cantu") // without its accent
	d.press("enter")
	d.write("1941")
	d.press("enter")
	d.sees("does not fit")
	if asked := d.f.typed; len(asked) != 1 || asked[0] != (core.Identifiers{FamilyName: "cantu", BirthYear: 1941}) {
		t.Fatalf("the server was asked about %+v, not about what was typed", asked)
	}
	if r := d.f.details[4].MedicalRecords[0]; r.Status == core.RecordEnteredInError {
		t.Fatal("it was hidden with a wrong year")
	}
	d.press("backspace")
	d.write("0")
	d.press("enter")
	d.sees("Documents")
	if r := d.f.details[4].MedicalRecords[0]; r.Status != core.RecordEnteredInError || r.StatusReason != "twice" {
		t.Errorf("the record is %+v", r)
	}
	for _, key := range []string{"v", "A"} { // also where it is opened
		d.press(key)
		d.sees("entered in error; restore it first")
		d.press("enter", key)
		d.sees("entered in error; restore it first")
		d.press("esc")
	}
	d.press("Z")
	d.write("it was right")
	d.press("enter")
	if r := d.f.details[4].MedicalRecords[0]; r.Status != core.RecordCurrent {
		t.Errorf("the record is %s", r.Status)
	}
}

func TestAHeldDocumentIsLeftAlone(t *testing.T) {
	f := newFake()
	held(f)
	d := atChart(t, f)
	d.press("D")
	d.sees("under a legal hold", "Contact Pat Officer", "[Documents 4]")
	d.press("X")
	d.sees("legal hold", "Contact Pat Officer")
	if _, ok := d.r.top().Route().(page.Chart); !ok {
		t.Error("a held document can be hidden")
	}
}

func TestAMisfiledDocumentIsMovedWithIdentifiersOfItsPatient(t *testing.T) {
	f := newFake()
	misfiled(f)
	d := atChart(t, f)
	d.press("c", "M", "enter")
	d.sees("CANTÚ", "into the chart of ABBOTT, Gail")
	d.write("misfiled")
	d.press("enter")
	d.write("Cantú")
	d.press("enter")
	d.write("1940")
	d.press("enter")
	d.sees("do not belong together")
	if asked := f.typed[len(f.typed)-1]; f.count("MoveRecord") != 1 || asked != (core.Identifiers{FamilyName: "Cantú", BirthYear: 1940}) {
		t.Fatalf("the server was asked %d times, last about %+v, not about what was typed", f.count("MoveRecord"), asked)
	}
	if len(f.details[1].MedicalRecords) != 0 {
		t.Fatal("moved with identifiers of the wrong patient")
	}
	d.press("up", "ctrl+u")
	d.write("Abbott")
	d.press("enter", "ctrl+u")
	d.write("1971")
	d.press("enter")
	d.sees("Moved", "ABBOTT", "MOVED AWAY")
	if list := f.details[1].MedicalRecords; len(list) != 1 || list[0].ID != "r1" {
		t.Errorf("the other chart holds %+v", list)
	}
	if _, ok := d.r.top().Route().(page.Chart); !ok {
		t.Error("the chart is not shown after the move")
	}
}

func TestEditingSendsOnlyWhatChanged(t *testing.T) {
	d := atChart(t, newFake())
	d.press("E", "down", "down", "ctrl+u")
	d.write("11-Nov-2026")
	d.press("esc")
	d.sees("not stored")
	d.press("n", "ctrl+s")
	r := d.f.details[4].MedicalRecords[0]
	if r.DocumentDate != (core.Date{Year: 2026, Month: 11, Day: 11}) || r.Title != "Referral letter Dr Okoro" {
		t.Errorf("stored is %v, %q", r.DocumentDate, r.Title)
	}
}

func TestNumbersOpenExactlyTheirRows(t *testing.T) {
	f := newFake()
	f.busy = true
	unreadChart(f)
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("f6")
	d.sees("Documents you have not reviewed  2", "Referral letter", "Blood count")
	d.press("enter")
	d.sees("CANTÚ", "page 1 of 3") // the exact document
	d.press("esc", "esc", "esc", "f4")
	d.sees("Notifications, open  2")
}

func TestNotificationsLeadToTheirItem(t *testing.T) {
	f := newFake()
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("f4", "K")
	d.sees("Acknowledged")
	if f.count("Acknowledge") != 1 {
		t.Error("nothing was acknowledged")
	}
	d.press("j", "enter")
	d.sees("Referral letter Dr Okoro", "page 1 of 3")
	if f.count("ViewNotification") != 1 {
		t.Error("the notification does not count as seen")
	}
	d.press("esc", "esc", "P", "enter")
	d.sees("Deferred until")
}

func TestSearchOpensAtTheWord(t *testing.T) {
	d := atChart(t, newFake())
	d.press("f")
	d.write("cisplatin")
	d.press("enter", "enter")
	d.sees("> Department") // word 3 of the page
	d.press("esc")
	d.sees("No evidence of [cisplatin]")
}

func TestTrendOpensThePageOfThePoint(t *testing.T) {
	d := atChart(t, newFake())
	d.press("t", "t")
	d.sees("Last 104 µmol/L", "before 88", "scan·unverified", "scan·verified")
	d.press("left", "enter")
	d.sees("Referral letter Dr Okoro")
}

// One key goes through what is unread of all patients: the banner is the next patient's,
// and the shell knows it, which drops keys that were under way.
func TestNextUnreadGoesToTheNextPatient(t *testing.T) {
	f := newFake()
	other := f.patients[0]
	letter := core.Record{ID: "x1", FileID: "x1", PatientID: other.ID, Title: "Clinic letter of another", Status: core.RecordCurrent, UploadedAt: fakeNow.Add(-900 * time.Hour), CanAnalyze: true}
	chart := f.details[other.ID]
	chart.MedicalRecords = []core.Record{letter}
	f.details[other.ID] = chart
	for i := range f.details[4].MedicalRecords[1:] {
		f.details[4].MedicalRecords[i+1].Reviewed = &fakeNow
	}
	d := atChart(t, f)
	d.press("enter", ".")
	d.sees("Clinic letter of another", strings.ToUpper(other.User.LastName), "llergies", "not reviewed, this one too")
	if d.r.patient != other.ID {
		t.Errorf("the shell has the banner of patient %d", d.r.patient)
	}
}

// The cover page of a chart tells what was verified apart from what was not, with where it
// stands.
func TestOverviewOpensTheDocumentOfALine(t *testing.T) {
	f := newFake()
	f.of = core.Coverage{Documents: 4, NotRead: 3}
	d := newDriver(t, f, 100, 40, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("y")
	d.sees("[Overview]", "Documents    3 of 4 documents have not been read", "Next", "To do", "Laboratory asks for a call back", "Problems     1 problem verified. 1 found in documents is not verified.",
		"Invasive ductal carcinoma", "verified by Aria Blake", "No statement on allergies has been verified", "Last results", "Haemoglobin 112 g/L, low",
		"In their range, or without one: Creatinine 104", "Unverified   Read from documents by a machine", "Hypertension")
	d.press("G", "enter")
	d.sees("Referral letter Dr Okoro")
	d.press("esc", "g", "enter")
	d.sees("[Overview]") // an appointment has no page
}

func TestResultsOpenThePageOfTheValue(t *testing.T) {
	f := newFake()
	f.of = core.Coverage{Documents: 4, NotRead: 3}
	d := atChart(t, f)
	d.press("t")
	d.sees("3 of 4 documents have not been read", "Full blood count", "[o112 Lv]", "-7 (lab)  115 - 165", "Haemoglobin 112 g/L, low, range 115 - 165",
		"Last -7 since 01-Sep-2026 (119), another laboratory or range")
	d.press("left")
	d.sees("[o=119]", "119 g/L from 11.9 g/dL, normal, range 11.5 - 16.5 g/dL")
	d.press("right", "down")
	d.sees("[~69", "not compared: in doubt", "careful: a size potassium can hardly have")
	d.press("G")
	d.sees("Oxygen saturation none of 12-Nov-2026; the last is 98", "98 without a unit", "o98 no unit")
	d.press("enter")
	d.sees("Referral letter Dr Okoro")
}

// A value without a day is neither the last one nor the one before.
func TestAValueWithoutADayIsNotTheLast(t *testing.T) {
	f := newFake()
	f.undated = true
	d := atChart(t, f)
	d.press("t", "t")
	d.sees("Last 104 µmol/L (12-Nov-2026), before 88 µmol/L (01-Sep-2026)", "> o 12-Nov-2026", "o no day       131 µmol/L")
	d.press("G")
	d.sees("> o no day       131 µmol/L")
	d.press("right")
	d.sees("> * 01-Sep-2026")
}

// Of a long document the page in doubt is in sight, wherever it stands.
func TestThePageInDoubtIsInSight(t *testing.T) {
	for _, h := range []int{16, 24, 40} {
		f := newFake()
		misfiled(f)
		f.papers = 60
		d := newDriver(t, f, 80, h, termenv.Ascii)
		d.settle()
		d.chart()
		d.press("c")
		d.sees("> ! page 60  says", "1 of 60 pages in doubt", "the chart says CANTÚ")
		d.fits()
		d.press("g")
		d.sees("> + page 1  says")
		d.fits()
	}
}

func TestWordsOfOtherTextAreNotPointedAt(t *testing.T) {
	words := []core.Word{{Text: "alpha"}, {Text: "gone"}, {Text: "beta"}}
	got := page.PlaceWords("alpha beta", words)
	if got[0] != (ui.Span{From: 0, To: 5}) || got[1].From != -1 || got[2] != (ui.Span{From: 6, To: 10}) {
		t.Errorf("the places are %v", got)
	}
}

func TestValuesThatWereReadAgainAreNotMixedUp(t *testing.T) {
	d := atChart(t, newFake())
	d.press("enter", "v")
	stale := ui.Result[core.RecordValues]{Address: ui.Address{To: d.r.top().Scope().ID(), Slot: "values", Gen: 1}, Value: core.RecordValues{PatientID: 4}}
	d.press("r")
	d.send(stale)
	d.sees("Haemoglobin")
}

func TestLikeNamesOfTheDayNeedASecondKey(t *testing.T) {
	f := newFake()
	f.busy = true
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("2")
	d.sees("NAME ALERT", "30-Aug-1964")
	if _, ok := d.r.top().Route().(page.Today); !ok {
		t.Fatal("a chart of two like names opened at once")
	}
	d.press("2")
	d.sees("BREITENBERG", "29-Jun-1964")
	if _, ok := d.r.top().Route().(page.Chart); !ok {
		t.Error("the second key does not open it")
	}
}

// Where there is no room for text and image, what is searched for and how an
// unsure word was read stand above the image.
func TestSearchingOverTheImage(t *testing.T) {
	d := atChart(t, newFake())
	d.press("enter", "i", "/")
	d.write("hospit")
	d.sees("/ hospit", "image of page 1")
	d.press("enter")
	d.sees("“hospit” 1 of 1", "image of page 1")
	d.fits()
	d.press("esc", "d")
	d.sees("~ 1 of 2", "“negatlve”: read with confidence 41 %", "image of page 1")
	d.fits()
}

// A kind of document that nobody said is not stored.
func TestTheKindOfAnUploadIsSaidBySomebody(t *testing.T) {
	f := newFake()
	f.kinds = []string{"Chemotherapy Records", "Laboratory Results", "Progress Notes"}
	d := atChart(t, f)
	d.press("U")
	d.write("/tmp/scan0042.pdf")
	d.press("ctrl+s")
	d.sees("What kind of document is it?")
	d.write("pro")
	d.sees("< Progress Notes >")
	d.press("up")
	d.write("x") // the name says nothing of the kind: what was chosen stays
	d.sees("Progress Notes")
	d.press("ctrl+u")
	d.write("/tmp/laboratory.pdf")
	d.sees("Progress Notes")
	d.press("esc", "Y", "U")
	d.write("/tmp/laboratory.pdf")
	d.sees("Laboratory Results")
}

// Enter on a medicine opens the page on which it stands; stopped ones are listed as that.
func TestMedicinesLeadToTheirPage(t *testing.T) {
	f := newFake()
	medicated(f)
	d := newDriver(t, f, 100, 30, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("tab", "tab")
	d.sees("2 medicines verified as taken, 1 as stopped. 3 medicines found in", "Warfarin", "5 mg oral once daily",
		"Levothyroxine (changed)", "125 microgram oral once daily", "Aspirin (stopped)", "75 mg oral once daily")
	d.press("enter")
	if v, ok := d.r.top().Route().(page.Viewer); !ok || v.Record.ID != "r1" || v.At == nil || v.At.Page != 2 {
		t.Errorf("it opens %+v", d.r.top().Route())
	}
	other := newFake()
	medicated(other)
	other.mixUp = true
	d = newDriver(t, other, 100, 30, termenv.Ascii)
	d.settle()
	d.login()
	d.press("1")
	d.sees("belongs to another patient")
}
