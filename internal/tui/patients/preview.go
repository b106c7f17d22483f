package patients

import (
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// listWidth leaves room for the preview where the terminal is wide.
func (s *patientsScreen) listWidth() int {
	if s.W >= page.TwoPanes {
		return s.W * 3 / 5
	}
	return s.W
}

// preview is what the list itself brought of the patient under the cursor. It asks for
// nothing: passing somebody's row is no look at their chart.
func (s *patientsScreen) preview(w int) string {
	i := s.table.Cursor()
	if i < 0 || i >= len(s.rows) {
		return ""
	}
	p := s.rows[i]
	var out []string
	add := func(label, text string) {
		const room = 14
		for n, l := range ui.Wrap(text, max(10, w-room-2)) {
			if n > 0 {
				label = ""
			}
			out = append(out, " "+s.Theme.Dim.Render(ui.Pad(label, room))+l)
		}
	}
	out = append(out, " "+s.Theme.Head.Render(ui.Cut(core.DisplayName(p.User.LastName, p.User.FirstName, p.Title), w-2)), "")
	born := p.DateOfBirth.Display()
	if age := p.DateOfBirth.Age(s.Today()); age != "" && p.DeceasedDate.IsZero() {
		born += " (" + age + ")"
	}
	add("Born", born)
	if !p.DeceasedDate.IsZero() {
		add("Died", p.DeceasedDate.Display())
	}
	add("Gender", p.Gender.Display())
	add("MRN", core.DisplayMRN(p.MRN))
	add("Diagnosis", present.Or(p.Assignment.CancerSubtypeName))
	if p.Assignment.Notes != "" {
		add("Notes", p.Assignment.Notes)
	}
	add("Assigned", present.Day(p.Assignment.AssignedAt, s.Location))
	out = append(out, "")
	add("Unread", strconv.Itoa(p.UnreadRecords)+map[bool]string{true: " document", false: " documents"}[p.UnreadRecords == 1])
	add("Phone", present.Or(p.PhoneNumber))
	add("Address", present.Or(p.Address))
	add("In emergency", present.Or(strings.TrimSpace(p.EmergencyContactName+" "+p.EmergencyContactPhone)))
	out = append(out, "", " "+s.Theme.Dim.Render(ui.Cut("Allergies, alerts and documents: Enter opens the chart.", w-2)))
	return strings.Join(out, "\n")
}
