package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core/text"
	"clinician/internal/tui/ui"
)

// challenge asks for two identifiers of a patient, to be read from the screen
// and typed, before something is done that could harm the wrong person.
type challenge struct {
	banner  ui.Banner
	family  string // as the chart has it; "" takes it from the banner's name
	key     string // tells the fields of one patient from those of another
	whose   string // behind the labels: ", part 2"
	yearFor string // what cannot be done without a year of birth: "move it"; "" takes the MRN instead
}

// fields are the two lines of the form.
func (c challenge) fields() []*ui.Field {
	second := "Year of birth"
	if c.banner.Year() == "" && c.yearFor == "" {
		second = "Last four of the MRN"
	}
	return []*ui.Field{{Key: "family" + c.key, Label: "Family name" + c.whose}, {Key: "second" + c.key, Label: second + c.whose}}
}

// second is the identifier beside the family name.
func (c challenge) second() string {
	if y := c.banner.Year(); y != "" {
		return y
	}
	return c.banner.MRN[max(0, len(c.banner.MRN)-4):]
}

func (c challenge) familyName() string {
	if c.family != "" {
		return c.family
	}
	family, _, _ := strings.Cut(c.banner.Name, ",")
	return family
}

// check adds what is wrong with what was typed to errs, by field.
func (c challenge) check(f *ui.Form, errs map[string][]string) {
	if !text.SameName(f.Field("family"+c.key).Value(), c.familyName()) {
		errs["family"+c.key] = []string{"This is not the family name of " + c.banner.Name + "."}
	}
	switch {
	case c.yearFor != "" && c.banner.Year() == "":
		errs["second"+c.key] = []string{"This patient's year of birth is not recorded; ask the records office to " + c.yearFor + "."}
	case strings.TrimSpace(f.Field("second"+c.key).Value()) != c.second() || c.second() == "":
		errs["second"+c.key] = []string{"This does not fit " + c.banner.Name + "."}
	}
}

// lastQuestion is what screens embed that ask before a deed: a reason, and two
// identifiers of everybody who could be harmed by it.
type lastQuestion struct {
	base
	form   ui.Form
	proofs []challenge
	slot   ui.Slot // of the deed
	doing  string  // while it is done: "Moving …"
	err    string
}

// newLastQuestion asks for the reason, unless that is nil, and the proofs.
func newLastQuestion(e *env, slot ui.Slot, doing string, reason *ui.Field, proofs ...challenge) lastQuestion {
	q := lastQuestion{base: newBase(e), proofs: proofs, slot: slot, doing: doing}
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

func (q *lastQuestion) Typing() bool { return !q.scope.Busy(q.slot) }

// keys are those of the question: leave says what Esc does, act what Enter leads to.
func (q *lastQuestion) keys(leave, act string) []ui.Binding {
	return []ui.Binding{
		{Name: leave, Keys: []string{"esc"}, Help: leave, Run: do(q.pop)},
		{Name: act, Keys: []string{"enter"}, Help: act},
	}
}

// typed takes a key; it reports true when everything was answered. Identifiers
// are to be read and typed, not pasted; a reason may be pasted.
func (q *lastQuestion) typed(m tea.KeyMsg) (answered bool) {
	if !q.Typing() || m.Paste && q.form.Focused().Key != "reason" || !q.form.Update(m) {
		return false
	}
	errs := map[string][]string{}
	for _, c := range q.proofs {
		c.check(&q.form, errs)
	}
	if f := q.form.Fields[0]; f.Key == "reason" && q.reason() == "" {
		errs["reason"] = []string{"Say in a few words why."}
	}
	q.err = ""
	q.form.SetErrors(errs)
	return len(errs) == 0
}

func (q *lastQuestion) reason() string { return strings.TrimSpace(q.form.Field("reason").Value()) }

// refused shows why the server did not do it; it reports whether there is such a why.
func (q *lastQuestion) refused(err error) bool {
	if err != nil {
		q.err = formErrors(&q.form, err)
	}
	return err != nil
}

// done leaves screens behind a deed that was done.
func (q *lastQuestion) done(said string, left int) {
	q.info(said)
	for range left {
		q.pop()
	}
}

// view lays out the question.
func (q *lastQuestion) view(question, meaning string) string {
	foot := ""
	switch {
	case q.scope.Busy(q.slot):
		foot = " " + q.doing
	case q.err != "":
		foot = ui.Block(q.th.Bad.Render, "! "+q.err, q.w)
	}
	return q.asking(question, meaning, &q.form, foot)
}
