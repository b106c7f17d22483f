package tui

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/exp/teatest"
	"github.com/muesli/termenv"
	"go.uber.org/goleak"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// teatest leaves the goroutine behind that waits for signals.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/charmbracelet/x/exp/teatest.NewTestModel.func2"))
}

func scan(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "referral.pdf")
	if err := os.WriteFile(path, bytes.Repeat([]byte("scan"), 50_000), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFromLoginToText goes the whole way in the real runtime and counts the keys.
func TestFromLoginToText(t *testing.T) {
	f := newFake()
	f.pace, f.last = time.Millisecond, make(chan struct{})
	renderer := lipgloss.NewRenderer(nil)
	renderer.SetColorProfile(termenv.Ascii)
	r := newRoot(t.Context(), Options{Backend: f, Clock: time.Now, Location: time.UTC}.withDefaults(), ui.NewTheme(renderer))
	defer r.closeAll()
	r.Pauses.Deaf = 20 * time.Millisecond
	tm := teatest.NewTestModel(t, r, teatest.WithInitialTermSize(80, 24))
	out := tm.Output()
	keys := 0
	press := func(k tea.KeyType) { keys++; tm.Send(tea.KeyMsg{Type: k}) }
	letter := func(r rune) { keys++; tm.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}) }
	var screen bytes.Buffer // what was drawn after the text seen last
	sees := func(text string) {
		t.Helper()
		for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
			io.Copy(&screen, out)
			if i := bytes.Index(screen.Bytes(), []byte(text)); i >= 0 {
				screen.Next(i + len(text))
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%q does not come; drawn is\n%s", text, screen.String())
			}
		}
		time.Sleep(60 * time.Millisecond) // the moment in which keys are ignored: part of what is tested
	}
	sees("Sign in to")
	tm.Type("aria.blake@clinic.example")
	press(tea.KeyEnter)
	tm.Type("correct horse")
	press(tea.KeyEnter)
	sees("Appointments")
	letter('/')
	sees("by name")
	tm.Type("cant")
	sees("1 match")
	press(tea.KeyEnter)
	sees("Documents")
	letter('U')
	sees("Upload for")
	tm.Type(scan(t))
	press(tea.KeyEnter)
	press(tea.KeyEnter)
	press(tea.KeyEnter)
	press(tea.KeyEnter)
	sees("Stored")
	letter('A')
	sees("0koro")
	close(f.last)
	sees("mean confidence 93 %")
	if keys >= 20 {
		t.Errorf("the way took %d keys", keys)
	}
	if len(f.uploaded) != 200_000 {
		t.Errorf("%d bytes arrived", len(f.uploaded))
	}
	press(tea.KeyCtrlC)
	tm.WaitFinished(t, teatest.WithFinalTimeout(5*time.Second))
	io.Copy(io.Discard, out)
}

func TestSearchDropsStaleAnswers(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("/")
	d.post(keyMsg("b"))
	old := d.r.top()
	d.settle()
	d.sees("2 match")
	stale := ui.Result[core.PatientPage]{Address: ui.Address{To: old.Scope().ID(), Slot: page.SlotList, Gen: 1},
		Value: core.PatientPage{Count: 1, Patients: d.f.patients[:1]}}
	d.write("r")
	d.send(stale)
	d.sees("BREITENBERG")
	d.seesNot("ABBOTT")
	d.send(ui.Result[core.PatientPage]{Address: ui.Address{To: 9999, Slot: page.SlotList, Gen: 1}, Value: stale.Value})
	d.seesNot("ABBOTT")
}

func TestEnterDoesNotOpenWhileSearching(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("/")
	d.post(keyMsg("c"))
	d.post(keyMsg("enter")) // the list still shows everybody
	d.sees("Still searching")
	if _, ok := d.r.top().Route().(page.Patients); !ok {
		t.Fatal("a patient was opened who may be the wrong one")
	}
	d.settle()
	d.press("enter")
	d.sees("Documents", "CANTÚ")
}

func TestSimilarNamesNeedASecondKey(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("p", "j", "j")
	d.sees("NAME ALERT  also BREITENBERG, Bryan (Mr)  Born 29-Jun-1964")
	d.press("enter")
	d.seesNot("Documents")
	d.press("enter")
	d.sees("Documents", "Born 30-Aug-1964")
}

