package read

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// Steps of a page that say whether its numbers were read once or twice.
const (
	stepOneEngine  = "numbers read by one engine"
	stepTwoEngines = "numbers read by two engines"
)

// mostNumbers of a page are read a second time; more is no page of print.
const mostNumbers = 2000

// readNumbers reads the words with digits once more, by other means and from the page
// as it came: preparation may have destroyed what tells one digit from another. Both
// readings are kept with the word and no text is changed; where they differ the word is
// in doubt. It never fails: the step says whether numbers were read twice.
func (r pageReading) readNumbers(ctx context.Context, b reading) reading {
	if b.chars == 0 || !boxed(b.words) || !slices.ContainsFunc(b.words, numeric) {
		return b
	}
	step := stepOneEngine
	words, differ, ok := r.secondNumbers(ctx, b)
	if ok {
		step = stepTwoEngines
		if differ > 0 {
			step += fmt.Sprintf(", which differ on %d", differ)
		}
	} else {
		words = b.words
	}
	b.words = doubtAlikes(words)
	b.steps = append(slices.Clone(b.steps), step)
	return b
}

func (r pageReading) secondNumbers(ctx context.Context, b reading) (words []core.Word, differ int, ok bool) {
	if r.Numbers == nil {
		return nil, 0, false
	}
	plain, ok := r.plainPage(ctx, b)
	if !ok {
		return nil, 0, false
	}
	words = slices.Clone(b.words)
	var at []int
	var lines []core.PageImage
	for i, w := range words {
		if numeric(w) && len(at) < mostNumbers {
			if line := plain.cut(i); line != nil {
				at, lines = append(at, i), append(lines, pageImage(line))
			}
		}
	}
	texts, err := r.Numbers.ReadLines(ctx, lines)
	if err != nil {
		return nil, 0, false
	}
	info, err := r.Numbers.Info(ctx)
	if err != nil {
		return nil, 0, false
	}
	engine := cmp.Or(info.Model, info.Name)
	for k, i := range at {
		if t := texts[k]; len(t.Characters) > 0 {
			second := core.SecondReading{Text: t.Text(), Confidence: t.Confidence(), Engine: engine}
			words[i].Second = &second
			if words[i].Contradicted() {
				words[i].Doubt = also(words[i].Doubt, fmt.Sprintf("%q was read as %q by %s", words[i].Text, second.Text, second.By()))
				differ++
			}
		}
	}
	return words, differ, true
}

// numeric reports whether a word with a place and a confidence has a digit.
func numeric(w core.Word) bool {
	return w.Confidence != nil && w.Box != (core.Box{}) && w.HasDigit()
}

// also adds a doubt to others.
func also(doubt, more string) string {
	if doubt == "" {
		return more
	}
	return doubt + "; " + more
}

// cut cuts one word out of the page, level and dark on light, with a little of what is
// around it but nothing of its neighbours; nil when there is nothing to read.
func (p plainPage) cut(i int) *raster.Gray {
	b := p.boxes[i]
	left, right := max(2, b.H/5), max(2, b.H/5)
	up := max(2, b.H/6)
	for k, o := range p.boxes {
		if k == i || o.Y+o.H <= b.Y || o.Y >= b.Y+b.H {
			continue
		}
		if gap := b.X - (o.X + o.W); gap >= 0 {
			left = min(left, gap/2)
		}
		if gap := o.X - (b.X + b.W); gap >= 0 {
			right = min(right, gap/2)
		}
	}
	part := p.level(core.Box{X: b.X - left, Y: b.Y - up, W: b.W + left + right, H: b.H + 2*up})
	if part.W < 3 || part.H < 6 {
		return nil
	}
	return part
}
