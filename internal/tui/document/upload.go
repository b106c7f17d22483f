package document

import (
	"context"
	"fmt"
	"path/filepath"
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

// uploadScreen puts a file into a chart. The patient is named in the banner,
// in the pane and in the line that says that it worked.
type uploadScreen struct {
	page.Base
	clinic  Clinic
	banner  ui.Banner
	form    ui.Form
	err     string
	names   []string // candidates of the last completion
	browser *browser // not nil: choosing a file from a list
	sent    page.Transfer
	done    *core.Record
	typeSet bool // the type was chosen by hand
}

const (
	slotTypes    ui.Slot = "types"
	slotUpload   ui.Slot = "upload"
	slotProgress ui.Slot = "progress"
)

func NewUpload(clinic Clinic, e *page.Env, r page.Upload) page.Screen {
	s := &uploadScreen{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient}
	s.form.Fields = []*ui.Field{
		{Key: "file", Label: "File", Input: ui.Input{Max: 4096, Hint: "path; Tab completes, Ctrl-O lists"}},
		{Key: "type", Label: "Type", Choice: true, Index: -1, Note: "Left/Right or first letters choose"},
		{Key: "date", Label: "Document date", Input: ui.Input{Hint: "like 08-May-2026; empty if not known"}},
		{Key: "title", Label: "Title", Input: ui.Input{Hint: "empty takes the file's name"}},
	}
	return s
}

func (s *uploadScreen) Banner() ui.Banner { return s.banner }
func (s *uploadScreen) Init() tea.Cmd     { return s.Refresh() }
func (s *uploadScreen) busy() bool        { return s.Scope().Busy(slotUpload) }
func (s *uploadScreen) Typing() bool      { return s.browser == nil && s.done == nil && !s.busy() }

// Document is what was stored.
func (s *uploadScreen) Document() core.Record {
	if s.done == nil {
		return core.Record{}
	}
	return *s.done
}

// Moving is for the footer of every screen.
func (s *uploadScreen) Moving() (string, float64) {
	if !s.busy() {
		return "", 0
	}
	return "upload", s.sent.Part()
}

func (s *uploadScreen) Leaving() string {
	if s.busy() {
		return "The upload for " + s.banner.Name + " is still running. Stop it? No document is stored then."
	}
	return page.Unsaved(&s.form)
}

func (s *uploadScreen) Refresh() tea.Cmd {
	if len(s.form.Field("type").Options) > 0 {
		return nil
	}
	return ui.Load(s.Scope(), slotTypes, s.clinic.RecordTypes)
}

func (s *uploadScreen) SetSize(w, h int) {
	s.Base.SetSize(w, h)
	if s.browser != nil {
		s.browser.table.SetSize(w, max(2, h-2))
	}
}

func (s *uploadScreen) Keys() []ui.Binding {
	switch {
	case s.done != nil:
		return []ui.Binding{
			{Keys: []string{"A"}, Help: "analyse now", Act: true, Off: s.readOff(), Run: s.analyze},
			{Keys: []string{"U"}, Help: "upload another", Run: page.Do(func() { s.Replace(page.Upload{Patient: s.banner}) })},
			{Keys: []string{"enter", "esc", "q"}, Show: "Enter/Esc", Help: "to the patient", Run: page.Do(s.Pop)},
		}
	case s.busy():
		return []ui.Binding{{Keys: []string{"ctrl+k"}, Act: true, Help: "cancel the upload", Run: s.cancel}}
	case s.browser != nil:
		return s.browser.keys(s)
	}
	keys := []ui.Binding{
		{Keys: []string{"enter"}, Help: "next, then upload"},
		{Keys: []string{"ctrl+s"}, Help: "upload", Run: s.send},
		{Keys: []string{"ctrl+o"}, Help: "list files", Run: s.browse},
		{Keys: []string{"down", "up"}, Show: "Down/Up", Help: "other field", Quiet: true},
		{Keys: []string{"esc"}, Help: "back", Run: page.Do(s.Pop)},
	}
	if s.form.Focused().Key == "file" {
		keys = append(keys, ui.Binding{Keys: []string{"tab"}, Help: "complete the path", Quiet: true, Run: s.complete})
	}
	return keys
}

func (s *uploadScreen) readOff() string {
	return page.First(page.Unreadable(*s.done), s.AnalyzeOff())
}

func (s *uploadScreen) analyze() tea.Cmd {
	if s.Scope().Busy(page.SlotSubmit) {
		return nil
	}
	return page.Submit(&s.Base, s.clinic, *s.done)
}

func (s *uploadScreen) cancel() tea.Cmd {
	s.Scope().Drop(slotUpload)
	s.Scope().Drop(slotProgress)
	s.err = "Cancelled; no document was stored."
	return nil
}

func (s *uploadScreen) complete() tea.Cmd {
	typed, local := s.form.Field("file").Value(), s.Local
	return ui.Load(s.Scope(), page.SlotComplete, func(context.Context) (page.Completion, error) { return page.Complete(local, typed) })
}

func (s *uploadScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		return s.key(m)
	case ui.Result[[]core.RecordType]:
		s.gotTypes(m)
	case ui.Result[page.Completion]:
		s.completed(m)
	case ui.Result[page.Listing]:
		if m.Err != nil {
			s.browser = nil
			s.form.SetErrors(map[string][]string{"file": {core.MessageOf(m.Err)}})
		} else if s.browser != nil {
			s.browser.show(m.Value, s.Location)
		}
	case ui.Result[ui.Tick]:
		if s.busy() {
			return ui.After(s.Scope(), slotProgress, s.Pauses.Progress)
		}
	case ui.Result[core.Record]:
		s.uploaded(m)
	case ui.Result[page.Submitted]:
		if m.Err != nil {
			s.Bad(core.MessageOf(m.Err))
			return nil
		}
		s.Replace(page.Reading{Patient: s.banner, Record: m.Value.Record, Job: m.Value.JobID})
	}
	return nil
}

