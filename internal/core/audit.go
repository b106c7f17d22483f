package core

import "time"

// Audit event types. Those that start with "clinician_" and the names of
// their Detail keys are the ones the replaced service wrote; the others are new.
const (
	EventRegistered        = "clinician_registered"
	EventLogin             = "clinician_login"
	EventLogout            = "clinician_logout"
	EventProfileViewed     = "clinician_viewed_profile"
	EventProfileUpdated    = "clinician_profile_updated"
	EventDashboardViewed   = "clinician_viewed_dashboard"
	EventPatientsViewed    = "clinician_viewed_patients"
	EventPatientViewed     = "clinician_viewed_patient_detail"
	EventPatientDashboard  = "clinician_accessed_patient_dashboard"
	EventTokenRefreshed    = "token_refreshed"
	EventSessionAdopted    = "session_adopted" // somebody came with a token of auth-service
	EventTokenReuse        = "refresh_token_reuse"
	EventPatientCreated    = "patient_created"
	EventPatientAssigned   = "patient_assigned"
	EventUserCreated       = "user_created"
	EventUserDisabled      = "user_disabled"
	EventRecordsListed     = "records_listed"
	EventAccessRead        = "access_history_read"
	EventRecordUploaded    = "record_uploaded"
	EventRecordRead        = "record_read" // metadata
	EventRecordDownloaded  = "record_downloaded"
	EventRecordViewed      = "record_viewed" // a temporary view, or a page image
	EventRecordDeleted     = "record_deleted"
	EventUploadBegun       = "upload_begun"
	EventUploadAbandoned   = "upload_abandoned"
	EventUploadsRead       = "uploads_read"
	EventTempOpened        = "temp_view_opened"
	EventTempClosed        = "temp_view_closed"
	EventJobSubmitted      = "ocr_job_submitted"
	EventJobRead           = "ocr_job_read"
	EventJobWatched        = "ocr_job_watched"
	EventJobCancelled      = "ocr_job_cancelled"
	EventJobEnded          = "ocr_job_ended" // by the system
	EventResultRead        = "ocr_result_read"
	EventDemoData          = "demo_data_created"
	EventRecordUpdated     = "record_updated"
	EventRecordErrored     = "record_entered_in_error"
	EventRecordRestored    = "record_restored"
	EventRecordHeld        = "record_legal_hold_placed"
	EventRecordReleased    = "record_legal_hold_released"
	EventRecordMoved       = "record_moved"
	EventRecordSplit       = "record_split"
	EventRecordUnlocked    = "record_unlocked"
	EventRecordReviewed    = "record_reviewed"
	EventRecordVerified    = "record_integrity_checked"
	EventCheckResolved     = "patient_check_resolved"
	EventValuesRead        = "values_read"
	EventValueReviewed     = "value_reviewed"
	EventRootKeyChanged    = "root_key_changed"
	EventBackedUp          = "data_backed_up"
	EventRestored          = "data_restored"
	EventTextCorrected     = "text_corrected"
	EventTextDrafted       = "text_draft_kept"
	EventNotesRead         = "record_notes_read"
	EventNoteAdded         = "record_note_added"
	EventNoteErrored       = "record_note_entered_in_error"
	EventTasksRead         = "tasks_read"
	EventTaskSent          = "task_sent"
	EventTaskChanged       = "task_changed"
	EventDocumentsSearched = "documents_searched"
	EventTrendRead         = "trend_read"
	EventOverviewRead      = "overview_read"
	EventAppointments      = "appointments_read"
	EventNotification      = "notification_changed"
	EventNotificationsRead = "notifications_read"
	EventAppointmentMade   = "appointment_created"
)

// Action is what was done, in the letters of FHIR AuditEvent.action.
type Action string

const (
	ActionCreate  Action = "C"
	ActionRead    Action = "R"
	ActionUpdate  Action = "U"
	ActionDelete  Action = "D"
	ActionExecute Action = "E"
)

// Outcome says how an act ended.
type Outcome string

const (
	OutcomeSuccess Outcome = "success"
	OutcomeDenied  Outcome = "denied"  // refused by policy
	OutcomeFailure Outcome = "failure" // allowed, but did not work

	// Of acts that another system does (see Accounted): what is about to be done,
	// and what ended nobody knows how. The event of the end names its intent in
	// Detail["intent"].
	OutcomeIntended Outcome = "intended"
	OutcomeUnknown  Outcome = "unknown"
)

// AuditEvent is one human (or system) act. It holds ids, counts and reason
// codes; never names, clinical text, passwords or tokens.
type AuditEvent struct {
	Seq       int64          `json:"seq"` // given by the log
	At        time.Time      `json:"recorded"`
	Type      string         `json:"event_type"`
	Action    Action         `json:"action"`
	Outcome   Outcome        `json:"outcome"`
	Service   string         `json:"service"` // "clinician-service", or "clinician-admin" for the shell
	UserID    int64          `json:"user_id"` // 0: the system, or not known
	Role      Role           `json:"role,omitempty"`
	SessionID string         `json:"session_id,omitempty"`
	Address   string         `json:"address,omitempty"`
	PatientID int64          `json:"patient_id,omitempty"`
	RecordID  string         `json:"record_id,omitempty"`
	JobID     string         `json:"job_id,omitempty"`
	Purpose   string         `json:"purpose,omitempty"` // HL7 PurposeOfUse: TREAT, HOPERAT, ...
	Detail    map[string]any `json:"data,omitempty"`
	PrevHash  string         `json:"prev_hash"` // given by the log
	Hash      string         `json:"hash"`      // given by the log

	// Seen is the version of what is changed that the actor saw; "" when they do not
	// say. Who stores the change compares it in the same transaction; see Unseen. It
	// is not part of the event.
	Seen string `json:"-"`

	// Guard is what must still be true when the event is stored; nil: nothing. It
	// is not part of the event.
	Guard *Guard `json:"-"`
}

// Guard is an assignment that an act depends on. The use case has asked for it
// before the act; who stores the act's event asks again in the same transaction,
// and when the patient has gone to somebody else meanwhile, neither the event nor
// what belongs to it is stored: the answer is ErrUnassigned.
type Guard struct {
	ClinicianID int64
	PatientID   int64
	Refusal     *Error // what the caller is told then
}

// ErrUnassigned is the answer to an act whose Guard does not stand any more.
var ErrUnassigned = Errorf(CodeForbidden, "Access denied. You are not assigned to this patient.")

// AuditQuery selects events, newest first.
type AuditQuery struct {
	PatientID int64
	UserID    int64
	RecordID  string
	Type      string
	BeforeSeq int64 // 0: from the newest
	Limit     int   // 0: 100
}
