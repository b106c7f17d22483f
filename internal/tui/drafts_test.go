package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"clinician/internal/core"
)

// drafting opens the first page for correction and types at its first line.
func drafting(t *testing.T, f *fake, text string) *driver {
	t.Helper()
	d := atChart(t, f)
	d.press("enter", "C", "enter")
	d.write(text)
	d.sees("HOSPITAL"+text, "not stored")
	return d
}

// What was typed and not stored outlives the program: the next one goes on with it.
func TestADraftOutlivesTheProgram(t *testing.T) {
	f := newFake()
	drafting(t, f, " half a word") // and the terminal is gone
	if kept := f.drafts[1]; !strings.HasPrefix(*kept.Text, "SPRINGFIELD GENERAL HOSPITAL half a word\n") {
		t.Fatalf("the server has %+v", kept)
	}
	f.signedIn = false
	d := atChart(t, f)
	d.press("enter", "C")
	d.sees("Here is what you typed on 24-Nov-2026 07:05", "HOSPITAL half a word", "not stored", "X throws it")
	d.press("ctrl+d", "Y")
	d.sees("nobody has corrected it")
	d.seesNot("half a word")
	if len(f.drafts) != 0 {
		t.Error("the server still has it")
	}
}

func TestAStoredDraftIsNotOfferedAgain(t *testing.T) {
	f := newFake()
	d := drafting(t, f, "!")
	d.press("ctrl+s")
	d.sees("The corrected text is stored")
	f.drafts = map[int]core.DraftText{1: {Text: &f.steps[0].Text}} // the same once more
	f.signedIn = false
	d = atChart(t, f)
	d.press("enter", "C")
	d.sees("corrected by")
	d.seesNot("Here is what you typed", "not stored")
}

// A program that is told to stop sends what it has in the last moment.
func TestTheLastLettersAreSentAtTheEnd(t *testing.T) {
	f := newFake()
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.r.Pauses.Draft = time.Hour
	d.chart()
	d.press("enter", "C", "enter")
	d.write(" half")
	if len(f.drafts) != 0 {
		t.Fatal("it was sent already; this tests nothing")
	}
	d.r.lastDrafts(time.Minute)
	if !strings.Contains(*f.drafts[1].Text, "HOSPITAL half") {
		t.Errorf("the server has %+v", f.drafts)
	}
}

// While the server is away the draft waits, and is sent when it is there again.
func TestADraftWaitsForTheServer(t *testing.T) {
	f := newFake()
	f.set("KeepDraft", core.Errorf(core.CodeUnavailable, "The server does not answer."))
	d := drafting(t, f, " half")
	d.sees("NOT CONNECTED")
	f.set("KeepDraft", nil)
	d.run(d.r.draftsNow())
	d.settle()
	if !strings.Contains(*f.drafts[1].Text, "HOSPITAL half") {
		t.Errorf("the server has %+v", f.drafts)
	}
	if len(d.r.FreshDrafts()) != 0 {
		t.Error("it would be sent again")
	}
}

// A server that refuses a draft is asked no more, and the user is told.
func TestARefusedDraftIsSaid(t *testing.T) {
	f := newFake()
	f.set("KeepDraft", core.Errorf(core.CodeConflict, "This record is under a legal hold."))
	d := drafting(t, f, "!")
	d.sees("kept in this program only: This record is under a legal")
	if n := f.count("KeepDraft"); n != 1 {
		t.Errorf("asked %d times", n)
	}
}
