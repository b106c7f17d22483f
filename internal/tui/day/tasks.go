package day

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// sides are the lists of tasks; Tab goes from one to the next.
var sides = []struct {
	what, next string
	q          core.TaskQuery
}{
	{"Tasks for you, open", "the ones you sent", core.TaskQuery{}},
	{"Tasks you sent, also those that ended", "the ones for you, also ended", core.TaskQuery{Sent: true, All: true}},
	{"Tasks for you, also those that ended", "the open ones for you", core.TaskQuery{All: true}},
}

// NewTasks lists tasks, the most urgent first.
func NewTasks(clinic Clinic, e *page.Env, r page.Tasks) page.Screen {
	side := 0
	var s *page.List[core.Task]
	s = page.NewList(e, r, page.ListOf[core.Task]{
		What: func() string { return sides[side].what }, Order: "most urgent first", Empty: "There is no such task.", Then: "@ on a document or a value sends one; Tab shows the other lists.",
		Cols: []ui.Column{{Title: "", Width: 1}, {Title: "Due", Width: 11}, {Title: "Patient", Width: 18, Flex: true}, {Title: "What", Width: 20, Flex: true}, {Title: "State", Width: 11}},
		Load: func(ctx context.Context, _ string) (page.ListPage[core.Task], error) {
			l, err := clinic.Tasks(ctx, sides[side].q)
			return page.ListPage[core.Task]{Items: l.Results, Count: l.Count, AsAt: l.AsAt}, err
		},
		Cell: func(t core.Task, c int) string {
			switch c {
			case 0:
				return map[bool]string{true: "!"}[t.Overdue || t.Status == core.TaskFailed]
			case 1:
				return t.Due.Display()
			case 2:
				return page.First(t.PatientName, "not yours")
			case 3:
				return present.TaskWhat(t)
			}
			if t.Overdue {
				return "overdue"
			}
			return map[core.TaskStatus]string{core.TaskRequested: "open", core.TaskAccepted: "taken on", core.TaskCompleted: "done",
				core.TaskCancelled: "taken back", core.TaskFailed: "impossible"}[t.Status]
		},
		Foot: func(t core.Task) string { return taskFoot(e, t) },
		Mute: func(t core.Task) bool { return !t.Status.Open() },
		Open: func(t core.Task) tea.Cmd {
			if t.PatientName == "" {
				e.Warn("This task is about a patient who is not yours.")
				return nil
			}
			e.Push(page.Chart{Patient: ui.Banner{ID: t.PatientID, Name: t.PatientName, Born: t.PatientBorn, MRN: t.PatientMRN, Loading: true}, Record: t.RecordID})
			return nil
		},
		Keys: func(t core.Task, has bool) []ui.Binding {
			return append(taskKeys(clinic, &s.Base, t, has), ui.Binding{Name: "next list", Keys: []string{"tab"}, Help: sides[side].next, Run: func() tea.Cmd {
				side = (side + 1) % len(sides)
				return s.Refresh()
			}})
		},
		Other: func(msg tea.Msg) tea.Cmd { return taskAnswer(&s.Base, msg, s.Refresh) },
	})
	return s
}

// taskFoot says all of a task that its row has no room for.
func taskFoot(e *page.Env, t core.Task) string {
	return present.Or(t.Title) + ": " + present.TaskSentence(t) + " (" + string(t.Status) + " " + present.Moment(t.LastModified, e.Location) + ")"
}

const slotTask ui.Slot = "task"

// changedTask is the answer to an act on a task.
type changedTask struct {
	Task core.Task
	Said string
}

