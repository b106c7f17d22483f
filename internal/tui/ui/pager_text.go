package ui

import "strings"

// Visible gives the text of the lines on screen, without signs.
func (p *Pager) Visible() string {
	var b strings.Builder
	for i := p.top; i < min(len(p.lines), p.top+p.h); i++ {
		if i > p.top {
			b.WriteByte('\n')
		}
		l := p.lines[i]
		at := l.From
		for _, d := range p.text.Doubt {
			for _, sign := range []int{d.From, d.To - 1} {
				if sign >= at && sign < l.To {
					b.WriteString(p.text.Body[at:sign])
					at = sign + 1
				}
			}
		}
		b.WriteString(p.text.Body[at:l.To])
	}
	return b.String()
}
