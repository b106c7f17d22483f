package day

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// NewNotifications lists notifications of a level ("" all) and of a state; Tab
// goes from the open ones to the deferred ones and those that are done.
func NewNotifications(clinic Clinic, e *page.Env, r page.Notifications) page.Screen {
	state, level := core.NotificationOpen, r.Level
	var s *page.List[core.Notification]
	s = page.NewList(e, r, page.ListOf[core.Notification]{
		Order: "newest first", Empty: "No notification is in this state.", Then: "Tab shows those that are deferred or done.",
		What: func() string {
			what := "Notifications, " + string(state)
			if level == "action" {
				what = "To do, " + string(state)
			}
			return what
		},
		Cols: []ui.Column{{Title: "", Width: 1}, {Title: "When", Width: 17, Drop: 1}, {Title: "Patient", Width: 20, Flex: true}, {Title: "What", Width: 24, Flex: true}},
		Load: func(ctx context.Context, cursor string) (page.ListPage[core.Notification], error) {
			p, err := clinic.Notifications(ctx, core.NotificationQuery{State: state, Level: level, Cursor: cursor})
			return page.ListPage[core.Notification]{Items: p.Notifications, Count: p.Count, Next: p.Next, AsAt: p.AsAt}, err
		},
		Cell: func(n core.Notification, c int) string {
			switch c {
			case 0:
				return noteSign(n)
			case 1:
				return present.Moment(n.CreatedAt, e.Location)
			case 2:
				return n.PatientName
			}
			return noteText(n, e.Location)
		},
		Foot: func(n core.Notification) string { return noteText(n, e.Location) },
		Open: func(n core.Notification) tea.Cmd { return openNote(clinic, &s.Base, n) },
		Keys: func(n core.Notification, has bool) []ui.Binding {
			next := map[core.NotificationState]core.NotificationState{core.NotificationOpen: core.NotificationDeferred,
				core.NotificationDeferred: core.NotificationDone, core.NotificationDone: core.NotificationOpen}[state]
			return append(noteKeys(clinic, &s.Base, n, has), ui.Binding{Name: "next state", Keys: []string{"tab"}, Help: "the " + string(next) + " ones", Run: func() tea.Cmd {
				state = next
				return s.Refresh()
			}})
		},
		Other: func(msg tea.Msg) tea.Cmd { return noteAnswer(&s.Base, msg, s.Refresh) },
	})
	return s
}

// noteSign tells what asks for something.
func noteSign(n core.Notification) string {
	if n.Level == "action" && n.State != core.NotificationDone {
		return "!"
	}
	return ""
}

// noteText is what a notification says, with what happened to it.
func noteText(n core.Notification, loc *time.Location) string {
	text := n.Text
	if n.From != "" {
		text += " (from " + n.From + page.First(map[bool]string{true: ": " + n.Note}[n.Note != ""]) + ")"
	}
	switch {
	case n.ForwardedTo != "":
		text += " [forwarded to " + n.ForwardedTo + "]"
	case n.State == core.NotificationDeferred && n.DeferredUntil != nil:
		text += " [until " + present.Moment(*n.DeferredUntil, loc) + "]"
	}
	return text
}

const slotNote ui.Slot = "note"

// changedNote is the answer to an act on a notification.
type changedNote struct {
	Note core.Notification
	Said string
}

// openNote goes to the exact item a notification is about.
func openNote(clinic Clinic, b *page.Base, n core.Notification) tea.Cmd {
	if n.PatientID == nil {
		b.Info(n.Text)
	} else {
		banner := ui.Banner{ID: *n.PatientID, Name: n.PatientName, MRN: n.PatientMRN, Loading: true}
		record := ""
		if n.RecordID != nil {
			record = *n.RecordID
		}
		b.Push(page.Chart{Patient: banner, Record: record})
	}
	id := n.ID
	return ui.Load(b.Scope(), slotNote, func(ctx context.Context) (changedNote, error) {
		out, err := clinic.ChangeNotification(ctx, id, "", core.NotificationView, time.Time{}) // whatever it says by now
		return changedNote{out, ""}, err
	})
}

// noteKeys are what can be done with a notification.
func noteKeys(clinic Clinic, b *page.Base, n core.Notification, has bool) []ui.Binding {
	no := b.ChangeOff()
	if !has {
		no = page.First(no, "This row is no notification.")
	}
	done, reopen := no, no
	if no == "" && n.State == core.NotificationDone {
		done = "It is done already; Z opens it again."
	}
	if no == "" && n.State == core.NotificationOpen {
		reopen = "It is open; there is nothing to undo."
	}
	act := func(said string, act core.NotificationAct) func() tea.Cmd {
		return func() tea.Cmd {
			return ui.Load(b.Scope(), slotNote, func(ctx context.Context) (changedNote, error) {
				out, err := clinic.ChangeNotification(ctx, n.ID, n.Version, act, time.Time{})
				return changedNote{out, said}, err
			})
		}
	}
	return []ui.Binding{
		{Keys: []string{"K"}, Help: "acknowledge", Act: true, Quiet: !has, Off: done, Run: act("Acknowledged.", core.NotificationAcknowledge)},
		{Keys: []string{"P"}, Help: "defer", Quiet: !has, Off: done, Run: page.Do(func() { b.Push(page.Note{Note: n}) })},
		{Keys: []string{">"}, Help: "forward", Quiet: true, Off: done, Run: page.Do(func() { b.Push(page.Note{Note: n, Forward: true}) })},
		{Keys: []string{"Z"}, Help: "open again", Act: true, Quiet: true, Off: reopen, Run: act("Open again.", core.NotificationReopen)},
	}
}