// taskKeys are what can be done with a task.
func taskKeys(clinic Clinic, b *page.Base, t core.Task, has bool) []ui.Binding {
	no := b.ChangeOff()
	switch {
	case no != "":
	case !has:
		no = "There is no task in this row."
	case !t.Status.Open():
		no = "This task has ended."
	}
	mine, sent := no, no
	if no == "" && t.Owner != b.UserID() {
		mine = "Only " + t.OwnerName + ", who was asked, can do that."
	}
	if no == "" && t.Requester != b.UserID() {
		sent = "Only " + t.RequesterName + ", who sent this task, can take it back."
	}
	act := func(said string, act core.TaskAct) func() tea.Cmd {
		return func() tea.Cmd {
			return ui.Load(b.Scope(), slotTask, func(ctx context.Context) (changedTask, error) {
				out, err := clinic.ChangeTask(ctx, t.ID, t.Version, act, "")
				return changedTask{out, said}, err
			})
		}
	}
	on := mine
	if on == "" && t.Status == core.TaskAccepted {
		on = "You have taken this task on."
	}
	return []ui.Binding{
		{Name: "task-done", Keys: []string{"K"}, Help: "done", Quiet: !has, Off: mine, Run: page.Do(func() { b.Push(page.EndTask{Task: t}) })},
		{Name: "take-on", Keys: []string{"ctrl+t"}, Help: "take on", Act: true, Quiet: true, Off: on, Run: act("Taken on.", core.TaskAccept)},
		{Name: "take-back", Keys: []string{"Z"}, Help: "take back", Quiet: !has, Off: sent, Run: func() tea.Cmd {
			b.Confirm("Take back the task “"+present.TaskWhat(t)+"” for "+t.OwnerName+"?", "take it back", act("Taken back.", core.TaskCancel))
			return nil
		}},
	}
}

// taskAnswer takes the answer to an act and reads the list again.
func taskAnswer(b *page.Base, msg tea.Msg, refresh func() tea.Cmd) tea.Cmd {
	m, ok := msg.(ui.Result[changedTask])
	switch {
	case !ok:
		return nil
	case m.Err != nil:
		b.Bad(core.MessageOf(m.Err))
	default:
		b.Info(m.Value.Said)
	}
	return refresh()
}

// endTask says that a task is done, with an answer or without.
type endTask struct {
	page.Base
	clinic Clinic
	task   core.Task
	form   ui.Form
	err    string
}

func NewEndTask(clinic Clinic, e *page.Env, r page.EndTask) page.Screen {
	s := &endTask{Base: page.NewBase(e, r), clinic: clinic, task: r.Task}
	s.form.Fields = []*ui.Field{{Key: "output", Label: "Answer", Input: ui.Input{Max: 2000, Hint: "may be empty"}}}
	return s
}

func (s *endTask) Banner() ui.Banner {
	return ui.Banner{ID: s.task.PatientID, Name: s.task.PatientName, Born: s.task.PatientBorn, MRN: s.task.PatientMRN, Loading: true}
}
func (s *endTask) Leaving() string { return page.Unsaved(&s.form) }
func (s *endTask) Typing() bool    { return !s.Scope().Busy(slotTask) }

func (s *endTask) Keys() []ui.Binding {
	return []ui.Binding{{Name: "say-done", Keys: []string{"enter"}, Help: "it is done"}, {Keys: []string{"esc"}, Help: "leave it open", Run: page.Do(s.Pop)}}
}

func (s *endTask) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if !s.Typing() || !s.form.Update(m) {
			return nil
		}
		clinic, t, answer := s.clinic, s.task, strings.TrimSpace(s.form.Field("output").Value())
		return ui.Load(s.Scope(), slotTask, func(ctx context.Context) (core.Task, error) {
			return clinic.ChangeTask(ctx, t.ID, t.Version, core.TaskComplete, answer)
		})
	case ui.Result[core.Task]:
		if m.Err != nil {
			s.err = page.FormErrors(&s.form, m.Err)
			if now, says, ok := page.Outdated[core.Task](m.Err); ok && now.ID == s.task.ID {
				s.task, s.err = now, says
			}
			return nil
		}
		s.form.Settle()
		s.Info("Done. " + s.task.RequesterName + " sees it.")
		s.Pop()
	}
	return nil
}

func (s *endTask) View() string {
	return s.Asking(ui.Block(s.Theme.Strong.Render, "Is this done? "+present.TaskSentence(s.task), s.W), "Who sent it sees that it is done, by whom and when.", &s.form, s.Outcome(slotTask, "Storing …", s.err))
}