// Which names sound alike is the server's to say: the screen adds nothing.
func TestOnlyTheServerRaisesNameAlerts(t *testing.T) {
	f := newFake()
	f.patients = append(f.patients, person{"Roberts", "Ann", "Ms", "1971-02-03", "", "4128870101", core.GenderFemale}.summary(9),
		person{"Robertson", "Ann", "Ms", "1972-03-04", "", "4128870102", core.GenderFemale}.summary(10))
	for _, p := range f.patients[8:] {
		f.details[p.ID] = fakeChart(p)
	}
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("p", "/")
	d.write("robert")
	d.sees("2 match", "ROBERTS, Ann")
	d.seesNot("NAME ALERT")
}

func TestPagesComeAsOneScrolls(t *testing.T) {
	f := newFake()
	for i := range 342 {
		f.patients = append(f.patients, fakePeople[0].summary(int64(1000+i)))
	}
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("p")
	for range 22 {
		d.press("pgdown")
	}
	d.sees("335–350 of 350, all, by name")
	if n := len(f.queries); n != 4 || f.queries[3].Cursor != "300" || f.queries[3].Limit != 100 {
		t.Errorf("asked %d times, the last time for %+v", n, f.queries[n-1])
	}
}

// The real last row is one key and one question away, and the rows before it
// come as one goes up.
func TestTheEndOfTheListIsTheLastRow(t *testing.T) {
	f := newFake()
	for i := range 9000 {
		f.patients = append(f.patients, fakePeople[0].summary(int64(1000+i)))
		f.patients[len(f.patients)-1].User.FirstName = fmt.Sprint("Nr ", i)
	}
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("p", "G")
	d.sees("8993–9008 of 9008, all, by name", ">    ABBOTT, Nr 8999")
	if n := len(f.queries); n != 2 {
		t.Errorf("asked %d times", n)
	}
	for range 8 {
		d.press("pgup")
	}
	d.sees("8880–8895 of 9008", "ABBOTT, Nr 8871", "ABBOTT, Nr 8872") // behind the page's border nothing is missing
	if n := len(f.queries); n != 3 {
		t.Errorf("asked %d times", n)
	}
	d.press("g")
	d.sees("1–16 of 9008", "ABBOTT, Gail")
	d.press("G", "g", "/")
	d.write("abb")
	d.sees("1–16 of 9001 match")
}

// TestAnotherPatientsDataIsRefused gives every patient screen the data of
// somebody else.
func TestAnotherPatientsDataIsRefused(t *testing.T) {
	tests := map[string]struct {
		spoil func(*fake)
		keys  []string
	}{
		"chart":   {func(f *fake) { f.details[4] = f.details[1] }, []string{"1"}},
		"records": {func(f *fake) { d := f.details[4]; d.MedicalRecords[2].PatientID = 1; f.details[4] = d }, []string{"1"}},
		"result":  {func(f *fake) { f.result.PatientID = 1 }, []string{"1", "enter"}},
		"job":     {func(f *fake) { f.jobPatient = 1 }, []string{"1", "A"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			tt.spoil(f)
			d := newDriver(t, f, 120, 40, termenv.Ascii)
			d.settle()
			d.login()
			d.press(tt.keys...)
			d.sees("belongs to another patient and is not shown", "CANTÚ")
			d.seesNot("SPRINGFIELD", "ABBOTT")
		})
	}
}

func TestTypeAheadIsThrownAwayOnPatientChange(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.post(keyMsg("1"))
	d.post(keyMsg("D")) // typed ahead
	d.settle()
	d.sees("Documents")
	d.seesNot("Year of birth")
	d.press("D")
	d.sees("Year of birth")
}

func TestDeleteNeedsTwoIdentifiers(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("j", "D")
	d.sees("Delete “Blood count”", "CANTÚ")
	d.press("enter", "enter")
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("Cantú"), Paste: true})
	d.press("enter")
	d.write("1940")
	d.press("enter")
	if len(d.f.deleted) != 0 {
		t.Fatal("deleted without the family name")
	}
	d.write("cantu")
	d.press("enter", "enter")
	if len(d.f.deleted) != 1 || d.f.deleted[0] != "r2" {
		t.Fatalf("deleted %v, want r2", d.f.deleted)
	}
	d.sees("Deleted “Blood count” of CANTÚ", "Documents")
}

