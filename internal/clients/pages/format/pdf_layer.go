package format

import (
	"math"
	"strings"
	"unicode"

	"clinician/internal/core"
	"clinician/internal/core/raster"
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

// layerFault says why a text layer cannot be trusted: it is garbled (fonts
// without a mapping to Unicode or with shifted codes) or does not lie on the
// page. It is "" when it can be; none says that there is no layer at all.
func layerFault(words []core.Word, w, h int) (fault string, none bool) {
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
	switch {
	case good+bad == 0:
		return "", true
	case bad*10 > good:
		return "its characters have no meaning", false
	case letters < 3:
		return "it holds no text", false
	case letters*2 < good, shifted(words):
		return "its letters are garbled", false
	case !onPage(words, w, h):
		return "it lies beside the page", false
	}
	return "", false
}

// shifted recognises letters that stand for others: of many Latin words of some
// length, most have no vowel. Names of units and codes are shorter.
func shifted(words []core.Word) bool {
	const enough = 10
	seen, dumb := 0, 0
	for _, w := range words {
		text := strings.ToLower(strings.Trim(w.Text, ".,;:()"))
		if len(text) < 5 || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz") != "" {
			continue
		}
		seen++
		if !strings.ContainsAny(text, "aeiouy") {
			dumb++
		}
	}
	return seen >= enough && 2*dumb > seen
}

// sparse reports whether a layer is so short that it may be a stamp or page
// number laid over a scan.
func sparse(words []core.Word) bool {
	n := 0
	for _, w := range words {
		n += len(w.Text)
	}
	return n < 250
}

// hidesMore reports whether the page shows much more ink than the words of its
// layer account for. Boxes are in pixels of a page scale times as large as g.
func hidesMore(g *raster.Gray, words []core.Word, scale float64) bool {
	const margin = 2
	ink, outside := g.Binarized(raster.Ink)
	inside := 0
	for _, w := range words {
		x0, y0 := int(float64(w.Box.X)/scale)-margin, int(float64(w.Box.Y)/scale)-margin
		x1, y1 := int(float64(w.Box.X+w.Box.W)/scale)+margin, int(float64(w.Box.Y+w.Box.H)/scale)+margin
		for y := max(0, y0); y < min(g.H, y1); y++ {
			for x := max(0, x0); x < min(g.W, x1); x++ {
				inside += int(ink.Pix[y*g.W+x])
				outside -= int(ink.Pix[y*g.W+x])
				ink.Pix[y*g.W+x] = 0
			}
		}
	}
	return outside > 4*inside && outside*250 > len(g.Pix)
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
