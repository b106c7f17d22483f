// Package wire holds what both ends of the HTTP API must agree on beside the
// domain types of core: paths, envelopes, WebSocket frames and the table that
// maps error codes to HTTP status.
package wire

import (
	"net/http"
	"strconv"
	"time"

	"clinician/internal/core"
)

// Paths. Those with an argument are functions.
const (
	PathSignup          = "/api/clinician/auth/signup/"
	PathLogin           = "/api/clinician/auth/login/"
	PathLogout          = "/api/clinician/auth/logout/"
	PathRefresh         = "/api/clinician/auth/refresh/"
	PathRefreshIfActive = "/api/clinician/auth/refresh-if-active/"
	PathProfile         = "/api/clinician/auth/profile/"
	PathDashboard       = "/api/clinician/dashboard/"
	PathPatients        = "/api/clinician/patients/"
	PathLimits          = "/api/clinician/limits/"
	PathRecordTypes     = "/api/clinician/record-types/"
	PathSpecializations = "/api/clinician/specializations/"
	PathLanguages       = "/api/clinician/languages/"
	PathJobs            = "/api/clinician/ocr/jobs/"
	PathTempCleanup     = "/api/files/temp/cleanup/"
	PathUpload          = "/api/files/upload/medical-record"
	PathHealth          = "/health/"
	PathTempView        = "/media/temp_medical_records/" // + id
)

// PathPatient is the detail of a patient; + "dashboard/" and + "records/" are below it.
func PathPatient(id int64) string { return PathPatients + strconv.FormatInt(id, 10) + "/" }

// PathPatientDashboard is the patient dashboard.
func PathPatientDashboard(id int64) string { return PathPatient(id) + "dashboard/" }

// PathPatientRecords lists (GET) and uploads (POST) a patient's records.
func PathPatientRecords(id int64) string { return PathPatient(id) + "records/" }

// PathPatientAccess tells who did what with a chart; query: limit, cursor.
func PathPatientAccess(id int64) string { return PathPatient(id) + "access/" }

// PathUnread lists the records the caller has not reviewed; query: limit, cursor.
const PathUnread = "/api/clinician/records/unread/"

// PathRecord is the metadata of a record.
func PathRecord(id string) string { return "/api/clinician/records/" + id + "/" }

// PathRecordImage is a page of a record drawn as PNG; query: width.
func PathRecordImage(id string, page int) string {
	return PathRecord(id) + "pages/" + strconv.Itoa(page) + "/image/"
}

// PathRecordAct is an act on a record: download, view, delete or analyze.
func PathRecordAct(id, act string) string {
	return "/api/files/medical-records/" + id + "/" + act + "/"
}

// PathJob is a job's status; + "result/" and + "cancel/" are below it.
func PathJob(id string) string { return "/api/clinician/ocr/job/" + id + "/" }

// PathJobStatus is a job's status under the OCR service's name.
func PathJobStatus(id string) string { return PathJob(id) + "status/" }

// PathJobResult is a job's result.
func PathJobResult(id string) string { return PathJob(id) + "result/" }

// PathJobCancel cancels a job (POST).
func PathJobCancel(id string) string { return PathJob(id) + "cancel/" }

// PathJobPage is one finished page with its words.
func PathJobPage(id string, page int) string {
	return PathJob(id) + "pages/" + strconv.Itoa(page) + "/"
}

// PathJobProgress is the WebSocket of a job.
func PathJobProgress(id string) string { return "/ws/ocr/progress/" + id + "/" }

// Login is the body of PathLogin.
type Login struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// Logout is the body of PathLogout; both fields are optional.
type Logout struct {
	Refresh    string `json:"refresh,omitempty"`
	Everywhere bool   `json:"everywhere,omitempty"`
}

// Refresh is the body of PathRefresh and, optionally, of PathRefreshIfActive.
type Refresh struct {
	Refresh string `json:"refresh"`
}

// Message answers acts that have nothing else to say.
type Message struct {
	Message string `json:"message"`
}

// List is the envelope of lists: {"count", "results"}.
type List[T any] struct {
	Count   int    `json:"count"`
	Results []T    `json:"results"`
	Next    string `json:"next,omitempty"` // cursor of the next page
}

// Uploaded answers an upload (201), in the file service's shape plus the record.
type Uploaded struct {
	Success         bool        `json:"success"`
	Message         string      `json:"message"`
	FileID          string      `json:"file_id"`
	MedicalRecordID string      `json:"medical_record_id"`
	Filename        string      `json:"filename"`
	UploadedAt      string      `json:"uploaded_at"`
	Size            int64       `json:"size"`
	MIME            string      `json:"mime_type"`
	DuplicateOf     string      `json:"duplicate_of,omitempty"`
	Record          core.Record `json:"record"`
}

// TempView answers view: where the temporary copy is, until when.
type TempView struct {
	Success   bool   `json:"success"`
	TempURL   string `json:"temp_url"`
	TempID    string `json:"temp_id"`
	ExpiresAt string `json:"expires_at"`
}

