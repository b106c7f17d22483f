package read

import (
	"context"
	"fmt"
	"slices"

	"clinician/internal/core"
)

// crossCheck compares the numbers of a reading that has no confidences with those
// of a second engine, and notes how many that one did not read. No text is
// changed: words with such numbers are marked, which is a doubt for those who use
// the page. Without a second engine nothing is confirmed.
func (r pageReading) crossCheck(ctx context.Context, b reading, img core.PageImage) reading {
	if len(b.words) == 0 {
		return b
	}
	other, name := r.secondOpinion(ctx, img)
	missing := 0
	b.words, missing = confirm(b.words, other)
	switch {
	case name == "":
		return b
	case missing == 0:
		b.steps = append(slices.Clone(b.steps), "numbers agree with "+name)
	default:
		b.steps = append(slices.Clone(b.steps), fmt.Sprintf("numbers differ from %s: %d", name, missing))
	}
	return b
}

// secondOpinion reads the page with the other engine; no name: it could not.
func (r pageReading) secondOpinion(ctx context.Context, img core.PageImage) (words []core.Word, name string) {
	if r.CrossCheck == nil {
		return nil, ""
	}
	info, err := r.CrossCheck.Info(ctx)
	if err != nil {
		return nil, ""
	}
	words, err = r.CrossCheck.ReadPage(ctx, img, core.ReadRequest{Language: r.language, Segmentation: core.SegmentColumn})
	if err != nil {
		return nil, ""
	}
	return words, info.Name
}

// confirm marks the words with a number that is not among those of the other
// reading, each of which confirms one, and counts these words.
func confirm(read, other []core.Word) (marked []core.Word, missing int) {
	left := map[string]int{}
	for _, w := range other {
		for _, n := range core.Numbers(w.Text) {
			left[n]++
		}
	}
	marked = slices.Clone(read)
	for i := range marked {
		for _, n := range core.Numbers(marked[i].Text) {
			if left[n]--; left[n] < 0 {
				marked[i].Unconfirmed = true
			}
		}
		if marked[i].Unconfirmed {
			missing++
		}
	}
	return marked, missing
}
