package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width is the number of cells a string takes, styled or not.
func Width(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x7f {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
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
	return ansi.Truncate(s, w, "…")
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
			lines[i] = ansi.Truncate(l, w, "…")
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
				head := ansi.Truncate(word, w, "")
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
