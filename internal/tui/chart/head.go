package chart

import (
	"fmt"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// details is what stands above the documents.
func (s *chartScreen) details() []string {
	if !s.state.Got {
		return nil
	}
	if s.H < 14 {
		return []string{s.heading()}
	}
	p := s.data.Patient
	var lines []string
	if stale := s.state.StaleLine(s.Theme, s.Location, s.W); stale != "" {
		lines = append(lines, stale)
	}
	contact := present.Or(p.EmergencyContactName)
	if p.EmergencyContactPhone != "" {
		contact += ", " + p.EmergencyContactPhone
	}
	if s.W >= roomy {
		lines = append(lines, s.pair("Telephone", present.Or(p.PhoneNumber), "Emergency", contact), s.pair("Address", present.Or(p.Address), "Cared for", s.care()))
	} else { // side by side something would be cut
		lines = append(lines, s.pair("Telephone", present.Or(p.PhoneNumber), "Cared for", s.care()), s.Field("Emergency", contact), s.Field("Address", present.Or(p.Address)))
	}
	return append(lines, s.Field("Next", s.next()), "", s.heading())
}

// roomy is the width from which two details stand on one line.
const roomy = 110

func (s *chartScreen) care() string {
	a := s.data.Patient.Assignment
	if a == nil {
		return "Not recorded"
	}
	return present.Or(a.CancerSubtypeName)
}

func (s *chartScreen) pair(label, value, label2, value2 string) string {
	half := s.W / 2
	one := " " + s.Theme.Dim.Render(ui.Pad(label, 10)) + ui.Cut(value, half-12)
	return ui.Pad(one, half) + s.Theme.Dim.Render(ui.Pad(label2, 10)) + ui.Cut(value2, s.W-half-11)
}

// next names the coming appointments.
func (s *chartScreen) next() string {
	var list []string
	for _, a := range s.data.Appointments {
		if a.PatientID == s.banner.ID && a.End.After(s.Now()) && a.Status != core.AppointmentCancelled {
			list = append(list, present.Weekday(a.Start, s.Location)+" "+present.Clock(a.Start, s.Location)+" "+page.First(a.Type, a.Reason))
		}
	}
	if len(list) == 0 {
		return "None booked"
	}
	return strings.Join(list, "; ")
}

func (s *chartScreen) heading() string {
	if s.H < 14 && s.state.Stale() {
		return s.state.StaleLine(s.Theme, s.Location, s.W)
	}
	if s.typing || s.filter.Value() != "" {
		left := " " + s.Theme.Key.Render("/") + " " + s.filter.View(s.Theme, min(36, s.W-30), s.typing)
		return ui.Sides(left, s.Theme.Strong.Render(fmt.Sprintf("%d of %d match ", len(s.records), s.known())), s.W)
	}
	return ui.Sides(s.tabs(), s.Theme.Dim.Render("as at "+present.Clock(s.state.AsAt, s.Location)+" "), s.W)
}
