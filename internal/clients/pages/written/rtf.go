package written

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"

	"clinician/internal/core"
)

// maxGroups bounds how deep RTF groups may nest.
const maxGroups = 1000

// OpenRTF reads RTF. CodeInvalid when it is damaged.
func OpenRTF(content []byte) (Document, error) {
	doc, ok := rtfPages(content)
	if !ok {
		return Document{}, core.Errorf(core.CodeInvalid, "This RTF file is damaged and cannot be opened. Save it again, or as PDF, and upload that.")
	}
	return doc, nil
}

// rtfGroup is what holds within a pair of braces.
type rtfGroup struct {
	skip bool
	uc   int // bytes that follow a \u for readers that do not know it
	form form
	font int
	into string // the destination: "footnote", "header", ...; "" the document
}

// rtfReader gives RTF to a writer. Its text is in the code page of the document or
// of the font it is set in.
type rtfReader struct {
	w     *writer
	stack []rtfGroup
	now   rtfGroup

	page     int // code page of the document
	fonts    map[int]rtfFont
	white    []bool // of each colour: nobody sees it on paper
	colour   int    // the least of red, green and blue of the colour that is described
	usual    int    // the font of text that names none
	named    int    // the font that the font table is describing
	bytes    []byte // read, and not yet decoded
	ignore   int    // bytes still to skip after \u
	high     rune   // first half of a surrogate pair
	star     bool   // \* was seen: the next word names a destination to skip
	symbol   bool   // the field shows a sign by its number: what it shows is a copy
	code     strings.Builder
	box      rtfBox
	picture  rtfPicture
	hidden   []hiddenWriter // writers that parts beside the text interrupted
	foot     []styled
	endnotes []styled
	comments []styled
	refs     map[string]int
}

type rtfFont struct {
	page  int
	name  string
	signs string
}

// rtfBox is a box to tick of a form.
type rtfBox struct {
	result, preset, given int
}

type hiddenWriter struct {
	w     *writer
	depth int // of the group that ends the part
	kind  string
}

// rtfPages reports false when b does not start as RTF or its groups do not match.
func rtfPages(b []byte) (Document, bool) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if !strings.HasPrefix(string(b[:min(len(b), 5)]), `{\rtf`) {
		return Document{}, false
	}
	r := rtfReader{w: &writer{pics: &pictures{}}, page: 1252, colour: allColours, fonts: map[int]rtfFont{}, usual: -1, now: rtfGroup{uc: 1, font: -1}, refs: map[string]int{}}
	for i := 0; i < len(b); {
		switch c := b[i]; c {
		case '{':
			if len(r.stack) >= maxGroups {
				return Document{}, false
			}
			r.flush()
			r.stack = append(r.stack, r.now)
			r.star, r.ignore = false, 0
			i++
		case '}':
			if len(r.stack) == 0 {
				return Document{}, false
			}
			r.flush()
			r.endGroup()
			i++
			if len(r.stack) == 0 {
				return r.finish(), true
			}
		case '\\':
			i = r.control(b, i+1)
		case '\r', '\n':
			i++
		default:
			r.byte(c)
			i++
		}
	}
	r.flush()
	if len(r.stack) > 1 { // only a missing last brace loses nothing
		return Document{}, false
	}
	return r.finish(), true
}

func (r *rtfReader) finish() Document {
	w := r.w
	w.close()
	w.lines = append(append(append(w.lines, r.foot...), r.endnotes...), r.comments...)
	return Document{Pages: w.finish(), Pictures: w.pics.list}
}

// byte takes a byte of text unless it repeats a \u.
func (r *rtfReader) byte(c byte) {
	if r.ignore > 0 {
		r.ignore--
		return
	}
	r.bytes = append(r.bytes, c)
}

// flush decodes what was read in one form.
func (r *rtfReader) flush() {
	if len(r.bytes) == 0 {
		return
	}
	b := r.bytes
	r.bytes = r.bytes[:0]
	font := r.fonts[r.now.font]
	switch {
	case r.now.into == "fonttbl":
		r.fontName(string(b))
	case r.now.into == "fldinst":
		r.code.Write(b)
	case r.now.into == "colortbl":
		r.colours(b)
	case r.now.into == "pict":
		r.picture.hex(r.now, b)
	case r.now.skip:
	case font.signs != "":
		r.text(latin1(b))
	case font.page != 0:
		r.text(decodeBytes(b, font.page))
	default:
		r.text(decodeBytes(b, r.page))
	}
}

// colours ends the description of colours: each with a semicolon.
func (r *rtfReader) colours(b []byte) {
	for range strings.Count(string(b), ";") {
		r.white[len(r.white)-1] = r.colour >= 0xf8 && r.colour < allColours
		r.white, r.colour = append(r.white, false), allColours
	}
}

// allColours is more than a colour can be: none was described, which is black.
const allColours = 256

func latin1(b []byte) string {
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c)
	}
	return string(out)
}

// text gives the writer what is shown.
func (r *rtfReader) text(s string) {
	if r.now.skip {
		return
	}
	f := r.now.form
	f.signs = r.fonts[r.now.font].signs
	r.w.put(s, f)
}

// control handles what follows a backslash at i and gives the next position.
func (r *rtfReader) control(b []byte, i int) int {
	if i >= len(b) {
		return i
	}
	if c := b[i]; !isLetter(c) {
		return r.sign(b, i, c)
	}
	start := i
	for i < len(b) && isLetter(b[i]) && i-start < 32 {
		i++
	}
	word := string(b[start:i])
	i, number, given := rtfNumber(b, i)
	r.flush()
	if word == "bin" && given && number > 0 { // raw bytes follow
		end := i + min(number, len(b)-i)
		r.picture.raw(r.now, b[i:end])
		i = end
	}
	if word == "u" && given {
		r.unicode(rune(uint16(number)))
		r.ignore = r.now.uc
		return i
	}
	r.word(word, number, given)
	return i
}

// rtfNumber reads the number behind a word, and the space that ends both.
func rtfNumber(b []byte, i int) (next, number int, given bool) {
	start := i
	if i < len(b) && b[i] == '-' {
		i++
	}
	for i < len(b) && b[i] >= '0' && b[i] <= '9' && i-start < 11 {
		i++
	}
	number, err := strconv.Atoi(string(b[start:i]))
	if i < len(b) && b[i] == ' ' {
		i++
	}
	return i, number, err == nil
}

func (r *rtfReader) sign(b []byte, i int, c byte) int {
	switch c {
	case '\'':
		if i+2 < len(b) {
			if v, err := strconv.ParseUint(string(b[i+1:i+3]), 16, 8); err == nil {
				r.byte(byte(v))
				return i + 3
			}
		}
	case '\\', '{', '}':
		r.byte(c)
	case '~':
		r.byte(' ')
	case '_':
		r.byte('-')
	case '\n', '\r':
		r.flush()
		r.newline()
	case '*':
		r.flush()
		r.star = true
	}
	return i + 1
}

// newline ends a line that is shown.
func (r *rtfReader) newline() {
	if !r.now.skip && r.now.form.gone == "" {
		r.w.newline()
	} else if !r.now.skip {
		r.w.lose(r.now.form.gone, "\n")
	}
}

// unicode writes one UTF-16 unit; two make a character outside the basic plane.
func (r *rtfReader) unicode(unit rune) {
	r.ignore = 0
	switch {
	case r.now.into == "fldinst" || r.now.into == "fonttbl":
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
