package reading

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// printer is a tool that reads what is in the file, letter by letter.
func printer(name string) Tool {
	return Tool{Name: name, command: func(image, _ string) []string { return []string{"cat", image} }}
}

// files writes pages that a printer reads without a mistake.
func files(t *testing.T, ids ...string) []Page {
	t.Helper()
	dir := t.TempDir()
	var pages []Page
	for _, id := range ids {
		p := Page{ID: id, Class: "letters", File: filepath.Join(dir, id), Truth: "Potassium 4.1"}
		if err := os.WriteFile(p.File, []byte(p.Truth), 0o600); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, p)
	}
	return pages
}

func TestRunMeasuresEveryPageWithEveryTool(t *testing.T) {
	pages := files(t, "a", "b", "c")
	if err := os.Remove(pages[2].File); err != nil {
		t.Fatal(err)
	}
	told := 0
	table := Run(t.Context(), pages, []Tool{printer("one"), printer("two")}, t.TempDir(), 2, func(Page) { told++ })
	if told != 3 || len(table.Faults) != 2 {
		t.Errorf("told of %d pages, faults %v", told, table.Faults)
	}
	for _, tool := range table.Tools {
		if s := table.Scores[all][tool]; s.Pages != 3 || s.CharEdits != 13 {
			t.Errorf("%s: %+v; a tool that fails has read nothing", tool, s)
		}
	}
	var b strings.Builder
	if err := table.Write(&b); err != nil || strings.Count(b.String(), "one") != 2 || !strings.Contains(b.String(), "33.33") {
		t.Errorf("%v, printed\n%s", err, b.String())
	}
}

// A measurement that is broken off shows what it has: whole pages, read by all
// tools, and no tool is blamed for having been stopped.
func TestRunBrokenOff(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	pages := files(t, "a", "b", "c", "d")
	table := Run(ctx, pages, []Tool{printer("one"), printer("two")}, t.TempDir(), 1, func(Page) { stop() })
	if len(table.Faults) != 0 || len(table.Pages) != 1 {
		t.Errorf("%d pages, faults %v", len(table.Pages), table.Faults)
	}
	for _, tool := range table.Tools {
		if s := table.Scores[all][tool]; s == nil || s.Pages != 1 || s.CharEdits != 0 {
			t.Errorf("%s: %+v", tool, s)
		}
	}
	var b strings.Builder
	if err := table.WritePages(&b, pages); err != nil || strings.Count(b.String(), "\n") != 3 {
		t.Errorf("%v, printed\n%s", err, b.String())
	}
}
