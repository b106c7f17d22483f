package tui

import (
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
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
	d.sees("does not fit ABBOTT, Gail")
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
	if len(parts) != 2 || parts[0].PatientID != 1 || parts[0].FamilyName != "Abbott" || parts[0].BirthYear != 1971 || len(parts[0].Pages) != 1 ||
		parts[1].PatientID != 4 || parts[1].FamilyName != "" || len(parts[1].Pages) != 2 {
		t.Errorf("parts are %+v", parts)
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
