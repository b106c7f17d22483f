package records

import (
	"bytes"
	"strings"
)

// isText accepts text as it arrives: UTF-8, UTF-16 and the code pages of Windows and
// DOS, also with codes for printers, a ^Z at its end and zeros behind it.
func isText(head []byte) bool {
	if isUTF16(head) {
		return true
	}
	if i := bytes.IndexByte(head, 0x1a); i > 0 { // how DOS ends a text
		head = head[:i]
	}
	if len(head) == 0 {
		return true
	}
	if head = bytes.TrimRight(head, "\x00"); len(head) == 0 {
		return false
	}
	codes := 0
	for i, c := range head {
		switch {
		case c >= 0x20 && c != 0x7f, bytes.IndexByte([]byte("\t\n\r\f\v"), c) >= 0:
		case bytes.IndexByte([]byte("\a\b\x0e\x0f\x11\x12\x13\x14\x1b\x1c"), c) >= 0, c < 0x20 && argument(head, i):
			codes++
		default:
			return false
		}
	}
	return 2*codes <= len(head)
}

// argument reports whether a byte is the number of a printer's code: ESC S 0.
func argument(b []byte, i int) bool { return i >= 2 && b[i-2] == 0x1b && b[i-1] > 0x20 }

// isUTF16 recognises UTF-16 by its first bytes, or by every other byte of plain
// letters being zero. What is no letter in it makes it something else.
func isUTF16(b []byte) bool {
	low := lowByte(b)
	if low < 0 || len(b) < 4 {
		return false
	}
	letters := 0
	for i := 0; i+1 < len(b); i += 2 {
		c := rune(b[i+low]) | rune(b[i+1-low])<<8
		if c < 0x20 && !strings.ContainsRune("\t\n\r\f\x1a\x00", c) {
			return false
		}
		if c > 0x20 {
			letters++
		}
	}
	return 3*letters >= len(b)/2
}

// lowByte gives which byte of two is the lower one of UTF-16; -1 it is none.
func lowByte(b []byte) int {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return 0
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return 1
	}
	return zeros(b)
}

// zeros gives which byte of two is not zero in text of plain letters; -1 neither.
func zeros(b []byte) int {
	var n [2]int
	for i, c := range b {
		if c == 0 {
			n[i%2]++
		}
	}
	half := len(b) / 2
	switch {
	case half >= 4 && n[1]*10 >= half*4 && n[0]*20 < half:
		return 0
	case half >= 4 && n[0]*10 >= half*4 && n[1]*20 < half:
		return 1
	}
	return -1
}
