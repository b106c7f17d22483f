package tui

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"clinician/internal/tui/page"
)

// terminalFile is the terminal for Bubble Tea, which asks it for its size; frames go
// through the page.Terminal, which draws pictures behind them.
type terminalFile struct {
	*os.File
	term *page.Terminal
}

func (f terminalFile) Write(frame []byte) (int, error) { return f.term.Frame(frame) }

// WriteString goes the same way: of an embedded file it would not.
func (f terminalFile) WriteString(s string) (int, error) { return f.term.Frame([]byte(s)) }

// frameWriter is the same for what is no terminal.
type frameWriter struct{ term *page.Terminal }

func (f frameWriter) Write(frame []byte) (int, error) { return f.term.Frame(frame) }

func framed(t *page.Terminal, out io.Writer) io.Writer {
	if f, ok := out.(*os.File); ok {
		return terminalFile{f, t}
	}
	return frameWriter{t}
}

// answered takes what a terminal says of itself. Bubble Tea passes a control sequence that
// it does not know on as a message of a type of its own, which says its bytes as numbers.
func (r *root) answered(m fmt.Stringer) {
	numbers, ok := strings.CutPrefix(m.String(), "?CSI[")
	numbers, closed := strings.CutSuffix(numbers, "]?")
	if !ok || !closed {
		return
	}
	var sequence []byte
	for _, n := range strings.Fields(numbers) {
		b, err := strconv.ParseUint(n, 10, 8)
		if err != nil {
			return
		}
		sequence = append(sequence, byte(b))
	}
	if r.ask {
		r.Graphics.Answered(string(sequence))
	}
}
