package tui

import (
	"fmt"
	"strings"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// jobState is a job in a few words.
func jobState(j core.Job) string {
	switch j.Status {
	case core.JobFailed:
		return "! " + first(j.Error, j.Message, "failed")
	case core.JobPending:
		if j.Position > 0 {
			return fmt.Sprintf(". waiting, %d before it", j.Position)
		}
		return ". " + first(j.WaitingFor, "waiting, next")
	case core.JobProcessing:
		return fmt.Sprintf("* reading, %d %%", j.Progress)
	}
	return string(j.Status)
}

// bannerOfJob is what a job knows of its patient.
func bannerOfJob(j core.Job) ui.Banner {
	return ui.Banner{ID: j.PatientID, Name: j.PatientName, Born: j.PatientBorn, MRN: j.PatientMRN, Loading: true}
}

func bannerOfAppointment(a core.Appointment) ui.Banner {
	return ui.Banner{ID: a.PatientID, Name: a.PatientName, Born: a.PatientBorn, MRN: a.PatientMRN, Loading: true}
}

// jobFoot says in full what a row of jobs has no room for.
func jobFoot(j core.Job) string {
	var parts []string
	switch j.Status {
	case core.JobFailed:
		parts = append(parts, "! "+first(j.Error, j.Message, "It failed; no reason was given."))
	case core.JobPending:
		parts = append(parts, ". "+first(j.WaitingFor, "It waits for its turn."))
	}
	if j.Pages > 0 {
		pages := count(j.Pages, "page")
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
