package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// Requests are how screens ask the root for something. They are put in the
// outbox during Update and dealt with at its end, before the next key: a key
// typed ahead never lands on the screen that was just left.
type (
	pushReq    struct{ route Route }
	popReq     struct{}
	replaceReq struct {
		route Route
		self  bool // it opens by itself, not by a key
	}
	homeReq    struct{ route Route } // forget every screen and start here
	toastReq   struct{ toast toast }
	alarmReq   struct{ text string } // a toast that throws type-ahead away
	confirmReq struct {
		question string
		verb     string // what "y" does: "stop the upload"
		yes      func() tea.Cmd
	}
	quitReq      struct{}
	answerReq    struct{ patient core.PatientSummary } // to the screen below, a chooser
	changedReq   struct{ record core.Record }          // to the keepers of it
	signedInReq  struct{ userID int64 }
	signedOutReq struct{ sentence string }
)

type level int

const (
	levelInfo level = iota
	levelWarn
	levelBad
)

// toast is one line that goes away by itself.
type toast struct {
	level level
	text  string
}

func (e *env) ask(r any)             { e.outbox = append(e.outbox, r) }
func (e *env) push(r Route)          { e.ask(pushReq{r}) }
func (e *env) pop()                  { e.ask(popReq{}) }
func (e *env) replace(r Route)       { e.ask(replaceReq{route: r}) }
func (e *env) replaceBySelf(r Route) { e.ask(replaceReq{route: r, self: true}) }
func (e *env) quit()                 { e.ask(quitReq{}) }
func (e *env) signedIn(userID int64) { e.ask(signedInReq{userID}) }

// signedOut ends the session for the shell: with a sentence the screens wait below the
// login, without one nothing stays.
func (e *env) signedOut(sentence string) { e.ask(signedOutReq{sentence}) }

// answer tells the screen below who was picked.
func (e *env) answer(p core.PatientSummary) { e.ask(answerReq{p}) }

// changed tells the screens below that hold a document what it is now.
func (e *env) changed(r core.Record) { e.ask(changedReq{r}) }

func (e *env) info(text string) { e.ask(toastReq{toast{levelInfo, ui.Clean(text)}}) }
func (e *env) warn(text string) { e.ask(toastReq{toast{levelWarn, ui.Clean(text)}}) }
func (e *env) bad(text string)  { e.ask(toastReq{toast{levelBad, ui.Clean(text)}}) }

// alarm says what must be read before the next key counts.
func (e *env) alarm(text string) { e.ask(alarmReq{text}) }

func (e *env) confirm(question, verb string, yes func() tea.Cmd) {
	e.ask(confirmReq{question, verb, yes})
}

// do makes a binding's Run of something without a command.
func do(f func()) func() tea.Cmd {
	return func() tea.Cmd {
		f()
		return nil
	}
}
