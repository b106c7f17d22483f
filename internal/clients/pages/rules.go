package pages

import "slices"

// removeRules paints over long thin straight lines: table borders and form
// rules, which engines take for letters or which make them give up on a table.
// Where a stroke of text crosses a line, it stays. It reports false when there
// are none.
func removeRules(g *gray) (*gray, bool) {
	r := rule{
		dark:   190,
		length: max(60, max(g.w, g.h)/30), // about 1 cm of A4
		thick:  max(3, max(g.w, g.h)/300), // about 1 mm
	}
	out := &gray{slices.Clone(g.pix), g.w, g.h}
	r.alongStep, r.acrossStep, r.n, r.lines = 1, g.w, g.w, g.h
	n := eraseRuns(g, out, r)
	r.alongStep, r.acrossStep, r.n, r.lines = g.w, 1, g.h, g.w
	n += eraseRuns(g, out, r)
	if n == 0 {
		return g, false
	}
	return out, true
}

// rule is what counts as a ruled line, and in which direction to look: n pixels
// alongStep apart in each of the lines, which are acrossStep apart.
type rule struct {
	dark          uint8
	length, thick int

	alongStep, acrossStep, n, lines int
}

// eraseRuns erases in out the runs of at least length that are thin across.
func eraseRuns(g, out *gray, r rule) (erased int) {
	for line := range r.lines {
		base := line * r.acrossStep
		for start := 0; start < r.n; {
			if g.pix[base+start*r.alongStep] >= r.dark {
				start++
				continue
			}
			end, gap := start, 0
			for i := start; i < r.n && gap <= 2; i++ {
				if g.pix[base+i*r.alongStep] < r.dark {
					end, gap = i+1, 0
				} else {
					gap++
				}
			}
			if end-start >= r.length {
				erased += eraseRun(g, out, r, start, end, line)
			}
			start = end + 1
		}
	}
	return erased
}

// eraseRun erases one run if most of it is thin, and reports 1 if so.
func eraseRun(g, out *gray, r rule, start, end, line int) int {
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
		return 0
	}
	last := span{line, line}
	for i, s := range spans {
		if s.hi-s.lo >= r.thick {
			// A stroke of text crosses here and stays; another rule does not.
			if lo, hi := r.across(g, start+i, line, r.length); hi-lo < r.length {
				continue
			}
			s = last
		}
		last = s
		// The grey fringe goes along.
		for l := max(0, s.lo-2); l <= min(r.lines-1, s.hi+2); l++ {
			out.pix[(start+i)*r.alongStep+l*r.acrossStep] = 255
		}
	}
	return 1
}

// across gives how far the dark goes from line to either side, at most limit.
func (r rule) across(g *gray, i, line, limit int) (lo, hi int) {
	at := i * r.alongStep
	lo, hi = line, line
	for lo > 0 && line-lo <= limit && g.pix[at+(lo-1)*r.acrossStep] < r.dark {
		lo--
	}
	for hi < r.lines-1 && hi-line <= limit && g.pix[at+(hi+1)*r.acrossStep] < r.dark {
		hi++
	}
	return lo, hi
}
