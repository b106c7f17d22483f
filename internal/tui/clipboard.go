package tui

import (
	"os"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// copyOff says why text may not be copied, "" when it may.
func (e *env) copyOff() string {
	if e.noCopy {
		return "Copying is switched off by the configuration."
	}
	return ""
}

// multiplexed reports whether tmux stands between the program and the terminal.
func (e *env) multiplexed() bool { return os.Getenv("TMUX") != "" }

// copyText puts text on the terminal's clipboard (OSC 52). A multiplexer may
// have to be told to let it through.
func (e *env) copyText(text, what string) {
	if strings.TrimSpace(text) == "" {
		e.warn("There is no text to copy.")
		return
	}
	seq := ansi.SetSystemClipboard(text)
	if e.multiplexed() {
		seq += ansi.TmuxPassthrough(seq)
	}
	e.tell(seq)
	e.info(what + " was sent to the clipboard of your terminal. It is outside of the chart there.")
}
