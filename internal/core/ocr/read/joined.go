package read

import (
	"context"
	"fmt"
	"image"
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// Where a page has words of its own, what is drawn beside them may be a logo or a
// photograph, of which an engine makes signs. Of a part whose words it is not sure of on
// the whole nothing is taken; many such words are text that could not be read.
const (
	sureBeside = 60
	manyUnsure = 6
	largeParts = 10 // percent of the page that all parts take together: it is read like a page of its own
)

// joined reads the parts of a page that its own words say nothing of, and puts both
// together by place: a scan above a printed footer, a picture pasted into a letter. The
// page's own words stay as they are. Parts that could not be read are said.
func (r Reader) joined(ctx context.Context, d *document, own core.Page, ink []core.Box, language string) (core.Page, error) {
	info, err := r.Engine.Info(ctx)
	if err == nil {
		var beside reading
		page := pageReading{Reader: r, d: d, n: own.Number, language: language, ink: ink, words: own.Words}
		if 100*area(ink) >= largeParts*own.Width*own.Height {
			beside, err = page.best(ctx)
		} else {
			beside, err = page.parts(ctx)
		}
		if err == nil {
			return join(own, beside, info, ink), nil
		}
	}
	if ctx.Err() != nil {
		return core.Page{}, ctx.Err()
	}
	own.Leaves(core.Unread{Kind: core.UnreadPicture, Message: "A picture on this page was not read. " + core.MessageOf(err)})
	return own, nil
}

// parts reads small parts of a page once, as they are: those as high as a line each
// alone, of the others the picture around them.
func (r pageReading) parts(ctx context.Context) (reading, error) {
	const line = 100 // pixels; what is lower holds one line
	ctx, cancel := context.WithTimeoutCause(ctx, r.PageTimeout, errSlowPage)
	defer cancel()
	img, err := r.draw(ctx, core.ImageRequest{DPI: 300, Format: core.FormatGray})
	if err != nil {
		return reading{}, err
	}
	page, ok := grayOf(img)
	if !ok {
		return r.read(ctx, img, 0, core.SegmentColumn)
	}
	var cells []core.Box
	var around image.Rectangle
	for _, b := range r.ink {
		at := rectangle(b).Intersect(image.Rect(0, 0, page.W, page.H))
		if at.Empty() {
			continue
		}
		if at = page.InkBounds(at); at.Dy() > line {
			around = around.Union(at)
		} else if !at.Empty() {
			cells = append(cells, core.Box{X: at.Min.X, Y: at.Min.Y, W: at.Dx(), H: at.Dy()})
		}
	}
	out := reading{}
	if !around.Empty() {
		if out, err = r.around(ctx, page, around); err != nil {
			return reading{}, err
		}
	}
	cells = slices.DeleteFunc(cells, func(c core.Box) bool { return rectangle(c).In(around) })
	out.words = append(out.words, r.inRows(ctx, cells)...)
	out.words = slices.DeleteFunc(out.words, speck)
	out.measure()
	out.img = core.PageImage{Width: img.Width, Height: img.Height, Unread: img.Unread}
	return out, nil
}

// inRows reads parts as high as a line, each with the row it stands in: a number alone
// is hardly ever read. What the row says besides is the page's own.
func (r pageReading) inRows(ctx context.Context, cells []core.Box) (found []core.Word) {
	if len(cells) == 0 || len(cells) > mostMissed {
		return nil
	}
	whole := r
	whole.ink = nil
	img, err := whole.draw(ctx, core.ImageRequest{DPI: 300, Format: core.FormatGray})
	page, ok := grayOf(img)
	if err != nil || !ok {
		return nil
	}
	rows := make([]core.Box, len(cells))
	for i, c := range cells {
		row := rectangle(c)
		for _, w := range r.words {
			if overlap := min(c.Y+c.H, w.Box.Y+w.Box.H) - max(c.Y, w.Box.Y); 2*overlap > min(c.H, w.Box.H) {
				row = row.Union(rectangle(w.Box))
			}
		}
		row = row.Intersect(image.Rect(0, 0, page.W, page.H))
		rows[i] = core.Box{X: row.Min.X, Y: row.Min.Y, W: row.Dx(), H: row.Dy()}
	}
	for _, f := range r.readCells(ctx, page, rows) {
		if middle := f.word.Box.X + f.word.Box.W/2; middle >= cells[f.cell].X-roomAround && middle <= cells[f.cell].X+cells[f.cell].W+roomAround {
			f.word.Line += mostMissed * (f.cell + 1)
			found = append(found, f.word)
		}
	}
	return found
}

// around reads a part of a page.
func (r pageReading) around(ctx context.Context, page *raster.Gray, part image.Rectangle) (reading, error) {
	part = image.Rect(part.Min.X-roomAround, part.Min.Y-roomAround, part.Max.X+roomAround, part.Max.Y+roomAround).Intersect(image.Rect(0, 0, page.W, page.H))
	out, err := r.read(ctx, pageImage(page.Crop(part)), 0, core.SegmentColumn)
	for i := range out.words {
		if out.words[i].Box != (core.Box{}) {
			out.words[i].Box.X += part.Min.X
			out.words[i].Box.Y += part.Min.Y
		}
	}
	return out, err
}

// join puts the words of a page and what was read of its parts together.
func join(own core.Page, read reading, info core.EngineInfo, ink []core.Box) core.Page {
	beside := read.page(info)
	words, unsure := believed(beside.Words, ink, own.Words)
	own.Steps = slices.Concat(own.Steps, beside.Steps)
	own.Leaves(beside.Unread...)
	if unsure >= manyUnsure || read.scant && 100*area(ink) >= largeParts*own.Width*own.Height {
		own.Leaves(core.Unread{Kind: core.UnreadPicture, Message: "A picture on this page could not be read, or hardly. Look at the page: what the picture shows is not part of the text."})
	}
	if len(words) == 0 {
		own.Steps = append(own.Steps, "pictures on the page hold no text that could be read")
		return own
	}
	step := fmt.Sprintf("read what is drawn beside the text: %s", core.Plural(len(words), "word", "words"))
	if unsure > 0 {
		step += fmt.Sprintf(", not legible: %d", unsure)
	}
	own.Steps = append(own.Steps, step)
	own.Source, own.Engine, own.Model, own.Device, own.Confidence = core.SourceMixed, beside.Engine, beside.Model, beside.Device, meanOf(words)
	if !boxed(words) {
		own.Text += "\n\n" + asGiven(words)
		own.Words = append(slices.Clone(own.Words), behind(own.Words, words)...)
		return own
	}
	own.Words, own.Text = arranged(append(slices.Clone(own.Words), behind(own.Words, words)...))
	return own
}

// believed gives the words of parts whose words are sure on the whole, without those
// that the page has itself, and counts the others.
func believed(words []core.Word, ink []core.Box, own []core.Word) (kept []core.Word, unsure int) {
	part := func(w core.Word) int { // -1: somewhere else, or nobody knows where
		return slices.IndexFunc(ink, func(b core.Box) bool {
			x, y := w.Box.X+w.Box.W/2, w.Box.Y+w.Box.H/2
			return x >= b.X-roomAround && x < b.X+b.W+roomAround && y >= b.Y-roomAround && y < b.Y+b.H+roomAround
		})
	}
	parts := make(map[int][]core.Word)
	for _, w := range words {
		if !coveredBy(own, w.Box) {
			parts[part(w)] = append(parts[part(w)], w)
		}
	}
	for _, w := range words {
		list := parts[part(w)]
		switch mean := meanOf(list); {
		case coveredBy(own, w.Box):
		case mean != nil && *mean < sureBeside && !besideWords(own, w):
			unsure++
		default:
			kept = append(kept, w)
		}
	}
	return kept, unsure
}

// arranged is Layout for words that a document put into any order. Those that run up or
// down the page, as prints at its edge do, follow the others: they are in no row of them.
func arranged(words []core.Word) ([]core.Word, string) {
	var level, upright []core.Word
	lines := map[int]int{} // of each line: words that run up or down, less those that are level
	for _, w := range words {
		switch {
		case len(w.Text) < 3:
		case w.Box.H > w.Box.W:
			lines[w.Line]++
		default:
			lines[w.Line]--
		}
	}
	for _, w := range words {
		if lines[w.Line] > 0 {
			upright = append(upright, w)
		} else {
			level = append(level, w)
		}
	}
	out, text := Layout(inRuns(level))
	if len(upright) > 0 {
		text = strings.TrimLeft(text+"\n\n"+asGiven(upright), "\n")
		out = append(out, behind(out, upright)...)
	}
	return out, text
}

// inRuns numbers lines anew by place: a document may call words one line that stand in
// several rows, as fields of a form do.
func inRuns(words []core.Word) []core.Word {
	out := slices.Clone(words)
	line := 1
	for i := range out {
		if i > 0 {
			a, b := words[i-1], words[i]
			overlap := min(a.Box.Y+a.Box.H, b.Box.Y+b.Box.H) - max(a.Box.Y, b.Box.Y)
			if a.Line != b.Line || 2*overlap <= min(a.Box.H, b.Box.H) || b.Box.X < a.Box.X {
				line++
			}
		}
		out[i].Line = line
	}
	return out
}

// besideWords reports whether a word with digits or letters stands in a row of others:
// there it is part of what they say, and doubtful rather than nothing.
func besideWords(own []core.Word, w core.Word) bool {
	return solid(w) && slices.ContainsFunc(own, func(o core.Word) bool {
		overlap := min(o.Box.Y+o.Box.H, w.Box.Y+w.Box.H) - max(o.Box.Y, w.Box.Y)
		return 2*overlap > min(o.Box.H, w.Box.H) && o.Box.H < 3*w.Box.H && w.Box.H < 3*o.Box.H
	})
}

// behind numbers the lines of words on behind those of others.
func behind(first, words []core.Word) []core.Word {
	last := 0
	for _, w := range first {
		last = max(last, w.Line)
	}
	out := slices.Clone(words)
	for i := range out {
		out[i].Line += last + 1
	}
	return out
}

// coveredBy reports whether most of a box lies in those of words.
func coveredBy(words []core.Word, b core.Box) bool {
	for _, w := range words {
		x, y := min(b.X+b.W, w.Box.X+w.Box.W)-max(b.X, w.Box.X), min(b.Y+b.H, w.Box.Y+w.Box.H)-max(b.Y, w.Box.Y)
		if x > 0 && y > 0 && 2*x*y > b.W*b.H {
			return true
		}
	}
	return false
}

func area(boxes []core.Box) int {
	n := 0
	for _, b := range boxes {
		n += b.W * b.H
	}
	return n
}

func meanOf(words []core.Word) *float64 {
	sum, n := 0.0, 0
	for _, w := range words {
		if w.Confidence != nil {
			sum += *w.Confidence
			n++
		}
	}
	if n == 0 {
		return nil
	}
	mean := float64(int(sum/float64(n)*10+0.5)) / 10
	return &mean
}
