package tui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// resultScreen is the outcome of reading a document: how it went, and the text.
type resultScreen struct {
	base
	banner ui.Banner
	record core.Record
	jobID  string
	state  ui.State
	reader reader
}

const slotResult ui.Slot = "result"

func newResult(e *env, r Result) Screen {
	s := &resultScreen{base: newBase(e, r), banner: r.Patient, record: r.Record, jobID: r.Job}
	s.reader.base = &s.base
	return s
}

func (s *resultScreen) Banner() ui.Banner     { return s.banner }
func (s *resultScreen) Document() core.Record { return s.record }
func (s *resultScreen) Typing() bool          { return s.reader.asking }
func (s *resultScreen) Init() tea.Cmd         { return s.load() }

func (s *resultScreen) load() tea.Cmd {
	backend, id := s.backend, s.jobID
	return ui.Load(s.scope, slotResult, func(ctx context.Context) (core.Result, error) { return backend.JobResult(ctx, id) })
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
		ui.Binding{Keys: []string{"i"}, Help: "page image", Run: do(func() { s.replace(Viewer{Patient: s.banner, Record: s.record, Image: true}) })},
		ui.Binding{Keys: []string{"v"}, Help: "values", Run: do(func() { s.push(Values{Patient: s.banner, Record: s.record}) })},
		ui.Binding{Keys: []string{"r"}, Help: "try again", Quiet: true, Run: s.Refresh},
		ui.Binding{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: do(s.pop)})
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
			m.Err = wrongPatient()
		}
		if m.Err != nil {
			s.state.Fail(m.Err)
			return nil
		}
		s.state.Done(s.now())
		return s.reader.open(m.Value)
	case ui.Result[wordsOf]:
		s.reader.gotWords(m)
	}
	return nil
}

func (s *resultScreen) View() string {
	title := " " + s.th.Head.Render(ui.Cut(ui.Or(s.record.Title), s.w-2))
	if cover, ok := s.state.Cover(s.th, "the text", s.w); ok {
		return title + "\n" + cover
	}
	head := append([]string{title}, s.summary()...)
	return strings.Join(head, "\n") + "\n" + s.reader.view(s.w, s.h-len(head))
}

// summary says who read it, how well, how long, and what failed.
func (s *resultScreen) summary() []string {
	r := s.reader.result
	mean := "mean confidence not known"
	if r.Confidence != nil {
		mean = fmt.Sprintf("mean confidence %.0f %%", *r.Confidence*100)
	}
	parts := []string{"Machine-read by " + first(r.Model, "an unnamed engine"), mean, count(max(r.PageCount, len(r.Pages)), "page"),
		fmt.Sprintf("%.1f s", r.ProcessingTime)}
	for i := range parts {
		parts[i] = ui.Whole(parts[i])
	}
	lines := strings.Split(ui.Block(s.th.Dim.Render, strings.Join(parts, ", "), s.w), "\n")
	var failed []string
	for _, p := range r.Pages {
		if p.Status == "failed" {
			failed = append(failed, fmt.Sprintf("page %d (%s)", p.Number, strings.TrimSuffix(first(p.Error, "no reason given"), ".")))
		}
	}
	if len(failed) > 0 {
		text := "~ Not all of it could be read: " + strings.Join(failed, ", ")
		block := strings.Split(ui.Block(s.th.Warn.Render, text, s.w), "\n")
		lines = append(lines, block[:min(len(block), max(1, s.h/4))]...)
	}
	return lines
}