// noteAnswer takes the answer to an act and reads the list again.
func noteAnswer(b *page.Base, msg tea.Msg, refresh func() tea.Cmd) tea.Cmd {
	m, ok := msg.(ui.Result[changedNote])
	switch {
	case !ok:
		return nil
	case m.Err != nil:
		if _, says, outdated := page.Outdated[core.Notification](m.Err); outdated {
			b.Bad(says)
			return refresh()
		}
		b.Bad(core.MessageOf(m.Err))
		return nil
	case m.Value.Said == "":
		return nil // it was opened; the list is read again on coming back
	}
	b.Info(m.Value.Said)
	return refresh()
}

// noteScreen defers a notification or hands it to a colleague.
type noteScreen struct {
	page.Base
	clinic  Clinic
	note    core.Notification
	forward bool
	form    ui.Form
	err     string
}

// patientNote is a noteScreen about a patient.
type patientNote struct {
	noteScreen
	banner ui.Banner
}

// Banner makes the root draw the patient the notification is about.
func (s *patientNote) Banner() ui.Banner { return s.banner }

// Init completes the banner: a notification names its patient, no more.
func (s *patientNote) Init() tea.Cmd {
	clinic, id := s.clinic, s.banner.ID
	return ui.Load(s.Scope(), page.SlotPatient, func(ctx context.Context) (core.PatientDetail, error) { return clinic.Patient(ctx, id) })
}

func (s *patientNote) Update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(ui.Result[core.PatientDetail])
	if !ok {
		return s.noteScreen.Update(msg)
	}
	if m.Err == nil && m.Value.Patient.ID == s.banner.ID { // else the banner goes on saying that it is not complete
		s.banner = ui.BannerOf(m.Value.Patient)
	}
	return nil
}

func NewNote(clinic Clinic, e *page.Env, r page.Note) page.Screen {
	n := r.Note
	s := noteScreen{Base: page.NewBase(e, r), clinic: clinic, note: n, forward: r.Forward}
	if r.Forward {
		s.form.Fields = []*ui.Field{{Key: "clinician_email", Label: "To (e-mail)"}, {Key: "note", Label: "Note", Input: ui.Input{Hint: "may be empty"}}}
	} else {
		until := &ui.Field{Key: "until", Label: "Until", Choice: true, Note: "Left/Right choose"}
		for _, t := range deferrals(e.Today()) {
			until.Options = append(until.Options, ui.Option{Value: t.Format(time.RFC3339), Label: present.Weekday(t, e.Location) + " " + present.Clock(t, e.Location)})
		}
		s.form.Fields = []*ui.Field{until}
	}
	if n.PatientID != nil {
		return &patientNote{s, ui.Banner{ID: *n.PatientID, Name: n.PatientName, MRN: n.PatientMRN, Loading: true}}
	}
	return &s
}

// deferrals are the moments offered: in an hour, this afternoon, the coming mornings.
func deferrals(now time.Time) []time.Time {
	at := func(days, hour int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+days, hour, 0, 0, 0, now.Location())
	}
	out := []time.Time{now.Add(time.Hour).Truncate(time.Minute)}
	if noon := at(0, 14); noon.After(now.Add(time.Hour)) {
		out = append(out, noon)
	}
	for days := 1; days <= 7; days++ {
		out = append(out, at(days, 8))
	}
	return out
}

// Leaving asks before what was typed is lost.
func (s *noteScreen) Leaving() string { return page.Unsaved(&s.form) }

func (s *noteScreen) Typing() bool { return !s.Scope().Busy(slotNote) }

func (s *noteScreen) Keys() []ui.Binding {
	return []ui.Binding{
		{Name: "confirm", Keys: []string{"enter"}, Help: strings.ToLower(s.Route().Title())},
		{Keys: []string{"esc"}, Help: "leave it open", Run: page.Do(s.Pop)},
	}
}

func (s *noteScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.Typing() && s.form.Update(m) {
			return s.send()
		}
	case ui.Result[changedNote]:
		if m.Err != nil {
			s.err = page.FormErrors(&s.form, m.Err)
			if now, says, ok := page.Outdated[core.Notification](m.Err); ok && now.ID == s.note.ID {
				s.note, s.err = now, says
			}
			return nil
		}
		s.Info(m.Value.Said)
		s.form.Settle()
		s.Pop()
	}
	return nil
}

func (s *noteScreen) send() tea.Cmd {
	clinic, id, version := s.clinic, s.note.ID, s.note.Version
	s.err = ""
	if s.forward {
		to, note := strings.TrimSpace(s.form.Field("clinician_email").Value()), strings.TrimSpace(s.form.Field("note").Value())
		if to == "" {
			s.form.SetErrors(map[string][]string{"clinician_email": {"To whom?"}})
			return nil
		}
		return ui.Load(s.Scope(), slotNote, func(ctx context.Context) (changedNote, error) {
			n, err := clinic.ForwardNotification(ctx, id, version, to, note)
			return changedNote{n, "Forwarded to " + to + "."}, err
		})
	}
	until, err := time.Parse(time.RFC3339, s.form.Field("until").Value())
	if err != nil {
		return nil
	}
	said := "Deferred until " + present.Moment(until, s.Location) + "."
	return ui.Load(s.Scope(), slotNote, func(ctx context.Context) (changedNote, error) {
		n, err := clinic.ChangeNotification(ctx, id, version, core.NotificationDefer, until)
		return changedNote{n, said}, err
	})
}

func (s *noteScreen) View() string {
	head := fmt.Sprintf("%s: %s", s.Route().Title(), s.note.Text)
	out := ui.Block(s.Theme.Head.Render, head, s.W) + "\n\n" + s.form.View(s.Theme, s.W, max(1, s.H-5)) + "\n\n"
	return out + s.Outcome(slotNote, "Storing …", s.err)
}
