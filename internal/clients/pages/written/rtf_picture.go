package written

import "encoding/hex"

// rtfPicture is the picture that is being read: a file in hexadecimal digits or as it
// is, and what kind of file its words say.
type rtfPicture struct {
	known   bool // a kind that can be a file of its own
	content []byte
	half    byte // the first of two digits; 0: none is waiting
}

// word takes what says of which kind it is. Drawings of Windows and of the Macintosh
// are no pictures of pixels.
func (p *rtfPicture) word(word string) {
	p.known = p.known || word == "pngblip" || word == "jpegblip"
}

// hex takes digits of the file; what is none is white space.
func (p *rtfPicture) hex(g rtfGroup, digits []byte) {
	if g.skip {
		return
	}
	for _, c := range digits {
		if !isHex(c) {
			continue
		}
		if p.half == 0 {
			p.half = c
			continue
		}
		var b [1]byte
		_, _ = hex.Decode(b[:], []byte{p.half, c}) // both are digits
		p.content, p.half = append(p.content, b[0]), 0
	}
}

// raw takes bytes of the file.
func (p *rtfPicture) raw(g rtfGroup, b []byte) {
	if g.into == "pict" && !g.skip {
		p.content = append(p.content, b...)
	}
}

// file gives the picture; nil when it is of a kind that cannot be read.
func (p *rtfPicture) file() []byte {
	if !p.known || len(p.content) == 0 {
		return nil
	}
	return p.content
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }
