package written

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// codePage gives the encoding of a code page of Windows, DOS or the Mac by its
// number; nil for one that is not known.
func codePage(number int) encoding.Encoding {
	return map[int]encoding.Encoding{
		437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852, 855: charmap.CodePage855, 858: charmap.CodePage858,
		860: charmap.CodePage860, 862: charmap.CodePage862, 863: charmap.CodePage863, 865: charmap.CodePage865, 866: charmap.CodePage866,
		874: charmap.Windows874, 932: japanese.ShiftJIS, 936: simplifiedchinese.GBK, 949: korean.EUCKR, 950: traditionalchinese.Big5,
		1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252, 1253: charmap.Windows1253, 1254: charmap.Windows1254,
		1255: charmap.Windows1255, 1256: charmap.Windows1256, 1257: charmap.Windows1257, 1258: charmap.Windows1258,
		10000: charmap.Macintosh, 10007: charmap.MacintoshCyrillic, 28591: charmap.ISO8859_1, 28592: charmap.ISO8859_2, 54936: simplifiedchinese.GB18030, 65001: encoding.Nop,
	}[number]
}

// codePageOf gives the code page of a character set of a font, as RTF numbers them;
// 0 is that of the document.
func codePageOf(charset int) int {
	return map[int]int{
		77: 10000, 128: 932, 129: 949, 130: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256,
		186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 850,
	}[charset]
}

// decodeBytes reads bytes in a code page; what is none of it is an unknown sign.
func decodeBytes(b []byte, page int) string {
	e := codePage(page)
	if e == nil {
		return decodeASCII(b)
	}
	if e == encoding.Nop {
		return string(b)
	}
	s, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return decodeASCII(b)
	}
	return string(s)
}

// decodeASCII gives up what is not ASCII.
func decodeASCII(b []byte) string {
	out := make([]rune, 0, len(b))
	for _, c := range b {
		if c < 0x80 {
			out = append(out, rune(c))
		} else {
			out = append(out, []rune(unknownSign)...)
		}
	}
	return string(out)
}
