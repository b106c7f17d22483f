package ui

// Point marks a part of the text that was Set, by its bytes there, and scrolls
// to it. A search goes on from there.
func (p *Pager) Point(s Span) {
	s = Span{p.placed(s.From), p.placed(s.To)}
	if s.From < 0 || s.To > len(p.text.Body) || s.From >= s.To {
		return
	}
	p.mark = s
	p.show(s.From)
}

// placed maps a byte of the text that was Set to the text with its signs: every
// doubtful word has one more before and one behind it.
func (p *Pager) placed(at int) int {
	for i, d := range p.text.Doubt {
		from, to := d.From-2*i, d.To-2*i-2
		switch {
		case at < from:
			return at + 2*i
		case at < to:
			return at + 2*i + 1
		}
	}
	return at + 2*len(p.text.Doubt)
}
