package httpapi

import (
	"strconv"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

const maxPreview = 500 // characters of text in job_complete

// status_update and job_complete always have their keys, null where there is
// nothing; wire.Frame leaves empty ones out, so these put them back.
type (
	statusUpdate struct {
		wire.Frame
		Message     string  `json:"message"`
		CreatedAt   *string `json:"created_at"`
		StartedAt   *string `json:"started_at"`
		CompletedAt *string `json:"completed_at"`
	}
	jobComplete struct {
		wire.Frame
		Preview        string   `json:"extracted_text_preview"`
		PageCount      int      `json:"page_count"`
		Confidence     *float64 `json:"confidence"`
		ProcessingTime float64  `json:"processing_time"`
	}
	jobError struct {
		wire.Frame
		Error string `json:"error"`
	}
)

// jobFrame is what all frames about a job have in common.
func jobFrame(kind string, j core.Job) wire.Frame {
	progress := j.Progress
	return wire.Frame{Type: kind, JobID: j.ID, Status: string(j.Status), Progress: &progress, Message: j.Message,
		Seq: j.Seq, Page: j.Page, Pages: j.Pages, FailedPages: j.FailedPages, PartialPages: j.PartialPages, ETASeconds: j.ETASeconds}
}

func statusFrame(j core.Job) statusUpdate {
	created := stamp(j.CreatedAt)
	return statusUpdate{jobFrame(wire.FrameStatus, j), j.Message, &created, stampOf(j.StartedAt), stampOf(j.CompletedAt)}
}

func progressFrame(ev core.JobEvent) wire.Frame {
	f := jobFrame(wire.FrameProgress, ev.Job)
	f.Stage, f.Timestamp = ev.Stage, unixSeconds(ev.At)
	if ev.Job.Status == core.JobProcessing && ev.Job.Pages > 0 {
		n := ev.PageDone
		if n == 0 {
			n = min(ev.Job.Page+1, ev.Job.Pages)
		}
		f.Message = "Processing page " + strconv.Itoa(n) + "/" + strconv.Itoa(ev.Job.Pages)
	}
	return f
}

func completeFrame(j core.Job, r core.Result, preview string, now time.Time) jobComplete {
	f := jobFrame(wire.FrameComplete, j)
	f.Message, f.Timestamp = "OCR processing completed", unixSeconds(now)
	return jobComplete{f, preview, r.PageCount, r.Confidence, r.ProcessingTime}
}

func failedFrame(j core.Job, now time.Time) jobError {
	f := jobFrame(wire.FrameError, j)
	f.Message, f.Timestamp = "OCR processing failed", unixSeconds(now)
	return jobError{f, j.Error}
}

func stampOf(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := stamp(*t)
	return &s
}

func unixSeconds(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }
