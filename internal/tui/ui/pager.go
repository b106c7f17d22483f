package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is a text to be read in a Pager. Doubt holds the byte ranges the
// machine was not sure of; they must not overlap and be in order.
type Text struct {
	Body  string
	Doubt []Span
}

// Span is a range of bytes.
type Span struct{ From, To int }

// Pager shows a long text through a window. The text is broken into lines when
// it or the width changes; View touches the visible lines only.
type Pager struct {
	plain string // as it was Set
	text  Text   // with the signs of doubt
	lines []Span
	w, h  int
	top   int
	seek  int // the byte, from 1, that stays in sight until somebody scrolls; 0 none
	query string
	hits  []Span
	hit   int  // the one gone to last, from 1; 0 none
	mark  Span // what was pointed at; zero: nothing
}

// SetSize gives the pager its place. What was gone to stays in sight.
func (p *Pager) SetSize(w, h int) {
	if w == p.w && h == p.h {
		return
	}
	at := 0
	if p.top < len(p.lines) {
		at = p.lines[p.top].From
	}
	wider := w != p.w
	p.w, p.h = w, h
	if wider {
		p.layout()
		p.bring(at)
	}
	p.bring(p.seek - 1)
	p.scroll(0)
}

// Width is that of its place; two columns of it are for signs.
func (p *Pager) Width() int { return p.w }

// Set replaces the text. Doubtful words get a "~" at both ends, so that they
// can be told without colour. The same text with other signs stays where it is,
// at the same hit.
func (p *Pager) Set(t Text) {
	hit := p.hit
	if t.Body != p.plain {
		hit = 0
	}
	p.plain = t.Body
	var b strings.Builder
	at := 0
	marked := make([]Span, 0, len(t.Doubt))
	for _, d := range t.Doubt {
		b.WriteString(t.Body[at:d.From])
		from := b.Len()
		b.WriteString("~" + t.Body[d.From:d.To] + "~")
		marked = append(marked, Span{from, b.Len()})
		at = d.To
	}
	b.WriteString(t.Body[at:])
	p.text = Text{Body: b.String(), Doubt: marked}
	p.seek = 0
	p.layout()
	p.Find(p.query)
	if hit > 0 {
		p.hit = hit
		p.show(p.hits[hit-1].From)
	}
	p.scroll(0)
}

// layout breaks the text into lines at spaces, without changing a byte of it.
func (p *Pager) layout() {
	p.lines = p.lines[:0]
	if p.w <= 2 {
		return
	}
	room := p.w - 2
	body := p.text.Body
	start, used, space := 0, 0, -1 // space: byte after the last break opportunity
	for i := 0; i < len(body); {
		r, n := utf8.DecodeRuneInString(body[i:])
		if r == '\n' {
			p.lines = append(p.lines, Span{start, i})
			start, used, space = i+n, 0, -1
			i += n
			continue
		}
		cw := 1
		if r >= 0x300 {
			cw = Width(body[i : i+n])
		}
		if used+cw > room {
			end := i
			if space > start {
				end = space
			}
			p.lines = append(p.lines, Span{start, end})
			start, space = end, -1
			used = Width(body[start:i])
		}
		used += cw
		i += n
		if unicode.IsSpace(r) {
			space = i
		}
	}
	if start < len(body) || len(p.lines) == 0 {
		p.lines = append(p.lines, Span{start, len(body)})
	}
}

// Move scrolls by lines.
func (p *Pager) Move(rows int) {
	p.seek = 0
	p.scroll(rows)
}

func (p *Pager) scroll(rows int) { p.top = max(0, min(p.top+rows, len(p.lines)-p.h)) }

// Page scrolls by windows, keeping one line.
func (p *Pager) Page(pages int) { p.Move(pages * max(1, p.h-1)) }

// End scrolls to the start or the end.
func (p *Pager) End(last bool) {
	p.top, p.seek = 0, 0
	if last {
		p.scroll(len(p.lines))
	}
}

// Position says what is visible: the first and last line, of how many.
func (p *Pager) Position() (from, to, of int) {
	return min(p.top+1, len(p.lines)), min(len(p.lines), p.top+p.h), len(p.lines)
}

// Part says how much of the text is above the window, of what can be: from 0 to 1.
func (p *Pager) Part() float64 {
	return float64(p.top) / float64(max(1, len(p.lines)-p.h))
}

// show goes to a byte of the text: it stays in sight until somebody scrolls.
func (p *Pager) show(at int) {
	p.seek = at + 1
	p.bring(at)
}

// bring scrolls so that a byte of the text is visible, two lines from the top
// where there is room; a negative one is nothing.
func (p *Pager) bring(at int) {
	if at < 0 {
		return
	}
	for i, l := range p.lines {
		if at < l.To || i == len(p.lines)-1 {
			if i < p.top || i >= p.top+p.h {
				p.top = max(0, i-min(2, p.h-1))
			}
			break
		}
	}
	p.scroll(0)
}

// View draws the visible lines.
func (p *Pager) View(th *Theme) string {
	var b strings.Builder
	end := min(len(p.lines), p.top+p.h)
	for i := p.top; i < end; i++ {
		if i > p.top {
			b.WriteByte('\n')
		}
		p.line(&b, th, p.lines[i])
	}
	return b.String()
}

func (p *Pager) line(b *strings.Builder, th *Theme, l Span) {
	sign, found := "  ", p.hits
	switch {
	case p.mark != Span{}:
		found = []Span{p.mark}
		if overlaps(p.mark, l) {
			sign = th.Key.Render("> ")
		}
	case p.hit > 0 && overlaps(p.hits[p.hit-1], l):
		sign = th.Key.Render("> ")
	}
	b.WriteString(sign)
	at := l.From
	for at < l.To {
		next, kind := l.To, 0
		if s, ok := firstAfter(found, at, l.To); ok {
			if s.From <= at {
				next, kind = min(s.To, l.To), 2
			} else {
				next = s.From
			}
		}
		if kind == 0 {
			if s, ok := firstAfter(p.text.Doubt, at, next); ok {
				if s.From <= at {
					next, kind = min(s.To, next), 1
				} else {
					next = s.From
				}
			}
		}
		part := p.text.Body[at:next]
		switch kind {
		case 2:
			b.WriteString(th.Match.Render(part))
		case 1:
			b.WriteString(th.Doubt.Render(part))
		default:
			b.WriteString(part)
		}
		at = next
	}
}

func overlaps(a, b Span) bool { return a.From < b.To && b.From < a.To }

// firstAfter finds the first span that ends after from and starts before to.
func firstAfter(list []Span, from, to int) (Span, bool) {
	lo, hi := 0, len(list)
	for lo < hi {
		m := (lo + hi) / 2
		if list[m].To > from {
			hi = m
		} else {
			lo = m + 1
		}
	}
	if lo < len(list) && list[lo].From < to {
		return list[lo], true
	}
	return Span{}, false
}