// TempCleanup is the body of PathTempCleanup.
type TempCleanup struct {
	TempID string `json:"temp_id"`
}

// Done answers acts on files: deleted, cleaned up, cancelled.
type Done struct {
	Success bool   `json:"success"`
	Message string `json:"message"`
	FileID  string `json:"file_id,omitempty"`
}

// Submitted answers analyze.
type Submitted struct {
	Success      bool     `json:"success"`
	JobID        string   `json:"job_id"`
	Filename     string   `json:"filename"`
	WebSocketURL string   `json:"websocket_url"`
	OCRService   string   `json:"ocr_service_url"` // always "": clients ask this server, whoever reads
	Message      string   `json:"message"`
	Existing     bool     `json:"existing,omitempty"` // a job like it was waiting or running: this is that one
	Position     int      `json:"position,omitempty"`
	WaitingFor   string   `json:"waiting_for,omitempty"`
	Job          core.Job `json:"job"`
}

// Job is a job under both names of its id: old callers know it as "id".
type Job struct {
	core.Job
	LegacyID string `json:"id"`
}

// NewJob names j twice.
func NewJob(j core.Job) Job { return Job{j, j.ID} }

// JobStatus answers PathJob and PathJobStatus.
type JobStatus struct {
	Success bool `json:"success"`
	Job     Job  `json:"job"`
}

// Jobs answers PathJobs.
type Jobs struct {
	Success bool       `json:"success"`
	Jobs    []core.Job `json:"jobs"`
	Count   int        `json:"count"`
}

// PageAnswer answers PathJobPage.
type PageAnswer struct {
	Success bool      `json:"success"`
	Page    core.Page `json:"page"`
}

// ErrorBody is any error body this API sends; which keys are set depends on
// the family of the path (see the contract): clinician paths use error,
// file paths success, error and message, OCR paths success and message,
// parse and method errors detail. Code is ours and always set, but for bare
// field errors.
type ErrorBody struct {
	Success *bool     `json:"success,omitempty"`
	Error   string    `json:"error,omitempty"`
	Message string    `json:"message,omitempty"`
	Detail  string    `json:"detail,omitempty"`
	Code    core.Code `json:"code,omitempty"`
	// Current is the value as it is now, where a change was refused because
	// somebody else changed it since the caller saw it.
	Current any `json:"current,omitempty"`
}

var statusOf = map[core.Code]int{
	core.CodeInvalid:         http.StatusBadRequest,
	core.CodeUnauthenticated: http.StatusUnauthorized,
	core.CodeForbidden:       http.StatusForbidden,
	core.CodeNotFound:        http.StatusNotFound,
	core.CodeConflict:        http.StatusConflict,
	core.CodeTooLarge:        http.StatusRequestEntityTooLarge,
	core.CodeUnsupported:     http.StatusUnsupportedMediaType,
	core.CodeRateLimited:     http.StatusTooManyRequests,
	core.CodeUnavailable:     http.StatusServiceUnavailable,
	core.CodeEngineMissing:   http.StatusServiceUnavailable,
	core.CodeCanceled:        499, // the client closed the request
	core.CodeInternal:        http.StatusInternalServerError,
}

// outward are codes that go one way only: which part behind the server gave no answer
// makes no difference to who calls it, so their statuses come back as CodeUnavailable.
var outward = map[core.Code]int{
	core.CodeBadGateway:     http.StatusBadGateway,
	core.CodeGatewayTimeout: http.StatusGatewayTimeout,
}

// Status gives the HTTP status of a code.
func Status(c core.Code) int {
	if s, ok := statusOf[c]; ok {
		return s
	}
	if s, ok := outward[c]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// CodeOfStatus gives the code a status stands for when a body names none.
func CodeOfStatus(status int) core.Code {
	switch status {
	case http.StatusServiceUnavailable, http.StatusBadGateway, http.StatusGatewayTimeout:
		return core.CodeUnavailable
	}
	for c, s := range statusOf {
		if s == status {
			return c
		}
	}
	if status >= 400 && status < 500 {
		return core.CodeInvalid
	}
	return core.CodeInternal
}

// NewUploaded answers an upload that became a record.
func NewUploaded(r core.Record) Uploaded {
	return Uploaded{Success: true, Message: "Medical record uploaded successfully", FileID: r.ID, MedicalRecordID: r.ID,
		Filename: r.Filename, UploadedAt: r.UploadedAt.UTC().Format(time.RFC3339Nano), Size: r.Size, MIME: r.MIME,
		DuplicateOf: r.DuplicateOf, Record: r}
}

// NewSubmitted answers a wish to have a record read.
func NewSubmitted(s core.Submission) Submitted {
	j := s.Job
	return Submitted{Success: true, JobID: j.ID, Filename: j.FileName, WebSocketURL: PathJobProgress(j.ID),
		Message: "File submitted for OCR processing", Existing: s.Existing, Position: j.Position, WaitingFor: j.WaitingFor, Job: j}
}
