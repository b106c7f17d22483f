package httpapi

import (
	"os"
	"regexp"
	"testing"
)

// Every endpoint that docs/compatibility.md says is there as before, is in the table.
func TestPromisedEndpoints(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../../docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	wild := regexp.MustCompile(`<[^>]+>|\{[^}]+\}`)
	there := map[string]bool{}
	for _, r := range (&API{}).routes() {
		there[r.method+" "+wild.ReplaceAllString(r.path, "*")] = true
	}
	promised := regexp.MustCompile("(?m)^\\| (GET|POST|PUT|DELETE) `(/api/[^`]+|/health/)` \\|").FindAllStringSubmatch(string(doc), -1)
	if len(promised) != 18 { // as many as the specification's tables
		t.Errorf("%d endpoints are promised", len(promised))
	}
	for _, p := range promised {
		if !there[p[1]+" "+wild.ReplaceAllString(p[2], "*")] {
			t.Errorf("%s %s is promised and not there", p[1], p[2])
		}
	}
}
