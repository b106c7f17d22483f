package format

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"clinician/internal/core"
)

// maxGroups bounds how deep RTF groups may nest.
const maxGroups = 1000

func openRTF(content []byte) (Document, error) {
	text, ok := rtfText(content)
	if !ok {
		return nil, core.Errorf(core.CodeInvalid, "This RTF file is damaged and cannot be opened. Save it again, or as PDF, and upload that.")
	}
	return textDocument(splitPages(text)), nil
}

// rtfSkipped are the destinations whose content is not text of the document.
// Those marked \* are skipped as well.
var rtfSkipped = map[string]bool{
	"fonttbl": true, "colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true,
	"themedata": true, "colorschememapping": true, "datastore": true, "latentstyles": true, "listtable": true,
	"listoverridetable": true, "rsidtbl": true, "generator": true, "xmlnstbl": true, "fldinst": true, "filetbl": true,
	"revtbl": true, "bkmkstart": true, "bkmkend": true, "nonshppict": true, "pntext": true,
}

// rtfSymbols are the control words that stand for text.
var rtfSymbols = map[string]string{
	"par": "\n", "line": "\n", "sect": "\n", "row": "\n", "page": "\f", "tab": "\t", "cell": "\t", "nestcell": "\t", "nestrow": "\n",
	"emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
	"emspace": " ", "enspace": " ", "qmspace": " ",
}

type rtfGroup struct {
	skip bool
	uc   int // characters that follow a \u for readers that do not know it
}

// rtfReader turns RTF into text: what a person would see, without form.
type rtfReader struct {
	out    strings.Builder
	stack  []rtfGroup
	now    rtfGroup
	ignore int  // fallback characters still to skip after \u
	high   rune // first half of a surrogate pair
	star   bool // \* was seen: the next word names a destination to skip
}

// rtfText reports false when b does not start as RTF or its groups do not match.
func rtfText(b []byte) (string, bool) {
	if !strings.HasPrefix(string(b[:min(len(b), 5)]), `{\rtf`) {
		return "", false
	}
	r := rtfReader{now: rtfGroup{uc: 1}}
	for i := 0; i < len(b); {
		switch c := b[i]; c {
		case '{':
			if len(r.stack) >= maxGroups {
				return "", false
			}
			r.stack = append(r.stack, r.now)
			r.star, r.ignore = false, 0
			i++
		case '}':
			if len(r.stack) == 0 {
				return "", false
			}
			r.now = r.stack[len(r.stack)-1]
			r.stack = r.stack[:len(r.stack)-1]
			r.star, r.ignore = false, 0
			i++
			if len(r.stack) == 0 {
				return r.out.String(), true
			}
		case '\\':
			i = r.control(b, i+1)
		case '\r', '\n':
			i++
		default:
			r.text(string(windows1252(c)))
			i++
		}
	}
	if len(r.stack) > 1 { // only a missing last brace loses nothing
		return "", false
	}
	return r.out.String(), true
}

// text writes unless it belongs to a skipped destination or repeats a \u.
func (r *rtfReader) text(s string) {
	if r.ignore > 0 {
		r.ignore--
		return
	}
	if !r.now.skip {
		r.out.WriteString(s)
	}
}

// control handles what follows a backslash at i and gives the next position.
func (r *rtfReader) control(b []byte, i int) int {
	if i >= len(b) {
		return i
	}
	if c := b[i]; !isLetter(c) {
		return r.symbol(b, i, c)
	}
	start := i
	for i < len(b) && isLetter(b[i]) && i-start < 32 {
		i++
	}
	word := string(b[start:i])
	start = i
	if i < len(b) && b[i] == '-' {
		i++
	}
	for i < len(b) && b[i] >= '0' && b[i] <= '9' && i-start < 11 {
		i++
	}
	number, err := strconv.Atoi(string(b[start:i]))
	given := err == nil
	if i < len(b) && b[i] == ' ' {
		i++
	}
	if word == "bin" && given && number > 0 { // raw bytes follow
		i += min(number, len(b)-i)
	}
	r.word(word, number, given)
	return i
}

func (r *rtfReader) symbol(b []byte, i int, c byte) int {
	switch c {
	case '\'':
		if i+2 < len(b) {
			if v, err := strconv.ParseUint(string(b[i+1:i+3]), 16, 8); err == nil {
				r.text(string(windows1252(byte(v))))
				return i + 3
			}
		}
	case '\\', '{', '}':
		r.text(string(c))
	case '~':
		r.text(" ")
	case '_':
		r.text("-")
	case '\n', '\r':
		r.text("\n")
	case '*':
		r.star = true
	}
	return i + 1
}

func (r *rtfReader) word(word string, number int, given bool) {
	if r.star || rtfSkipped[word] {
		r.now.skip = true
	}
	r.star = false
	switch {
	case word == "u" && given:
		r.unicode(rune(uint16(number)))
		r.ignore = r.now.uc
	case word == "uc" && given:
		r.now.uc = max(0, min(number, 16))
	case rtfSymbols[word] != "":
		r.text(rtfSymbols[word])
	}
}

// unicode writes one UTF-16 unit; two make a character outside the basic plane.
func (r *rtfReader) unicode(unit rune) {
	r.ignore = 0
	switch {
	case utf16.IsSurrogate(unit) && unit < 0xdc00:
		r.high = unit
	case utf16.IsSurrogate(unit):
		r.text(string(utf16.DecodeRune(r.high, unit)))
		r.high = 0
	default:
		r.text(string(unit))
	}
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
