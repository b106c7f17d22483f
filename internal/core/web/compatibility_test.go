package web

import (
	"os"
	"regexp"
	"testing"
)

// Every page that docs/compatibility.md says is there as before, is in the table.
func TestPromisedPages(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../../docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	wild := regexp.MustCompile(`<[^>]+>|\{[^}]+\}`)
	there := map[string]bool{}
	for _, r := range (&Site{}).routes() {
		there[r.method+" "+wild.ReplaceAllString(r.path, "*")] = true
	}
	promised := regexp.MustCompile("(?m)^\\| (GET|POST) `(/clinician/[^`]+)` \\|").FindAllStringSubmatch(string(doc), -1)
	if len(promised) != 4 { // as many as the specification's table
		t.Errorf("%d pages are promised", len(promised))
	}
	for _, p := range promised {
		if !there[p[1]+" "+wild.ReplaceAllString(p[2], "*")] {
			t.Errorf("%s %s is promised and not there", p[1], p[2])
		}
	}
}
