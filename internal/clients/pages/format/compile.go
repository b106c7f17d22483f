package format

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
)

// compileOnce gives one process at a time the right to compile into dir, and tells
// what to call when that has ended. Without it workers that are started together on an
// empty cache would all compile, each for as long as all of them. Where something was
// compiled by these versions before, nobody waits: it only has to be loaded.
func compileOnce(dir string) (ended func(worked bool)) {
	mark := filepath.Join(dir, "compiled-"+versions())
	if _, err := os.Stat(mark); err == nil {
		return func(bool) {}
	}
	unlock, err := lockFile(filepath.Join(dir, "compiling.lock"))
	if err != nil {
		return func(bool) {} // compiling twice costs time, nothing else
	}
	return func(worked bool) {
		if worked {
			_ = os.WriteFile(mark, nil, 0o600) // without it the next one asks for the lock
		}
		unlock()
	}
}

// versions tells apart what may have compiled, in a few letters.
func versions() string {
	h := sha256.New()
	h.Write([]byte(runtime.GOOS + runtime.GOARCH))
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			switch m.Path {
			case "github.com/klippa-app/go-pdfium", "github.com/tetratelabs/wazero":
				h.Write([]byte(m.Path + m.Version))
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
