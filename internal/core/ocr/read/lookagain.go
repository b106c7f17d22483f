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
	mostLost  = 20 // places of faint print without words; more shines through from the back
	plainly   = 95 // as sure as that, a faint word needs no second reading
	doubtRule = "it touches a ruled line"
)

// lookAgain reads words of a page once more, all in one run of the engine: those that
// Suspects names, and what preparing the page may have spoiled. It never fails: what
// cannot be read again stays as it was.
func (r pageReading) lookAgain(ctx context.Context, b reading) reading {
	if b.chars == 0 || !boxed(b.words) {
		return b
	}
	suspects := r.suspected(b)
	if suspects.all > 0 {
		b.words = suspects.words // in the order that the indices are of
	}
	spoiled := r.spoiled(b)
	var parts []*raster.Gray
	if img, ok := grayOf(b.img); ok {
		for _, g := range suspects.left {
			parts = append(parts, g.part(img))
		}
	}
	read := r.readParts(ctx, append(parts, r.plainParts(ctx, b, &spoiled)...))
	b = suspects.settled(b, read[:len(parts)])
	return spoiled.settled(b, read[len(parts):])
}

// spoiled is what preparing a page may have spoiled, to be read from the page as it
// came: numbers at ruled lines that were removed, faint words, and places of faint print
// that was not found at all.
type spoiled struct {
	ruled, faint []int
	lost         []core.Box
	drawn        bool // the page as it came could be had
}

func (r pageReading) spoiled(b reading) (s spoiled) {
	if r.ink != nil { // parts are read as they are
		return s
	}
	s.ruled = indices(b.words, func(w core.Word) bool {
		return w.HasDigit() && touches(w.Box, b.img.Rules, nearRule)
	})
	s.faint = indices(b.words, func(w core.Word) bool {
		return w.Confidence != nil && *w.Confidence < plainly && (w.HasDigit() || w.Unsure()) && touches(w.Box, b.img.Faint, 0)
	})
	s.faint = slices.DeleteFunc(s.faint, func(i int) bool { return slices.Contains(s.ruled, i) })
	s.faint = s.faint[:min(len(s.faint), mostAgain)]
	if s.lost = lostPrint(b); len(s.lost) > mostLost {
		s.lost = nil
	}
	return s
}

// plainParts cuts what is to be read from the page as it came: of rules, of faint words,
// of lost print.
func (r pageReading) plainParts(ctx context.Context, b reading, s *spoiled) (parts []*raster.Gray) {
	if len(s.ruled)+len(s.faint)+len(s.lost) == 0 {
		return nil
	}
	b.words = slices.Clone(b.words)
	for _, p := range s.lost {
		b.words = append(b.words, core.Word{Text: core.Illegible, Box: p})
	}
	page, ok := r.plainPage(ctx, b)
	if !ok {
		return nil
	}
	s.drawn = true
	for _, i := range slices.Concat(s.ruled[:min(len(s.ruled), mostAgain)], s.faint) {
		parts = append(parts, page.line(page.boxes[i]))
	}
	for _, box := range page.boxes[len(page.boxes)-len(s.lost):] {
		parts = append(parts, page.line(box))
	}
	return parts
}

// settled takes what was read. A number at a rule is never sure; of faint words the
// surer reading stays; both are kept where they differ. Lost print joins the page where
// it is read surely.
func (s spoiled) settled(b reading, read []core.Word) reading {
	if len(s.ruled)+len(s.faint)+len(s.lost) == 0 {
		return b
	}
	b.words, b.steps = slices.Clone(b.words), slices.Clone(b.steps)
	for k, i := range s.ruled {
		w := &b.words[i]
		w.Doubt = also(w.Doubt, doubtRule)
		if s.drawn && k < mostAgain {
			*w = doubted(*w, read[k])
		}
	}
	if n := len(s.ruled); n > 0 {
		b.steps = append(b.steps, fmt.Sprintf("numbers at ruled lines that were removed: %d", n))
	}
	if !s.drawn {
		return b
	}
	read = read[min(len(s.ruled), mostAgain):]
	for k, i := range s.faint {
		b.words[i] = surer(b.words[i], read[k])
	}
	found := s.found(read[len(s.faint):], lastLine(b.words))
	b.words = append(b.words, found...)
	if n := len(s.faint) + len(found); n > 0 {
		b.steps = append(b.steps, fmt.Sprintf("read faint words again as they came: %d", n))
	}
	b.measure()
	return b
}

// found gives the words of lost print that was read surely, each place a line of its own.
func (s spoiled) found(read []core.Word, line int) (out []core.Word) {
	for k, w := range read {
		if solid(w) && *w.Confidence >= sureMissed {
			line++
			w.Box, w.Line = s.lost[k], line
			out = append(out, parted(w)...)
		}
	}
	return out
}

func lastLine(words []core.Word) (line int) {
	for _, w := range words {
		line = max(line, w.Line)
	}
	return line
}

// doubted keeps beside a word what was read in its place on the page as it came.
func doubted(first, second core.Word) core.Word {
	if text := solidText(second.Text); second.HasDigit() && text != solidText(first.Text) {
		first.Doubt = also(first.Doubt, fmt.Sprintf("on the page as it came it reads %q", text))
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

func solidText(s string) string { return strings.ReplaceAll(s, " ", "") }

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
