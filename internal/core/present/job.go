package present

import (
	"fmt"

	"clinician/internal/core"
)

// JobState is the state of a reading in a word.
func JobState(s core.JobStatus) string {
	switch s {
	case core.JobPending:
		return "waiting"
	case core.JobProcessing:
		return "reading"
	case core.JobCompleted:
		return "read"
	case core.JobFailed:
		return "failed"
	case core.JobCancelled:
		return "cancelled"
	}
	return string(s)
}

// JobProgress says how a reading stands in a few words: "reading, 40 %", "waiting,
// 2 before it", why it waits or why it failed; the bare status of one that ended
// otherwise, as the API calls it.
func JobProgress(j core.Job) string {
	switch {
	case j.Status == core.JobFailed && j.Error+j.Message == "":
		return JobState(j.Status)
	case j.Status == core.JobFailed:
		return FailureReason(j)
	case j.Status == core.JobPending && j.Position > 0:
		return fmt.Sprintf("%s, %d before it", JobState(j.Status), j.Position)
	case j.Status == core.JobPending && j.WaitingFor != "":
		return j.WaitingFor
	case j.Status == core.JobPending:
		return JobState(j.Status) + ", next"
	case j.Status == core.JobProcessing:
		return fmt.Sprintf("%s, %d %%", JobState(j.Status), j.Progress)
	}
	return string(j.Status)
}

// FailureReason says why a reading failed.
func FailureReason(j core.Job) string {
	switch {
	case j.Error != "":
		return j.Error
	case j.Message != "":
		return j.Message
	}
	return "no reason was given."
}
