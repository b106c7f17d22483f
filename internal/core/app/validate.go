package app

import (
	"fmt"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"clinician/internal/core"
)

// fields collects what is wrong with a request, field by field, in the words
// of the service this one replaces.
type fields map[string][]string

func (f fields) add(name, message string) { f[name] = append(f[name], message) }

// err gives CodeInvalid with all complaints, or nil.
func (f fields) err() error {
	if len(f) == 0 {
		return nil
	}
	e := core.Errorf(core.CodeInvalid, "Some fields are not right; see the messages beside them.")
	e.Fields = f
	return e
}

// text cleans a required one-line text and checks its length in characters.
func (f fields) text(name, value string, longest int) string {
	return f.filled(name, CleanLine(value), longest)
}

// filled wants a text that says something and is not too long.
func (f fields) filled(name, value string, longest int) string {
	switch {
	case value == "":
		f.add(name, "This field may not be blank.")
	case utf8.RuneCountInString(value) > longest:
		f.add(name, "Ensure this field has no more than "+strconv.Itoa(longest)+" characters.")
	}
	return value
}

// between checks a number that may be left out (0).
func (f fields) between(name string, n, least, most int) {
	switch {
	case n == 0:
	case n < least:
		f.add(name, fmt.Sprintf("Ensure this value is greater than or equal to %d.", least))
	case n > most:
		f.add(name, fmt.Sprintf("Ensure this value is less than or equal to %d.", most))
	}
}

// choice checks a text that is one of few, or left out.
func (f fields) choice(name, text string, known ...string) {
	if text != "" && !slices.Contains(known, text) {
		f.add(name, fmt.Sprintf("%q is not a valid choice; use %s.", text, strings.Join(known, ", ")))
	}
}

func (f fields) optionalText(name string, value *string, longest int) *string {
	if value == nil {
		return nil
	}
	v := f.text(name, *value, longest)
	return &v
}

// email checks the syntax of an address: one addr-spec with a dotted domain.
func (f fields) email(name, value string) string {
	value = strings.TrimSpace(value)
	if value == "" {
		f.add(name, "This field may not be blank.")
		return value
	}
	a, err := mail.ParseAddress(value)
	at := strings.LastIndexByte(value, '@')
	if err != nil || a.Address != value || len(value) > 254 || !strings.Contains(value[at+1:], ".") ||
		strings.HasSuffix(value, ".") || strings.ContainsFunc(value, unicode.IsControl) {
		f.add(name, "Enter a valid email address.")
	}
	return value
}

// CleanLine makes a name or title out of outside text: NFC, one line, without
// control, bidirectional-override and zero-width characters, trimmed.
func CleanLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u200b', r == '\u2060', r == '\ufeff', r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(norm.NFC.String(s))
}