func TestSessionEndsAndGoesOnWhereItWas(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("j", "j")
	d.f.set("Patient", core.Errorf(core.CodeUnauthenticated, "Token has expired."))
	d.post(keyMsg("r"))
	for d.r.gate == nil {
		d.post(<-d.msgs)
	}
	if !d.r.deaf {
		t.Error("a login that opens by itself takes keys at once")
	}
	d.settle()
	d.sees("Your session has ended")
	d.seesNot("CANTÚ", "Aria Blake")
	d.f.set("Patient", nil)
	d.write("correct horse")
	d.press("enter")
	d.sees("CANTÚ", ">     CT thorax")
	if d.f.count("Patient") != 3 {
		t.Errorf("the chart was read %d times, want again after the login", d.f.count("Patient"))
	}
}

func TestAnotherUserDoesNotInheritTheScreens(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.chart()
	d.r.owner = 99 // somebody else was here
	d.f.set("Patient", core.Errorf(core.CodeUnauthenticated, "Token has expired."))
	d.press("r")
	d.write("correct horse")
	d.press("enter")
	d.sees("Appointments")
	if len(d.r.stack) != 1 {
		t.Errorf("%d screens of the user before are left", len(d.r.stack)-1)
	}
}

func TestServerGoesAndComesBack(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.chart()
	d.f.set("*", errAway)
	d.press("r")
	d.sees("NOT CONNECTED", "not connected, showing data as at 08:05", "(U upload)")
	d.press("U")
	d.sees("Not connected to the server")
	d.f.set("*", nil)
	d.now = fakeNow.Add(7 * time.Minute)
	before := d.f.count("Patient")
	d.run(d.r.probe())
	d.settle()
	d.sees("as at 08:12", " connected")
	d.seesNot("NOT CONNECTED", "showing data")
	if d.f.count("Patient") != before+1 {
		t.Error("the screen was not read again when the server came back")
	}
}

func TestKeptSessionIsTakenUpWhenTheServerComes(t *testing.T) {
	f := newFake()
	f.signedIn = true
	f.fail["*"] = errAway
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.sees("cannot be reached", "NOT CONNECTED")
	f.set("*", nil)
	d.run(d.r.probe())
	d.settle()
	d.sees("Appointments")
}

// A server that cannot prove who it is is called that, before and after the sign-in.
func TestAnUntrustedServerIsNamed(t *testing.T) {
	untrusted := core.Errorf(core.CodeUnavailable, "The server at clinic.example cannot prove who it is. Do not type your password.").WithCause(core.ErrUntrusted)
	f := newFake()
	f.fail["*"] = untrusted
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.sees("! The server at clinic.example cannot prove who it is. Do not type your", "SERVER NOT TRUSTED")
	d.seesNot("cannot be reached", "NOT CONNECTED")

	f = newFake()
	f.signedIn = true
	d = newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	f.set("*", untrusted)
	d.run(d.r.probe())
	d.settle()
	d.sees("SERVER NOT TRUSTED", "! The server at clinic.example cannot prove who it is.", "the server is not trusted, showing data as at")
	f.set("*", errAway)
	d.run(d.r.probe())
	d.settle()
	d.sees("NOT CONNECTED")
	d.seesNot("NOT TRUSTED")
}

// That a server is for trying out is on every screen.
func TestDevelopmentIsShown(t *testing.T) {
	f := newFake()
	f.development = "Development mode, not for real patients: SECRET_KEY is a well-known example value."
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.run(d.r.probe())
	d.settle()
	d.sees("DEVELOPMENT")
	d.login()
	d.sees("DEVELOPMENT | connected")
	d.press("p")
	d.sees("DEVELOPMENT | connected")
}

func TestRetriesComeSlower(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.r.Pauses.Retry, d.r.Pauses.Probe = time.Second, 15*time.Second
	d.r.Online, d.r.retries = false, 0
	for _, want := range []int{1, 2, 3} {
		d.r.nextProbe()
		if d.r.retries != want {
			t.Fatalf("retries %d, want %d", d.r.retries, want)
		}
	}
}

