package ocr

import (
	"context"
	"fmt"
	"slices"

	"clinician/internal/core"
)

// What counts as text that the engine passed over. Measured; see docs/ocr.md.
const (
	mostPassed = 200 // cells of a page; more is a picture or dirt
	surePassed = 75  // how sure a word must be that stands where none was found
	lowCell    = 24  // pixels; what is lower is enlarged
)

// passedOver reads what the engine found no words in although there is ink like
// that of a word: its layout analysis takes lone digits for dirt and leaves out
// cells that stand far from the rest, both of which results of tables do. All
// such cells are read in one go. It never fails: what cannot be read stays out,
// and the step says how much that is.
func (r pageReading) passedOver(ctx context.Context, b reading) reading {
	img, ok := pictureOf(b.img)
	if !ok || b.chars == 0 || b.scant || !boxed(b.words) {
		return b
	}
	cells := missed(img, b.words)
	if len(cells) == 0 || len(cells) > mostPassed {
		return b
	}
	read, legible := make([]bool, len(cells)), 0
	words := slices.Clone(b.words)
	next := words[len(words)-1].Line + 1
	for _, f := range r.readCells(ctx, img, cells) {
		if !solid(f.word) || *f.word.Confidence < surePassed {
			continue
		}
		f.word.Line = next + f.cell
		words = append(words, f.word)
		if !read[f.cell] {
			read[f.cell] = true
			legible++
		}
	}
	if len(words) == len(b.words) {
		return b
	}
	b.words = words
	b.measure()
	step := fmt.Sprintf("read cells that were passed over: %d", legible)
	if legible < len(cells) {
		step += fmt.Sprintf(", not legible: %d", len(cells)-legible)
	}
	b.steps = append(slices.Clone(b.steps), step)
	return b
}

// foundIn is a word and the cell it was read in.
type foundIn struct {
	cell int
	word core.Word
}

// readCells reads parts of a picture, each of one line, all in one run of the
// engine. Boxes are those in the picture.
func (r pageReading) readCells(ctx context.Context, img picture, cells []core.Box) []foundIn {
	parts := make([]picture, len(cells))
	scale := make([]int, len(cells))
	for i, c := range cells {
		parts[i], scale[i] = img.cut(grown(c, roomAround)), 1
		if c.H < lowCell {
			parts[i], scale[i] = parts[i].doubled(), 2
		}
	}
	page, tops := strip(parts, roomStrip)
	words, err := r.Engine.ReadPage(ctx, page.page(), core.ReadRequest{Language: r.language, Segmentation: segmentBlock})
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
		if i < 0 || middle >= tops[i]+parts[i].h || w.Confidence == nil {
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

// missed finds what looks like text of one line outside of the words.
func missed(img picture, words []core.Word) []core.Box {
	const thinnest, thickest = 8, 75 // of a hundred pixels, how many may be ink
	height := usualHeight(words)
	if height < 8 {
		return nil
	}
	var out []core.Box
	for _, b := range newSquares(img, max(2, height/4), words).regions(height) {
		if b.H > 4*height {
			continue // before its pixels are looked at: a page may have thousands
		}
		b = img.inked(b)
		if 2*b.H < height || b.H > 3*height || 4*b.W < b.H {
			continue
		}
		if ink := 100 * img.cut(b).ink(); ink >= thinnest*b.W*b.H && ink <= thickest*b.W*b.H {
			out = append(out, b)
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
