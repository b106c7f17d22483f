package document

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/text"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// recordScreen shows what is known about a document and changes its
// description: type, title, date, source, how it came, tags.
type recordScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	record core.Record
	form   ui.Form
	was    map[string]string
	hint   string // type that the text of the document suggests
	err    string
}

const slotEdit ui.Slot = "edit record"

func NewDetails(clinic Clinic, e *page.Env, r page.Details) page.Screen {
	rec := r.Record
	s := &recordScreen{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient, record: rec, was: map[string]string{}}
	text := func(key, label, hint string) *ui.Field {
		return &ui.Field{Key: key, Label: label, Input: ui.Input{Hint: hint}}
	}
	how := &ui.Field{Key: "received_by", Label: "Received by", Choice: true, Options: []ui.Option{{Value: "", Label: "Not recorded"}}}
	for _, way := range core.ReceivedBy() {
		how.Options = append(how.Options, ui.Option{Value: way, Label: way})
	}
	s.form.Fields = []*ui.Field{
		text("title", "Title", ""),
		{Key: "medical_record_type_id", Label: "Type", Choice: true, Index: -1, Note: "Left/Right or first letters choose"},
		text("document_date", "Document date", "like 08-May-2026; empty if not known"),
		text("source", "Source", "organisation it came from"),
		how,
		text("tags", "Tags", "separated by commas"),
	}
	s.fill(rec, func(*ui.Field) bool { return true })
	s.remember()
	if r.Suggest != nil {
		s.suggest(*r.Suggest)
	}
	return s
}

// suggest fills in what the text of the document suggests; it is stored
// only when the user says so.
func (s *recordScreen) suggest(v core.RecordValues) {
	s.hint = v.TypeName
	if !v.DocumentDate.IsZero() {
		s.form.Field("document_date").Input.Set(v.DocumentDate.Display())
	}
}

// fill puts what is stored of a document into the fields that are to show it.
func (s *recordScreen) fill(rec core.Record, which func(*ui.Field) bool) {
	date := ""
	if !rec.DocumentDate.IsZero() {
		date = rec.DocumentDate.Display()
	}
	stored := map[string]string{"title": rec.Title, "medical_record_type_id": strconv.FormatInt(rec.Type.ID, 10), "document_date": date,
		"source": rec.Source, "received_by": rec.ReceivedBy, "tags": strings.Join(rec.Tags, ", ")}
	for _, f := range s.form.Fields {
		switch {
		case !which(f):
		case f.Choice:
			f.Choose(stored[f.Key])
		default:
			f.Input.Set(stored[f.Key])
		}
	}
}

// takeOver shows what somebody else stored meanwhile, but for what is typed here.
func (s *recordScreen) takeOver(now core.Record) {
	typed := map[string]string{}
	for _, f := range s.form.Fields {
		if v := f.Value(); v != s.was[f.Key] {
			typed[f.Key] = v
		}
	}
	s.record = now
	s.fill(now, func(*ui.Field) bool { return true })
	s.remember()
	for _, f := range s.form.Fields {
		v, mine := typed[f.Key]
		switch {
		case mine && f.Choice:
			f.Choose(v)
		case mine:
			f.Input.Set(v)
		}
	}
	s.Changed(now)
}

// remember notes the values the fields had.
func (s *recordScreen) remember() {
	for _, f := range s.form.Fields {
		s.was[f.Key] = f.Value()
	}
}

func (s *recordScreen) Banner() ui.Banner { return s.banner }
func (s *recordScreen) Typing() bool      { return !s.Scope().Busy(slotEdit) }
func (s *recordScreen) Init() tea.Cmd     { return s.Refresh() }

func (s *recordScreen) Refresh() tea.Cmd {
	if len(s.form.Field("medical_record_type_id").Options) > 0 {
		return nil
	}
	return ui.Load(s.Scope(), slotTypes, s.clinic.RecordTypes)
}

func (s *recordScreen) changed() bool {
	return slices.ContainsFunc(s.form.Fields, func(f *ui.Field) bool { return f.Value() != s.was[f.Key] })
}

func (s *recordScreen) Leaving() string {
	if s.changed() && !s.Scope().Busy(slotEdit) {
		return "The changes to “" + present.Or(s.record.Title) + "” of " + s.banner.Name + " are not stored. Leave without them?"
	}
	return ""
}

func (s *recordScreen) Keys() []ui.Binding {
	off := s.ChangeRecordOff(s.record)
	if off == "" && !s.changed() {
		off = "Nothing was changed."
	}
	return []ui.Binding{
		{Keys: []string{"ctrl+s"}, Help: "store", Off: off, Run: s.send},
		{Keys: []string{"enter"}, Help: "next field"},
		{Keys: []string{"down", "up"}, Show: "Down/Up", Help: "other field", Quiet: true},
		{Keys: []string{"esc"}, Help: "back", Run: page.Do(s.Pop)},
	}
}

