package format

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"clinician/internal/core"
)

// char is one character of a text layer with its box in pixels.
type char struct {
	text           string
	x0, y0, x1, y1 float64
	index          int // in PDFium's list of the characters of the page
}

// layerWord is a word of a text layer, and what stands between it and the next one.
type layerWord struct {
	text         string
	box          core.Box
	chars, after []char
	seen         bool
}

// wordsOf joins characters to words.
func wordsOf(chars []char) []layerWord {
	var out []layerWord
	word := false // the character before belongs to one
	for _, c := range chars {
		switch {
		case mark(c.text):
		case strings.TrimSpace(c.text) == "":
			if word = false; len(out) > 0 {
				last := &out[len(out)-1]
				last.after = append(last.after, c)
			}
		case word:
			last := &out[len(out)-1]
			last.text, last.chars = last.text+c.text, append(last.chars, c)
		default:
			word = true
			out = append(out, layerWord{text: c.text, chars: []char{c}})
		}
	}
	for i := range out {
		found, _ := layerWords(out[i].chars)
		out[i].box = found[0].Box
	}
	return out
}

// mark recognises what is no character, and the marks PDFium leaves for hyphens at
// line ends.
func mark(text string) bool {
	return text == "" || text == "\r" || text == "\u00ad" || text == "\ufffe" || text == "\x02"
}

// legible reports whether a word is large enough to be read by anybody, its highest
// character a point or more, given in pixels: some programs hide text by its size.
// Signs without letters may be small.
func legible(w layerWord, point float64) bool {
	highest, letters := 0.0, false
	for _, c := range w.chars {
		highest = max(highest, c.y1-c.y0, c.x1-c.x0)
		letters = letters || strings.ContainsFunc(c.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	}
	return !letters || highest >= point
}

// overlapping gives the words that stand where another one stands that says something
// else; what stands where the same is said already is not seen. false when there are too many to be compared.
func overlapping(words []layerWord) (over []int, ok bool) {
	const most = 5_000_000
	left := most
	order := make([]int, len(words))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(words[a].box.Y, words[b].box.Y) })
	found := map[int]bool{}
	for k, i := range order {
		a := words[i].box
		for _, j := range order[k+1:] {
			b := words[j].box
			if b.Y >= a.Y+a.H {
				break
			}
			if left--; left < 0 {
				return nil, false
			}
			w, h := min(a.X+a.W, b.X+b.W)-max(a.X, b.X), min(a.Y+a.H, b.Y+b.H)-b.Y
			switch covered := 10 * w * h; {
			case w <= 0 || h <= 0 || covered <= 3*min(a.W*a.H, b.W*b.H):
			case 2*max(a.H, b.H) > 5*min(a.H, b.H): // a large print across the page covers no small one
			case words[i].text != words[j].text:
				found[i], found[j] = true, true
			case covered > 7*max(a.W*a.H, b.W*b.H): // the same twice
				words[max(i, j)].seen = false
			}
		}
	}
	return slices.Sorted(maps.Keys(found)), true
}

// garbled reports whether most letters of a word have no meaning.
func garbled(word string) bool {
	good, bad := 0, 0
	for _, r := range word {
		if meaningless(r) {
			bad++
		} else {
			good++
		}
	}
	return bad > 2 && bad > good
}

// meaningless reports whether a character can be no letter of a text: it has none, or
// it comes of exchanged bytes, as U+4800 is for "H".
func meaningless(r rune) bool {
	return r == unicode.ReplacementChar || unicode.Is(unicode.Co, r) || !unicode.IsPrint(r) || exchanged(r)
}

func exchanged(r rune) bool { return r > 0xff && r&0xff == 0 && r>>8 >= 0x20 && r>>8 < 0x180 }

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
		case mark(c.text):
			continue
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
			case meaningless(r):
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
	case letters*2 < good, shifted(words), strange(words):
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

// joinComb takes the spaces out between characters that stand in one field.
func joinComb(chars []char, in func(i int) bool) {
	last := -1 // character of the field with nothing but spaces behind it
	for i, c := range chars {
		switch {
		case mark(c.text) || strings.TrimSpace(c.text) == "":
		case !in(c.index):
			last = -1
		default:
			for k := last + 1; last >= 0 && k < i; k++ {
				chars[k].text = ""
			}
			last = i
		}
	}
}
