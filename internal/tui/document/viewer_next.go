package document

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

const slotNext ui.Slot = "next unread"

// nextUnread is the document after one, of those the user has not reviewed.
type nextUnread struct {
	core.UnreadRecord
	Has    bool
	Around bool // the list was begun again
	Count  int  // of all
}

// nextKey goes through what the user has not reviewed of all patients.
func (s *viewerScreen) nextKey() ui.Binding {
	return ui.Binding{Keys: []string{"."}, Help: "next unread", Run: s.askNext}
}

func (s *viewerScreen) askNext() tea.Cmd {
	if s.Scope().Busy(slotNext) {
		return nil
	}
	clinic, after := s.clinic, s.record
	return ui.Load(s.Scope(), slotNext, func(ctx context.Context) (nextUnread, error) {
		var all []core.UnreadRecord
		for q := (core.UnreadQuery{Limit: 200}); ; {
			p, err := clinic.UnreadRecords(ctx, q)
			if err != nil {
				return nextUnread{}, err
			}
			all = append(all, p.Records...)
			if n, ok := following(all, after); ok || p.Next == "" {
				n.Count = p.Count
				return n, nil
			}
			q.Cursor = p.Next
		}
	})
}

// following gives the document behind one in a list that has the newest first and may have
// lost it; false when the list so far does not reach behind it, with the first of the list
// then.
func following(list []core.UnreadRecord, after core.Record) (nextUnread, bool) {
	if i := slices.IndexFunc(list, func(u core.UnreadRecord) bool { return u.Record.ID == after.ID }); i >= 0 {
		if i+1 < len(list) {
			return nextUnread{UnreadRecord: list[i+1], Has: true}, true
		}
	} else if i := slices.IndexFunc(list, func(u core.UnreadRecord) bool { return u.Record.UploadedAt.Before(after.UploadedAt) }); i >= 0 {
		return nextUnread{UnreadRecord: list[i], Has: true}, true
	}
	for _, u := range list {
		if u.Record.ID != after.ID {
			return nextUnread{UnreadRecord: u, Has: true, Around: true}, false
		}
	}
	return nextUnread{}, false
}

// gotNext shows the next document in place of this one. The shell draws the new banner and
// drops keys that were under way when the patient is another; a name that sounds like
// another's is asked about first.
func (s *viewerScreen) gotNext(m ui.Result[nextUnread]) {
	n := m.Value
	switch {
	case m.Err != nil:
		s.Bad(core.MessageOf(m.Err))
		return
	case !n.Has && n.Count > 0:
		s.Info("This is the only document that you have not reviewed.")
		return
	case !n.Has:
		s.Info("You have reviewed every document of your patients.")
		return
	case n.Record.PatientID != n.Patient.ID:
		s.Bad(core.MessageOf(page.WrongPatient()))
		return
	}
	left := page.Count(n.Count, "document") + " not reviewed, this one too."
	if n.Around {
		left = "From the newest again. " + left
	}
	banner := ui.BannerOfSummary(n.Patient)
	banner.Loading = true // allergies and alerts are fetched, and said to be on their way
	open := func() {
		s.Replace(page.Viewer{Patient: banner, Record: n.Record})
		s.Info(left)
	}
	if n.Patient.ID != s.banner.ID && n.Patient.NameAlert != "" {
		name := core.DisplayName(n.Patient.User.LastName, n.Patient.User.FirstName, n.Patient.Title)
		s.Confirm("NAME ALERT. The next document is of "+name+", born "+n.Patient.DateOfBirth.Display()+"; "+n.Patient.NameAlert+". Open it?", "open", page.Do(open))
		return
	}
	open()
}
