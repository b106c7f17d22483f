package written

import (
	"fmt"
	"image"
	"strings"

	"clinician/internal/core"
)

// Document is a document that is text: its pages, and the pictures within it, which
// it cannot draw.
type Document struct {
	Pages    []core.Page
	Pictures []Picture // in the order they stand
}

// Count is the number of pages.
func (d Document) Count() int { return len(d.Pages) }

// Text gives a page, numbered from 1.
func (d Document) Text(page int) (core.Page, error) {
	p := d.Pages[page-1]
	p.Number = page
	return p, nil
}

// Draw always fails: CodeInvalid.
func (d Document) Draw(int, int, bool) (image.Image, error) {
	return nil, core.Errorf(core.CodeInvalid, "A text file has no page image.")
}

// printed gives a text to a writer as a printer would print it. Its pages are what
// form feeds divide.
func printed(text decodedText) *writer {
	p := printer{w: &writer{guess: text.page}}
	p.print(text.runes)
	w := p.w
	if n := text.behind; n > 0 {
		w.extra = append(w.extra, fmt.Sprintf("left out what stands behind the end mark of the file: %s", core.Plural(n, "byte", "bytes")))
	}
	return w
}

// decodedText is the text of a file.
type decodedText struct {
	runes  []rune
	page   string // the code page that was guessed, for people; "": the file says it
	behind int    // bytes behind a mark that ends the file
}

// decodeText reads UTF-8, UTF-16 with a byte order mark or without, and guesses the
// code page of everything else.
func decodeText(b []byte) decodedText {
	if s, ok := decodeUTF16(b); ok {
		return decodedText{runes: []rune(strings.TrimRight(s, "\x00"))}
	}
	var d decodedText
	if i := strings.IndexByte(string(b), 0x1a); i >= 0 { // how DOS ends a text
		d.behind = len(strings.Trim(string(b[i:]), "\x1a\x00 \r\n"))
		b = b[:i]
	}
	b = []byte(strings.TrimPrefix(strings.TrimRight(string(b), "\x00"), "\ufeff"))
	if mostlyUTF8(b) {
		d.runes = []rune(string(b))
		return d
	}
	number := guessPage(b)
	d.runes, d.page = []rune(decodeBytes(b, number)), pageName(number)
	return d
}
