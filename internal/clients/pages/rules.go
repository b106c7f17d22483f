package pages

import "slices"

// removeRules paints over long thin straight lines: table borders and form
// rules, which engines take for letters or which make them give up on a table.
// Where a stroke of text crosses a line, it stays. It reports false when there
// are none.
func removeRules(g *gray) (*gray, bool) {
	const dark = 160
	length := max(60, max(g.w, g.h)/30) // about 1 cm of A4
	thick := max(3, max(g.w, g.h)/300)  // about 1 mm
	out := &gray{slices.Clone(g.pix), g.w, g.h}
	n := eraseRuns(g, out, dark, length, thick, 1, g.w, g.w, g.h)
	n += eraseRuns(g, out, dark, length, thick, g.w, 1, g.h, g.w)
	if n == 0 {
		return g, false
	}
	return out, true
}

// eraseRuns looks for dark runs of at least length along one direction and
// erases them in out where they are thin across. along and across are the
// index steps of the two directions, n and lines their extents.
func eraseRuns(g, out *gray, dark uint8, length, thick, along, across, n, lines int) (erased int) {
	for line := range lines {
		base := line * across
		for start := 0; start < n; {
			if g.pix[base+start*along] >= dark {
				start++
				continue
			}
			end, gap := start, 0
			for i := start; i < n && gap <= 2; i++ {
				if g.pix[base+i*along] < dark {
					end, gap = i+1, 0
				} else {
					gap++
				}
			}
			if end-start >= length {
				erased += eraseRun(g, out, dark, thick, along, across, start, end, line, lines)
			}
			start = end + 1
		}
	}
	return erased
}

// eraseRun erases one run if most of it is thin, and reports 1 if so.
func eraseRun(g, out *gray, dark uint8, thick, along, across, start, end, line, lines int) int {
	type span struct{ lo, hi int }
	spans := make([]span, end-start)
	thin := 0
	for i := start; i < end; i++ {
		lo, hi := line, line
		for lo > 0 && line-lo <= thick && g.pix[i*along+(lo-1)*across] < dark {
			lo--
		}
		for hi < lines-1 && hi-line <= thick && g.pix[i*along+(hi+1)*across] < dark {
			hi++
		}
		spans[i-start] = span{lo, hi}
		if hi-lo < thick {
			thin++
		}
	}
	if thin*10 < (end-start)*7 {
		return 0
	}
	for i, s := range spans {
		if s.hi-s.lo >= thick {
			continue // a stroke crosses here
		}
		// One more on either side takes the grey fringe along.
		for l := max(0, s.lo-1); l <= min(lines-1, s.hi+1); l++ {
			out.pix[(start+i)*along+l*across] = 255
		}
	}
	return 1
}
