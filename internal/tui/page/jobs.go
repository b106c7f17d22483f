package page

import (
	"fmt"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

// JobState is a job in a few words, with the sign of what is not over or went wrong.
func JobState(j core.Job) string {
	switch j.Status {
	case core.JobFailed, core.JobPending, core.JobProcessing:
		return JobSign(j.Status) + " " + present.JobProgress(j)
	}
	return present.JobProgress(j)
}

// JobSign is the sign of a state, for eyes that see no colour.
func JobSign(s core.JobStatus) string {
	switch s {
	case core.JobPending:
		return "."
	case core.JobProcessing:
		return "*"
	case core.JobCompleted:
		return "+"
	case core.JobFailed:
		return "!"
	}
	return "x"
}

// BannerOfJob is what a job knows of its patient.
func BannerOfJob(j core.Job) ui.Banner {
	return ui.Banner{ID: j.PatientID, Name: j.PatientName, Born: j.PatientBorn, MRN: j.PatientMRN, Loading: true}
}

func BannerOfAppointment(a core.Appointment) ui.Banner {
	return ui.Banner{ID: a.PatientID, Name: a.PatientName, Born: a.PatientBorn, MRN: a.PatientMRN, Loading: true}
}

// JobFoot says in full what a row of jobs has no room for.
func JobFoot(j core.Job) string {
	var parts []string
	switch j.Status {
	case core.JobFailed:
		parts = append(parts, JobSign(j.Status)+" "+present.FailureReason(j))
	case core.JobPending:
		parts = append(parts, JobSign(j.Status)+" "+First(j.WaitingFor, "It waits for its turn."))
	}
	if j.Pages > 0 {
		pages := Count(j.Pages, "page")
		if j.FailedPages > 0 {
			pages += fmt.Sprintf(", %d could not be read", j.FailedPages)
		}
		if j.PartialPages > 0 {
			pages += fmt.Sprintf(", %d read in part", j.PartialPages)
		}
		parts = append(parts, pages+".")
	}
	if j.Attempts > 1 {
		parts = append(parts, fmt.Sprintf("Begun %d times.", j.Attempts))
	}
	return strings.Join(parts, " ")
}
