package written

import (
	"strings"
)

// printer prints a text as a printer or terminal would: it goes back and prints over
// what is there, and takes codes. What two signs on one place make is marked.
type printer struct {
	w *writer

	line  []printedSign
	at    int
	form  form
	codes int // that nobody here knows
}

type printedSign struct {
	r    rune
	form form
}

// doubtOver is said of signs that lie over each other.
const doubtOver = "two signs are printed on each other"

func (p *printer) print(text []rune) {
	lines := strings.ContainsRune(string(text), '\n')
	for i := 0; i < len(text); i++ {
		switch r := text[i]; r {
		case '\n':
			p.end()
		case '\r':
			switch {
			case i+1 < len(text) && text[i+1] == '\n':
			case lines && strings.Trim(string(rest(text[i+1:])), " ") != "": // prints over the line
				p.at = 0
			default:
				p.end()
			}
		case '\f':
			p.end()
			p.endPage()
		case '\b':
			p.at = max(0, p.at-1)
		case '\v':
			p.end()
		case 0x1b:
			i += p.escape(text[i+1:])
		default:
			if !control(r) {
				p.set(r)
			}
		}
	}
	p.end()
	p.endCodes()
}

// rest is what comes before the line ends.
func rest(text []rune) []rune {
	for i, r := range text {
		if r == '\n' || r == '\r' {
			return text[:i]
		}
	}
	return text
}

// set prints a sign.
func (p *printer) set(r rune) {
	f := p.form
	for len(p.line) < p.at {
		p.line = append(p.line, printedSign{r: ' '})
	}
	if p.at == len(p.line) {
		p.line = append(p.line, printedSign{r, f})
		p.at++
		return
	}
	old := &p.line[p.at]
	switch p.at++; {
	case r == ' ' || r == old.r || r == '_':
	case old.r == ' ' || old.r == '_':
		*old = printedSign{r, f}
	case strings.ContainsRune("-–—/xX=~", r):
		old.form.struck = true
	case strings.ContainsRune("-–—/xX=~", old.r):
		*old = printedSign{r, f}
		old.form.struck = true
	default:
		old.form.doubt = doubtOver
	}
}

// end ends a line.
func (p *printer) end() {
	for i := 0; i < len(p.line); {
		k := i
		var b strings.Builder
		for ; k < len(p.line) && p.line[k].form == p.line[i].form; k++ {
			b.WriteRune(p.line[k].r)
		}
		p.w.put(b.String(), p.line[i].form)
		i = k
	}
	p.w.newline()
	p.line, p.at = p.line[:0], 0
}

func (p *printer) endPage() {
	p.endCodes()
	p.w.endPage()
}

func (p *printer) endCodes() {
	for range p.codes {
		p.w.skip("printer code")
	}
	p.codes = 0
}

// escape takes a code that begins behind ESC, and gives how many characters it has.
func (p *printer) escape(text []rune) int {
	if len(text) == 0 {
		return 0
	}
	switch c := text[0]; {
	case c == '[':
		return p.terminal(text)
	case c == ']': // a title: to BEL or ESC \
		if i := strings.IndexAny(string(text), "\x07\x1b"); i >= 0 {
			return len([]rune(string(text)[:i])) + 1
		}
		return len(text)
	case isPCL(text):
		return pcl(text)
	case c == 'S' && len(text) > 1: // raised or lowered, until T
		p.form.lowered = text[1] == 1 || text[1] == '1'
		p.form.raised = !p.form.lowered
		return 2
	case c == 'T':
		p.form.raised, p.form.lowered = false, false
		return 1
	}
	n := matrixCode(text)
	if n == 0 {
		p.codes++
	}
	return max(n, 1)
}

// matrixCode gives the length of a code of dot-matrix printers; 0 for one that is
// not known.
func matrixCode(text []rune) int {
	switch c := text[0]; {
	case strings.ContainsRune("!-xpWktRANClQJa3r", c) && len(text) > 1: // one argument
		return 2
	case c == '$' || c == '\\':
		return min(3, len(text))
	case strings.ContainsRune("@EFGHMPO0124567=()*+,./sgc<8", c):
		return 1
	}
	return 0
}

func isPCL(text []rune) bool {
	return len(text) > 2 && text[0] >= '!' && text[0] <= '/' && text[1] >= '`' && text[1] <= '~' && strings.ContainsRune("-+0123456789@ABCDEFGHIJKLMNOPQRSTUVWXYZ", text[2])
}

// pcl gives the length of a code of laser printers: ESC & l 0 O.
func pcl(text []rune) int {
	for i, r := range text[1:] {
		if r >= '@' && r <= 'Z' {
			return i + 2
		}
		if i > 30 || r < 0x20 || r > '~' {
			return i + 1
		}
	}
	return len(text)
}

// terminal takes a code of terminals: ESC [ 9 m strikes out, 8 hides; how far the
// place is moved is kept within the line.
func (p *printer) terminal(text []rune) int {
	i := 1
	for i < len(text) && i < 40 && (text[i] >= 0x20 && text[i] < 0x40) {
		i++
	}
	if i == len(text) || text[i] < 0x40 || text[i] > 0x7e {
		p.codes++
		return i
	}
	args := strings.Split(string(text[1:i]), ";")
	switch text[i] {
	case 'm':
		p.shape(args)
	case 'C':
		p.at += count(args[0])
	case 'D':
		p.at = max(0, p.at-count(args[0]))
	case 'G':
		p.at = max(0, count(args[0])-1)
	case 'K', 'J', 'h', 'l', 'r', 's', 'u', 'n', 'q', 't', 'w':
	default: // the place on the screen, lines put in or taken out
		p.codes++
	}
	return i + 1
}

func count(arg string) int {
	n := 0
	for _, r := range arg {
		if r < '0' || r > '9' || n > 200 {
			return min(max(n, 1), 200)
		}
		n = 10*n + int(r-'0')
	}
	return min(max(n, 1), 200)
}

// shape takes how a terminal is to show what comes.
func (p *printer) shape(args []string) {
	for i := 0; i < len(args); i++ {
		switch args[i] {
		case "", "0":
			p.form = form{}
		case "8":
			p.form.gone = "hidden"
		case "28":
			p.form.gone = ""
		case "9":
			p.form.struck = true
		case "29":
			p.form.struck = false
		case "38", "48": // colours: their numbers follow
			if i+1 < len(args) {
				i += map[string]int{"5": 2, "2": 4}[args[i+1]]
			}
		}
	}
}
