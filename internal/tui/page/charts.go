package page

import (
	"slices"

	"clinician/internal/tui/ui"
)

// OpenCharts are the charts a user has open: the last ones first, each with
// where it was left. They are in memory only and belong to one user.
type OpenCharts struct {
	owner int64
	list  []ChartState
}

// ChartState is where a chart was left.
type ChartState struct {
	Banner ui.Banner
	Tab    int    // the part of the chart
	Record string // selected
	Filter string
	Order  int
}

// mostCharts is how many charts stay open.
const mostCharts = 9

// Note puts a chart on top of the list.
func (c *OpenCharts) Note(owner int64, s ChartState) {
	c.Mine(owner)
	if s.Banner.ID == 0 || owner == 0 {
		return
	}
	c.list = slices.DeleteFunc(c.list, func(o ChartState) bool { return o.Banner.ID == s.Banner.ID })
	c.list = append([]ChartState{s}, c.list...)
	c.list = c.list[:min(len(c.list), mostCharts)]
}

// Mine gives the charts of a user; those of another one are forgotten.
func (c *OpenCharts) Mine(owner int64) []ChartState {
	if c.owner != owner {
		c.owner, c.list = owner, nil
	}
	return c.list
}

// Of gives where a chart was left.
func (c *OpenCharts) Of(owner, patient int64) (ChartState, bool) {
	for _, s := range c.Mine(owner) {
		if s.Banner.ID == patient {
			return s, true
		}
	}
	return ChartState{}, false
}

// Len is how many charts are open.
func (c *OpenCharts) Len() int { return len(c.list) }
