package app

import (
	"context"
	"slices"
	"time"

	"clinician/internal/core"
)

// Patients lists the caller's assigned patients. What was searched for is not
// recorded: it would be PHI in the log.
func (s *Session) Patients(ctx context.Context, q core.PatientQuery) (core.PatientPage, error) {
	f := fields{}
	if f.between("limit", q.Limit, 1, 1000); f.err() != nil {
		return core.PatientPage{}, f.err()
	}
	clinicianID, err := s.clinicianID(ctx)
	if err != nil {
		return core.PatientPage{}, err
	}
	page, err := s.Assignments.Patients(ctx, clinicianID, q)
	if err == nil {
		err = s.fillUnread(ctx, s.Assignments, page.Patients, nil)
	}
	if err != nil {
		return core.PatientPage{}, err
	}
	ev := s.event(core.EventPatientsViewed, core.ActionRead)
	ev.Detail = map[string]any{"user_id": s.who.UserID, "clinician_id": clinicianID, "patient_count": len(page.Patients)}
	if err := s.record(ctx, ev); err != nil {
		return core.PatientPage{}, err
	}
	return page, nil
}

// Patient gives the chart of an assigned patient: demographics, records,
// appointments and what happened lately.
func (s *Session) Patient(ctx context.Context, id int64) (core.PatientDetail, error) {
	return s.chart(ctx, id, core.EventPatientViewed)
}

// PatientDashboard gives the chart together with who is looking at it.
func (s *Session) PatientDashboard(ctx context.Context, id int64) (core.PatientDashboard, error) {
	detail, err := s.chart(ctx, id, core.EventPatientDashboard)
	if err != nil {
		return core.PatientDashboard{}, err
	}
	c, err := s.clinician(ctx)
	if err != nil {
		return core.PatientDashboard{}, err
	}
	return core.PatientDashboard{User: c.User.Summary(), Clinician: c.Profile(),
		PatientDetail: detail, RecordCount: len(detail.MedicalRecords)}, nil
}

// chart reads a chart, recorded as event.
func (s *Session) chart(ctx context.Context, id int64, event string) (core.PatientDetail, error) {
	ev := s.event(event, core.ActionRead)
	clinicianID, err := s.clinicianID(ctx)
	if err != nil {
		return core.PatientDetail{}, err
	}
	ev.Detail = map[string]any{"user_id": s.who.UserID, "clinician_id": clinicianID, "patient_id": id}
	if err := s.enterPatient(ctx, id, &ev, errNotAssigned); err != nil {
		return core.PatientDetail{}, err
	}
	d := core.PatientDetail{RecentActivity: []core.Activity{}}
	if d.Patient, err = s.People.Patient(ctx, id); err != nil {
		return core.PatientDetail{}, err
	}
	if d.MedicalRecords, err = s.Lifecycle.ListRecords(ctx, core.RecordQuery{PatientID: id, UserID: s.who.UserID}); err != nil {
		return core.PatientDetail{}, err
	}
	if d.Medicines, err = s.medicines(ctx, id, d.MedicalRecords); err != nil {
		return core.PatientDetail{}, err
	}
	if d.Appointments, err = s.Calendar.Appointments(ctx, core.AppointmentQuery{PatientID: id, Limit: 50,
		From: s.now().Add(-30 * 24 * time.Hour)}); err != nil {
		return core.PatientDetail{}, err
	}
	if d.RecentActivity, err = s.activity(ctx, id); err != nil {
		return core.PatientDetail{}, err
	}
	if err := s.Recent.MarkViewed(ctx, s.who.UserID, id, s.now()); err != nil {
		s.log.WarnContext(ctx, "recent patients not updated", "err", err)
	}
	d.MedicalRecords, d.Appointments = orEmpty(d.MedicalRecords), orEmpty(d.Appointments)
	return d, nil
}

// Banner is who a patient is, for the head of what another act shows of them and
// records: it is allowed like that act, and adds no event of its own unless it is refused.
func (s *Session) Banner(ctx context.Context, id int64) (core.Patient, error) {
	ev := s.event(core.EventPatientViewed, core.ActionRead)
	if _, err := s.allowPatient(ctx, id, &ev, errNotAssigned); err != nil {
		return core.Patient{}, err
	}
	return s.People.Patient(ctx, id)
}

// fillUnread counts what the caller has not read of each patient. Lister gave the
// patients, and may have counted.
func (s *Session) fillUnread(ctx context.Context, lister any, patients []core.PatientSummary, meetings []core.Appointment) error {
	if c, ok := lister.(core.UnreadCounter); ok && c.CountsUnread(s.Lifecycle) {
		patients = nil
	}
	if len(patients)+len(meetings) == 0 {
		return nil
	}
	ids := make([]int64, 0, len(patients)+len(meetings))
	for _, p := range patients {
		ids = append(ids, p.ID)
	}
	for _, m := range meetings {
		ids = append(ids, m.PatientID)
	}
	slices.Sort(ids)
	unread, err := s.Lifecycle.Unread(ctx, s.who.UserID, slices.Compact(ids))
	if err != nil {
		return err
	}
	for i := range patients {
		patients[i].UnreadRecords = unread[patients[i].ID]
	}
	for i := range meetings {
		meetings[i].UnreadRecords = unread[meetings[i].PatientID]
	}
	return nil
}

// activity is the chart's latest acts, newest first.
func (s *Session) activity(ctx context.Context, patientID int64) ([]core.Activity, error) {
	events, err := s.Audit.Latest(ctx, patientID, 20)
	if err != nil {
		return nil, err
	}
	acts, err := s.accesses(ctx, events)
	if err != nil {
		return nil, err
	}
	list := make([]core.Activity, 0, len(acts))
	for _, a := range acts {
		if a.Outcome == core.OutcomeSuccess {
			list = append(list, core.Activity{At: a.At.Format(time.RFC3339), Type: a.Type, UserID: a.UserID, Who: a.Who, Act: a.Act, RecordID: a.RecordID})
		}
	}
	return list, nil
}

// orEmpty makes lists that are empty print as [] and not as null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
