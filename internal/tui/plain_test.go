package tui

import (
	"context"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/tui/disk"
	"clinician/internal/tui/plain"
)

// plainly runs the line-by-line program on typed lines and gives what it said.
func plainly(t *testing.T, f *fake, lines ...string) string {
	t.Helper()
	in := strings.NewReader(strings.Join(lines, "\n") + "\n")
	var out strings.Builder
	now := fakeNow
	clock := func() time.Time { now = now.Add(time.Second); return now }
	err := plain.Run(t.Context(), plain.Options{Backend: f, In: in, Out: &out, Clock: clock, Location: time.UTC,
		Lock: time.Hour, Logoff: 2 * time.Hour, Local: disk.New(t.TempDir()), Password: func(context.Context) (string, error) { return passwordLine(in) }})
	if err != nil {
		t.Fatalf("it ended with %v after\n%s", err, out.String())
	}
	return out.String()
}

// passwordLine reads a line and not a byte more.
func passwordLine(in io.Reader) (string, error) {
	var line []byte
	for one := make([]byte, 1); ; line = append(line, one[0]) {
		if _, err := in.Read(one); err != nil || one[0] == '\n' {
			return string(line), err
		}
	}
}

// says wants texts in this order.
func says(t *testing.T, out string, parts ...string) {
	t.Helper()
	rest := out
	for _, p := range parts {
		i := strings.Index(rest, p)
		if i < 0 {
			t.Fatalf("%q is not said (here) in\n%s", p, out)
		}
		rest = rest[i+len(p):]
	}
}

// S2: the patient on today's list with one key, any by name; never opened
// without being asked for, and with an alert for similar names.
func TestPlainFindsAPatient(t *testing.T) {
	out := plainly(t, newFake(), "aria.blake@clinic.example", "correct horse", "today", "1", "find bre", "2", "2", "quit")
	says(t, out, "Tuesday 24 November 2026", "1. 09:20, CANTÚ, Catalina (Mrs), born 8 May 1940",
		"Patient CANTÚ, Catalina (Mrs), born 8 May 1940, MRN 412 887 0031.", "Known allergies: Penicillin (recorded 30 September 2020)", "Alert: Falls risk",
		"Patients: 2, by name.", "Name alert: also BREITENBERG, Bryan (Mr), born 29 June 1964", "type 2 again", "Patient BREITENBERG, Bryan (Mr), born 30 August 1964", "Goodbye.")
}

// Which names sound alike is the server's to say: nothing is added here.
func TestPlainTakesNameAlertsFromTheServer(t *testing.T) {
	f := newFake()
	f.patients = append(f.patients, person{"Roberts", "Ann", "Ms", "1971-02-03", "", "4128870101", core.GenderFemale}.summary(9),
		person{"Robertson", "Ann", "Ms", "1972-03-04", "", "4128870102", core.GenderFemale}.summary(10))
	for _, p := range f.patients[8:] {
		f.details[p.ID] = fakeChart(p)
	}
	f.signedIn = true
	out := plainly(t, f, "find robert", "1", "quit")
	says(t, out, "Patients: 2, by name.", "1. ROBERTS, Ann", "2. ROBERTSON, Ann", "Patient ROBERTS, Ann")
	if strings.Contains(out, "Name alert") {
		t.Error(out)
	}
}

// S3: read the scanned referral page by page and note it.
func TestPlainReadsADocument(t *testing.T) {
	f := newFake()
	f.signedIn = true
	out := plainly(t, f, "find cant", "1", "1", "next", "next", "next", "page 1", "reviewed", "quit")
	says(t, out, "1. Referral letter Dr Okoro, Referral, dated 12 November 2026, text is there, unread by you.", "Document Referral letter Dr Okoro",
		"Page 1 of 3, read by the machine with confidence 93 percent.", "negatlve (unsure)", "2 words the machine was not sure of", "Page 2 of 3",
		"Page 3 of 3", "could not be read: the page took longer", "End of the document", "There are pages 1 to 3", "Page 1 of 3", "Noted: you have reviewed")
}

func TestPlainHasNoDecoration(t *testing.T) {
	f := newFake()
	f.signedIn = true
	out := plainly(t, f, "help", "today", "1", "1", "values", "search cisplatin", "search all HER2", "close", "close", "patients", "who", "nonsense", "open 99", "quit")
	if bad := regexp.MustCompile("[\x00-\x09\x0b-\x1f\x7f─-╿▀-▟⠀-⣿“”…]").FindString(out); bad != "" {
		t.Errorf("it says %q:\n%s", bad, out)
	}
	if regexp.MustCompile(`\b\d\d-[A-Z][a-z]{2}-\d{4}\b`).MatchString(strings.ReplaceAll(out, "born 08-May-1940\n", "")) {
		t.Error("dates are short")
	}
	says(t, out, "There is no command \"nonsense\"", "The last list has no number 99")
}

func TestPlainUploadsAndDeletesWithTwoIdentifiers(t *testing.T) {
	f := newFake()
	f.signedIn = true
	out := plainly(t, f, "find cant", "1", "upload "+scan(t), "3", "8 may 2026", "yes", "analyse", "delete", "cantu", "1941", "delete", "cantu", "1940", "quit")
	says(t, out, "3. Referral.", "Store referral.pdf as Referral for CANTÚ, Catalina (Mrs), born 8 May 1940, MRN 412 887 0031?", "Stored referral.pdf for CANTÚ",
		"page 1 of 3", "page 2 of 3", "Done, 3 pages.", "Nothing was deleted.", "Deleted referral.pdf of CANTÚ")
	if len(f.deleted) != 1 || len(f.uploaded) == 0 {
		t.Errorf("deleted %v, uploaded %d bytes", f.deleted, len(f.uploaded))
	}
}

