package read

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// What a second reading of a word must be worth. Measured; see docs/analysis.md.
const (
	agreed     = 90 // a second reading as sure as this that says the same settles a word
	fitting    = 50 // as sure as this, and fit for its place, it settles a unit
	unsettled  = 85 // a word whose two readings differ is never surer than this
	mostReread = 60 // words of a page
	roomAround = 5  // pixels of the page around a word
	roomStrip  = 24 // pixels of the strip between words
)

// suspected is the words of a reading that Suspects names, to be read once more: each
// alone, enlarged.
type suspected struct {
	words []core.Word // of the reading, as Layout orders them
	left  []glance
	all   int
	surer int // by what was seen of them already
}

// suspected looks for such words. What needs no engine, it settles.
func (r pageReading) suspected(b reading) (s suspected) {
	img, ok := grayOf(b.img)
	if r.Suspects == nil || !ok {
		return s
	}
	words, text := Layout(b.words)
	suspects := r.Suspects(core.Page{Number: r.n, Status: core.PageRead, Source: core.SourceOCR, Words: words, Text: text, Width: img.W, Height: img.H})
	suspects = suspects[:min(mostReread, len(suspects))]
	s.words, s.all = words, len(suspects)
	for _, at := range suspects {
		w := &words[at.Word]
		seen := glimpse(img, *w)
		if at.Fits != nil && seen.text != "" && at.Fits(seen.text) {
			w.Text = seen.text
			s.surer++
			continue
		}
		s.left = append(s.left, glance{at, seen.prefix, seen.rest})
	}
	return s
}

// settled takes what was read of the words. Where both readings say the same, the surer
// one counts; a reading that is far surer takes the place of the first but stays in
// doubt; a unit that fits its place takes that of one that does not.
func (s suspected) settled(b reading, read []core.Word) reading {
	if s.all == 0 {
		return b
	}
	for i, g := range s.left {
		if read[i].Text != "" {
			read[i].Text = g.prefix + read[i].Text
		}
		if w, ok := settle(s.words[g.Word], read[i], g.Fits); ok {
			s.words[g.Word] = w
			s.surer++
		}
	}
	b.words = s.words
	b.steps = append(slices.Clone(b.steps), fmt.Sprintf("read doubtful words again: %d, surer now: %d", s.all, s.surer))
	return b
}

// glance is a word to be read again: what is seen of it already, and the part of
// the picture that is not.
type glance struct {
	core.Suspect
	prefix string
	rest   core.Box
}

// part is the picture of what is not seen of it.
func (g glance) part(img *raster.Gray) *raster.Gray {
	b := g.rest
	from := b.X
	if g.prefix == "" {
		from -= roomAround
	}
	return img.Crop(rectangle(core.Box{X: from, Y: b.Y - roomAround, W: b.X + b.W + roomAround - from, H: b.H + 2*roomAround})).Doubled()
}

// readParts reads pictures of one line each, all in one run of the engine. A picture of
// which nothing was read gives no text; the confidence is that of its least sure word.
func (r pageReading) readParts(ctx context.Context, parts []*raster.Gray) []core.Word {
	out := make([]core.Word, len(parts))
	if len(parts) == 0 {
		return out
	}
	page, tops := raster.Stack(parts, roomStrip)
	read, err := r.Engine.ReadPage(ctx, pageImage(page), core.ReadRequest{Language: r.language, Segmentation: core.SegmentBlock})
	if err != nil {
		return out
	}
	for _, w := range read {
		middle := w.Box.Y + w.Box.H/2
		for i, top := range tops {
			if middle < top-roomStrip/2 || middle >= top+parts[i].H+roomStrip/2 || w.Confidence == nil {
				continue
			}
			out[i].Text += " " + w.Text
			if c := *w.Confidence; out[i].Confidence == nil || c < *out[i].Confidence {
				out[i].Confidence = &c
			}
		}
	}
	for i := range out {
		out[i].Text = strings.TrimSpace(out[i].Text)
	}
	return out
}

// settle makes one word of two readings; false leaves the first as it is.
func settle(first, second core.Word, fits func(string) bool) (core.Word, bool) {
	if first.Confidence == nil || second.Confidence == nil || second.Text == "" {
		return first, false
	}
	was, is := *first.Confidence, *second.Confidence
	same := strings.ReplaceAll(first.Text, " ", "") == strings.ReplaceAll(second.Text, " ", "")
	switch {
	case same && is > was && (is >= agreed || fits != nil && fits(first.Text) && is >= fitting):
		first.Confidence = &is
		return first, true
	case same || strings.Contains(second.Text, " "):
		return first, false
	case fits != nil:
		if !fits(second.Text) || is < fitting || fits(first.Text) && was > is {
			return first, false
		}
		first.Text, first.Confidence = second.Text, &is
		return first, true
	case is >= agreed && is >= was+30:
		is = unsettled
		first.Doubt = fmt.Sprintf("at first it was read as %q", first.Text)
		first.Text, first.Confidence = second.Text, &is
		return first, true
	}
	return first, false
}
