package ui

import (
	"errors"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

// State says how far the data of a screen can be trusted. Empty, loading,
// failed, partial and stale are five different drawings.
type State struct {
	Got  bool      // there is data
	AsAt time.Time // of the data
	Err  error     // of the last try; with Got the data is stale
}

// Done notes that data arrived.
func (s *State) Done(at time.Time) { *s = State{Got: true, AsAt: at} }

// Fail notes that a try failed; data that is there stays and is stale.
func (s *State) Fail(err error) { s.Err = err }

// Stale reports whether the data is older than the last try.
func (s State) Stale() bool { return s.Got && s.Err != nil }

// Cover gives what to draw instead of the data while there is none.
func (s State) Cover(th *Theme, what string, w int) (string, bool) {
	switch {
	case s.Got:
		return "", false
	case s.Err != nil:
		return Failed(th, s.Err, w), true
	}
	return Loading(th, what), true
}

// StaleLine is the warning above old data, "" when it is not old.
func (s State) StaleLine(th *Theme, loc *time.Location, w int) string {
	if !s.Stale() {
		return ""
	}
	why := "could not be refreshed"
	switch {
	case errors.Is(s.Err, core.ErrUntrusted):
		why = "the server is not trusted"
	case core.CodeOf(s.Err) == core.CodeUnavailable:
		why = "not connected"
	}
	return th.Warn.Render(Cut(" ! "+why+", showing data as at "+present.Clock(s.AsAt, loc)+"  (r retries)", w))
}

// Loading is drawn until the first answer.
func Loading(th *Theme, what string) string {
	return "\n " + th.Dim.Render("Loading "+what+" …")
}

// Empty is drawn when the server said that there is nothing.
func Empty(th *Theme, sentence, next string, w int) string {
	return "\n" + Block(th.Plain.Render, sentence, w) + "\n" + Block(th.Dim.Render, next, w)
}

// Failed is drawn when there is nothing because of an error.
func Failed(th *Theme, err error, w int) string {
	return "\n" + Block(th.Bad.Render, "! "+core.MessageOf(err), w) + "\n\n " +
		th.Key.Render("r") + th.Dim.Render(" tries again")
}

// Partial is the warning above data of which a part is missing.
func Partial(th *Theme, sentence string, w int) string {
	return th.Warn.Render(Cut(" ~ "+sentence, w))
}

// Block wraps a sentence into lines of at most 76 cells with a margin of one.
func Block(paint func(...string) string, s string, w int) string {
	if s == "" {
		return ""
	}
	lines := Wrap(s, max(10, min(w-2, 76)))
	for i, l := range lines {
		lines[i] = " " + paint(l)
	}
	return strings.Join(lines, "\n")
}