func (s *recordScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.Typing() && s.form.Update(m) && s.changed() && s.ChangeRecordOff(s.record) == "" {
			return s.send()
		}
	case ui.Result[[]core.RecordType]:
		if m.Err != nil {
			s.err = "The list of types could not be loaded: " + core.MessageOf(m.Err)
			return nil
		}
		f := s.form.Field("medical_record_type_id")
		f.Options = nil
		for _, t := range m.Value {
			if t.IsActive || t.ID == s.record.Type.ID {
				f.Options = append(f.Options, ui.Option{Value: strconv.FormatInt(t.ID, 10), Label: t.TypeName})
			}
		}
		f.Choose(strconv.FormatInt(s.record.Type.ID, 10))
		s.was[f.Key] = f.Value()
		for i, o := range f.Options {
			if s.hint != "" && o.Label == s.hint {
				f.Index = i
			}
		}
	case ui.Result[core.Record]:
		s.stored(m)
	}
	return nil
}

func (s *recordScreen) stored(m ui.Result[core.Record]) {
	if m.Err == nil && m.Value.PatientID != s.banner.ID {
		m.Err = page.WrongPatient()
	}
	if now, says, ok := page.Outdated[core.Record](m.Err); ok && now.PatientID == s.banner.ID {
		s.takeOver(now)
		s.err = says + " What you changed is still here: Ctrl-S stores it over that."
		return
	}
	if m.Err != nil {
		s.err = page.FormErrors(&s.form, m.Err)
		return
	}
	s.record = m.Value
	s.remember()
	s.Changed(m.Value)
	s.Info("The description of “" + present.Or(m.Value.Title) + "” is stored.")
	s.Pop()
}

func (s *recordScreen) send() tea.Cmd {
	e, errs := s.edit()
	s.err = ""
	s.form.SetErrors(errs)
	if len(errs) > 0 || s.Scope().Busy(slotEdit) {
		return nil
	}
	clinic, id := s.clinic, s.record.ID
	return ui.Load(s.Scope(), slotEdit, func(ctx context.Context) (core.Record, error) { return clinic.EditRecord(ctx, id, e) })
}

// edit is what was changed.
func (s *recordScreen) edit() (e core.RecordEdit, errs map[string][]string) {
	errs, e.Version = map[string][]string{}, s.record.Version
	for _, f := range s.form.Fields {
		v := strings.TrimSpace(f.Value())
		if f.Value() == s.was[f.Key] {
			continue
		}
		switch f.Key {
		case "title":
			e.Title = &v
		case "source":
			e.Source = &v
		case "received_by":
			e.ReceivedBy = &v
		case "medical_record_type_id":
			if n, err := strconv.ParseInt(v, 10, 64); err == nil {
				e.TypeID = &n
			}
		case "document_date":
			d, err := text.ReadDate(v, s.Today())
			if err != nil {
				errs[f.Key] = []string{core.MessageOf(err)}
			} else if core.DateOf(s.Today()).Before(d) {
				errs[f.Key] = []string{"This day is in the future."}
			}
			e.DocumentDate = &d
		case "tags":
			tags := []string{}
			for _, t := range strings.Split(v, ",") {
				if t = strings.TrimSpace(t); t != "" {
					tags = append(tags, t)
				}
			}
			e.Tags = &tags
		}
	}
	return e, errs
}

func (s *recordScreen) View() string {
	lines := []string{" " + s.Theme.Head.Render(ui.Cut(present.Or(s.record.Title), s.W-2))}
	lines = append(lines, page.RecordNotes(s.Theme, s.record, s.Location, s.W)...)
	if s.H >= 14 {
		lines = append(lines, s.facts()...)
	}
	foot := ""
	switch {
	case s.Scope().Busy(slotEdit):
		foot = " Storing …"
	case s.err != "":
		foot = ui.Block(s.Theme.Bad.Render, "! "+s.err, s.W)
	case s.ChangeRecordOff(s.record) != "":
		foot = ui.Block(s.Theme.Dim.Render, s.ChangeRecordOff(s.record), s.W)
	}
	used := len(lines) + ui.Height(foot) + 2
	return strings.Join(lines, "\n") + "\n\n" + s.form.View(s.Theme, s.W, max(1, s.H-used)) + "\n" + foot
}

// facts cannot be changed.
func (s *recordScreen) facts() []string {
	r := s.record
	reviewed := "not reviewed by you"
	if r.Reviewed != nil {
		reviewed = "reviewed by you " + present.Moment(*r.Reviewed, s.Location)
	}
	list := []string{
		fmt.Sprintf("%s, %s, %s", present.Or(r.Filename), present.Size(r.Size), r.MIME),
		"Uploaded " + present.Moment(r.UploadedAt, s.Location) + " by " + present.Or(r.UploadedByName) + ", " + reviewed,
	}
	if r.LOINC != "" {
		list = append(list, "LOINC "+r.LOINC)
	}
	if r.DuplicateOf != "" {
		list = append(list, "The chart holds another document with exactly this content")
	}
	if r.PartOf != "" {
		list = append(list, "Split from another document")
	}
	var out []string
	for _, l := range list {
		out = append(out, " "+s.Theme.Dim.Render(ui.Cut(l, s.W-2)))
	}
	return out
}
