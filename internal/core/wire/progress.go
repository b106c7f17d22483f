package wire

import (
	"clinician/internal/core"
	"time"
)

// Frame is any message of the progress WebSocket, in both directions. Type
// decides which of the other fields are set; the additions seq, stage, page,
// pages, failed_pages, partial_pages and eta_seconds may be ignored.
//
// Client to server: authenticate{token}, ping{timestamp}, get_status.
// Server to client: auth_required, auth_success, auth_failed (close 4001 for a
// bad or expired token), status_update, progress_update, job_complete,
// job_error, pong, error.
type Frame struct {
	Type      string `json:"type"`
	Token     string `json:"token,omitempty"`
	Timestamp any    `json:"timestamp,omitempty"` // echoed by pong; Unix seconds (float) in progress frames
	Message   string `json:"message,omitempty"`
	JobID     string `json:"job_id,omitempty"`
	UserID    int64  `json:"user_id,omitempty"`
	Status    string `json:"status,omitempty"`
	Progress  *int   `json:"progress,omitempty"`

	CreatedAt   *string `json:"created_at,omitempty"`
	StartedAt   *string `json:"started_at,omitempty"`
	CompletedAt *string `json:"completed_at,omitempty"`

	Preview        string   `json:"extracted_text_preview,omitempty"` // at most 500 characters
	PageCount      int      `json:"page_count,omitempty"`
	Confidence     *float64 `json:"confidence,omitempty"` // 0..1
	ProcessingTime float64  `json:"processing_time,omitempty"`
	Error          string   `json:"error,omitempty"`

	Seq          int64  `json:"seq,omitempty"`
	Stage        string `json:"stage,omitempty"`
	Page         int    `json:"page,omitempty"`
	Pages        int    `json:"pages,omitempty"`
	FailedPages  int    `json:"failed_pages,omitempty"`
	PartialPages int    `json:"partial_pages,omitempty"`
	ETASeconds   *int   `json:"eta_seconds,omitempty"`
}

// Frame types.
const (
	FrameAuthenticate = "authenticate"
	FramePing         = "ping"
	FrameGetStatus    = "get_status"
	FrameAuthRequired = "auth_required"
	FrameAuthSuccess  = "auth_success"
	FrameAuthFailed   = "auth_failed"
	FrameStatus       = "status_update"
	FrameProgress     = "progress_update"
	FrameComplete     = "job_complete"
	FrameError        = "job_error"
	FramePong         = "pong"
	FrameProtocol     = "error"
)

// Close codes of our own: after auth_failed, and after "Job not found".
const (
	CloseUnauthenticated = 4001
	CloseNotFound        = 4004
)

// Event gives what f says of a job of which before was known: frames leave out
// what did not change. false for frames that say nothing of the job.
func (f Frame) Event(before core.Job) (core.JobEvent, bool) {
	j := before
	switch f.Type {
	case FrameStatus, FrameProgress:
	case FrameComplete:
		j.Status = core.JobCompleted
	case FrameError:
		j.Status = core.JobFailed
	default:
		return core.JobEvent{}, false
	}
	if f.Status != "" {
		j.Status = core.JobStatus(f.Status)
	}
	if f.JobID != "" {
		j.ID = f.JobID
	}
	if f.Progress != nil {
		j.Progress = *f.Progress
	}
	j.Pages = max(f.Pages, f.PageCount, before.Pages)
	j.Page = max(f.Page, before.Page)
	j.FailedPages, j.PartialPages, j.ETASeconds, j.Error, j.Message, j.Seq = f.FailedPages, f.PartialPages, f.ETASeconds, f.Error, f.Message, f.Seq
	if f.StartedAt != nil {
		if t, err := time.Parse(time.RFC3339, *f.StartedAt); err == nil {
			j.StartedAt = &t
		}
	}
	return core.JobEvent{Job: j, Stage: f.Stage}, true
}
