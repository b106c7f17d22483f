package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// What comes from patients' documents cannot steer a terminal through --json, and stays
// the same text for programs.
func TestJSONDoesNotSteerTerminals(t *testing.T) {
	evil := "a\x1b]0;x\x07\u009b31mred\u0085\x7f\u202egnp.exe é ▯"
	var out bytes.Buffer
	if err := (&app{io: stdio{out: &out}}).emit(map[string]string{"title": evil}); err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexAny(strings.TrimSuffix(out.String(), "\n"), "\x1b\x07\u009b\u0085\x7f\u202e\n"); i >= 0 {
		t.Errorf("%q reaches the terminal", out.String()[i:])
	}
	var back map[string]string
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || back["title"] != evil {
		t.Errorf("%v, %q", err, back["title"])
	}
	if !strings.Contains(out.String(), "é ▯") {
		t.Errorf("letters are written as escapes: %s", out.String())
	}
}

// A narrow terminal takes from prose, never from ids, numbers and names.
func TestTablesFitTheTerminal(t *testing.T) {
	heads := []string{"ID", "NAME", "VALUE", "STATE", "DOUBTS"}
	for columns, want := range map[int][]int{
		0:   {36, 20, 8, 30, 60},
		200: {36, 20, 8, 30, 60},
		140: {36, 20, 8, 30, 38},
		100: {36, 20, 8, 20, 8},
		40:  {36, 20, 8, 8, 8},
	} {
		widths := []int{36, 20, 8, 30, 60}
		if fit(heads, widths, columns); !slices.Equal(widths, want) {
			t.Errorf("at %d columns: %v, want %v", columns, widths, want)
		}
	}
}

// never is an input that says nothing and does not end.
type never struct{}

func (never) Read([]byte) (int, error) { select {} }

// INT and TERM end a command that waits for its input.
func TestCommandsEndWhileTheyWaitForInput(t *testing.T) {
	for _, line := range []string{
		"login ann@example.org --password-stdin --print-token",
		"records correct-text r-1 1 --stdin",
		"records note r-1",
		"records split r-1 --reason x --parts-stdin",
		"records move r-1 --patient 2 --reason x --identifiers-stdin",
		"records delete r-1 --identifiers-stdin --yes",
		"records unlock r-1 --password-stdin",
		"signup --email x@example.org --first-name A --last-name B --password-stdin",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			done := make(chan int, 1)
			go func() {
				done <- run(ctx, append(strings.Fields(line), "--server", "http://127.0.0.1:1"), stdio{never{}, io.Discard, io.Discard}, []string{"CLINICIAN_TOKEN=x"})
			}()
			select {
			case status := <-done:
				if status != exitInterrupted {
					t.Errorf("status %d, want %d", status, exitInterrupted)
				}
			case <-time.After(20 * time.Second):
				t.Error("it goes on waiting")
			}
		})
	}
}

// A flag of which is known what it takes offers that; where a patient's id stands, ids are
// offered, and files only where a file stands.
func TestTabKnowsValues(t *testing.T) {
	a := newApp(stdio{}, nil, nil)
	root := a.root()
	a.complete(root)
	seen := map[string]bool{}
	each(root, func(cmd *cobra.Command) {
		for _, name := range []string{"theme", "priority", "received-by", "level", "state", "kind", "status", "type", "specialization", "patient"} {
			if cmd.LocalFlags().Lookup(name) == nil {
				continue
			}
			if _, ok := cmd.GetFlagCompletionFunc(name); !ok {
				t.Errorf("%s --%s offers nothing", cmd.CommandPath(), name)
			}
			seen[name] = true
		}
		if !cmd.HasSubCommands() && cmd.ValidArgsFunction == nil && !strings.Contains(cmd.Use, "FILE") && len(cmd.ValidArgs) == 0 {
			t.Errorf("%s offers files, and takes none", cmd.CommandPath())
		}
	})
	if len(seen) != 10 {
		t.Errorf("flags that were looked for and are no more: %v", seen)
	}
}
