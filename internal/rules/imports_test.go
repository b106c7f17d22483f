// Package rules checks the rules of the house that the compiler does not:
// who may import whom.
package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

type pkg struct {
	ImportPath string
	Standard   bool
	Imports    []string
}

const module = "clinician"

// siblings are the imports between workshop packages that are allowed; core
// itself and a package's own sub-packages always are.
var siblings = map[string][]string{
	"app":      {"auth", "search", "tempfile", "wire"},
	"httpapi":  {"apidoc", "app", "auth", "wire"}, // auth: the form of tokens in headers
	"records":  {"vault"},
	"tempfile": {"vault"},
	"ocr":      {},
	"portal":   {"auth", "store"},                     // it keeps the store as another service's mirror
	"store":    {"ocr", "records", "values", "vault"}, // for the row types of the ports those define
	"web":      {"app", "httpapi", "wire"},            // httpapi: the transport that pages share with the API
	"wire":     {},
}

// shared are the packages that say once what a domain thing means, and raster, which
// does once what is done to grey pixels. They know core only, and everybody may know
// them.
var shared = []string{"internal/core/text", "internal/core/present", "internal/core/raster"}

func TestImportRules(t *testing.T) {
	for _, p := range list(t) {
		path := strings.TrimPrefix(p.ImportPath, module+"/")
		for _, imp := range p.Imports {
			if why := forbidden(path, imp); why != "" {
				t.Errorf("%s imports %s: %s", path, imp, why)
			}
		}
	}
}

// forbidden says which rule of docs/architecture.md an import breaks, or "".
func forbidden(path, imp string) string {
	own := strings.HasPrefix(imp, module+"/")
	rel := strings.TrimPrefix(imp, module+"/")
	third := !own && strings.Contains(strings.Split(imp, "/")[0], ".")
	bubbleTea := strings.HasPrefix(imp, "github.com/charmbracelet/bubble")
	switch {
	case bubbleTea && !under(path, "internal/tui"):
		return "Bubble Tea lives in internal/tui only"
	case path == "internal/core":
		if own || third {
			return "the ground floor imports the standard library only"
		}
	case slices.Contains(shared, path):
		if own && rel != "internal/core" && !slices.Contains(shared, rel) {
			return "what everybody may know knows core only"
		}
	case own && slices.Contains(shared, rel), under(path, "internal/core/boot"), under(path, "cmd"):
		return ""
	case under(path, "internal/core"):
		return forbiddenInCore(path, rel, own)
	case under(path, "internal/clients"):
		if own && rel != "internal/core" && rel != "internal/core/wire" && !slices.Contains(plumbing, rel) && !under(rel, door(path)) {
			return "a door knows core, core/wire and itself only"
		}
	case under(path, "internal/tui"):
		if why := forbiddenInTUI(path, rel); why != "" {
			return why
		}
		if imp == "os/exec" && path != disk || imp == "os" && !slices.Contains(touchesSystem, path) {
			return "the user's files and other programs are reached through page.Local, which package disk is here"
		}
		if own && rel != "internal/core" && rel != "internal/core/wire" && !under(rel, "internal/tui") {
			return "the front room knows core, core/wire and itself"
		}
		if third && !strings.HasPrefix(imp, "github.com/charmbracelet/") && !allowedInTUI(imp) {
			return "the front room uses Charm libraries"
		}
	}
	return ""
}

// plumbing is what doors share: the clients of the portal's other services, and those
// that work in a process of their own.
var plumbing = []string{"internal/clients/sibling", "internal/clients/child"}

// disk is the one package of the workstation that reaches the user's files and programs.
const disk = "internal/tui/disk"

// touchesSystem may import os: beside disk those that ask for the environment, read the
// workstation's own configuration or write its report of a fault.
var touchesSystem = []string{disk, "internal/tui", "internal/tui/config", "internal/tui/background"}

// tuiParts are the parts of the workstation.
var tuiParts = []string{"day", "patients", "chart", "document", "values", "account", "plain"}

// forbiddenInTUI keeps the parts of the workstation apart: screens ask for routes, and
// only the shell knows who makes them.
func forbiddenInTUI(path, rel string) string {
	const shell = "internal/tui"
	part := func(p string) bool { return slices.Contains(tuiParts, strings.TrimPrefix(p, shell+"/")) }
	switch {
	case path == shell || !under(rel, shell) || path == rel:
	case rel == shell:
		return "only the programs know the shell"
	case part(rel):
		return "only the shell knows the parts"
	case part(path) && rel != shell+"/page" && rel != shell+"/ui":
		return "a part knows page and ui"
	}
	return ""
}

func forbiddenInCore(path, rel string, own bool) string {
	if !own || rel == "internal/core" {
		return ""
	}
	if under(path, "internal/core/ocr") && under(rel, "internal/core/ocr") {
		return "the queue knows readers by their port, and reading knows no queue"
	}
	if under(rel, "internal/tui") || under(rel, "internal/clients") {
		return "the workshop knows neither doors nor the front room"
	}
	me := strings.Split(strings.TrimPrefix(path, "internal/core/"), "/")[0]
	other := strings.Split(strings.TrimPrefix(rel, "internal/core/"), "/")[0]
	if me == other || me == "coretest" || forTests(path) || me == "demo" && other == "wire" || slices.Contains(siblings[me], other) {
		return ""
	}
	return "not among the siblings this package may use"
}

// forTests reports whether a package serves tests only and may build what they read.
func forTests(path string) bool { return path == "internal/core/analysis/analysistest" }

// allowedInTUI lists the few small libraries the screens use beside Charm's.
func allowedInTUI(imp string) bool {
	return strings.HasPrefix(imp, "golang.org/x/image/") || strings.HasPrefix(imp, "golang.org/x/text/") ||
		strings.HasPrefix(imp, "github.com/muesli/termenv") || strings.HasPrefix(imp, "github.com/aymanbagabas/go-osc52") ||
		strings.HasPrefix(imp, "github.com/mattn/go-runewidth") || imp == "github.com/BurntSushi/toml"
}

// door gives the package of internal/clients that a path belongs to.
func door(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "internal/clients/"), "/")
	return "internal/clients/" + name
}

func under(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }

func list(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Standard,Imports", module+"/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list gave %d packages only", len(all))
	}
	return all
}
