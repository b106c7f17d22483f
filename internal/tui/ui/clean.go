package ui

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// Clean makes a string from outside safe for one line of the terminal: escape
// and other control characters, bidirectional overrides, invisible characters and
// piles of accents go, line breaks and tabs become one space each. Bytes that are not UTF-8 become
// U+FFFD. A clean string comes back as it is, without allocation.
func Clean(s string) string { return clean(s, false) }

// CleanText is Clean for text of many lines: "\n" stays.
func CleanText(s string) string { return clean(s, true) }

func clean(s string, lines bool) string {
	if isClean(s, lines) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	pile := 0
	for i, r := range s {
		switch {
		case r == '\r' && strings.HasPrefix(s[i+1:], "\n"):
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			if pile = 0; lines {
				b.WriteByte('\n')
			} else {
				b.WriteByte(' ')
			}
		case r == '\t' || r == '\f' || r == '\v':
			b.WriteByte(' ')
			pile = 0
		case Steers(r): // it does not end a pile: it will be gone
		default: // ranging over bytes that are not UTF-8 gives U+FFFD
			if pile = piled(pile, r); pile <= mostMarks {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

func isClean(s string, lines bool) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			return isCleanWide(s[i:], lines)
		}
		if (c < ' ' || c == 0x7f) && (c != '\n' || !lines) {
			return false
		}
	}
	return true
}

func isCleanWide(s string, lines bool) bool {
	if !utf8.ValidString(s) {
		return false
	}
	pile := 0
	for _, r := range s {
		if pile = piled(pile, r); pile > mostMarks || Steers(r) && !(r == '\n' && lines) {
			return false
		}
	}
	return true
}

// mostMarks is how many accents a letter may have: more of them reach over the
// lines above and below, and no script needs them.
const mostMarks = 4

// piled counts the accents on one letter.
func piled(n int, r rune) int {
	if r >= 0x300 && unicode.In(r, unicode.Mn, unicode.Me) {
		return n + 1
	}
	return 0
}

// Steers reports whether a character has no business in a terminal cell: it steers the
// terminal, turns the direction of what is read, or cannot be seen.
func Steers(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0: // C0, DEL, C1
		return true
	case r < 0x300:
		return r == 0xad // soft hyphen
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef: // variation selectors change widths
		return true
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x34f, r == 0x17b4, r == 0x17b5, r == 0x180e, r == 0x2800: // fillers that look like nothing
		return true
	}
	// Cf holds the bidi controls, zero-width characters and tags; Co holds the
	// image placeholders of some terminals.
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co)
}

// manyLines names the fields whose line breaks mean something.
var manyLines = map[reflect.Type][]string{
	reflect.TypeFor[core.Page]():            {"Text", "CorrectedText"},
	reflect.TypeFor[core.Result]():          {"ExtractedText"},
	reflect.TypeFor[core.Correction]():      {"Text", "EngineText"},
	reflect.TypeFor[core.PageCorrections](): {"EngineText", "CorrectedText"},
	reflect.TypeFor[core.TextDraft]():       {"Text"},
	reflect.TypeFor[wire.Frame]():           {"Preview"},
}

var timeType = reflect.TypeFor[time.Time]()

// cleanValue cleans every string that v (a pointer) leads to, in place. Load
// calls it, so that no screen can forget to.
func cleanValue(v reflect.Value, lines bool) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			if s := v.String(); !isClean(s, lines) {
				v.SetString(clean(s, lines))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			cleanValue(v.Elem(), lines)
		}
	case reflect.Slice, reflect.Array:
		if k := v.Type().Elem().Kind(); k <= reflect.Complex128 { // numbers and bytes
			return
		}
		for i := range v.Len() {
			cleanValue(v.Index(i), false)
		}
	case reflect.Map:
		cleanMap(v)
	case reflect.Struct:
		t := v.Type()
		if t == timeType {
			return
		}
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() {
				cleanValue(v.Field(i), slices.Contains(manyLines[t], f.Name))
			}
		}
	}
}

func cleanMap(v reflect.Value) {
	for _, k := range v.MapKeys() {
		e := reflect.New(v.Type().Elem()).Elem()
		e.Set(v.MapIndex(k))
		cleanValue(e, false)
		v.SetMapIndex(k, e)
	}
}

// cleanError gives err with everything cleaned that a screen may show of it.
func cleanError(err error) error {
	var e *core.Error
	if !errors.As(err, &e) {
		return err
	}
	c := *e
	c.Message = Clean(e.Message)
	c.Fields = nil
	for k, list := range e.Fields {
		if c.Fields == nil {
			c.Fields = map[string][]string{}
		}
		for _, s := range list {
			c.Fields[Clean(k)] = append(c.Fields[Clean(k)], Clean(s))
		}
	}
	return &c
}
