package ocr

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"clinician/internal/core"
)

// checked compares the numbers of a reading that has no confidences with those
// of a second engine, and notes how many that one did not read. Nothing is
// changed: the note is a doubt for those who use the page.
func (r pageReading) checked(ctx context.Context, b reading, img core.PageImage) reading {
	if r.Check == nil || len(b.words) == 0 {
		return b
	}
	info, err := r.Check.Info(ctx)
	if err != nil {
		return b
	}
	words, err := r.Check.ReadPage(ctx, img, core.ReadRequest{Language: r.language, Segmentation: segmentColumn})
	if err != nil {
		return b
	}
	b.steps = append(b.steps[:len(b.steps):len(b.steps)], numbersNote(b.words, words, info.Name))
	return b
}

func numbersNote(read, other []core.Word, name string) string {
	left := map[string]int{}
	for _, n := range numbers(other) {
		left[n]++
	}
	missing := 0
	for _, n := range numbers(read) {
		if left[n]--; left[n] < 0 {
			missing++
		}
	}
	if missing == 0 {
		return "numbers agree with " + name
	}
	return fmt.Sprintf("numbers differ from %s: %d", name, missing)
}

// numbers gives the tokens that hold a digit, without punctuation around them.
func numbers(words []core.Word) []string {
	var list []string
	for _, w := range words {
		if strings.ContainsFunc(w.Text, unicode.IsDigit) {
			list = append(list, strings.ToLower(strings.Trim(w.Text, `.,;:()[]"'|*`)))
		}
	}
	return list
}
