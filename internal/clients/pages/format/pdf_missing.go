package format

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/requests"
)

// missing reports whether a page that shows nothing was to draw something that
// the file does not hold. PDFium leaves such an object out and counts it nowhere,
// but copies the page's contents: they call for more than there is.
func (p *pdf) missing(page int) bool {
	held, err := p.placedObjects(page)
	if err != nil {
		return false
	}
	var copied head
	if err := p.copyTo(&copied, []int{page}); err != nil {
		p.handles = keepHandles + 1 // the next page gets another instance: this one may be half changed
		if len(copied) < headBytes {
			return false
		}
	}
	return drawCalls(pageContents(copied)) > held
}

// placedObjects counts what a page places with the operator Do, and pictures
// inside its contents, which only makes the answer more careful.
func (p *pdf) placedObjects(page int) (int, error) {
	n, err := p.lib.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: p.ref(page)})
	if err != nil || n.Count > mostObjects {
		return 0, errors.Join(err, errors.New("too many objects"))
	}
	held := 0
	for i := range n.Count {
		_, kind, err := p.object(page, i)
		if err != nil {
			return 0, err
		}
		if kind == enums.FPDF_PAGEOBJ_IMAGE || kind == enums.FPDF_PAGEOBJ_FORM {
			held++
		}
	}
	return held, nil
}

// head keeps the beginning of a file that is written to it: PDFium writes the page
// and its contents first, its pictures and fonts behind them.
type head []byte

const headBytes = 1 << 20

var errHeadFull = errors.New("enough was read")

func (h *head) Write(b []byte) (int, error) {
	room := headBytes - len(*h)
	if len(b) > room {
		*h = append(*h, b[:room]...)
		return room, errHeadFull
	}
	*h = append(*h, b...)
	return len(b), nil
}

// How PDFium writes a file of one page. Its objects stand at the beginning of a
// line.
var (
	pageObject     = regexp.MustCompile(`(?m)^<<.*/Type ?/Page[/>\s]`)
	contentsOne    = regexp.MustCompile(`/Contents (\d+) 0 R`)
	contentsList   = regexp.MustCompile(`/Contents ?\[([\d R]*)\]`)
	listed         = regexp.MustCompile(`(\d+) 0 R`)
	streamLength   = regexp.MustCompile(`/Length (\d+)`)
	streamFiltered = regexp.MustCompile(`/Filter ?(\S+?)[/>\[\s]|/DecodeParms`)
)

// pageContents gives the contents of the page of a file as PDFium writes it; what
// cannot be read is left out.
func pageContents(file []byte) []byte {
	dictionary := pageObject.Find(file)
	if dictionary == nil {
		return nil
	}
	end := bytes.IndexAny(dictionary, "\r\n")
	if end < 0 {
		end = len(dictionary)
	}
	dictionary = dictionary[:end]
	var numbers [][][]byte
	if m := contentsOne.FindSubmatch(dictionary); m != nil {
		numbers = [][][]byte{m}
	} else if m := contentsList.FindSubmatch(dictionary); m != nil {
		numbers = listed.FindAllSubmatch(m[1], -1)
	}
	var out []byte
	for _, n := range numbers {
		out = append(append(out, streamOf(file, n[1])...), '\n')
		if len(out) > headBytes {
			break
		}
	}
	return out
}

// streamOf gives the unpacked stream of an object; nil when there is none or it
// is packed in another way than PDFium packs.
func streamOf(file, number []byte) []byte {
	at := bytes.Index(file, append(append([]byte("\n"), number...), " 0 obj"...))
	if at < 0 {
		return nil
	}
	object := file[at:]
	start := bytes.Index(object, []byte("stream\r\n"))
	if end := bytes.Index(object, []byte("endobj")); start < 0 || end >= 0 && end < start {
		return nil
	}
	dictionary, data := object[:start], object[start+len("stream\r\n"):]
	m := streamLength.FindSubmatch(dictionary)
	if m == nil {
		return nil
	}
	length, err := strconv.Atoi(string(m[1]))
	if err != nil || length > len(data) {
		return nil
	}
	data = data[:length]
	filters := streamFiltered.FindAllSubmatch(dictionary, -1)
	switch {
	case len(filters) == 0:
		return data
	case len(filters) > 1 || string(filters[0][1]) != "/FlateDecode":
		return nil
	}
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	unpacked, _ := io.ReadAll(io.LimitReader(z, headBytes)) // a broken end leaves the beginning
	return unpacked
}

// drawCalls counts how often contents place an object: a name and the operator
// Do.
func drawCalls(contents []byte) int {
	calls := 0
	name := false // the token before is a name
	for c := contents; len(c) > 0; {
		var t []byte
		t, c = contentToken(c)
		switch {
		case len(t) == 0:
		case string(t) == "Do" && name:
			calls++
			name = false
		case string(t) == "ID": // the bytes of a picture in the contents
			c = behindPicture(c)
			name = false
		default:
			name = t[0] == '/'
		}
	}
	return calls
}

// contentToken cuts the next token off: a string or comment gives an empty one.
func contentToken(c []byte) (token, rest []byte) {
	const space, delimiters = "\x00\t\n\f\r ", "()<>[]{}/%"
	c = bytes.TrimLeft(c, space)
	if len(c) == 0 {
		return nil, nil
	}
	switch c[0] {
	case '(':
		return nil, behindString(c)
	case '%':
		if end := bytes.IndexAny(c, "\r\n"); end >= 0 {
			return nil, c[end:]
		}
		return nil, nil
	case '<', '>', '[', ']', '{', '}', ')':
		return c[:1], c[1:]
	}
	end := 1
	for end < len(c) && strings.IndexByte(space+delimiters, c[end]) < 0 {
		end++
	}
	return c[:end], c[end:]
}

// behindString gives what follows a string in round brackets.
func behindString(c []byte) []byte {
	depth := 0
	for i := 0; i < len(c); i++ {
		switch c[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return c[i+1:]
			}
		}
	}
	return nil
}

var pictureEnd = regexp.MustCompile(`[\s\x00]EI[\s\x00]`)

// behindPicture gives what follows the bytes of a picture.
func behindPicture(c []byte) []byte {
	if m := pictureEnd.FindIndex(c); m != nil {
		return c[m[1]-1:]
	}
	return nil
}
