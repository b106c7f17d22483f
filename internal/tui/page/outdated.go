package page

import (
	"clinician/internal/core"
	"clinician/internal/core/present"
)

// Outdated gives the thing that a change was refused for, as it is now, and says what was
// done by whom and what stands; ok is false when err is of another kind. A screen shows it
// and sends its version with the next try, which is a deliberate one then.
func Outdated[T any](err error) (now T, says string, ok bool) {
	if now, ok = core.Current[T](err); !ok {
		return now, "", false
	}
	says = core.MessageOf(err)
	if stands := present.Now(err); stands != "" {
		says += " It stands as: " + stands + "."
	}
	return now, says, true
}
