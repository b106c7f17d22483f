package present

import (
	"strconv"
	"strings"

	"clinician/internal/core"
)

// Overview is the cover page of a chart, in lines under headings.
type Overview struct{ Sections []Section }

// Section is a part of the cover page. Note says what is known where Lines do not, and
// what is missing in them.
type Section struct {
	Title string
	Note  string
	Lines []Line
}

// Line is one thing, and where it stands; without a RecordID it has no place.
type Line struct {
	Text     string
	RecordID string
	Page     int
	Boxes    []core.Box
}

// OverviewOf puts o into words. What is recorded of allergies is said by whoever shows it;
// moment writes a time.
func OverviewOf(o core.PatientOverview, moment func(core.Appointment) string) Overview {
	pending := map[core.ValueKind][]core.Statement{}
	for _, s := range o.Pending {
		pending[s.Kind] = append(pending[s.Kind], s)
	}
	next := Section{Title: "Next", Note: "No appointment is booked."}
	if o.Next != nil {
		next.Note = moment(*o.Next)
	}
	tasks := Section{Title: "To do", Note: "No open task about this patient."}
	for _, t := range o.OpenTasks {
		tasks.Note = ""
		tasks.Lines = append(tasks.Lines, Line{Text: TaskSentence(t), RecordID: t.RecordID, Page: 1})
	}
	for _, n := range o.Tasks {
		tasks.Note = ""
		tasks.Lines = append(tasks.Lines, Line{Text: n.Text})
	}
	medicines := Section{Title: "Medicines", Note: Medicines(o.Medicines)}
	for _, list := range [][]core.Prescription{o.Prescriptions, o.Stopped} {
		for _, m := range list {
			medicines.Lines = append(medicines.Lines, statementLine(core.Statement(m)))
		}
	}
	var sections []Section
	if left := LeftOut(o.Coverage); left != "" {
		sections = append(sections, Section{Title: "Documents", Note: left})
	}
	sections = append(sections, next, tasks,
		statements("Problems", "problem", "problems", o.Problems, len(pending[core.ValueDiagnosis]), o.Coverage),
		statements("Allergies", "statement on allergies", "statements on allergies", o.DocumentAllergies, len(pending[core.ValueAllergy]), o.Coverage),
		medicines, lastResultsOf(o))
	unverified := Section{Title: "Unverified"}
	for _, kind := range []core.ValueKind{core.ValueDiagnosis, core.ValueAllergy, core.ValueMedication} {
		for _, s := range pending[kind] {
			unverified.Lines = append(unverified.Lines, statementLine(s))
		}
	}
	if len(unverified.Lines) > 0 {
		unverified.Note = "Read from documents by a machine; nobody has compared it with the page."
		sections = append(sections, unverified)
	}
	return Overview{Sections: sections}
}

// statements says of problems or allergies what was verified, and what that leaves open.
func statements(title, one, many string, list []core.Statement, waiting int, c core.Coverage) Section {
	s := Section{Title: title}
	for _, x := range list {
		s.Lines = append(s.Lines, statementLine(x))
	}
	open := ""
	if waiting > 0 {
		open = " " + strconv.Itoa(waiting) + " found in documents " + isAre(waiting) + " not verified."
	}
	switch {
	case len(list) == 0 && waiting == 0:
		s.Note = Absent(many, "document", "documents", c)
	case len(list) == 0:
		s.Note = "No " + one + " has been verified." + open
	default:
		s.Note = core.Plural(len(list), one, many) + " verified." + open
	}
	return s
}

func statementLine(s core.Statement) Line {
	text := PrescriptionOf(core.Prescription(s)).Sentence()
	return Line{Text: text, RecordID: s.RecordID, Page: s.Page, Boxes: s.Boxes}
}

// lastResultsOf gives what is out of range or in doubt line by line, the rest in one.
func lastResultsOf(o core.PatientOverview) Section {
	s := Section{Title: "Last results"}
	if len(o.LastResults) == 0 {
		s.Note = NoResults(o.Coverage)
		return s
	}
	var rest []string
	for _, r := range o.LastResults {
		v := *r.Last()
		p := ResultOf(r, v)
		if v.Interpret == "N" && !v.Doubtful() {
			rest = append(rest, r.Name+" "+p.Amount())
			continue
		}
		if v.Interpret == "" && !v.Doubtful() {
			rest = append(rest, r.Name+" "+p.Amount()+" ("+p.Flag+")")
			continue
		}
		line := r.Name + " " + p.Sentence()
		if r.Change != nil {
			line += ", " + Change(r)
		}
		s.Lines = append(s.Lines, Line{Text: line, RecordID: v.RecordID, Page: v.Page, Boxes: v.Boxes})
	}
	if len(rest) > 0 {
		s.Lines = append(s.Lines, Line{Text: "In their range, or without one: " + strings.Join(rest, ", ") + "."})
	}
	return s
}
