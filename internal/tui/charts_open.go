package tui

import (
	"slices"

	"clinician/internal/tui/ui"
)

// openCharts are the charts a user has open: the last ones first, each with
// where it was left. They are in memory only and belong to one user.
type openCharts struct {
	owner int64
	list  []chartState
}

// chartState is where a chart was left.
type chartState struct {
	banner ui.Banner
	tab    int    // the part of the chart
	record string // selected
	filter string
	order  int
}

// mostCharts is how many charts stay open.
const mostCharts = 9

// note puts a chart on top of the list.
func (c *openCharts) note(owner int64, s chartState) {
	c.mine(owner)
	if s.banner.ID == 0 || owner == 0 {
		return
	}
	c.list = slices.DeleteFunc(c.list, func(o chartState) bool { return o.banner.ID == s.banner.ID })
	c.list = append([]chartState{s}, c.list...)
	c.list = c.list[:min(len(c.list), mostCharts)]
}

// mine gives the charts of a user; those of another one are forgotten.
func (c *openCharts) mine(owner int64) []chartState {
	if c.owner != owner {
		c.owner, c.list = owner, nil
	}
	return c.list
}

// of gives where a chart was left.
func (c *openCharts) of(owner, patient int64) (chartState, bool) {
	for _, s := range c.mine(owner) {
		if s.banner.ID == patient {
			return s, true
		}
	}
	return chartState{}, false
}

// len is how many charts are open.
func (c *openCharts) len() int { return len(c.list) }
