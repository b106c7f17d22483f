package tui

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
)

// typing are the forms of the workstation, by the file that has them: how one comes to the
// line that is typed in.
var typing = map[string]func(d *driver){
	"account/signup.go":      func(d *driver) { d.press("ctrl+n") },
	"account/profile.go":     func(d *driver) { d.login(); d.press("m", "E") },
	"day/notifications.go":   func(d *driver) { d.login(); d.press("f4", ">") },
	"day/tasks.go":           func(d *driver) { d.login(); d.press("@", "K") },
	"document/send_task.go":  func(d *driver) { d.chart(); d.press("enter", "@") },
	"document/challenge.go":  func(d *driver) { d.chart(); d.press("X") },
	"document/details.go":    func(d *driver) { d.chart(); d.press("E") },
	"document/download.go":   func(d *driver) { d.chart(); d.press("enter", "w") },
	"document/upload.go":     func(d *driver) { d.chart(); d.press("U") },
	"document/notes.go":      func(d *driver) { d.chart(); d.press(";", "W") },
	"document/read_again.go": func(d *driver) { d.chart(); d.press("J", "A") },
	"document/split.go":      func(d *driver) { d.chart(); d.press("S", "e") },
	"values/entry.go":        func(d *driver) { d.chart(); d.press("enter", "v", "x") },
	"values/check.go":        func(d *driver) { d.chart(); d.press("enter", "c", "B") },
}

// unasked are the forms that Esc does not close, and why.
var unasked = map[string]string{"account/login.go": "there is nothing behind it"}

// Esc never throws away what somebody typed: it asks, and Esc again leads back to it.
func TestEscKeepsWhatWasTyped(t *testing.T) {
	for name, open := range typing {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			if name == "day/tasks.go" {
				tasked(f)
			}
			if name == "document/split.go" {
				bundled(f)
			}
			if name == "values/check.go" {
				f.values("r1").PatientCheck = core.CheckPatient
			}
			d := newDriver(t, f, 120, 40, termenv.Ascii)
			d.settle()
			open(d)
			d.write("zebra")
			d.sees("zebra")
			d.press("esc")
			if d.r.overlay == nil {
				t.Fatalf("Esc threw it away:\n%s", d.r.View())
			}
			d.press("esc")
			d.sees("zebra")
			for range "zebra" {
				d.press("backspace")
			}
			d.press("esc")
			if d.r.overlay != nil {
				t.Errorf("it asks although nothing is typed:\n%s", d.r.View())
			}
		})
	}
}

// A form that is not in the table above is not tried.
func TestEveryFormIsTried(t *testing.T) {
	files, err := filepath.Glob("*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	field := regexp.MustCompile(`(?m)^\s+\w+\s+\*?ui\.Form\b`)
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, tried := typing[name]
		if field.Match(src) && !tried && unasked[name] == "" && !strings.HasSuffix(name, "_test.go") {
			t.Errorf("%s has a form: add how it is opened, or a reason", name)
		}
	}
}
