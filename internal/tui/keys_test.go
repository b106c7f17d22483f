package tui

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"

	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// TestKeysAreDocumented walks through every scene, gathers the bindings that
// are live there, and compares them with docs/keys.md and actions.tsv. With
// -update it writes both.
func TestKeysAreDocumented(t *testing.T) {
	all := map[string]*listed{}
	everywhere(t, func(_ *testing.T, _ string, d *driver) {
		collect(all, d.r.top().Route().Title(), d.r.top().Keys())
		collect(all, "everywhere", d.r.globals())
		if d.r.overlay != nil {
			collect(all, "dialogs", d.r.overlay.Keys())
		}
	})
	collect(all, "dialogs", (&confirmBox{req: page.ConfirmReq{Verb: "do it"}}).Keys())
	var names []string
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	tsv, doc, other := "", keysIntro, fronts(t)
	for _, name := range names {
		a := all[name]
		sort.Strings(a.where)
		if slices.Contains(a.where, "everywhere") {
			a.where = []string{"everywhere"}
		}
		where := strings.Join(a.where, ", ")
		tsv += strings.Join([]string{name, strings.Join(a.keys, " "), a.help, where}, "\t") + "\n"
		labels := make([]string, len(a.keys))
		for i, k := range a.keys {
			labels[i] = "`" + strings.ReplaceAll(strings.ReplaceAll(ui.KeyName(k), "`", "backtick"), "|", "\\|") + "`"
		}
		f, ok := other[name]
		if !ok {
			t.Errorf("fronts.tsv does not say how %s is done line by line and by a command, or why not", name)
		}
		delete(other, name)
		doc += fmt.Sprintf("| `%s` | %s | %s | %s | %s | %s |\n", name, strings.Join(labels, " "), a.help, where, f.line(), f.command())
	}
	for name := range other {
		t.Errorf("fronts.tsv speaks of %s, which no screen has", name)
	}
	same(t, "actions.tsv", tsv)
	same(t, "../../docs/keys.md", doc)
}

// front is how an action is done without screens, a line of fronts.tsv. That the verbs and
// commands exist is tested where the commands are.
type front struct {
	verb, cmd, why string
}

// fronts reads fronts.tsv: action, verb of --plain, command, and why one of them is missing.
func fronts(t *testing.T) map[string]front {
	text, err := os.ReadFile("fronts.tsv")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]front{}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 4 || (f[1] == "" || f[2] == "") != (f[3] != "") {
			t.Errorf("fronts.tsv: %q is not action, verb, command, and a reason when one of the two is missing", line)
			continue
		}
		all[f[0]] = front{f[1], f[2], f[3]}
	}
	return all
}

func (f front) line() string { return orWhy(f.verb, f.why) }

func (f front) command() string {
	if f.verb+f.cmd == "" {
		return "–"
	}
	return orWhy(f.cmd, f.why)
}

func orWhy(name, why string) string {
	if name == "" {
		return "– " + why
	}
	return "`" + name + "`"
}

type listed struct {
	keys, where []string
	help        string
}

func collect(all map[string]*listed, where string, list []ui.Binding) {
	for _, b := range list {
		if b.Help == "" || len(b.Keys) == 0 {
			continue
		}
		id := b.ID()
		a := all[id]
		if a == nil {
			a = &listed{help: b.Help}
			all[id] = a
		}
		for _, k := range b.Keys {
			if k == " " {
				k = "space"
			}
			if !slices.Contains(a.keys, k) {
				a.keys = append(a.keys, k)
			}
		}
		if !slices.Contains(a.where, where) {
			a.where = append(a.where, where)
		}
	}
}

// same compares a file, or writes it with -update.
func same(t *testing.T, path, want string) {
	t.Helper()
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s is not what the screens' bindings say; run: go test ./internal/tui -run TestKeysAreDocumented -update", path)
	}
}

const keysIntro = `# Keys

` + "`" + `?` + "`" + ` or ` + "`" + `F1` + "`" + ` lists the keys that work where you are, ` + "`" + `:` + "`" + ` or ` + "`" + `Ctrl-P` + "`" + ` runs anything by its name.
Letters are text while you type in a field; ` + "`" + `Esc` + "`" + ` leaves the field before it leaves the screen. What
changes something has a capital letter or ` + "`" + `Ctrl-` + "`" + `.

An action's name is for the configuration: ` + "`" + `key.upload = "U,ctrl+u"` + "`" + ` gives "upload" these keys on
every screen and in dialogs, and takes its own away. What changes something cannot be put on a bare
lower-case letter. This list is made from the program's own bindings.

The last two columns say how the same is done line by line (` + "`" + `--plain` + "`" + `) and by a command.

| Action | Keys | Does | Where | Line by line | Command |
|---|---|---|---|---|---|
`
