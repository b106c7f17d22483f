package read

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"clinician/internal/core"
)

// Mean confidences that decide whether a page is read again. Measured on scans
// of letters, tables and receipts; see docs/ocr.md.
const (
	goodEnough = 70 // below: read once more in another way, keep the better
	poor       = 70 // below, and hardly a word that is sure: perhaps the page lies on its side
	sureTurn   = 85 // a turned page read as well as that need not be tried the other way round
	turnGain   = 5  // what another orientation must gain to be believed
	fewChars   = 20 // fewer, on a page with much ink: what the page says was not found
)

// reading is one way a page was read.
type reading struct {
	words []core.Word
	img   core.PageImage
	mean  float64
	chars int // in all words
	sure  int // of them, in words the engine is sure of
	worth float64
	scant bool
	steps []string
	turn  int

	device string // what the engine ran on, where it said so with the page
}

// pageReading is what it takes to read one page.
type pageReading struct {
	Reader
	d        *document
	n        int
	language string
	words    []core.Word // of the page itself, when parts of it are read
	ink      []core.Box  // read only these parts; nil: all of the page
	came     *asItCame   // the page before preparation, once it was asked for
}

// best reads the page in as many ways as its confidence asks for, all within
// the time allowed for a page; what was read in time counts.
func (r pageReading) best(ctx context.Context) (reading, error) {
	whole := ctx
	ctx, cancel := context.WithTimeoutCause(ctx, r.PageTimeout, errSlowPage)
	defer cancel()
	found, err := r.inTime(ctx)
	switch {
	case whole.Err() != nil:
		return reading{}, whole.Err()
	case err != nil && ctx.Err() != nil:
		return reading{}, errSlowPage
	case err == nil:
		r.came = new(asItCame)
		found = r.readNumbers(ctx, doubtStruckOut(doubtNumbers(r.lookAgain(ctx, r.missedText(ctx, found)))))
		found.img.Data = nil // large, and read
	}
	return found, err
}

var errSlowPage = core.Errorf(core.CodeInvalid, "Reading this page took too long and was given up.")

// inTime fails only when nothing was read.
func (r pageReading) inTime(ctx context.Context) (reading, error) {
	img, err := r.draw(ctx, core.ImageRequest{DPI: 300, ForOCR: true})
	if err != nil {
		return reading{}, err
	}
	var side reading
	if img.Sideways != 0 {
		var ok bool
		if side, ok = r.turned(ctx, reading{}, "lines run along the page", img.Sideways, 360-img.Sideways); ok {
			return side, nil
		}
	}
	best, err := r.read(ctx, img, 0, core.SegmentColumn)
	if err != nil {
		return side, ifNone(side, err)
	}
	if len(side.words) > 0 {
		if best = better(best, side, turnGain); best.turn != 0 {
			return best, nil
		}
	}
	switch {
	case sideways(best.words):
		best, _ = r.turned(ctx, best, "", 90, 270)
		return best, nil
	case !best.measured():
		return r.crossCheck(ctx, best, img), nil
	case best.mean >= goodEnough && !best.scant, len(best.words) == 0 && blank(img):
		return best, nil
	}
	if best.doubtful() {
		if turned, ok := r.turned(ctx, best, "", 180); ok {
			return turned, nil
		}
	}
	other := core.ImageRequest{DPI: 300, Format: core.FormatGray} // as it is, when something was done to it
	if len(best.steps) == 0 {
		other.ForOCR = true
	}
	if img, err := r.draw(ctx, other); err == nil {
		if again, err := r.read(ctx, img, 0, core.SegmentPage); err == nil {
			best = better(best, again, 0)
		}
	}
	if sideways(best.words) || best.doubtful() && img.Sideways == 0 {
		best, _ = r.turned(ctx, best, "", 90, 270)
	}
	return best, nil
}

// ifNone gives err unless something was read before it.
func ifNone(found reading, err error) error {
	if len(found.words) > 0 {
		return nil
	}
	return err
}

// turned reads the page turned clockwise in the ways given and gives the best
// reading. Another orientation is believed only when it reads clearly better;
// ok says that one was, and reads well.
func (r pageReading) turned(ctx context.Context, upright reading, why string, turns ...int) (best reading, ok bool) {
	best = upright
	for _, turn := range turns {
		img, err := r.draw(ctx, core.ImageRequest{DPI: 300, ForOCR: true, Rotate: turn})
		if err != nil {
			break
		}
		turned, err := r.read(ctx, img, turn, core.SegmentColumn)
		if err != nil || !turned.measured() {
			break
		}
		if turned.scant {
			continue
		}
		reason := fmt.Sprintf("confidence %.0f → %.0f", upright.mean, turned.mean)
		if why != "" {
			reason = fmt.Sprintf("%s, confidence %.0f", why, turned.mean)
		}
		turned.steps = append([]string{fmt.Sprintf("rotated %d° (%s)", turn, reason)}, turned.steps...)
		best = better(best, turned, turnGain)
		if best.turn != 0 && best.mean >= sureTurn {
			return best, true
		}
	}
	return best, false
}

