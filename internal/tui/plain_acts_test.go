package tui

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/tui/disk"
	"clinician/internal/tui/plain"
)

// fakeSession is a fake with somebody signed in.
func fakeSession() *fake {
	f := newFake()
	f.signedIn = true
	return f
}

// What somebody says of values goes to the server with what they typed.
func TestPlainReviewsValues(t *testing.T) {
	f := fakeSession()
	out := plainly(t, f, "find cant", "1", "1", "values", "correct 1 4.9 mmol/L", "no", "correct 1 11.3", "yes", "values", "undo 1",
		"reject 2 of another day", "reject 3", "", "values unverified", "verify x", "verify 99", "quit")
	says(t, out, "Store 4.9 mmol/L as a correction?", "Nothing was done.", "Corrected to 11.3.",
		"It stands as: Haemoglobin: 11.2 g/dL", "Rejected: of another day.", "why is it no such value of CANTÚ", "Nothing was done.",
		"Which number of the last list of values?", "has no number 99")
	found := f.found["r1"].Results
	if found[0].Review != nil || found[1].Review == nil || found[1].Review.Reason != "of another day" || found[2].Review != nil {
		t.Errorf("stored: %+v, %+v, %+v", found[0].Review, found[1].Review, found[2].Review)
	}
}

// Numbers are of the list that was heard last, and of nothing else.
func TestPlainNumbersAreOfTheLastList(t *testing.T) {
	out := plainly(t, fakeSession(), "find cant", "1", "1", "verify 1", "acknowledge 1", "quit")
	says(t, out, "The last list was not one of values.", "The last list was not one of notifications.")
	if strings.Contains(out, "Verified") {
		t.Error(out)
	}
}

// A long list waits for more, and what was not heard has no number.
func TestPlainReadsLongListsInParts(t *testing.T) {
	f := fakeSession()
	for id, d := range f.details {
		for len(d.MedicalRecords) > 0 && len(d.MedicalRecords) < 45 {
			d.MedicalRecords = append(d.MedicalRecords, d.MedicalRecords[0])
		}
		f.details[id] = d
	}
	out := plainly(t, f, "find cant", "1", "30", "more", "30", "more", "more", "quit")
	says(t, out, "Documents in use: 45", "20. ", "Numbers 1 to 20 of 45 were read out.", "Number 30 was not read out yet", "40. ",
		"Numbers 1 to 40 of 45", "Document Referral letter", "read out to its end")
	if strings.Contains(out[:strings.Index(out, "Number 30 was")], "21. ") {
		t.Error("more than twenty came in one go")
	}
	out = plainly(t, f, "find cant", "1", "chart", "quit")
	if n := strings.Count(out, "Numbers 1 to 20 of 45 were read out."); n != 2 {
		t.Errorf("that there is more was said %d times of two lists:\n%s", n, out)
	}
}

// Notifications say whose they are; acts carry the version that was heard.
func TestPlainDealsWithNotifications(t *testing.T) {
	f := fakeSession()
	out := plainly(t, f, "notifications", "acknowledge 1", "notifications", "defer 1 4h", "notifications", "defer 1 soon",
		"forward 1", "forward 1 ben@clinic.example please look", "yes", "notifications all", "reopen 1", "notifications nonsense", "quit")
	for _, call := range []string{"Acknowledge", "Defer", "Reopen", "Forward"} {
		if f.count(call) != 1 {
			t.Errorf("%s was called %d times", call, f.count(call))
		}
	}
	says(t, out, "MRN 4128870031", "Acknowledged: ", "Deferred until 24 November 2026", "Until when?", "Forward it to whom?",
		"Forwarded to ben@clinic.example.", "Notifications: 2", "Open again: ", "Type notifications, or notifications all.")
}

// The acts on documents ask for what the screens ask for, and change nothing without it.
func TestPlainActsOnDocuments(t *testing.T) {
	f := fakeSession()
	open := []string{"find cant", "1", "1"}
	out := plainly(t, f, append(open, "hold", "", "hold", "claim 12", "release", "settled", "nobody", "1940", "release", "settled",
		"cantu", "1940", "error", "wrong person", "cantu", "194", "error", "wrong person", "cantu", "1940", "restore", "it was right",
		"integrity", "details", "edit title Letter of Dr Okoro", "edit type disch", "edit date 8 may 2026", "edit colour red",
		"edit type nonsense", "quit")...)
	says(t, out, "Place a legal hold on Referral letter", "Nothing was done.", "It is under a legal hold.", "claim 12", "Problem: ",
		"The legal hold is released.", "entered in error?", "Problem: ", "Marked as entered in error.", "It was marked: wrong person",
		"It counts again.", "Its content is what came in", "Title: Referral letter Dr Okoro.", "Stored. Document Letter of Dr Okoro",
		"Stored. Document Letter of Dr Okoro", "dated 8 May 2026", "Edit what?", "Which type?")
}

