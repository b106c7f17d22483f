package medicines

import (
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// medicine is one medicine of a prescription, taken apart.
type medicine struct {
	anchor    anchor
	span      []vocabulary.Token // what may be about it
	dose      dose
	dosed     bool
	second    string // another dose in the same line
	unread    string // what stands between name and dose and was not read clearly: it may be the dose
	route     []vocabulary.Token
	frequency []vocabulary.Token
	context   string
	against   []vocabulary.Token // what speaks against its being taken now; nil nothing
	heading   string             // why a heading above may not fit it; "" it does
	whose     []vocabulary.Token // a relative whose it may be; nil none
}

// medicine takes apart what stands about a name, between begin and end.
func (p prescription) medicine(a anchor, begin, end int) medicine {
	m := medicine{anchor: a, span: p.words[a.to:end]}
	m.readDose(p)
	if !m.dosed {
		m.doseBefore(p.words[begin:a.from])
	}
	for i := 0; i < len(m.span); i++ {
		if n := vocabulary.DoseWordAt("route", m.span[i:]); n > 0 && m.route == nil && !m.inDose(i) {
			m.route = m.span[i : i+n]
		}
	}
	m.readFrequency(p)
	about := p.around(a, begin, end)
	m.context = about.context()
	m.heading = about.contradicted(p.beyond)
	if m.context != "stopped" {
		m.against = about.against()
	}
	m.whose, _ = assertion.RelativeBefore(p.words, a.from)
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
			before = m.span[i-1].Fold
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
func unclear(words []vocabulary.Token) string {
	for _, w := range words {
		if w.Fold != "" && belowNumber(w) && vocabulary.DoseWordAt("form", []vocabulary.Token{w}) == 0 {
			return w.Text
		}
	}
	return ""
}

// withoutUnit takes a bare number right behind a name in a list.
func (m *medicine) withoutUnit() {
	amount, rest := splitAmount(vocabulary.TrimPoints(m.span[0].Text))
	if amount == "" || rest != "" && !strings.HasPrefix(rest, "/") || len(amount) > 5 {
		return
	}
	m.dose = dose{words: m.span[:1], text: vocabulary.TrimPoints(m.span[0].Text), number: amount, doubt: "the dose has no unit"}
	m.dosed = true
}

// doseBefore takes a dose that stands right before the name: "40 mg of
// enoxaparin".
func (m *medicine) doseBefore(before []vocabulary.Token) {
	if n := len(before); n > 0 && before[n-1].Fold == "of" {
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
	return len(m.dose.words) > 0 && m.span[i].X0 >= m.dose.words[0].X0 && m.span[i].X1 <= m.dose.words[len(m.dose.words)-1].X1 && m.span[i].Row == m.dose.words[0].Row
}

// value makes the value of a medicine; false where there is too little to say.
func (m medicine) value(s *layout.Sheet, p prescription) (core.Value, bool) {
	if !m.saysEnough(p) {
		return core.Value{}, false
	}
	name := p.words[m.anchor.from:m.anchor.to]
	v := evidence.NewValue(s, core.ValueMedication, name, m.dose.words, m.route, m.frequency)
	v.Name = strings.TrimSuffix(vocabulary.TrimPoints(vocabulary.Joined(name)), ".")
	v.Dose, v.Text = m.dose.text, m.dose.text
	v.Route = strings.TrimSuffix(vocabulary.TrimPoints(vocabulary.Joined(m.route)), ".")
	v.Frequency = strings.TrimRight(vocabulary.TrimPoints(vocabulary.Joined(m.frequency)), ".,;:() -–")
	v.Context = m.context
	v.Cautions = cautions(v.Name, m.dose, v.Frequency)
	m.doubts(&v, p)
	doubtReadings(&v, s, m.dose)
	return v, true
}

// saysEnough reports whether a name is a medicine that is taken, stopped or
// prescribed: it has a dose, starts an entry of a list or has more than a name in
// it, or a sentence says what happened to it.
func (m medicine) saysEnough(p prescription) bool {
	switch {
	case m.dosed:
		return true
	case !p.listed:
		return m.context != ""
	}
	starts := m.anchor.from == 0 || p.words[m.anchor.from-1].Fold == "" || vocabulary.NumbersItem(p.words[m.anchor.from-1].Text)
	return starts || m.route != nil || m.frequency != nil
}

// belowNumber reports whether a word of a dose was read less clearly than a number must be.
func belowNumber(w vocabulary.Token) bool {
	return w.Confidence != nil && *w.Confidence < core.SureNumber && !w.Confirmed()
}

// doubts notes why a person has to look at a medicine.
func (m medicine) doubts(v *core.Value, p prescription) {
	for _, w := range m.dose.words {
		if belowNumber(w) {
			evidence.Doubt(v, "%q was read with confidence %.0f%s", w.Text, *w.Confidence, w.SecondSays())
		}
	}
	for _, why := range []string{m.anchor.doubt, m.dose.doubt, m.heading} {
		if why != "" {
			evidence.Doubt(v, "%s", why)
		}
	}
	switch {
	case !m.dosed && p.listed:
		evidence.Doubt(v, "no dose was found")
	case m.dosed && m.anchor.known && m.dose.unusual(m.anchor.drug):
		evidence.Doubt(v, "%s is far from the usual dose of %s", m.dose.text, m.anchor.drug.Name)
	}
	if m.unread != "" {
		evidence.Doubt(v, "%q before the dose was not read clearly", m.unread)
	}
	if m.against != nil {
		evidence.Doubt(v, "the text says %q of it", assertion.Quoted(m.against))
	}
	if m.whose != nil {
		evidence.Doubt(v, "it may be of somebody else: %q", assertion.Quoted(m.whose))
	}
	if m.second != "" {
		evidence.Doubt(v, "another dose stands in the same line: %s", m.second)
	}
}
