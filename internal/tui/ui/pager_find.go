package ui

import (
	"sort"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"clinician/internal/core/text"
)

// Find searches the text that was Set for words: without regard to case and
// accents, over line breaks, whatever is doubtful in them. "" ends the search.
// It gives the number of hits.
func (p *Pager) Find(query string) int {
	p.query, p.hits, p.hit, p.mark = query, nil, 0, Span{}
	for _, s := range find(p.plain, query) {
		p.hits = append(p.hits, Span{p.placed(s.From), p.placed(s.To)})
	}
	return len(p.hits)
}

// Next goes d hits further, from the place that was pointed at if there is one;
// it reports false when there is none that way.
func (p *Pager) Next(d int) bool {
	n := p.hit + d
	switch {
	case p.mark != Span{}:
		n = sort.Search(len(p.hits), func(i int) bool { return p.hits[i].From >= p.mark.From })
		if d > 0 {
			n++
		}
	case p.hit == 0 && d < 0:
		n = len(p.hits)
	}
	if n < 1 || n > len(p.hits) {
		return false
	}
	p.hit, p.mark = n, Span{}
	p.show(p.hits[n-1].From)
	return true
}

// Hit says which hit was gone to last, of how many; 0 for none yet.
func (p *Pager) Hit() (n, of int) { return p.hit, len(p.hits) }

// Contains reports whether a search for query would find something in text.
func Contains(text, query string) bool { return len(find(text, query)) > 0 }

// find gives the places of query in text.
func find(text, query string) []Span {
	q, _ := folded(query)
	if q = strings.Trim(q, " "); q == "" {
		return nil
	}
	body, places := folded(text)
	var out []Span
	for at := 0; ; {
		i := strings.Index(body[at:], q)
		if i < 0 {
			return out
		}
		from, to := at+i, at+i+len(q)
		out = append(out, Span{places[from], places[to]})
		at = to
	}
}

// folded lowers letters, takes accents away and makes one space of white space.
// places holds, for each byte of the answer and for its end, the byte of s.
func folded(s string) (out string, places []int) {
	var b strings.Builder
	b.Grow(len(s))
	places = make([]int, 0, len(s)+1)
	add := func(r rune, at int) {
		n := b.Len()
		b.WriteRune(r)
		for range b.Len() - n {
			places = append(places, at)
		}
	}
	space := false
	for i, r := range s {
		switch {
		case unicode.IsSpace(r):
			if !space {
				add(' ', i)
			}
		case r < 0x80:
			add(unicode.ToLower(r), i)
		default:
			for _, part := range norm.NFKD.String(string(r)) {
				if unicode.Is(unicode.Mn, part) {
					continue
				}
				part = unicode.ToLower(part)
				if typed := text.FoldLetter(part); typed != "" {
					for _, t := range typed {
						add(t, i)
					}
					continue
				}
				add(part, i)
			}
		}
		space = unicode.IsSpace(r)
	}
	return b.String(), append(places, len(s))
}
