// Package background decides whether the terminal is dark, without asking it.
//
// Bubble Tea v1 asks the terminal for its background colour in an init
// function, in every program that links it, subcommands included. A terminal
// that does not answer (a pseudo-terminal of a script, some multiplexers) costs
// five seconds there, and an answer that comes late over a slow link is taken
// for typed keys. This package is initialised before Bubble Tea (its path sorts
// first among packages that need Lip Gloss only) and settles the question.
package background

import (
	"os"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"
)

func init() { lipgloss.SetHasDarkBackground(Dark(os.Getenv("COLORFGBG"))) }

// Dark reads COLORFGBG ("15;0": colour numbers of text and background), which
// many terminals set; those that do not are taken to be dark.
func Dark(colorFGBG string) bool {
	n, err := strconv.Atoi(colorFGBG[strings.LastIndexByte(colorFGBG, ';')+1:])
	return err != nil || n <= 6 || n == 8
}
