package read

import (
	"cmp"
	"context"
	"image"
	"slices"
	"strings"
	"unicode"

	"clinician/internal/core"
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
	const few, sure = 10, 85
	longest := slices.Clone(words)
	slices.SortStableFunc(longest, func(a, b core.Word) int { return cmp.Compare(b.Box.W, a.Box.W) })
	longest = longest[:min(few, len(longest))]
	latin := 0
	for _, read := range r.sample(ctx, longest) {
		if slices.ContainsFunc(read, func(w core.Word) bool { return *w.Confidence >= sure && count([]core.Word{w}, unicode.Latin) > 2 }) {
			latin++
		}
	}
	return latin > 0 && 2*latin >= len(longest)
}

// otherNumbers reads a few numbers of a page's own text: when the page shows others of
// as many digits, the layer is not what it shows.
func (r pageReading) otherNumbers(ctx context.Context, words []core.Word) bool {
	const sure = 90
	chosen := withManyDigits(words)
	if len(chosen) < 2 {
		return false
	}
	same, other := 0, 0
	for i, read := range r.sample(ctx, chosen) {
		text, unsure := "", false
		for _, w := range read {
			text += w.Text
			unsure = unsure || *w.Confidence < sure
		}
		own, shown := digitsOf(chosen[i].Text), digitsOf(text)
		switch {
		case own == shown:
			same++
		case !unsure && len(own) == len(shown):
			other++
		}
	}
	return other >= 2 && other > same
}

// withManyDigits chooses a few numbers that together hold many of the ten digits.
func withManyDigits(words []core.Word) (chosen []core.Word) {
	const few, longest = 6, 10
	seen := ""
	for fresh := 3; fresh > 0; fresh-- { // those with many new digits first
		for _, w := range words {
			digits := digitsOf(w.Text)
			if len(chosen) == few || len(digits) < 2 || len(digits) > longest || unseenDigits(digits, seen) < fresh {
				continue
			}
			chosen, seen = append(chosen, w), seen+digits
		}
	}
	return chosen
}

// unseenDigits counts the digits of a number that stand in no other one.
func unseenDigits(digits, seen string) (n int) {
	for d := '0'; d <= '9'; d++ {
		if strings.ContainsRune(digits, d) && !strings.ContainsRune(seen, d) {
			n++
		}
	}
	return n
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// sample reads a few words of the page as it is drawn, each alone, in one run: what
// stands in each, with confidences.
func (r pageReading) sample(ctx context.Context, words []core.Word) map[int][]core.Word {
	ctx, cancel := context.WithTimeoutCause(ctx, r.PageTimeout, errSlowPage)
	defer cancel()
	img, err := r.draw(ctx, core.ImageRequest{DPI: 300, Format: core.FormatGray})
	page, ok := grayOf(img)
	if err != nil || !ok {
		return nil
	}
	var cells []core.Box
	for _, w := range words {
		b := rectangle(w.Box).Intersect(image.Rect(0, 0, page.W, page.H))
		if b.Empty() {
			return nil
		}
		cells = append(cells, core.Box{X: b.Min.X, Y: b.Min.Y, W: b.Dx(), H: b.Dy()})
	}
	found := map[int][]core.Word{}
	for _, f := range r.readCells(ctx, page, cells) {
		found[f.cell] = append(found[f.cell], f.word)
	}
	return found
}
