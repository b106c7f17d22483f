package ui

import (
	"fmt"
	"strings"
)

// Bar draws how much of something is done, w cells wide with its percentage.
// part is 0..1; less than 0 is "not known".
func Bar(th *Theme, part float64, w int) string {
	inner := max(4, w-8)
	if part < 0 {
		return "[" + th.Dim.Render(strings.Repeat("·", inner)) + "]"
	}
	part = min(1, part)
	full := int(part*float64(inner) + 0.5)
	return "[" + th.Good.Render(strings.Repeat("█", full)) + th.Dim.Render(strings.Repeat("·", inner-full)) + "]" +
		fmt.Sprintf(" %3.0f %%", part*100)
}
