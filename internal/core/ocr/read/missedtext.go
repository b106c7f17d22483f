package read

import (
	"context"
	"fmt"
	"image"
	"slices"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// What counts as text that the engine passed over. Measured; see docs/ocr.md.
const (
	mostMissed = 200 // cells of a page; more is a picture or dirt
	sureMissed = 75  // how sure a word must be that stands where none was found
	lowCell    = 24  // pixels; what is lower is enlarged
)

// missedText reads what the engine found no words in although there is ink like
// that of a word: its layout analysis takes lone digits for dirt and leaves out
// cells that stand far from the rest, both of which results of tables do. All
// such cells are read in one go. It never fails: what cannot be read stays out,
// and the step says how much that is.
func (r pageReading) missedText(ctx context.Context, b reading) reading {
	img, ok := grayOf(b.img)
	if !ok || b.chars == 0 || b.scant || !boxed(b.words) {
		return b
	}
	cells := missedCells(img, b.words)
	if len(cells) == 0 || len(cells) > mostMissed {
		return b
	}
	read, legible := make([]bool, len(cells)), 0
	words := slices.Clone(b.words)
	next := words[len(words)-1].Line + 1
	for _, f := range r.readCells(ctx, img, cells) {
		if !solid(f.word) || *f.word.Confidence < sureMissed {
			continue
		}
		f.word.Line = next + f.cell
		words = append(words, f.word)
		if !read[f.cell] {
			read[f.cell] = true
			legible++
		}
	}
	illegible := 0
	if r.ink == nil { // of parts, it is said elsewhere
		signs := illegibleCells(cells, read, usualHeight(b.words), next)
		illegible = len(signs)
		words = append(words, signs...)
	}
	if len(words) == len(b.words) {
		return b
	}
	b.words = words
	b.measure()
	step := fmt.Sprintf("read cells that were passed over: %d", legible)
	if illegible > 0 {
		step += fmt.Sprintf(", not legible: %d", illegible)
		b.img.Unread = append(slices.Clone(b.img.Unread), core.UnreadPlaces(illegible))
	}
	b.steps = append(slices.Clone(b.steps), step)
	return b
}

// illegibleCells gives a word for each cell that was not read. What is lower than a
// digit is dirt.
func illegibleCells(cells []core.Box, read []bool, height, line int) (out []core.Word) {
	for i, c := range cells {
		if !read[i] && 3*c.H >= 2*height {
			out = append(out, core.Word{Text: core.Illegible, Confidence: new(float64), Doubt: core.DoubtIllegible, Box: c, Line: line + i})
		}
	}
	return out
}

// foundIn is a word and the cell it was read in.
type foundIn struct {
	cell int
	word core.Word
}

// readCells reads parts of a picture, each of one line, all in one run of the
// engine. Boxes are those in the picture.
func (r pageReading) readCells(ctx context.Context, img *raster.Gray, cells []core.Box) []foundIn {
	parts := make([]*raster.Gray, len(cells))
	scale := make([]int, len(cells))
	for i, c := range cells {
		parts[i], scale[i] = img.Crop(rectangle(grown(c, roomAround))), 1
		if c.H < lowCell {
			parts[i], scale[i] = parts[i].Doubled(), 2
		}
	}
	page, tops := raster.Stack(parts, roomStrip)
	words, err := r.Engine.ReadPage(ctx, pageImage(page), core.ReadRequest{Language: r.language, Segmentation: core.SegmentBlock})
	if err != nil {
		return nil
	}
	var out []foundIn
	for _, w := range words {
		middle := w.Box.Y + w.Box.H/2
		i, after := slices.BinarySearch(tops, middle)
		if !after {
			i--
		}
		if i < 0 || middle >= tops[i]+parts[i].H || w.Confidence == nil {
			continue
		}
		w.Box = core.Box{
			X: max(0, cells[i].X-roomAround) + (w.Box.X-roomStrip)/scale[i],
			Y: max(0, cells[i].Y-roomAround) + (w.Box.Y-tops[i])/scale[i],
			W: w.Box.W / scale[i], H: w.Box.H / scale[i],
		}
		out = append(out, foundIn{i, w})
	}
	return out
}

// missedCells finds what looks like text of one line outside of the words.
func missedCells(img *raster.Gray, words []core.Word) []core.Box {
	const thinnest, thickest = 8, 75 // of a hundred pixels, how many may be ink
	height := usualHeight(words)
	if height < 8 {
		return nil
	}
	var out []core.Box
	covered := make([]image.Rectangle, len(words))
	for i, w := range words { // a little more than their boxes: what sticks out of a letter is no text of its own
		covered[i] = rectangle(grown(w.Box, w.Box.H/4))
	}
	for _, r := range raster.UncoveredInk(img, max(2, height/4), covered, height) {
		if r.Dy() > 4*height {
			continue // before its pixels are looked at: a page may have thousands
		}
		r = img.InkBounds(r)
		w, h := r.Dx(), r.Dy()
		if 2*h < height || h > 3*height || 4*w < h {
			continue
		}
		if ink := 100 * img.Crop(r).InkCount(); ink >= thinnest*w*h && ink <= thickest*w*h {
			out = append(out, core.Box{X: r.Min.X, Y: r.Min.Y, W: w, H: h})
		}
	}
	return out
}

// usualHeight is the middle height of the words.
func usualHeight(words []core.Word) int {
	var all []int
	for _, w := range words {
		if solid(w) {
			all = append(all, w.Box.H)
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}
