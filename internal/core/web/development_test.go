package web_test

import (
	"fmt"
	"strings"
	"testing"
)

// A server for trying out says so on every page, whoever looks and whatever goes wrong.
func TestDevelopmentIsOnEveryPage(t *testing.T) {
	t.Parallel()
	w, err := open(t.TempDir(), "SECRET_KEY=your-secret-key")
	must(t, err)
	t.Cleanup(w.close)
	const notice = "Development mode, not for real patients: SECRET_KEY is a well-known example value."
	guest := w.visitor(t)
	for path, status := range map[string]int{"/login/": 200, "/signup/": 200, "/no/such/page/": 302} {
		if a := guest.get(path).want(status); status == 200 {
			a.says(notice)
		}
	}
	ann, ben := w.clinician(t, "Ann", "Abbott"), w.clinician(t, "Ben", "Baker")
	mine, other := w.patient(t, ann, catalina()), w.patient(t, ben, catalina())
	doc := w.document(t, ann, mine.ID, "letter.txt", "Seen today.")
	v := w.signedIn(t, ann)
	for path, status := range map[string]int{"/clinician/dashboard/": 200, "/clinician/patients/": 200, "/clinician/notifications/": 200, "/clinician/profile/": 200,
		"/clinician/unread/": 200, "/clinician/appointments/": 200, "/clinician/readings/": 200, "/no/such/page/": 404,
		fmt.Sprintf("/clinician/patients/%d/dashboard/", mine.ID): 200, fmt.Sprintf("/clinician/patients/%d/add-record/", mine.ID): 200,
		fmt.Sprintf("/clinician/patients/%d/access/", mine.ID): 200, fmt.Sprintf("/clinician/patients/%d/dashboard/", other.ID): 403,
		"/clinician/records/" + doc.ID + "/": 200} {
		v.get(path).want(status).says(notice)
	}
	guest.get("/api/clinician/limits/").want(200).says(`"development_mode":"Development mode`)
	if a := shared.visitor(t).get("/login/").want(200); strings.Contains(a.body, "Development mode") {
		t.Error("a real server calls itself one for trying out")
	}
}
