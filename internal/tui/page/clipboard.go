package page

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// CopyOff says why text may not be copied, "" when it may.
func (e *Env) CopyOff() string {
	if e.NoCopy {
		return "Copying is switched off by the configuration."
	}
	return ""
}

// multiplexed reports whether tmux stands between the program and the terminal.
func (e *Env) multiplexed() bool { return e.Getenv("TMUX") != "" }

// CopyText puts text on the terminal's clipboard (OSC 52). A multiplexer may
// have to be told to let it through.
func (e *Env) CopyText(text, what string) {
	if strings.TrimSpace(text) == "" {
		e.Warn("There is no text to copy.")
		return
	}
	seq := ansi.SetSystemClipboard(text)
	if e.multiplexed() {
		seq += ansi.TmuxPassthrough(seq)
	}
	e.tell(seq)
	e.Info(what + " was sent to the clipboard of your terminal. It is outside of the chart there.")
}
