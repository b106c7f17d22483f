package e2e

import (
	"flag"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var pictures = flag.String("pictures", "", "draw the documentation's pictures into this directory")

// Draws the screens of the running program for the README and docs.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("scripts/pictures draws them again")
	}
	needs(t, "tesseract", "tesseract-ocr")
	term := newTerminal(t, 112, 32, []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TZ=Europe/London", "COLORTERM=truecolor",
		"XDG_CACHE_HOME=" + os.Getenv("HOME") + "/.cache"}, // where PDFium is compiled already
		tuiBin, "demo")
	shot := func(name string, texts ...string) {
		t.Helper()
		term.see(texts...)
		out, err := exec.Command("tmux", "-S", term.socket, "capture-pane", "-p", "-e", "-N").Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(*pictures, name+".svg"), []byte(drawSVG(string(out), 112, 32)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	term.see("as at", "Appointments")
	term.press("p")
	term.see("ADEYEMI")
	term.press("/")
	term.write("cc")
	term.see("match")
	term.press("Escape")
	term.see("ADEYEMI")
	shot("patients", "BREITENBERG")
	term.press("/")
	term.write("cant")
	term.see("1 match")
	term.press("Enter")
	shot("patient", "CANTÚ, Catalina (Mrs)", "Laboratory report")
	term.press("A")
	term.see("Reading page")
	shot("reading", "Reading page")
	term.see("machine-read")
	shot("result", "machine-read")
	term.press("Escape")
	term.see("Documents")
	term.press("Enter")
	shot("document", "page 1 of", "▀")
	term.press("v")
	shot("values", "Haemoglobin", "unverified", "▀")
	term.press("?")
	shot("help", "letters search the keys")

	// The demo's documents come in the background; the day is drawn when the last,
	// those that cannot be read, are there.
	term.press("Escape")
	term.home()
	all := false
	for n := 0; n < 60 && !all; n++ {
		term.press("r")
		_, all = term.waitFor(patience, func(screen string) bool { return strings.Contains(screen, "2 failed") })
	}
	shot("today", "2 failed")
}

// drawSVG draws what tmux captured with its colours.
func drawSVG(screen string, width, height int) string {
	const cw, ch = 8.4, 18
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" font-size="14">`+
		`<rect width="100%%" height="100%%" rx="6" fill="#16181d"/>`, float64(width)*cw+20, height*ch+20)
	style := sgr{}
	for y, line := range strings.Split(strings.TrimSuffix(screen, "\n"), "\n") {
		x := 0
		for line != "" {
			if strings.HasPrefix(line, "\x1b[") {
				end := strings.IndexByte(line, 'm')
				if end < 0 {
					break
				}
				style.apply(line[2:end])
				line = line[end+1:]
				continue
			}
			end := strings.IndexByte(line, '\x1b')
			if end < 0 {
				end = len(line)
			}
			text := line[:end]
			line = line[end:]
			n := len([]rune(text))
			style.draw(&b, text, 10+float64(x)*cw, 10+y*ch, float64(n)*cw, ch)
			x += n
		}
	}
	return b.String() + "</svg>\n"
}

// sgr is the look of text as escape sequences set it.
type sgr struct {
	fg, bg                             string
	bold, faint, italic, under, invert bool
}

func (s *sgr) apply(codes string) {
	list := strings.Split(codes, ";")
	for i := 0; i < len(list); i++ {
		n, _ := strconv.Atoi(list[i]) // "" is 0
		switch {
		case n == 0:
			*s = sgr{}
		case n == 1:
			s.bold = true
		case n == 2:
			s.faint = true
		case n == 3:
			s.italic = true
		case n == 4:
			s.under = true
		case n == 7:
			s.invert = true
		case n == 22:
			s.bold, s.faint = false, false
		case n == 27:
			s.invert = false
		case n == 39:
			s.fg = ""
		case n == 49:
			s.bg = ""
		case n == 38 || n == 48:
			var colour string
			colour, i = extended(list, i)
			if n == 38 {
				s.fg = colour
			} else {
				s.bg = colour
			}
		case n >= 30 && n <= 37:
			s.fg = palette(n - 30)
		case n >= 90 && n <= 97:
			s.fg = palette(n - 90 + 8)
		case n >= 40 && n <= 47:
			s.bg = palette(n - 40)
		case n >= 100 && n <= 107:
			s.bg = palette(n - 100 + 8)
		}
	}
}

// extended reads 38;5;n and 38;2;r;g;b from position i and gives the last
// position it used.
func extended(list []string, i int) (string, int) {
	number := func(k int) int {
		if k >= len(list) {
			return 0
		}
		n, _ := strconv.Atoi(list[k])
		return n
	}
	if number(i+1) == 5 {
		return palette(number(i + 2)), i + 2
	}
	return fmt.Sprintf("#%02x%02x%02x", number(i+2), number(i+3), number(i+4)), i + 4
}

// palette is the usual 256 colours.
func palette(n int) string {
	basic := []string{"#1c1f26", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#c8ccd4",
		"#7f848e", "#ff7a85", "#b5e890", "#ffd88a", "#7cc4ff", "#d99cf0", "#6fd3df", "#ffffff"}
	switch {
	case n < 16:
		return basic[max(n, 0)]
	case n < 232:
		level := func(k int) int {
			if k == 0 {
				return 0
			}
			return 55 + 40*k
		}
		n -= 16
		return fmt.Sprintf("#%02x%02x%02x", level(n/36), level(n/6%6), level(n%6))
	}
	grey := 8 + 10*(min(n, 255)-232)
	return fmt.Sprintf("#%02x%02x%02x", grey, grey, grey)
}

func (s *sgr) draw(b *strings.Builder, text string, x float64, y int, w float64, h int) {
	fg, bg := s.fg, s.bg
	if fg == "" {
		fg = "#d7dae0"
	}
	if s.invert {
		if bg == "" {
			bg = "#16181d"
		}
		fg, bg = bg, fg
	}
	if bg != "" {
		fmt.Fprintf(b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`, x, y, w, h, bg)
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	var more string
	if s.bold {
		more += ` font-weight="bold"`
	}
	if s.faint {
		more += ` opacity="0.6"`
	}
	if s.italic {
		more += ` font-style="italic"`
	}
	if s.under {
		more += ` text-decoration="underline"`
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%d" textLength="%.1f" xml:space="preserve" fill="%s"%s>%s</text>`,
		x, y+h-5, w, fg, more, html.EscapeString(text))
}
