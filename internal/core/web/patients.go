package web

import (
	"context"
	"net/url"
	"strconv"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

// rowsOfPage is how many rows a page of a list has.
const rowsOfPage = 50

// patientsPage is the list of the caller's patients, or those that were searched for.
type patientsPage struct {
	Query    string
	Count    int
	Rows     []patientRow
	Readings []reading // a date that can be read in more than one way
	Next     string
	First    string // the address of the first page; "" this is it
}

// reading is one way in which a typed date can be meant.
type reading struct{ Words, Href string }

func (s *Site) patients(v *visit) error {
	q := v.r.URL.Query()
	text, cursor := q.Get("q"), q.Get("cursor")
	found, err := v.Patients(v.r.Context(), core.PatientQuery{Text: text, Limit: rowsOfPage, Cursor: cursor})
	if err != nil {
		return err
	}
	body := patientsPage{Query: text, Count: found.Count, Rows: s.patientRows(found.Patients)}
	if len(found.DateReadings) > 1 {
		for _, d := range found.DateReadings {
			body.Readings = append(body.Readings, reading{d.Display(), pathPatients + "?q=" + url.QueryEscape(d.String())})
		}
	}
	if found.Next != "" {
		body.Next = pathPatients + "?" + url.Values{"q": {text}, "cursor": {found.Next}}.Encode()
	}
	if cursor != "" {
		body.First = pathPatients + "?q=" + url.QueryEscape(text)
	}
	return v.show("patients", page{Title: "Patients", Section: "patients", Body: body})
}

// patientID reads the patient of the path; what is no number is no page.
func (v *visit) patientID() (int64, error) {
	id, err := strconv.ParseInt(v.r.PathValue("patient"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errNoPage
	}
	return id, nil
}

// errNotYours is the refusal of the pages of a patient, known or not, in the words of
// the service this one replaces.
var errNotYours = core.Errorf(core.CodeForbidden, "You are not authorized to view this patient")

// reworded puts refusal in the place of a refusal.
func reworded(err error, refusal *core.Error) error {
	if core.CodeOf(err) == core.CodeForbidden {
		return refusal.WithCause(err)
	}
	return err
}

// chartPage is the first page of a patient.
type chartPage struct {
	ID           int64
	Add          string
	Facts        []fact
	Records      []recordRow
	All          bool // also those out of use
	AllHref      string
	Unread       int
	Medicines    string // what is known of them, in a sentence
	Taken        []medicineRow
	Stopped      []medicineRow
	Appointments []appointmentRow
	Activity     []activityRow
	Access       string
	Results      string
}

// latest is how much of what happened stands on the first page; the rest is a page of its own.
const latest = 8

// fact is a labelled line.
type fact struct{ Label, Value string }

// medicineRow is a verified medicine with where it stands.
type medicineRow struct {
	present.Prescription
	Says, State, Href string
}

func medicineRows(list []core.Prescription) []medicineRow {
	rows := make([]medicineRow, len(list))
	for i, m := range list {
		p := present.PrescriptionOf(m)
		rows[i] = medicineRow{p, p.Statement(), p.State(), recordPath(m.RecordID) + "?page=" + strconv.Itoa(m.Page) + "#at-" + m.ID}
	}
	return rows
}

type activityRow struct{ When, Who, Act, Href string }

func (s *Site) chart(v *visit) error {
	id, err := v.patientID()
	if err != nil {
		return err
	}
	ctx := v.r.Context()
	d, err := v.PatientDashboard(ctx, id)
	if err != nil {
		return reworded(err, errNotYours)
	}
	body := chartPage{ID: id, Add: patientPath(id) + "add-record/", Access: patientPath(id) + "access/", Results: patientPath(id) + "results/", AllHref: chartPath(id) + "?all=true",
		Facts: factsOf(d.Patient, s.language(ctx, d.Patient)), All: v.r.URL.Query().Get("all") == "true"}
	list := d.MedicalRecords
	if body.All {
		if list, err = v.PatientRecords(ctx, id, true); err != nil {
			return err
		}
	}
	body.Records = s.recordRows(list)
	for _, r := range body.Records {
		if r.Unread {
			body.Unread++
		}
	}
	body.Medicines, body.Taken, body.Stopped = present.Medicines(d.Medicines), medicineRows(d.Prescriptions), medicineRows(d.Medicines.Stopped)
	for _, a := range d.Appointments {
		body.Appointments = append(body.Appointments, s.appointmentRow(a, false))
	}
	for _, a := range d.RecentActivity[:min(latest, len(d.RecentActivity))] {
		row := activityRow{When: s.stamp(a.At), Who: a.Who, Act: a.Act}
		if a.RecordID != "" {
			row.Href = recordPath(a.RecordID)
		}
		body.Activity = append(body.Activity, row)
	}
	return v.show("chart", page{Title: "Patient", Section: "patients", Banner: s.bannerOf(d.Patient), Body: body})
}

// language names the language that a patient prefers; a code that is in no catalogue
// stays one.
func (s *Site) language(ctx context.Context, p core.Patient) string {
	if p.PreferredLanguageID == nil {
		return ""
	}
	list, _ := s.App.Languages(ctx) // without them the code says it too
	for _, l := range list {
		if l.Code == *p.PreferredLanguageID {
			return l.Name
		}
	}
	return *p.PreferredLanguageID
}

// factsOf is what else is known of a patient; what is not recorded says so.
func factsOf(p core.Patient, language string) []fact {
	facts := []fact{
		{"Phone", present.Or(p.PhoneNumber)}, {"E-mail", present.Email(p.User.Email)}, {"Address", present.Or(p.Address)},
		{"Emergency contact", present.Or(joined(", ", p.EmergencyContactName, p.EmergencyContactPhone))},
	}
	diagnosis, notes := "", ""
	if a := p.Assignment; a != nil {
		diagnosis, notes = joined(", ", a.CancerTypeName, a.CancerSubtypeName), a.Notes
	}
	return append(facts, fact{"Preferred language", present.Or(language)}, fact{"Assigned for", present.Or(diagnosis)}, fact{"Notes", present.Or(notes)})
}
