package rules

import (
	"slices"
	"strings"
	"testing"
)

// analysisFloors are the packages of the analysis from the ground up. A package may
// import those of the floors below it: what finds one kind of value never looks into
// what finds another, and the entry alone knows them all.
var analysisFloors = [][]string{
	{"vocabulary"},
	{"assertion"},
	{"layout"},
	{"evidence"},
	{"measurement", "dates"},
	{"laboratory", "vitals", "medicines", "problems", "identity"},
	{""}, // the entry
}

func TestAnalysisFloors(t *testing.T) {
	const entry = "internal/core/analysis"
	floor := func(path string) int {
		name := strings.TrimPrefix(strings.TrimPrefix(path, entry), "/")
		return slices.IndexFunc(analysisFloors, func(names []string) bool { return slices.Contains(names, name) })
	}
	for _, p := range list(t) {
		path := strings.TrimPrefix(p.ImportPath, module+"/")
		if !under(path, entry) || path == entry+"/analysistest" {
			continue
		}
		own := floor(path)
		if own < 0 {
			t.Errorf("%s stands on no floor of analysisFloors", path)
		}
		for _, imp := range p.Imports {
			rel := strings.TrimPrefix(imp, module+"/")
			if under(rel, entry) && floor(rel) >= own {
				t.Errorf("%s imports %s, which does not stand below it", path, rel)
			}
		}
	}
}
