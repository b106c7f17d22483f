package web_test

import (
	"fmt"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

// A chart in which nothing was looked for says so, and only its clinician sees its results.
func TestResultsByDays(t *testing.T) {
	t.Parallel()
	ann, eve := shared.clinician(t, "Ann", "Abbott"), shared.clinician(t, "Eve", "Evil")
	p := shared.patient(t, ann, catalina())
	path := fmt.Sprintf("/clinician/patients/%d/results/", p.ID)
	v := shared.signedIn(t, ann)
	v.get(chart(p.ID)).want(200).says("Results Who looked")
	v.get(path).want(200).says("QUILLFEATHER", present.NoResults(core.Coverage{}))
	shared.signedIn(t, eve).get(path).want(403)
}
