package rules

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the race detector does not watch (UNWATCHED of the Makefile) uses no sync.Map: each
// package brings a copy of its methods, and the linker takes one for the whole program.
func TestUnwatchedPackagesUseNoSyncMap(t *testing.T) {
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("make is not installed")
	}
	plan := exec.Command("make", "-n", "test")
	plan.Dir = filepath.Join("..", "..")
	said, err := plan.Output()
	if err != nil {
		t.Fatal(err)
	}
	var patterns []string
	for _, m := range regexp.MustCompile(`-gcflags=(\S+)=-race=false`).FindAllStringSubmatch(string(said), -1) {
		patterns = append(patterns, m[1])
	}
	if len(patterns) < 5 {
		t.Fatalf("make -n test says only %q", patterns)
	}
	list := exec.Command("go", append([]string{"list", "-json=ImportPath,Dir,GoFiles"}, patterns...)...)
	list.Dir = plan.Dir
	packages, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	uses := regexp.MustCompile(`\bsync\.Map\b`)
	for d := json.NewDecoder(strings.NewReader(string(packages))); ; {
		var p struct {
			ImportPath, Dir string
			GoFiles         []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		for _, name := range p.GoFiles {
			source, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if uses.Match(source) {
				t.Errorf("%s uses sync.Map (%s)", p.ImportPath, name)
			}
		}
	}
}
