package written

import (
	"regexp"
	"strings"
	"unicode"
)

// script is a run of raised or lowered characters that is not written yet: what
// comes behind it may say what it is.
type script struct {
	text string
	form form
}

func (s script) same(f form) bool {
	return s.form.raised == f.raised && s.form.struck == f.struck
}

var (
	ten       = regexp.MustCompile(`(^|[^0-9.,])10$`)
	timesTen  = regexp.MustCompile(`[0-9]\s*[xX×*·]\s*10$`)
	exponent  = regexp.MustCompile(`^[-+−–]?[0-9]{1,2}$`)
	squared   = regexp.MustCompile(`(^|[^\pL])(m|cm|mm|dm|km|µm|in|ft)$`)
	areaPower = regexp.MustCompile(`^[23]$`)
	inverse   = regexp.MustCompile(`^[-−–][123]$`)
	charge    = regexp.MustCompile(`^[1-4]?[-+−–]$`)
	ordinal   = regexp.MustCompile(`^(st|nd|rd|th)$`)
	degree    = regexp.MustCompile(`^[CF](\PL|$)`)
	endsDigit = regexp.MustCompile(`[0-9]$`)
)

// endScript writes the raised or lowered run. Where it can be one thing only it is
// written as that: 10^9/L, m², °C, CO2. Otherwise it keeps its form, and the word
// it stands at is in doubt: 5.9² may be 5.9 with a note. next is what follows.
func (w *writer) endScript(next string) {
	s := w.script
	if w.script = (script{}); s.text == "" {
		return
	}
	text := strings.TrimSpace(s.text)
	before := string(w.line.text[max(0, len(w.line.text)-24):])
	plain, power := meant(before, text, next, s.form.raised)
	if power {
		w.powers++
	}
	switch {
	case text == "" || plain != "":
		if plain == "" {
			plain = s.text
		}
		w.write(plain, s.form)
	default:
		from := w.line.lastWord()
		shape := "raised"
		if !s.form.raised {
			shape = "lowered"
		}
		w.write(scripted(s.text, s.form.raised), s.form)
		w.line.mark(from, len(w.line.text), "it has "+shape+" signs: "+text, false)
	}
}

// meant gives what a raised or lowered run says where that is certain; "" it is
// not. power says that it is a power of ten.
func meant(before, text, next string, raised bool) (plain string, power bool) {
	last := []rune(" " + before)
	letter := unicode.IsLetter(last[len(last)-1])
	if !raised {
		return map[bool]string{true: text}[letter], false // CO2, HbA1c
	}
	switch {
	case isPower(before, text, next):
		return "^" + strings.NewReplacer("−", "-", "–", "-", "+", "").Replace(text), true
	case areaPower.MatchString(text) && squared.MatchString(before), letter && inverse.MatchString(text): // m², s⁻¹
		return scripted(text, true), false
	case strings.Trim(text, "oO0") == "" && len(text) == 1 && degree.MatchString(next):
		return "°", false
	case ordinal.MatchString(text) && endsDigit.MatchString(before):
		return text, false
	case letter && charge.MatchString(text), text == "TM" || text == "®": // Ca²⁺
		return scripted(text, true), false
	}
	return "", false
}

// isPower reports whether raised digits are a power of ten: 10⁹/L, 4.2 x 10⁶.
func isPower(before, text, next string) bool {
	return exponent.MatchString(text) && ten.MatchString(before) &&
		(strings.HasPrefix(strings.TrimSpace(next), "/") || timesTen.MatchString(before))
}

// scripted writes characters raised or lowered where Unicode has all of them, else
// behind a sign that says so.
func scripted(text string, raised bool) string {
	const plain, high, low = "0123456789+-−–=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎"
	shapes, sign := []rune(high), "^"
	if !raised {
		shapes, sign = []rune(low), "_"
	}
	if text == "TM" || text == "®" {
		return map[string]string{"TM": "™", "®": "®"}[text]
	}
	var b strings.Builder
	for _, r := range text {
		switch i := strings.IndexRune(plain, r); {
		case i >= 0:
			b.WriteRune(shapes[len([]rune(plain[:i]))])
		case unicode.IsSpace(r):
			b.WriteRune(r)
		default:
			return sign + text
		}
	}
	return b.String()
}
