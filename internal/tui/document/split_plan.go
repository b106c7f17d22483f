package document

import (
	"context"
	"fmt"

	"clinician/internal/core"
	"clinician/internal/core/text"
	"clinician/internal/tui/page"
)

// planned is a page of the bundle. What follows begins counts where it begins a part.
type planned struct {
	says    core.CheckedPage
	begins  bool
	patient core.PatientSummary // ID 0: nobody chosen yet
	title   string
	kind    core.RecordType // ID 0: the bundle's
	date    core.Date
}

// described says what is known of a part beside its pages and patient.
func (p planned) described() string {
	text := ""
	if p.title != "" {
		text += ", “" + p.title + "”"
	}
	if p.kind.ID != 0 {
		text += ", " + p.kind.TypeName
	}
	if !p.date.IsZero() {
		text += ", dated " + p.date.Display()
	}
	return text
}

// part is a run of pages that becomes a document.
type part struct {
	from, to int // pages, from 1
	planned
}

// bundle is what is known of the pages of a bundle, and the patients they name.
type bundle struct {
	Pages    int
	Check    core.DocumentCheck
	Patients map[int64]core.PatientSummary
}

// loadBundle asks what the newest reading of a document found on its pages.
func loadBundle(ctx context.Context, clinic Clinic, id string, here int64) (bundle, error) {
	out := bundle{Patients: map[int64]core.PatientSummary{}}
	jobs, err := clinic.Jobs(ctx, core.JobFilter{RecordID: id, Limit: 100})
	if err != nil {
		return out, err
	}
	for _, j := range jobs {
		if j.Status == core.JobCompleted && out.Pages == 0 {
			out.Pages = j.Pages
		}
	}
	if out.Pages == 0 {
		return out, core.Errorf(core.CodeConflict, "The pages of this document are not known before it was read: Esc, then A reads it.")
	}
	if out.Check, err = clinic.PatientCheck(ctx, id); err != nil {
		return out, err
	}
	for _, p := range out.Check.Pages {
		if _, known := out.Patients[p.OtherPatientID]; known || p.OtherPatientID == 0 || p.OtherPatientID == here {
			continue
		}
		d, err := clinic.Patient(ctx, p.OtherPatientID)
		if core.CodeOf(err) == core.CodeUnavailable {
			return out, err
		}
		if err == nil { // without it somebody is chosen by hand
			out.Patients[p.OtherPatientID] = core.PatientSummary{ID: d.Patient.ID, MRN: d.Patient.MRN, Title: d.Patient.Title, Gender: d.Patient.Gender,
				DateOfBirth: d.Patient.DateOfBirth, DeceasedDate: d.Patient.DeceasedDate,
				User: core.UserSummary{FirstName: d.Patient.User.FirstName, LastName: d.Patient.User.LastName}}
		}
	}
	return out, nil
}

// suggest makes a plan of what the pages say: a part begins where another
// person is named. Pages that name nobody belong to the part before.
func (s *splitScreen) suggest(b bundle) {
	s.plan = make([]planned, b.Pages)
	for _, p := range b.Check.Pages {
		if p.Page >= 1 && p.Page <= b.Pages {
			s.plan[p.Page-1].says = p
		}
	}
	whose := func(p core.CheckedPage) string {
		switch {
		case p.Verdict == core.CheckPatient && p.OtherPatientID != 0:
			return fmt.Sprint(p.OtherPatientID)
		case p.Verdict == core.CheckPatient:
			return text.Letters(p.Name)
		case p.Verdict == core.CheckMatch || p.Verdict == core.CheckResolved:
			return "here"
		}
		return ""
	}
	now := ""
	for i := range s.plan {
		p := &s.plan[i]
		says := whose(p.says)
		if i == 0 || says != "" && now != "" && says != now {
			p.begins = true
			p.patient.ID = s.banner.ID
			if p.says.Verdict == core.CheckPatient {
				p.patient = b.Patients[p.says.OtherPatientID]
			}
		}
		now = page.First(says, now)
	}
	s.was = fmt.Sprint(s.parts())
}

// parts are the documents that the plan makes.
func (s *splitScreen) parts() []part {
	var out []part
	for i, p := range s.plan {
		if p.begins {
			out = append(out, part{from: i + 1, planned: p})
		}
		out[len(out)-1].to = i + 1
	}
	return out
}
