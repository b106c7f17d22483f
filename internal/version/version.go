// Package version says which version of Clinician a program is.
package version

import (
	"runtime"
	"runtime/debug"
)

// Next is the release that the source is on its way to: the first heading of
// CHANGELOG.md.
const Next = "0.2.0"

// stamp is the version that the linker sets where git knows a tag (see VERSION in
// the Makefile): -ldflags "-X clinician/internal/version.stamp=0.2.0".
var stamp string

// String is the version, the commit where the build knows it, and the Go
// version and platform the program was built with and for, such as
// "0.2.0-dev (commit 03ca6fe4a1b2, go1.26.8, linux/amd64)". One line, without
// the program's name.
func String() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return describe(stamp, info.Settings)
}

func describe(stamp string, settings []debug.BuildSetting) string {
	s := stamp
	if s == "" {
		s = Next + "-dev"
	}
	s += " ("
	for _, b := range settings {
		switch {
		case b.Key == "vcs.revision":
			s += "commit " + b.Value[:min(12, len(b.Value))]
		case b.Key == "vcs.modified" && b.Value == "true":
			s += " with changes"
		}
	}
	if s[len(s)-1] != '(' {
		s += ", "
	}
	return s + runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH + ")"
}
