package analysis

import (
	"strings"

	"clinician/internal/core"
)

// medicine is one medicine of a prescription, taken apart.
type medicine struct {
	anchor    anchor
	span      []token // what may be about it
	dose      dose
	dosed     bool
	second    string // another dose in the same line
	unread    string // what stands between name and dose and was not read clearly: it may be the dose
	route     []token
	frequency []token
	context   string
	against   []token // what speaks against its being taken now; nil nothing
	whose     []token // a relative whose it may be; nil none
}

// medicine takes apart what stands about a name, between begin and end.
func (p prescription) medicine(a anchor, begin, end int) medicine {
	m := medicine{anchor: a, span: p.words[a.to:end]}
	m.readDose(p)
	if !m.dosed {
		m.doseBefore(p.words[begin:a.from])
	}
	for i := 0; i < len(m.span); i++ {
		if n := spells("route", m.span[i:]); n > 0 && m.route == nil && !m.inDose(i) {
			m.route = m.span[i : i+n]
		}
	}
	m.readFrequency(p)
	about := p.around(a, begin, end)
	m.context = about.context()
	if m.context != "stopped" {
		m.against = about.against()
	}
	m.whose, _ = relativeBefore(p.words, a.from)
	return m
}

// readDose takes the first dose after the name. In prose it has to come soon.
func (m *medicine) readDose(p prescription) {
	for i := 0; i < len(m.span); i++ {
		if !p.listed && i > 5 && !m.dosed || i > 0 && strings.HasSuffix(m.span[i-1].Text, ";") {
			return
		}
		d, ok := doseAt(m.span[i:])
		if !ok {
			if i == 0 && p.listed && !m.dosed {
				m.withoutUnit()
			}
			continue
		}
		before := ""
		if i > 0 {
			before = m.span[i-1].fold
		}
		switch {
		case !doseUnit(d.unit) && timed(m.span[:i]): // "once daily, 28 tablets": what to dispense
		case before == "from" || before == "previously" || before == "max" || before == "maximum" || before == "than" || before == "was":
		case !m.dosed:
			m.dose, m.dosed = d, true
			m.unread = unclear(m.span[:i])
		case d.number != m.dose.number && doseUnit(d.unit) && doseUnit(m.dose.unit) && m.second == "" && !strings.HasPrefix(d.unit, "ml"):
			m.second = d.text
		}
		i += len(d.words) - 1
	}
}

// unclear gives the first word that was read with little confidence, "" none.
func unclear(words []token) string {
	for _, w := range words {
		if w.fold != "" && w.Confidence != nil && *w.Confidence < minConfidence && spells("form", []token{w}) == 0 {
			return w.Text
		}
	}
	return ""
}

// timed reports whether words say how often.
func timed(words []token) bool {
	for i := range words {
		if frequencyAt(words[i:]) > 0 {
			return true
		}
	}
	return false
}

// withoutUnit takes a bare number right behind a name in a list.
func (m *medicine) withoutUnit() {
	amount, rest := splitAmount(trimPoints(m.span[0].Text))
	if amount == "" || rest != "" && !strings.HasPrefix(rest, "/") || len(amount) > 5 {
		return
	}
	m.dose = dose{words: m.span[:1], text: trimPoints(m.span[0].Text), number: amount, doubt: "the dose has no unit"}
	m.dosed = true
}

// doseBefore takes a dose that stands right before the name: "40 mg of
// enoxaparin".
func (m *medicine) doseBefore(before []token) {
	if n := len(before); n > 0 && before[n-1].fold == "of" {
		before = before[:n-1]
	}
	for i := max(0, len(before)-4); i < len(before); i++ {
		if d, ok := doseAt(before[i:]); ok && len(d.words) == len(before)-i && doseUnit(d.unit) {
			m.dose, m.dosed = d, true
			return
		}
	}
}

func (m medicine) inDose(i int) bool {
	return len(m.dose.words) > 0 && m.span[i].x0 >= m.dose.words[0].x0 && m.span[i].x1 <= m.dose.words[len(m.dose.words)-1].x1 && m.span[i].row == m.dose.words[0].row
}

// readFrequency takes the first run of words about when and how often. Where it
// starts a cell of a table, the whole cell is meant.
func (m *medicine) readFrequency(p prescription) {
	offset := m.anchor.to
	for i := 0; i < len(m.span); i++ {
		n := frequencyRun(m.span[i:])
		if n == 0 || m.inDose(i) {
			continue
		}
		for k, start := range p.cells {
			if start != offset+i {
				continue
			}
			end := len(p.words)
			if k+1 < len(p.cells) {
				end = p.cells[k+1]
			}
			if end -= offset; end > i && end <= len(m.span) && end-i <= 12 {
				n = max(n, end-i)
			}
		}
		m.frequency = m.span[i : i+n]
		return
	}
}

