package written

import (
	"bytes"
	"regexp"
	"strings"
	"time"

	"clinician/internal/core"
)

// OpenText reads a text file: plain, or a document or message of HL7, which is
// written as a person would read it.
func OpenText(b []byte) (Document, error) {
	text := decodeText(b)
	switch {
	case isMessage(text.runes):
		return Document{Pages: writeMessage(string(text.runes), text.page).finish()}, nil
	case isXML(text.runes):
		content, guess := markup(b, text)
		w, err := writeCDA(content, guess)
		if err != nil {
			return Document{}, err
		}
		return Document{Pages: w.finish()}, nil
	}
	return Document{Pages: printed(text).finish()}, nil
}

var (
	messageStart = regexp.MustCompile(`^[\v\s\x{feff}]*(FHS|BHS|MSH)[^\w\s][^\w\s]{3}`)
	xmlStart     = regexp.MustCompile(`^[\s\x{feff}]*<(\?xml\s|!DOCTYPE\s|([A-Za-z][\w.-]*:)?ClinicalDocument[\s>])`)
	xmlCharset   = regexp.MustCompile(`^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_.-]+)["']`)
)

func isMessage(text []rune) bool { return messageStart.MatchString(string(text[:min(len(text), 64)])) }
func isXML(text []rune) bool     { return xmlStart.MatchString(string(text[:min(len(text), 512)])) }

// markup gives XML as UTF-8: it names its code page itself, or it was guessed.
func markup(b []byte, text decodedText) (content []byte, guess string) {
	name := xmlCharset.FindSubmatch(b[:min(len(b), 512)])
	if name == nil {
		return []byte(string(text.runes)), text.page
	}
	page := map[string]int{"iso-8859-1": 1252, "latin1": 1252, "windows-1252": 1252, "iso-8859-2": 28592, "windows-1250": 1250,
		"windows-1251": 1251, "iso-8859-15": 1252, "us-ascii": 1252}[strings.ToLower(string(name[1]))]
	if page == 0 || bytes.IndexByte(b, 0) >= 0 {
		return []byte(string(text.runes)), text.page
	}
	return []byte(decodeBytes(b, page)), ""
}

var errXML = core.Errorf(core.CodeUnsupported, "XML files are not read, but for clinical documents (C-CDA). Print it to PDF in the program it comes from and upload that.")

// writtenDay writes a day or moment of HL7, 202611121105, as people do; what is no
// such is given as it is.
func writtenDay(s string) string {
	digits := s
	if i := strings.IndexAny(s, "+-."); i > 0 {
		digits = s[:i]
	}
	for _, form := range []struct{ in, out string }{
		{"20060102150405", "02-Jan-2006 15:04"}, {"200601021504", "02-Jan-2006 15:04"}, {"20060102", "02-Jan-2006"}, {"200601", "Jan 2006"}, {"2006", "2006"},
	} {
		if t, err := time.Parse(form.in, digits); err == nil && len(digits) == len(form.in) {
			return t.Format(form.out)
		}
	}
	return s
}

// onlyDay is the day of a moment as writtenDay gives it.
func onlyDay(s string) string {
	day, _, _ := strings.Cut(writtenDay(s), " 0")
	if i := strings.IndexByte(day, ' '); i == len("02-Jan-2006") {
		day = day[:i]
	}
	return day
}

// says writes a line of plain words.
func (w *writer) says(text string) {
	w.put(text, form{})
	w.newline()
}

// columns writes the headings of a table of results, where none is being written.
func (w *writer) columns(names ...string) {
	if w.table != nil {
		return
	}
	for _, name := range names {
		w.put(name, form{})
		w.cell(1)
	}
	w.row()
}

// cells writes a row of a table, all of it in one form.
func (w *writer) rowOf(f form, cells ...string) {
	for _, text := range cells {
		w.put(text, f)
		w.cell(1)
	}
	w.row()
}

// patientLine names whom a document is about.
func (w *writer) patientLine(family, given, born, sex string, numbers []string) {
	name := strings.ToUpper(family)
	if given != "" {
		name = strings.TrimPrefix(name+", "+given, ", ")
	}
	line := "Patient: " + name
	if born != "" {
		line += "   DOB: " + onlyDay(born)
	}
	if sex != "" {
		line += "   Sex: " + sex
	}
	w.says(line)
	for i, n := range numbers {
		label := "MRN: "
		if i > 0 {
			label = "Further number: "
		}
		w.says(label + n)
	}
}
