package core

import "time"

// AppointmentStatus follows FHIR Appointment.status.
type AppointmentStatus string

const (
	AppointmentPending   AppointmentStatus = "pending"
	AppointmentBooked    AppointmentStatus = "booked"
	AppointmentArrived   AppointmentStatus = "arrived"
	AppointmentFulfilled AppointmentStatus = "fulfilled"
	AppointmentCancelled AppointmentStatus = "cancelled"
	AppointmentNoShow    AppointmentStatus = "noshow"
)

// Appointment is a booked meeting of a patient with a clinician.
type Appointment struct {
	ID          int64             `json:"id"`
	PatientID   int64             `json:"patient_id"`
	PatientName string            `json:"patient_name"` // DisplayName form
	PatientMRN  string            `json:"patient_mrn"`
	PatientBorn Date              `json:"patient_date_of_birth"`
	ClinicianID int64             `json:"clinician_id"`
	Start       time.Time         `json:"start"`
	End         time.Time         `json:"end"`
	Type        string            `json:"type"`
	Reason      string            `json:"reason"`
	Location    string            `json:"location"`
	Status      AppointmentStatus `json:"status"`

	UnreadRecords  int    `json:"unread_records"`        // of the patient, by the caller
	CriticalValues *int   `json:"critical_values"`       // HH and LL in those, as their own reports say; on the dashboard, for today; nil: not known
	NotSearched    int    `json:"critical_not_searched"` // of unread_records, those that were not searched for them: not read, or perhaps another patient's
	NameAlert      string `json:"name_alert,omitempty"`  // as in PatientSummary, in lists of one clinician
}

// AppointmentQuery selects appointments of a clinician, a patient, or both,
// that start in [From, To), earliest first. Zero fields do not restrict.
type AppointmentQuery struct {
	ClinicianID int64
	PatientID   int64
	From, To    time.Time
	Statuses    []AppointmentStatus
	Limit       int
}

// Notification is something a user should know about. Text holds no clinical
// detail; PatientID, RecordID and JobID lead to it. One of level "info" is done
// once it was viewed, one of level "action" when it is acknowledged.
type Notification struct {
	ID        int64      `json:"id"`
	UserID    int64      `json:"-"`
	Kind      string     `json:"kind"`  // "ocr_failed", "ocr_partial", "ocr_done", "record_added", "assignment", "message"
	Level     string     `json:"level"` // "info" or "action"
	Text      string     `json:"text"`
	PatientID *int64     `json:"patient_id"`
	RecordID  *string    `json:"record_id"`
	JobID     *string    `json:"job_id"`
	CreatedAt time.Time  `json:"created_at"` // of the newest event it stands for
	ReadAt    *time.Time `json:"read_at"`
	Count     int        `json:"count"` // events it stands for; over 1 RecordID and JobID lead nowhere

	State         NotificationState `json:"state"`           // open, deferred or done at the moment of asking
	DoneAt        *time.Time        `json:"acknowledged_at"` // when it left the open ones for good
	DeferredUntil *time.Time        `json:"deferred_until"`  // it is open again from then on
	Note          string            `json:"note"`            // of who forwarded it
	From          string            `json:"from"`            // who forwarded it; "" when it came from the system
	ForwardedTo   string            `json:"forwarded_to"`    // whom this user forwarded it to; "" nobody
	PatientName   string            `json:"patient_name"`    // DisplayName form; "" when the patient is not the reader's own now
	PatientMRN    string            `json:"patient_mrn"`     // as PatientName
	Version       string            `json:"version"`         // goes back with an act (If-Match)
}

// Dashboard is the clinician's day.
type Dashboard struct {
	UserID               int64            `json:"user_id"`
	FirstName            string           `json:"first_name"`
	LastName             string           `json:"last_name"`
	Email                string           `json:"email"`
	Profile              *Profile         `json:"clinician_profile"`
	TotalPatients        int              `json:"total_patients"`
	TodayAppointments    int              `json:"today_appointments"`
	PendingAppointments  int              `json:"pending_appointments"` // booked or pending, from now on
	UpcomingAppointments []Appointment    `json:"upcoming_appointments"`
	RecentPatients       []PatientSummary `json:"recent_patients"`
	Notifications        []Notification   `json:"notifications"`
	UnreadNotifications  int              `json:"unread_notifications"`
	UnreadRecords        int              `json:"unread_records"` // current records of all patients the caller has not reviewed
	AsAt                 time.Time        `json:"as_at"`

	OpenNotifications int            `json:"open_notifications"` // all that are open
	ActionCount       int            `json:"action_count"`       // of them, those that ask for something
	ActionItems       []Notification `json:"action_items"`       // the newest of those
	OpenTasks         int            `json:"open_tasks"`         // that the caller is to do
	OverdueTasks      int            `json:"overdue_tasks"`      // of them, those whose day is over
	RunningJobs       int            `json:"running_jobs"`       // on the caller's patients: JobQuery.State "running" lists exactly these
	FailedJobs        int            `json:"failed_jobs"`        // records whose newest job failed: State "failed"
	Jobs              []Job          `json:"ocr_jobs"`           // the newest of both, running ones first
}
