package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// readingsScreen is every reading of a document, newest first: how it went,
// with what settings, where it stands in the queue. From here it is read again.
type readingsScreen struct {
	*listScreen[core.Job]
	banner ui.Banner
	record core.Record
}

func (s *readingsScreen) Banner() ui.Banner     { return s.banner }
func (s *readingsScreen) Document() core.Record { return s.record }

func newReadings(e *env, r Readings) Screen {
	b, rec := r.Patient, r.Record
	s := &readingsScreen{banner: b, record: rec}
	backend := e.backend
	s.listScreen = newList(e, r, listOf[core.Job]{
		what:  func() string { return "Readings of “" + ui.Or(rec.Title) + "”" },
		empty: "Nobody has had this document read yet.", then: "A has it read.",
		cols: []ui.Column{{Title: "Asked", Width: 17}, {Title: "State", Width: 26, Flex: true}, {Title: "Language", Width: 9},
			{Title: "Priority", Width: 8, Drop: 1}, {Title: "Read by", Width: 14, Flex: true, Drop: 2}},
		load: func(ctx context.Context, _ string) (listPage[core.Job], error) {
			jobs, err := backend.Jobs(ctx, core.JobFilter{RecordID: rec.ID, Limit: 100})
			for _, j := range jobs {
				if j.PatientID != b.ID {
					return listPage[core.Job]{}, wrongPatient()
				}
			}
			return listPage[core.Job]{Items: jobs, Count: len(jobs)}, err
		},
		cell: func(j core.Job, c int) string {
			switch c {
			case 0:
				return ui.Moment(j.CreatedAt, e.loc)
			case 1:
				return jobState(j)
			case 2:
				return ui.Or(j.Language)
			case 3:
				return ui.Or(string(j.Priority))
			}
			return ui.Or(j.Model)
		},
		foot:  jobFoot,
		open:  s.open,
		keys:  s.acts,
		other: s.answer,
	})
	return s
}

func (s *readingsScreen) open(j core.Job) tea.Cmd {
	if j.Status == core.JobCompleted {
		s.push(Result{Patient: s.banner, Record: s.record, Job: j.ID})
	} else {
		s.push(Reading{Patient: s.banner, Record: s.record, Job: j.ID})
	}
	return nil
}

func (s *readingsScreen) acts(j core.Job, has bool) []ui.Binding {
	again := ui.Binding{Name: "analyse", Keys: []string{"A"}, Help: "read again", Off: s.analyzeOff(), Run: do(func() { s.push(ReadAgain{Patient: s.banner, Record: s.record, Before: s.newest()}) })}
	switch {
	case unreadable(s.record) != "":
		again.Off = unreadable(s.record)
	case again.Off == "" && !s.state.Got:
		again.Off = "Wait until the readings are loaded."
	}
	cancel := ui.Binding{Keys: []string{"X"}, Help: "cancel reading", Off: s.changeOff(), Run: func() tea.Cmd { return s.cancel(j) }}
	if !has || j.Status.Final() {
		cancel.Off = "This reading has ended."
	}
	return []ui.Binding{again, cancel}
}

// newest is the last reading; nil when there is none.
func (s *readingsScreen) newest() *core.Job {
	if len(s.rows) == 0 {
		return nil
	}
	return &s.rows[0]
}

func (s *readingsScreen) cancel(j core.Job) tea.Cmd {
	if s.scope.Busy(slotCancel) {
		return nil
	}
	backend := s.backend
	return ui.Load(s.scope, slotCancel, func(ctx context.Context) (struct{}, error) { return struct{}{}, backend.CancelJob(ctx, j.ID) })
}

func (s *readingsScreen) answer(msg tea.Msg) tea.Cmd {
	m, ok := msg.(ui.Result[struct{}])
	switch {
	case !ok:
		return nil
	case m.Err != nil:
		s.bad(core.MessageOf(m.Err))
		return nil
	}
	s.info("Reading is being stopped.")
	return s.Refresh()
}
