package read

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

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
// readings are kept with the word; where they differ the word is in doubt, and where the
// first is not sure the surer one stands. It never fails: the step says whether numbers
// were read twice.
func (r pageReading) readNumbers(ctx context.Context, b reading) reading {
	if b.chars == 0 || !boxed(b.words) || !slices.ContainsFunc(b.words, numeric) {
		return b
	}
	step := stepOneEngine
	words := slices.Clone(b.words)
	if at, read, ok := r.secondReadings(ctx, b); ok {
		step = stepTwoEngines
		differ, taken := r.compared(ctx, words, at, read)
		if differ > 0 {
			step += fmt.Sprintf(", which differ on %d", differ)
		}
		if taken > 0 {
			step += fmt.Sprintf(" and the second is surer of %d", taken)
		}
	}
	b.words = doubtAlikes(words)
	b.steps = append(slices.Clone(b.steps), step)
	return b
}

// secondReadings reads the words with digits; at says which words they are.
func (r pageReading) secondReadings(ctx context.Context, b reading) (at []int, read []core.SecondReading, ok bool) {
	if r.Numbers == nil {
		return nil, nil, false
	}
	plain, ok := r.plainPage(ctx, b)
	if !ok {
		return nil, nil, false
	}
	var lines []core.PageImage
	for i, w := range b.words {
		if numeric(w) && len(at) < mostNumbers {
			if line := plain.cut(i); line != nil {
				at, lines = append(at, i), append(lines, pageImage(line))
			}
		}
	}
	texts, err := r.Numbers.ReadLines(ctx, lines)
	if err != nil {
		return nil, nil, false
	}
	info, err := r.Numbers.Info(ctx)
	if err != nil {
		return nil, nil, false
	}
	for _, t := range texts {
		read = append(read, core.SecondReading{Text: t.Text(), Confidence: t.Confidence(), Engine: cmp.Or(info.Model, info.Name)})
	}
	return at, read, true
}

// compared keeps second readings with their words. It counts those that differ, and the
// words that the second has taken the place of.
func (r pageReading) compared(ctx context.Context, words []core.Word, at []int, read []core.SecondReading) (differ, taken int) {
	for k, i := range at {
		w, second := &words[i], read[k]
		if second.Text == "" {
			continue
		}
		w.Second = &second
		if !w.Contradicted() {
			continue
		}
		differ++
		why := fmt.Sprintf("%q was read as %q by %s", w.Text, second.Text, second.By())
		if surerDigits(*w, second) {
			taken++
			first := core.SecondReading{Text: w.Text, Confidence: *w.Confidence, Engine: r.engineName(ctx)}
			w.Text, w.Confidence, w.Second = second.Text, &second.Confidence, &first
			why = fmt.Sprintf("%q was read by %s, %q by %s", second.Text, second.By(), first.Text, first.Engine)
		}
		w.Doubt = also(w.Doubt, why)
	}
	return differ, taken
}

// surerDigits reports whether a second reading takes the place of a word that the first
// engine is not sure of: it is surer, not a guess, and has other digits. One that loses a
// comparator or a sign does not.
func surerDigits(first core.Word, second core.SecondReading) bool {
	const guess = 50
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return r
			}
			return -1
		}, s)
	}
	is := digits(second.Text)
	lost := strings.ContainsFunc(first.Text, func(r rune) bool {
		return strings.ContainsRune("<>≤≥±", r) && !strings.ContainsRune(second.Text, r)
	})
	return *first.Confidence < core.SureNumber && second.Confidence >= max(guess, *first.Confidence) &&
		is != "" && is != digits(first.Text) && !lost
}

// engineName is the name of the engine that has read the page.
func (r pageReading) engineName(ctx context.Context) string {
	if info, err := r.Engine.Info(ctx); err == nil && info.Name != "" {
		return info.Name
	}
	return "the first engine"
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