func TestReadOnlySwitchesChangesOff(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii, func(o *Options) { o.ReadOnly = true })
	d.settle()
	d.chart()
	d.sees("READ-ONLY", "(U upload)")
	for _, k := range []string{"U", "A", "D"} {
		d.press(k)
		d.sees("Read-only mode")
		if _, ok := d.r.top().Route().(page.Chart); !ok {
			t.Errorf("%s did something", k)
		}
	}
}

func TestQuitAsksWhileAnUploadRuns(t *testing.T) {
	f := newFake()
	f.pace = time.Hour
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("U")
	d.write(scan(t))
	d.post(keyMsg("ctrl+s"))
	for d.f.count("Upload") == 0 {
		time.Sleep(time.Millisecond)
	}
	d.post(keyMsg("ctrl+c"))
	d.sees("still running", "CANTÚ")
	d.post(keyMsg("enter")) // No
	if d.r.quit {
		t.Fatal("Enter means No")
	}
	d.post(keyMsg("ctrl+k"))
	d.settle()
	d.sees("Cancelled; no document was stored.")
	d.press("ctrl+c") // asks for what was typed
	d.press("Y")
	if !d.r.quit {
		t.Error("ctrl+c does not quit")
	}
}

func TestOnlyACapitalQQuits(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("enter", "q", "q")
	d.sees("Appointments")
	if d.r.quit {
		t.Fatal("q quit too early")
	}
	d.press("q", "q", "q")
	if d.r.quit {
		t.Fatal("q quits at the day, where one arrives when it is held")
	}
	d.press("Q")
	if !d.r.quit {
		t.Error("Q does not quit at the day")
	}
}

func TestHelpListsLiveBindings(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.sees("F1 help")
	d.write("?") // text in a form
	d.press("f1")
	d.sees("Keys: Sign in", "create an account")
	d.press("esc")
	d.press("backspace")
	d.chart()
	d.press("?")
	d.write("upl")
	d.sees("upload", "CANTÚ")
	d.seesNot("download")
}

func TestProfileSendsOnlyWhatChanged(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("m", "E", "down", "down", "ctrl+u")
	d.write("555-0222")
	d.press("ctrl+s")
	d.sees("Saved.", "555-0222")
	c := d.f.changes[0]
	if c.PhoneNumber == nil || *c.PhoneNumber != "555-0222" || c.FirstName != nil || c.SpecializationID != nil || c.IsAvailable != nil {
		t.Errorf("sent %+v", c)
	}
}

func TestSignupErrorsStandAtTheirFields(t *testing.T) {
	f := newFake()
	f.fail["Signup"] = &core.Error{Code: core.CodeInvalid, Message: "Invalid", Fields: map[string][]string{
		"email": {"A user with this email already exists."}, "password": {"This password is too common."}}}
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.press("ctrl+n")
	d.write("a@b.example")
	d.press("enter")
	d.write("Ann")
	d.press("enter")
	d.write("Smith")
	d.press("enter", "l", "enter", "enter")
	d.write("password")
	d.press("enter")
	d.write("password")
	d.press("enter")
	d.sees("! A user with this email already exists.", "! This password is too common.", "Leukemia")
	f.set("Signup", nil)
	d.press("ctrl+s")
	d.sees("Appointments")
}

func TestDownload(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "copy.pdf")
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.chart()
	to := func() {
		d.press("w", "ctrl+u")
		d.write(path)
		d.press("enter")
	}
	to()
	d.sees("Saved as")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the file is %v, %v", info, err)
	}
	d.press("enter")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	to()
	d.sees("Overwrite it", "CANTÚ")
	d.press("enter")
	if b, _ := os.ReadFile(path); string(b) != "mine" {
		t.Fatalf("overwritten with %q although the answer was No", b)
	}
	d.press("enter", "Y")
	if b, _ := os.ReadFile(path); string(b) != "the document r1" {
		t.Fatalf("the file holds %q", b)
	}
	d.press("enter")
	d.f.set("Download", core.Errorf(core.CodeInternal, "The content is damaged."))
	path = filepath.Join(dir, "other.pdf")
	to()
	d.sees("The content is damaged.")
	left, _ := os.ReadDir(dir)
	if len(left) != 1 {
		t.Errorf("a broken download left %v", left)
	}
}

func TestKeepAliveOnlyWhileKeysArePressed(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("j")
	for range 2 {
		d.run(d.r.ticked(slotAlive))
		d.settle()
	}
	if n := d.f.count("KeepAlive"); n != 1 {
		t.Errorf("kept alive %d times, want once for one key", n)
	}
}

