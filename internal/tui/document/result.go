package document

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// resultScreen is the outcome of reading a document: how it went, and the text.
type resultScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	record core.Record
	jobID  string
	state  ui.State
	reader reader
}

const slotResult ui.Slot = "result"

func NewResult(clinic Clinic, e *page.Env, r page.Result) page.Screen {
	s := &resultScreen{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient, record: r.Record, jobID: r.Job}
	s.reader.Base, s.reader.clinic = &s.Base, clinic
	return s
}

func (s *resultScreen) Banner() ui.Banner     { return s.banner }
func (s *resultScreen) Document() core.Record { return s.record }
func (s *resultScreen) Typing() bool          { return s.reader.asking }
func (s *resultScreen) Init() tea.Cmd         { return s.load() }

func (s *resultScreen) load() tea.Cmd {
	clinic, id := s.clinic, s.jobID
	return ui.Load(s.Scope(), slotResult, func(ctx context.Context) (core.Result, error) { return clinic.JobResult(ctx, id) })
}

func (s *resultScreen) Refresh() tea.Cmd {
	if !s.state.Got {
		return s.load()
	}
	if n := s.reader.current().Number; s.reader.failed[n] != nil {
		return s.reader.fetchWords(n)
	}
	return nil // a result does not change
}

func (s *resultScreen) Keys() []ui.Binding {
	keys := s.reader.keys()
	if s.reader.asking {
		return keys
	}
	keys = append(keys,
		ui.Binding{Keys: []string{"i"}, Help: "page image", Run: page.Do(func() { s.Replace(page.Viewer{Patient: s.banner, Record: s.record, Image: true}) })},
		ui.Binding{Keys: []string{"v"}, Help: "values", Run: page.Do(func() { s.Push(page.Values{Patient: s.banner, Record: s.record}) })},
		ui.Binding{Keys: []string{"r"}, Help: "try again", Quiet: true, Run: s.Refresh},
		ui.Binding{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.Pop)})
	return append(keys, ui.MoveKeys(&s.reader.pager, nil)...)
}

func (s *resultScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.reader.asking {
			s.reader.query.Update(m)
		}
	case ui.Result[core.Result]:
		if m.Err == nil && m.Value.PatientID != s.banner.ID {
			m.Err = page.WrongPatient()
		}
		if m.Err != nil {
			s.state.Fail(m.Err)
			return nil
		}
		s.state.Done(s.Now())
		return s.reader.open(m.Value)
	case ui.Result[page.WordsOf]:
		s.reader.gotWords(m)
	}
	return nil
}

func (s *resultScreen) View() string {
	title := " " + s.Theme.Head.Render(ui.Cut(present.Or(s.record.Title), s.W-2))
	if cover, ok := s.state.Cover(s.Theme, "the text", s.W); ok {
		return title + "\n" + cover
	}
	head := append([]string{title}, s.summary()...)
	return strings.Join(head, "\n") + "\n" + s.reader.view(s.W, s.H-len(head))
}

// summary says who read it, how well, how long, and what failed.
func (s *resultScreen) summary() []string {
	r := s.reader.result
	mean := "mean confidence not known"
	if r.Confidence != nil {
		mean = fmt.Sprintf("mean confidence %.0f %%", *r.Confidence*100)
	}
	parts := []string{"Machine-read by " + page.First(r.Model, "an unnamed engine"), mean, page.Count(max(r.PageCount, len(r.Pages)), "page"),
		fmt.Sprintf("%.1f s", r.ProcessingTime)}
	for i := range parts {
		parts[i] = ui.Whole(parts[i])
	}
	lines := strings.Split(ui.Block(s.Theme.Dim.Render, strings.Join(parts, ", "), s.W), "\n")
	var failed []string
	for _, p := range r.Pages {
		if p.Status == "failed" {
			failed = append(failed, fmt.Sprintf("page %d (%s)", p.Number, strings.TrimSuffix(page.First(p.Error, "no reason given"), ".")))
		}
	}
	if len(failed) > 0 {
		text := "~ Not all of it could be read: " + strings.Join(failed, ", ")
		block := strings.Split(ui.Block(s.Theme.Warn.Render, text, s.W), "\n")
		lines = append(lines, block[:min(len(block), max(1, s.H/4))]...)
	}
	return lines
}