func (r pageReading) draw(ctx context.Context, want core.ImageRequest) (img core.PageImage, err error) {
	want.Ink = r.ink
	err = r.d.do(ctx, func(src core.PageSource) (err error) {
		img, err = src.Image(ctx, r.n, want)
		return err
	})
	return img, err
}

// read has a page that was drawn read.
func (r pageReading) read(ctx context.Context, img core.PageImage, turn int, segmentation core.Segmentation) (reading, error) {
	out := reading{img: img, steps: img.Steps, turn: turn}
	words, err := r.Engine.ReadPage(ctx, img, core.ReadRequest{Language: r.language, Segmentation: segmentation,
		Ran: func(device string) { out.device = device }})
	if err != nil {
		return reading{}, err
	}
	out.words = slices.DeleteFunc(words, speck)
	out.measure()
	out.scant = out.measured() && out.chars < fewChars && inky(img)
	return out, nil
}

// measure weighs the words of a reading by how sure the engine is of them: worth is the
// sum of the confidences of their characters beyond what words that are hardly half
// right have.
func (b *reading) measure() {
	const worthless = 60
	b.chars, b.sure, b.mean, b.worth = 0, 0, 0, 0
	n := 0
	for _, w := range b.words {
		if w.Confidence == nil || w.Text == core.Illegible {
			continue
		}
		b.worth += float64(len([]rune(w.Text))) * max(0, *w.Confidence-worthless)
		n++
		b.mean += (*w.Confidence - b.mean) / float64(n)
		b.chars += len([]rune(w.Text))
		if *w.Confidence >= poor {
			b.sure += len([]rune(w.Text))
		}
	}
}

// speck reports whether the engine made a sign of dirt, of a rest of a rule or
// of the edge of a picture: no letter or digit, and either hardly any confidence
// or a shape that the sign cannot have.
func speck(w core.Word) bool {
	const unsure = 55
	switch {
	case w.Confidence == nil || solid(w):
		return false
	case strings.Trim(w.Text, "-–—_=~") == "":
		if len(w.Text) > 2 && strings.Trim(w.Text, "_") == "" {
			return false // a line to write on
		}
		return w.Box.H > w.Box.W || *w.Confidence < unsure && w.Text != "-"
	}
	return *w.Confidence < unsure && strings.Trim(w.Text, meaningful) != ""
}

// meaningful are signs that are kept however unsure: losing one changes a value.
const meaningful = "<>≤≥+±%*↑↓:.,"

// measured reports whether the engine gave confidences. One that gives none
// cannot say which of two readings is better.
func (b reading) measured() bool { return len(b.words) == 0 || b.chars > 0 }

// doubtful reports whether next to nothing of the page is sure: a table on its side
// may be read as one "=" and nothing else.
func (b reading) doubtful() bool { return b.scant || b.mean < poor && 3*b.sure <= b.chars }

// sideways reports whether the words run up or down the page: the engine reads
// such text, but rows and boxes come out turned.
func sideways(words []core.Word) bool {
	level, upright := 0, 0
	for _, w := range words {
		switch {
		case len(w.Text) < 4 || w.Box.W == 0:
		case w.Box.H > w.Box.W:
			upright++
		default:
			level++
		}
	}
	return upright > 2*level
}

// better chooses between two readings by what was read surely. The second takes the
// place of the first only where it gains so much for each character.
func better(a, b reading, gain float64) reading {
	switch {
	case len(a.words) == 0:
		return b
	case a.scant && !b.scant:
		return b
	case b.worth*1.25 < a.worth:
		return a
	case sideways(a.words) != sideways(b.words):
		if sideways(b.words) {
			return a
		}
		return b
	case b.worth > a.worth+gain*float64(a.chars):
		return b
	}
	return a
}

// page lays a reading out as text.
func (b reading) page(info core.EngineInfo) (p core.Page) {
	p = core.Page{
		Status: core.PageEmpty, Source: core.SourceOCR, Engine: strings.TrimSpace(info.Name + " " + info.Version),
		Model: info.Model, Device: cmp.Or(b.device, info.Device), Width: b.img.Width, Height: b.img.Height, Steps: b.steps,
	}
	defer func() { p.Leaves(b.img.Unread...) }()
	if len(b.words) == 0 {
		return p
	}
	p.Status = core.PageRead
	if b.chars > 0 {
		mean := math.Round(b.mean*10) / 10
		p.Confidence = &mean
	}
	if boxed(b.words) {
		p.Words, p.Text = Layout(b.words)
	} else {
		p.Words, p.Text = b.words, asGiven(b.words)
	}
	toPlain(&p, b.img, b.turn)
	return p
}

// boxed reports whether the engine said where the words are.
func boxed(words []core.Word) bool {
	for _, w := range words {
		if w.Box != (core.Box{}) {
			return true
		}
	}
	return false
}

// asGiven is the text of words without boxes: lines as the engine gave them.
func asGiven(words []core.Word) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i == 0:
		case w.Line != words[i-1].Line:
			b.WriteByte('\n')
		default:
			b.WriteByte(' ')
		}
		b.WriteString(w.Text)
	}
	return b.String()
}
