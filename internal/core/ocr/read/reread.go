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

// reread reads the words once more that Suspects names: each alone, enlarged, all
// in one go. Where both readings say the same, the surer one counts; a reading
// that is far surer takes the place of the first but stays in doubt; a unit that
// fits its place takes that of one that does not. It never fails: what cannot be
// read again stays as it was.
func (r pageReading) reread(ctx context.Context, b reading) reading {
	img, ok := grayOf(b.img)
	if r.Suspects == nil || !ok || b.chars == 0 || !boxed(b.words) {
		return b
	}
	words, text := Layout(b.words)
	suspects := r.Suspects(core.Page{Number: r.n, Status: core.PageRead, Source: core.SourceOCR, Words: words, Text: text, Width: img.W, Height: img.H})
	if suspects = suspects[:min(mostReread, len(suspects))]; len(suspects) == 0 {
		return b
	}
	surer := 0
	var left []glance
	for _, s := range suspects {
		w := &words[s.Word]
		seen := glimpse(img, *w)
		if s.Fits != nil && seen.text != "" && s.Fits(seen.text) {
			w.Text = seen.text
			surer++
			continue
		}
		left = append(left, glance{s, seen.prefix, seen.rest})
	}
	for i, read := range r.secondReadings(ctx, img, left) {
		g := left[i]
		if w, ok := settle(words[g.Word], read, g.Fits); ok {
			words[g.Word] = w
			surer++
		}
	}
	b.words, b.steps = words, append(slices.Clone(b.steps), fmt.Sprintf("read doubtful words again: %d, surer now: %d", len(suspects), surer))
	return b
}

// glance is a word to be read again: what is seen of it already, and the part of
// the picture that is not.
type glance struct {
	core.Suspect
	prefix string
	rest   core.Box
}

// secondReadings reads parts of a picture, each alone. A part of which nothing was
// read gives no text.
func (r pageReading) secondReadings(ctx context.Context, img *raster.Gray, left []glance) []core.Word {
	if len(left) == 0 {
		return nil
	}
	var parts []*raster.Gray
	for _, g := range left {
		b := g.rest
		from := b.X
		if g.prefix == "" {
			from -= roomAround
		}
		parts = append(parts, img.Crop(rectangle(core.Box{X: from, Y: b.Y - roomAround, W: b.X + b.W + roomAround - from, H: b.H + 2*roomAround})).Doubled())
	}
	out := r.readParts(ctx, parts)
	for i := range out {
		if out[i].Text != "" {
			out[i].Text = left[i].prefix + out[i].Text
		}
	}
	return out
}

// readParts reads pictures of one line each, all in one run of the engine. A picture of
// which nothing was read gives no text; the confidence is that of its least sure word.
func (r pageReading) readParts(ctx context.Context, parts []*raster.Gray) []core.Word {
	page, tops := raster.Stack(parts, roomStrip)
	read, err := r.Engine.ReadPage(ctx, pageImage(page), core.ReadRequest{Language: r.language, Segmentation: core.SegmentBlock})
	if err != nil {
		return nil
	}
	out := make([]core.Word, len(parts))
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