// Whose a document is, is decided or it is moved, with two identifiers of the other one.
func TestPlainMovesAMisfile(t *testing.T) {
	f := fakeSession()
	out := plainly(t, f, "find cant", "1", "1", "check", "belongs", "", "belongs", "maiden name", "move", "move nobody at all", "1",
		"move breiten", "1", "misfiled", "breitenberg", "1900", "1", "misfiled", "breitenberg", "1964", "quit")
	says(t, out, "The chart is of CANTÚ, Catalina (Mrs), born 8 May 1940", "Page 1 says: ", "Nothing was done.",
		"Noted: it belongs to CANTÚ", "Move it to whom?", "Nobody among your patients matches. Nothing was moved.",
		"The last list has no number 1.", "Whose is Referral letter", "out of the chart of CANTÚ", "Problem: ",
		"out of the chart of CANTÚ", "Moved. A note of it stays in the chart of CANTÚ")
}

// What a person stores, they store once they were asked, and hear what it is now.
func TestPlainCorrectsTextAndProfile(t *testing.T) {
	f := fakeSession()
	out := plainly(t, f, "find cant", "1", "1", "correct text", "correct text 1", "", "correct text 1", "A line typed anew",
		"undo correction", "correct text 99", "profile", "profile phone 555-0199", "profile available maybe", "profile colour", "valus",
		"help verify", "quit")
	says(t, out, "1. ", "Line 1 says: ", "Nothing was done.", "Stored. The page reads now:", "Corrected by a person.",
		"A line typed anew", "The last correction is taken back.", "There are lines 1 to", "First name: Aria.", "Phone: 555-0199",
		"Type profile available yes", "Type profile, then first name", "Did you mean values?", "verify N: say that value N")
}

// The day's other lists.
func TestPlainReadsTheDaysLists(t *testing.T) {
	f := fakeSession()
	for id, d := range f.details {
		for i := range d.MedicalRecords {
			d.MedicalRecords[i].Status = core.RecordCurrent
		}
		f.details[id] = d
	}
	out := plainly(t, f, "appointments", "unread", "next unread", "readings", "readings failed", "readings x", "find cant", "1",
		"critical", "looked", "chart", "1", "history", "cancel 1", "quit")
	says(t, out, "Appointments from today on", "Documents you have not reviewed", "documents that you have not reviewed.",
		"Type readings, or readings failed.", "Who looked at the chart of CANTÚ", "1 reading, newest first.", "Stopped: ")
}

// Every verb that changes something is refused in read-only mode.
func TestPlainReadOnlyRefusesEveryChange(t *testing.T) {
	changing := plain.Changing()
	if len(changing) < 20 {
		t.Fatalf("only %d verbs change something", len(changing))
	}
	in := strings.NewReader("find cant\n1\n1\n" + strings.Join(changing, "\n") + "\nprofile phone 1\nquit\n")
	var out strings.Builder
	f := fakeSession()
	err := plain.Run(t.Context(), plain.Options{Backend: f, In: in, Out: &out, Clock: func() time.Time { return fakeNow },
		Location: time.UTC, ReadOnly: true, Local: disk.New(t.TempDir())})
	if err != nil || strings.Count(out.String(), "Read-only mode") != len(changing)+1 {
		t.Errorf("%v\n%s", err, out.String())
	}
	for _, call := range []string{"ReviewValue", "EditRecord", "Analyze", "Upload", "Acknowledge"} {
		if f.count(call) > 0 {
			t.Errorf("%s was called", call)
		}
	}
}

// "next unread" goes through all of them, whether they are reviewed on the way or not.
func TestPlainGoesThroughTheUnread(t *testing.T) {
	f := fakeSession()
	for id, d := range f.details {
		for i := range d.MedicalRecords {
			d.MedicalRecords[i].Status = core.RecordCurrent
		}
		f.details[id] = d
	}
	out := plainly(t, f, "next unread", "next unread", "next unread", "next unread", "next unread", "next unread", "quit")
	opened := regexp.MustCompile(`(?m)Document ([^,]+),`).FindAllStringSubmatch(out, -1)
	seen := map[string]bool{}
	for _, o := range opened {
		seen[o[1]] = true
	}
	if len(seen) < 3 || !strings.Contains(out, "From the newest again.") {
		t.Errorf("it opened %v:\n%s", opened, out)
	}
}
