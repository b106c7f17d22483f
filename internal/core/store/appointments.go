package store

import (
	"context"
	"fmt"

	"clinician/internal/core"
	"clinician/internal/core/text"
)

type appointmentRow struct {
	ID          int64
	PatientID   int64
	LastName    string
	FirstName   string
	Title       string
	Mrn         string
	DateOfBirth string
	ClinicianID int64
	StartAt     int64
	EndAt       int64
	Type        string
	Reason      string
	Location    string
	Status      core.AppointmentStatus
}

func (r *appointmentRow) fields() []any {
	return []any{&r.ID, &r.PatientID, &r.LastName, &r.FirstName, &r.Title, &r.Mrn, &r.DateOfBirth, &r.ClinicianID,
		&r.StartAt, &r.EndAt, &r.Type, &r.Reason, &r.Location, &r.Status}
}

func (r appointmentRow) appointment() (core.Appointment, error) {
	born, err := storedDate(r.DateOfBirth)
	return core.Appointment{
		ID: r.ID, PatientID: r.PatientID, PatientName: core.DisplayName(r.LastName, r.FirstName, r.Title),
		PatientMRN: shownMRN(r.Mrn), PatientBorn: born, ClinicianID: r.ClinicianID,
		Start: fromMicros(r.StartAt), End: fromMicros(r.EndAt),
		Type: r.Type, Reason: r.Reason, Location: r.Location, Status: r.Status,
	}, err
}

// selectAppointments ends before its WHERE.
const selectAppointments = `SELECT m.id, m.patient_id, u.last_name, u.first_name, p.title, p.mrn, p.date_of_birth,
	m.clinician_id, m.start_at, m.end_at, m.type, m.reason, m.location, m.status
	FROM appointments m JOIN patients p ON p.id = m.patient_id JOIN users u ON u.id = p.user_id `

// appointmentsWhere is the condition for q, without order or limit.
func appointmentsWhere(d *dialect, q core.AppointmentQuery) (string, []any) {
	where, args := "WHERE TRUE", []any{}
	and := func(condition string, arg any) { where, args = where+" AND "+condition, append(args, arg) }
	if q.ClinicianID != 0 {
		and("m.clinician_id = ?", q.ClinicianID)
	}
	if q.PatientID != 0 {
		and("m.patient_id = ?", q.PatientID)
	}
	if !q.From.IsZero() {
		and("m.start_at >= ?", micros(q.From))
	}
	if !q.To.IsZero() {
		and("m.start_at < ?", micros(q.To))
	}
	if len(q.Statuses) > 0 {
		statuses := make([]string, len(q.Statuses))
		for i, s := range q.Statuses {
			statuses[i] = string(s)
		}
		and("m.status IN "+d.texts, jsonList(statuses))
	}
	return where, args
}

// Appointments gives those that q asks for, earliest first.
func (db *DB) Appointments(ctx context.Context, q core.AppointmentQuery) ([]core.Appointment, error) {
	where, args := appointmentsWhere(db.d, q)
	query := selectAppointments + where + " ORDER BY m.start_at, m.id"
	if q.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, q.Limit)
	}
	rows, err := rowsOf(ctx, db.read, (*appointmentRow).fields, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list appointments: %w", err)
	}
	list := make([]core.Appointment, len(rows))
	names := make([]alerted, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = r.appointment(); err != nil {
			return nil, fmt.Errorf("read appointment %d: %w", r.ID, err)
		}
		names[i] = alerted{r.PatientID, text.PersonSound(r.LastName, r.FirstName), &list[i].NameAlert}
	}
	if q.ClinicianID == 0 {
		return list, nil // similar among whose patients?
	}
	return list, db.alert(ctx, q.ClinicianID, names)
}

// CountAppointments counts all that q asks for, whatever its Limit.
func (db *DB) CountAppointments(ctx context.Context, q core.AppointmentQuery) (int, error) {
	var n int
	where, args := appointmentsWhere(db.d, q)
	if err := ask(ctx, db.read, "SELECT COUNT(*) FROM appointments m "+where, args...).into(&n); err != nil {
		return 0, fmt.Errorf("count appointments: %w", err)
	}
	return n, nil
}

// CreateAppointment is BookAppointment without an event: demo data.
func (db *DB) CreateAppointment(ctx context.Context, a core.Appointment) (core.Appointment, error) {
	return db.createAppointment(ctx, a, nil)
}

// BookAppointment stores a and gives it back with its id and the patient's name. A
// status of "" is booked.
func (db *DB) BookAppointment(ctx context.Context, a core.Appointment, ev core.AuditEvent) (core.Appointment, error) {
	return db.createAppointment(ctx, a, &ev)
}

func (db *DB) createAppointment(ctx context.Context, a core.Appointment, ev *core.AuditEvent) (core.Appointment, error) {
	if !a.End.After(a.Start) {
		return core.Appointment{}, invalid("end", "An appointment ends after its start.")
	}
	if a.Status == "" {
		a.Status = core.AppointmentBooked
	}
	var stored appointmentRow
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := patientExists(ctx, tx, a.PatientID); err != nil {
			return err
		}
		if err := clinicianExists(ctx, tx, a.ClinicianID); err != nil {
			return err
		}
		var id int64
		err := ask(ctx, tx, `INSERT INTO appointments (patient_id, clinician_id, start_at, end_at, type, reason, location, status)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			a.PatientID, a.ClinicianID, micros(a.Start), micros(a.End), a.Type, a.Reason, a.Location, a.Status).into(&id)
		if err != nil {
			return fmt.Errorf("store appointment: %w", err)
		}
		if err := ask(ctx, tx, selectAppointments+"WHERE m.id = ?", id).into(stored.fields()...); err != nil || ev == nil {
			return err
		}
		made := withDetail(withDetail(*ev, "appointment_id", id), "clinician_id", a.ClinicianID)
		made.PatientID = a.PatientID
		return db.appendAudit(ctx, tx, made)
	})
	if err != nil {
		return core.Appointment{}, err
	}
	return stored.appointment()
}
