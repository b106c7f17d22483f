package values

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/ui"
)

// valueEntry is what is typed about one value.
type valueEntry struct {
	value  core.Value
	status core.ReviewStatus
	form   ui.Form
	notice string // what somebody else said meanwhile
}

// askFor opens the line in which a correction or a reason is typed.
func (s *valuesScreen) askFor(status core.ReviewStatus) {
	v, ok := s.selected()
	if !ok {
		return
	}
	if kept := s.typed[v.ID]; kept != nil && kept.status == status && s.saving[v.ID] == "" {
		s.entry = kept
		return
	}
	e := &valueEntry{value: v, status: status}
	if s.others(v) {
		e.notice = meanwhile(v)
	}
	switch status {
	case core.ReviewVerified:
		e.form.Fields = []*ui.Field{{Key: "value", Label: "Printed there", Input: ui.Input{Hint: "in doubt: type it from the page"}}}
	case core.ReviewRejected:
		e.form.Fields = []*ui.Field{{Key: "reason", Label: "Why is it wrong", Input: ui.Input{Hint: "not a result; a digit misread; of somebody else"}}}
	default:
		text := &ui.Field{Key: "value", Label: "Really printed"}
		text.Input.Set(present.ValueOf(v).Figure)
		unit := &ui.Field{Key: "unit", Label: "Unit"}
		unit.Input.Set(v.Unit)
		e.form.Fields = []*ui.Field{text, unit}
	}
	s.entry = e
}

func (s *valuesScreen) send() tea.Cmd {
	e := s.entry
	r := core.ValueReview{Version: e.value.Version, Status: e.status}
	typed := func(key string) string { return strings.TrimSpace(e.form.Field(key).Value()) }
	missing := func(key, says string) tea.Cmd {
		e.form.SetErrors(map[string][]string{key: {says}})
		return nil
	}
	switch e.status {
	case core.ReviewRejected:
		if r.Reason = typed("reason"); r.Reason == "" {
			return missing("reason", "Say in a few words why.")
		}
	case core.ReviewVerified:
		if r.Value = typed("value"); r.Value == "" {
			return missing("value", "What is printed there? Esc leaves it unverified.")
		}
		if !present.TypedAs(e.value, r.Value) {
			return s.offer(e, r)
		}
		cmd := s.sent(e, r)
		s.table.Move(1)
		return tea.Batch(cmd, s.follow())
	default:
		if r.Value, r.Unit = typed("value"), typed("unit"); r.Value == "" {
			return missing("value", "What is really printed there?")
		}
	}
	return s.sent(e, r)
}

// sent stores what was typed; it is kept until the server has it.
func (s *valuesScreen) sent(e *valueEntry, r core.ValueReview) tea.Cmd {
	s.entry, s.typed[e.value.ID] = nil, e
	return s.review(e.value, r)
}

// offer asks whether what was typed, which is not what was read, is a correction.
func (s *valuesScreen) offer(e *valueEntry, r core.ValueReview) tea.Cmd {
	r.Status = core.ReviewCorrected
	s.Confirm(fmt.Sprintf("You typed %s; the machine read %s. Store %s as a correction of “%s”?", r.Value, present.AsRead(e.value), r.Value, e.value.Name),
		"store the correction", func() tea.Cmd { return s.sent(e, r) })
	return nil
}

// began reports whether a key counts: a held V is no part of a figure.
func (e *valueEntry) began(k tea.KeyMsg) bool {
	return e.status != core.ReviewVerified || k.String() != "V" || e.form.Field("value").Value() != ""
}
