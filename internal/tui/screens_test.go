package tui

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/core/wire"
	"clinician/internal/tui/page"
)

var errAway = core.Errorf(core.CodeUnavailable, "The server cannot be reached.")

// scenes are the screens in their states. Each is drawn at every size.
var scenes = []scene{
	{"login", nil, nil},
	{"login-memory", func(f *fake) { f.place = "memory" }, nil},
	{"login-wrong", nil, func(d *driver) { d.write("a@b.c"); d.press("tab"); d.write("no"); d.press("enter") }},
	{"login-unreachable", func(f *fake) { f.fail["*"] = errAway }, nil},
	{"signup", nil, func(d *driver) { d.press("ctrl+n"); d.press("tab", "tab", "tab", "b") }},
	{"signup-missing", nil, func(d *driver) { d.press("ctrl+n", "ctrl+s") }},
	{"dashboard", nil, (*driver).login},
	{"dashboard-failed", func(f *fake) {
		f.signedIn = true
		f.fail["Dashboard"] = core.Errorf(core.CodeInternal, "The day could not be put together.")
	}, nil},
	{"dashboard-stale", nil, func(d *driver) { d.login(); d.f.set("*", errAway); d.press("r") }},
	{"patients", nil, func(d *driver) { d.login(); d.press("p", "j", "j", "j") }},
	{"patients-alert", nil, func(d *driver) { d.login(); d.press("/"); d.write("br"); d.press("enter") }},
	{"patients-none", nil, func(d *driver) { d.login(); d.press("/"); d.write("zzz") }},
	{"patients-empty", func(f *fake) { f.patients = nil }, func(d *driver) { d.f.signedIn = true; d.r.Push(page.Patients{}); d.send(nil) }},
	{"patients-stale", nil, func(d *driver) { d.login(); d.press("p"); d.f.set("*", errAway); d.press("r") }},
	{"patient", nil, (*driver).chart},
	{"patient-empty", nil, func(d *driver) { d.login(); d.press("3") }},
	{"patient-deceased", nil, func(d *driver) { d.login(); d.press("p", "j", "j", "j", "j", "j", "enter") }},
	{"patient-long-name", nil, func(d *driver) { d.login(); d.press("7") }},
	{"patient-unknown", nil, func(d *driver) { d.login(); d.press("/"); d.write("mertz"); d.press("enter") }},
	{"patient-failed", nil, func(d *driver) {
		d.login()
		d.f.set("Patient", core.Errorf(core.CodeForbidden, "This patient is no longer assigned to you."))
		d.press("1")
	}},
	{"viewer", nil, func(d *driver) { d.chart(); d.press("enter") }},
	{"viewer-image", nil, func(d *driver) { d.chart(); d.press("enter", "i") }},
	{"viewer-not-read", nil, func(d *driver) { d.chart(); d.press("j", "enter") }},
	{"viewer-failed", nil, func(d *driver) { d.chart(); d.press("j", "j", "enter") }},
	{"viewer-partial", nil, func(d *driver) {
		d.chart()
		d.f.set("Page", core.Errorf(core.CodeInternal, "The words of this page cannot be read."))
		d.press("enter")
	}},
	{"upload", nil, func(d *driver) { d.chart(); d.press("U"); d.write("scans/referral-okoro.pdf"); d.press("tab", "enter") }},
	{"upload-errors", nil, func(d *driver) {
		d.chart()
		d.press("U", "down", "down")
		d.write("8/5/2026")
		d.press("ctrl+s")
	}},
	{"reading", func(f *fake) { f.frames = f.frames[:4]; f.hold = true }, func(d *driver) { d.chart(); d.read("A") }},
	{"reading-lost", func(f *fake) { f.frames = f.frames[:3]; f.hold, f.lose = true, 3 }, func(d *driver) { d.chart(); d.read("A") }},
	{"reading-failed", func(f *fake) {
		f.frames = []wire.Frame{{Type: wire.FrameError, Status: "failed", Error: "The file is encrypted. Upload it without a password."}}
	}, func(d *driver) { d.chart(); d.press("A") }},
	{"result", nil, func(d *driver) { d.chart(); d.press("A") }},
	{"result-search", nil, func(d *driver) { d.chart(); d.press("A", "/"); d.write("her2"); d.press("enter") }},
	{"download", nil, func(d *driver) { d.chart(); d.press("w") }},
	{"delete", nil, func(d *driver) { d.chart(); d.press("D") }},
	{"delete-wrong", nil, func(d *driver) {
		d.chart()
		d.press("D")
		d.write("cant")
		d.press("enter")
		d.write("1941")
		d.press("enter")
	}},
	{"profile", nil, func(d *driver) { d.login(); d.press("m") }},
	{"profile-edit", nil, func(d *driver) { d.login(); d.press("m", "E", "down", "down", "down") }},
	{"help", nil, func(d *driver) { d.chart(); d.press("?") }},
	{"confirm-logout", nil, func(d *driver) { d.login(); d.press("m", "L") }},
	{"session-over", nil, func(d *driver) {
		d.chart()
		d.f.set("Patient", core.Errorf(core.CodeUnauthenticated, "Token has expired."))
		d.press("r")
	}},
}

var sizes = [][2]int{{60, 16}, {80, 24}, {120, 40}}

func TestScreens(t *testing.T) {
	for _, s := range scenes {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s/%dx%d", s.name, size[0], size[1]), func(t *testing.T) {
				f := newFake()
				if s.fake != nil {
					s.fake(f)
				}
				d := newDriver(t, f, size[0], size[1], termenv.Ascii)
				d.settle()
				if s.go_ != nil {
					s.go_(d)
				}
				d.fits()
				golden.RequireEqual(t, []byte(d.r.View()))
			})
		}
	}
}

// TestScreensFit draws every scene in colour at odd sizes: nothing may be
// higher or wider than the terminal, at any of them.
func TestScreensFit(t *testing.T) {
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			f := newFake()
			if s.fake != nil {
				s.fake(f)
			}
			d := newDriver(t, f, 80, 24, termenv.TrueColor, func(o *Options) { o.Demo, o.ReadOnly = true, false })
			d.settle()
			if s.go_ != nil {
				s.go_(d)
			}
			for _, size := range [][2]int{{60, 16}, {61, 17}, {79, 23}, {80, 24}, {100, 30}, {119, 25}, {120, 40}, {200, 60}, {40, 10}, {30, 6}, {20, 3}} {
				d.resize(size[0], size[1])
				d.fits()
			}
		})
	}
}
