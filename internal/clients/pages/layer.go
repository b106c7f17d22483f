package pages

import (
	"math"
	"strings"
	"unicode"

	"clinician/internal/core"
)

// char is one character of a text layer with its box in pixels.
type char struct {
	text           string
	x0, y0, x1, y1 float64
}

// layerWords joins characters to words and lines, and gives the text in the
// document's own order. PDFium has put spaces and line ends where it saw gaps.
func layerWords(chars []char) ([]core.Word, string) {
	var words []core.Word
	var text, word strings.Builder
	var box char
	line := 1
	flush := func() {
		if word.Len() == 0 {
			return
		}
		words = append(words, core.Word{Text: word.String(), Line: line, Box: core.Box{
			X: int(math.Floor(box.x0)), Y: int(math.Floor(box.y0)),
			W: int(math.Ceil(box.x1)) - int(math.Floor(box.x0)), H: int(math.Ceil(box.y1)) - int(math.Floor(box.y0)),
		}})
		word.Reset()
	}
	for _, c := range chars {
		switch {
		case c.text == "\n":
			flush()
			if len(words) > 0 && words[len(words)-1].Line == line {
				line++
			}
			text.WriteString("\n")
			continue
		case c.text == "" || c.text == "\r" || c.text == "\u00ad" || c.text == "\ufffe" || c.text == "\x02":
			continue // no character, and the marks PDFium leaves for hyphens at line ends
		case strings.TrimSpace(c.text) == "":
			flush()
			text.WriteString(" ")
			continue
		}
		if word.Len() == 0 {
			box = c
		} else {
			box.x0, box.y0 = min(box.x0, c.x0), min(box.y0, c.y0)
			box.x1, box.y1 = max(box.x1, c.x1), max(box.y1, c.y1)
		}
		word.WriteString(c.text)
		text.WriteString(c.text)
	}
	flush()
	return words, strings.TrimSpace(text.String())
}

// usableLayer tells a text layer that can be trusted from none, a garbled one
// (fonts without a mapping to Unicode), and one that only holds a stamp or page
// number laid over a scan.
func usableLayer(words []core.Word, w, h int) bool {
	var good, bad, letters int
	for _, word := range words {
		for _, r := range word.Text {
			switch {
			case r == unicode.ReplacementChar || unicode.Is(unicode.Co, r) || !unicode.IsPrint(r):
				bad++
			default:
				good++
				if unicode.IsLetter(r) || unicode.IsDigit(r) {
					letters++
				}
			}
		}
	}
	if letters < 3 || bad*10 > good {
		return false
	}
	if letters*2 < good { // mostly punctuation: a font whose codes were shifted
		return false
	}
	return onPage(words, w, h)
}

// onPage reports whether most words lie within the page.
func onPage(words []core.Word, w, h int) bool {
	in := 0
	for _, word := range words {
		if b := word.Box; b.X > -w/10 && b.Y > -h/10 && b.X+b.W < w+w/10 && b.Y+b.H < h+h/10 {
			in++
		}
	}
	return in*2 > len(words)
}
