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
	tsv, doc := "", keysIntro
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
		doc += fmt.Sprintf("| `%s` | %s | %s | %s |\n", name, strings.Join(labels, " "), a.help, where)
	}
	same(t, "actions.tsv", tsv)
	same(t, "../../docs/keys.md", doc)
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

| Action | Keys | Does | Where |
|---|---|---|---|
`
