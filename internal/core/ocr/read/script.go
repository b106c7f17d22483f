package read

import (
	"cmp"
	"context"
	"image"
	"slices"
	"strings"
	"unicode"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// scripts are the alphabets that letters of a text layer may claim to be of, with the
// beginnings of the names of the languages that are written in them.
func scripts() map[string]struct {
	table     *unicode.RangeTable
	languages []string
} {
	type script = struct {
		table     *unicode.RangeTable
		languages []string
	}
	return map[string]script{
		"Greek": {unicode.Greek, []string{"ell", "grc", "Greek"}}, "Cyrillic": {unicode.Cyrillic, []string{"rus", "ukr", "bul", "srp", "bel", "mkd", "kaz", "mon", "Cyrillic"}},
		"Arabic": {unicode.Arabic, []string{"ara", "fas", "urd", "pus", "uig", "Arabic"}}, "Hebrew": {unicode.Hebrew, []string{"heb", "yid", "Hebrew"}},
		"Han": {unicode.Han, []string{"chi", "jpn", "Han", "Japanese"}}, "Hangul": {unicode.Hangul, []string{"kor", "Hangul"}}, "Thai": {unicode.Thai, []string{"tha", "Thai"}},
	}
}

// foreign reports whether most letters of a page are of an alphabet that no installed
// language is written in.
func foreign(words []core.Word, installed []string) bool {
	letters, latin, known := 0, 0, 0
	all := scripts()
	for name, s := range all {
		if !slices.ContainsFunc(installed, func(l string) bool {
			return slices.ContainsFunc(s.languages, func(p string) bool { return strings.HasPrefix(strings.TrimPrefix(l, "script/"), p) })
		}) {
			continue
		}
		known += count(words, all[name].table)
	}
	for _, w := range words {
		for _, r := range w.Text {
			if unicode.IsLetter(r) {
				letters++
				if unicode.Is(unicode.Latin, r) {
					latin++
				}
			}
		}
	}
	return letters >= 10 && len(installed) > 0 && 2*(latin+known) < letters
}

func count(words []core.Word, of *unicode.RangeTable) (n int) {
	for _, w := range words {
		for _, r := range w.Text {
			if unicode.Is(of, r) {
				n++
			}
		}
	}
	return n
}

// shownInLatin reads a few words of a page whose letters claim to be of another
// alphabet: when the page shows Latin ones, the layer is none.
func (r pageReading) shownInLatin(ctx context.Context, words []core.Word) bool {
	const few, dpi, sure = 10, 200, 85
	ctx, cancel := context.WithTimeoutCause(ctx, r.PageTimeout, errSlowPage)
	defer cancel()
	img, err := r.draw(ctx, core.ImageRequest{DPI: dpi, Format: core.FormatGray})
	page, ok := grayOf(img)
	if err != nil || !ok {
		return false
	}
	longest := slices.Clone(words)
	slices.SortStableFunc(longest, func(a, b core.Word) int { return cmp.Compare(b.Box.W, a.Box.W) })
	var parts []*raster.Gray
	for _, w := range longest[:min(few, len(longest))] {
		b := core.Box{X: w.Box.X * dpi / 300, Y: w.Box.Y * dpi / 300, W: w.Box.W * dpi / 300, H: w.Box.H * dpi / 300}
		if part := page.Crop(rectangle(grown(b, roomAround)).Intersect(image.Rect(0, 0, page.W, page.H))); part.W > 0 {
			parts = append(parts, part.Doubled())
		}
	}
	if len(parts) == 0 {
		return false
	}
	stack, _ := raster.Stack(parts, roomStrip)
	read, err := r.Engine.ReadPage(ctx, pageImage(stack), core.ReadRequest{Language: r.language, Segmentation: core.SegmentBlock})
	if err != nil {
		return false
	}
	latin := 0
	for _, w := range read {
		if w.Confidence != nil && *w.Confidence >= sure && count([]core.Word{w}, unicode.Latin) > 2 {
			latin++
		}
	}
	return 2*latin >= len(parts)
}
