package version

import (
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"testing"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	built := runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH + ")"
	at := debug.BuildSetting{Key: "vcs.revision", Value: "03ca6fe4a1b2c3d4e5f60718293a4b5c6d7e8f90"}
	for _, c := range []struct {
		name, stamp string
		settings    []debug.BuildSetting
		want        string
	}{
		{"release", "0.2.0", []debug.BuildSetting{at, {Key: "vcs.modified", Value: "false"}}, "0.2.0 (commit 03ca6fe4a1b2, "},
		{"a checkout", "", []debug.BuildSetting{at}, Next + "-dev (commit 03ca6fe4a1b2, "},
		{"a checkout with changes", "", []debug.BuildSetting{at, {Key: "vcs.modified", Value: "true"}}, Next + "-dev (commit 03ca6fe4a1b2 with changes, "},
		{"source without git", "", nil, Next + "-dev ("},
	} {
		if got := describe(c.stamp, c.settings); got != c.want+built {
			t.Errorf("%s: %q, want %q", c.name, got, c.want+built)
		}
	}
}

// The version of programs that were not stamped is the release that the
// changelog writes about.
func TestNextIsWhatTheChangelogSays(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+)`).FindSubmatch(text)
	if m == nil || string(m[1]) != Next {
		t.Errorf("CHANGELOG.md begins with release %q, Next is %q", m, Next)
	}
}