func TestForgottenProgramAsksNothing(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	before := d.f.count("Dashboard")
	d.now = fakeNow.Add(2 * time.Hour)
	d.run(d.r.top().Update(ui.Result[ui.Tick]{}))
	d.settle()
	if d.f.count("Dashboard") != before {
		t.Error("the day is still read after hours without a key")
	}
}

func TestReadingSurvivesALostConnection(t *testing.T) {
	f := newFake()
	f.lose = 3
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("A")
	d.sees("mean confidence 93 %", "page 3 (the page took longer than two")
}

func TestCancelReading(t *testing.T) {
	f := newFake()
	f.frames, f.hold = f.frames[:3], true
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.chart()
	d.read("A")
	d.post(keyMsg("ctrl+k"))
	for !strings.Contains(d.r.View(), "being stopped") {
		d.post(<-d.msgs)
	}
	if f.count("CancelJob") != 1 {
		t.Error("the server was not told")
	}
	d.r.top().Update(ui.Result[core.JobEvent]{Value: core.JobEvent{Job: core.Job{Status: core.JobCancelled}}})
	d.sees("Cancelled")
}

func TestHostileTextDoesNotReachTheTerminal(t *testing.T) {
	f := newFake()
	evil := "\x1b[2J\x1b]52;c;aGk=\x07\u202eEvil\u200b\n"
	d4 := f.details[4]
	d4.Patient.User.LastName = evil + "Cantú"
	d4.Patient.Alerts = []string{evil}
	d4.MedicalRecords[0].Title = evil
	f.details[4] = d4
	f.result.Pages[0].Text = evil + "text\n" + evil
	f.fail["Page"] = core.Errorf(core.CodeInternal, "%s", evil)
	d := newDriver(t, f, 120, 40, termenv.Ascii)
	d.settle()
	d.chart()
	for _, k := range []string{"enter", "i", "esc", "A", "esc", "w", "esc", "D"} {
		view := d.r.View()
		if i := strings.IndexAny(view, "\x1b\x07\u202e\u200b"); i >= 0 {
			t.Fatalf("before %q: %q on the screen", k, view[max(0, i-20):i+20])
		}
		d.fits()
		d.press(k)
	}
}

func TestLogoutForgetsEverything(t *testing.T) {
	f := newFake()
	f.fail["Logout"] = core.Errorf(core.CodeInternal, "The server could not be told.")
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("m", "L", "Y")
	d.sees("Sign in to", "The server could not be told.")
	d.seesNot("Aria")
	if len(d.r.stack) != 1 || d.r.Profile != nil {
		t.Error("something of the user stays")
	}
}

func TestUnsureWordsAreMarkedOrCounted(t *testing.T) {
	word := func(text string, c float64) core.Word { return core.Word{Text: text, Confidence: &c} }
	body := "Dose 1.0 mg daily\nno evidence of disease" + strings.Repeat(" and so on", 20) + " 10 mg"
	words := []core.Word{word("Dose", 90), word("10", 20), word("1.0", 30), word("mg", 95), word("daily", 95), word("no", 12)}
	got := page.Marked(body, words)
	var texts []string
	for _, d := range got.Doubt {
		texts = append(texts, body[d.From:d.To])
	}
	if strings.Join(texts, " ") != "1.0 no" {
		t.Errorf("marked %q: a word that is not there must not lead astray", texts)
	}
	f := newFake()
	f.result.Pages[1].Text = "something else altogether"
	f.split = true
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.chart()
	d.press("enter", "l")
	d.sees("1 of them could not be marked")
}

func TestDigitsPickRowsBehindANameOnly(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.press("/")
	d.write("c")
	d.sees("1  CANTÚ, Catalina", "2  CUMMINGS, Barrett")
	d.write("2")
	d.sees("CUMMINGS, Barrett (Mr)", "Born 31-Dec-1999", "Documents")
	d.press("esc", "esc", "/")
	d.write("breit2")
	d.sees("Similar names")
	d.write("2")
	d.sees("30-Aug-1964", "Documents")
	d.press("esc", "esc", "/", "8")
	d.sees("/ 8_") // a date or a number begins
	d.press("esc", "/")
	d.write("may8")
	d.sees("/ may8_")
}
