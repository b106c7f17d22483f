package tesseract

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"clinician/internal/core"
)

// A page that keeps the program busy for ever is given up by processor time.
func TestBusyProgramIsKilled(t *testing.T) {
	program := filepath.Join(t.TempDir(), "busy")
	script := "#!/bin/sh\ncase $1 in --version) printf 'tesseract 9\\nList (1):\\neng\\n';; *) while :; do :; done;; esac\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := New(Options{Program: program, CPU: time.Second}).ReadPage(t.Context(), core.PageImage{}, core.ReadRequest{Language: "eng"})
	if core.CodeOf(err) != core.CodeInvalid || core.MessageOf(err) != core.MessageOf(errSlow) {
		t.Errorf("%v", err)
	}
}