func (s *uploadScreen) key(m tea.KeyMsg) tea.Cmd {
	if !s.Typing() {
		return nil
	}
	field := s.form.Focused().Key
	before := s.form.Field("type").Index
	send := s.form.Update(m)
	if field == "type" && s.form.Field("type").Index != before {
		s.typeSet = true
	}
	if field == "file" {
		s.names = nil
		s.suggest()
	}
	if send {
		return s.send()
	}
	return nil
}

func (s *uploadScreen) gotTypes(m ui.Result[[]core.RecordType]) {
	if m.Err != nil {
		s.err = "The list of types could not be loaded: " + core.MessageOf(m.Err)
		return
	}
	f := s.form.Field("type")
	f.Options = nil
	for _, t := range m.Value {
		if t.IsActive {
			f.Options = append(f.Options, ui.Option{Value: strconv.FormatInt(t.ID, 10), Label: t.TypeName})
		}
	}
	s.suggest()
}

// suggest chooses the type that the file's name speaks of, until somebody chose
// one by hand; else the least specific one. Where there is none such, nothing
// is chosen: a wrong type would be stored without anybody having said so.
func (s *uploadScreen) suggest() {
	f := s.form.Field("type")
	if s.typeSet || len(f.Options) == 0 {
		return
	}
	name := text.Key(filepath.Base(s.form.Field("file").Value()))
	best, hits := -1, 0
	for i, o := range f.Options {
		n := 0
		words := strings.FieldsFunc(text.Key(o.Label), func(r rune) bool { return r == ' ' || r == '/' })
		for _, word := range words {
			if len(word) >= 3 && word != "report" && strings.Contains(name, word[:min(len(word), 5)]) {
				n++
			}
		}
		if n > hits || best < 0 && slices.Contains(words, "other") { // not chemOTHERapy
			best, hits = i, n
		}
	}
	f.Index = best
}

func (s *uploadScreen) completed(m ui.Result[page.Completion]) {
	f := s.form.Field("file")
	if m.Err != nil {
		f.Errs = []string{core.MessageOf(m.Err)}
		return
	}
	if m.Value.Typed != f.Value() {
		return // typed on meanwhile
	}
	f.Input.Set(m.Value.Path)
	s.names = m.Value.Names
	if len(s.names) == 1 {
		s.names = nil
	} else if len(s.names) == 0 {
		f.Errs = []string{"Nothing here begins like this."}
	}
	s.suggest()
}

