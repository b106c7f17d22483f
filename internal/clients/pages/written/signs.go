package written

import "strings"

// Fonts of signs: their characters are not the letters they are stored as.
const (
	fontSymbol    = "symbol"
	fontWingdings = "wingdings"
	fontOther     = "another font of signs"
)

// signFont tells fonts of signs from fonts of letters, for which it gives "".
func signFont(name string) string {
	name = strings.ToLower(strings.Trim(name, `"' ;`))
	switch {
	case name == "symbol" || strings.HasPrefix(name, "symbol ") || name == "standardsymbolsl":
		return fontSymbol
	case name == "wingdings":
		return fontWingdings
	case strings.HasPrefix(name, "wingdings "), name == "webdings", strings.HasPrefix(name, "zapfdingbats"), strings.HasPrefix(name, "itc zapf dingbats"), strings.HasPrefix(name, "monotype sorts"), strings.HasPrefix(name, "marlett"):
		return fontOther
	}
	return ""
}

// unknownSign stands for what could not be told: values beside it are in doubt.
const unknownSign = "\ufffd"

// signsOf gives what characters of a font of signs look like. They are stored as
// letters, or in the private area from U+F000 on.
func (w *writer) signsOf(font, text string) string {
	var b strings.Builder
	for _, r := range text {
		if r >= 0xf000 && r <= 0xf0ff {
			r -= 0xf000
		}
		switch {
		case r == ' ' || r == '\t' || r == 0xa0:
			b.WriteByte(' ')
		case r > 0xff: // a character of its own
			b.WriteRune(r)
		default:
			w.signs++
			b.WriteString(signOf(font, byte(r)))
		}
	}
	return b.String()
}

func signOf(font string, c byte) string {
	switch font {
	case fontSymbol:
		if c >= 0x20 && c < 0x7f {
			return string([]rune(symbolLow)[c-0x20])
		}
		if c >= 0xa0 {
			return string([]rune(symbolHigh)[c-0xa0])
		}
	case fontWingdings:
		if s := wingdings[c]; s != "" {
			return s
		}
	}
	return unknownSign
}

// The font Symbol, from 0x20 and from 0xa0 on, as Adobe's table of it says; pieces
// of large brackets are not known.
const (
	symbolLow = " !∀#∃%&∍()∗+,−./0123456789:;<=>?" +
		"≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_" +
		"\ufffdαβχδεφγηιϕκλµνοπθρστυϖωξψζ{|}∼"
	symbolHigh = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓" +
		"°±″≥×∝∂•÷≠≡≈…\ufffd\ufffd↵" +
		"ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉" +
		"∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓" +
		"◊〈®©™∑\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd" +
		"\ufffd〉∫⌠\ufffd⌡\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
)

// wingdings are the signs of that font that forms and lists use.
var wingdings = map[byte]string{
	0x21: "✏", 0x28: "☎", 0x2a: "✉", 0x43: "👍", 0x44: "👎", 0x4a: "☺", 0x4c: "☹", 0x46: "☞", 0x6c: "●", 0x6d: "○", 0x6e: "■", 0x6f: "[ ]", 0x71: "[ ]", 0x72: "[ ]",
	0x73: "◆", 0x74: "◆", 0x75: "◆", 0x76: "❖", 0x77: "•", 0x78: "[x]", 0x7c: "✿", 0x9e: "·", 0x9f: "•", 0xa0: "•", 0xa1: "○", 0xa7: "•", 0xa8: "[ ]",
	0xd5: "⌫", 0xd8: "➢", 0xdf: "←", 0xe0: "→", 0xe1: "↑", 0xe2: "↓", 0xe7: "←", 0xe8: "→", 0xe9: "↑", 0xea: "↓", 0xef: "⇦", 0xf0: "⇨", 0xf1: "⇧", 0xf2: "⇩",
	0xfb: "✗", 0xfc: "✓", 0xfd: "[x]", 0xfe: "[x]",
}

// plainSigns writes boxes so that they are seen in every font, and gives up
// private characters, of which nobody knows what they look like.
func plainSigns(text string) string {
	if strings.IndexFunc(text, odd) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '☐' || r == '❏' || r == '❑' || r == '◻':
			b.WriteString("[ ]")
		case r == '☑' || r == '☒':
			b.WriteString("[x]")
		case private(r):
			b.WriteString(unknownSign)
		case r == '\n' || r == '\r':
			b.WriteByte(' ')
		case control(r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func odd(r rune) bool {
	return private(r) || control(r) || r == '\n' || r == '\r' || r >= 0x25fb && r <= 0x2752
}

func private(r rune) bool { return r >= 0xe000 && r <= 0xf8ff || r >= 0xf0000 }

// control are characters that nothing is printed for, tabs excepted.
func control(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0
}
