package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"clinician/internal/core"
)

// PatientOverview gives the cover page of a chart.
func (s *Session) PatientOverview(ctx context.Context, patientID int64) (core.PatientOverview, error) {
	ev := s.event(core.EventOverviewRead, core.ActionRead)
	if _, err := s.allowPatient(ctx, patientID, &ev, errNotAssigned); err != nil {
		return core.PatientOverview{}, err
	}
	documents, err := s.Values.ByPatient(ctx, patientID, core.ValueQuery{Trusted: true})
	if err != nil {
		return core.PatientOverview{}, err
	}
	records, err := s.Records.ByPatient(ctx, patientID)
	if err != nil {
		return core.PatientOverview{}, err
	}
	o := core.PatientOverview{PatientID: patientID, AsAt: s.now(), Problems: []core.Statement{}, DocumentAllergies: []core.Statement{},
		Pending: []core.Statement{}, Medicines: medicinesOf(documents, records)}
	addStatements(&o, documents, counting(documents, records))
	o.LastResults = lastResults(resultTable(measured(documents, records, s.KnownTest), s.KnownTest))
	if o.Tasks, err = s.tasksOf(ctx, patientID); err != nil {
		return core.PatientOverview{}, err
	}
	if o.OpenTasks, err = s.openTasksOf(ctx, patientID); err != nil {
		return core.PatientOverview{}, err
	}
	if o.Next, err = s.nextAppointment(ctx, patientID); err != nil {
		return core.PatientOverview{}, err
	}
	ev.PatientID = patientID
	return o, s.record(ctx, ev)
}

// addStatements sorts what documents say of problems and allergies by whether somebody
// agreed. What is of another person or time is no problem of the patient's.
func addStatements(o *core.PatientOverview, documents []core.DocumentValues, counts map[string]core.Record) {
	for _, d := range documents {
		r, ok := counts[d.RecordID]
		if !ok {
			continue
		}
		for _, v := range d.Values {
			said := core.Statement{Value: v, Title: cmp.Or(r.Title, r.Type.TypeName), DocumentDate: r.DocumentDate}
			kept := v.Kind == core.ValueDiagnosis && !v.Negated || v.Kind == core.ValueAllergy || v.Kind == core.ValueMedication
			switch {
			case !kept || ofAnother[v.Context] || v.Review != nil && v.Review.Status == core.ReviewRejected:
			case v.Review == nil:
				o.Pending = append(o.Pending, said)
			case v.Kind == core.ValueDiagnosis:
				o.Problems = append(o.Problems, said)
			case v.Kind == core.ValueAllergy:
				o.DocumentAllergies = append(o.DocumentAllergies, said)
			}
		}
	}
	o.Problems, o.DocumentAllergies, o.Pending = onceEach(o.Problems), onceEach(o.DocumentAllergies), onceEach(o.Pending)
}

// ofAnother are the contexts of values that say nothing of how the patient is.
var ofAnother = map[string]bool{"family history": true, "another patient": true, "unreliable": true, "comparison": true}

// onceEach leaves the newest of statements that say the same, newest first; what has no
// day is not taken for the newest.
func onceEach(list []core.Statement) []core.Statement {
	slices.SortStableFunc(list, func(a, b core.Statement) int {
		return cmp.Or(b.Day().Time().Compare(a.Day().Time()), cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	type what struct {
		kind                          core.ValueKind
		name, amount, context, review string
		negated                       bool
	}
	seen := map[what]bool{}
	return slices.DeleteFunc(list, func(s core.Statement) bool {
		w := what{kind: s.Kind, name: nameKey(s.Name), context: s.Context, negated: s.Negated}
		if s.Kind == core.ValueMedication {
			w.amount = nameKey(s.Dose + " " + s.Route + " " + s.Frequency)
		}
		if r := s.Review; r != nil {
			w.review = nameKey(r.Text)
		}
		was := seen[w]
		seen[w] = true
		return was
	})
}

// lastResults leaves each row its last value: critical ones first, then others out of
// range and those in doubt, then the rest, in the order of the table.
func lastResults(rows []core.ResultRow) []core.ResultRow {
	out := []core.ResultRow{}
	for _, r := range rows {
		if last := r.Last(); last != nil {
			r.Values = []core.ResultValue{*last}
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b core.ResultRow) int { return cmp.Compare(urgency(a), urgency(b)) })
	return out
}

func urgency(r core.ResultRow) int {
	v := r.Last()
	switch v.Interpret {
	case "HH", "LL", "AA":
		return 0
	case "H", "L", "A":
		return 1
	}
	if v.Doubtful() {
		return 1
	}
	return 2
}

// tasksOf gives the open notifications about a patient that ask the caller for something.
func (s *Session) tasksOf(ctx context.Context, patientID int64) ([]core.Notification, error) {
	tasks := []core.Notification{}
	for q := (core.NotificationQuery{UserID: s.who.UserID, State: core.NotificationOpen, Level: "action", Limit: 200}); ; {
		page, err := s.Inbox.NotificationPage(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, n := range page.Notifications {
			if n.PatientID != nil && *n.PatientID == patientID {
				tasks = append(tasks, n)
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return tasks, nil
		}
	}
}

func (s *Session) nextAppointment(ctx context.Context, patientID int64) (*core.Appointment, error) {
	list, err := s.Calendar.Appointments(ctx, core.AppointmentQuery{PatientID: patientID, From: s.now().Add(-12 * time.Hour), Limit: 50,
		Statuses: []core.AppointmentStatus{core.AppointmentPending, core.AppointmentBooked, core.AppointmentArrived}})
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		if a.End.After(s.now()) {
			return &a, nil
		}
	}
	return nil, nil
}
