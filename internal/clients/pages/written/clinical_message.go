package written

import (
	"fmt"
	"strconv"
	"strings"

	"clinician/internal/core"
)

// message writes messages of HL7 version 2 as a person would read them: whom each is
// about, results as rows of a table, comments and other segments as lines.
type message struct {
	w                                *writer
	field, part, repeat, escape, sub string
	named                            bool // the page says whom it is about
}

// maxSegments bounds how much of a file of messages is read.
const maxSegments = 50000

func writeMessage(text, guess string) *writer {
	m := message{w: &writer{guess: guess}, field: "|", part: "^", repeat: "~", escape: `\`, sub: "&"}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "", "\x1c", "", "\ufeff", "").Replace(text)
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if n++; n > maxSegments {
			m.w.leave(core.Unread{Kind: core.UnreadLimit, Message: "This file holds more messages than are read of one file. Split it and upload the parts."})
			break
		}
		m.segment(line)
	}
	m.w.close()
	return m.w
}

func (m *message) segment(line string) {
	if strings.HasPrefix(line, "MSH") && len(line) > 8 {
		m.head(line)
		return
	}
	f := strings.Split(line, m.field)
	switch f[0] {
	case "FHS", "BHS", "BTS", "FTS", "EVN", "ZDS":
	case "PID":
		m.patient(f)
	case "OBR":
		m.w.close()
		m.w.newline()
		m.w.says(m.text(f, 4))
		for _, d := range []struct {
			at    int
			label string
		}{{7, "Collected: "}, {22, "Reported: "}} {
			if day := m.first(f, d.at); day != "" {
				m.w.says(d.label + writtenDay(day))
			}
		}
	case "OBX":
		m.result(f)
	case "NTE":
		m.w.says("Comment: " + m.text(f, 3))
	default:
		m.other(f)
	}
}

// head takes how the message is written, and begins a page where one names somebody.
func (m *message) head(line string) {
	marks := []rune(line[3:])
	m.field = string(marks[0])
	rest := append(marks[1:min(len(marks), 5)], []rune("    ")...)
	m.part, m.repeat, m.escape, m.sub = string(rest[0]), string(rest[1]), string(rest[2]), string(rest[3])
	if m.named {
		m.w.close()
		m.w.endPage()
		m.named = false
	}
	f := strings.Split(line, m.field)
	f = append([]string{f[0], m.field}, f[1:]...) // the mark between fields is the first of them
	title := "Message of HL7 version 2"
	if from := strings.TrimSpace(m.text(f, 4) + " " + m.text(f, 3)); from != "" {
		title += " from " + from
	}
	if at := m.first(f, 7); at != "" {
		title += ", " + writtenDay(at)
	}
	m.w.says(title)
}

func (m *message) patient(f []string) {
	if m.named {
		m.w.close()
		m.w.endPage()
	}
	m.named = true
	name := strings.Split(m.repeated(f, 5)[0], m.part)
	for len(name) < 3 {
		name = append(name, "")
	}
	var numbers []string
	for _, at := range []int{3, 2} {
		for _, id := range m.repeated(f, at) {
			if n := m.plain(strings.Split(id, m.part)[0]); n != "" {
				numbers = append(numbers, n)
			}
		}
	}
	family, _, _ := strings.Cut(name[0], m.sub)
	m.w.patientLine(m.plain(family), strings.TrimSpace(m.plain(name[1])+" "+m.plain(name[2])), m.first(f, 7), m.first(f, 8), numbers)
}

// result writes a row of the table of results, or lines of text.
func (m *message) result(f []string) {
	f = append(f, make([]string, 12)...)
	kind, value := f[2], f[5]
	form := form{}
	switch status := m.first(f, 11); status {
	case "D", "W":
		form.doubt = "the message takes it back: status " + status
	case "P", "I", "R", "S", "U":
		form.doubt = "the message calls it not final: status " + status
	case "X":
		if value == "" {
			value = "Not reported"
		}
	}
	name := m.text(f, 3)
	switch kind {
	case "ED", "RP":
		m.w.leave(core.UnreadFile(name))
		return
	case "TX", "FT":
		m.w.close()
		for _, part := range strings.Split(m.plain(strings.ReplaceAll(value, m.repeat, "\n")), "\n") {
			m.w.put(part, form)
			m.w.newline()
		}
		return
	case "SN":
		value = strings.ReplaceAll(value, m.part, "")
	case "NM", "ST":
		value = m.plain(strings.ReplaceAll(value, m.repeat, "; "))
	default:
		value = m.text(f, 5)
	}
	m.w.columns("Test", "Result", "Flag", "Units", "Reference range")
	flag, _, _ := strings.Cut(f[8], m.repeat)
	m.w.rowOf(form, name, value, m.plain(flag), m.unit(f[6]), m.plain(f[7]))
}

// unit gives a unit. Some programs write 10^9/L as it is, although ^ divides parts.
func (m *message) unit(field string) string {
	parts := append(strings.Split(field, m.part), "")
	if strings.HasSuffix(parts[0], "10") && parts[1] != "" && parts[1][0] >= '0' && parts[1][0] <= '9' {
		return m.plain(parts[0]) + "^" + m.plain(parts[1])
	}
	if text := m.plain(parts[1]); text != "" {
		return text
	}
	return m.plain(parts[0])
}

// other writes a segment that is not understood: its fields in a line.
func (m *message) other(f []string) {
	var said []string
	for _, x := range f[1:] {
		if text := strings.TrimSpace(strings.Join(strings.FieldsFunc(m.plain(x), func(r rune) bool { return strings.ContainsRune(m.part+m.repeat+m.sub, r) }), " ")); text != "" && text != "1" {
			said = append(said, text)
		}
	}
	if len(said) > 0 {
		m.w.says(fmt.Sprintf("%s: %s", f[0], strings.Join(said, "; ")))
	}
}

// first gives the first component of a field.
func (m *message) first(f []string, at int) string {
	return m.plain(strings.Split(m.repeated(f, at)[0], m.part)[0])
}

// text gives what a coded field says in words: its text, else its code.
func (m *message) text(f []string, at int) string {
	var said []string
	for _, x := range m.repeated(f, at) {
		parts := append(strings.Split(x, m.part), "", "", "", "", "")
		for _, k := range []int{1, 4, 0} {
			if text := m.plain(parts[k]); text != "" {
				said = append(said, text)
				break
			}
		}
	}
	return strings.Join(said, "; ")
}

func (m *message) repeated(f []string, at int) []string {
	if at >= len(f) {
		return []string{""}
	}
	return strings.Split(f[at], m.repeat)
}

// plain undoes what the message writes for its own marks, and for new lines.
func (m *message) plain(s string) string {
	if !strings.Contains(s, m.escape) || strings.TrimSpace(m.escape) == "" {
		return strings.TrimSpace(s)
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, m.escape)
		b.WriteString(before)
		code, after, closed := strings.Cut(rest, m.escape)
		if !ok || !closed {
			b.WriteString(rest)
			return strings.TrimSpace(b.String())
		}
		b.WriteString(m.escaped(code))
		s = after
	}
}

func (m *message) escaped(code string) string {
	switch code {
	case "F":
		return m.field
	case "S":
		return m.part
	case "T":
		return m.sub
	case "R":
		return m.repeat
	case "E":
		return m.escape
	case "H", "N": // printed bold, and not
		return ""
	case ".br", ".sp", ".ce":
		return "\n"
	}
	if hex, ok := strings.CutPrefix(code, "X"); ok {
		if n, err := strconv.ParseUint(hex, 16, 8); err == nil && n >= 0x20 && n < 0x7f {
			return string(rune(n))
		} else if err == nil && (n == 0x0d || n == 0x0a) {
			return "\n"
		}
	}
	return unknownSign
}
