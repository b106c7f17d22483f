package chart

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// medicines are those that were verified: as taken, then as stopped.
func (s *chartScreen) medicines() []core.Prescription {
	return slices.Concat(s.data.Prescriptions, s.data.Stopped)
}

// medicineTable has room for every name and amount: half a dose is another dose. What
// else is known stands aside for them.
func (s *chartScreen) medicineTable() *ui.Table {
	name, amount := 12, 8
	for _, m := range s.medicines() {
		p := present.ValueOf(m.Value)
		name, amount = max(name, ui.Width(medicineName(p))), max(amount, ui.Width(p.Amount()))
	}
	return ui.NewTable(ui.Column{Title: "Medicine", Width: name}, ui.Column{Title: "As it counts", Width: amount},
		ui.Column{Title: "Of the day", Width: 12, Drop: 1}, ui.Column{Title: "Document", Width: 18, Flex: true, Drop: 3},
		ui.Column{Title: "Said by", Width: 26, Most: 34, Drop: 2})
}

func medicineName(p present.Value) string {
	if len(p.Careful) > 0 {
		return "! " + p.Name()
	}
	return p.Name()
}

func (s *chartScreen) fillMedicines() {
	list, taken := s.medicines(), len(s.data.Prescriptions)
	at := s.other.Cursor()
	s.other = s.medicineTable()
	s.other.SetSize(s.W, max(2, s.H-2))
	s.other.SetRows(len(list), func(r, c int) string {
		p := present.PrescriptionOf(list[r])
		switch c {
		case 0:
			return medicineName(p.Value)
		case 1:
			if ui.Width(p.Amount()) > s.other.Width(1) {
				return "see the page"
			}
			return p.Amount()
		case 2:
			return strings.TrimPrefix(p.Day, "of ")
		case 3:
			return p.Document
		}
		return p.State()
	})
	s.other.Mute(func(r int) bool { return r >= taken })
	s.other.Select(max(0, at))
}

// medicinesView says above the list what is known at all: an empty list says nothing
// of what a patient takes.
func (s *chartScreen) medicinesView() string {
	about := ui.Block(s.Theme.Dim.Render, present.Medicines(s.data.Medicines), s.W)
	if s.data.Problem != "" {
		about = ui.Block(s.Theme.Bad.Render, "! "+s.data.Problem, s.W)
	}
	if s.other.Len() == 0 {
		return about
	}
	s.other.SetSize(s.W, max(2, s.H-1-ui.Height(about)))
	return about + "\n" + s.other.View(s.Theme)
}

// medicineKey opens the page on which the selected medicine stands.
func (s *chartScreen) medicineKey() ui.Binding {
	list, i := s.medicines(), s.other.Cursor()
	open := ui.Binding{Name: "open page", Keys: []string{"enter"}, Help: "page", Off: "There is no medicine to look up."}
	if i < 0 || i >= len(list) {
		return open
	}
	m := list[i]
	at := slices.IndexFunc(s.data.MedicalRecords, func(r core.Record) bool { return r.ID == m.RecordID })
	if at < 0 {
		open.Off = "The document is not in this chart any more; r reads it again."
		return open
	}
	open.Off, open.Run = "", page.Do(func() {
		s.Push(page.Viewer{Patient: s.banner, Record: s.data.MedicalRecords[at], Among: s.data.MedicalRecords, At: &page.Spot{Page: m.Page, Boxes: m.Boxes}})
	})
	return open
}
