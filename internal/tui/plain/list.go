package plain

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/tui/page"
)

// atOnce is how many rows of a list are read out before it waits for "more".
const atOnce = 20

// choice is a numbered row of the last list.
type choice struct {
	do   func() error
	item any // what acts on a number of the list are about; nil: it is only opened
}

// list begins a new list of numbered choices.
func (s *plainShell) list() {
	s.choices, s.alerts, s.warned, s.held, s.heard, s.untold = nil, map[int]string{}, 0, nil, 0, false
}

// choice adds a row that do opens.
func (s *plainShell) choice(do func() error, format string, args ...any) {
	s.choiceOf(nil, do, format, args...)
}

// choiceOf adds a row that is about something. Rows beyond atOnce wait for "more".
func (s *plainShell) choiceOf(item any, do func() error, format string, args ...any) {
	s.choices = append(s.choices, choice{do, item})
	s.row(fmt.Sprintf("%d. "+format, append([]any{len(s.choices)}, args...)...))
}

// row says a line of a list, a heading between its choices too, or holds it back.
func (s *plainShell) row(line string) {
	if len(s.held) > 0 || len(s.choices) > atOnce {
		s.held, s.untold = append(s.held, heldRow{line, len(s.choices)}), true
		return
	}
	s.heard = len(s.choices)
	s.say("%s", line)
}

// heldRow is a line of a list that was not said yet; upTo is the number that the list has
// come to with it.
type heldRow struct {
	line string
	upTo int
}

// more goes on with the last list.
func (s *plainShell) more(context.Context, string) error {
	if len(s.held) == 0 {
		return core.Errorf(core.CodeInvalid, "The last list has been read out to its end.")
	}
	last := s.heard + atOnce
	for len(s.held) > 0 && s.held[0].upTo <= last {
		s.say("%s", s.held[0].line)
		s.heard = s.held[0].upTo
		s.held = s.held[1:]
	}
	s.untold = len(s.held) > 0
	return nil
}

// sayHeld says how much of a list is still to come.
func (s *plainShell) sayHeld() {
	s.untold = false
	s.say("Numbers 1 to %d of %d were read out. Type more to go on.", s.heard, len(s.choices))
}

// open does what number n of the last list stands for.
func (s *plainShell) open(n int) error {
	c, err := s.numbered(n)
	if err != nil {
		return err
	}
	if alert := s.alerts[n]; alert != "" && s.warned != n {
		s.warned = n
		s.say("Name alert: also %s. Compare birth date and MRN, then type %d again.", alert, n)
		return nil
	}
	return c.do()
}

// numbered gives row n of the last list. What was not read out yet has no number.
func (s *plainShell) numbered(n int) (choice, error) {
	switch {
	case n < 1 || n > len(s.choices):
		return choice{}, core.Errorf(core.CodeInvalid, "The last list has no number %d.", n)
	case n > s.heard:
		return choice{}, core.Errorf(core.CodeInvalid, "Number %d was not read out yet. Type more first.", n)
	}
	return s.choices[n-1], nil
}

// itemOf takes the number that typed begins with, and gives what row of the last list it
// is about and what follows. What says what the list has to be of: "values".
func itemOf[T any](s *plainShell, typed, what string) (item T, rest string, err error) {
	number, rest, _ := strings.Cut(typed, " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return item, "", core.Errorf(core.CodeInvalid, "Which number of the last list of %s?", what)
	}
	c, err := s.numbered(n)
	if err != nil {
		return item, "", err
	}
	item, ok := c.item.(T)
	if !ok {
		return item, "", core.Errorf(core.CodeInvalid, "The last list was not one of %s.", what)
	}
	return item, strings.TrimSpace(rest), nil
}

func (s *plainShell) openTyped(_ context.Context, rest string) error {
	n, err := strconv.Atoi(rest)
	if err != nil {
		return core.Errorf(core.CodeInvalid, "Open which number of the last list?")
	}
	return s.open(n)
}

// close leaves the document, then the chart.
func (s *plainShell) close(context.Context, string) error {
	switch {
	case s.record != nil:
		s.record = nil
		s.say("The document is closed. %s is open.", s.name())
	case s.chart != nil:
		s.say("The chart of %s is closed.", s.name())
		s.chart = nil
	default:
		return core.Errorf(core.CodeInvalid, "Nothing is open.")
	}
	s.list()
	return nil
}

func (s *plainShell) who(context.Context, string) error {
	place, _ := s.Backend.Keyring()
	s.say("%s at %s. The session is kept in: %s.", page.Who(s.profile), s.Backend.Address(), place)
	return nil
}

// logout ends the session, here or everywhere.
func (s *plainShell) logout(ctx context.Context, rest string) error {
	everywhere := strings.EqualFold(rest, "everywhere")
	if !everywhere && rest != "" {
		return core.Errorf(core.CodeInvalid, "Type logout, or logout everywhere.")
	}
	s.chart, s.record = nil, nil
	return errors.Join(s.Backend.Logout(ctx, everywhere), errLeave)
}
