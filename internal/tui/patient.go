package tui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/wire"
	"clinician/internal/tui/ui"
)

// chartScreen is a chart: details, documents, next appointments.
type chartScreen struct {
	base
	banner  ui.Banner
	data    wire.PatientDetail
	records []core.Record
	state   ui.State
	table   *ui.Table
}

const (
	slotPatient ui.Slot = "patient"
	slotWatch   ui.Slot = "watch records"
	slotSubmit  ui.Slot = "submit"
)

// newPatient opens a chart. The banner holds what is known beforehand; its ID counts.
func newPatient(e *env, b ui.Banner) *chartScreen {
	s := &chartScreen{base: newBase(e), banner: b}
	s.table = ui.NewTable(
		ui.Column{Title: "Type", Width: 16, Drop: 5},
		ui.Column{Title: "Title", Width: 14, Flex: true},
		ui.Column{Title: "Dated", Width: 12},
		ui.Column{Title: "Uploaded", Width: 11, Drop: 3},
		ui.Column{Title: "Size", Width: 8, Right: true, Drop: 4},
		ui.Column{Title: "Text", Width: 11},
	)
	return s
}

func (s *chartScreen) Title() string     { return "Patient" }
func (s *chartScreen) Banner() ui.Banner { return s.banner }
func (s *chartScreen) Init() tea.Cmd     { return s.Refresh() }

func (s *chartScreen) Refresh() tea.Cmd {
	backend, id := s.backend, s.banner.ID
	return ui.Load(s.scope, slotPatient, func(ctx context.Context) (wire.PatientDetail, error) {
		d, err := backend.Patient(ctx, id)
		if err != nil || d.MedicalRecords != nil {
			return d, err
		}
		d.MedicalRecords, err = backend.Records(ctx, id)
		return d, err
	})
}

func (s *chartScreen) SetSize(w, h int) {
	s.base.SetSize(w, h)
	s.table.SetSize(w, max(2, h-len(s.details())-1))
}

func (s *chartScreen) Keys() []ui.Binding {
	rec, has := s.selected()
	no := ""
	if !has {
		no = "There is no document to do this with."
	}
	view := ui.Binding{Keys: []string{"enter"}, Help: "read", Off: no, Run: do(func() { s.push(newViewer(s.env, s.banner, rec)) })}
	analyze := ui.Binding{Keys: []string{"A"}, Help: "analyse", Off: first(no, s.analyzeOff()), Run: s.analyze}
	if has && !rec.CanAnalyze {
		analyze.Off = "This kind of file holds no text that can be read by the machine."
	}
	if running(rec) {
		analyze = ui.Binding{Keys: []string{"A"}, Help: "watch reading", Run: s.analyze}
	}
	upload := ui.Binding{Keys: []string{"U"}, Help: "upload", Off: s.changeOff(), Run: do(func() { s.push(newUpload(s.env, s.banner)) })}
	if !s.state.Got {
		upload.Off = first(upload.Off, "Wait until the patient is loaded.")
	}
	return append([]ui.Binding{
		view, upload, analyze,
		{Keys: []string{"w"}, Help: "download", Off: no, Run: do(func() { s.push(newDownload(s.env, s.banner, rec)) })},
		{Keys: []string{"D"}, Help: "delete", Off: first(no, s.changeOff()), Run: do(func() { s.push(newDelete(s.env, s.banner, rec, s.data.Patient.User.LastName)) })},
		{Keys: []string{"r"}, Help: "refresh", Quiet: true, Run: s.Refresh},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: do(s.pop)},
	}, ui.MoveKeys(s.table, nil)...)
}

// first gives the first sentence that says something.
func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// running reports whether a record is being read now.
func running(r core.Record) bool { return r.LastJob != nil && !r.LastJob.Status.Final() }

func (s *chartScreen) selected() (core.Record, bool) {
	if i := s.table.Cursor(); i >= 0 {
		return s.records[i], true
	}
	return core.Record{}, false
}

func (s *chartScreen) analyze() tea.Cmd {
	rec, ok := s.selected()
	if !ok || s.scope.Busy(slotSubmit) {
		return nil
	}
	if running(rec) {
		s.push(newReading(s.env, s.banner, rec, rec.LastJob.ID))
		return nil
	}
	return submit(&s.base, rec)
}

// submit asks the server to read a record; the answer is a Result[submitted].
func submit(b *base, rec core.Record) tea.Cmd {
	backend := b.backend
	b.info("Asking the server to read “" + rec.Title + "” …")
	return ui.Load(b.scope, slotSubmit, func(ctx context.Context) (submitted, error) {
		out, err := backend.Analyze(ctx, rec.ID, "")
		return submitted{rec, out.JobID}, err
	})
}

type submitted struct {
	Record core.Record
	JobID  string
}

func (s *chartScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case ui.Result[wire.PatientDetail]:
		return s.answered(m)
	case ui.Result[submitted]:
		if m.Err != nil {
			s.bad(core.MessageOf(m.Err))
			return nil
		}
		s.push(newReading(s.env, s.banner, m.Value.Record, m.Value.JobID))
	case ui.Result[ui.Tick]:
		if s.idle() {
			return s.watch()
		}
		return s.Refresh()
	}
	return nil
}

