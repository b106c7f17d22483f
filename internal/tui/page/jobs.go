package page

import (
	"fmt"
	"strings"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// JobState is a job in a few words.
func JobState(j core.Job) string {
	switch j.Status {
	case core.JobFailed:
		return "! " + First(j.Error, j.Message, "failed")
	case core.JobPending:
		if j.Position > 0 {
			return fmt.Sprintf(". waiting, %d before it", j.Position)
		}
		return ". " + First(j.WaitingFor, "waiting, next")
	case core.JobProcessing:
		return fmt.Sprintf("* reading, %d %%", j.Progress)
	}
	return string(j.Status)
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
		parts = append(parts, "! "+First(j.Error, j.Message, "It failed; no reason was given."))
	case core.JobPending:
		parts = append(parts, ". "+First(j.WaitingFor, "It waits for its turn."))
	}
	if j.Pages > 0 {
		pages := Count(j.Pages, "page")
		if j.FailedPages > 0 {
			pages += fmt.Sprintf(", %d could not be read", j.FailedPages)
		}
		parts = append(parts, pages+".")
	}
	if j.Attempts > 1 {
		parts = append(parts, fmt.Sprintf("Begun %d times.", j.Attempts))
	}
	return strings.Join(parts, " ")
}
