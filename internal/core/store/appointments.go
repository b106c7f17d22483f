package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"clinician/internal/core"
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

func (r appointmentRow) appointment() (core.Appointment, error) {
	born, err := storedDate(r.DateOfBirth)
	return core.Appointment{
		ID: r.ID, PatientID: r.PatientID, PatientName: core.DisplayName(r.LastName, r.FirstName, r.Title),
		PatientMRN: r.Mrn, PatientBorn: born, ClinicianID: r.ClinicianID,
		Start: fromMicros(r.StartAt), End: fromMicros(r.EndAt),
		Type: r.Type, Reason: r.Reason, Location: r.Location, Status: r.Status,
	}, err
}

// selectAppointments gives the rows that q asks for, without order or limit.
func selectAppointments(db bun.IDB, q core.AppointmentQuery) *bun.SelectQuery {
	s := db.NewSelect().TableExpr("appointments AS m")
	if q.ClinicianID != 0 {
		s.Where("m.clinician_id = ?", q.ClinicianID)
	}
	if q.PatientID != 0 {
		s.Where("m.patient_id = ?", q.PatientID)
	}
	if !q.From.IsZero() {
		s.Where("m.start_at >= ?", micros(q.From))
	}
	if !q.To.IsZero() {
		s.Where("m.start_at < ?", micros(q.To))
	}
	if len(q.Statuses) > 0 {
		s.Where("m.status IN (?)", bun.List(q.Statuses))
	}
	return s
}

// Appointments gives those that q asks for, earliest first.
func (db *DB) Appointments(ctx context.Context, q core.AppointmentQuery) ([]core.Appointment, error) {
	s := withPatient(selectAppointments(db.read, q)).OrderExpr("m.start_at, m.id")
	if q.Limit > 0 {
		s.Limit(int64(q.Limit))
	}
	var rows []appointmentRow
	if err := s.Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("list appointments: %w", err)
	}
	list := make([]core.Appointment, len(rows))
	names := make([]alerted, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = r.appointment(); err != nil {
			return nil, fmt.Errorf("read appointment %d: %w", r.ID, err)
		}
		names[i] = alerted{r.PatientID, soundOf(fold(r.LastName), fold(r.FirstName)), &list[i].NameAlert}
	}
	if q.ClinicianID == 0 {
		return list, nil // similar among whose patients?
	}
	return list, db.alert(ctx, q.ClinicianID, names)
}

func withPatient(s *bun.SelectQuery) *bun.SelectQuery {
	return s.ColumnExpr("m.*, u.last_name, u.first_name, p.title, p.mrn, p.date_of_birth").
		Join("JOIN patients AS p ON p.id = m.patient_id").Join("JOIN users AS u ON u.id = p.user_id")
}

// CountAppointments counts all that q asks for, whatever its Limit.
func (db *DB) CountAppointments(ctx context.Context, q core.AppointmentQuery) (int, error) {
	var n int
	if err := selectAppointments(db.read, q).ColumnExpr("COUNT(*)").Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("count appointments: %w", err)
	}
	return n, nil
}

// CreateAppointment stores a and gives it back with its id and the patient's
// name. A status of "" is booked.
func (db *DB) CreateAppointment(ctx context.Context, a core.Appointment) (core.Appointment, error) {
	return db.createAppointment(ctx, a, nil)
}

// BookAppointment is CreateAppointment with the event that says who made it.
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
	var row appointmentRow
	err := db.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := patientExists(ctx, tx, a.PatientID); err != nil {
			return err
		}
		if err := clinicianExists(ctx, tx, a.ClinicianID); err != nil {
			return err
		}
		var id int64
		err := tx.NewRaw(`INSERT INTO appointments (patient_id, clinician_id, start_at, end_at, type, reason, location, status)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			a.PatientID, a.ClinicianID, micros(a.Start), micros(a.End), a.Type, a.Reason, a.Location, a.Status).Scan(ctx, &id)
		if err != nil {
			return fmt.Errorf("store appointment: %w", err)
		}
		if err := withPatient(tx.NewSelect().TableExpr("appointments AS m").Where("m.id = ?", id)).Scan(ctx, &row); err != nil || ev == nil {
			return err
		}
		made := withDetail(withDetail(*ev, "appointment_id", id), "clinician_id", a.ClinicianID)
		made.PatientID = a.PatientID
		return db.appendAudit(ctx, tx, made)
	})
	if err != nil {
		return core.Appointment{}, err
	}
	return row.appointment()
}