func (s *chartScreen) answered(m ui.Result[wire.PatientDetail]) tea.Cmd {
	if m.Err == nil {
		m.Err = s.foreign(m.Value)
	}
	if m.Err != nil {
		s.state.Fail(m.Err)
		return s.watch()
	}
	kept := ""
	if r, ok := s.selected(); ok {
		kept = r.ID
	}
	s.data, s.records = m.Value, m.Value.MedicalRecords
	s.banner = ui.BannerOf(m.Value.Patient)
	s.state.Done(s.now())
	s.table.SetRows(len(s.records), func(r, c int) string { return s.cell(s.records[r], c) })
	for i, r := range s.records {
		if r.ID == kept {
			s.table.Select(i)
		}
	}
	s.SetSize(s.w, s.h)
	return s.watch()
}

// foreign refuses data of another patient.
func (s *chartScreen) foreign(d wire.PatientDetail) error {
	if d.Patient.ID != s.banner.ID {
		return wrongPatient()
	}
	for _, r := range d.MedicalRecords {
		if r.PatientID != s.banner.ID {
			return wrongPatient()
		}
	}
	return nil
}

// watch looks again soon while a document is being read.
func (s *chartScreen) watch() tea.Cmd {
	for _, r := range s.records {
		if running(r) {
			return ui.After(s.scope, slotWatch, s.pauses.Jobs)
		}
	}
	return nil
}

func (s *chartScreen) cell(r core.Record, col int) string {
	switch col {
	case 0:
		return ui.Or(r.Type.TypeName)
	case 1:
		if r.DuplicateOf != "" {
			return r.Title + " (duplicate)"
		}
		return ui.Or(r.Title)
	case 2:
		if r.DocumentDate.IsZero() {
			return "Not recorded"
		}
		return r.DocumentDate.Display()
	case 3:
		return ui.Day(r.UploadedAt, s.loc)
	case 4:
		return ui.Size(r.Size)
	}
	return textState(r)
}

// textState says in a word and a sign whether a document's text was read.
func textState(r core.Record) string {
	switch {
	case r.LastJob == nil && !r.CanAnalyze:
		return "no text"
	case r.LastJob == nil:
		return "- not read"
	}
	switch r.LastJob.Status {
	case core.JobPending:
		return ". waiting"
	case core.JobProcessing:
		return "* reading"
	case core.JobCompleted:
		return "+ read"
	case core.JobFailed:
		return "! failed"
	}
	return "x cancelled"
}

// details is what stands above the documents.
func (s *chartScreen) details() []string {
	if !s.state.Got {
		return nil
	}
	if s.h < 14 {
		return []string{s.heading()}
	}
	p := s.data.Patient
	var lines []string
	if stale := s.state.StaleLine(s.th, s.loc, s.w); stale != "" {
		lines = append(lines, stale)
	}
	contact := ui.Or(p.EmergencyContactName)
	if p.EmergencyContactPhone != "" {
		contact += ", " + p.EmergencyContactPhone
	}
	if s.w >= roomy {
		lines = append(lines, s.pair("Telephone", ui.Or(p.PhoneNumber), "Emergency", contact), s.pair("Address", ui.Or(p.Address), "Cared for", s.care()))
	} else { // side by side something would be cut
		lines = append(lines, s.pair("Telephone", ui.Or(p.PhoneNumber), "Cared for", s.care()), s.field("Emergency", contact), s.field("Address", ui.Or(p.Address)))
	}
	return append(lines, s.field("Next", s.next()), "", s.heading())
}

// roomy is the width from which two details stand on one line.
const roomy = 110

// field is a label and a value.
func (s *chartScreen) field(label, value string) string {
	return " " + s.th.Dim.Render(ui.Pad(label, 10)) + ui.Cut(value, s.w-12)
}

func (s *chartScreen) care() string {
	a := s.data.Patient.Assignment
	if a == nil {
		return "Not recorded"
	}
	return ui.Or(a.CancerSubtypeName)
}

func (s *chartScreen) pair(label, value, label2, value2 string) string {
	half := s.w / 2
	one := " " + s.th.Dim.Render(ui.Pad(label, 10)) + ui.Cut(value, half-12)
	return ui.Pad(one, half) + s.th.Dim.Render(ui.Pad(label2, 10)) + ui.Cut(value2, s.w-half-11)
}

// next names the coming appointments.
func (s *chartScreen) next() string {
	var list []string
	for _, a := range s.data.Appointments {
		if a.PatientID == s.banner.ID && a.End.After(s.now()) && a.Status != core.AppointmentCancelled {
			list = append(list, ui.Weekday(a.Start, s.loc)+" "+ui.Clock(a.Start, s.loc)+" "+first(a.Type, a.Reason))
		}
	}
	if len(list) == 0 {
		return "None booked"
	}
	return strings.Join(list, "; ")
}

func (s *chartScreen) heading() string {
	left := " " + s.th.Head.Render("Documents") + fmt.Sprintf("  %d", len(s.records)) + s.th.Dim.Render(", newest upload first")
	if s.h < 14 && s.state.Stale() {
		return s.state.StaleLine(s.th, s.loc, s.w)
	}
	return ui.Sides(left, s.th.Dim.Render("as at "+ui.Clock(s.state.AsAt, s.loc)+" "), s.w)
}

func (s *chartScreen) View() string {
	if cover, ok := s.state.Cover(s.th, "the patient", s.w); ok {
		return cover
	}
	top := strings.Join(s.details(), "\n")
	if len(s.records) == 0 {
		return top + "\n" + ui.Empty(s.th, "No documents in this chart.", "U uploads the first one.", s.w)
	}
	return top + "\n" + s.table.View(s.th)
}
