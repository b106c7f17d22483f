package ui

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// Width is the number of cells a string takes, styled or not. Terminals do not
// agree on the letters of some scripts: it is the most that one of them takes.
// A line that is thought too short goes over the edge and breaks the screen; one
// that is thought too long leaves a gap.
func Width(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x7f {
			return max(ansi.StringWidth(s), runeWidth(s))
		}
	}
	return len(s)
}

// runeWidth counts as terminals do that take characters one by one, as wcwidth
// has them, where that can differ from taking what is written as one letter; 0
// where it cannot.
func runeWidth(s string) int {
	if strings.IndexFunc(s, disputed) < 0 {
		return 0
	}
	n := 0
	for _, r := range ansi.Strip(s) {
		switch {
		case r < 0x300:
			n++
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf), r >= 0x1160 && r <= 0x11ff:
		case disputed(r) && r < 0x1f000:
			n++
		default:
			n += ansi.StringWidth(string(r))
		}
	}
	return n
}

// disputed reports whether a character may join the one before into one letter
// here and be a letter of its own there: vowels and conjuncts of the scripts of
// India and South-East Asia, jamo, flags, and colours of skin.
func disputed(r rune) bool {
	switch {
	case r < 0x900:
		return false
	case r < 0x1200, r >= 0x1780 && r < 0x1800, r >= 0x1900 && r < 0x1cd0:
		return true
	case r >= 0xa800 && r < 0xac00 && unicode.Is(unicode.L, r), unicode.Is(unicode.Mc, r):
		return true
	}
	return r >= 0x1f1e6 && r <= 0x1f1ff || r >= 0x1f3fb && r <= 0x1f3ff
}

// Unstyled is a string without its colours.
func Unstyled(s string) string { return ansi.Strip(s) }

// Cut shortens s to w cells, ending in "…" when something is missing.
func Cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if Width(s) <= w {
		return s
	}
	return truncate(s, w, "…")
}

// truncate shortens s so that with tail it takes w cells at most.
func truncate(s string, w int, tail string) string {
	for n := w; n > 0; n-- {
		if t := ansi.Truncate(s, n, tail); Width(t) <= w {
			return t
		}
	}
	return ""
}

// Pad makes s exactly w cells wide, cutting or filling with spaces.
func Pad(s string, w int) string {
	n := Width(s)
	if n > w {
		s = Cut(s, w)
		n = Width(s)
	}
	return s + spaces(w-n)
}

// PadLeft is Pad with the text at the right.
func PadLeft(s string, w int) string {
	n := Width(s)
	if n > w {
		s = Cut(s, w)
		n = Width(s)
	}
	return spaces(w-n) + s
}

const blank = "                                                                                                                                "

func spaces(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(blank) {
		return blank[:n]
	}
	return strings.Repeat(" ", n)
}

// Sides puts one text at the left and one at the right of a line of w cells;
// the left one gives way.
func Sides(left, right string, w int) string {
	rw := Width(right)
	if rw > w {
		return Cut(right, w)
	}
	return Pad(left, w-rw) + right
}

// Fit makes a block exactly w cells wide at most and h lines high.
func Fit(s string, w, h int) string {
	if h <= 0 {
		return ""
	}
	lines := strings.Split(s, "\n")
	if len(lines) > h {
		lines = lines[:h]
	}
	for i, l := range lines {
		if Width(l) > w {
			lines[i] = truncate(l, w, "…")
		}
	}
	for len(lines) < h {
		lines = append(lines, "")
	}
	return strings.Join(lines, "\n")
}

// Wrap breaks plain text into lines of at most w cells, at spaces only: a date
// or a number with hyphens is never torn. Words longer than a line are broken.
func Wrap(s string, w int) []string {
	w = max(1, w)
	var out []string
	for _, para := range strings.Split(s, "\n") {
		line, used := "", 0
		for _, word := range strings.Split(para, " ") {
			n := Width(word)
			if line != "" && used+1+n > w {
				out, line, used = append(out, line), "", 0
			}
			for n > w {
				head := truncate(word, w, "")
				if head == "" { // a wide character in a one cell line
					break
				}
				out = append(out, head)
				word = word[len(head):]
				n = Width(word)
			}
			if line != "" {
				line, used = line+" "+word, used+1+n
			} else {
				line, used = word, n
			}
		}
		out = append(out, line)
	}
	for i, l := range out {
		out[i] = strings.ReplaceAll(l, "\u00a0", " ")
	}
	return out
}

// Whole keeps a text with spaces on one line when it is wrapped.
func Whole(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }

// Beside sets two blocks next to each other, the left one w cells wide.
func Beside(left string, w int, gap string, right string) string {
	l, r := strings.Split(left, "\n"), strings.Split(right, "\n")
	var b strings.Builder
	for i := range max(len(l), len(r)) {
		if i > 0 {
			b.WriteByte('\n')
		}
		var a, c string
		if i < len(l) {
			a = l[i]
		}
		if i < len(r) {
			c = r[i]
		}
		b.WriteString(Pad(a, w))
		b.WriteString(gap)
		b.WriteString(c)
	}
	return b.String()
}

// Height is the number of lines of a block.
func Height(s string) int { return strings.Count(s, "\n") + 1 }
