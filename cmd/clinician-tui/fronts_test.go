package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	lines "clinician/internal/tui/plain"
)

// Each action of the screens has a verb line by line and a command, or says why it has
// none: fronts.tsv, which is complete by a test of the screens. What it names exists.
func TestFrontsExist(t *testing.T) {
	text, err := os.ReadFile("../../internal/tui/fronts.tsv")
	if err != nil {
		t.Fatal(err)
	}
	root := newApp(stdio{}, nil, nil).root()
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	verbs := lines.Verbs()
	for row := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		if f[1] != "" && !slices.Contains(verbs, f[1]) {
			t.Errorf("%s: --plain has no %q", f[0], f[1])
		}
		if f[2] == "" {
			continue
		}
		if cmd, rest, err := root.Find(strings.Fields(f[2])); err != nil || len(rest) > 0 || cmd == root {
			t.Errorf("%s: there is no command %q", f[0], f[2])
		}
	}
}
