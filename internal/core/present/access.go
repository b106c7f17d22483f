package present

import (
	"strconv"

	"clinician/internal/core"
)

// ActsOf says how often somebody acted on a chart, and how often not with success or by
// emergency access.
func ActsOf(p core.AccessPerson) string {
	text := strconv.Itoa(p.Acts)
	if p.Urgent > 0 {
		text += ", EMERGENCY " + strconv.Itoa(p.Urgent)
	}
	if p.Refused > 0 {
		text += ", REFUSED " + strconv.Itoa(p.Refused)
	}
	return text
}
