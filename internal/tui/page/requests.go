package page

import (
	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// Requests are how screens ask the root for something. They are put in the
// outbox during Update and dealt with at its end, before the next key: a key
// typed ahead never lands on the screen that was just left.
type (
	PushReq    struct{ Route Route }
	PopReq     struct{}
	ReplaceReq struct {
		Route Route
		Self  bool // it opens by itself, not by a key
	}
	HomeReq    struct{ Route Route } // forget every screen and start here
	ToastReq   struct{ Toast Toast }
	AlarmReq   struct{ Text string } // a toast that throws type-ahead away
	ConfirmReq struct {
		Question string
		Verb     string // what "y" does: "stop the upload"
		Yes      func() tea.Cmd
	}
	QuitReq      struct{}
	AnswerReq    struct{ Patient core.PatientSummary } // to the screen below, a chooser
	ChangedReq   struct{ Record core.Record }          // to the keepers of it
	SignedInReq  struct{ UserID int64 }
	SignedOutReq struct{ Sentence string }
)

type Level int

const (
	levelInfo Level = iota
	LevelWarn
	LevelBad
)

// Toast is one line that goes away by itself.
type Toast struct {
	Level Level
	Text  string
}

func (e *Env) Ask(r any)             { e.Outbox = append(e.Outbox, r) }
func (e *Env) Push(r Route)          { e.Ask(PushReq{r}) }
func (e *Env) Pop()                  { e.Ask(PopReq{}) }
func (e *Env) Replace(r Route)       { e.Ask(ReplaceReq{Route: r}) }
func (e *Env) ReplaceBySelf(r Route) { e.Ask(ReplaceReq{Route: r, Self: true}) }
func (e *Env) Quit()                 { e.Ask(QuitReq{}) }
func (e *Env) SignedIn(userID int64) { e.Ask(SignedInReq{userID}) }

// SignedOut ends the session for the shell: with a sentence the screens wait below the
// login, without one nothing stays.
func (e *Env) SignedOut(sentence string) { e.Ask(SignedOutReq{sentence}) }

// Answer tells the screen below who was picked.
func (e *Env) Answer(p core.PatientSummary) { e.Ask(AnswerReq{p}) }

// Changed tells the screens below that hold a document what it is now.
func (e *Env) Changed(r core.Record) { e.Ask(ChangedReq{r}) }

func (e *Env) Info(text string) { e.Ask(ToastReq{Toast{levelInfo, ui.Clean(text)}}) }
func (e *Env) Warn(text string) { e.Ask(ToastReq{Toast{LevelWarn, ui.Clean(text)}}) }
func (e *Env) Bad(text string)  { e.Ask(ToastReq{Toast{LevelBad, ui.Clean(text)}}) }

// Alarm says what must be read before the next key counts.
func (e *Env) Alarm(text string) { e.Ask(AlarmReq{text}) }

func (e *Env) Confirm(question, verb string, yes func() tea.Cmd) {
	e.Ask(ConfirmReq{question, verb, yes})
}

// Do makes a binding's Run of something without a command.
func Do(f func()) func() tea.Cmd {
	return func() tea.Cmd {
		f()
		return nil
	}
}
