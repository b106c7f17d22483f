package document

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// readingsScreen is every reading of a document, newest first: how it went,
// with what settings, where it stands in the queue. From here it is read again.
type readingsScreen struct {
	*page.List[core.Job]
	clinic Clinic
	banner ui.Banner
	record core.Record
}

func (s *readingsScreen) Banner() ui.Banner     { return s.banner }
func (s *readingsScreen) Document() core.Record { return s.record }

func NewReadings(clinic Clinic, e *page.Env, r page.Readings) page.Screen {
	b, rec := r.Patient, r.Record
	s := &readingsScreen{clinic: clinic, banner: b, record: rec}
	s.List = page.NewList(e, r, page.ListOf[core.Job]{
		What:  func() string { return "Readings of “" + present.Or(rec.Title) + "”" },
		Empty: "Nobody has had this document read yet.", Then: "A has it read.",
		Cols: []ui.Column{{Title: "Asked", Width: 17}, {Title: "State", Width: 26, Flex: true}, {Title: "Language", Width: 9},
			{Title: "Priority", Width: 8, Drop: 1}, {Title: "Read by", Width: 14, Flex: true, Drop: 2}},
		Load: func(ctx context.Context, _ string) (page.ListPage[core.Job], error) {
			jobs, err := clinic.Jobs(ctx, core.JobFilter{RecordID: rec.ID, Limit: 100})
			for _, j := range jobs {
				if j.PatientID != b.ID {
					return page.ListPage[core.Job]{}, page.WrongPatient()
				}
			}
			return page.ListPage[core.Job]{Items: jobs, Count: len(jobs)}, err
		},
		Cell: func(j core.Job, c int) string {
			switch c {
			case 0:
				return present.Moment(j.CreatedAt, e.Location)
			case 1:
				return page.JobState(j)
			case 2:
				return present.Or(j.Language)
			case 3:
				return present.Or(string(j.Priority))
			}
			return present.Or(j.Model)
		},
		Foot:  page.JobFoot,
		Open:  s.open,
		Keys:  s.acts,
		Other: s.answer,
	})
	return s
}

func (s *readingsScreen) open(j core.Job) tea.Cmd {
	if j.Status == core.JobCompleted {
		s.Push(page.Result{Patient: s.banner, Record: s.record, Job: j.ID})
	} else {
		s.Push(page.Reading{Patient: s.banner, Record: s.record, Job: j.ID})
	}
	return nil
}

func (s *readingsScreen) acts(j core.Job, has bool) []ui.Binding {
	again := ui.Binding{Name: "analyse", Keys: []string{"A"}, Help: "read again", Off: s.AnalyzeOff(), Run: page.Do(func() { s.Push(page.ReadAgain{Patient: s.banner, Record: s.record, Before: s.newest()}) })}
	switch {
	case page.Unreadable(s.record) != "":
		again.Off = page.Unreadable(s.record)
	case again.Off == "" && !s.State.Got:
		again.Off = "Wait until the readings are loaded."
	}
	cancel := ui.Binding{Keys: []string{"ctrl+k"}, Act: true, Help: "cancel reading", Off: s.ChangeOff(), Run: func() tea.Cmd { return s.cancel(j) }}
	if !has || j.Status.Final() {
		cancel.Off = "This reading has ended."
	}
	return []ui.Binding{again, cancel}
}

// newest is the last reading; nil when there is none.
func (s *readingsScreen) newest() *core.Job {
	if len(s.Rows) == 0 {
		return nil
	}
	return &s.Rows[0]
}

func (s *readingsScreen) cancel(j core.Job) tea.Cmd {
	if s.Scope().Busy(slotCancel) {
		return nil
	}
	clinic := s.clinic
	return ui.Load(s.Scope(), slotCancel, func(ctx context.Context) (struct{}, error) { return struct{}{}, clinic.CancelJob(ctx, j.ID) })
}

func (s *readingsScreen) answer(msg tea.Msg) tea.Cmd {
	m, ok := msg.(ui.Result[struct{}])
	switch {
	case !ok:
		return nil
	case m.Err != nil:
		s.Bad(core.MessageOf(m.Err))
		return nil
	}
	s.Info("Reading is being stopped.")
	return s.Refresh()
}
