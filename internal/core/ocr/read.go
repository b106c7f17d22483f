package ocr

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"

	"clinician/internal/core"
)

// Mean confidences that decide whether a page is read again. Measured on scans
// of letters, tables and receipts; see docs/architecture.md.
const (
	goodEnough = 85 // below: read once more in another way, keep the better
	poor       = 70 // below, and hardly a word that is sure: perhaps the page lies on its side
	turnGain   = 5  // what another orientation must gain to be believed
)

// Page segmentation modes of Tesseract: a column of text of variable sizes,
// which keeps the cells of tables, and fully automatic.
const (
	segmentColumn = 4
	segmentAuto   = 3
)

// reading is one way a page was read.
type reading struct {
	words []core.Word
	img   core.PageImage
	mean  float64
	chars int // in all words
	sure  int // of them, in words the engine is sure of
	steps []string
	turn  int
}

// recognize takes the page's own text, or draws it and has it read.
func (r Reader) recognize(ctx context.Context, d *document, n int, language string) (core.Page, error) {
	var page core.Page
	err := d.do(ctx, func(src core.PageSource) (err error) {
		page, err = src.Text(ctx, n)
		return err
	})
	if err == nil && (page.Source == "text-file" || len(page.Words) > 0) {
		page.Engine = page.Source
		if page.Status == "" {
			page.Status = statusRead
		}
		return page, nil
	}
	if ctx.Err() != nil {
		return core.Page{}, ctx.Err()
	}
	info, err := r.Engine.Info(ctx)
	if err != nil {
		return core.Page{}, err
	}
	best, err := pageReading{r, d, n, language}.best(ctx)
	if err != nil {
		return core.Page{}, err
	}
	return best.page(info), nil
}

// pageReading is what it takes to read one page.
type pageReading struct {
	Reader
	d        *document
	n        int
	language string
}

// best reads the page in as many ways as its confidence asks for, all within
// the time allowed for a page; what was read in time counts.
func (r pageReading) best(ctx context.Context) (reading, error) {
	whole := ctx
	ctx, cancel := context.WithTimeoutCause(ctx, r.PageTimeout, errSlowPage)
	defer cancel()
	first, err := r.once(ctx, core.ImageRequest{DPI: 300, ForOCR: true}, segmentColumn)
	if err != nil {
		if whole.Err() == nil && ctx.Err() != nil {
			err = errSlowPage
		}
		return reading{}, err
	}
	best := first
	switch {
	case sideways(first.words):
		return r.turned(ctx, best), whole.Err()
	case first.mean >= goodEnough, len(first.words) == 0 && blank(first.img):
		return first, nil
	}
	other := core.ImageRequest{DPI: 300} // as it is, when something was done to it
	if len(first.steps) == 0 {
		other.ForOCR = true
	}
	if again, err := r.once(ctx, other, segmentAuto); err == nil {
		best = better(best, again, 0)
	}
	if sideways(best.words) || best.mean < poor && 3*best.sure <= best.chars {
		best = r.turned(ctx, best)
	}
	return best, whole.Err()
}

var errSlowPage = core.Errorf(core.CodeInvalid, "Reading this page took too long and was given up.")

// turned reads the page lying on either side and on its head, and believes
// that only when it reads clearly better.
func (r pageReading) turned(ctx context.Context, best reading) reading {
	upright := best
	for _, turn := range []int{90, 270, 180} {
		turned, err := r.once(ctx, core.ImageRequest{DPI: 300, ForOCR: true, Rotate: turn}, segmentColumn)
		if err != nil {
			break
		}
		turned.steps = append([]string{fmt.Sprintf("rotated %d° (confidence %.0f → %.0f)", turn, upright.mean, turned.mean)}, turned.steps...)
		if best = better(best, turned, turnGain); best.turn != 0 && best.mean >= goodEnough {
			break
		}
	}
	return best
}

// once draws the page and has it read one way.
func (r pageReading) once(ctx context.Context, want core.ImageRequest, segmentation int) (reading, error) {
	var img core.PageImage
	err := r.d.do(ctx, func(src core.PageSource) (err error) {
		img, err = src.Image(ctx, r.n, want)
		return err
	})
	if err != nil {
		return reading{}, err
	}
	words, err := r.Engine.ReadPage(ctx, img, core.ReadRequest{Language: r.language, Segmentation: segmentation})
	if err != nil {
		return reading{}, err
	}
	out := reading{words: words, img: img, steps: img.Steps, turn: want.Rotate}
	var sum float64
	for _, w := range words {
		if w.Confidence == nil {
			continue
		}
		sum += *w.Confidence
		out.chars += len([]rune(w.Text))
		if *w.Confidence >= poor {
			out.sure += len([]rune(w.Text))
		}
	}
	if len(words) > 0 {
		out.mean = sum / float64(len(words))
	}
	return out, nil
}

// sideways reports whether the words run up or down the page: the engine reads
// such text, but rows and boxes come out turned.
func sideways(words []core.Word) bool {
	level, upright := 0, 0
	for _, w := range words {
		switch {
		case len(w.Text) < 4:
		case w.Box.H > w.Box.W:
			upright++
		default:
			level++
		}
	}
	return upright > 2*level
}

// better chooses between two readings. More text that is sure beats a higher
// mean over less of it.
func better(a, b reading, gain float64) reading {
	switch {
	case len(a.words) == 0:
		return b
	case float64(b.sure)*1.25 < float64(a.sure):
		return a
	case sideways(a.words) != sideways(b.words):
		if sideways(b.words) {
			return a
		}
		return b
	case float64(a.sure)*1.25 < float64(b.sure) && b.mean >= a.mean+gain:
		return b
	case b.mean > a.mean+gain:
		return b
	}
	return a
}

// page lays a reading out as text.
func (b reading) page(info core.EngineInfo) core.Page {
	p := core.Page{
		Status: statusEmpty, Source: "ocr", Engine: strings.TrimSpace(info.Name + " " + info.Version),
		Width: b.img.Width, Height: b.img.Height, Steps: b.steps,
	}
	if len(b.words) == 0 {
		return p
	}
	mean := math.Round(b.mean*10) / 10
	p.Status, p.Confidence = statusRead, &mean
	p.Words, p.Text = Layout(b.words)
	toPlain(&p, b.img, b.turn)
	return p
}

// blank reports whether a grey picture holds next to no ink: less than a
// hundredth of a line of text.
func blank(img core.PageImage) bool {
	head := fmt.Appendf(nil, "P5\n%d %d\n255\n", img.Width, img.Height)
	pix, ok := bytes.CutPrefix(img.Data, head)
	if !ok || len(pix) == 0 {
		return false
	}
	ink := 0
	for _, v := range pix {
		if v < 128 {
			ink++
		}
	}
	return ink*50000 < len(pix)
}
