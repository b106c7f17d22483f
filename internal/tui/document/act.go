package document

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// recordAct does a deed to a document, for a reason. What hides a document, or
// takes its protection away, asks for two identifiers.
type recordAct struct {
	lastQuestion
	deed
	banner ui.Banner
	record core.Record
	left   int // screens to leave when it is done
}

// deed is what can happen to a document for a reason.
type deed struct {
	key         string
	label, hint string // the label of the reason, and an example
	question    func(what string) string
	then        func(core.Record) string // what it means
	said        func(what, whose string) string
	proven      bool // asks for two identifiers
	do          func(core.Documents, context.Context, string, core.Confirmation) (core.Record, error)
}

const slotAct ui.Slot = "record act"

// deedInError hides a document that is wrong; it can be restored.
func deedInError() deed {
	return deed{
		key: "next, then hide", proven: true,
		label: "Why is it wrong", hint: "wrong document; scanned twice; unreadable",
		question: func(what string) string { return "Mark " + what + " as entered in error?" },
		then: func(core.Record) string {
			return "It is hidden from work and feeds nothing any more. It is not erased and can be restored. To confirm, give the reason and type from the banner:"
		},
		said: func(what, whose string) string {
			return what + " of " + whose + " is marked as entered in error. z in the chart shows it; Z restores it."
		},
		do: core.Documents.EnterInError,
	}
}

// deedRestore brings a document back that was entered in error.
func deedRestore() deed {
	return deed{
		key: "restore", label: "Why does it count again",
		question: func(what string) string { return "Let " + what + " count again?" },
		then:     func(r core.Record) string { return "It was marked: " + present.Or(r.StatusReason) },
		said:     func(what, whose string) string { return what + " of " + whose + " counts again." },
		do:       core.Documents.RestoreRecord,
	}
}

// deedHold places a legal hold.
func deedHold() deed {
	return deed{
		key: "place the hold", label: "Why is it held", hint: "complaint, claim or request, with its number",
		question: func(what string) string { return "Place a legal hold on " + what + "?" },
		then: func(core.Record) string {
			return "Nobody can edit, hide, move, split or delete it then, you neither. It can be read and reviewed as before. Only you, or the privacy officer, can release it."
		},
		said: func(what, whose string) string {
			return what + " of " + whose + " is under legal hold. H releases it."
		},
		do: core.Documents.HoldRecord,
	}
}

// deedRelease takes a legal hold away.
func deedRelease() deed {
	return deed{
		key: "next, then release", proven: true, label: "Why may it change again",
		question: func(what string) string { return "Release the legal hold on " + what + "?" },
		then: func(r core.Record) string {
			return "It was placed because: " + present.Or(r.LegalHold.Reason) + ". Without it the document can be changed and deleted. To confirm, give the reason and type from the banner:"
		},
		said: func(what, whose string) string {
			return "The legal hold on " + what + " of " + whose + " is released."
		},
		do: core.Documents.ReleaseRecord,
	}
}

// deedOf says how a deed is asked for and done.
func deedOf(d page.Deed) deed {
	switch d {
	case page.EnterInError:
		return deedInError()
	case page.Restore:
		return deedRestore()
	case page.PlaceHold:
		return deedHold()
	}
	return deedRelease()
}

// NewAct asks for the reason of a deed, and for what else it needs.
func NewAct(clinic Clinic, e *page.Env, r page.Act) page.Screen {
	d := deedOf(r.Deed)
	var proofs []challenge
	if d.proven {
		proofs = []challenge{{banner: r.Patient}}
	}
	return &recordAct{deed: d, banner: r.Patient, record: r.Record, left: r.Left,
		lastQuestion: newLastQuestion(clinic, e, r, slotAct, "Storing …", why(d.label, d.hint), proofs...)}
}

func (s *recordAct) Banner() ui.Banner  { return s.banner }
func (s *recordAct) Keys() []ui.Binding { return s.keys("leave it as it is", s.key) }

func (s *recordAct) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.typed(m) {
			return s.act("do it", s.send)
		}
	case ui.Result[core.Record]:
		if m.Err == nil && m.Value.PatientID != s.banner.ID {
			m.Err = page.WrongPatient()
		}
		if s.refused(m.Err, &s.record) {
			return nil
		}
		s.Changed(m.Value)
		s.done(s.said("“"+present.Or(s.record.Title)+"”", s.banner.Name), s.left)
	}
	return nil
}

func (s *recordAct) send() tea.Cmd {
	clinic, id, act, c := s.clinic, s.record.ID, s.do, s.confirmation()
	c.Version = s.record.Version
	return ui.Load(s.Scope(), slotAct, func(ctx context.Context) (core.Record, error) { return act(clinic, ctx, id, c) })
}

func (s *recordAct) View() string {
	what := "“" + present.Or(s.record.Title) + "” (" + present.Or(s.record.Type.TypeName) + ", " + present.Dated(s.record.DocumentDate) + ", uploaded " +
		present.Day(s.record.UploadedAt, s.Location) + ") of " + page.Identified(s.banner)
	return s.view(ui.Block(s.Theme.Strong.Render, s.question(what), s.W), s.then(s.record))
}
