package read

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

const (
	nearRule  = 2  // pixels from a word to a ruled line that was removed
	mostAgain = 80 // parts of a page that are read again as it came
	plainly   = 95 // as sure as that, a faint word needs no second reading
	doubtRule = "it touches a ruled line"
)

// lookAgain reads from the page as it came what preparing it may have spoiled: numbers
// at ruled lines that were removed, which are never sure, and faint words, of which the
// surer reading stays. Both readings are kept where they differ. Faint print that was
// not found at all joins the page where it is read surely. It never fails: what cannot
// be read again stays as it was, and in doubt.
func (r pageReading) lookAgain(ctx context.Context, b reading) reading {
	if b.chars == 0 || !boxed(b.words) || r.ink != nil {
		return b
	}
	ruled := indices(b.words, func(w core.Word) bool {
		return w.HasDigit() && touches(w.Box, b.img.Rules, nearRule)
	})
	faint := indices(b.words, func(w core.Word) bool {
		return w.Confidence != nil && *w.Confidence < plainly && (w.HasDigit() || w.Unsure()) && touches(w.Box, b.img.Faint, 0)
	})
	faint = slices.DeleteFunc(faint, func(i int) bool { return slices.Contains(ruled, i) })
	lost := lostPrint(b)
	if len(ruled)+len(faint)+len(lost) == 0 {
		return b
	}
	b.words, b.steps = slices.Clone(b.words), slices.Clone(b.steps)
	for _, i := range ruled {
		b.words[i].Doubt = doubtRule
	}
	faint = faint[:min(len(faint), mostAgain)]
	lost = lost[:min(len(lost), mostAgain)]
	again := r.fromPlain(ctx, b, slices.Concat(ruled[:min(len(ruled), mostAgain)], faint), lost)
	for k, w := range again.words {
		i := again.at[k]
		if slices.Contains(ruled, i) {
			b.words[i] = doubted(b.words[i], w)
		} else {
			b.words[i] = surer(b.words[i], w)
		}
	}
	b.words = append(b.words, again.found...)
	if len(ruled) > 0 {
		b.steps = append(b.steps, fmt.Sprintf("numbers at ruled lines that were removed: %d", len(ruled)))
	}
	if n := len(faint) + len(again.found); n > 0 {
		b.steps = append(b.steps, fmt.Sprintf("read faint words again as they came: %d", n))
	}
	b.measure()
	return b
}

// doubted keeps beside a word what was read in its place on the page as it came.
func doubted(first, second core.Word) core.Word {
	if text := solidText(second.Text); second.HasDigit() && text != solidText(first.Text) {
		first.Doubt += fmt.Sprintf("; on the page as it came it reads %q", text)
	}
	return first
}

// surer is the surer of two readings of faint print. Numbers that differ stay in doubt,
// with the other reading; what is hardly read or has no digit contradicts no number.
func surer(first, second core.Word) core.Word {
	text := solidText(second.Text)
	if first.Confidence == nil || second.Confidence == nil || text == "" || *second.Confidence < core.SureWord {
		return first
	}
	differ := text != solidText(first.Text) && (first.HasDigit() || second.HasDigit())
	if differ && !second.HasDigit() {
		return first
	}
	other := text
	if *second.Confidence > *first.Confidence {
		other = first.Text
		first.Text, first.Confidence = text, second.Confidence
	}
	if differ && strings.ContainsFunc(other, unicode.IsDigit) {
		first.Doubt = fmt.Sprintf("its print is faint, and may be %q", other)
	}
	return first
}

// merged takes of the numbers of two readings of one picture the surer ones; where
// they differ they are in doubt.
func merged(kept, other reading) reading {
	if kept.img.Width != other.img.Width || kept.img.Height != other.img.Height || kept.img.Skew != other.img.Skew {
		return kept
	}
	kept.words = slices.Clone(kept.words)
	for i, w := range kept.words {
		if !w.HasDigit() {
			continue
		}
		at := slices.IndexFunc(other.words, func(o core.Word) bool {
			both := rectangle(o.Box).Intersect(rectangle(w.Box))
			return 4*both.Dx()*both.Dy() > 3*max(w.Box.W*w.Box.H, o.Box.W*o.Box.H)
		})
		if at >= 0 {
			kept.words[i] = surer(w, other.words[at])
		}
	}
	kept.measure()
	return kept
}

func solidText(s string) string { return strings.ReplaceAll(s, " ", "") }

// again is what was read from a page as it came: of words, and where no words were.
type again struct {
	at    []int // of each word, the one in whose place it stands
	words []core.Word
	found []core.Word
}

// fromPlain reads words, and places without, from the page as it came, all in one run
// of the engine.
func (r pageReading) fromPlain(ctx context.Context, b reading, at []int, places []core.Box) (out again) {
	with := b
	with.words = slices.Clone(b.words)
	for _, p := range places {
		with.words = append(with.words, core.Word{Text: "-", Box: p})
	}
	page, ok := r.plainPage(ctx, with)
	if !ok {
		return again{}
	}
	var parts []*raster.Gray
	for _, i := range at {
		parts = append(parts, page.line(page.boxes[i]))
	}
	for i := range places {
		parts = append(parts, page.line(page.boxes[len(b.words)+i]))
	}
	read := r.readParts(ctx, parts)
	line := 0
	for _, w := range b.words {
		line = max(line, w.Line)
	}
	for k, w := range read {
		switch {
		case w.Text == "":
		case k < len(at):
			out.at, out.words = append(out.at, at[k]), append(out.words, w)
		case solid(w) && *w.Confidence >= sureMissed:
			line++
			w.Box, w.Line = places[k-len(at)], line
			out.found = append(out.found, parted(w)...)
		}
	}
	return out
}

// parted makes words of a line of them, each with its share of the line's box.
func parted(line core.Word) (out []core.Word) {
	at, all := 0, len([]rune(line.Text))
	for text := range strings.SplitSeq(line.Text, " ") {
		w, n := line, len([]rune(text))
		w.Text, w.Box.X, w.Box.W = text, line.Box.X+line.Box.W*at/all, line.Box.W*n/all
		out = append(out, w)
		at += n + 1
	}
	return out
}

// lostPrint gives the places of faint ink of the size of text where no word was found.
func lostPrint(b reading) []core.Box {
	height := usualHeight(b.words)
	var out []core.Box
	for _, f := range b.img.Faint {
		if 2*f.H < height || f.H > 3*height || 3*f.W < 2*f.H {
			continue
		}
		if !slices.ContainsFunc(b.words, func(w core.Word) bool { return rectangle(w.Box).Overlaps(rectangle(f)) }) {
			out = append(out, f)
		}
	}
	return out
}

// mostlyFaint reports whether half of the words are of faint ink on white paper.
func mostlyFaint(b reading) bool {
	return b.img.White && len(b.img.Faint) > 0 && 2*len(indices(b.words, func(w core.Word) bool { return touches(w.Box, b.img.Faint, 0) })) > len(b.words)
}

func indices(words []core.Word, which func(core.Word) bool) (out []int) {
	for i, w := range words {
		if which(w) {
			out = append(out, i)
		}
	}
	return out
}

// touches reports whether a box is as near as that to one of others.
func touches(b core.Box, others []core.Box, near int) bool {
	at := rectangle(grown(b, near))
	return slices.ContainsFunc(others, func(o core.Box) bool {
		return at.Overlaps(rectangle(o))
	})
}
