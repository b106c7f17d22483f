package ui

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"
)

// chunk is the most base64 a graphics command may carry.
const chunk = 4096

// KittySend gives what a terminal must be sent once to know a picture under an
// id (1..255), to be shown in w by h cells.
func (g Graphics) KittySend(img *image.Gray, id, w, h int) (string, error) {
	var raw bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&raw, img); err != nil {
		return "", err
	}
	data := base64.StdEncoding.EncodeToString(raw.Bytes())
	var b strings.Builder
	opts := []string{"a=T", "U=1", "f=100", "q=2", "i=" + strconv.Itoa(id), "c=" + strconv.Itoa(w), "r=" + strconv.Itoa(h)}
	for len(data) > 0 {
		n := min(chunk, len(data))
		more := "m=0"
		if n < len(data) {
			more = "m=1"
		}
		b.WriteString(g.through(ansi.KittyGraphics([]byte(data[:n]), append(opts, more)...)))
		opts, data = []string{"q=2"}, data[n:]
	}
	return b.String(), nil
}

// KittyForget makes the terminal forget a picture.
func (g Graphics) KittyForget(id int) string {
	return g.through(ansi.KittyGraphics(nil, "a=d", "d=I", "q=2", "i="+strconv.Itoa(id)))
}

// through lets a command pass tmux where it is in between.
func (g Graphics) through(command string) string {
	if g.Tmux {
		return ansi.TmuxPassthrough(command)
	}
	return command
}

// KittyCells gives the cells in which the terminal shows the picture of an id.
func KittyCells(id, w, h int) string {
	var b strings.Builder
	for y := range h {
		if y > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("\x1b[38;5;" + strconv.Itoa(id) + "m")
		for x := range w {
			b.WriteRune(kitty.Placeholder)
			b.WriteRune(kitty.Diacritic(y))
			b.WriteRune(kitty.Diacritic(x))
		}
		b.WriteString("\x1b[39m")
	}
	return b.String()
}
