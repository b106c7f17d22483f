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
	"github.com/muesli/termenv"
)

// Kitty reports whether a terminal of this environment draws pictures in cells
// of Unicode placeholders. Only what the environment says counts: asking the terminal
// reads from the keyboard. Multiplexers do not pass pictures on.
func Kitty(th *Theme, env func(string) string) bool {
	if th.Profile == termenv.Ascii || env("TMUX") != "" || env("STY") != "" {
		return false
	}
	switch env("TERM") {
	case "xterm-kitty", "xterm-ghostty":
		return true
	}
	return false
}

// chunk is the most base64 a graphics command may carry.
const chunk = 4096

// KittySend gives what a terminal must be sent once to know a picture under an
// id (1..255), to be shown in w by h cells.
func KittySend(img *image.Gray, id, w, h int) (string, error) {
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
		b.WriteString(ansi.KittyGraphics([]byte(data[:n]), append(opts, more)...))
		opts, data = []string{"q=2"}, data[n:]
	}
	return b.String(), nil
}

// KittyForget makes the terminal forget a picture.
func KittyForget(id int) string {
	return ansi.KittyGraphics(nil, "a=d", "d=I", "q=2", "i="+strconv.Itoa(id))
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
