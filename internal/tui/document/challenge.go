package document

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// challenge asks for two identifiers of a patient, to be read from the screen
// and typed, before something is done that could harm the wrong person. The server
// says whether they fit: what is typed goes there as it is, so that a wrong answer
// is slowed down and recorded, and no client can answer for the person.
type challenge struct {
	banner ui.Banner
	key    string // tells the fields of one patient from those of another
	whose  string // behind the labels: ", part 2"
}

// fields are the two lines of the form.
func (c challenge) fields() []*ui.Field {
	second := "Year of birth"
	if c.byMRN() {
		second = "Last four of the MRN"
	}
	return []*ui.Field{{Key: "family" + c.key, Label: "Family name" + c.whose}, {Key: "second" + c.key, Label: second + c.whose}}
}

// typed gives what was typed, for the server to compare. What cannot be an answer
// at all is added to errs, by field.
func (c challenge) typed(f *ui.Form, errs map[string][]string) core.Identifiers {
	family, second := "family"+c.key, "second"+c.key
	out := core.Identifiers{FamilyName: strings.TrimSpace(f.Field(family).Value())}
	if out.FamilyName == "" {
		errs[family] = []string{"Type the family name."}
	}
	answer := strings.TrimSpace(f.Field(second).Value())
	if c.byMRN() {
		if out.MRNEnding = answer; answer == "" {
			errs[second] = []string{"Type the last four of the MRN."}
		}
		return out
	}
	year, err := strconv.Atoi(answer)
	if err != nil || year < 1 || year > 9999 {
		errs[second] = []string{"A year is four digits, such as 1940."}
	}
	out.BirthYear = year
	return out
}

// byMRN reports whether the MRN is asked for, where no year of birth is recorded.
func (c challenge) byMRN() bool { return c.banner.Year() == "" }

// lastQuestion is what screens embed that ask before a deed: a reason, and two
// identifiers of everybody who could be harmed by it.
type lastQuestion struct {
	page.Base
	clinic Clinic
	form   ui.Form
	proofs []challenge
	given  []core.Identifiers // what was typed for each of the proofs
	slot   ui.Slot            // of the deed
	doing  string             // while it is done: "Moving …"
	err    string
	stands string // what somebody else did meanwhile, which the next try knows of
}

// newLastQuestion asks for the reason, unless that is nil, and the proofs.
func newLastQuestion(clinic Clinic, e *page.Env, r page.Route, slot ui.Slot, doing string, reason *ui.Field, proofs ...challenge) lastQuestion {
	q := lastQuestion{Base: page.NewBase(e, r), clinic: clinic, proofs: proofs, slot: slot, doing: doing}
	if reason != nil {
		q.form.Fields = append(q.form.Fields, reason)
	}
	for _, c := range proofs {
		q.form.Fields = append(q.form.Fields, c.fields()...)
	}
	return q
}

// why is the field of a reason.
func why(label, hint string) *ui.Field {
	return &ui.Field{Key: "reason", Label: label, Input: ui.Input{Hint: hint}}
}

// Leaving asks before what was typed is lost.
func (q *lastQuestion) Leaving() string { return page.Unsaved(&q.form) }

func (q *lastQuestion) Typing() bool { return !q.Scope().Busy(q.slot) }

// keys are those of the question: leave says what Esc does, act what Enter leads to.
func (q *lastQuestion) keys(leave, act string) []ui.Binding {
	return []ui.Binding{
		{Name: leave, Keys: []string{"esc"}, Help: leave, Run: page.Do(q.Pop)},
		{Name: act, Keys: []string{"enter"}, Help: act},
	}
}

// typed takes a key; it reports true when everything was answered. Identifiers
// are to be read and typed, not pasted; a reason and a password may be pasted.
func (q *lastQuestion) typed(m tea.KeyMsg) (answered bool) {
	if !q.Typing() || m.Paste && q.form.Focused().Key != "reason" && q.form.Focused().Key != fieldPassword || !q.form.Update(m) {
		return false
	}
	errs := map[string][]string{}
	q.given = q.given[:0]
	for _, c := range q.proofs {
		q.given = append(q.given, c.typed(&q.form, errs))
	}
	if f := q.form.Fields[0]; f.Key == "reason" && q.reason() == "" {
		errs["reason"] = []string{"Say in a few words why."}
	}
	q.err = ""
	q.form.SetErrors(errs)
	return len(errs) == 0
}

// confirmation is what was typed: the reason, and the identifiers of the first proof.
func (q *lastQuestion) confirmation() core.Confirmation {
	out := core.Confirmation{Reason: q.reason()}
	if len(q.given) > 0 {
		out.Identifiers = q.given[0]
	}
	return out
}

func (q *lastQuestion) reason() string { return strings.TrimSpace(q.form.Field("reason").Value()) }

// refused shows why the server did not do it; it reports whether there is such a why. Where
// somebody else changed the record meanwhile, rec is it as it is now.
func (q *lastQuestion) refused(err error, rec *core.Record) bool {
	if err == nil {
		return false
	}
	if now, says, ok := page.Outdated[core.Record](err); ok && now.ID == rec.ID && now.PatientID == rec.PatientID {
		*rec, q.err, q.stands = now, says, says
		q.Changed(now)
		return true
	}
	q.err = page.FormErrors(&q.form, err)
	return true
}

// act does the deed that was asked for. Over what somebody else did meanwhile it asks again.
func (q *lastQuestion) act(verb string, do func() tea.Cmd) tea.Cmd {
	if q.stands == "" {
		return do()
	}
	q.Confirm(q.stands+" Go on all the same?", verb, func() tea.Cmd {
		q.stands = ""
		return do()
	})
	return nil
}

// done leaves screens behind a deed that was done.
func (q *lastQuestion) done(said string, left int) {
	q.Info(said)
	q.form.Settle()
	for range left {
		q.Pop()
	}
}

// view lays out the question.
func (q *lastQuestion) view(question, meaning string) string {
	return q.Asking(question, meaning, &q.form, q.Outcome(q.slot, q.doing, q.err))
}
