package raster

import (
	"image"
	"slices"
)

// RemoveRulingLines paints over long thin straight lines: table borders and form
// rules, which engines take for letters or which make them give up on a table.
// Where a stroke of text crosses a line, it stays. It gives where they were: what
// stood at one may have lost a stroke that ran along it. Without any, g is as it was.
func RemoveRulingLines(g *Gray) (clean *Gray, rules []image.Rectangle) {
	r := ruling{
		dark:   190,
		length: max(60, max(g.W, g.H)/30), // about 1 cm of A4
		thick:  max(3, max(g.W, g.H)/300), // about 1 mm
	}
	e := eraser{from: g}
	r.alongStep, r.acrossStep, r.n, r.lines = 1, g.W, g.W, g.H
	e.eraseRuns(r)
	r.alongStep, r.acrossStep, r.n, r.lines = g.W, 1, g.H, g.W
	e.eraseRuns(r)
	if e.out == nil {
		return g, nil
	}
	return e.out, e.rules
}

// ruling is what counts as a ruled line, and in which direction to look: n pixels
// alongStep apart in each of the lines, which are acrossStep apart.
type ruling struct {
	dark          uint8
	length, thick int

	alongStep, acrossStep, n, lines int
}

// eraser paints over ruled lines.
type eraser struct {
	from, out *Gray // out is a copy, once there is something to erase
	rules     []image.Rectangle
}

// eraseRuns erases the runs of at least length that are thin across. A run may have
// gaps of two pixels.
func (e *eraser) eraseRuns(r ruling) {
	g := e.from
	if r.alongStep == 1 {
		for line := range r.lines {
			var t tracker
			for i, v := range g.Pix[line*r.acrossStep:][:r.n] {
				if v >= r.dark {
					continue
				}
				if start, end, ok := t.dark(i, r.length); ok {
					e.eraseRun(r, start, end, line)
				}
			}
			if start, end, ok := t.finish(r.length); ok {
				e.eraseRun(r, start, end, line)
			}
		}
		return
	}
	// Down the page all columns are followed at once, as memory lies.
	columns := make([]tracker, r.lines)
	for i := range r.n {
		for line, v := range g.Row(i) {
			if v >= r.dark {
				continue
			}
			if start, end, ok := columns[line].dark(i, r.length); ok {
				e.eraseRun(r, start, end, line)
			}
		}
	}
	for line := range columns {
		if start, end, ok := columns[line].finish(r.length); ok {
			e.eraseRun(r, start, end, line)
		}
	}
}

// tracker follows the dark pixels of one line.
type tracker struct{ start, end int }

// dark takes the next dark pixel, and gives the run before it when that has
// ended and was long enough.
func (t *tracker) dark(i, length int) (start, end int, ok bool) {
	if i-t.end <= 2 && t.end > 0 {
		t.end = i + 1
		return 0, 0, false
	}
	start, end, ok = t.finish(length)
	t.start, t.end = i, i+1
	return start, end, ok
}

func (t *tracker) finish(length int) (start, end int, ok bool) {
	return t.start, t.end, t.end-t.start >= length
}

// eraseRun erases one run if most of it is thin.
func (e *eraser) eraseRun(r ruling, start, end, line int) {
	g := e.from
	if !r.mostlyThin(g, start, end, line) {
		return
	}
	type span struct{ lo, hi int }
	spans := make([]span, end-start)
	thin := 0
	for i := start; i < end; i++ {
		lo, hi := r.across(g, i, line, r.thick)
		spans[i-start] = span{lo, hi}
		if hi-lo < r.thick {
			thin++
		}
	}
	if thin*10 < (end-start)*7 {
		return
	}
	if e.out == nil {
		e.out = &Gray{slices.Clone(g.Pix), g.W, g.H}
	}
	last := span{line, line}
	top, bottom := line, line
	for i, s := range spans {
		if s.hi-s.lo >= r.thick {
			// A stroke of text crosses here and stays; another ruling does not.
			if lo, hi := r.across(g, start+i, line, r.length); hi-lo < r.length {
				continue
			}
			s = last
		}
		last = s
		top, bottom = min(top, s.lo), max(bottom, s.hi)
		// The grey fringe goes along.
		for l := max(0, s.lo-2); l <= min(r.lines-1, s.hi+2); l++ {
			e.out.Pix[(start+i)*r.alongStep+l*r.acrossStep] = White
		}
	}
	box := image.Rect(start, top, end, bottom+1)
	if r.alongStep != 1 {
		box = image.Rect(top, start, bottom+1, end)
	}
	e.noted(box)
}

// noted keeps where a rule was; the rows of one rule become one box.
func (e *eraser) noted(box image.Rectangle) {
	for i := len(e.rules) - 1; i >= max(0, len(e.rules)-64); i-- {
		if r := e.rules[i]; box.Overlaps(r) && (box.Dx() > box.Dy()) == (r.Dx() > r.Dy()) {
			e.rules[i] = r.Union(box)
			return
		}
	}
	e.rules = append(e.rules, box)
}

// mostlyThin looks at every eighth place of a run: in pictures and black areas,
// where runs are many, that is enough to see that they are no rules.
func (r ruling) mostlyThin(g *Gray, start, end, line int) bool {
	thin, seen := 0, 0
	for i := start; i < end; i += 8 {
		lo, hi := r.across(g, i, line, r.thick)
		if hi-lo < r.thick {
			thin++
		}
		seen++
	}
	return 2*thin >= seen
}

// across gives how far the dark goes from line to either side, at most limit.
func (r ruling) across(g *Gray, i, line, limit int) (lo, hi int) {
	at := i * r.alongStep
	lo, hi = line, line
	for lo > 0 && line-lo <= limit && g.Pix[at+(lo-1)*r.acrossStep] < r.dark {
		lo--
	}
	for hi < r.lines-1 && hi-line <= limit && g.Pix[at+(hi+1)*r.acrossStep] < r.dark {
		hi++
	}
	return lo, hi
}