// frequencyRun gives how many of the words say when and how often.
func frequencyRun(words []token) int {
	n := 0
	for n < len(words) {
		k := frequencyAt(words[n:])
		if k == 0 {
			if n == 0 {
				return 0
			}
			switch words[n].fold {
			case "and", "then", "at", "on":
				if k = frequencyAt(words[n+1:]); k == 0 {
					return n
				}
				k++
			default:
				return n
			}
		}
		n += k
		if last := words[n-1].Text; strings.HasSuffix(last, ".") && len(last) > 4 || strings.HasSuffix(last, ";") {
			return n
		}
	}
	return n
}

// frequencyAt reads one part of a frequency at the start of words.
func frequencyAt(words []token) int {
	if len(words) == 0 {
		return 0
	}
	at := func(i int) string {
		if i < len(words) {
			return words[i].fold
		}
		return ""
	}
	amount := func(i int) bool { return digitsOf(at(i)) != "" || smallNumber(at(i)) }
	first := at(0)
	switch {
	case first == "every" && amount(1) && timeUnit(at(2)):
		return 3
	case first == "every" && amount(1) && (at(2) == "to" || at(2) == "-") && amount(3) && timeUnit(at(4)):
		return 5
	case first == "for" && amount(1) && timeUnit(at(2)):
		return 3
	case amount(0) && (at(1) == "times" || at(1) == "x") && (at(2) == "daily" || at(2) == "weekly"):
		return 3
	case amount(0) && (at(1) == "times" || at(1) == "x") && (at(2) == "a" || at(2) == "per") && timeUnit(at(3)):
		return 4
	case strings.HasSuffix(first, "hourly") && digitsOf(first) != "":
		return 1
	case amount(0) && (at(1) == "hourly" || at(1) == "weekly"):
		return 2
	case len(first) > 1 && first[0] == 'q' && digitsOf(first) != "" && len(first) < 6:
		return 1
	case (first == "max" || first == "maximum") && frequencyAt(words[1:]) > 0:
		return 1 + frequencyAt(words[1:])
	case (first == "day" || first == "days") && amount(1):
		n := 2
		for n < len(words) && (amount(n) && !doseFollows(words[n:]) || (at(n) == "and" || at(n) == "to") && amount(n+1)) {
			n++
		}
		return n
	}
	if first == "on" || first == "night" || first == "morning" || first == "once" && at(1) == "" {
		return 0
	}
	return spells("frequency", words)
}

func doseFollows(words []token) bool {
	_, ok := doseAt(words)
	return ok
}

func timeUnit(folded string) bool {
	switch folded {
	case "h", "hr", "hrs", "hour", "hours", "day", "days", "week", "weeks", "month", "months", "minutes", "morning", "night", "evening":
		return true
	}
	return false
}

// value makes the value of a medicine; false where there is too little to say.
func (m medicine) value(s *sheet, p prescription) (core.Value, bool) {
	starts := m.anchor.from == 0 || p.words[m.anchor.from-1].fold == "" || numbered(p.words[m.anchor.from-1].Text)
	switch {
	case m.dosed:
	case p.listed && (starts || m.route != nil || m.frequency != nil):
	case !p.listed && m.context != "":
	default:
		return core.Value{}, false
	}
	name := p.words[m.anchor.from:m.anchor.to]
	v := newValue(s, core.ValueMedication, name, m.dose.words, m.route, m.frequency)
	v.Name = strings.TrimSuffix(trimPoints(joined(name)), ".")
	v.Dose, v.Text = m.dose.text, m.dose.text
	v.Route = strings.TrimSuffix(trimPoints(joined(m.route)), ".")
	v.Frequency = strings.TrimRight(trimPoints(joined(m.frequency)), ".,;:() -–")
	v.Context = m.context
	v.Cautions = cautions(v.Name, m.dose, v.Frequency)
	for _, w := range m.dose.words {
		if w.Confidence != nil && *w.Confidence < minConfidence {
			doubt(&v, "%q was read with confidence %.0f", w.Text, *w.Confidence)
		}
	}
	for _, why := range []string{m.anchor.doubt, m.dose.doubt} {
		if why != "" {
			doubt(&v, "%s", why)
		}
	}
	switch {
	case !m.dosed && p.listed:
		doubt(&v, "no dose was found")
	case m.dosed && m.anchor.known && m.dose.unusual(m.anchor.drug):
		doubt(&v, "%s is far from the usual dose of %s", m.dose.text, m.anchor.drug.name)
	}
	if m.unread != "" {
		doubt(&v, "%q before the dose was not read clearly", m.unread)
	}
	if m.against != nil {
		doubt(&v, "the text says %q of it", quoted(m.against))
	}
	if m.whose != nil {
		doubt(&v, "it may be of somebody else: %q", quoted(m.whose))
	}
	if m.second != "" {
		doubt(&v, "another dose stands in the same line: %s", m.second)
	}
	return v, true
}
