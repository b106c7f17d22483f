package present

import (
	"strconv"
	"strings"

	"clinician/internal/core"
)

// Prescription is a medicine that was verified, in words.
type Prescription struct {
	Value
	Document string // "Discharge letter, page 2"
	Day      string // "of 10-Nov-2026", "day not known"
}

// PrescriptionOf puts p into words.
func PrescriptionOf(p core.Prescription) Prescription {
	day := DayKnown(p.Day())
	if !p.Day().IsZero() {
		day = "of " + day
	}
	return Prescription{Value: ValueOf(p.Value), Document: Or(p.Title) + ", page " + strconv.Itoa(p.Page), Day: day}
}

// Sentence is all of it in one line: "Warfarin: 5 mg oral once daily, of 10-Nov-2026,
// Discharge letter, page 2, scan, verified by Ann Lee".
func (p Prescription) Sentence() string {
	parts := []string{p.Statement(), p.Day, p.Document, p.State()}
	if len(p.Careful) > 0 {
		parts = append(parts, "careful: "+strings.Join(p.Careful, "; "))
	}
	return strings.Join(parts, ", ")
}

// Medicines says in a sentence or two what is known of medicines. It never says that
// none are taken: nobody knows that from documents.
func Medicines(m core.Medicines) string {
	if m.Problem != "" {
		return m.Problem
	}
	waiting := ""
	if m.Unverified > 0 {
		waiting = " " + core.Plural(m.Unverified, "medicine", "medicines") + " found in documents " + isAre(m.Unverified) + " not verified."
	}
	if left := LeftOut(m.Coverage); left != "" && (len(m.Prescriptions)+len(m.Stopped) > 0 || waiting != "") {
		waiting += " " + left
	}
	switch listed, stopped := len(m.Prescriptions), len(m.Stopped); {
	case listed == 0 && stopped == 0 && waiting == "":
		return Absent("medicines", "document", "documents", m.Coverage) + " That does not say that none is taken."
	case listed == 0 && stopped == 0:
		return "No medicine has been verified." + waiting + " That does not say what is taken."
	case listed == 0:
		return "No medicine has been verified as taken, " + strconv.Itoa(stopped) + " as stopped." + waiting + " That does not say what is taken."
	case stopped > 0:
		return core.Plural(listed, "medicine", "medicines") + " verified as taken, " + strconv.Itoa(stopped) + " as stopped." + waiting
	default:
		return core.Plural(listed, "medicine", "medicines") + " verified as taken." + waiting
	}
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
