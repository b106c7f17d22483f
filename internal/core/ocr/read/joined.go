package read

import (
	"context"
	"fmt"
	"slices"

	"clinician/internal/core"
)

// Where a page has words of its own, what is read beside them may be a logo or a
// photograph. Of parts that are small, words that the engine is not sure of are none.
const (
	sureBeside = 60
	smallPart  = 10 // percent of the page that all parts take together
)

// joined reads the parts of a page that its own words say nothing of, and puts both
// together by place: a scan above a printed footer, a picture pasted into a letter. The
// page's own words stay as they are. Parts that could not be read are said.
func (r Reader) joined(ctx context.Context, d *document, own core.Page, ink []core.Box, language string) (core.Page, error) {
	large := 100*area(ink) >= smallPart*own.Width*own.Height
	info, err := r.Engine.Info(ctx)
	if err == nil {
		var best reading
		if best, err = (pageReading{Reader: r, d: d, n: own.Number, language: language, ink: ink}).best(ctx); err == nil {
			return join(own, best.page(info), best.doubtful(), large), nil
		}
	}
	if ctx.Err() != nil {
		return core.Page{}, ctx.Err()
	}
	own.Leaves(core.Unread{Kind: core.UnreadPicture, Message: "A picture on this page was not read. " + core.MessageOf(err)})
	return own, nil
}

// join puts the words of a page and what was read beside them together.
func join(own, beside core.Page, doubtful, large bool) core.Page {
	dropped := 0
	words := slices.DeleteFunc(slices.Clone(beside.Words), func(w core.Word) bool {
		if coveredBy(own.Words, w.Box) {
			return true
		}
		unsure := !large && w.Confidence != nil && *w.Confidence < sureBeside
		if unsure {
			dropped++
		}
		return unsure
	})
	own.Steps = slices.Concat(own.Steps, beside.Steps)
	own.Leaves(beside.Unread...)
	switch {
	case len(words) == 0 && large:
		own.Leaves(core.Unread{Kind: core.UnreadPicture, Message: "In a picture on this page no text was found. Look at the page: what it shows is not part of the text."})
		return own
	case len(words) == 0:
		own.Steps = append(own.Steps, "pictures on the page hold no text that could be read")
		return own
	}
	if large && doubtful {
		own.Leaves(core.Unread{Kind: core.UnreadPicture, Message: "A picture on this page could hardly be read. Look at the page: what it shows may be missing from the text."})
	}
	step := fmt.Sprintf("read what is drawn beside the text: %s", core.Plural(len(words), "word", "words"))
	if dropped > 0 {
		step += fmt.Sprintf(", not legible: %d", dropped)
	}
	own.Steps = append(own.Steps, step)
	own.Source, own.Engine, own.Model, own.Device, own.Confidence = core.SourceMixed, beside.Engine, beside.Model, beside.Device, meanOf(words)
	if boxless := slices.ContainsFunc(words, func(w core.Word) bool { return w.Box == core.Box{} }); boxless {
		own.Text += "\n\n" + asGiven(words)
		own.Words = append(own.Words, behind(own.Words, words)...)
		return own
	}
	own.Words, own.Text = Layout(append(slices.Clone(own.Words), behind(own.Words, words)...))
	return own
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
