package document

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// integrityScreen has the server read a document's file again and says whether
// it is still what came in.
type integrityScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	record core.Record
	data   core.Integrity
	state  ui.State
}

const slotIntegrity ui.Slot = "integrity"

func NewFileCheck(clinic Clinic, e *page.Env, r page.FileCheck) page.Screen {
	return &integrityScreen{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient, record: r.Record}
}

func (s *integrityScreen) Banner() ui.Banner { return s.banner }
func (s *integrityScreen) Init() tea.Cmd     { return s.Refresh() }

func (s *integrityScreen) Refresh() tea.Cmd {
	if s.Scope().Busy(slotIntegrity) {
		return nil
	}
	clinic, id := s.clinic, s.record.ID
	return ui.Load(s.Scope(), slotIntegrity, func(ctx context.Context) (core.Integrity, error) { return clinic.VerifyRecord(ctx, id) })
}

func (s *integrityScreen) Keys() []ui.Binding {
	return []ui.Binding{
		{Name: "refresh", Keys: []string{"r"}, Help: "check again", Run: s.Refresh},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.Pop)},
	}
}

func (s *integrityScreen) Update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(ui.Result[core.Integrity])
	if !ok {
		return nil
	}
	if m.Err == nil && m.Value.RecordID != s.record.ID {
		m.Err = page.WrongPatient()
	}
	if m.Err != nil {
		s.state.Fail(m.Err)
		return nil
	}
	s.data = m.Value
	s.state.Done(m.Value.At)
	return nil
}

func (s *integrityScreen) View() string {
	head := " " + s.Theme.Head.Render(ui.Cut("Is the file of “"+present.Or(s.record.Title)+"” what came in?", s.W-2))
	if cover, ok := s.state.Cover(s.Theme, "the file on the server", s.W); ok {
		return head + "\n" + cover
	}
	lines := []string{head}
	if stale := s.state.StaleLine(s.Theme, s.Location, s.W); stale != "" {
		lines = append(lines, stale)
	}
	lines = append(lines, "")
	if s.data.OK {
		lines = append(lines, ui.Block(s.Theme.Good.Render, "+ Yes. Every byte of it is what was stored when it came in.", s.W))
	} else {
		lines = append(lines, ui.Block(s.Theme.Bad.Render, "! DAMAGED: "+page.First(s.data.Problem, "the content is not what came in")+
			" Do not rely on this document. Tell the administrator, who can bring it back from a backup.", s.W))
	}
	lines = append(lines, "",
		s.Field("Checked", present.Moment(s.data.At, s.Location)),
		s.Field("Came in", present.Moment(s.record.UploadedAt, s.Location)+", "+present.Size(s.data.Size)))
	for i, part := range ui.Wrap(s.data.SHA256, max(8, min(64, s.W-12))) {
		lines = append(lines, s.Field(map[bool]string{true: "SHA-256"}[i == 0], part))
	}
	return strings.Join(lines, "\n")
}