// What is in doubt is typed from the page; what differs is asked about; what a colleague
// said meanwhile is said, and nothing overwritten.
func TestPlainVerifies(t *testing.T) {
	f := newFake()
	f.signedIn = true
	begin := []string{"find cant", "1", "1", "values"}
	out := plainly(t, f, append(begin, "verify 1", "yes", "verify 4", "", "verify 4", "0.90", "no", "verify 4", "0.90", "yes", "verify 2", "yes", "quit")...)
	says(t, out, "Verified.", "Creatinine of CANTÚ, Catalina (Mrs) is in doubt: a digit was read with confidence 41.", "type what is printed there",
		"Nothing was done.", "You typed 0.90; the machine read 0.9O. Store 0.90 as a correction?", "Nothing was done.", "Corrected to 0.90.", "Verified.")
	found := f.found["r1"].Results
	if found[3].Review == nil || found[3].Review.Status != core.ReviewCorrected || found[1].Review == nil {
		t.Errorf("stored: %+v, %+v", found[1].Review, found[3].Review)
	}
	found[0].Review = nil
	f.meanwhile = func(v *core.Value) {
		v.Review, v.Version = &core.Review{Status: core.ReviewRejected, Reason: "of somebody else", By: 8, ByName: "Ben Baker", At: fakeNow}, "ben"
	}
	out = plainly(t, f, append(begin, "verify 1", "yes", "quit")...)
	says(t, out, "Not verified. Ben Baker rejected this value", "It stands as: Haemoglobin: 11.2 g/dL, scan, rejected by Ben Baker: of somebody else.",
		"values", "rejected by Ben Baker: of somebody else")
	if found[0].Review.Status != core.ReviewRejected {
		t.Errorf("it stands as %+v", found[0].Review)
	}
}

func TestPlainReadOnly(t *testing.T) {
	f := newFake()
	f.signedIn = true
	in := strings.NewReader("find cant\n1\n1\nupload x\nanalyse\ndelete\nreviewed\nquit\n")
	var out strings.Builder
	err := plain.Run(t.Context(), plain.Options{Backend: f, In: in, Out: &out, Clock: func() time.Time { return fakeNow }, Location: time.UTC, ReadOnly: true})
	if err != nil || strings.Count(out.String(), "Read-only mode") != 4 {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// TestPlainLocks: a line typed after the time is up is not carried out.
func TestPlainLocks(t *testing.T) {
	f := newFake()
	f.signedIn = true
	now := fakeNow
	in, typed := io.Pipe()
	var out screenBuffer
	cleared := 0
	done := make(chan error, 1)
	passwords := []string{"wrong", "correct horse"}
	clock := func() time.Time { return now }
	go func() {
		done <- plain.Run(t.Context(), plain.Options{Backend: f, In: in, Out: &out, Clock: clock, Location: time.UTC, Lock: 20 * time.Millisecond, Logoff: time.Hour,
			Clear: func() { cleared++; now = now.Add(time.Minute) },
			Password: func(context.Context) (string, error) {
				p := passwords[0]
				passwords = passwords[1:]
				return p, nil
			}})
	}()
	for deadline := time.Now().Add(2 * time.Minute); !strings.Contains(out.String(), "Press Enter to unlock"); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not lock")
		}
	}
	io.WriteString(typed, "who\n")
	for deadline := time.Now().Add(2 * time.Minute); !strings.Contains(out.String(), "Unlocked."); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it stays locked:\n%s", out.String())
		}
	}
	typed.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	says(t, out.String(), "Locked.", "Still locked: E-mail or password is wrong.", "Unlocked.")
	if strings.Contains(out.String(), "session is kept in") || cleared < 2 {
		t.Errorf("cleared %d times:\n%s", cleared, out.String())
	}
}

func TestPlainReadsResults(t *testing.T) {
	f := newFake()
	f.signedIn, f.of = true, core.Coverage{Documents: 4, NotRead: 3}
	out := plainly(t, f, "results", "find cantú", "1", "results", "3", "2", "trend haem", "trend p", "trend zinc", "quit")
	says(t, out, "Open a patient first", "3 of 4 documents have not been read", "4 tests, by group.",
		"Full blood count.", "1. Haemoglobin: last 112 g/L, low, range 115 - 165, of 12 November 2026, scan, unverified, -7 since 1 September 2026 (119), another laboratory or range; 2 values.",
		"not compared: in doubt", "Creatinine in µmol/L. Change of the last value: +16 since 1 September 2026 (88). 2 values, newest first.",
		"1. 104 µmol/L, normal", "2. 88 µmol/L, normal, range 60 - 110, of 1 September 2026, scan, verified.", "Document Referral letter Dr Okoro",
		"Haemoglobin in g/L.", "119 g/L from 11.9 g/dL", "Potassium in mmol/L", "Which test?")
}

func TestPlainReadsTheOverview(t *testing.T) {
	f := newFake()
	f.signedIn, f.of = true, core.Coverage{Documents: 4, NotRead: 3}
	out := plainly(t, f, "find cantú", "1", "overview", "1", "quit")
	says(t, out, "Next: 24 November 2026 at 09:20", "To do:", "Problems: 1 problem verified.", "1. Invasive ductal carcinoma, of 12 November 2026, Referral letter Dr Okoro, page 1, scan, verified by Aria Blake.",
		"Haemoglobin 112 g/L, low", "Unverified: Read from documents", "Hypertension", "Document Referral letter Dr Okoro")
}
