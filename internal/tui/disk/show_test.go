package disk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCopiesOfKilledProgramsAreSwept(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{copyPrefix + "11-a", copyPrefix + "22-b", copyPrefix + "odd", "other-11"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	sweepCopies(dir, func(pid int) bool { return pid == 22 })
	left, _ := os.ReadDir(dir)
	var names []string
	for _, e := range left {
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); got != copyPrefix+"22-b "+copyPrefix+"odd other-11" {
		t.Errorf("left are %s", got)
	}
}
