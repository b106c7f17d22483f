package ui

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
	"golang.org/x/image/draw"
)

// Graphics is how a terminal is given pictures themselves.
type Graphics struct {
	Protocol     string // "kitty", "iterm2", "sixel" or "", which is none
	Tmux         bool   // what is sent has to pass through tmux
	CellW, CellH int    // pixels of a cell; 0 not known, which sixel needs
}

// Protocols of terminals; half is none.
const (
	Kitty  = "kitty"
	ITerm2 = "iterm2"
	Sixel  = "sixel"
)

// Around says what the environment tells of the terminal, and whether it is worth asking
// it about sixel. Inside tmux only pictures that are in cells of their own can pass, and
// only where passes says that tmux lets them through to terminals that know them.
func Around(th *Theme, env func(string) string, passes bool) (g Graphics, ask bool) {
	switch {
	case th.Profile == termenv.Ascii || th.NoColour || env("STY") != "" || env("TERM") == "dumb" || env("TERM") == "linux":
		return Graphics{}, false
	case env("TMUX") != "" && passes:
		return Graphics{Protocol: Kitty, Tmux: true}, false
	case env("TMUX") != "":
		return Graphics{}, true // newer ones draw sixel themselves
	case env("TERM") == "xterm-kitty" || env("TERM") == "xterm-ghostty":
		return Graphics{Protocol: Kitty}, false
	case env("TERM_PROGRAM") == "WezTerm" || env("TERM_PROGRAM") == "iTerm.app" || env("LC_TERMINAL") == "iTerm2":
		return Graphics{Protocol: ITerm2}, false
	}
	return Graphics{}, true
}

// AskTerminal asks a terminal what it is and how many pixels a cell has. The answers come
// as input; a terminal that knows neither question shows nothing of them.
const AskTerminal = "\x1b[c\x1b[16t"

// Answered takes a control sequence that a terminal sent, without its introducer, and
// reports whether pictures can be sent now that could not before.
func (g *Graphics) Answered(sequence string) bool {
	before := g.Protocol
	switch {
	case strings.HasPrefix(sequence, "?") && strings.HasSuffix(sequence, "c"):
		for _, can := range strings.Split(sequence[1:len(sequence)-1], ";")[1:] {
			if can == "4" && g.Protocol == "" {
				g.Protocol = Sixel
			}
		}
	case strings.HasPrefix(sequence, "6;") && strings.HasSuffix(sequence, "t"):
		var w, h int
		if n, err := fmt.Sscanf(sequence, "6;%d;%dt", &h, &w); n == 2 && err == nil && w > 0 && h > 0 && w < 100 && h < 200 {
			g.CellW, g.CellH = w, h
		}
	}
	return g.Protocol != before || g.Works()
}

// Works reports whether pictures can be sent.
func (g Graphics) Works() bool {
	return g.Protocol == Kitty || g.Protocol == ITerm2 || g.Protocol == Sixel && g.CellW > 0
}

// Over gives what draws a picture over w by h cells at the cursor, for terminals that
// keep pictures in no cells of their own; "" when it cannot be drawn.
func (g Graphics) Over(img *image.Gray, w, h int) string {
	switch g.Protocol {
	case ITerm2:
		return overITerm2(img, w, h)
	case Sixel:
		return overSixel(scaled(img, w*g.CellW, h*g.CellH/6*6))
	}
	return ""
}

func scaled(img *image.Gray, w, h int) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, max(1, w), max(1, h)))
	draw.ApproxBiLinear.Scale(out, out.Bounds(), img, img.Bounds(), draw.Src, nil)
	return out
}

func overITerm2(img *image.Gray, w, h int) string {
	var raw bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&raw, img); err != nil {
		return ""
	}
	return fmt.Sprintf("\x1b]1337;File=inline=1;size=%d;width=%d;height=%d;preserveAspectRatio=0;doNotMoveCursor=1:%s\x07",
		raw.Len(), w, h, base64.StdEncoding.EncodeToString(raw.Bytes()))
}

// sixelGreys is how many greys are told apart: print needs no more.
const sixelGreys = 16

// overSixel draws in bands of six lines, each grey of a band in a run of its own.
func overSixel(img *image.Gray) string {
	b := img.Bounds()
	var out strings.Builder
	fmt.Fprintf(&out, "\x1bP0;1q\"1;1;%d;%d", b.Dx(), b.Dy())
	for n := range sixelGreys {
		p := n * 100 / (sixelGreys - 1)
		fmt.Fprintf(&out, "#%d;2;%d;%d;%d", n, p, p, p)
	}
	band := make([][sixelGreys]byte, b.Dx())
	for y := 0; y < b.Dy(); y += 6 {
		var used [sixelGreys]bool
		clear(band)
		for x := range b.Dx() {
			for k := range min(6, b.Dy()-y) {
				n := int(img.GrayAt(b.Min.X+x, b.Min.Y+y+k).Y) * sixelGreys / 256
				band[x][n] |= 1 << k
				used[n] = true
			}
		}
		for n := range sixelGreys {
			if used[n] {
				sixelRun(&out, band, n)
			}
		}
		out.WriteByte('-')
	}
	return out.String() + "\x1b\\"
}

func sixelRun(out *strings.Builder, band [][sixelGreys]byte, n int) {
	out.WriteString("#" + strconv.Itoa(n))
	for x := 0; x < len(band); {
		to := x
		for to < len(band) && band[to][n] == band[x][n] {
			to++
		}
		sign := string(rune('?' + band[x][n]))
		if to-x > 3 {
			out.WriteString("!" + strconv.Itoa(to-x) + sign)
		} else {
			out.WriteString(strings.Repeat(sign, to-x))
		}
		x = to
	}
	out.WriteByte('$')
}

// OverCells are the blank cells that a picture is drawn over, each row with a mark that
// says which row of which picture it is. Marks never reach a terminal: see Marks.
func OverCells(id, w, h int) string {
	var b strings.Builder
	for y := range h {
		if y > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(mark + strconv.Itoa(id) + ";" + strconv.Itoa(y) + markEnd + strings.Repeat(" ", w))
	}
	return b.String()
}

const (
	mark    = "\x1b_clinician;"
	markEnd = "\x1b\\"
)

// Mark is a row of a picture in a frame.
type Mark struct {
	ID   int
	Row  int // of the picture
	X, Y int // cell of the screen, from 0
}

// Marks takes the marks out of what is written to a terminal from the top of the screen on.
func Marks(frame string) (clean string, marks []Mark) {
	if !strings.Contains(frame, mark) {
		return frame, nil
	}
	var b strings.Builder
	y, line := 0, 0 // line: where the line begins in b
	for len(frame) > 0 {
		switch {
		case frame[0] == '\n':
			y++
			b.WriteByte('\n')
			line = b.Len()
			frame = frame[1:]
		case strings.HasPrefix(frame, mark):
			body, rest, ok := strings.Cut(frame[len(mark):], markEnd)
			var m Mark
			if n, err := fmt.Sscanf(body, "%d;%d", &m.ID, &m.Row); ok && n == 2 && err == nil {
				m.X, m.Y = ansi.StringWidth(b.String()[line:]), y
				marks = append(marks, m)
			}
			frame = rest
		default:
			next := strings.IndexAny(frame[1:], "\n\x1b") + 1
			if next == 0 {
				next = len(frame)
			}
			b.WriteString(frame[:next])
			frame = frame[next:]
		}
	}
	return b.String(), marks
}
