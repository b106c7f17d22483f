package format

import (
	"encoding/binary"
	"image"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"clinician/internal/core"
)

// textDocument is a text file: its pages are what form feeds divide.
type textDocument []string

func (d textDocument) Count() int { return len(d) }

func (d textDocument) Text(page int) (core.Page, error) {
	p := core.Page{Number: page, Source: core.SourceTextFile, Status: core.PageRead, Text: d[page-1]}
	if strings.TrimSpace(p.Text) == "" {
		p.Status = core.PageEmpty
	}
	return p, nil
}

func (d textDocument) Draw(int, int, bool) (image.Image, error) { return nil, errNoImage }

// splitPages divides at form feeds; one at the very end starts no page.
func splitPages(text string) []string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	pages := strings.Split(strings.TrimRight(text, "\f\n\t "), "\f")
	for i, p := range pages {
		pages[i] = strings.Trim(p, "\n")
	}
	return pages
}

// decodeText reads UTF-8, UTF-16 with a byte order mark, and takes everything
// else for Windows-1252, the superset of Latin-1 that old systems write.
// Control characters other than tab, line ends and form feed are dropped.
func decodeText(b []byte) string {
	var s string
	switch {
	case len(b) >= 2 && b[0] == 0xff && b[1] == 0xfe:
		s = decodeUTF16(b[2:], binary.LittleEndian)
	case len(b) >= 2 && b[0] == 0xfe && b[1] == 0xff:
		s = decodeUTF16(b[2:], binary.BigEndian)
	case utf8.Valid(b):
		s = strings.TrimPrefix(string(b), "\ufeff")
	default:
		var out strings.Builder
		for _, c := range b {
			out.WriteRune(windows1252(c))
		}
		s = out.String()
	}
	return strings.Map(func(r rune) rune {
		if (r < 0x20 && r != '\t' && r != '\n' && r != '\r' && r != '\f') || (r >= 0x7f && r < 0xa0) {
			return -1
		}
		return r
	}, s)
}

func decodeUTF16(b []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// windows1252 maps one byte; the five unassigned ones are replacement characters.
func windows1252(c byte) rune {
	const high = "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ"
	if c < 0x80 || c >= 0xa0 {
		return rune(c)
	}
	return []rune(high)[c-0x80]
}