func (s *uploadScreen) send() tea.Cmd {
	if s.busy() {
		return nil
	}
	typed := s.form.Field("file").Value()
	date, dateErr := text.ReadDate(s.form.Field("date").Value(), s.Today())
	errs := map[string][]string{}
	if strings.TrimSpace(typed) == "" {
		errs["file"] = []string{"Which file? Type its path, or press Ctrl-O."}
	}
	if dateErr != nil {
		errs["date"] = []string{core.MessageOf(dateErr)}
	} else if core.DateOf(s.Today()).Before(date) {
		errs["date"] = []string{"This day is in the future."}
	}
	typeID, err := strconv.ParseInt(s.form.Field("type").Value(), 10, 64)
	if err != nil {
		errs["type"] = []string{"What kind of document is it? Left/Right or its first letters choose."}
	}
	s.err, s.names = "", nil
	s.form.SetErrors(errs)
	if len(errs) > 0 {
		return nil
	}
	path := s.Local.Resolve(typed)
	u := core.NewDocument{
		PatientID: s.banner.ID, TypeID: typeID, Title: strings.TrimSpace(s.form.Field("title").Value()),
		Filename: filepath.Base(path), DocumentDate: date,
	}
	most := int64(core.MaxFileBytes)
	if s.Limits != nil && s.Limits.MaxFileBytes > 0 {
		most = s.Limits.MaxFileBytes
	}
	s.sent = page.NewTransfer(0, s.Now())
	clinic, local, sent := s.clinic, s.Local, s.sent
	return tea.Batch(ui.Load(s.Scope(), slotUpload, func(ctx context.Context) (core.Record, error) {
		to := page.Sending{Backend: clinic, Local: local, Again: func(n int) { sent.Tries.Store(int64(n)) }, Resumed: sent.Had.Store,
			Progress: func(n, total int64) { sent.Total.Store(total); sent.Done.Store(n) }}
		return to.Send(ctx, path, most, u)
	}), ui.After(s.Scope(), slotProgress, s.Pauses.Progress))
}

func (s *uploadScreen) uploaded(m ui.Result[core.Record]) {
	s.Scope().Drop(slotProgress)
	if m.Err != nil {
		s.err = page.FormErrors(&s.form, m.Err)
		return
	}
	if m.Value.PatientID != s.banner.ID {
		s.err = core.MessageOf(page.WrongPatient())
		return
	}
	s.done = &m.Value
	s.form.Settle()
}

func (s *uploadScreen) View() string {
	name := s.banner.Name
	switch {
	case s.done != nil:
		return s.success()
	case s.busy():
		return "\n " + s.Theme.Head.Render("Uploading for "+name) + "\n\n " +
			ui.Cut(filepath.Base(s.form.Field("file").Value()), s.W-2) + "\n\n" + s.sent.View(s.Theme, s.Now(), s.W)
	case s.browser != nil:
		return s.browser.view(s.Theme, s.W)
	}
	head := " " + s.Theme.Head.Render("Upload for "+name)
	foot := ""
	if s.err != "" {
		foot = ui.Block(s.Theme.Bad.Render, "! "+s.err, s.W)
	} else if len(s.names) > 0 {
		foot = ui.Block(s.Theme.Dim.Render, fmt.Sprintf("%d match: ", len(s.names))+ui.Clean(strings.Join(s.names[:min(len(s.names), 12)], "  ")), s.W)
	}
	return head + "\n\n" + s.form.View(s.Theme, s.W, max(1, s.H-4-strings.Count(foot, "\n"))) + "\n\n" + foot
}

func (s *uploadScreen) success() string {
	r := s.done
	b := s.banner
	text := "Stored “" + present.Or(r.Title) + "” (" + present.Or(r.Type.TypeName) + ", " + present.Size(s.done.Size) + ") for " +
		page.Identified(b) + "."
	out := "\n" + ui.Block(s.Theme.Strong.Render, text, s.W) + "\n"
	if s.done.DuplicateOf != "" {
		out += ui.Block(s.Theme.Warn.Render, "! This chart already holds a document with exactly this content.", s.W) + "\n"
	}
	if off := s.readOff(); off != "" {
		return out + "\n" + ui.Block(s.Theme.Dim.Render, off, s.W)
	}
	return out + "\n " + s.Theme.Key.Render("A") + " reads its text now"
}
