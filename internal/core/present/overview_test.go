package present_test

import (
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

// overviewText is the cover page as lines "Title: note | line | line".
func overviewText(o core.PatientOverview) string {
	var out []string
	for _, s := range present.OverviewOf(o, func(a core.Appointment) string { return a.Reason }).Sections {
		parts := []string{s.Title + ": " + s.Note}
		for _, l := range s.Lines {
			parts = append(parts, l.Text)
		}
		out = append(out, strings.Join(parts, " | "))
	}
	return strings.Join(out, "\n")
}

// Nothing on the cover page says that there is none of what was not looked for.
func TestOverviewInWords(t *testing.T) {
	t.Parallel()
	want := `Documents: 3 of 4 documents have not been read by the machine.
Next: No appointment is booked.
To do: No open task about this patient.
Problems: Not known. 3 of 4 documents have not been read by the machine.
Allergies: Not known. 3 of 4 documents have not been read by the machine.
Medicines: Not known. 3 of 4 documents have not been read by the machine. That does not say that none is taken.
Last results: Not known. 3 of 4 documents have not been read by the machine.`
	of := core.Medicines{Coverage: core.Coverage{Documents: 4, NotRead: 3}}
	if got := overviewText(core.PatientOverview{Medicines: of}); got != want {
		t.Errorf("of nothing that was read:\n%s", got)
	}
	on := core.Date{Year: 2026, Month: 11, Day: 10}
	said := func(kind core.ValueKind, name string, verified bool) core.Statement {
		s := core.Statement{Value: core.Value{Kind: kind, Name: name, RecordID: "r1", Page: 2}, Title: "Letter", DocumentDate: on}
		if verified {
			s.Review = &core.Review{Status: core.ReviewVerified, ByName: "Ann Lee"}
		}
		return s
	}
	row := func(name, text, flag string) core.ResultRow {
		_, n := core.PlainNumber(text)
		return core.ResultRow{Name: name, Unit: "g/L", Values: []core.ResultValue{{TrendPoint: core.TrendPoint{Text: text, Number: n, Unit: "g/L", Interpret: flag, Date: on}}}}
	}
	o := core.PatientOverview{Problems: []core.Statement{said(core.ValueDiagnosis, "Asthma", true)}, Medicines: core.Medicines{Unverified: 1, Coverage: core.Coverage{Documents: 4}},
		Pending:     []core.Statement{said(core.ValueAllergy, "Penicillin", false), said(core.ValueDiagnosis, "Hypertension", false)},
		LastResults: []core.ResultRow{row("Haemoglobin", "82", "LL"), row("Albumin", "40", "N"), row("Protein", "70", "")},
		Tasks:       []core.Notification{{Text: "Call her back"}}, Next: &core.Appointment{Reason: "Follow-up"}}
	want = `Next: Follow-up
To do:  | Call her back
Problems: 1 problem verified. 1 found in documents is not verified. | Asthma, of 10-Nov-2026, Letter, page 2, scan, verified by Ann Lee
Allergies: No statement on allergies has been verified. 1 found in documents is not verified.
Medicines: No medicine has been verified. 1 medicine found in documents is not verified. That does not say what is taken.
Last results:  | Haemoglobin 82 g/L, critically low, of 10-Nov-2026, scan, unverified | In their range, or without one: Albumin 40 g/L, Protein 70 g/L (no range).
Unverified: Read from documents by a machine; nobody has compared it with the page. | Hypertension, of 10-Nov-2026, Letter, page 2, scan, unverified | Penicillin, of 10-Nov-2026, Letter, page 2, scan, unverified`
	if got := overviewText(o); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
